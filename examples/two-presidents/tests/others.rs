//! TLC and SPIN say the same of the same model. If one of them is missing its tests are ignored,
//! and a line says so.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // Tests.

use libtest_mimic::{Arguments, Trial};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};
use tempfile::TempDir;

fn main() -> ExitCode {
    let (tlc, spin) = (tlc(), on_the_path("spin") && on_the_path("gcc"));
    if tlc.is_none() {
        eprintln!(
            "The tests that need TLC are left out: export TLA2TOOLS_JAR=/path/to/tla2tools.jar"
        );
    }
    if !spin {
        eprintln!("The tests that need SPIN are left out: install spin and gcc");
    }
    let with_tlc = |name, test: fn(&Path)| {
        let jar = tlc.clone();
        let run = move || {
            test(&jar.unwrap_or_default());
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(tlc.is_none())
    };
    let with_spin = |name, test: fn()| {
        let run = move || {
            test();
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(!spin)
    };
    let trials = vec![
        with_tlc("tlc_says_that_one_president_passes_a_decree", one_passes),
        with_tlc("tlc_says_that_without_fairness_he_may_not", one_may_not),
        with_tlc("tlc_finds_the_livelock_of_two_presidents", two_do_not),
        with_spin("spin_says_all_of_this_too", all_by_spin),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn tlc() -> Option<PathBuf> {
    let jar = PathBuf::from(env::var_os("TLA2TOOLS_JAR")?);
    (jar.is_file() && on_the_path("java")).then_some(jar)
}

fn on_the_path(program: &str) -> bool {
    let paths = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

/// A temporary folder with a copy of a file of this example.
fn folder_with(file: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::copy(from, folder.path().join(file)).unwrap();
    folder
}

fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What TLC prints about a claim of the runs of a specification.
fn by_tlc(jar: &Path, specification: &str, property: &str) -> String {
    let folder = folder_with("TwoPresidents.tla");
    let config = format!(
        "CONSTANTS\n  Presidents = {{p1, p2}}\n  Voters = {{v1, v2, v3}}\n\
         SPECIFICATION {specification}\nPROPERTY {property}\n"
    );
    fs::write(folder.path().join("TwoPresidents.cfg"), config).unwrap();
    // `-deadlock` turns the check for deadlocks off: when a decree is passed, all is done.
    printed(
        Command::new("java")
            .current_dir(folder.path())
            .args(["-XX:+UseParallelGC", "-cp"])
            .arg(jar)
            .args(["tlc2.TLC", "-workers", "1", "-deadlock", "TwoPresidents"]),
    )
}

fn one_passes(jar: &Path) {
    let printed = by_tlc(jar, "WeaklyFair", "OnePasses");
    assert!(printed.contains("No error has been found"), "{printed}");
    // As many states and levels as here: `progress.rs` has the same numbers.
    assert!(
        printed.contains("1347 distinct states found, 0 states left"),
        "{printed}"
    );
    assert!(printed.contains("graph search is 13."), "{printed}");
}

fn one_may_not(jar: &Path) {
    let printed = by_tlc(jar, "Unfair", "OnePasses");
    assert!(
        printed.contains("Temporal properties were violated"),
        "{printed}"
    );
}

fn two_do_not(jar: &Path) {
    let printed = by_tlc(jar, "StronglyFair", "Passed");
    assert!(
        printed.contains("Temporal properties were violated"),
        "{printed}"
    );
    assert!(printed.contains("Back to state"), "{printed}");
}

/// SPIN is fair to processes, weakly, if it is asked to be (`-f`).
fn all_by_spin() {
    let folder = folder_with("two-presidents.pml");
    let run = |program: &str, arguments: &[&str]| {
        printed(
            Command::new(program)
                .current_dir(folder.path())
                .args(arguments),
        )
    };
    run("spin", &["-a", "two-presidents.pml"]);
    run("gcc", &["-O1", "-w", "-DNFAIR=3", "-o", "pan", "pan.c"]);
    let pan = folder.path().join("pan");
    let is_violated = |arguments: &[&str]| {
        let printed = run(
            pan.to_str().unwrap(),
            &[&["-a", "-m100000"], arguments].concat(),
        );
        let errors = printed.split("errors: ").nth(1);
        let errors = errors.and_then(|errors| errors.lines().next());
        assert!(!printed.contains("max search depth too small"), "{printed}");
        errors.unwrap().trim() != "0"
    };
    assert!(is_violated(&["-N", "passes"]));
    assert!(is_violated(&["-N", "passes", "-f"]), "the livelock");
    assert!(is_violated(&["-N", "one_passes"]));
    assert!(!is_violated(&["-N", "one_passes", "-f"]));
}
