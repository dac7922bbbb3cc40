//! One value is chosen if the quorums of phase 1 intersect those of phase 2. It is not enough
//! that the quorums of each phase intersect each other.

use flexible_paxos::{FlexiblePaxos, Quorum, columns, rows, sets_of};
use synod_harness::check_model;

fn paxos(acceptors: u8, phase1: Vec<Quorum>, phase2: Vec<Quorum>) -> FlexiblePaxos {
    FlexiblePaxos {
        acceptors,
        ballots: 2,
        values: 2,
        phase1,
        phase2,
    }
}

#[test]
fn majorities_choose_one_value() {
    let paxos = paxos(3, sets_of(2, 3), sets_of(2, 3));
    check_model(paxos).run().assert_holds().assert_states(3_921);
}

#[test]
fn rows_and_columns_of_a_grid_choose_one_value() {
    let paxos = paxos(4, rows(2, 2), columns(2, 2));
    check_model(paxos)
        .run()
        .assert_holds()
        .assert_states(39_937);
}

#[test]
fn all_for_phase_1_and_any_one_for_phase_2_choose_one_value() {
    let paxos = paxos(3, sets_of(3, 3), sets_of(1, 3));
    check_model(paxos).run().assert_holds().assert_states(513);
}

#[test]
fn any_one_for_phase_1_and_all_for_phase_2_choose_one_value() {
    let paxos = paxos(3, sets_of(1, 3), sets_of(3, 3));
    check_model(paxos)
        .run()
        .assert_holds()
        .assert_states(12_513);
}

/// Two of four in each phase: two pairs may have nobody in common.
#[test]
fn quorums_that_do_not_intersect_choose_two_values() {
    let paxos = paxos(4, sets_of(2, 4), sets_of(2, 4));
    let checked = check_model(paxos).run();
    checked.assert_violated("one value is chosen", 12);
}

/// Rows and rows: those of one phase need not intersect, but a row of phase 1 must meet every row
/// of phase 2.
#[test]
fn rows_for_both_phases_choose_two_values() {
    let paxos = paxos(4, rows(2, 2), rows(2, 2));
    let checked = check_model(paxos).run();
    checked.assert_violated("one value is chosen", 12);
}
