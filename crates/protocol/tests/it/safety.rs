//! What must hold of a parliament at any time, and of any step.

use crate::parliament::{End, Parliament, Step};
use synod_math::theorems::{Statement, theorem_1};
use synod_math::{Ballot, BallotSet, Priest, conditions, max_vote};
use synod_protocol::{Ledger, Message, Note, Output};

/// What must hold of the durable ledgers and of 𝓑, whenever one looks.
pub(crate) fn check(parliament: &Parliament) {
    let ballots = parliament.ballots();
    assert_eq!(conditions::all(&ballots), Ok(()), "B1–B3\n{ballots}");
    assert_eq!(theorem_1(&ballots), Statement::Holds, "\n{ballots}");
    every_vote_is_in_a_ballot(parliament, &ballots);
    no_two_outcomes_differ(parliament, &ballots);
    only_what_was_proposed_is_voted_on(parliament, &ballots);
    for priest in parliament.priests() {
        an_outcome_was_passed(parliament.durable(priest), &ballots);
        votes_are_kept(priest, parliament.durable(priest), &ballots);
    }
}

/// Votes(𝓑) are the votes that were recorded: nobody votes but in a ballot that
/// has begun, and for its decree.
fn every_vote_is_in_a_ballot(parliament: &Parliament, ballots: &BallotSet<char>) {
    for (priest, cast) in parliament.votes() {
        let in_ballot = |ballot: &Ballot<char>| {
            (ballot.number(), *ballot.decree()) == (cast.number, cast.decree)
                && ballot.voters().contains(*priest)
        };
        assert!(ballots.iter().any(in_ballot), "{priest}: {cast:?}");
    }
}

/// Consistency.
fn no_two_outcomes_differ(parliament: &Parliament, ballots: &BallotSet<char>) {
    let mut known: Vec<_> = parliament.outcomes().into_iter().flatten().collect();
    known.dedup();
    assert!(known.len() <= 1, "{known:?}\n{ballots}");
}

/// Validity.
fn only_what_was_proposed_is_voted_on(parliament: &Parliament, ballots: &BallotSet<char>) {
    let proposed = parliament.proposed();
    assert!(
        ballots
            .iter()
            .all(|ballot| proposed.contains(ballot.decree()))
    );
}

/// I1, of the ledger as it is durable.
fn an_outcome_was_passed(ledger: &Ledger<char>, ballots: &BallotSet<char>) {
    if let Some(outcome) = ledger.outcome {
        let passed = |ballot: &Ballot<char>| ballot.is_successful() && *ballot.decree() == outcome;
        assert!(ballots.iter().any(passed), "{outcome}\n{ballots}");
    }
}

/// I3, of the ledger as it is durable.
fn votes_are_kept(priest: Priest, ledger: &Ledger<char>, ballots: &BallotSet<char>) {
    assert_eq!(max_vote(None, priest, ballots).cast, ledger.prev_vote);
    assert!(ledger.prev_bal() <= ledger.next_bal);
}

/// What must hold of every step: it records before it sends, numbers only
/// grow, and afterwards what is durable is what the process remembers.
pub(crate) fn check_step(parliament: &Parliament, step: &Step) {
    let mut durable = step.before.clone();
    for output in &step.outputs {
        match output {
            Output::Record(note) => {
                note_grows(&durable, note);
                durable.record(note.clone());
            }
            Output::Send { to, message } => {
                assert_ne!(*to, step.priest, "a letter to himself");
                assert!(is_backed(message, step.priest, &durable), "{step:?}");
            }
            Output::Tell(decree) => assert_eq!(durable.outcome, Some(*decree)),
            Output::SetTimer(_) | Output::CancelTimer(_) | Output::Did(_) => {}
        }
    }
    assert_eq!(&durable, parliament.durable(step.priest));
    if step.end == End::Done {
        let process = parliament.process(step.priest).unwrap();
        assert_eq!(process.basic().ledger(), &durable);
    }
}

/// Numbers in a ledger grow; the outcome is written once.
fn note_grows(before: &Ledger<char>, note: &Note<char>) {
    let grows = match note {
        Note::LastTried(number) => before.last_tried < Some(*number),
        Note::NextBal(number) => before.next_bal < Some(*number),
        Note::PrevVote(cast) => before.prev_bal() < Some(cast.number),
        Note::Outcome(_) => before.outcome.is_none(),
    };
    assert!(grows, "{note:?} after {before:?}");
}

/// Whether the durable ledger of the sender bears out all that the message says
/// or lets others conclude.
fn is_backed(message: &Message<char>, sender: Priest, durable: &Ledger<char>) -> bool {
    match message {
        Message::NextBallot { number } => durable.last_tried == Some(*number),
        Message::LastVote { number, vote } => {
            durable.next_bal == Some(*number)
                && vote.priest == sender
                && vote.cast == durable.prev_vote
                && durable.prev_bal() < Some(*number)
        }
        // His own LastVote, if it counts, is a promise like others'.
        Message::BeginBallot { number, quorum, .. } => {
            durable.last_tried == Some(*number)
                && (!quorum.contains(sender) || durable.next_bal >= Some(*number))
        }
        Message::Voted { number, priest } => {
            *priest == sender && durable.prev_bal() == Some(*number)
        }
        Message::Success { decree } => durable.outcome == Some(*decree),
        Message::Refused { next_bal } => durable.next_bal == Some(*next_bal),
        Message::Present { knows_outcome } => durable.outcome.is_some() == *knows_outcome,
    }
}
