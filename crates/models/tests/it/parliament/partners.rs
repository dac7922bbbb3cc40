//! Nothing is asked for that the bounds do not let happen.

use super::parliament;
use super::reductions::{explored, partners};

/// All that is asked for is reached, and every claim holds.
fn all_is_reached(lines: &str) {
    let world = parliament(lines);
    let (_, found) = explored(&world);
    assert_eq!(found.reached, partners(&world), "{lines}");
    assert!(found.violated.is_empty(), "{lines}: {:?}", found.violated);
}

#[test]
fn of_one_legislator() {
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
            all_is_reached(&format!("priests = 1; requests = {requests}; {more}"));
        }
    }
}

#[test]
fn where_there_are_fewer_numbers_than_requests_or_one_request() {
    for more in [
        "retries = true",
        "linearizability = true",
        "retries = true; linearizability = true",
        "voted_to = \"everybody\"",
        "order = \"any\"",
    ] {
        let tryers = "priests = 2; tryers = [1, 2]";
        let [one, two] = ["[\"write a\"]", "[\"write a\", \"read\"]"];
        all_is_reached(&format!("{tryers}; numbers = 1; requests = {one}; {more}"));
        all_is_reached(&format!("{tryers}; numbers = 2; requests = {one}; {more}"));
        all_is_reached(&format!("{tryers}; numbers = 1; requests = {two}; {more}"));
    }
}

/// Where a president is a majority set by himself what he asks for is passed
/// before anybody else sees it.
#[test]
fn of_weights() {
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
        all_is_reached(&format!("{bounds}; {both}"));
    }
}

/// Nobody refuses a BeginBallot of a president who asks nobody.
#[test]
fn of_a_president_who_is_a_majority_set_by_himself_and_another() {
    for bounds in [
        "tryers = [1, 3]; quorums = { weights = [3, 0, 0] }",
        "tryers = [1, 3]; quorums = { weights = [3, 1, 1] }",
        "tryers = [1, 2]; quorums = { weights = [3, 0, 0] }; waiting = 0",
    ] {
        all_is_reached(&format!("priests = 3; {bounds}; requests = [\"read\"]"));
    }
}

/// Where nobody waits, no request is proposed in the moment in which another is
/// passed.
#[test]
fn where_nobody_waits() {
    for bounds in [
        "tryers = [1, 2]; quorums = { weights = [1, 0] }",
        "tryers = [1, 2]; quorums = { weights = [2, 1] }",
        "tryers = [1, 2]; quorums = { weights = [1, 1] }",
        "tryers = [1]; quorums = { weights = [1, 1] }",
    ] {
        all_is_reached(&format!(
            "priests = 2; {bounds}; requests = [\"read\", \"read\"]; in_flight = 1; waiting = 0"
        ));
    }
}
