//! What holds in every state of a parliament: of each decree number what holds
//! of one decree (§1.2, §2.1, A.2), and what is said of all numbers together
//! (§3.2.1, §4).

use super::Candidate;
use super::faces::{self, Face};
use super::history::History;
use super::partners;
use super::reach::Reach;
use super::setting::{Decree, OLIVE, code};
use crate::basic::invariants;
use crate::basic::{self, Basic};
use crate::bounds;
use crate::claim::{Claim, Partner, Witness, claim, ensure};
use crate::properties::{self, Checked};
use crate::refinement::Broken;
use crate::view::Synod;
use crate::world::{Process, State, World};
use synod_math::Priest;
use synod_paper::claims as paper;
use synod_paper::variables::Ledgers;
use synod_protocol::parliament::DecreeNumber;

type Parliament = World<Candidate>;

/// Everything that is claimed.
pub(super) fn claims(world: &Parliament) -> Vec<Claim<Parliament>> {
    let reach = Reach::of(world);
    let mut claims = of_each_number(&reach);
    claims.extend(of_the_law(&reach));
    claims.extend(of_all_numbers(&reach));
    if world.setting().remembers_clients {
        claims.push(claim!(
            "linearizable",
            "The answers are those of one register, in an order that real time allows (§4).",
            linearizable,
            Some(answers(&reach))
        ));
    }
    claims.extend(invariants_of_each_number());
    claims
}

fn of_each_number(reach: &Reach<'_>) -> Vec<Claim<Parliament>> {
    vec![
        claim!(
            "Consistency",
            "No two ledgers hold contradictory decrees for the same number (§1.2).",
            consistency,
            Some(ledgers(reach))
        ),
        claim!(
            "Validity",
            "A ledger holds only what was asked for, or the olive day, and was passed (§1.2).",
            validity,
            Some(partners::a_ledger())
        ),
        claim!(
            "B1",
            "Of each number: different ballots have different numbers (§2.1).",
            b1,
            reach.two_ballots().then(partners::two_ballots)
        ),
        claim!(
            "B2",
            "Of each number: the quorums of any two ballots intersect (§2.1).",
            b2,
            reach.two_ballots().then(partners::two_ballots)
        ),
        claim!(
            "B3",
            "Of each number: a ballot has the decree of the latest earlier vote of its quorum (§2.1).",
            b3,
            reach.a_bound_ballot().then(partners::a_bound_ballot)
        ),
        claim!(
            "Theorem 1",
            "Of each number: any two successful ballots have the same decree (§2.1).",
            theorem_1,
            reach.a_bound_ballot().then(partners::two_successes)
        ),
        claim!(
            "refines ballots",
            "A step that changes 𝓑 begins a ballot or adds a vote, and keeps B1–B3 (§2.1).",
            refines_ballots,
            Some(partners::a_vote())
        ),
        claim!(
            "refines consensus",
            "A step leaves what is chosen at a number, or chooses the first decree (§1.2).",
            refines_consensus,
            Some(partners::a_success())
        ),
        claim!(
            "refines basic",
            "Of each number: every output is an enabled action of A.1; ledger and slip agree (§2.3).",
            refines_basic,
            Some(partners::a_ledger())
        ),
        claim!(
            "ledgers never go back",
            "lastTried, nextBal and prevBal never decrease, and outcomes are written once (§2.3).",
            ledgers_never_go_back,
            Some(partners::a_vote())
        ),
    ]
}

fn of_the_law(reach: &Reach<'_>) -> Vec<Claim<Parliament>> {
    vec![
        claim!(
            "the law is the decrees in order",
            "A law is the decrees without a gap, each request carried out once, and told in order (§4).",
            the_law_is_the_decrees_in_order,
            Some(law_of_two(reach))
        ),
        claim!(
            "laws are prefixes",
            "Every legislator's law is a prefix of the longest (§4).",
            laws_are_prefixes,
            Some(ledgers(reach))
        ),
    ]
}

fn of_all_numbers(reach: &Reach<'_>) -> Vec<Claim<Parliament>> {
    vec![
        claim!(
            "Ordering",
            "If A was passed before B was proposed, A's number is lower, the olive day aside (§3.2.1).",
            ordering,
            reach.two_decrees().then(partners::two_requests_pass)
        ),
        claim!(
            "no number is passed over",
            "A president proposes at a number when he has at all lower ones, or knows them (§3.1).",
            no_number_is_passed_over,
            reach.two_decrees().then(partners::two_requests_pass)
        ),
        claim!(
            "no request is taken up twice",
            "A president proposes no request anew that he has, or knows, at another number (§3.1).",
            no_request_is_taken_up_twice,
            reach.two_decrees().then(partners::two_requests_pass)
        ),
    ]
}

fn ledgers(reach: &Reach<'_>) -> Partner<Parliament> {
    if reach.two_legislators() {
        partners::two_ledgers()
    } else {
        partners::a_ledger()
    }
}

fn law_of_two(reach: &Reach<'_>) -> Partner<Parliament> {
    if reach.two_decrees() {
        partners::a_law_of_two()
    } else {
        partners::a_ledger()
    }
}

fn answers(reach: &Reach<'_>) -> Partner<Parliament> {
    if reach.all_answers() {
        partners::all_answers()
    } else {
        partners::an_answer()
    }
}

/// The decree numbers with what has happened there.
fn instances<'a>(
    world: &'a Parliament,
    state: &State,
) -> impl Iterator<Item = (usize, &'a basic::State)> {
    let history = world.history(state);
    let numbers = world.setting().decree_numbers();
    numbers.map(|number| (number, world.setting().instance(history, number)))
}

/// The legislators and what is seen of them.
fn faces(world: &Parliament, state: &State) -> Vec<(Priest, Face)> {
    let sites = world.bounds().priests().zip(world.sites(state));
    let faces = sites.map(|(priest, site)| (priest, Candidate::face(site)));
    faces.collect()
}

fn name<'a>(world: &'a Parliament, decree: &Decree) -> &'a str {
    world.bounds().decree_name(code(decree))
}

fn consistency(world: &Parliament, state: &State) -> Checked {
    faces::consistency(world.bounds(), &faces(world, state))
}

/// Witness: the ballot, or the number, the legislator and the decree.
fn validity(world: &Parliament, state: &State) -> Checked {
    let is_asked = |decree: bounds::Decree| {
        decree == OLIVE || usize::from(decree.0) <= world.setting().asked.len() + 1
    };
    for (number, instance) in instances(world, state) {
        for (ballot, _) in instance.ballots.iter() {
            ensure!(
                !ballot.decree.is_blank() && is_asked(ballot.decree),
                "a ballot at {number} is on a decree that nobody asked for"
            );
        }
    }
    for (p, face) in faces(world, state) {
        for (at, decree) in &face.decrees {
            ensure!(
                is_passed(world, state, *at, decree),
                "the ledger of {p} holds {} at {at}, which no successful ballot of a majority set passed",
                name(world, decree),
            );
        }
    }
    Ok(())
}

fn is_passed(world: &Parliament, state: &State, at: DecreeNumber, decree: &Decree) -> bool {
    let mut of_number = instances(world, state).filter(|(number, _)| *number as u64 == at.0);
    of_number.any(|(_, instance)| {
        let view = world.setting().basic.view(instance);
        paper::is_passed(&view, &view.ballots(), &code(decree))
    })
}

/// What is claimed of `basic`, of each number; the witness with its number.
fn of_each(
    world: &Parliament,
    state: &State,
    check: fn(&Basic, &basic::State) -> Checked,
) -> Checked {
    let basic = &world.setting().basic;
    for (number, instance) in instances(world, state) {
        let of_number = |Witness(why)| Witness(format!("at {number}: {why}"));
        check(basic, instance).map_err(of_number)?;
    }
    Ok(())
}

macro_rules! of_each_number {
    ($($check:ident)+) => {
        $(
            /// The claim, of the state of `basic` of each number.
            fn $check(world: &Parliament, state: &State) -> Checked {
                of_each(world, state, properties::$check)
            }
        )+
    };
}

of_each_number!(b1 b2 b3 theorem_1);

fn refines_ballots(world: &Parliament, state: &State) -> Checked {
    world.history(state).broken.check(Broken::BALLOTS)
}

fn refines_consensus(world: &Parliament, state: &State) -> Checked {
    world.history(state).broken.check(Broken::CONSENSUS)
}

fn refines_basic(world: &Parliament, state: &State) -> Checked {
    ensure!(
        !world.history(state).has_diverged,
        "some step so far is no step of the basic protocol at some number (§2.3)"
    );
    Ok(())
}

fn ledgers_never_go_back(world: &Parliament, state: &State) -> Checked {
    ensure!(
        !world.history(state).went_back,
        "a variable of a ledger has gone back, or an outcome was overwritten"
    );
    Ok(())
}

fn the_law_is_the_decrees_in_order(world: &Parliament, state: &State) -> Checked {
    ensure!(
        !world.history(state).told_out_of_order,
        "a decree was told as law that was not the next"
    );
    faces::laws_are_the_decrees(&faces(world, state))
}

fn laws_are_prefixes(world: &Parliament, state: &State) -> Checked {
    faces::laws_are_prefixes(&faces(world, state))
}

/// Witness: the number, and the decree that came too late for it.
fn ordering(world: &Parliament, state: &State) -> Checked {
    let history: &History = world.history(state);
    for (number, instance) in instances(world, state) {
        for ballot in instance.ballots.successful() {
            ensure!(
                history.late[number - 1] & 1 << ballot.decree.0 == 0,
                "{} was passed at {number}, but a request had been passed at a larger number \
                 before it was proposed",
                world.bounds().decree_name(ballot.decree),
            );
        }
    }
    Ok(())
}

fn no_number_is_passed_over(world: &Parliament, state: &State) -> Checked {
    ensure!(
        !world.history(state).passed_over,
        "a president has proposed at a number, and not at a lower one that he does not know"
    );
    Ok(())
}

fn no_request_is_taken_up_twice(world: &Parliament, state: &State) -> Checked {
    ensure!(
        !world.history(state).taken_up_twice,
        "a president has proposed a request anew that he has, or knows, at another number"
    );
    Ok(())
}

/// Witness: what was answered to whom.
fn linearizable(world: &Parliament, state: &State) -> Checked {
    let clients = &world.history(state).clients;
    let asked = &world.setting().asked;
    let commands: Vec<_> = asked.iter().map(|asked| asked.request.command).collect();
    ensure!(
        clients.are_linearizable(&commands),
        "no order of the requests that real time allows explains the answers"
    );
    Ok(())
}

macro_rules! invariants_of_each_number {
    ($($name:ident: $title:literal, $meaning:literal, $partner:expr;)+) => {
        fn invariants_of_each_number() -> Vec<Claim<Parliament>> {
            vec![$(claim!($title, $meaning, $name, Some($partner))),+]
        }

        $(
            /// The invariant, of the state of `basic` of each number.
            fn $name(world: &Parliament, state: &State) -> Checked {
                if world.history(state).has_diverged {
                    return Ok(()); // There are no such states: "refines basic" says so.
                }
                of_each(world, state, invariants::$name)
            }
        )+
    };
}

invariants_of_each_number! {
    i1: "I1", "Of each number: an outcome is the decree of a successful ballot (A.2).",
        partners::a_ledger();
    i2: "I2", "Of each number: a priest's ballots are his own and not above his lastTried (A.2).",
        partners::a_ballot();
    i3: "I3", "Of each number: (prevBal, prevDec) is the largest vote, and prevBal ≤ nextBal (A.2).",
        partners::a_vote();
    i4: "I4", "Of each number: prevVotes are the largest votes below lastTried, and stay so (A.2).",
        partners::a_ballot();
    i5: "I5", "Of each number: a priest who polls does so for a ballot of 𝓑 (A.2).",
        partners::a_vote();
    i6: "I6", "Of each number: B1–B3 hold, and every quorum is a majority set (A.2).",
        partners::a_ballot();
    i7: "I7", "Of each number: every message tells the truth about ledgers and ballots (A.2).",
        partners::a_ledger();
}
