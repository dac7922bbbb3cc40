//! Messages as bytes: OmniPaxos' own type can be neither compared nor hashed.

use crate::disk::{Round, Value};
use omnipaxos::messages::Message;
use omnipaxos::messages::sequence_paxos::{PaxosMessage, PaxosMsg};
use std::fmt;

/// A message as bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wire(Vec<u8>);

impl Wire {
    pub(crate) fn of(message: &Message<Value>) -> Self {
        Self(postcard::to_stdvec(message).expect("to memory"))
    }

    /// The entries that a follower forwards to its leader in this message.
    pub fn forwarded(&self) -> usize {
        match self.open() {
            Message::SequencePaxos(PaxosMessage {
                msg: PaxosMsg::ProposalForward(entries),
                ..
            }) => entries.len(),
            _ => 0,
        }
    }

    pub(crate) fn open(&self) -> Message<Value> {
        postcard::from_bytes(&self.0).expect("written by a node")
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = match self.open() {
            Message::SequencePaxos(message) => message.msg,
            Message::BLE(message) => return message.msg.fmt(f),
        };
        match message {
            PaxosMsg::PrepareReq(ask) => write!(f, "PrepareReq {:?}", Round::from(ask.n)),
            PaxosMsg::Prepare(prepare) => write!(f, "Prepare {:?}", Round::from(prepare.n)),
            PaxosMsg::Promise(promise) => {
                let (round, accepted) = (Round::from(promise.n), Round::from(promise.n_accepted));
                let entries = promise.accepted_idx;
                write!(
                    f,
                    "Promise {round:?} with {entries} entries of {accepted:?}"
                )
            }
            PaxosMsg::AcceptSync(sync) => {
                let (round, session) = (Round::from(sync.n), sync.seq_num.session);
                let (from, entries) = (sync.log_sync.sync_idx, sync.log_sync.suffix);
                write!(f, "AcceptSync {round:?}, session {session}: ")?;
                write!(f, "{entries:?} from {from}, {} decided", sync.decided_idx)
            }
            PaxosMsg::AcceptDecide(accept) => {
                let (round, number) = (Round::from(accept.n), accept.seq_num);
                write!(
                    f,
                    "AcceptDecide {round:?}, {}.{}: ",
                    number.session, number.counter
                )?;
                write!(f, "{:?}, {} decided", accept.entries, accept.decided_idx)
            }
            PaxosMsg::Accepted(accepted) => {
                let (round, entries) = (Round::from(accepted.n), accepted.accepted_idx);
                write!(f, "Accepted {round:?}: {entries} entries")
            }
            PaxosMsg::NotAccepted(no) => write!(f, "NotAccepted {:?}", Round::from(no.n)),
            PaxosMsg::Decide(decide) => {
                let (round, number) = (Round::from(decide.n), decide.seq_num);
                write!(
                    f,
                    "Decide {round:?}, {}.{}: ",
                    number.session, number.counter
                )?;
                write!(f, "{} decided", decide.decided_idx)
            }
            PaxosMsg::ProposalForward(entries) => write!(f, "ProposalForward {entries:?}"),
            other => other.fmt(f),
        }
    }
}
