//! Flexible Paxos (Howard, Malkhi, Spiegelman 2016): the quorums of phase 1 need to intersect
//! those of phase 2, and nothing else. A plain model of Stateright; `tests/quorums.rs` checks it.

#![allow(missing_docs)] // The names say it.

use stateright::{Model, Property};
use std::collections::BTreeSet;

pub type Quorum = BTreeSet<u8>;

/// Paxos on one value, with the quorums of each phase.
#[derive(Clone, Debug)]
pub struct FlexiblePaxos {
    pub acceptors: u8,
    pub ballots: u8,
    pub values: u8,
    pub phase1: Vec<Quorum>,
    pub phase2: Vec<Quorum>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub acceptors: Vec<Acceptor>,
    pub messages: BTreeSet<Message>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Acceptor {
    /// The largest ballot that it has seen.
    pub ballot: u8,
    /// The last ballot in which it has accepted a value, and the value.
    pub accepted: Option<(u8, u8)>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    Prepare {
        ballot: u8,
    },
    Promise {
        ballot: u8,
        by: u8,
        accepted: Option<(u8, u8)>,
    },
    Accept {
        ballot: u8,
        value: u8,
    },
    Accepted {
        ballot: u8,
        by: u8,
        value: u8,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Prepare { ballot: u8 },
    Promise { ballot: u8, by: u8 },
    Propose { ballot: u8, value: u8 },
    Accept { ballot: u8, value: u8, by: u8 },
}

impl FlexiblePaxos {
    /// The values that a proposer may choose in a ballot, if a quorum of phase 1 has promised:
    /// that of the largest ballot in which one of the quorum has accepted, or else any.
    fn may_propose(&self, state: &State, ballot: u8) -> BTreeSet<u8> {
        let promises = |quorum: &Quorum| {
            let promises = state.messages.iter().filter_map(|message| match message {
                Message::Promise {
                    ballot: b,
                    by,
                    accepted,
                } if *b == ballot && quorum.contains(by) => Some(*accepted),
                _ => None,
            });
            promises.collect::<Vec<_>>()
        };
        let mut values = BTreeSet::new();
        for quorum in &self.phase1 {
            let promises = promises(quorum);
            if promises.len() < quorum.len() {
                continue;
            }
            match promises.into_iter().flatten().max() {
                Some((_, value)) => values.extend([value]),
                None => values.extend(0..self.values),
            }
        }
        values
    }

    /// The values that a quorum of phase 2 has accepted in one ballot.
    pub fn chosen(&self, state: &State) -> BTreeSet<u8> {
        let mut chosen = BTreeSet::new();
        for message in &state.messages {
            if let Message::Accept { ballot, value } = *message {
                let has_accepted = |by: &u8| {
                    state.messages.contains(&Message::Accepted {
                        ballot,
                        by: *by,
                        value,
                    })
                };
                if self
                    .phase2
                    .iter()
                    .any(|quorum| quorum.iter().all(has_accepted))
                {
                    chosen.insert(value);
                }
            }
        }
        chosen
    }
}

impl Model for FlexiblePaxos {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            acceptors: vec![Acceptor::default(); usize::from(self.acceptors)],
            messages: BTreeSet::new(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for ballot in 1..=self.ballots {
            if !state.messages.contains(&Message::Prepare { ballot }) {
                actions.push(Action::Prepare { ballot });
            }
            let has_proposed = |message: &Message| matches!(message, Message::Accept { ballot: b, .. } if *b == ballot);
            if !state.messages.iter().any(has_proposed) {
                let values = self.may_propose(state, ballot).into_iter();
                actions.extend(values.map(|value| Action::Propose { ballot, value }));
            }
        }
        for message in &state.messages {
            for (by, acceptor) in (0..).zip(&state.acceptors) {
                match *message {
                    Message::Prepare { ballot } if ballot > acceptor.ballot => {
                        actions.push(Action::Promise { ballot, by });
                    }
                    Message::Accept { ballot, value }
                        if ballot >= acceptor.ballot
                            && acceptor.accepted != Some((ballot, value)) =>
                    {
                        actions.push(Action::Accept { ballot, value, by });
                    }
                    _ => {}
                }
            }
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut next = state.clone();
        let message = match action {
            Action::Prepare { ballot } => Message::Prepare { ballot },
            Action::Promise { ballot, by } => {
                let acceptor = &mut next.acceptors[usize::from(by)];
                acceptor.ballot = ballot;
                let accepted = acceptor.accepted;
                Message::Promise {
                    ballot,
                    by,
                    accepted,
                }
            }
            Action::Propose { ballot, value } => Message::Accept { ballot, value },
            Action::Accept { ballot, value, by } => {
                let acceptor = &mut next.acceptors[usize::from(by)];
                acceptor.ballot = ballot;
                acceptor.accepted = Some((ballot, value));
                Message::Accepted { ballot, by, value }
            }
        };
        next.messages.insert(message);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("one value is chosen", |model, state| {
                model.chosen(state).len() <= 1
            }),
            Property::sometimes("a value is chosen", |model, state| {
                !model.chosen(state).is_empty()
            }),
        ]
    }
}

/// All sets of so many acceptors.
pub fn sets_of(size: u32, acceptors: u8) -> Vec<Quorum> {
    let sets = (0_u32..1 << acceptors).filter(|set| set.count_ones() == size);
    let members = |set: u32| (0..acceptors).filter(move |by| set & (1 << by) != 0);
    sets.map(|set| members(set).collect()).collect()
}

/// The rows of a grid: acceptors 0, 1, … stand in rows of `columns`.
pub fn rows(rows: u8, columns: u8) -> Vec<Quorum> {
    let row = |row| (row * columns..(row + 1) * columns).collect();
    (0..rows).map(row).collect()
}

/// The columns of the same grid.
pub fn columns(rows: u8, columns: u8) -> Vec<Quorum> {
    let column = |column| (0..rows).map(|row| row * columns + column).collect();
    (0..columns).map(column).collect()
}
