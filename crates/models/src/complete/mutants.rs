//! Mutants of the shipped code: each tampers with what goes into the shipped
//! process or comes out of it, so that one rule is dropped. The shipped crate
//! knows nothing of them.

use crate::bounds::Decree;
use crate::candidate::{mutants, sent_first};
use synod_math::{BallotNumber, Cast, Priest, Vote};
use synod_process::Process as _;
use synod_protocol::{Action, Complete, Input, Message, Note, Output, Outputs, Slip};

mutants! {
    /// A named wrong process.
    pub enum Mutant of Complete<Decree> {
        /// A LastVote leaves before nextBal is recorded.
        LastVoteBeforeNextBal: "LastVote sent before nextBal is recorded", true,
            |shipped, input| {
                sent_first(shipped.handle(input), |message| {
                    matches!(message, Message::LastVote { .. })
                })
            };
        /// A Voted leaves before the vote is recorded.
        VotedBeforeTheVote: "Voted sent before the vote is recorded", true, |shipped, input| {
            sent_first(shipped.handle(input), |message| {
                matches!(message, Message::Voted { .. })
            })
        };
        /// A process that recovers has no nextBal.
        RecoverWithoutNextBal: "recover without nextBal", true, Complete::handle,
            forgets |ledger| ledger.next_bal = ledger.prev_bal();
        /// A process that recovers has no last vote.
        RecoverWithoutPrevVote: "recover without prevVote", true, Complete::handle,
            forgets |ledger| ledger.prev_vote = None;
        /// The decree is that of the LastVote that came last.
        LastInsteadOfLargest: "the last LastVote instead of the largest", false,
            |shipped, input| shipped.handle(made_largest(shipped, input));
        /// One Voted counts for two.
        VoteCountedTwice: "a vote counted twice", false, counted_twice;
        /// BeginBallot goes to everybody, and who is not of the quorum votes too,
        /// in a ballot above his nextBal, which stays as it is on disk. (Among the
        /// quorum there is nobody to do that: all of it has promised.)
        VoteAboveNextBal: "vote for b > nextBal without recording it", false, vote_above;
        /// A process that recovers does not know which numbers it has tried.
        NumberReused: "a ballot number reused after recovery", true, Complete::handle,
            forgets |ledger| ledger.last_tried = None;
        /// A process that nobody is expected to refuse panics when it is refused.
        RefusalPanics: "a refusal panics", false, |shipped, input| {
            assert!(!is_refusal(&input), "nobody refuses a ballot");
            shipped.handle(input)
        };
    }
}

const fn is_refusal(input: &Input<Decree>) -> bool {
    let Input::Receive { message, .. } = input else {
        return false;
    };
    matches!(message, Message::Refused { .. })
}

/// A vote that is told gets a larger number than all that were told before.
fn made_largest(shipped: &Complete<Decree>, input: Input<Decree>) -> Input<Decree> {
    let Slip::Trying { prev_votes } = shipped.basic().slip() else {
        return input;
    };
    let largest = prev_votes.values().filter_map(Vote::number).max();
    match (input, largest) {
        (
            Input::Receive {
                from,
                message: Message::LastVote { number, vote },
            },
            Some(largest),
        ) => {
            let cast = vote.cast.map(|cast| Cast {
                number: cast.number.max(BallotNumber(largest.0 + 1)),
                decree: cast.decree,
            });
            let vote = Vote { cast, ..vote };
            let message = Message::LastVote { number, vote };
            Input::Receive { from, message }
        }
        (input, _) => input,
    }
}

/// After the vote of one, that of the next of the quorum who has not voted.
fn counted_twice(shipped: &mut Complete<Decree>, input: Input<Decree>) -> Outputs<Decree> {
    let counted = match &input {
        Input::Receive {
            message: Message::Voted { number, .. },
            ..
        } => Some(*number),
        _ => None,
    };
    let mut outputs = shipped.handle(input);
    let missing = match shipped.basic().slip() {
        Slip::Polling { quorum, voters, .. } => {
            quorum.iter().find(|&priest| !voters.contains(priest))
        }
        _ => None,
    };
    if let (Some(number), Some(priest)) = (counted, missing) {
        let message = Message::Voted { number, priest };
        let more = shipped.handle(Input::Receive {
            from: priest,
            message,
        });
        outputs.outputs.extend(more.outputs);
    }
    outputs
}

/// Asks everybody to vote; and promises in silence what it is asked to vote in.
fn vote_above(shipped: &mut Complete<Decree>, input: Input<Decree>) -> Outputs<Decree> {
    let input = match input {
        Input::Receive {
            from,
            message:
                Message::BeginBallot {
                    number,
                    decree,
                    quorum,
                },
        } => {
            promise_in_silence(shipped, from, number);
            let message = Message::BeginBallot {
                number,
                decree,
                quorum: quorum.with(shipped.basic().me()),
            };
            Input::Receive { from, message }
        }
        input => input,
    };
    let mut outputs = shipped.handle(input);
    let begun = outputs.outputs.iter().find_map(|output| match output {
        Output::Send { message, .. } => Some(message).filter(|m| is_begin_ballot(m)),
        _ => None,
    });
    if let Some(message) = begun.copied() {
        let everybody = shipped.basic().others();
        let sent = everybody.iter().map(|to| Output::Send { to, message });
        outputs.outputs.extend(sent);
    }
    outputs
}

const fn is_begin_ballot(message: &Message<Decree>) -> bool {
    matches!(message, Message::BeginBallot { .. })
}

fn promise_in_silence(shipped: &mut Complete<Decree>, from: Priest, number: BallotNumber) {
    if shipped.basic().ledger().next_bal < Some(number) {
        let message = Message::NextBallot { number };
        let outputs = shipped.handle(Input::Receive { from, message });
        debug_assert!(outputs.outputs.iter().all(|output| matches!(
            output,
            Output::Record(Note::NextBal(_))
                | Output::Send { .. }
                | Output::Did(Action::ReceiveNextBallot(_) | Action::SendLastVote)
        )));
    }
}
