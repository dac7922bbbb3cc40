//! The law (§4): the state of the machine after the longest prefix of decrees without a gap, and the last
//! answer to each client. [`Legislator::law`](super::Legislator::law) reads it.

use super::decree::{Decree, DecreeNumber, Request, RequestId};
use crate::state_machine::StateMachine;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The number of clients whose last answers the law remembers. The client whose last request is the
/// oldest is forgotten first; if it retries that request later, the request is carried out again. The
/// number is the same for all legislators, because it is part of the law.
pub const CLIENTS: usize = 65_536;

/// The state of a machine that has carried out decrees 1 to `through`, each request once: a decree that
/// grants a request a second time changes nothing.
///
/// Invariant: it depends on those decrees only. A clone is a snapshot (§3.3.2); it takes as long as a clone
/// of the machine.
///
/// # Examples
/// ```
/// use synod_protocol::parliament::{Decree, Law, Request, RequestId};
/// use synod_protocol::state_machine::register::{Command, Register};
///
/// let mut law = Law::<Register<char>>::default();
/// let id = RequestId { client: 7, sequence: 1 };
/// let decree = Decree::Request(Request { id, command: Command::Write('a') });
/// let first = law.pass(&decree);
/// law.pass(&Decree::OliveDay);
/// assert_eq!(law.pass(&decree), first); // The answer again; the command is not carried out.
/// assert_eq!(law.through().0, 3);
///
/// // A snapshot can be taken apart and put together.
/// assert_eq!(Law::restore(law.through(), law.entries()), law);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Law<S: StateMachine> {
    through: DecreeNumber,
    state: S,
    answers: Arc<BTreeMap<u64, Given<S::Response>>>,
}

/// A part of a law, for snapshots: see [`Law::entries`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LawEntry<S: StateMachine> {
    /// A part of the machine's state.
    State(S::Entry),
    /// The last answer to a client.
    Answer(Answer<S::Response>),
}

// Not derived: the derived one would demand that responses have a default, too.
impl<S: StateMachine> Default for Law<S> {
    fn default() -> Self {
        Self {
            state: S::default(),
            through: DecreeNumber::ZERO,
            answers: Arc::default(),
        }
    }
}

/// The answer to a [`Request`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Answer<R> {
    /// The request.
    pub id: RequestId,
    /// The number of the decree that granted it.
    pub number: DecreeNumber,
    /// The response of the state machine.
    pub response: R,
}

/// The last answer to a client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Given<R> {
    sequence: u64,
    number: DecreeNumber,
    response: R,
}

/// What the law knows of a request: the result of [`Law::known`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<R> {
    /// It has not been carried out, or is forgotten.
    Nothing,
    /// It has been carried out, with this answer.
    Answered(Answer<R>),
    /// A later request of the same client has been carried out.
    Superseded,
}

impl<S: StateMachine> Law<S> {
    /// The state of the machine.
    pub const fn state(&self) -> &S {
        &self.state
    }

    /// The number of the last decree that is law.
    pub const fn through(&self) -> DecreeNumber {
        self.through
    }

    /// Whether a request has been carried out, and its answer. O(log clients).
    pub fn known(&self, id: RequestId) -> Known<S::Response> {
        match self.answers.get(&id.client) {
            Some(given) if given.sequence == id.sequence => Known::Answered(Answer {
                id,
                number: given.number,
                response: given.response.clone(),
            }),
            Some(given) if given.sequence > id.sequence => Known::Superseded,
            _ => Known::Nothing,
        }
    }

    /// The law in parts, each as large as an entry of the machine or an answer.
    pub fn entries(&self) -> impl Iterator<Item = LawEntry<S>> {
        let answers = self.answers.iter().map(|(&client, given)| Answer {
            id: RequestId {
                client,
                sequence: given.sequence,
            },
            number: given.number,
            response: given.response.clone(),
        });
        let state = self.state.entries().map(LawEntry::State);
        state.chain(answers.map(LawEntry::Answer))
    }

    /// The law after decree `through` that has these [`entries`](Self::entries).
    pub fn restore(through: DecreeNumber, entries: impl IntoIterator<Item = LawEntry<S>>) -> Self {
        let mut answers = BTreeMap::new();
        let mut of_the_state = entries.into_iter().filter_map(|entry| match entry {
            LawEntry::State(entry) => Some(entry),
            LawEntry::Answer(Answer {
                id,
                number,
                response,
            }) => {
                let sequence = id.sequence;
                let given = Given {
                    sequence,
                    number,
                    response,
                };
                answers.insert(id.client, given);
                None
            }
        });
        let state = S::restore(of_the_state.by_ref());
        // A machine may need fewer entries than there are; the answers follow them.
        of_the_state.for_each(drop);
        Self {
            through,
            state,
            answers: Arc::new(answers),
        }
    }

    /// Makes the next decree law. Returns the answer to its request, if it grants one. O(log clients)
    /// and the time of the machine; O(clients) when a client must be forgotten.
    pub fn pass(&mut self, decree: &Decree<S::Command>) -> Option<Answer<S::Response>> {
        self.through = self.through.next();
        let Decree::Request(request) = decree else {
            return None;
        };
        match self.known(request.id) {
            Known::Nothing => Some(self.carry_out(request)),
            Known::Answered(answer) => Some(answer),
            Known::Superseded => None,
        }
    }

    fn carry_out(&mut self, request: &Request<S::Command>) -> Answer<S::Response> {
        let response = self.state.apply(&request.command);
        let given = Given {
            sequence: request.id.sequence,
            number: self.through,
            response: response.clone(),
        };
        let answers = Arc::make_mut(&mut self.answers);
        answers.insert(request.id.client, given);
        if answers.len() > CLIENTS {
            forget_the_oldest(answers);
        }
        Answer {
            id: request.id,
            number: self.through,
            response,
        }
    }
}

fn forget_the_oldest<R>(answers: &mut BTreeMap<u64, Given<R>>) {
    let by_age = answers.iter().min_by_key(|(_, given)| given.number);
    if let Some(oldest) = by_age.map(|(&client, _)| client) {
        answers.remove(&oldest);
    }
}
