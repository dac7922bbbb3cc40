//! Whether a legislator who is asked for a decree that he has cut off sends the snapshot.

use super::Candidate;
use super::setting::Machine;
use crate::world::Observed;
use synod_process::Input;
use synod_protocol::parliament::law::Known;
use synod_protocol::parliament::{DecreeNumber, Ledger, Message};

/// Whether a step is an answer to a legislator who asks for a decree that is cut off, and has no
/// snapshot for him.
pub(super) fn in_vain(step: &Observed<'_, Candidate>) -> bool {
    let Some(Input::Receive { from, message }) = &step.deeds.input else {
        return false;
    };
    let is_snapshot = |message: &Message<Machine>| matches!(message, Message::Snapshot { .. });
    let mut sent = step.sent();
    !step.deeds.crashed
        && asks_for_a_cut_decree(step, message)
        && !sent.any(|letter| letter.to == *from && is_snapshot(&letter.message))
}

/// Whether a message that is not refused, and not too late, asks for a decree that is cut off.
fn asks_for_a_cut_decree(step: &Observed<'_, Candidate>, message: &Message<Machine>) -> bool {
    let (ledger, shipped) = (&step.before.ledger, step.before.process.shipped());
    match message {
        Message::NextBallot { number, known, .. } => {
            Some(*number) > ledger.next_bal && ledger.is_cut_after(*known)
        }
        Message::NextPart { number, above, .. } => {
            let has_voted = ledger.votes.values().any(|cast| cast.number == *number);
            ledger.next_bal == Some(*number) && !has_voted && ledger.is_cut_after(*above)
        }
        Message::LastVote {
            number, missing, ..
        } => ledger.last_tried == Some(*number) && missing.iter().any(|&at| is_cut(ledger, at)),
        Message::BeginBallot {
            number, at, quorum, ..
        } => {
            let may_vote = ledger.next_bal == Some(*number) && quorum.contains(shipped.me());
            may_vote && is_cut(ledger, *at)
        }
        Message::Present { known, .. } => shipped.is_president() && is_cut(ledger, known.next()),
        Message::Forwarded { request } => match shipped.law().known(request.id) {
            Known::Answered(answer) => is_cut(ledger, answer.number),
            Known::Nothing | Known::Superseded => false,
        },
        _ => false,
    }
}

fn is_cut(ledger: &Ledger<Machine>, at: DecreeNumber) -> bool {
    ledger.knows(at) && !ledger.decrees.contains_key(&at)
}
