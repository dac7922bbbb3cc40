//! §4: the law, which is the state after the longest gap-free prefix of
//! decrees, and who has been answered what.

use super::decree::{Decree, DecreeNumber, Request, RequestId};
use super::output::Answer;
use crate::state_machine::StateMachine;
use std::collections::BTreeMap;

/// How many clients the law remembers the last answer for. The one whose last
/// request is the oldest is forgotten first; if he retries that very request
/// afterwards, it is carried out again. The same for all legislators, because
/// it is law.
pub const CLIENTS: usize = 65_536;

/// The state of a machine that has carried out decrees 1 to `through`, each
/// request once: a decree that grants a request again changes nothing.
///
/// Invariant: a function of those decrees alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Law<S: StateMachine> {
    state: S,
    through: DecreeNumber,
    answers: BTreeMap<u64, Given<S::Response>>,
}

// Not derived: that would ask for a response by default.
impl<S: StateMachine> Default for Law<S> {
    fn default() -> Self {
        Self {
            state: S::default(),
            through: DecreeNumber::ZERO,
            answers: BTreeMap::new(),
        }
    }
}

/// The last answer to a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Given<R> {
    sequence: u64,
    number: DecreeNumber,
    response: R,
}

/// What the law knows of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<R> {
    /// Nothing.
    Nothing,
    /// It was carried out, with this answer.
    Answered(Answer<R>),
    /// A later one of the same client was.
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

    /// What is known of a request. O(log clients).
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

    /// The next decree becomes law; the answer to its request. O(log clients)
    /// and the machine's own time; O(clients) when one must be forgotten.
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
        self.answers.insert(request.id.client, given);
        if self.answers.len() > CLIENTS {
            self.forget_the_oldest();
        }
        Answer {
            id: request.id,
            number: self.through,
            response,
        }
    }

    fn forget_the_oldest(&mut self) {
        let by_age = self.answers.iter().min_by_key(|(_, given)| given.number);
        if let Some(oldest) = by_age.map(|(&client, _)| client) {
            self.answers.remove(&oldest);
        }
    }
}
