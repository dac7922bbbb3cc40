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

use super::layout::{Layout, Word, ballots_of};
use super::tell::Kind;
use super::{Message, Paxos, State};
use crate::bounds::{MAX_DECREES, MAX_PRIESTS};
use stateright::Model;
use std::borrow::Cow;
use synod_vocabulary::{Form, Number, Packed, Structure, Symmetry};

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
            steps: Some(|model, held, steps| model.layout.held_steps(held.0, steps)),
            touches: self.touches(),
            symmetry: self.uses_symmetry.then_some(Symmetry {
                images: |model, held, images| {
                    images.extend(model.layout.images(held.0).map(Packed));
                },
                representative: |model, held| Packed(model.layout.representative(held.0)),
                orbit: |model, held| model.layout.orbit(held.0),
            }),
            rank: Some(|model, held| model.layout.count(held.0)),
            is_graded: true,
            judging: None,
            has_marks: Some(|_, _| false),
        }
    }
}

impl Paxos {
    /// The same model, whose [`Form`] tells that acceptors and decrees are interchangeable.
    #[must_use]
    pub const fn with_symmetry(mut self) -> Self {
        self.uses_symmetry = true;
        self
    }

    /// Whether some states differ only by names. If not, symmetry leaves out nothing.
    pub const fn is_symmetric(&self) -> bool {
        self.layout.acceptors > 1 || self.layout.decrees() > 1
    }

    /// All properties depend on the votes alone, which are cast by Phase2b. A vote's decree is
    /// that of a 2a message that was there before.
    fn touches(&self) -> Vec<u64> {
        let all = (1 << self.properties().len()) - 1;
        let kinds = Kind::ALL.iter();
        let touches = kinds.map(|kind| if *kind == Kind::Phase2b { all } else { 0 });
        touches.collect()
    }
}

impl Layout {
    /// The commonest layout has code of its own, in which loops are unrolled: it is twice as fast.
    fn held_steps(self, number: u128, steps: &mut Vec<(usize, Packed)>) {
        match (self.acceptors, self.decrees(), self.bits()) {
            (3, 2, ..=64) => steps_of_three_and_two(self.ballots(), number as u64, steps),
            (_, _, ..=64) => self.steps_of(number as u64, steps),
            _ => self.steps_of(number, steps),
        }
    }

    /// The steps of a number. A step sends a message, which is one bit: each bit of a message that
    /// may be sent is added. Only the codes of some decrees have several bits.
    #[inline(always)]
    fn steps_of<W: Word + Into<u128>>(self, number: W, steps: &mut Vec<(usize, Packed)>) {
        let possible = self.possible(number);
        let (mut chunks, mut ask) = ([0; MAX_PRIESTS], [0; MAX_DECREES]);
        let (chunks, ask) = (&mut chunks[..self.acceptors], &mut ask[..self.decrees()]);
        for (a, chunk) in chunks.iter_mut().enumerate() {
            *chunk = self.chunk_of(possible.answer[a], possible.vote[a]);
        }
        for (index, ask) in ask.iter_mut().enumerate() {
            if (index + 1).is_power_of_two() {
                *ask = possible.ask[index];
            }
        }
        let mut bits: W = self.number(chunks, ask, possible.begin);
        let all_2b: W = self.all_2b();
        let [first_2a, first_1a] = self.first_2a_and_1a();
        steps.extend((0..bits.count()).map(|_| {
            let bit = bits.take_a_bit();
            let kind = if bit < first_2a {
                if bit & all_2b == W::from(0) {
                    Kind::Phase1b
                } else {
                    Kind::Phase2b
                }
            } else if bit < first_1a {
                Kind::Phase2a
            } else {
                Kind::Phase1a
            };
            (kind as usize, Packed((number | bit).into()))
        }));
        for v in self.all_decrees().filter(|v| !v.0.is_power_of_two()) {
            steps.extend(ballots_of(possible.ask[v.0 as usize - 1]).map(|b| {
                let next = self.send(number, Message::M2a(b, v));
                (Kind::Phase2a as usize, Packed(next.into()))
            }));
        }
    }

    /// The smallest number that a change of names makes of this one.
    fn representative(self, number: u128) -> u128 {
        match (self.acceptors, self.decrees(), self.bits()) {
            (3, 2, ..=64) => smallest_of_three_and_two(self.ballots(), number as u64).into(),
            (_, _, ..=64) => self.smallest(number as u64).into(),
            _ => self.smallest(number),
        }
    }

    #[inline(always)]
    fn smallest<W: Word>(self, number: W) -> W {
        let (mut chunks, mut asked_for) = ([0; MAX_PRIESTS], [0; MAX_DECREES]);
        let chunks = &mut chunks[..self.acceptors];
        let asked_for = &mut asked_for[..self.decrees()];
        for (acceptor, chunk) in chunks.iter_mut().enumerate() {
            *chunk = self.chunk(number, acceptor);
        }
        for (ballots, decree) in asked_for.iter_mut().zip(self.all_decrees()) {
            *ballots = self.asked_for(number, decree);
        }
        sort_downwards(chunks);
        sort_downwards(asked_for);
        self.number(chunks, asked_for, self.begun(number))
    }

    /// How many numbers the changes of names make of a representative.
    fn orbit(self, number: u128) -> u64 {
        let chunk = |acceptor| self.chunk(number, acceptor);
        // n! divided by the factorial of the length of each run of equal chunks.
        let (mut size, mut run) = (1, 0);
        for acceptor in 0..self.acceptors {
            let is_equal = acceptor > 0 && chunk(acceptor) == chunk(acceptor - 1);
            run = if is_equal { run + 1 } else { 1 };
            size = size * (acceptor as u64 + 1) / run;
        }
        // The decrees for which ballots ask have any of the codes.
        let asked = self.all_decrees();
        let asked = asked.filter(|&decree| self.asked_for(number, decree) != 0);
        let codes = (1..=self.decrees() as u64).rev();
        size * codes.take(asked.count()).product::<u64>()
    }

    /// What all changes of names make of a number.
    fn images(self, number: u128) -> impl Iterator<Item = u128> {
        let chunk = move |acceptor| self.chunk(number, acceptor);
        let chunks = orders((0..self.acceptors).map(chunk).collect());
        let asked_for = |decree| self.asked_for(number, decree);
        let asked_for = orders(self.all_decrees().map(asked_for).collect());
        chunks.into_iter().flat_map(move |chunks| {
            let asked_for = asked_for.clone().into_iter();
            asked_for.map(move |asked_for| self.number(&chunks, &asked_for, self.begun(number)))
        })
    }
}

#[inline(never)]
fn steps_of_three_and_two(ballots: usize, number: u64, steps: &mut Vec<(usize, Packed)>) {
    Layout::of_three_and_two(ballots).steps_of(number, steps);
}

#[inline(never)]
fn smallest_of_three_and_two(ballots: usize, number: u64) -> u64 {
    Layout::of_three_and_two(ballots).smallest(number)
}

/// Sorts few numbers, from the largest.
#[inline(always)]
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
