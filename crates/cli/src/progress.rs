//! What a long run has seen so far, on standard error; and Ctrl-C.

use crate::diagnostics;
use crate::memory::Limits;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use synod_checker::{CheckError, Phase, Progress, Reason, Snapshot};
use synod_report::plurals::plural;
use synod_report::whole_file::none_under_way;
use synod_terminal::{note, signals};

/// Shorter runs show no progress.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the size of the process is looked at.
const MEASURED: Duration = Duration::from_millis(50);
/// How often the line is drawn anew in a terminal.
const REDRAWN: Duration = Duration::from_millis(125);
/// How often a line is written where there is no terminal.
const WRITTEN: Duration = Duration::from_secs(10);
/// How long a run that was interrupted twice may take to end by itself.
const GRACE: Duration = Duration::from_secs(1);
/// The stack of a run, in bytes: as that of a main thread.
const STACK: usize = 8 << 20;

/// Ends runs at Ctrl-C: the current one, and those that would follow.
#[derive(Clone, Default)]
pub(crate) struct Interruption(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// How often.
    interrupted: u32,
    /// When a second time.
    again: Option<Instant>,
    under_way: Option<Arc<Progress>>,
}

impl Interruption {
    /// Handles Ctrl-C (and SIGTERM). The first ends the current run; the second does
    /// not wait for it and reports what is known; the third ends the process at once.
    pub(crate) fn install() -> Self {
        let interruption = Self::default();
        let handler = interruption.clone();
        // Without a handler Ctrl-C ends the process, as it does anywhere.
        let _ = signals::watch(move || handler.interrupt());
        interruption
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn interrupt(&self) {
        let mut state = self.state();
        state.interrupted += 1;
        match state.interrupted {
            1 => {}
            2 => state.again = Some(Instant::now()),
            _ => {
                let _nothing_is_left_behind = none_under_way();
                std::process::exit(130)
            }
        }
        if let Some(progress) = &state.under_way {
            progress.interrupt();
        }
    }

    pub(crate) fn is_interrupted(&self) -> bool {
        self.state().interrupted > 0
    }

    /// Whether the current run was interrupted twice and has not ended in time.
    fn gives_up(&self) -> bool {
        let again = self.state().again;
        again.is_some_and(|again| again.elapsed() >= GRACE)
    }

    fn watch(&self, progress: Option<Arc<Progress>>) {
        let mut state = self.state();
        if let (Some(progress), 1..) = (&progress, state.interrupted) {
            progress.interrupt();
        }
        state.under_way = progress;
    }
}

/// Runs something in a thread of its own, shows its progress in a line on standard
/// error, and ends it when the process grows too large. If a run was interrupted twice
/// and does not end, what is known by then is returned; its thread ends with the process.
pub(crate) fn watched<T: Send + 'static>(
    mut line: Line<'_>,
    interruption: &Interruption,
    limits: &Limits,
    progress: &Arc<Progress>,
    run: impl FnOnce() -> Result<T, CheckError> + Send + 'static,
    known: impl FnOnce() -> T,
) -> Result<T, CheckError> {
    interruption.watch(Some(Arc::clone(progress)));
    let (tell, told) = channel();
    let thread = thread::Builder::new().stack_size(STACK).spawn(move || {
        // Nobody listens after the run was given up.
        let _ = tell.send(run());
    });
    let thread = match thread {
        Ok(thread) => thread,
        Err(error) => {
            let why = format!("the thread that checks cannot be started: {error}");
            return Err(CheckError::Threads(why));
        }
    };
    let outcome = loop {
        match told.recv_timeout(MEASURED) {
            Ok(ended) => break ended,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => match thread.join() {
                Ok(()) => {
                    break Err(CheckError::Threads(
                        "the thread that checks has ended without a result".to_owned(),
                    ));
                }
                Err(panic) => resume_unwind(panic),
            },
        }
        // Before the system ends the process.
        if let Some(limit) = limits.reached() {
            progress.stop(Reason::MemoryLimit(limit.clone()));
        }
        line.warn_of_unsaved(progress);
        line.tell(progress);
        if interruption.gives_up() {
            break Ok(known());
        }
    };
    line.warn_of_unsaved(progress);
    line.clear();
    interruption.watch(None);
    outcome
}

/// The line that tells what a run does; on a terminal, it follows the name of the spec.
pub(crate) struct Line<'a> {
    name: &'a str,
    /// How long such a run took before, if that is known.
    last_time: Option<Duration>,
    begun: Instant,
    last_report: Option<Instant>,
    /// Where there is a terminal.
    bar: Option<ProgressBar>,
    has_warned: bool,
}

impl<'a> Line<'a> {
    pub(crate) fn new(name: &'a str, last_time: Option<Duration>) -> Self {
        Self {
            name,
            last_time,
            begun: Instant::now(),
            last_report: None,
            bar: std::io::stderr().is_terminal().then(|| bar(name)),
            has_warned: false,
        }
    }

    /// Warns when a checkpoint could not be written, once.
    fn warn_of_unsaved(&mut self, progress: &Progress) {
        let Some(why) = progress.unsaved().filter(|_| !self.has_warned) else {
            return;
        };
        self.has_warned = true;
        diagnostics::warn(&format!(
            "{}: a checkpoint could not be written: {why}; the run goes on, the checkpoint \
             before it stays, and the next is tried when it is due",
            self.name
        ));
    }

    /// Tells it, if it is time to.
    fn tell(&mut self, progress: &Progress) {
        let every = if self.bar.is_some() { REDRAWN } else { WRITTEN };
        let (since, pause) = match self.last_report {
            Some(last) => (last, every),
            None => (self.begun, PATIENCE + every),
        };
        if since.elapsed() < pause {
            return;
        }
        self.last_report = Some(Instant::now());
        let line = self.text(progress);
        match &self.bar {
            Some(bar) => {
                bar.set_message(line);
                bar.tick();
            }
            None => note!("{}: {line}", self.name),
        }
    }

    /// How long it has taken, how long it took before, and what it does.
    fn text(&self, progress: &Progress) -> String {
        let does = self.does(progress);
        let last_time = self.last_time.map(|time| time.as_secs());
        let last_time = last_time.map(|seconds| format!(" ({seconds} s last time)"));
        let last_time = last_time.unwrap_or_default();
        format!("{} s{last_time}: {does}", self.begun.elapsed().as_secs())
    }

    /// What the run does.
    fn does(&self, progress: &Progress) -> String {
        let seen = progress.snapshot();
        match seen.phase {
            Phase::Exploring => self.explores(seen),
            Phase::Connecting => "waits for the other processes to connect".to_owned(),
            Phase::Loading => "reads the checkpoint".to_owned(),
            Phase::Saving => format!("{}; writes a checkpoint", states(seen.states)),
            Phase::FindingPaths => {
                let violated = progress.findings().into_iter();
                let violated = violated.filter(|found| found.is_violation);
                let violated: Vec<_> = violated.map(|found| found.property).collect();
                format!(
                    "{}; searches for the counterexample to {}: {} looked at again",
                    states(seen.states),
                    violated.join(", "),
                    states(seen.retraced),
                )
            }
        }
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )]
    fn explores(&self, seen: Snapshot) -> String {
        let per_second = seen.states as f64 / self.begun.elapsed().as_secs_f64();
        format!(
            "{}, {}/s, depth {}, queue {}",
            states(seen.states),
            HumanCount(per_second as u64),
            seen.depth,
            HumanCount(seen.queue),
        )
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn states(count: u64) -> String {
    format!("{} {}", HumanCount(count), plural(count, "state", "states"))
}

fn bar(name: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let bar = bar.with_prefix(name.to_owned());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}\n  {msg}") {
        bar.set_style(style);
    }
    bar
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::engines::Share;

    /// What is told of a run that is interrupted twice: how it ends by `after`, or
    /// what is known of it.
    fn interrupted(after: fn() -> &'static str) -> &'static str {
        let interruption = Interruption::default();
        let hears = interruption.clone();
        let run = move || {
            hears.interrupt();
            hears.interrupt();
            Ok(after())
        };
        let (limits, progress) = (Limits::chosen(None, Share::Most), Arc::default());
        let line = Line::new("one", None);
        let told = watched(line, &interruption, &limits, &progress, run, || "known");
        assert!(interruption.is_interrupted());
        told.unwrap()
    }

    #[test]
    fn the_line_tells_how_long_such_a_run_took_before_if_that_is_known() {
        let progress = Progress::new();
        let text = |last_time| Line::new("a spec", last_time).text(&progress);
        let does = "0 states, 0/s, depth 0, queue 0";
        assert_eq!(text(None), format!("0 s: {does}"));
        let known = Some(Duration::from_millis(41_900));
        assert_eq!(text(known), format!("0 s (41 s last time): {does}"));
    }

    #[test]
    fn a_run_that_does_not_end_is_given_up_at_the_second_interruption_and_told() {
        let hangs = || {
            loop {
                thread::park();
            }
        };
        assert_eq!(interrupted(hangs), "known");
    }

    #[test]
    fn a_run_that_ends_in_time_is_told_as_it_ended() {
        assert_eq!(interrupted(|| "ended"), "ended");
    }
}
