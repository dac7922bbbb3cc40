//! What a long run has seen so far, on standard error; and Ctrl-C.

use crate::diagnostics;
use crate::memory::Limits;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::Builder;
use std::time::{Duration, Instant};
use synod_checker::{CheckError, Progress};

/// Shorter runs show no progress.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the size of the process is looked at.
const MEASURED: Duration = Duration::from_millis(50);
/// How often the line is drawn anew in a terminal.
const REDRAWN: Duration = Duration::from_millis(125);
/// How often a line is written where there is no terminal.
const WRITTEN: Duration = Duration::from_secs(10);

/// Ends runs at Ctrl-C: the one under way, and those that would follow.
#[derive(Clone, Default)]
pub(crate) struct Interruption {
    interrupted: Arc<AtomicBool>,
    under_way: Arc<Mutex<Option<Arc<Progress>>>>,
}

impl Interruption {
    /// Takes Ctrl-C (and a request to terminate) over. The second ends the
    /// process at once.
    pub(crate) fn install() -> Self {
        let interruption = Self::default();
        let handler = interruption.clone();
        // Without a handler Ctrl-C ends the process, as it does anywhere.
        let _ = ctrlc::set_handler(move || handler.interrupt());
        interruption
    }

    fn interrupt(&self) {
        if self.interrupted.swap(true, SeqCst) {
            std::process::exit(130);
        }
        let under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(progress) = under_way.as_ref() {
            progress.interrupt();
        }
    }

    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.load(SeqCst)
    }

    fn watch(&self, progress: Option<Arc<Progress>>) {
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let (Some(progress), true) = (&progress, self.is_interrupted()) {
            progress.interrupt();
        }
        *under_way = progress;
    }
}

/// Runs something while a line on standard error tells what it has seen.
pub(crate) fn watched<T>(
    name: &str,
    interruption: &Interruption,
    limits: &Limits,
    run: impl FnOnce(&Arc<Progress>) -> Result<T, CheckError>,
) -> Result<T, CheckError> {
    let progress = Arc::new(Progress::new());
    interruption.watch(Some(Arc::clone(&progress)));
    let done = Done::default();
    let result = std::thread::scope(|scope| {
        // Also if the run panics: nobody may wait for ever.
        let _done_in_the_end = done.set_on_drop();
        // Without it a run is as good.
        let _ = Builder::new().spawn_scoped(scope, || tell(name, &progress, &done));
        let _ = Builder::new().spawn_scoped(scope, || warn_of_unsaved(name, &progress, &done));
        let keep_within = || keep_within(limits, &progress, &done);
        match Builder::new().spawn_scoped(scope, keep_within) {
            Ok(_) => run(&progress),
            Err(error) => Err(CheckError::Threads(format!(
                "the thread that watches the memory cannot be started: {error}"
            ))),
        }
    });
    interruption.watch(None);
    result
}

/// Ends a run that grows too large, before the system ends the process.
fn keep_within(limits: &Limits, progress: &Progress, done: &Done) {
    while !done.within(MEASURED) {
        if let Some(limit) = limits.reached() {
            progress.out_of_memory(limit.bytes());
            return;
        }
    }
}

/// Warns when a checkpoint could not be written, once.
fn warn_of_unsaved(name: &str, progress: &Progress, done: &Done) {
    let mut is_over = false;
    while !is_over {
        is_over = done.within(MEASURED);
        if let Some(why) = progress.unsaved() {
            diagnostics::warn(&format!(
                "{name}: a checkpoint could not be written: {why}; the run goes on, the checkpoint \
                 before it stays, and the next is tried when it is due"
            ));
            return;
        }
    }
}

/// A flag to wait for.
#[derive(Default)]
struct Done(Mutex<bool>, Condvar);

/// Sets the flag when it goes out of scope.
struct SetOnDrop<'a>(&'a Done);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }
}

impl Done {
    const fn set_on_drop(&self) -> SetOnDrop<'_> {
        SetOnDrop(self)
    }

    /// Whether it was set within the time.
    fn within(&self, time: Duration) -> bool {
        let guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.1.wait_timeout_while(guard, time, |done| !*done);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

fn tell(name: &str, progress: &Progress, done: &Done) {
    let begun = Instant::now();
    if done.within(PATIENCE) {
        return;
    }
    let is_terminal = std::io::stderr().is_terminal();
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    let every = if is_terminal { REDRAWN } else { WRITTEN };
    while !done.within(every) {
        let line = line(name, progress, begun.elapsed());
        if is_terminal {
            bar.set_message(line);
            bar.tick();
        } else {
            anstream::eprintln!("{line}");
        }
    }
    bar.finish_and_clear();
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss
)]
fn line(name: &str, progress: &Progress, elapsed: Duration) -> String {
    let seen = progress.snapshot();
    let per_second = seen.states as f64 / elapsed.as_secs_f64();
    format!(
        "{name}: {} states, {}/s, depth {}, queue {}, {} s",
        HumanCount(seen.states),
        HumanCount(per_second as u64),
        seen.depth,
        HumanCount(seen.queue),
        elapsed.as_secs(),
    )
}
