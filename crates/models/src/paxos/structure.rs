//! What a search may use of the states of `Paxos`: they are numbers, every step adds exactly
//! one message, and acceptors and decrees are interchangeable.
//!
//! Acceptors are, since none owns a ballot and every majority is a quorum: no guard and no
//! claim asks which acceptor it is. Decrees are, since they are compared only with each other.
//! So a change of names permutes the acceptors' chunks, and, independently, the sets of ballots
//! that ask for each decree (see [`layout`](super::layout)). The number is smallest if both
//! parts are:
//!
//! - The chunks, if they are sorted: the largest one is lowest.
//! - The rows of decrees, if the larger set of ballots has the smaller code. The rows are the
//!   sum, over all decrees, of the set's number times a factor of the code (no two of these
//!   sets share a ballot, so nothing is carried), and a larger code has a larger factor. By the
//!   rearrangement inequality the sum is smallest if larger sets have smaller factors.
//!
//! A change of names leaves the state as it is if it permutes equal chunks, and decrees for
//! which no ballot asks. (Two decrees for which ballots ask have different sets.)

use super::{Paxos, State};
use crate::bounds::{Decree, MAX_DECREES, MAX_PRIESTS};
use stateright::Model;
use std::borrow::Cow;
use synod_vocabulary::{Describe, Form, Number, Packed, Structure, Symmetry};

impl Structure for Paxos {
    type Held = Packed;

    fn form(&self) -> Form<Self> {
        Form {
            hold: |_, state| Packed(state.0),
            state: |_, held| Cow::Owned(State(held.0)),
            number: Some(Number {
                bits: self.layout.bits() as u32,
                of: |_, held| held.0,
                held: |_, number| Packed(number),
            }),
            steps: Some(|model, held, steps| {
                model.each_action(held.0, |action| {
                    let next = Packed(model.layout.send(held.0, action.message()));
                    steps.push((model.kind(&action), next));
                });
            }),
            touches: self.touches(),
            symmetry: self.is_symmetric.then_some(Symmetry {
                images: |model, held, images| images.extend(model.images(held.0).map(Packed)),
                representative: |model, held| Packed(model.representative(held.0)),
                orbit: |model, held| model.orbit(held.0),
            }),
            rank: Some(|model, held| model.layout.count(held.0)),
        }
    }
}

impl Paxos {
    /// The same model, whose [`Form`] tells that acceptors and decrees are interchangeable.
    #[must_use]
    pub const fn with_symmetry(mut self) -> Self {
        self.is_symmetric = true;
        self
    }

    /// All properties depend on the votes alone, which are cast by Phase2b. A vote's decree is
    /// that of a 2a message that was there before.
    fn touches(&self) -> Vec<u64> {
        let all = u64::MAX >> (64 - self.properties().len());
        let names = self.kinds().into_iter();
        names
            .map(|name| if name == "Phase2b" { all } else { 0 })
            .collect()
    }

    /// The smallest number that a change of names makes of this one.
    fn representative(&self, number: u128) -> u128 {
        let mut chunks = [0; MAX_PRIESTS];
        for (acceptor, chunk) in chunks.iter_mut().enumerate().take(self.layout.acceptors) {
            *chunk = self.layout.chunk(number, acceptor);
        }
        let mut asked_for = [0; MAX_DECREES];
        for (ballots, decree) in asked_for.iter_mut().zip(self.decrees()) {
            *ballots = self.layout.asked_for(number, decree);
        }
        // What there is none of is zero, so it stays last.
        sort_downwards(&mut chunks[..self.layout.acceptors]);
        sort_downwards(&mut asked_for[..self.layout.decrees()]);
        let chunks = chunks.into_iter().take(self.layout.acceptors);
        self.layout.with(number, chunks, asked_for.into_iter())
    }

    /// How many numbers the changes of names make of a representative.
    fn orbit(&self, number: u128) -> u64 {
        let chunk = |acceptor| self.layout.chunk(number, acceptor);
        // n! divided by the factorial of the length of each run of equal chunks.
        let (mut size, mut run) = (1, 0);
        for acceptor in 0..self.layout.acceptors {
            let is_equal = acceptor > 0 && chunk(acceptor) == chunk(acceptor - 1);
            run = if is_equal { run + 1 } else { 1 };
            size = size * (acceptor as u64 + 1) / run;
        }
        // The decrees for which ballots ask have any of the codes.
        let asked = self.decrees();
        let asked = asked.filter(|&decree| self.layout.asked_for(number, decree) != 0);
        let codes = (1..=self.layout.decrees() as u64).rev();
        size * codes.take(asked.count()).product::<u64>()
    }

    /// What all changes of names make of a number.
    fn images(&self, number: u128) -> impl Iterator<Item = u128> {
        let chunk = |acceptor| self.layout.chunk(number, acceptor);
        let chunks = orders((0..self.layout.acceptors).map(chunk).collect());
        let asked_for = |decree| self.layout.asked_for(number, decree);
        let asked_for = orders(self.decrees().map(asked_for).collect());
        chunks.into_iter().flat_map(move |chunks| {
            let asked_for = asked_for.clone().into_iter();
            asked_for.map(move |asked_for| {
                let (chunks, asked_for) = (chunks.iter().copied(), asked_for.into_iter());
                self.layout.with(number, chunks, asked_for)
            })
        })
    }

    fn decrees(&self) -> impl Iterator<Item = Decree> + use<> {
        (1..=self.layout.decrees() as u8).map(Decree)
    }
}

/// Sorts few numbers, from the largest.
fn sort_downwards(numbers: &mut [u32]) {
    for end in (1..numbers.len()).rev() {
        for index in 0..end {
            let (one, other) = (numbers[index], numbers[index + 1]);
            numbers[index] = one.max(other);
            numbers[index + 1] = one.min(other);
        }
    }
}

/// The elements in every order.
fn orders(elements: Vec<u32>) -> Vec<Vec<u32>> {
    if elements.is_empty() {
        return vec![elements];
    }
    let firsts = 0..elements.len();
    let orders = firsts.flat_map(|first| {
        let mut others = elements.clone();
        let first = others.remove(first);
        orders(others).into_iter().map(move |mut order| {
            order.push(first);
            order
        })
    });
    orders.collect()
}
