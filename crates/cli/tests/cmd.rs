//! Command lines and all that they print: `tests/cmd/*.md`.
//!
//! `TRYCMD=overwrite cargo test -p synod --test cmd` rewrites what is expected.

#[test]
fn the_commands_print_what_is_written_down() {
    trycmd::TestCases::new().case("tests/cmd/*.md");
}
