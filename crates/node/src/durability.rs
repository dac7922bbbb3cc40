//! What has to be durable before an output of a legislator leaves.
//!
//! The protocol's instances of different decree numbers are independent, so an output about one number
//! waits for the vote at this number, and for none at another. In a batch of requests, the president
//! so begins all ballots before he has written his first vote.
//!
//! Nothing about decrees waits until an *outcome* is durable. It follows from the votes of a quorum, and these
//! are durable: followers write theirs before they send Voted, and the president's own is awaited by
//! whatever is about the same decree. A crash may lose the outcome, and then the legislator learns it
//! again, for no other decree can pass. What tells how far a ledger goes (Present, for instance) does wait for
//! outcomes.
//!
//! The specs of the parliament with `synced` explore both, with crashes that lose what is not durable. A test of the
//! program drives legislators with these rules, and asks that no record is written later than these specs allow.

use crate::driver::Subjects;
use crate::{Action, Map, Message, Note};
use synod_process::Output;
use synod_protocol::parliament::{self, News};

/// What an output is about: [`Host::subjects`](crate::driver::Host::subjects) of every host of a
/// legislator.
///
/// ```
/// use synod_node::driver::Subjects;
/// use synod_node::{Decree, Note, durability};
/// use synod_process::Output;
/// use synod_protocol::parliament::DecreeNumber;
///
/// let outcome = Note::Outcome(DecreeNumber(7), Decree::OliveDay);
/// assert_eq!(durability::subjects(&Output::Record(outcome)), Subjects::Nothing);
/// ```
pub const fn subjects(output: &parliament::Output<Map>) -> Subjects {
    match output {
        Output::Record(Note::PrevVote(at, _)) | Output::Did(Action::At(at, _)) => {
            Subjects::One(at.0)
        }
        Output::Record(Note::Outcome(..)) | Output::Tell(News::Declined { .. }) => {
            Subjects::Nothing
        }
        Output::Send { message, .. } => of_message(message),
        Output::Tell(News::Law { number, .. }) => Subjects::Through(number.0),
        Output::Tell(News::Answered(answer)) => Subjects::Through(answer.number.0),
        _ => Subjects::Everything,
    }
}

const fn of_message(message: &Message) -> Subjects {
    match message {
        // Its `passed` is Success for all numbers up to that one.
        Message::BeginBallot { at, passed, .. } => Subjects::OneAndThrough(at.0, passed.0),
        Message::Voted { at, .. } | Message::Success { at, .. } => Subjects::One(at.0),
        Message::Forwarded { .. } | Message::Declined { .. } => Subjects::Nothing,
        _ => Subjects::Everything,
    }
}
