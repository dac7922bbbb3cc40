//! What must hold of a parliament at any time, and of any turn.

use crate::legislators::Legislators;
use crate::step::End;
use crate::turn::{Cast, Law, Ledger, Message, Note, Output, Turn, letter};
use std::collections::{BTreeMap, BTreeSet};
use synod_math::theorems::{Statement, theorem_1};
use synod_math::{Ballot, BallotSet, Priest, conditions, max_vote};
use synod_protocol::parliament::{Decree, DecreeNumber, News, Order, Told};
use synod_protocol::state_machine::StateMachine;

/// What must hold of the durable ledgers and of 𝓑, in the instance of each
/// decree number, whenever one looks.
pub(super) fn check(chamber: &Legislators) {
    for at in chamber.numbers() {
        let ballots = chamber.ballots(at);
        assert_eq!(
            conditions::all(&ballots),
            Ok(()),
            "B1–B3 at {at}\n{ballots}"
        );
        assert_eq!(theorem_1(&ballots), Statement::Holds, "at {at}\n{ballots}");
        every_vote_is_in_a_ballot(chamber, at, &ballots);
        for who in chamber.all() {
            votes_are_kept(who, at, chamber.durable(who), &ballots);
        }
        let proposed = ballots.iter().map(Ballot::decree);
        let was_asked = |letter: &char| *letter == '-' || chamber.asked().contains(letter);
        assert!(
            proposed.into_iter().all(was_asked),
            "Validity at {at}\n{ballots}"
        );
    }
    consistency(chamber);
}

/// No two ledgers hold different decrees for a number, and what they hold was
/// passed: Consistency, and I1.
fn consistency(chamber: &Legislators) {
    for who in chamber.all() {
        for (&at, decree) in &chamber.durable(who).decrees {
            let ballots = chamber.ballots(at);
            let passed = ballots.iter().filter(|ballot| ballot.is_successful());
            let passed: BTreeSet<_> = passed.map(|ballot| *ballot.decree()).collect();
            let known = BTreeSet::from([letter(decree)]);
            assert_eq!(passed, known, "{who} at {at}\n{ballots}");
        }
    }
}

/// Nobody votes but in a ballot that has begun, and for its decree.
fn every_vote_is_in_a_ballot(chamber: &Legislators, at: DecreeNumber, ballots: &BallotSet<char>) {
    let votes = chamber.votes().iter().filter(|(_, on, _)| *on == at);
    for (who, _, cast) in votes {
        let in_ballot = |ballot: &Ballot<char>| {
            (ballot.number(), *ballot.decree()) == (cast.number, cast.decree)
                && ballot.voters().contains(*who)
        };
        assert!(ballots.iter().any(in_ballot), "{who} at {at}: {cast:?}");
    }
}

/// I3. A vote may be forgotten once the outcome is known.
fn votes_are_kept(who: Priest, at: DecreeNumber, ledger: &Ledger, ballots: &BallotSet<char>) {
    if !ledger.decrees.contains_key(&at) {
        let kept = ledger.votes.get(&at).map(|cast| Cast {
            number: cast.number,
            decree: letter(&cast.decree),
        });
        assert_eq!(max_vote(None, who, ballots).cast, kept, "{who} at {at}");
    }
    assert!(ledger.prev_bal(at) <= ledger.next_bal);
}

/// [`Order::Ascending`]: one number is passed after the other. So there are no
/// gaps, and what was passed before something was proposed has the lower
/// number. §3.2.1
pub(super) fn one_after_the_other(chamber: &Legislators) {
    let expected: Vec<_> = (1..=chamber.passed().len() as u64)
        .map(DecreeNumber)
        .collect();
    assert_eq!(chamber.passed(), expected);
}

/// What must hold of every turn: he records before he sends, numbers only grow,
/// and afterwards what is durable is what he remembers, and the law is what
/// the ledger says.
pub(super) fn check_turn(chamber: &Legislators, turn: &Turn) {
    let mut durable = turn.before.clone();
    for output in &turn.outputs {
        match output {
            Output::Record(note) => {
                note_grows(&durable, note);
                durable.record(note.clone());
            }
            Output::Send { to, message } => {
                assert_ne!(*to, turn.who, "a letter to himself");
                assert!(is_backed(message, turn.who, &durable), "{turn:#?}");
            }
            Output::Tell(News::Law { number, decree, .. }) => {
                assert_eq!(durable.decrees.get(number), Some(decree));
            }
            Output::Tell(_) | Output::SetTimer(_) | Output::CancelTimer(_) | Output::Did(_) => {}
        }
    }
    assert_eq!(&durable, chamber.durable(turn.who));
    if turn.end == End::Done {
        let process = chamber.present(turn.who);
        assert_eq!(process.ledger(), &durable);
        assert_eq!(process.law().through(), durable.known());
        assert_eq!(process.law().state(), &law_of(&durable));
    }
}

/// The law of a ledger: all that is before the first gap, each request once,
/// and none after a later one of the same client.
fn law_of(ledger: &Ledger) -> Law {
    let (mut law, mut last) = (Law::default(), BTreeMap::new());
    for (at, decree) in (1..).zip(ledger.decrees.iter()) {
        match decree {
            (number, _) if number.0 != at => break,
            (_, Decree::OliveDay) => {}
            (_, Decree::Request(request)) => {
                let id = request.id;
                if last.get(&id.client) < Some(&id.sequence) {
                    law.apply(&request.command);
                    last.insert(id.client, id.sequence);
                }
            }
        }
    }
    law
}

/// Numbers in a ledger grow; an outcome is written once.
fn note_grows(before: &Ledger, note: &Note) {
    let grows = match note {
        Note::LastTried(number) => before.last_tried < Some(*number),
        Note::NextBal(number) => before.next_bal < Some(*number),
        Note::PrevVote(at, cast) => before.prev_bal(*at) < Some(cast.number),
        Note::Outcome(at, _) => !before.decrees.contains_key(at),
    };
    assert!(grows, "{note:?} after {before:?}");
}

/// Whether the durable ledger of the sender bears out all that the message says
/// or lets others conclude.
fn is_backed(message: &Message, sender: Priest, durable: &Ledger) -> bool {
    match message {
        Message::NextBallot { number, known } => {
            durable.last_tried == Some(*number) && durable.known() >= *known
        }
        Message::LastVote { number, told, .. } => {
            let is_so = |(at, told): (&DecreeNumber, &Told<_>)| match told {
                Told::Passed(decree) => durable.decrees.get(at) == Some(decree),
                Told::Voted(cast) => durable.votes.get(at) == Some(cast),
            };
            durable.next_bal == Some(*number) && told.iter().all(is_so)
        }
        // His own LastVote, if it counts, is a promise like others'.
        Message::BeginBallot {
            number,
            quorum,
            passed,
            ..
        } => {
            durable.last_tried == Some(*number)
                && (!quorum.contains(sender) || durable.next_bal >= Some(*number))
                && durable.known() >= *passed
        }
        Message::Voted { number, at, priest } => {
            *priest == sender && durable.prev_bal(*at) == Some(*number)
        }
        Message::Success { at, decree } => durable.decrees.get(at) == Some(decree),
        Message::Refused { next_bal } => durable.next_bal == Some(*next_bal),
        Message::Present { known, .. } => durable.known() == *known,
        Message::Forwarded { .. } | Message::Declined { .. } => true,
    }
}

/// Whether the settings are those of the variant without gaps.
pub(super) fn is_ascending(chamber: &Legislators) -> bool {
    chamber.settings().order == Order::Ascending
}
