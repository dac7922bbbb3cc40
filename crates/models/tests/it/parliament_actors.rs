//! The shipped legislators in the world, compared with the same legislators and their
//! clients as Stateright's actors.

use crate::explore::{Reached, reached};
use stateright::actor::{Actor, Id};
use stateright::{Checker, HasDiscoveries, Model};
use std::collections::BTreeSet;
use synod_models::bounds::Bounds;
use synod_models::parliament::mutants::Mutant;
use synod_models::parliament::plan::Plan;
use synod_models::parliament::setting::Commands;
use synod_models::parliament::synced::Synced;
use synod_models::parliament::{self, Candidate};
use synod_models::world::{Actors, ActorsState, World};
use synod_protocol::parliament::{Chosen, Order, Settings};
use synod_vocabulary::Describe;
use synod_world::actors::{DescribedActors, processes};
use synod_world::reductions::Reductions;

/// The number of legislators, those that may become president, the number of decree
/// numbers, and the number of requests.
#[derive(Clone, Copy, Debug)]
struct Size(usize, &'static [usize], usize, usize);

fn plan(Size(_, _, numbers, requests): Size) -> Plan {
    let texts = ["write a".to_owned(), "write b".to_owned()];
    Plan {
        commands: Commands::parse(&texts[..requests]).unwrap(),
        asked: None,
        retries: false,
        numbers,
        settings: Settings {
            in_flight: numbers,
            waiting: requests,
            batch: numbers,
            ..Settings::DEFAULT
        },
        variant: Chosen::SHIPPED,
        remembers_clients: false,
        crashes: 0,
        losses: 0,
        mutant: None,
        synced: Synced::default(),
        reductions: Reductions::default(),
    }
}

fn world(size: Size, plan: &Plan) -> World<Candidate> {
    let decrees = plan.commands.decrees();
    let bounds = Bounds::new(size.0, size.1, 1, &decrees).unwrap();
    parliament::world(&bounds, plan).unwrap()
}

/// Without crashes both harnesses can express the same system. Checks that they reach the
/// same legislators, whatever else their states hold, and the same verdicts. Returns the
/// verdicts.
fn agreed(size: Size, plan: &Plan) -> impl Fn(&str) -> bool + use<> {
    let world = world(size, plan);
    let in_world: Reached<Vec<Candidate>> = reached(&world, |state| {
        let sites = world.sites(state);
        sites.map(|site| site.process.clone()).collect()
    });
    let actors = parliament::as_actors(&world);
    let of_actors = reached(&actors, |state| processes(state).cloned().collect());
    assert!(
        in_world.seen == of_actors.seen,
        "{} and {} of {size:?}",
        in_world.seen.len(),
        of_actors.seen.len()
    );
    for (name, verdict) in &of_actors.verdicts {
        assert_eq!(in_world.verdicts[name], *verdict, "{name} of {size:?}");
    }
    move |name| of_actors.verdicts[name]
}

#[test]
fn the_world_and_the_actors_agree_on_one_president() {
    for size in [
        Size(1, &[1], 2, 2),
        Size(2, &[1], 1, 2),
        Size(2, &[1], 2, 2),
        Size(2, &[2], 2, 2),
    ] {
        let verdict = agreed(size, &plan(size));
        assert!(verdict("Consistency") && verdict("laws are prefixes"));
        assert!(size.2 == 1 || verdict("two decrees are law"));
    }
}

#[test]
fn the_world_and_the_actors_agree_on_two_presidents() {
    let size = Size(2, &[1, 2], 1, 1);
    let verdict = agreed(size, &plan(size));
    assert!(verdict("Consistency") && verdict("two presidents compete"));
}

#[test]
fn the_world_and_the_actors_agree_on_three_legislators() {
    let size = Size(3, &[1], 1, 1);
    let verdict = agreed(size, &plan(size));
    assert!(verdict("Consistency") && verdict("two ledgers hold a decree"));
}

/// A client may send his request to any legislator.
#[test]
fn the_world_and_the_actors_agree_on_requests_that_are_retried() {
    let size = Size(2, &[2], 2, 2);
    let mut plan = plan(size);
    plan.retries = true;
    assert!(agreed(size, &plan)("two decrees are law"));
}

#[test]
fn the_world_and_the_actors_refute_a_law_past_a_gap() {
    let size = Size(2, &[1], 2, 2);
    let mut plan = plan(size);
    plan.variant.order = Order::Any;
    let claim = "the law is the decrees in order";
    assert!(agreed(size, &plan)(claim));
    plan.mutant = Some(Mutant::LawPastAGap);
    assert!(!agreed(size, &plan)(claim));
}

/// The state space of three actors and two presidents is too large for a test. But a
/// run that refutes the claim in the world is also a run of the actors, step by step,
/// and refutes the claim there.
#[test]
fn the_actors_follow_the_world_to_a_vote_that_a_last_vote_leaves_out() {
    let size = Size(3, &[1, 2], 1, 2);
    let mut plan = plan(size);
    plan.mutant = Some(Mutant::LastVoteLeavesOut);
    let world = world(size, &plan);
    let consistency = HasDiscoveries::AllOf(BTreeSet::from(["Consistency"]));
    let checker = world.clone().checker().finish_when(consistency);
    let checker = checker.spawn_bfs().join();
    let run = checker.discovery("Consistency").unwrap().into_actions();
    let names: Vec<_> = run.iter().map(|step| world.step_name(step)).collect();
    let actors = parliament::as_actors(&world);
    let states = follow(&actors, &names);
    let consistency = Model::property(&actors, "Consistency").condition;
    let mut verdicts: Vec<_> = states.iter().map(|s| consistency(&actors, s)).collect();
    assert_eq!(verdicts.pop(), Some(false), "{names:?}");
    assert!(verdicts.iter().all(|&holds| holds), "{names:?}");
}

/// The states of the actors' run whose steps have these names.
fn follow(actors: &Actors<Candidate>, names: &[String]) -> Vec<ActorsState<Candidate>> {
    let described = DescribedActors(actors.clone());
    let mut states = actors.init_states();
    for name in names {
        let steps = actors.next_steps(states.last().unwrap());
        let mut steps = steps.into_iter();
        let step = steps.find(|(action, _)| described.step_name(action) == *name);
        let (_, next) = step.expect(name);
        states.push(next);
    }
    states
}

#[test]
fn a_client_sends_his_request_to_all_legislators_that_he_may_ask() {
    let size = Size(2, &[1], 2, 2);
    let mut plan = plan(size);
    let letters = |plan: &Plan| -> Vec<String> {
        let actors = parliament::as_actors(&world(size, plan));
        let names: Vec<_> = actors.actors.iter().map(Actor::name).collect();
        let clients = ["(client of write a)", "(client of write b)"];
        assert_eq!(names, [["(Α)", "(Β)"], clients].concat());
        let [state] = actors.init_states().try_into().ok().unwrap();
        let sent = state.network.iter_all();
        let texts =
            sent.map(|sent| format!("{:?} from {:?} to {:?}", sent.msg, sent.src, sent.dst));
        let texts: BTreeSet<_> = texts.collect();
        assert_eq!(processes(&state).count(), 2);
        assert_eq!(state.actor_states.len(), 4);
        texts.into_iter().collect()
    };
    let letter = |what, from: usize, to: usize| {
        format!("{what} from {:?} to {:?}", Id::from(from), Id::from(to))
    };
    let (a_to_alpha, b_to_beta) = (letter("write a", 2, 0), letter("write b", 3, 1));
    assert_eq!(letters(&plan), [a_to_alpha.clone(), b_to_beta.clone()]);
    plan.retries = true;
    let (a_to_beta, b_to_alpha) = (letter("write a", 2, 1), letter("write b", 3, 0));
    assert_eq!(
        letters(&plan),
        [a_to_alpha, a_to_beta, b_to_alpha, b_to_beta]
    );
}
