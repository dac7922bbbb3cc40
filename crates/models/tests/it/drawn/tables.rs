//! Tables of a parliament.

use crate::parliament::{after, parliament};
use synod_vocabulary::Describe;

/// The rows of the tables, each as a line.
fn lines(spec: &str, steps: &[&str]) -> Vec<String> {
    let world = parliament(spec);
    let state = after(&world, steps);
    let tables = world.tables(&state);
    let lines = tables.iter().flat_map(|table| {
        let head = [format!("{}: {}", table.caption, table.columns.join(" | "))];
        assert!(
            table
                .rows
                .iter()
                .all(|(_, texts)| texts.len() == table.columns.len())
        );
        let rows = table.rows.iter();
        let rows = rows.map(|(head, texts)| format!("{head}: {}", texts.join(" | ")));
        head.into_iter().chain(rows)
    });
    lines.collect()
}

#[test]
fn a_table_has_what_is_passed_what_was_voted_and_the_gaps() {
    let steps = [
        "Β: the absence timer fires",
        "Α: Receive NextBallot(1, 0) from Β",
        "Β: Receive LastVote(1, no votes) from Α",
        "Β: Propose write a",
        "Α: Receive BeginBallot(1, 1: write a) to {Α Β} from Β",
    ];
    let spec = "priests = 2; tryers = [2]; asked = [2, 2]; numbers = 2; linearizability = true; \
                requests = [\"write a\", \"read\"]";
    let expected = [
        "What each ledger holds at each decree number: Α | Β",
        "1: write a voted in 1 | write a voted in 1",
        "2:  | ",
        "law: nothing after 0 decrees | nothing after 0 decrees",
        "Requests: may be asked | waits at | in ballots at | passed at | client | answer",
        "write a: Β |  | 1 |  | has asked | ",
        "read: Β |  |  |  |  | ",
    ];
    assert_eq!(lines(spec, &steps), expected);
    let passed = [&steps[..], &["Β: Receive Voted(1, 1, Α) from Α"]].concat();
    let lines = lines(spec, &passed);
    assert_eq!(lines[1], "1: write a voted in 1 | write a passed");
    assert_eq!(lines[3], "law: nothing after 0 decrees | a after 1 decree");
    assert_eq!(lines[5], "write a: Β |  | 1 | 1 | has asked | written");
}
