//! The example prints what its comments say.

#[path = "../../examples/a_state_machine_of_ones_own.rs"]
#[expect(dead_code, reason = "its `main` is cargo's to call")]
mod a_state_machine_of_ones_own;

use a_state_machine_of_ones_own::run;

#[test]
fn each_request_is_carried_out_once_and_all_replicas_have_its_answer() {
    let mut out = Vec::new();
    run(&mut out).unwrap();
    let expected = "\
request 1 to Α: Add(\"print\")
  Γ: decree 1, Length(1)
  Α: decree 1, Length(1)
  Β: decree 1, Length(1)
request 2 to Α: Take
  Γ: decree 2, Taken(Some(\"print\"))
  Α: decree 2, Taken(Some(\"print\"))
  Β: decree 2, Taken(Some(\"print\"))
request 2 to Α: Take
  Α: decree 2, Taken(Some(\"print\"))
request 3 to Α: Length
  Γ: decree 3, Length(0)
  Α: decree 3, Length(0)
  Β: decree 3, Length(0)
";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}
