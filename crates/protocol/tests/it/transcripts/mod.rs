//! Whole runs with every output, as files under `tests/transcripts`.
//!
//! A line that begins with `> ` is a command, one that begins with `#` is a comment; all other lines are
//! printed by the commands. After an intended change, `SYNOD_REWRITE=1 cargo test -p synod-protocol`
//! writes the files anew: review the difference before you keep it.
//!
//! | command | effect |
//! |---|---|
//! | `priests 3`, `weights 3 1 1` | makes a parliament; this command comes first |
//! | `propose Γ a` | asks Γ to get decree a passed |
//! | `timeout Γ absence` | a timer that is set runs out |
//! | `deliver`, `deliver 3`, `deliver all` | the oldest letter arrives; letter 3 does; all letters do, and those that follow |
//! | `drop 3`, `drop all`, `duplicate 3` | letters are lost or copied |
//! | `crash Γ`, `crash Γ after 2` | Γ crashes now, or after 2 outputs of his next input |
//! | `recover Γ` | Γ comes back with his ledger |
//! | `show` | prints ledgers, slips, and 𝓑 as the paper draws it |

mod command;
mod tell;

use crate::parliament::{Parliament, Step};
use command::{Command, Which};
use std::fs;
use std::path::{Path, PathBuf};

/// Runs the commands of a transcript. Returns its commands and comments with what the commands print now.
fn rerun(file: &str, text: &str) -> Result<String, String> {
    let mut parliament = None;
    let lines = text.lines().zip(1..).map(|(line, number)| {
        let printed = rerun_line(&mut parliament, line);
        printed.map_err(|error| format!("{file}:{number}: {error}"))
    });
    lines.collect()
}

fn rerun_line(parliament: &mut Option<Parliament>, line: &str) -> Result<String, String> {
    match line.strip_prefix("> ") {
        Some(command) => Ok(format!("{line}\n{}\n", execute(parliament, command)?)),
        None if line.starts_with('#') => Ok(format!("{line}\n")),
        None => Ok(String::new()),
    }
}

fn execute(parliament: &mut Option<Parliament>, line: &str) -> Result<String, String> {
    let command = Command::parse(line)?;
    if let Command::Convene(quorums) = command {
        *parliament = Some(Parliament::with(quorums));
        return Ok(String::new());
    }
    let parliament = parliament
        .as_mut()
        .ok_or("the first command must be `priests` or `weights`")?;
    command.is_possible(parliament)?;
    let mut printed = obey(parliament, &command);
    if !matches!(command, Command::Show) {
        printed.push_str(&tell::in_flight(parliament));
    }
    Ok(printed)
}

fn obey(parliament: &mut Parliament, command: &Command) -> String {
    match *command {
        Command::Convene(_) => {}
        Command::Propose(priest, decree) => return tell::step(&parliament.ask(priest, decree)),
        Command::TimeOut(priest, timer) => return tell::step(&parliament.time_out(priest, timer)),
        Command::Recover(priest) => return tell::step(&parliament.recover(priest)),
        Command::Deliver(which) => return deliver(parliament, which),
        Command::Drop(Which::All) => parliament.drop_all(),
        Command::Drop(which) => drop(parliament.drop_number(number(parliament, which))),
        Command::Duplicate(number) => drop(parliament.duplicate_number(number)),
        Command::Crash(priest) => parliament.crash(priest),
        Command::CrashAfter(priest, outputs) => parliament.crash_after(priest, outputs),
        Command::Show => return tell::all(parliament),
    }
    String::new()
}

fn deliver(parliament: &mut Parliament, which: Which) -> String {
    if which != Which::All {
        return deliver_one(parliament, number(parliament, which));
    }
    let mut printed = String::new();
    while let Some(&oldest) = parliament.in_flight_numbers().first() {
        printed.push_str(&deliver_one(parliament, oldest));
    }
    printed
}

fn deliver_one(parliament: &mut Parliament, number: usize) -> String {
    let letter = format!("{number}: {}", parliament.letter(number));
    let step: Step = parliament.deliver_number(number);
    format!("{letter}\n{}", tell::step(&step))
}

fn number(parliament: &Parliament, which: Which) -> usize {
    match which {
        Which::Number(number) => number,
        Which::Oldest | Which::All => parliament.in_flight_numbers()[0],
    }
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_transcript_is_what_the_code_does() {
    let rewrite = std::env::var_os("SYNOD_REWRITE").is_some_and(|value| value == "1");
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let now = rerun(&name, &text).unwrap_or_else(|error| panic!("{error}"));
        if rewrite {
            fs::write(&path, now).unwrap();
        } else if now != text {
            panic!("{}", first_difference(&name, &text, &now));
        }
    }
}

fn first_difference(file: &str, text: &str, now: &str) -> String {
    let same = text.lines().zip(now.lines()).take_while(|(a, b)| a == b);
    let line = same.count();
    let [expected, found] = [text, now].map(|t| t.lines().nth(line).unwrap_or("the end"));
    format!(
        "{file}:{}: expected\n{expected}\nbut now it is\n{found}\n\
         (SYNOD_REWRITE=1 rewrites the file)",
        line + 1
    )
}

#[test]
fn there_are_transcripts() {
    assert!(files().len() >= 6);
    assert!(
        files()
            .iter()
            .all(|path| path.extension().is_some_and(|e| e == "txt"))
    );
}

#[test]
fn the_error_about_a_command_names_its_file_and_line() {
    for (command, error) in [
        ("dance Α", "unknown command `dance Α`"),
        ("propose Δ a", "no priest `Δ`"),
        ("timeout Α breakfast", "no timer `breakfast`"),
        ("timeout Α round", "Α has not set Round"),
        ("deliver 7", "no letter 7 in flight"),
        ("deliver", "no letter in flight"),
        ("crash Α before 2", "unknown command `crash Α before 2`"),
        ("priests 0", "there must be at least one priest"),
    ] {
        let text = format!("# A story\n> priests 3\n\n> {command}\n");
        assert_eq!(
            rerun("story.txt", &text),
            Err(format!("story.txt:4: {error}"))
        );
    }
}

#[test]
fn a_transcript_begins_with_a_parliament() {
    let error = "story.txt:1: the first command must be `priests` or `weights`";
    assert_eq!(rerun("story.txt", "> show\n"), Err(error.to_owned()));
}
