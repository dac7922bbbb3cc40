//! Many obligations, decided beside each other.
//!
//! ```
//! use synod_proof::work::decide_all;
//!
//! // Nothing to do is done at once.
//! decide_all(&[], &[], &Default::default(), |_, _, _| {});
//! ```

use crate::obligation::Obligation;
use crate::smt;
use crate::solver::{Answer, Program};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// How the work is done.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How many solvers run at once.
    pub jobs: NonZeroUsize,
    /// How long a solver has for one obligation.
    pub time_limit: Duration,
}

impl Default for Settings {
    /// One after the other, a minute each.
    fn default() -> Self {
        Self {
            jobs: NonZeroUsize::MIN,
            time_limit: Duration::from_secs(60),
        }
    }
}

/// Has every program decide every obligation. The answers are told as they come: the place of
/// the obligation, that of the program, and the answer. A program that was stopped tells nothing more.
pub fn decide_all(
    obligations: &[Obligation],
    programs: &[Program],
    settings: &Settings,
    mut told: impl FnMut(usize, usize, Answer),
) {
    let scripts: Vec<_> = obligations.iter().map(smt::script).collect();
    let questions = scripts.len() * programs.len();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let (tell, answers) = channel();
        for _ in 0..settings.jobs.get().min(questions) {
            let (tell, next, scripts) = (tell.clone(), &next, &scripts);
            scope.spawn(move || {
                loop {
                    let question = next.fetch_add(1, Ordering::Relaxed);
                    if question >= questions {
                        return;
                    }
                    let (script, place) = (question / programs.len(), question % programs.len());
                    let program = &programs[place];
                    let answer = program.decide(&scripts[script], settings.time_limit);
                    if program.is_stopped() || tell.send((script, place, answer)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(tell);
        for (script, program, answer) in answers {
            told(script, program, answer);
        }
    });
}
