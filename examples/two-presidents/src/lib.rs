//! Two presidents of the Synod of §2.4 who hinder each other for ever, as a finite model.
//!
//! The ballots of one decree, without the decrees: which decree is passed is a matter of safety,
//! and no guard of a step looks at it. A president tries a new ballot, asks the voters for their
//! promises (NextBallot and LastVote) and then for their votes (BeginBallot and Voted). The
//! exchange of a request and its answer with one voter is one step. A voter whose nextBal is
//! larger refuses; then the president has to try a new ballot, with a larger number than any.
//! An exchange can be lost, any number of times. One of the two presidents may leave.
//!
//! # Why this is finite
//!
//! Ballot numbers grow without end. But the steps only compare them, and a new number is larger
//! than all others. So let *f* be any map of the numbers that are in use to others that keeps
//! their order and leaves 0 (no number) alone. Then a step is possible in a state if and only if
//! it is possible in the state with the mapped numbers, and what it leads to differs again by
//! such a map: a comparison has the same result on both sides, a copied number is copied on both
//! sides, and a new number is the largest on both sides. The map that numbers them 1, 2, 3, …
//! in their order has only finitely many results. States with the same result are *bisimilar*:
//! they have the same steps, by the same names, to states that are bisimilar again, and they
//! agree in who is there and in what has passed. So every run of the infinite model is one here
//! with the same names of steps, and the other way round; it is fair on one side if and only if
//! it is fair on the other, since the same steps are possible and taken. A claim of runs that
//! speaks only of who is there and what has passed has the same verdict on both.
//!
//! A president who has been refused forgets his number, which he never uses again.
//!
//! (This shows nothing of ballot numbers that a priest may choose otherwise. That a president
//! takes a number above *all* others is his most lucky choice, so the livelock is not a matter
//! of bad luck with numbers.)
//!
//! `tests/progress.rs` has the claims, and compares the model with the one whose numbers grow.

use stateright::Model;
use std::collections::BTreeSet;
use std::fmt;

/// The model.
#[derive(Clone, Debug)]
pub struct TwoPresidents {
    /// How many voters there are. A majority of them is a quorum.
    pub voters: usize,
    /// Whether numbers are replaced by their order, so that there are finitely many states.
    pub keeps_order_only: bool,
}

/// The number of presidents.
pub const PRESIDENTS: usize = 2;

/// A ballot number; 0 is none.
pub type Number = u32;

/// A state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    /// The presidents.
    pub presidents: [President; PRESIDENTS],
    /// nextBal of each voter.
    pub next_bal: Vec<Number>,
    /// Whether a decree has been passed.
    pub is_passed: bool,
}

/// A president.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct President {
    /// Whether he is there.
    pub is_present: bool,
    /// What he is doing.
    pub status: Status,
    /// The number of his ballot; 0 while he is idle.
    pub tried: Number,
    /// The voters who have answered, as bits.
    pub answered: u8,
}

/// What a president is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// He has no ballot.
    Idle,
    /// He asks for promises.
    Trying,
    /// He asks for votes.
    Polling,
}

/// A step. Presidents and voters are numbers from 0 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The president tries a new ballot.
    Try(usize),
    /// The president asks the voter for a promise or for a vote, and is answered.
    Ask(usize, usize),
    /// The same request, or the answer to it, is lost.
    Lose(usize, usize),
    /// The president leaves for good.
    Leave(usize),
}

impl Step {
    /// The president whose work this step is; none if it is nobody's.
    pub const fn work_of(self) -> Option<usize> {
        match self {
            Self::Try(president) | Self::Ask(president, _) => Some(president),
            Self::Lose(..) | Self::Leave(_) => None,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Try(president) => write!(f, "president {president} tries a new ballot"),
            Self::Ask(president, voter) => write!(f, "president {president} asks voter {voter}"),
            Self::Lose(president, voter) => {
                write!(f, "what president {president} asks voter {voter} is lost")
            }
            Self::Leave(president) => write!(f, "president {president} leaves"),
        }
    }
}

impl State {
    /// Whether exactly one president is there.
    pub fn has_one_president(&self) -> bool {
        let present = self.presidents.iter().filter(|one| one.is_present);
        present.count() == 1
    }

    fn numbers(&mut self) -> impl Iterator<Item = &mut Number> {
        let tried = self.presidents.iter_mut().map(|one| &mut one.tried);
        tried.chain(&mut self.next_bal)
    }

    /// The largest number in use.
    fn largest(&self) -> Number {
        let tried = self.presidents.iter().map(|one| one.tried);
        tried
            .chain(self.next_bal.iter().copied())
            .max()
            .unwrap_or(0)
    }

    /// The same state with the numbers 1, 2, 3, … in the same order.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        let mut used: BTreeSet<Number> = self.numbers().map(|number| *number).collect();
        used.remove(&0);
        for number in self.numbers() {
            *number = used.iter().filter(|one| *one <= number).count() as Number;
        }
        self
    }
}

impl TwoPresidents {
    /// What the president has to ask this voter for, if anything.
    fn asks(state: &State, president: usize, voter: usize) -> bool {
        let president = &state.presidents[president];
        president.status != Status::Idle && president.answered & (1 << voter) == 0
    }

    fn after(&self, state: &State, step: Step) -> State {
        let mut next = state.clone();
        match step {
            Step::Try(president) => {
                let tried = state.largest() + 1;
                let president = &mut next.presidents[president];
                (president.status, president.tried) = (Status::Trying, tried);
            }
            Step::Ask(president, voter) => self.ask(&mut next, president, voter),
            Step::Lose(..) => {}
            Step::Leave(president) => {
                next.presidents[president] = President::idle(false);
            }
        }
        next
    }

    /// The voter answers, or refuses because his nextBal is larger.
    fn ask(&self, next: &mut State, president: usize, voter: usize) {
        let president = &mut next.presidents[president];
        if president.tried < next.next_bal[voter] {
            *president = President::idle(true);
            return;
        }
        next.next_bal[voter] = president.tried;
        president.answered |= 1 << voter;
        if 2 * president.answered.count_ones() as usize <= self.voters {
            return;
        }
        president.answered = 0;
        if president.status == Status::Trying {
            president.status = Status::Polling;
        } else {
            next.is_passed = true;
        }
    }
}

impl President {
    const fn idle(is_present: bool) -> Self {
        Self {
            is_present,
            status: Status::Idle,
            tried: 0,
            answered: 0,
        }
    }
}

impl Model for TwoPresidents {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            presidents: [President::idle(true); PRESIDENTS],
            next_bal: vec![0; self.voters],
            is_passed: false,
        }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        if state.is_passed {
            return;
        }
        for (number, president) in state.presidents.iter().enumerate() {
            if president.is_present && president.status == Status::Idle {
                steps.push(Step::Try(number));
            }
            let asks = (0..self.voters).filter(|voter| Self::asks(state, number, *voter));
            steps.extend(
                asks.flat_map(|voter| [Step::Ask(number, voter), Step::Lose(number, voter)]),
            );
            if !state.has_one_president() {
                steps.push(Step::Leave(number));
            }
        }
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let next = self.after(state, step);
        Some(if self.keeps_order_only {
            next.in_order()
        } else {
            next
        })
    }

    fn format_action(&self, step: &Step) -> String {
        step.to_string()
    }
}
