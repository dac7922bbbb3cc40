//! The output of TLC is read correctly.

use synod_twins::tlc::{Ending, read_output};

const HOLDS: &str = "\
TLC2 Version 2.19 of 08 August 2024 (rev: 5a47802)
Progress(9) at 2026-11-23 00:08:30: 1,000 states generated, 500 distinct states found, 3 states left on queue.
Model checking completed. No error has been found.
2,144 states generated, 734 distinct states found, 0 states left on queue.
The depth of the complete state graph search is 27.
Finished in 01s at (2026-11-23 00:08:30)
";

const VIOLATED: &str = "\
TLC2 Version 2.19 of 08 August 2024 (rev: 5a47802)
Error: Invariant Inv7 is violated.
Error: The behavior up to this point is:
State 1: <Initial predicate>
/\\ x = 0
/\\ y = {}

State 2: <Try(1, 2) line 6, col 12 to line 6, col 156 of module T>
/\\ x = 1
/\\ y = {1,
 2}

4 states generated, 3 distinct states found, 1 states left on queue.
The depth of the complete state graph search is 2.
";

#[test]
fn a_run_that_holds_has_its_counts() {
    let run = read_output(HOLDS).unwrap();
    assert_eq!(run.version, "2.19 of 08 August 2024 (rev: 5a47802)");
    assert_eq!((run.states, run.generated, run.depth), (734, 2144, 27));
    assert_eq!(run.ending, Ending::Holds);
}

#[test]
fn a_violation_has_a_name_and_a_behavior() {
    let run = read_output(VIOLATED).unwrap();
    let Ending::Violated { property, behavior } = run.ending else {
        panic!("{:?}", run.ending);
    };
    assert_eq!(property, "Inv7");
    let steps: Vec<_> = behavior
        .iter()
        .map(|(action, state)| format!("{action}: {state}"))
        .collect();
    assert_eq!(
        steps,
        [
            "Initial predicate: [x |-> 0, y |-> {}]",
            "Try(1, 2): [x |-> 1, y |-> {1, 2}]"
        ]
    );
    assert_eq!((run.states, run.generated), (3, 4));
}

#[test]
fn a_step_that_breaks_a_property_is_a_violation() {
    let output = VIOLATED.replace("Invariant Inv7", "Action property GoesOn");
    let Ending::Violated { property, .. } = read_output(&output).unwrap().ending else {
        panic!("the output is not read as a violation");
    };
    assert_eq!(property, "GoesOn");
}

#[test]
fn an_error_is_no_verdict() {
    let ending = |text: &str| read_output(text).unwrap().ending;
    assert_eq!(
        ending("Error: Parsing or semantic analysis failed.\n"),
        Ending::Failed("Parsing or semantic analysis failed.".to_owned())
    );
    assert!(matches!(ending(""), Ending::Failed(_)));
    assert!(matches!(
        ending("Error: java.lang.OutOfMemoryError: Java heap space"),
        Ending::Unfinished(_)
    ));
}
