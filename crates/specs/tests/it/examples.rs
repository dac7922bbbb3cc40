//! The example prints the result of its spec, and an error for each mistake.

#[path = "../../examples/a_spec_of_ones_own.rs"]
#[expect(dead_code, reason = "its `main` is cargo's to call")]
mod a_spec_of_ones_own;

use a_spec_of_ones_own::run;

#[test]
fn the_spec_does_what_it_expects_and_each_mistake_has_a_line_and_a_remedy() {
    let mut out = Vec::new();
    run(&mut out).unwrap();
    let expected = "\
Two priests who compete pass one decree. (2 priests, ballots 0 1, decrees a b)
holds, 2259 states, as expected: true
line 3: unknown key `preists`
  help: did you mean `priests`?
line 3: `priests` takes a whole number, not negative; this is a string
  help: write it like `priests = 3`
line 6: `crashes` is not for protocol \"basic\"
  help: to have slips lost, add a line `forgetful = true`
";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}
