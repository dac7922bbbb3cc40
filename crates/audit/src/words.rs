//! Actions in the words of A.1.

use crate::numbers::Named;
use synod_protocol::output::Action as Of;
use synod_protocol::parliament::DecreeNumber;
use synod_trace::{Action, Decree};

/// The decree number that an action is about, if it is about one.
pub(crate) fn at(action: &Action) -> Option<DecreeNumber> {
    match action {
        Action::At(at, _) | Action::LearnFromVotes(at) => Some(*at),
        _ => None,
    }
}

/// An action in the words of A.1.
pub(crate) fn name(action: &Action) -> String {
    let of = |action: &Of<Decree>| match action {
        Of::TryNewBallot(b) => format!("Try New Ballot {b}"),
        Of::SendNextBallot => "Send NextBallot".to_owned(),
        Of::ReceiveNextBallot(b) => format!("Receive NextBallot({b})"),
        Of::SendLastVote => "Send LastVote".to_owned(),
        Of::ReceiveLastVote(b, vote) => format!("Receive LastVote({b}, ·) of {}", vote.priest),
        Of::StartPolling(q, d) => format!("Start Polling {q} on {}", Named(d)),
        Of::SendBeginBallot => "Send BeginBallot".to_owned(),
        Of::ReceiveBeginBallot(b, d, _) => {
            format!("Receive BeginBallot({b}, {})", Named(d))
        }
        Of::SendVoted => "Send Voted".to_owned(),
        Of::ReceiveVoted(b, q) => format!("Receive Voted({b}, {q})"),
        Of::Succeed => "Succeed".to_owned(),
        Of::SendSuccess => "Send Success".to_owned(),
        Of::ReceiveSuccess(d) => format!("Receive Success({})", Named(d)),
    };
    match action {
        Action::Everywhere(action) => of(action),
        Action::At(at, action) => format!("{} at {at}", of(action)),
        Action::SendLastVote { above } => format!("Send LastVote above {above}"),
        Action::ReceiveLastVote { number, priest, .. } => {
            format!("Receive LastVote({number}, ·) of {priest}")
        }
        Action::LearnFromVotes(at) => format!("Learn From Votes at {at}"),
    }
}
