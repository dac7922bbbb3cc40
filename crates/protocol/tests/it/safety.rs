//! The conditions that a chamber must satisfy at any time, and those for every step.

use crate::chamber::{Chamber, Step, Subject};
use synod_math::theorems::{Statement, theorem_1};
use synod_math::{Ballot, BallotSet, Priest, conditions, max_vote};
use synod_process::Output;
use synod_process::simulation::End;
use synod_protocol::parliament::DecreeNumber;

/// Asserts the conditions for the durable ledgers and for 𝓑, for each decree number.
pub(crate) fn check<P: Subject>(chamber: &Chamber<P>) {
    for at in chamber.numbers() {
        let ballots = chamber.ballots_at(at);
        let conditions = conditions::all(&ballots);
        assert_eq!(conditions, Ok(()), "B1–B3 at {at}\n{ballots}");
        assert_eq!(theorem_1(&ballots), Statement::Holds, "at {at}\n{ballots}");
        every_vote_is_in_a_ballot(chamber, at, &ballots);
        only_requested_decrees_are_voted_on(chamber, at, &ballots);
        for who in chamber.all() {
            votes_are_kept::<P>(who, at, chamber.durable(who), &ballots);
        }
    }
    consistency(chamber);
    P::check_chamber(chamber);
}

/// Consistency and I1: no two ledgers hold different decrees for a number, and each decree in a ledger was
/// passed.
fn consistency<P: Subject>(chamber: &Chamber<P>) {
    for who in chamber.all() {
        for (at, decree) in P::outcomes(chamber.durable(who)) {
            let ballots = chamber.ballots_at(at);
            let mut passed = ballots.iter().filter(|ballot| ballot.is_successful());
            let is_it = passed.clone().all(|ballot| *ballot.decree() == decree);
            assert!(
                is_it && passed.next().is_some(),
                "{who} at {at}: {decree}\n{ballots}"
            );
        }
    }
}

/// Votes(𝓑) are the recorded votes: each is in a ballot that has begun, and for its decree.
fn every_vote_is_in_a_ballot<P: Subject>(
    chamber: &Chamber<P>,
    at: DecreeNumber,
    ballots: &BallotSet<char>,
) {
    let votes = chamber.votes().iter().filter(|(_, on, _)| *on == at);
    for (who, _, cast) in votes {
        let in_ballot = |ballot: &Ballot<char>| {
            (ballot.number(), *ballot.decree()) == (cast.number, cast.decree)
                && ballot.voters().contains(*who)
        };
        assert!(ballots.iter().any(in_ballot), "{who} at {at}: {cast:?}");
    }
}

/// Validity: votes are on decrees that were asked for, or on the olive day.
fn only_requested_decrees_are_voted_on<P: Subject>(
    chamber: &Chamber<P>,
    at: DecreeNumber,
    ballots: &BallotSet<char>,
) {
    let mut decrees = ballots.iter().map(|ballot| *ballot.decree());
    let was_asked = |letter| letter == '-' || chamber.asked().contains(&letter);
    assert!(decrees.all(was_asked), "Validity at {at}\n{ballots}");
}

/// I3, for the durable ledger.
fn votes_are_kept<P: Subject>(
    who: Priest,
    at: DecreeNumber,
    ledger: &P::Ledger,
    ballots: &BallotSet<char>,
) {
    let kept = P::vote(ledger, at);
    let is_known = P::outcomes(ledger).contains_key(&at);
    if !(P::FORGETS_VOTES && is_known) {
        assert_eq!(max_vote(None, who, ballots).cast, kept, "{who} at {at}");
    }
    assert!(kept.map(|cast| cast.number) <= P::next_bal(ledger));
}

/// Asserts the conditions for a step: it records before it sends, numbers only grow, and afterwards the
/// durable ledger is the one that the process remembers.
pub(crate) fn check_step<P: Subject>(chamber: &Chamber<P>, step: &Step<P>) {
    let mut durable = step.before.clone();
    for output in &step.outputs {
        match output {
            Output::Record(record) => {
                assert!(P::grows(&durable, record), "{record:?} after {durable:?}");
                P::apply(&mut durable, record.clone());
            }
            Output::Send { to, message } => {
                assert_ne!(*to, step.who, "a priest sends a letter to himself");
                assert!(P::bears_out(&durable, step.who, message), "{step:#?}");
            }
            Output::Tell(news) => assert!(P::bears_out_news(&durable, news), "{step:#?}"),
            Output::SetTimer(_) | Output::CancelTimer(_) | Output::Did(_) => {}
        }
    }
    assert_eq!(&durable, chamber.durable(step.who));
    if step.end == End::Done {
        let process = chamber.present(step.who);
        assert_eq!(process.remembers(), &durable);
        process.check_present();
    }
}
