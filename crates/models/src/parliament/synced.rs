//! When a driver makes records durable. The shipped process says only in which order its outputs come;
//! a disk needs milliseconds for each sync, so a driver joins records in one, and lets leave early what
//! does not depend on them. These are the orders that the specs explore, with crashes that lose what was
//! not synced.

use synod_math::BallotNumber;
use synod_process::Output;
use synod_protocol::parliament::{self, Message, Note, Outputs};
use synod_protocol::state_machine::StateMachine;

synod_vocabulary::named! {
    /// When records are durable.
    ///
    /// ```
    /// use synod_models::parliament::synced::Synced;
    ///
    /// let names = Synced::ALL.map(Synced::name);
    /// assert_eq!(names, ["every record", "all but outcomes", "votes when they count"]);
    /// ```
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub enum Synced {
        /// Each before the next output.
        #[default]
        EveryRecord = "every record",
        /// Each before the next output, except outcomes, for which nothing waits: they are durable with
        /// the next record that is no outcome.
        AllButOutcomes = "all but outcomes",
        /// As before; and votes are durable only when Voted leaves, or when a legislator writes an
        /// outcome. So a president sends BeginBallot for the next decree before his own vote
        /// for this one is durable.
        VotesWhenTheyCount = "votes when they count",
    }
}

/// Whether a record is a sync where all but outcomes are.
pub(super) const fn is_no_outcome<S: StateMachine>(note: &Note<S>) -> bool {
    !matches!(note, Note::Outcome(..))
}

/// Whether a record is a sync where votes are [durable when they count](Synced::VotesWhenTheyCount).
///
/// ```
/// use synod_math::BallotNumber;
/// use synod_models::parliament::synced::is_no_vote;
/// use synod_protocol::parliament::{Decree, DecreeNumber, Note};
/// use synod_protocol::state_machine::map::Map;
///
/// assert!(is_no_vote::<Map>(&Note::NextBal(BallotNumber(7))));
/// assert!(!is_no_vote::<Map>(&Note::Outcome(DecreeNumber(7), Decree::OliveDay)));
/// ```
pub const fn is_no_vote<S: StateMachine>(note: &Note<S>) -> bool {
    !matches!(note, Note::Outcome(..) | Note::PrevVote(..))
}

/// The outputs with a sync before each that depends on a vote. nextBal is that of the legislator.
pub(super) fn votes_when_they_count<S: StateMachine>(
    outputs: Outputs<S>,
    next_bal: Option<BallotNumber>,
) -> Outputs<S> {
    with_syncs(outputs, next_bal, is_synced_before)
}

/// Whether there is a sync before an output where votes are [durable when they count](Synced::VotesWhenTheyCount).
///
/// ```
/// use synod_models::parliament::synced::is_synced_before;
/// use synod_process::Output;
/// use synod_protocol::parliament::{self, Decree, DecreeNumber, Message, Note};
/// use synod_protocol::state_machine::map::Map;
///
/// let (at, decree) = (DecreeNumber(7), Decree::OliveDay);
/// let record = parliament::Output::<Map>::Record(Note::Outcome(at, decree.clone()));
/// assert!(is_synced_before(&record));
/// let to = synod_math::Priest::new(1).unwrap();
/// let message = Message::Success { at, decree };
/// assert!(!is_synced_before(&parliament::Output::<Map>::Send { to, message }));
/// ```
pub const fn is_synced_before<S: StateMachine>(output: &parliament::Output<S>) -> bool {
    sends_a_vote(output) || matches!(output, Output::Record(Note::Outcome(..)))
}

/// The same, but no sync comes before a legislator writes an outcome.
pub(super) fn own_vote_counts_at_once<S: StateMachine>(
    outputs: Outputs<S>,
    next_bal: Option<BallotNumber>,
) -> Outputs<S> {
    with_syncs(outputs, next_bal, sends_a_vote)
}

const fn sends_a_vote<S: StateMachine>(output: &parliament::Output<S>) -> bool {
    matches!(
        output,
        Output::Send {
            message: Message::Voted { .. },
            ..
        }
    )
}

/// Writes nextBal once more before the outputs that depend on votes: the record changes nothing, and is
/// a sync.
fn with_syncs<S: StateMachine>(
    mut outputs: Outputs<S>,
    next_bal: Option<BallotNumber>,
    depends_on_votes: impl Fn(&parliament::Output<S>) -> bool,
) -> Outputs<S> {
    let sync = next_bal.map(|number| Output::Record(Note::NextBal(number)));
    let mut with_syncs = Vec::with_capacity(outputs.outputs.len());
    for output in outputs.outputs {
        if depends_on_votes(&output) {
            with_syncs.extend(sync.clone());
        }
        with_syncs.push(output);
    }
    outputs.outputs = with_syncs;
    outputs
}
