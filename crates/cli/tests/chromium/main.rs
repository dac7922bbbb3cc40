//! `synod explore` in a real browser: headless Chromium, driven by chromedriver.
//!
//! If these programs are missing, the tests are ignored and the reason is printed; with
//! SYNOD_CHROMIUM=required they fail instead. `scripts/test` installs the programs if it
//! has the permission.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)] // Tests.

mod browser;
mod explorer;
mod stateright;

use libtest_mimic::{Arguments, Trial};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let missing = missing();
    if !missing.is_empty() {
        let advice = "Debian's packages `chromium` and `chromium-driver` have them";
        eprintln!(
            "no browser tests: {} missing; {advice}",
            missing.join(" and ")
        );
        if std::env::var("SYNOD_CHROMIUM").is_ok_and(|value| value == "required") {
            return ExitCode::FAILURE;
        }
    }
    let trial = |name, test: fn()| {
        let run = move || {
            test();
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(!missing.is_empty())
    };
    let trials = vec![
        trial(
            "stateright_shows_figure_1_and_the_ledgers_of_a_passed_decree",
            stateright::world,
        ),
        trial(
            "stateright_shows_a_sequence_diagram_of_actors",
            stateright::actors,
        ),
        trial(
            "stateright_counts_as_many_states_as_the_check",
            stateright::completion,
        ),
        trial(
            "a_state_that_violates_a_claim_says_so_and_nothing_contradicts_it",
            stateright::violation,
        ),
        trial("one_click_shows_how_a_mutant_breaks", explorer::one_click),
        trial("messages_are_delivered_by_click", explorer::delivering),
        trial("everything_can_be_done_by_keyboard", explorer::keyboard),
        trial(
            "a_link_shows_the_same_state_in_a_fresh_profile",
            explorer::link,
        ),
        trial(
            "an_exported_file_plays_without_a_network",
            explorer::exported,
        ),
        trial(
            "the_page_fits_three_widths_in_both_themes",
            explorer::widths,
        ),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The programs that a browser test needs and that this machine does not have.
fn missing() -> Vec<&'static str> {
    let is_missing = |program: &&str| {
        let version = Command::new(program).arg("--version").output();
        !version.is_ok_and(|output| output.status.success())
    };
    ["chromium", "chromedriver"]
        .into_iter()
        .filter(is_missing)
        .collect()
}
