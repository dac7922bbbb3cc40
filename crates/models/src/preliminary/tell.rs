//! Names and descriptions of the states and steps of the preliminary protocol, for
//! reports.

use super::{Action, Preliminary, State, claims, forbidden};
use crate::figure::{self, ballot_fields};
use crate::kinds::kinds;
use crate::messages::Packed;
use crate::refinement::Broken;
use crate::view::Synod;
use synod_vocabulary::{Claim, Deed, Describe, Field, Figure, Forbidden, Message, Part, Value};

kinds! {
    /// The six steps of §2.2.
    pub(super) enum Kind of Action {
        NextBallot = "NextBallot": Action::NextBallot(_),
        LastVote = "LastVote": Action::LastVote(..),
        BeginBallot = "BeginBallot": Action::BeginBallot(_),
        Vote = "Vote": Action::Vote(..),
        Success = "Success": Action::Succeed(_),
        ReceiveSuccess = "Receive Success": Action::ReceiveSuccess(..),
    }
}

impl<L> Preliminary<L> {
    /// The elements of 𝓜.
    pub fn messages(&self, state: &State) -> impl Iterator<Item = Packed> {
        self.space.sent(&state.messages)
    }
}

impl<L> Describe for Preliminary<L> {
    fn without_marks(&self, state: &State) -> Option<State> {
        let broken = Broken::NOTHING;
        (state.broken != broken).then_some(State { broken, ..*state })
    }

    fn fields(&self, state: &State) -> Vec<Field> {
        let bounds = &self.bounds;
        let outcomes = bounds.priests().map(|priest| {
            let outcome = bounds.decree_name(state.outcome[priest.index()]);
            Field::of(priest, "outcome", Value::one(outcome)).in_part(Part::Ledger)
        });
        let tried = bounds
            .ranks()
            .filter(|rank| state.has_tried(*rank))
            .map(|rank| bounds.number_name(rank));
        let messages = self.messages(state).map(|packed| packed.named(bounds));
        outcomes
            .chain([Field::of_all("tried", Value::set(tried))])
            .chain(ballot_fields(&self.named_ballots(state)))
            .chain([Field::of_all("𝓜", Value::set(messages)).with_key("messages")])
            .collect()
    }

    fn kinds(&self) -> Vec<String> {
        Kind::NAMES.iter().map(|&name| name.to_owned()).collect()
    }

    fn kind(&self, action: &Action) -> usize {
        Kind::place(action)
    }

    fn step_name(&self, action: &Action) -> String {
        let owner = |rank| self.bounds.owner_name(rank);
        let number = |rank| self.bounds.number_name(rank);
        let decree = |decree| self.bounds.decree_name(decree);
        match *action {
            Action::NextBallot(b) => format!("{}: NextBallot({})", owner(b), number(b)),
            Action::LastVote(q, b) => format!("{q}: LastVote to NextBallot({})", number(b)),
            Action::BeginBallot(key) => {
                let (p, b, d) = (owner(key.number), number(key.number), decree(key.decree));
                format!("{p}: BeginBallot({b}, {d}) to {}", key.quorum())
            }
            Action::Vote(q, key) => format!("{q}: Vote in ballot {}", number(key.number)),
            Action::Succeed(key) => {
                let (p, b, d) = (owner(key.number), number(key.number), decree(key.decree));
                format!("{p}: Success({d}) of ballot {b}")
            }
            Action::ReceiveSuccess(q, d) => format!("{q}: Receive Success({})", decree(d)),
        }
    }

    fn processes(&self) -> Vec<String> {
        self.bounds.priests().map(|p| p.to_string()).collect()
    }

    fn may_arrive(&self, state: &State) -> Vec<Message> {
        let messages = self.messages(state);
        messages
            .map(|message| message.drawn(&self.bounds))
            .collect()
    }

    fn deed(&self, action: &Action) -> Deed {
        let owner = |b| self.bounds.owner(b);
        // Steps 3 and 5 need several messages, and so receive none of them.
        let (process, received) = match *action {
            Action::NextBallot(b) => (owner(b), None),
            Action::LastVote(q, b) => (Some(q), Some(Packed::NextBallot(b))),
            Action::BeginBallot(key) | Action::Succeed(key) => (owner(key.number), None),
            Action::Vote(q, key) => (Some(q), Some(Packed::BeginBallot(key))),
            Action::ReceiveSuccess(q, d) => (Some(q), Some(Packed::Success(d))),
        };
        Deed {
            process: process.map(|p| p.to_string()),
            receives: received.map(|message| message.drawn(&self.bounds)),
            ..Deed::default()
        }
    }

    fn forbidden(&self, state: &State) -> Vec<Forbidden> {
        forbidden::forbidden(self, state)
    }

    fn claims(&self) -> Vec<Claim<Self>> {
        claims::claims(self)
    }

    fn figure(&self, state: &State) -> Option<Figure> {
        Some(figure::of(&self.named_ballots(state)))
    }
}
