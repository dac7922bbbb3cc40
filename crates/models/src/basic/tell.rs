//! Names and descriptions of the states and steps of the basic protocol, for reports.

use super::{Action, Basic, Legislator, State, claims};
use crate::figure::{self, ballot_fields};
use crate::kinds::kinds;
use crate::messages::{Packed, PackedVote};
use crate::refinement::Broken;
use crate::view::Synod;
use crate::world::in_parts;
use synod_math::{Priest, Vote};
use synod_vocabulary::{
    Claim, Deed, Describe, Field, Figure, Forbidden, Happening, Message, Value,
};

impl<L> Basic<L> {
    /// The votes in a priest's prevVotes.
    pub fn prev_votes(&self, of: &Legislator) -> impl Iterator<Item = PackedVote> + Clone {
        self.codes.votes.iter(of.prev_votes)
    }

    /// The elements of 𝓜.
    pub fn messages(&self, state: &State) -> impl Iterator<Item = Packed> {
        self.codes.space.sent(&state.messages)
    }

    /// The same state with only those messages in 𝓜 for which `keep` returns true.
    pub(crate) fn with_messages(&self, state: &State, keep: impl Fn(Packed) -> bool) -> State {
        let mut kept = *state;
        for index in state.messages.iter() {
            if !keep(self.codes.space.message(index)) {
                kept.messages.remove(index);
            }
        }
        kept
    }

    fn named_vote(&self, vote: PackedVote) -> Vote<String> {
        let vote = vote.unpack(&self.codes.bounds);
        vote.map(|decree| self.codes.bounds.decree_name(*decree).to_owned())
    }

    fn legislator_fields(&self, state: &State, priest: Priest) -> Vec<Field> {
        let of = state.of(priest);
        let decree = |decree| Value::one(self.codes.bounds.decree_name(decree));
        let number = |rank| Value::One(self.codes.bounds.number_name(rank));
        let prev_votes = self.prev_votes(of).map(|vote| self.named_vote(vote));
        let ledger = [
            ("outcome", decree(of.outcome)),
            ("lastTried", number(of.last_tried)),
            ("prevBal", number(of.prev_bal)),
            ("prevDec", decree(of.prev_dec)),
            ("nextBal", number(of.next_bal)),
        ];
        let slip = [
            ("status", Value::one(of.status)),
            ("prevVotes", Value::set(prev_votes)),
            ("quorum", Value::set(of.quorum().iter())),
            ("voters", Value::set(of.voters().iter())),
            ("decree", decree(of.decree)),
        ];
        in_parts(priest, ledger, slip)
    }
}

kinds! {
    /// The actions of A.1, and Lose Slip, which only forgetful priests have.
    pub(super) enum Kind of Action {
        TryNewBallot = "Try New Ballot": Action::TryNewBallot(..),
        SendNextBallot = "Send NextBallot": Action::SendNextBallot(_),
        ReceiveNextBallot = "Receive NextBallot": Action::ReceiveNextBallot(..),
        SendLastVote = "Send LastVote": Action::SendLastVote(_),
        ReceiveLastVote = "Receive LastVote": Action::ReceiveLastVote(..),
        StartPolling = "Start Polling": Action::StartPolling(..),
        SendBeginBallot = "Send BeginBallot": Action::SendBeginBallot(_),
        ReceiveBeginBallot = "Receive BeginBallot": Action::ReceiveBeginBallot(..),
        SendVoted = "Send Voted": Action::SendVoted(_),
        ReceiveVoted = "Receive Voted": Action::ReceiveVoted(..),
        Succeed = "Succeed": Action::Succeed(_),
        SendSuccess = "Send Success": Action::SendSuccess(_),
        ReceiveSuccess = "Receive Success": Action::ReceiveSuccess(..),
        LoseSlip = "Lose Slip": Action::LoseSlip(_),
    }
}

impl<L> Describe for Basic<L> {
    fn without_marks(&self, state: &State) -> Option<State> {
        let broken = Broken::NOTHING;
        (state.broken != broken).then_some(State { broken, ..*state })
    }

    fn fields(&self, state: &State) -> Vec<Field> {
        let priests = self.codes.bounds.priests();
        let messages = self.messages(state);
        let messages = messages.map(|message| message.named(&self.codes.bounds));
        priests
            .flat_map(|priest| self.legislator_fields(state, priest))
            .chain(ballot_fields(&self.named_ballots(state)))
            .chain([Field::of_all("𝓜", Value::set(messages)).with_key("messages")])
            .collect()
    }

    fn kinds(&self) -> Vec<String> {
        let others = usize::from(!self.forgetful);
        let names = Kind::NAMES.iter().take(Kind::NAMES.len() - others);
        names.map(|&name| name.to_owned()).collect()
    }

    fn kind(&self, action: &Action) -> usize {
        Kind::place(action)
    }

    fn changes_nothing(&self, state: &State, action: &Action) -> bool {
        self.step(state, *action).as_ref() == Some(state)
    }

    fn step_name(&self, action: &Action) -> String {
        let bounds = &self.codes.bounds;
        let number = |rank| bounds.number_name(rank);
        let received = |packed: Packed| format!("Receive {}", packed.named(bounds));
        let of_owner = |rank, packed| format!("{}: {}", bounds.owner_name(rank), received(packed));
        match *action {
            Action::TryNewBallot(p, b) => format!("{p}: Try New Ballot {}", number(b)),
            Action::SendNextBallot(p) => format!("{p}: Send NextBallot"),
            Action::ReceiveNextBallot(q, b) => format!("{q}: {}", received(Packed::NextBallot(b))),
            Action::SendLastVote(q) => format!("{q}: Send LastVote"),
            Action::ReceiveLastVote(b, vote) => of_owner(b, Packed::LastVote(b, vote)),
            Action::StartPolling(p, quorum, d) => {
                let decree = bounds.decree_name(d);
                format!("{p}: Start Polling {quorum} on {decree}")
            }
            Action::SendBeginBallot(p) => format!("{p}: Send BeginBallot"),
            Action::ReceiveBeginBallot(q, ballot) => {
                let (b, d) = (number(ballot.number), bounds.decree_name(ballot.decree));
                format!("{q}: Receive BeginBallot({b}, {d})")
            }
            Action::SendVoted(q) => format!("{q}: Send Voted"),
            Action::ReceiveVoted(b, q) => of_owner(b, Packed::Voted(b, q)),
            Action::Succeed(p) => format!("{p}: Succeed"),
            Action::SendSuccess(p) => format!("{p}: Send Success"),
            Action::ReceiveSuccess(q, d) => format!("{q}: {}", received(Packed::Success(d))),
            Action::LoseSlip(p) => format!("{p}: Lose Slip"),
        }
    }

    fn processes(&self) -> Vec<String> {
        self.codes.bounds.priests().map(|p| p.to_string()).collect()
    }

    fn may_arrive(&self, state: &State) -> Vec<Message> {
        let messages = self.messages(state);
        messages
            .map(|message| message.drawn(&self.codes.bounds))
            .collect()
    }

    fn deed(&self, action: &Action) -> Deed {
        let happens = match action {
            Action::LoseSlip(_) => Happening::Crash,
            _ => Happening::Acts,
        };
        Deed {
            process: self.priest_of(action).map(|p| p.to_string()),
            receives: action
                .receives()
                .map(|packed| packed.drawn(&self.codes.bounds)),
            happens,
        }
    }

    fn forbidden(&self, state: &State) -> Vec<Forbidden> {
        self.forbidden_steps(state, |action| self.step(state, action))
    }

    fn objection(&self, state: &State, action: &Action) -> Option<String> {
        self.objection_to(state, *action)
    }

    fn claims(&self) -> Vec<Claim<Self>> {
        claims::claims(self)
    }

    fn figure(&self, state: &State) -> Option<Figure> {
        Some(figure::of(&self.named_ballots(state)))
    }
}
