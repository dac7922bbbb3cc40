//! `synod step`.

use crate::args::StepOptions;
use crate::diagnostics::Complaint;
use crate::explore::interface;
use crate::status::Status;
use serde_json::Value;
use signal_hook::consts::SIGINT;
use signal_hook::flag;
use std::io::{self, BufRead, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use synod_explorer::Stepper;
use synod_terminal::{is_closed, note, say};

/// After how many seconds a search says again how far it has come.
const EVERY: u64 = 3;

/// Answers line by line until the input ends.
///
/// # Errors
/// The spec cannot be shown, or the input cannot be read.
pub(crate) fn step(options: &StepOptions) -> Result<Status, Complaint> {
    let interface = interface(Some(&options.spec))?;
    let interrupt = Interrupt::install().map_err(|error| cannot_read(&error))?;
    let mut said = 0;
    let go_on = &mut |told: &Value| interrupt.go_on(told, &mut said);
    let name = options.spec.display().to_string();
    let stepper = Stepper::new(&interface, &name, go_on);
    let mut stepper = stepper.map_err(|refusal| Complaint::about(refusal.error, refusal.help))?;
    say(&stepper.welcome());
    while let Some(line) = next_line().map_err(|error| cannot_read(&error))? {
        interrupt.searches(true);
        let answer = stepper.answer(&line);
        interrupt.searches(false);
        match answer {
            Some(answer) if !is_closed() => say(&answer),
            _ => break,
        }
    }
    Ok(Status::AsExpected)
}

/// The next line of the input, after a prompt; none at its end. A line that nobody types is
/// shown, so that a transcript has it.
fn next_line() -> io::Result<Option<String>> {
    let mut input = io::stdin().lock();
    let is_terminal = input.is_terminal();
    if is_terminal {
        say("> ");
    }
    let mut line = Vec::new();
    if input.read_until(b'\n', &mut line)? == 0 {
        if is_terminal {
            say("\n");
        }
        return Ok(None);
    }
    let line = String::from_utf8_lossy(&line);
    if !is_terminal {
        say(&format!("\n> {}\n", line.trim_end()));
    }
    Ok(Some(line.into_owned()))
}

fn cannot_read(error: &io::Error) -> Complaint {
    let help = "commands are read from standard input, a line each";
    Complaint::about(format!("standard input: {error}"), help)
}

/// Ctrl-C: stops a search while there is one, and otherwise ends the program.
struct Interrupt {
    ends: Arc<AtomicBool>,
    stops: Arc<AtomicBool>,
}

impl Interrupt {
    fn install() -> io::Result<Self> {
        let (ends, stops) = (Arc::new(AtomicBool::new(true)), Arc::default());
        flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(&ends))?;
        flag::register(SIGINT, Arc::clone(&stops))?;
        Ok(Self { ends, stops })
    }

    fn searches(&self, is_searching: bool) {
        self.stops.store(false, Relaxed);
        self.ends.store(!is_searching, Relaxed);
    }

    /// Whether a search goes on. Says how far it has come if it takes long.
    fn go_on(&self, told: &Value, said: &mut u64) -> bool {
        let seconds = told["seconds"].as_f64().unwrap_or_default();
        let due = Duration::try_from_secs_f64(seconds)
            .unwrap_or_default()
            .as_secs()
            / EVERY;
        if due > *said {
            let (states, depth) = (&told["states"], &told["depth"]);
            note!("searching: {states} states, depth {depth}; Ctrl-C stops it");
        }
        *said = due;
        !self.stops.load(Relaxed)
    }
}
