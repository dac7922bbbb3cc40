//! Every partner that is required within some bounds is reached: no partner is required
//! that cannot happen.

use super::parliament;
use super::reductions::{explored, partners};

/// Checks that every required partner is reached and no other, and that every claim holds.
fn all_partners_are_reached(lines: &str) {
    let world = parliament(lines);
    let (_, found) = explored(&world);
    assert_eq!(found.reached, partners(&world), "{lines}");
    assert!(found.violated.is_empty(), "{lines}: {:?}", found.violated);
}

#[test]
fn with_one_legislator() {
    for more in [
        "attempts = 1",
        "attempts = 2",
        "crashes = 1",
        "attempts = 2; crashes = 1",
        "in_flight = 1",
        "voted_to = \"everybody\"",
        "numbers = 1; linearizability = true",
    ] {
        for requests in ["[\"write a\"]", "[\"write a\", \"write b\"]"] {
            all_partners_are_reached(&format!("priests = 1; requests = {requests}; {more}"));
        }
    }
}

#[test]
fn with_fewer_numbers_than_requests_or_one_request() {
    for more in [
        "retries = true",
        "linearizability = true",
        "retries = true; linearizability = true",
        "voted_to = \"everybody\"",
        "order = \"any\"",
    ] {
        let tryers = "priests = 2; tryers = [1, 2]";
        let [one, two] = ["[\"write a\"]", "[\"write a\", \"read\"]"];
        all_partners_are_reached(&format!("{tryers}; numbers = 1; requests = {one}; {more}"));
        all_partners_are_reached(&format!("{tryers}; numbers = 2; requests = {one}; {more}"));
        all_partners_are_reached(&format!("{tryers}; numbers = 1; requests = {two}; {more}"));
    }
}

/// If a president alone is a majority set, a decree is passed before another legislator
/// knows it.
#[test]
fn with_weights() {
    let both = "requests = [\"write a\", \"write b\"]; reductions = [\"useless messages\"]";
    for bounds in [
        "priests = 3; tryers = [1]; quorums = { weights = [1, 0, 0] }",
        "priests = 3; tryers = [1]; quorums = { weights = [1, 0, 0] }; crashes = 1",
        "priests = 3; tryers = [1]; quorums = { weights = [0, 0, 1] }",
        "priests = 2; tryers = [1, 2]; quorums = { weights = [1, 0] }",
        "priests = 2; tryers = [1, 2]; quorums = { weights = [0, 1] }",
        "priests = 2; tryers = [1]; attempts = 2; quorums = { weights = [1, 0] }",
        "priests = 2; tryers = [1]; attempts = 2; quorums = { weights = [0, 1] }",
        "priests = 2; tryers = [1]; attempts = 2; crashes = 1; quorums = { weights = [1, 0] }",
        "priests = 3; tryers = [1, 2]; order = \"any\"; quorums = { weights = [1, 0, 0] }",
    ] {
        all_partners_are_reached(&format!("{bounds}; {both}"));
    }
}

/// A president who alone is a majority set asks no other legislator, so that none refuses
/// his BeginBallot.
#[test]
fn with_a_president_who_alone_is_a_majority_set_and_another_one() {
    for bounds in [
        "tryers = [1, 3]; quorums = { weights = [3, 0, 0] }",
        "tryers = [1, 3]; quorums = { weights = [3, 1, 1] }",
        "tryers = [1, 2]; quorums = { weights = [3, 0, 0] }; waiting = 0",
    ] {
        all_partners_are_reached(&format!("priests = 3; {bounds}; requests = [\"read\"]"));
    }
}

/// If no request may wait, no request is proposed in the step in which another is passed.
#[test]
fn if_no_request_may_wait() {
    for bounds in [
        "tryers = [1, 2]; quorums = { weights = [1, 0] }",
        "tryers = [1, 2]; quorums = { weights = [2, 1] }",
        "tryers = [1, 2]; quorums = { weights = [1, 1] }",
        "tryers = [1]; quorums = { weights = [1, 1] }",
    ] {
        all_partners_are_reached(&format!(
            "priests = 2; {bounds}; requests = [\"read\", \"read\"]; in_flight = 1; waiting = 0"
        ));
    }
}
