//! §2.4 in time: how long it takes until every priest who is present knows the outcome.

use stateright::Model;
use std::collections::HashSet;
use synod_math::Priest;
use synod_models::bounds::Bounds;
use synod_models::complete::{self, timed};
use synod_models::parliament::{self, plan::Plan, setting::Commands, synced::Synced};
use synod_models::timed::{Before, Pace, Timed, Until};
use synod_models::world::Refined;
use synod_protocol::parliament::{Chosen, Settings};
use synod_world::reductions::Reductions;
use synod_world::timed::Moment;

/// Three priests, of whom these are present. The third, who may have left, begins a ballot before
/// T_el, if anything happened before.
fn three(present: &[usize], before: Before) -> Pace {
    let priests = present.iter().map(|&p| Priest::new(p - 1).unwrap());
    Pace {
        before,
        repeats: true,
        ..Pace::of(priests.collect())
    }
}

fn world(pace: &Pace) -> Timed<complete::Candidate> {
    let bounds = Bounds::new(3, &[3], 1, &["a".to_owned()]).unwrap();
    timed::world(bounds, None, 0, pace).unwrap()
}

/// The parliament of three with these requests, which clients ask the president for.
fn parliament(pace: &Pace, requests: &[&str]) -> Timed<parliament::Candidate> {
    let requests: Vec<_> = requests.iter().map(|&text| text.to_owned()).collect();
    let commands = Commands::parse(&requests).unwrap();
    let bounds = Bounds::new(3, &[3], 1, &commands.decrees()).unwrap();
    let plan = Plan {
        numbers: requests.len(),
        commands,
        asked: None,
        retries: true,
        settings: Settings::DEFAULT,
        variant: Chosen::SHIPPED,
        remembers_clients: false,
        crashes: 0,
        losses: 0,
        synced: Synced::default(),
        mutant: None,
        reductions: Reductions::default(),
    };
    parliament::timed::world(&bounds, &plan, pace).unwrap()
}

/// The latest instant at which a run ends, in ticks.
fn worst<P: Refined>(timed: &Timed<P>) -> u8 {
    let latest = latest(timed, |_| true);
    assert!(latest < timed.timing().horizon, "some run is longer");
    latest
}

/// The latest instant of a state of which this is true, in ticks.
fn latest<P: Refined>(timed: &Timed<P>, counts: impl Fn(&Moment) -> bool) -> u8 {
    let mut latest = 0;
    find(timed, |moment| {
        if counts(moment) {
            latest = latest.max(moment.elapsed());
        }
        false
    });
    latest
}

/// Whether this is true of some state.
fn find<P: Refined>(timed: &Timed<P>, mut is_it: impl FnMut(&Moment) -> bool) -> bool {
    let mut waiting = timed.init_states();
    let mut seen: HashSet<_> = waiting.iter().copied().collect();
    let mut steps = Vec::new();
    while let Some(moment) = waiting.pop() {
        if is_it(&moment) {
            return true;
        }
        timed.actions(&moment, &mut steps);
        let next = steps
            .drain(..)
            .filter_map(|step| timed.next_state(&moment, step));
        waiting.extend(next.filter(|next| seen.insert(*next)));
    }
    false
}

#[test]
fn a_ballot_without_disturbance_takes_five_delta() {
    assert_eq!(worst(&world(&three(&[1, 2, 3], Before::Nothing))), 5);
}

#[test]
fn an_earlier_ballot_of_a_priest_who_has_left_makes_it_seven_delta() {
    assert_eq!(worst(&world(&three(&[1, 2], Before::Asked))), 7);
}

#[test]
fn two_or_three_ticks_for_each_delta_make_no_run_longer() {
    for ticks in [2, 3] {
        for (present, before, deltas) in [
            (&[1, 2, 3][..], Before::Nothing, 5),
            (&[1, 2], Before::Asked, 7),
        ] {
            let pace = three(present, before);
            let finer = Pace {
                delta: ticks,
                round: pace.round.map(|round| round * ticks),
                horizon: pace.horizon * ticks,
                repeats: false,
                ..pace
            };
            assert_eq!(
                worst(&world(&finer)),
                deltas * ticks,
                "{ticks} ticks, {before:?}"
            );
        }
    }
}

#[test]
fn that_messages_arrive_more_than_once_makes_no_run_longer() {
    for (present, before) in [(&[1, 2, 3][..], Before::Nothing), (&[1, 2], Before::Asked)] {
        let pace = three(present, before);
        let once = Pace {
            repeats: false,
            ..pace
        };
        assert_eq!(worst(&world(&once)), worst(&world(&pace)), "{before:?}");
    }
}

#[test]
fn stale_messages_make_no_run_longer() {
    for (present, before) in [(&[1, 2, 3][..], Before::Nothing), (&[1, 2], Before::Asked)] {
        let pace = three(present, before);
        let priests = world(&pace);
        let all = priests.clone().with_stale_messages();
        assert_eq!(worst(&all), worst(&priests), "{before:?}");
    }
    for (present, before) in [
        (&[1, 2, 3][..], Before::Elected),
        (&[1, 2, 3], Before::Nothing),
        (&[1, 2], Before::Asked),
    ] {
        let pace = Pace {
            repeats: false,
            presence: (before == Before::Asked).then_some(2),
            ..three(present, before)
        };
        let legislators = parliament(&pace, &["write a"]);
        let all = legislators.clone().with_stale_messages();
        assert_eq!(worst(&all), worst(&legislators), "{before:?}");
    }
}

#[test]
fn a_request_is_law_within_three_delta_and_two_are_if_messages_keep_their_order() {
    let pace = Pace {
        repeats: false,
        ..three(&[1, 2, 3], Before::Elected)
    };
    let two = ["write a", "write b"];
    let in_order = Pace {
        in_order: true,
        ..pace
    };
    assert_eq!(worst(&parliament(&pace, &two[..1])), 3);
    assert_eq!(worst(&parliament(&in_order, &two)), 3);
    assert_eq!(worst(&parliament(&pace, &two)), 9);
}

/// Three priests who elect a president, whoever considered himself president before.
fn election(
    present: &[usize],
    (presence, absence): (u8, u8),
    horizon: u8,
) -> Timed<complete::Candidate> {
    let bounds = Bounds::new(3, &[1, 2, 3], 1, &["a".to_owned()]).unwrap();
    let pace = Pace {
        round: None,
        presence: Some(presence),
        absence: Some(absence),
        until: Until::OnePresident,
        repeats: false,
        horizon,
        ..three(present, Before::Asked)
    };
    timed::world(bounds, None, 0, &pace).unwrap()
}

#[test]
fn after_the_last_change_an_election_takes_t_or_one_delta_more_if_the_highest_name_has_left() {
    for (presence, absence) in [(1, 2), (1, 3), (2, 3)] {
        let everybody = election(&[1, 2, 3], (presence, absence), 8);
        let without = election(&[1, 2], (presence, absence), 8);
        let figures = (presence, absence);
        assert_eq!(
            latest(&everybody, Moment::has_waited),
            absence,
            "{figures:?}"
        );
        assert_eq!(
            latest(&without, Moment::has_waited),
            absence + 1,
            "{figures:?}"
        );
    }
}

#[test]
fn presidents_depose_each_other_for_ever_if_t_is_shorter_than_presence_and_delta() {
    for horizon in [6, 12] {
        let too_short = election(&[1, 2], (2, 2), horizon);
        let is_late = |moment: &Moment| moment.has_waited() && moment.elapsed() == horizon;
        assert!(find(&too_short, is_late), "T_el + {horizon}");
    }
}
