//! The claims about every state of a parliament: for each decree number the claims about
//! one decree (§1.2, §2.1, A.2), and the claims about all numbers together (§3.2.1, §4).

use super::Candidate;
use super::claim_view::{self, ClaimView};
use super::history::History;
use super::partners::{self, a_law_of_two, a_ledger, all_answers, an_answer, ledgers};
use super::reach::Reach;
use super::setting::{Decree, OLIVE, code};
use super::synced::Synced;
use crate::basic::invariants;
use crate::basic::{self, Basic};
use crate::bounds;
use crate::partners::either;
use crate::properties::{self, Checked, never, stated};
use crate::refinement::Broken;
use crate::view::Synod;
use crate::world::{InSetting, State, World};
use synod_math::Priest;
use synod_paper::claims as paper;
use synod_paper::variables::Ledgers;
use synod_protocol::parliament::DecreeNumber;
use synod_vocabulary::{Claim, Witness, claim, ensure};
use synod_world::Tell;

type Parliament = World<Candidate>;

/// All claims about a parliament.
pub(super) fn claims(world: &Parliament) -> Vec<Claim<Parliament>> {
    let reach = Reach::of(world);
    let mut claims = of_each_number(&reach);
    claims.extend(of_the_law(&reach));
    claims.extend(of_all_numbers(&reach));
    if world.setting().settings.snapshot.is_some() {
        claims.push(claim!(
            "no decree is asked for in vain",
            "Who is asked for a decree that he has cut off sends the snapshot (§3.3.2).",
            |world, state| never(
                world.history(state).asked_in_vain,
                "a legislator has asked for a decree that is cut off, and was sent no snapshot"
            ),
            Some(partners::a_snapshot_is_needed())
        ));
    }
    if world.setting().remembers_clients {
        claims.push(claim!(
            "linearizable",
            "The answers are those of one register, in an order that real time allows (§4).",
            linearizable,
            Some(either(reach.all_answers(), all_answers(), an_answer()))
        ));
    }
    claims.extend(invariants_of_each_number());
    if world.setting().losses > 0 {
        claims.retain(|claim| HOLD_AFTER_A_LOSS.contains(&claim.name));
    }
    if world.setting().synced == Synced::VotesWhenTheyCount {
        claims.retain(|claim| HOLD_ALTHOUGH_A_VOTE_IS_FORGOTTEN.contains(&claim.name));
    }
    claims
}

/// The claims that hold although a legislator has forgotten promises and votes. A.1 has no such
/// legislator; and a later ballot may have another decree than a forgotten vote, if that vote can be
/// part of no success any more, so that B3 does not hold.
const HOLD_AFTER_A_LOSS: [&str; 7] = [
    "Consistency",
    "Validity",
    "Theorem 1",
    "refines consensus",
    "the law is the decrees in order",
    "laws are prefixes",
    "linearizable",
];

/// The claims that hold although a president has forgotten a vote of his own, which he has not counted.
/// In A.1 he has not cast it. The history, which has it, is no run of A.1 any more.
const HOLD_ALTHOUGH_A_VOTE_IS_FORGOTTEN: [&str; 5] = [
    "Consistency",
    "Validity",
    "the law is the decrees in order",
    "laws are prefixes",
    "linearizable",
];

fn of_each_number(reach: &Reach<'_>) -> Vec<Claim<Parliament>> {
    vec![
        claim!(
            "Consistency",
            "No two ledgers hold contradictory decrees for the same number (§1.2).",
            |world, state| claim_view::consistency(world.bounds(), &views(world, state)),
            reach.two_proposals().then(|| ledgers(reach))
        ),
        claim!(
            "Validity",
            "A ledger holds only a request or the olive day, and only if it was passed (§1.2).",
            validity,
            Some(a_ledger())
        ),
        claim!(
            "B1",
            "For each number: different ballots have different numbers (§2.1).",
            |world, state| of_each(world, state, properties::b1),
            reach.two_ballots().then(partners::two_ballots)
        ),
        claim!(
            "B2",
            "For each number: the quorums of any two ballots intersect (§2.1).",
            |world, state| of_each(world, state, properties::b2),
            reach.two_ballots().then(partners::two_ballots)
        ),
        claim!(
            "B3",
            "For each number: a ballot has the decree of the latest earlier vote of its quorum (§2.1).",
            |world, state| of_each(world, state, properties::b3),
            (reach.two_proposals() && reach.a_bound_ballot()).then(partners::a_bound_ballot)
        ),
        claim!(
            "Theorem 1",
            "For each number: any two successful ballots have the same decree (§2.1).",
            |world, state| of_each(world, state, properties::theorem_1),
            (reach.two_proposals() && reach.a_bound_ballot()).then(partners::two_successes)
        ),
        claim!(
            "refines ballots",
            "A step that changes 𝓑 begins a ballot or adds a vote, and keeps B1–B3 (§2.1).",
            |world, state| world.history(state).broken.check(Broken::BALLOTS),
            Some(partners::a_vote())
        ),
        claim!(
            "refines consensus",
            "A step leaves what is chosen at a number, or chooses the first decree (§1.2).",
            |world, state| world.history(state).broken.check(Broken::CONSENSUS),
            Some(partners::a_success())
        ),
        claim!(
            "refines basic",
            "For each number: every output is an enabled action of A.1; ledger and slip agree (§2.3).",
            |world, state| never(
                world.history(state).past.has_diverged,
                "some step so far is not a step of the basic protocol at some number (§2.3)"
            ),
            Some(a_ledger())
        ),
        claim!(
            "ledgers never go back",
            "lastTried, nextBal and prevBal never decrease, and outcomes are written once (§2.3).",
            |world, state| never(
                world.history(state).past.went_back,
                "a variable of a ledger has gone back, or an outcome was overwritten"
            ),
            Some(partners::a_vote())
        ),
    ]
}

fn of_the_law(reach: &Reach<'_>) -> Vec<Claim<Parliament>> {
    vec![
        claim!(
            "the law is the decrees in order",
            "A law is the decrees up to the first gap, each request once, reported in order (§4).",
            |world, state| {
                let out_of_order = world.history(state).law_out_of_order;
                never(
                    out_of_order,
                    "a decree was reported as law although it was not the next",
                )?;
                claim_view::laws_are_the_decrees(&views(world, state))
            },
            Some(either(reach.two_decrees(), a_law_of_two(), a_ledger()))
        ),
        claim!(
            "laws are prefixes",
            "Every legislator's law is a prefix of the longest law (§4).",
            |world, state| claim_view::laws_are_prefixes(&views(world, state)),
            reach.two_proposals().then(|| ledgers(reach))
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
            "A president who proposes at a number has proposed at all lower ones, or knows them (§3.1).",
            |world, state| never(
                world.history(state).passed_over,
                "a president has proposed at a number, but not at a lower one that he does not know"
            ),
            reach.two_decrees().then(partners::two_requests_pass)
        ),
        claim!(
            "no request is taken up twice",
            "A president proposes no request that he has or knows at another number already (§3.1).",
            |world, state| never(
                world.history(state).taken_up_twice,
                "a president has proposed a request that he has or knows at another number already"
            ),
            reach.two_decrees().then(partners::two_requests_pass)
        ),
    ]
}

/// The decree numbers, each with its state of `basic`.
fn instances<'a>(
    world: &'a Parliament,
    state: &State,
) -> impl Iterator<Item = (usize, &'a basic::State)> {
    let history = world.history(state);
    let numbers = world.setting().decree_numbers();
    numbers.map(|number| (number, world.setting().instance(history, number)))
}

/// The legislators and their views. The history remembers the decrees that they have cut off.
fn views(world: &Parliament, state: &State) -> Vec<(Priest, ClaimView)> {
    let sites = world.bounds().priests().zip(world.sites(state));
    let views = sites.map(|(priest, site)| {
        let mut view = world.setting().claim_view(site);
        for (number, instance) in instances(world, state) {
            let at = DecreeNumber(number as u64);
            let passed = instance.ballots.successful().next();
            if at <= view.snapshot
                && let Some(passed) = passed
            {
                let remembered = world.setting().decree(passed.decree);
                view.decrees.entry(at).or_insert(remembered);
            }
        }
        (priest, view)
    });
    views.collect()
}

fn name<'a>(world: &'a Parliament, decree: &Decree) -> &'a str {
    world.bounds().decree_name(code(decree))
}

/// The witness has the ballot, or the number, the legislator and the decree.
fn validity(world: &Parliament, state: &State) -> Checked {
    let is_asked = |decree: bounds::Decree| {
        decree == OLIVE || usize::from(decree.0) <= world.setting().asked.len() + 1
    };
    for (number, instance) in instances(world, state) {
        for (ballot, _) in instance.ballots.iter() {
            ensure!(
                !ballot.decree.is_blank() && is_asked(ballot.decree),
                "a ballot at {number} is on a decree that no client asked for"
            );
        }
    }
    for (p, view) in views(world, state) {
        for (at, decree) in &view.decrees {
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

/// A claim about `basic`, checked for each number. The witness has the number.
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

/// The witness has the number, and the decree that was proposed too late for it.
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

/// The witness says only that no order of the requests exists.
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
    ($($check:ident $I:ident $partner:ident $meaning:literal;)+) => {
        fn invariants_of_each_number() -> Vec<Claim<Parliament>> {
            vec![$({
                const OF_EACH_NUMBER: paper::Statement = paper::Statement {
                    name: stringify!($I),
                    meaning: concat!("For each number: ", $meaning),
                };
                stated!(OF_EACH_NUMBER, $check, Some(partners::$partner()))
            }),+]
        }

        $(
            /// The invariant, for the state of `basic` of each number.
            fn $check(world: &Parliament, state: &State) -> Checked {
                if world.history(state).past.has_diverged {
                    return Ok(()); // There are no such states; "refines basic" is violated.
                }
                of_each(world, state, invariants::$check)
            }
        )+
    };
}

synod_paper::invariants!(invariants_of_each_number);
