//! Mutants of the shipped priest of one decree: each tampers with the inputs or outputs
//! of the shipped process, so that one rule is dropped. The shipped crate does not contain
//! them. [`world`](super::world) takes one as an argument.
//!
//! ```
//! use stateright::{Checker, Model};
//! use synod_models::complete::mutants::Mutant;
//! use synod_models::{bounds::Bounds, complete};
//!
//! let bounds = Bounds::new(3, &[1], 1, &["olives"].map(String::from))?;
//! let mutant = Mutant::NumberReused; // It needs a crash.
//! let checker = complete::world(bounds, Some(mutant), 1)?.checker().spawn_bfs().join();
//! assert!(checker.discovery("refines basic").is_some());
//! # Ok::<(), synod_models::bounds::BoundsError>(())
//! ```

use crate::bounds::Decree;
use crate::candidate::{mutants, sent_first};
use synod_math::{BallotNumber, Cast, Priest, Vote};
use synod_process::Process as _;
use synod_protocol::{Action, Complete, Input, Message, Note, Output, Outputs, Slip, Timer};

mutants! {
    /// A mutant of the priest of one decree.
    pub enum Mutant of Complete<Decree> {
        /// A LastVote is sent before nextBal is recorded.
        LastVoteBeforeNextBal: "LastVote sent before nextBal is recorded", true,
            |shipped, input| {
                sent_first(shipped.handle(input), |message| {
                    matches!(message, Message::LastVote { .. })
                })
            };
        /// A Voted is sent before the vote is recorded.
        VotedBeforeTheVote: "Voted sent before the vote is recorded", true, |shipped, input| {
            sent_first(shipped.handle(input), |message| {
                matches!(message, Message::Voted { .. })
            })
        };
        /// A process that recovers has lost nextBal.
        RecoverWithoutNextBal: "recover without nextBal", true, Complete::handle,
            forgets |ledger| ledger.next_bal = ledger.prev_bal();
        /// A process that recovers has lost its last vote.
        RecoverWithoutPrevVote: "recover without prevVote", true, Complete::handle,
            forgets |ledger| ledger.prev_vote = None;
        /// A ballot's decree is that of the LastVote that was received last.
        LastInsteadOfLargest: "the last LastVote instead of the largest", false,
            |shipped, input| shipped.handle(made_largest(shipped, input));
        /// One Voted counts as two votes.
        VoteCountedTwice: "a vote counted twice", false, counted_twice;
        /// BeginBallot goes to all priests, and a priest outside the quorum votes too,
        /// in a ballot above his nextBal, which is not changed on disk. (A priest of the
        /// quorum cannot do this, since he has promised the ballot's number.)
        VoteAboveNextBal: "vote for b > nextBal without recording it", false, vote_above;
        /// A process that recovers has lost lastTried.
        NumberReused: "a ballot number reused after recovery", true, Complete::handle,
            forgets |ledger| ledger.last_tried = None;
        /// A process panics when another process refuses its ballot.
        RefusalPanics: "a refusal panics", false, |shipped, input| {
            assert!(!is_refusal(&input), "nobody refuses a ballot");
            shipped.handle(input)
        };
        /// A president does not begin another ballot when one takes too long.
        NeverAgain: "no other ballot when one takes too long", false, |shipped, input| {
            if matches!(input, Input::Timeout(Timer::Round)) {
                return Outputs::new();
            }
            shipped.handle(input)
        };
        /// A president does not begin another ballot when he is refused.
        RefusalIgnored: "a refusal is ignored", false, |shipped, input| {
            if is_refusal(&input) {
                return Outputs::new();
            }
            shipped.handle(input)
        };
        /// A process that promises a larger number does not tell the owner of the one that it
        /// promised before.
        LargerPromiseNotTold: "a larger promise is not told", false, untold;
        /// A president who begins to poll does not ask those again who have not answered.
        NotAskedAgain: "who has not answered is not asked again", false, |shipped, input| {
            asked_once(shipped.handle(input))
        };
        /// The timer of a round does not begin anew when a president begins to poll.
        OneTimer: "one timer for both phases", false, |shipped, input| {
            timed_once(shipped.handle(input))
        };
        /// All three: a president hears of larger ballots by refusals only.
        HearsByRefusalsOnly: "larger ballots are heard of by refusals only", false,
            |shipped, input| timed_once(asked_once(untold(shipped, input)));
    }
}

impl Mutant {
    /// Whether it only leaves out what makes the protocol fast: it sends and records nothing that
    /// the shipped process would not.
    pub(super) const fn only_omits(self) -> bool {
        matches!(
            self,
            Self::NeverAgain
                | Self::RefusalIgnored
                | Self::LargerPromiseNotTold
                | Self::NotAskedAgain
                | Self::OneTimer
                | Self::HearsByRefusalsOnly
        )
    }
}

/// Drops the refusal that follows a promise.
fn untold(shipped: &mut Complete<Decree>, input: Input<Decree>) -> Outputs<Decree> {
    let mut outputs = shipped.handle(input);
    if did(&outputs, |action| {
        matches!(action, Action::ReceiveNextBallot(_))
    }) {
        drop_sent(&mut outputs, |message| {
            matches!(message, Message::Refused { .. })
        });
    }
    outputs
}

/// Drops each NextBallot of an answer in which polling begins.
fn asked_once(mut outputs: Outputs<Decree>) -> Outputs<Decree> {
    if begins_to_poll(&outputs) {
        drop_sent(&mut outputs, |message| {
            matches!(message, Message::NextBallot { .. })
        });
    }
    outputs
}

/// Drops the timer of an answer in which polling begins.
fn timed_once(mut outputs: Outputs<Decree>) -> Outputs<Decree> {
    if begins_to_poll(&outputs) {
        outputs
            .outputs
            .retain(|output| *output != Output::SetTimer(Timer::Round));
    }
    outputs
}

/// Whether polling begins in this answer, in a ballot that was tried before.
fn begins_to_poll(outputs: &Outputs<Decree>) -> bool {
    did(outputs, |action| matches!(action, Action::StartPolling(..)))
        && !did(outputs, |action| matches!(action, Action::TryNewBallot(_)))
}

fn did(outputs: &Outputs<Decree>, is_it: impl Fn(&Action<Decree>) -> bool) -> bool {
    let mut outputs = outputs.outputs.iter();
    outputs.any(|output| matches!(output, Output::Did(action) if is_it(action)))
}

fn drop_sent(outputs: &mut Outputs<Decree>, is_dropped: impl Fn(&Message<Decree>) -> bool) {
    outputs
        .outputs
        .retain(|output| !matches!(output, Output::Send { message, .. } if is_dropped(message)));
}

const fn is_refusal(input: &Input<Decree>) -> bool {
    let Input::Receive { message, .. } = input else {
        return false;
    };
    matches!(message, Message::Refused { .. })
}

/// Changes a received LastVote so that its vote has a larger number than all received
/// before.
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

/// After each Voted, handles a further Voted of a priest of the quorum that has not
/// voted.
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

/// Sends BeginBallot to all priests; and before a process votes, makes it promise the
/// ballot's number without a record or message.
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
            promise_silently(shipped, from, number);
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
        let others = shipped.basic().others();
        let sent = others.iter().map(|to| Output::Send { to, message });
        outputs.outputs.extend(sent);
    }
    outputs
}

const fn is_begin_ballot(message: &Message<Decree>) -> bool {
    matches!(message, Message::BeginBallot { .. })
}

/// Makes the process promise this number, and drops the outputs.
fn promise_silently(shipped: &mut Complete<Decree>, from: Priest, number: BallotNumber) {
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
