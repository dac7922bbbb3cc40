//! The example finds the broken lock, and the other lock holds.

#[path = "../../examples/a_model_of_ones_own.rs"]
#[expect(dead_code, reason = "the test calls `run` instead of `main`")]
mod a_model_of_ones_own;

use a_model_of_ones_own::run;

#[test]
fn the_example_finds_the_broken_lock_and_the_other_holds() {
    let mut out = Vec::new();
    run(&mut out).unwrap();
    let expected = "\
look, then take: violated, 9 states
  worker 1 goes on: place[1]: Outside → SawItFree
  worker 0 goes on: place[0]: Outside → SawItFree
  worker 1 goes on: place[1]: SawItFree → Inside, taken: false → true
  worker 0 goes on: place[0]: SawItFree → Inside
  mutual exclusion is violated: both workers are inside
look and take: holds, 3 states
";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}
