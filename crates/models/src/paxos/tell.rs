//! Names and descriptions of the states and steps of `Paxos`, in the words of the TLA+
//! specification.

use super::layout::ballot_name;
use super::{Action, Message, Paxos, State, claims, forbidden};
use crate::bounds::{Decree, Rank};
use crate::figure;
use crate::kinds::kinds;
use synod_math::{Ballot, BallotNumber, BallotSet, PriestSet};
use synod_vocabulary::{
    Claim, Deed, Describe, Field, Figure, Forbidden, Message as Drawn, Part, Value,
};

impl Paxos {
    /// The name of a decree. The name of BLANK is "None", as in the specification.
    pub fn decree_name(&self, decree: Decree) -> &str {
        match usize::from(decree.0).checked_sub(1) {
            Some(position) => &self.decrees[position],
            None => "None",
        }
    }

    fn message_name(&self, message: Message) -> String {
        let (ballot, decree) = (ballot_name, |v| self.decree_name(v));
        match message {
            Message::M1a(b) => format!("1a({})", ballot(b)),
            Message::M1b(b, vote) => {
                let (mbal, mval) = (ballot(vote.number), decree(vote.decree));
                format!("1b({}, {}, {mbal}, {mval})", vote.priest, ballot(b))
            }
            Message::M2a(b, v) => format!("2a({}, {})", ballot(b), decree(v)),
            Message::M2b(vote) => {
                let (b, v) = (ballot(vote.number), decree(vote.decree));
                format!("2b({}, {b}, {v})", vote.priest)
            }
        }
    }
}

impl Paxos {
    /// A message for a page. The specification does not say at whom it arrives, nor who
    /// starts a ballot.
    fn drawn_message(&self, message: Message) -> Drawn {
        let drawn = Drawn::new(self.message_name(message));
        match message {
            Message::M1a(_) | Message::M2a(..) => drawn,
            Message::M1b(_, vote) | Message::M2b(vote) => drawn.from(vote.priest.to_string()),
        }
    }
}

kinds! {
    /// The actions of the specification.
    pub(super) enum Kind of Action {
        Phase1a = "Phase1a": Action::Phase1a(_),
        Phase1b = "Phase1b": Action::Phase1b(..),
        Phase2a = "Phase2a": Action::Phase2a(..),
        Phase2b = "Phase2b": Action::Phase2b(..),
    }
}

impl Describe for Paxos {
    fn fields(&self, state: &State) -> Vec<Field> {
        let of_acceptors = self.acceptors.iter().flat_map(|priest| {
            let acceptor = self.acceptor(state, priest);
            [
                ("maxBal", ballot_name(acceptor.max_bal)),
                ("maxVBal", ballot_name(acceptor.max_v_bal)),
                ("maxVal", self.decree_name(acceptor.max_val).to_owned()),
            ]
            .map(|(variable, value)| {
                Field::of(priest, variable, Value::One(value)).in_part(Part::Ledger)
            })
        });
        let msgs = self.messages(state).map(|m| self.message_name(m));
        let msgs = Field::of_all("msgs", Value::set(msgs));
        of_acceptors.chain([msgs]).collect()
    }

    fn step_name(&self, action: &Action) -> String {
        let (ballot, decree) = (ballot_name, |v| self.decree_name(v));
        match *action {
            Action::Phase1a(b) => format!("Phase1a({})", ballot(b)),
            Action::Phase1b(a, b) => format!("{a}: Phase1b on 1a({})", ballot(b)),
            Action::Phase2a(b, v) => format!("Phase2a({}, {})", ballot(b), decree(v)),
            Action::Phase2b(a, b, v) => {
                format!("{a}: Phase2b on 2a({}, {})", ballot(b), decree(v))
            }
        }
    }

    fn kinds(&self) -> Vec<String> {
        Kind::NAMES.iter().map(|&name| name.to_owned()).collect()
    }

    fn kind(&self, action: &Action) -> usize {
        Kind::place(action)
    }

    fn processes(&self) -> Vec<String> {
        self.acceptors.iter().map(|a| a.to_string()).collect()
    }

    fn may_arrive(&self, state: &State) -> Vec<Drawn> {
        self.messages(state)
            .map(|m| self.drawn_message(m))
            .collect()
    }

    fn deed(&self, action: &Action) -> Deed {
        let (acceptor, received) = match *action {
            // A ballot has no owner, so these are steps of no acceptor.
            Action::Phase1a(_) | Action::Phase2a(..) => return Deed::default(),
            Action::Phase1b(a, b) => (a, Message::M1a(b)),
            Action::Phase2b(a, b, v) => (a, Message::M2a(b, v)),
        };
        Deed {
            process: Some(acceptor.to_string()),
            receives: Some(self.drawn_message(received)),
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
        Some(figure::without_conditions(&self.named_ballots(state)))
    }
}

impl Paxos {
    /// The ballots that have a 2a message. A ballot of `Paxos` has no quorum
    /// of its own. Its quorum here is the set of its voters if they are a majority, so that
    /// the ballot is successful, and otherwise the set of all acceptors.
    pub fn named_ballots(&self, state: &State) -> BallotSet<String> {
        let messages = self.messages(state);
        let begun = messages.filter_map(|message| match message {
            Message::M2a(b, v) => Some((b, v)),
            _ => None,
        });
        begun.filter_map(|(b, v)| self.drawn(state, b, v)).collect()
    }

    /// The ballot with its voters, as [`named_ballots`](Self::named_ballots) describes it.
    /// `None` only for −∞, since the quorum is not empty.
    fn drawn(&self, state: &State, ballot: Rank, decree: Decree) -> Option<Ballot<String>> {
        let messages = self.messages(state);
        let voters: PriestSet = messages
            .filter_map(|message| match message {
                Message::M2b(vote) => {
                    (vote.number == ballot && vote.decree == decree).then_some(vote.priest)
                }
                _ => None,
            })
            .collect();
        let quorum = if voters.len() >= self.layout.majority() {
            voters
        } else {
            self.acceptors
        };
        let number = BallotNumber(u64::from(ballot.0.checked_sub(1)?));
        let name = self.decree_name(decree).to_owned();
        Ballot::new(number, name, quorum, voters).ok()
    }
}
