//! The TLA+ specification in Rust, with one function for each formula and sets of records.
//! It is slow and independent of the model.

use std::collections::{BTreeMap, BTreeSet};

/// A message of the TLA+ specification. −1 also stands for "None".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Record {
    OneA {
        bal: i8,
    },
    OneB {
        acc: usize,
        bal: i8,
        mbal: i8,
        mval: i8,
    },
    TwoA {
        bal: i8,
        val: i8,
    },
    TwoB {
        acc: usize,
        bal: i8,
        val: i8,
    },
}

const NONE: i8 = -1;

/// A state of the TLA+ specification.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Plain {
    pub msgs: BTreeSet<Record>,
    pub max_bal: BTreeMap<usize, i8>,
    pub max_v_bal: BTreeMap<usize, i8>,
    pub max_val: BTreeMap<usize, i8>,
}

/// The constants of the specification. The quorums are the majorities.
pub struct Specification {
    pub acceptors: usize,
    pub ballots: i8,
    pub values: i8,
}

impl Specification {
    pub fn init(&self) -> Plain {
        let all = |value| (0..self.acceptors).map(|a| (a, value)).collect();
        Plain {
            msgs: BTreeSet::new(),
            max_bal: all(-1),
            max_v_bal: all(-1),
            max_val: all(NONE),
        }
    }

    /// Every subset of the acceptors with more than half of them.
    fn quorums(&self) -> impl Iterator<Item = Vec<usize>> {
        let subsets = (0..1u32 << self.acceptors).map(|bits| {
            let members = (0..self.acceptors).filter(move |a| bits >> a & 1 == 1);
            members.collect::<Vec<_>>()
        });
        subsets.filter(|quorum| 2 * quorum.len() > self.acceptors)
    }

    pub fn next(&self, state: &Plain) -> Vec<Plain> {
        let mut next = Vec::new();
        for bal in 0..self.ballots {
            next.push(send(state, Record::OneA { bal }));
            for val in 0..self.values {
                if self.phase2a_is_enabled(state, bal, val) {
                    next.push(send(state, Record::TwoA { bal, val }));
                }
            }
        }
        for acc in 0..self.acceptors {
            next.extend(state.msgs.iter().filter_map(|m| phase1b(state, acc, m)));
            next.extend(state.msgs.iter().filter_map(|m| phase2b(state, acc, m)));
        }
        next.retain(|next| next != state);
        next
    }

    fn phase2a_is_enabled(&self, state: &Plain, b: i8, v: i8) -> bool {
        let is_2a = |m: &Record| matches!(*m, Record::TwoA { bal, .. } if bal == b);
        !state.msgs.iter().any(is_2a)
            && self.quorums().any(|quorum| {
                let answers: Vec<(usize, i8, i8)> = answers(state, b)
                    .filter(|(acc, ..)| quorum.contains(acc))
                    .collect();
                let votes: Vec<_> = answers.iter().filter(|(_, mbal, _)| *mbal >= 0).collect();
                let has_answered = |a: &usize| answers.iter().any(|(acc, ..)| acc == a);
                let is_largest = |mbal: i8| votes.iter().all(|(_, other, _)| mbal >= *other);
                quorum.iter().all(has_answered)
                    && (votes.is_empty()
                        || votes
                            .iter()
                            .any(|(_, mbal, mval)| *mval == v && is_largest(*mbal)))
            })
    }
}

fn send(state: &Plain, message: Record) -> Plain {
    let mut next = state.clone();
    next.msgs.insert(message);
    next
}

fn answers(state: &Plain, b: i8) -> impl Iterator<Item = (usize, i8, i8)> {
    state.msgs.iter().filter_map(move |m| match *m {
        Record::OneB {
            acc,
            bal,
            mbal,
            mval,
        } if bal == b => Some((acc, mbal, mval)),
        _ => None,
    })
}

fn phase1b(state: &Plain, acc: usize, m: &Record) -> Option<Plain> {
    let Record::OneA { bal } = *m else {
        return None;
    };
    (bal > state.max_bal[&acc]).then(|| {
        let (mbal, mval) = (state.max_v_bal[&acc], state.max_val[&acc]);
        let answer = Record::OneB {
            acc,
            bal,
            mbal,
            mval,
        };
        let mut next = send(state, answer);
        next.max_bal.insert(acc, bal);
        next
    })
}

fn phase2b(state: &Plain, acc: usize, m: &Record) -> Option<Plain> {
    let Record::TwoA { bal, val } = *m else {
        return None;
    };
    (bal >= state.max_bal[&acc]).then(|| {
        let mut next = send(state, Record::TwoB { acc, bal, val });
        next.max_bal.insert(acc, bal);
        next.max_v_bal.insert(acc, bal);
        next.max_val.insert(acc, val);
        next
    })
}
