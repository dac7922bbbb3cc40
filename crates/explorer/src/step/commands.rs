//! The commands of a walk.

use super::{Answer, Stepper};
use std::fmt::Write;
use synod_report::style::BOLD;

/// A command: its names, and how it is answered.
pub(super) struct Command {
    /// The short name and the long one.
    pub names: [&'static str; 2],
    /// What may follow; empty if nothing.
    pub argument: &'static str,
    about: &'static str,
    pub answer: fn(&mut Stepper<'_>, &str) -> Answer,
}

/// All commands but that which ends.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        names: ["u", "undo"],
        argument: "",
        about: "go back to where you were before the last move",
        answer: |stepper, _| stepper.undo(),
    },
    Command {
        names: ["r", "redo"],
        argument: "",
        about: "make the move again that was undone",
        answer: |stepper, _| stepper.redo(),
    },
    Command {
        names: ["b", "back"],
        argument: "",
        about: "go to the state before the last step of the run",
        answer: |stepper, _| stepper.back(),
    },
    Command {
        names: ["n", "next"],
        argument: "",
        about: "go on along a run that was taken or found",
        answer: |stepper, _| stepper.next(),
    },
    Command {
        names: ["s", "state"],
        argument: "[TEXT]",
        about: "show all variables, or those whose lines contain a text",
        answer: |stepper, words| stepper.state(words),
    },
    Command {
        names: ["f", "figure"],
        argument: "",
        about: "draw the ballots as in Figure 1 of the paper, and the tables of the model",
        answer: |stepper, _| stepper.figure(),
    },
    Command {
        names: ["m", "messages"],
        argument: "",
        about: "list the messages that may arrive",
        answer: |stepper, _| stepper.messages(),
    },
    Command {
        names: ["p", "path"],
        argument: "",
        about: "list the steps of the run",
        answer: |stepper, _| Ok(stepper.path()),
    },
    Command {
        names: ["w", "why"],
        argument: "[TEXT]",
        about: "list steps that are not possible here, each with the guard that forbids it",
        answer: |stepper, words| stepper.why(words),
    },
    Command {
        names: ["v", "violation"],
        argument: "[CLAIM]",
        about: "load a shortest run that violates the claim, or any claim",
        answer: |stepper, words| stepper.violation(words),
    },
    Command {
        names: ["e", "example"],
        argument: "[NAME]",
        about: "load a shortest run to an example; without a name, list them",
        answer: |stepper, words| stepper.example(words),
    },
    Command {
        names: ["i", "initial"],
        argument: "[N | TEXT]",
        about: "begin in the initial state N; or list those that contain a text",
        answer: |stepper, words| stepper.initial(words),
    },
    Command {
        names: ["+", "more"],
        argument: "",
        about: "list more initial states",
        answer: |stepper, _| stepper.more(),
    },
    Command {
        names: ["l", "link"],
        argument: "",
        about: "print where you are: for a program, and for the page of `synod explore`",
        answer: |stepper, _| Ok(stepper.link()),
    },
    Command {
        names: ["h", "help"],
        argument: "",
        about: "list the commands",
        answer: |_, _| Ok(help()),
    },
];

/// What can be typed.
pub(super) fn help() -> String {
    let mut text = format!(
        "{BOLD}{:<22}{BOLD:#}  take the step with this number\n",
        "a number"
    );
    let mut line = |usage: String, about: &str| {
        _ = writeln!(text, "{BOLD}{usage:<22}{BOLD:#}  {about}");
    };
    line(
        "an empty line".to_owned(),
        "show the state and the choices again",
    );
    for Command {
        names: [short, long],
        argument,
        about,
        ..
    } in COMMANDS
    {
        line(
            format!("{short}, {long} {argument}").trim_end().to_owned(),
            about,
        );
    }
    line("q, quit".to_owned(), "end");
    text
}
