//! §2.4 in time: how long it takes until every priest who is present knows the outcome.

use stateright::Model;
use std::collections::HashSet;
use synod_math::Priest;
use synod_models::bounds::Bounds;
use synod_models::complete::timed::{self, Before, Pace, Timed};

/// Three priests, of whom these are present. The third, who may have left, begins a ballot before
/// T_el, if anything happened before.
fn three(present: &[usize], before: Before) -> Pace {
    let priests = present.iter().map(|&p| Priest::new(p - 1).unwrap());
    Pace {
        delta: 1,
        round: 2,
        presence: None,
        present: priests.collect(),
        before,
        repeats: true,
        horizon: 20,
    }
}

fn world(pace: &Pace) -> Timed {
    let bounds = Bounds::new(3, &[3], 1, &["a".to_owned()]).unwrap();
    timed::world(bounds, None, 0, *pace).unwrap()
}

/// The latest instant at which a run ends, in ticks.
fn worst(timed: &Timed) -> u8 {
    let mut waiting = timed.init_states();
    let mut seen: HashSet<_> = waiting.iter().copied().collect();
    let (mut latest, mut steps) = (0, Vec::new());
    while let Some(moment) = waiting.pop() {
        latest = latest.max(moment.elapsed());
        timed.actions(&moment, &mut steps);
        let next = steps
            .drain(..)
            .filter_map(|step| timed.next_state(&moment, step));
        waiting.extend(next.filter(|next| seen.insert(*next)));
    }
    assert!(latest < timed.timing().horizon, "some run is longer");
    latest
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
                round: pace.round * ticks,
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
