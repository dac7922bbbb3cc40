//! Command lines with their whole output: `tests/cmd/*.md`; those that read input are in `tests/cmd/*.toml`.
//!
//! `TRYCMD=overwrite cargo test -p synod --test cmd` rewrites the expected output.

#[test]
fn the_commands_print_the_expected_output() {
    trycmd::TestCases::new()
        .case("tests/cmd/*.md")
        .case("tests/cmd/*.toml");
}
