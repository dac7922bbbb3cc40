//! §1.2, §3.2.2: while a majority is present, and messages and actions meet their time bounds, requests
//! are passed and reach every ledger.

use crate::chamber::{ALPHA, priest};
use crate::legislators::{Legislator, Legislators};
use crate::runs::{config, play, run};
use crate::safety::check_step;
use proptest::prelude::*;
use synod_math::Priest;
use synod_protocol::Timer;

/// The durations of the timers, in delays.
const TIMES: [(Timer, usize); 3] = [(Timer::Presence, 1), (Timer::Absence, 4), (Timer::Round, 6)];

/// Lets one delay pass: no legislator crashes, no message is lost, and all clocks are right.
pub(super) fn pass_one_delay(chamber: &mut Legislators) {
    for number in chamber.begin_delay() {
        let turn = chamber.deliver_number(number);
        check_step(chamber, &turn);
    }
    for who in chamber.all() {
        for (timer, time) in TIMES {
            if chamber.set_for(who, timer).is_some_and(|age| age >= time) {
                let turn = chamber.time_out(who, timer);
                check_step(chamber, &turn);
            }
        }
    }
}

/// Whether the ledgers of all present legislators have the same decrees, without a gap, and the letter
/// among them.
pub(super) fn all_present_have(chamber: &Legislators, letter: char) -> bool {
    let present = chamber.all().filter(|&who| chamber.process(who).is_some());
    let mut ledgers = present.map(|who| chamber.decrees(who));
    let decrees = ledgers.next().unwrap_or_default();
    let is_complete = decrees.contains(letter) && !decrees.contains('_');
    is_complete && ledgers.all(|other| other == decrees)
}

pub(super) fn has_one_president(chamber: &Legislators) -> bool {
    let presidents = chamber.all().filter(|&who| chamber.is_president(who));
    presidents.count() == 1
}

/// The number of delays until all present legislators have the decree that a client of `asked` asks for.
/// The client asks again until it is law.
fn delays(chamber: &mut Legislators, asked: Priest) -> usize {
    let mut delays = 0;
    while !all_present_have(chamber, 'q') || !has_one_president(chamber) {
        assert!(delays < 300, "no progress: {:?}", chamber.in_flight());
        assert!(
            chamber.in_flight_numbers().len() < 3000,
            "ever more letters"
        );
        chamber.ask(asked, 'q');
        pass_one_delay(chamber);
        delays += 1;
    }
    delays
}

proptest! {
    #![proptest_config(config(2500))]

    /// Whatever happened before, a legislator becomes president, brings the others up to date, and passes
    /// the request; all ledgers become equal.
    #[test]
    fn after_any_trouble_a_request_is_passed_and_reaches_all_ledgers(run in run::<Legislator>(250)) {
        let mut chamber = play(run.chamber, &run.events);
        chamber.recover_all();
        let delays = delays(&mut chamber, ALPHA);
        prop_assert!(delays <= 30, "{} delays", delays);
    }

    /// The same with a bare majority, whichever legislators are absent.
    #[test]
    fn a_majority_is_enough_for_progress(run in run::<Legislator>(250), absent in 0..60_usize) {
        let mut chamber = play(run.chamber, &run.events);
        chamber.recover_all();
        let count = chamber.all().count();
        for index in 0..(count - 1) / 2 {
            chamber.crash(priest((absent + index) % count));
        }
        let asked = chamber.all().find(|&who| chamber.process(who).is_some());
        let delays = delays(&mut chamber, asked.unwrap());
        prop_assert!(delays <= 30, "{} delays", delays);
    }
}
