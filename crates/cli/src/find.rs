//! `synod find`, and the search for states by their fingerprints.

use crate::args::{FindOptions, TextFormat};
use crate::diagnostics::Complaint;
use crate::memory::Limits;
use crate::progress::{Interruption, Line, watched};
use crate::specs::RunSpec;
use crate::status::Status;
use crate::{searches, specs};
use serde_json::json;
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use synod_checker::sketch::remainder;
use synod_checker::{
    CheckError, Explored, Extras, Hashing, Levels, Progress, Question, SearchOptions,
    SetFingerprint,
};
use synod_report::json::SCHEMA;
use synod_report::trace::TraceStep;
use synod_report::{FoundState, told_steps};
use synod_specs::{Checkable, Visitor};
use synod_terminal::{say, say_line};

/// Threads beside those that search.
const OTHER_THREADS: usize = 5;

/// Tells the way to each state.
///
/// # Errors
/// The spec cannot be read, or its model cannot be searched.
pub(crate) fn find(options: &FindOptions) -> Result<Status, Complaint> {
    let limits = searches::limits(&options.limits);
    let spec = specs::find_one(&options.spec)?;
    let name = options.spec.display().to_string();
    let keys: BTreeSet<u64> = options.states.iter().map(|it| remainder(it.0)).collect();
    let sought = keys.clone();
    let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let interruption = Interruption::install();
    let seek = |sketches| Seek {
        name: &name,
        level: options.level,
        is_wanted: {
            let sought = sought.clone();
            Arc::new(move |state| sought.contains(&remainder(state.0)))
        },
        most: keys.len(),
        engine: Levels {
            threads,
            search: SearchOptions {
                hashing: Hashing::new(options.seed, options.fingerprint),
                memory: limits.for_states(threads.get() + OTHER_THREADS),
                checkpoint: None,
            },
        },
        question: Question {
            max_states: options.limits.max_states,
            timeout: options.limits.timeout,
            sketches,
            ..Question::default()
        },
        limits: &limits,
        interruption: &interruption,
    };
    let refused = |error| Complaint::file(&options.spec, error, "choose another run spec");
    // A run that is to be compared tells states apart in another way than others: see
    // `Question::sketches`. The fingerprints may come from either.
    let mut sought = seek(true).seek(&spec).map_err(refused)?;
    if sought.reason.is_none() && sought.found.len() < keys.len() {
        let others = seek(false).seek(&spec).map_err(refused)?;
        let new = others.found.into_iter().filter(|it| {
            let mut found = sought.found.iter();
            found.all(|found| found.fingerprint != it.fingerprint)
        });
        let new: Vec<_> = new.collect();
        sought.found.extend(new);
        sought.reason = others.reason;
    }
    let is_missing = |state: &&SetFingerprint| {
        let mut found = sought.found.iter();
        found.all(|found| remainder(found.fingerprint.0) != remainder(state.0))
    };
    let missing: Vec<_> = options.states.iter().filter(is_missing).collect();
    match options.format {
        TextFormat::Human => tell(options.level, &sought, &missing),
        TextFormat::Json => say_line!(
            "{}",
            json!({
                "schema": SCHEMA,
                "spec": name,
                "level": options.level,
                "found": sought.found,
                "missing": missing,
                "reason": sought.reason,
            })
        ),
    }
    Ok(match sought.reason {
        Some(_) => Status::Inconclusive,
        None if !missing.is_empty() => Status::NotAsExpected,
        None => Status::AsExpected,
    })
}

fn tell(level: u32, sought: &Sought, missing: &[&SetFingerprint]) {
    if let Some(reason) = &sought.reason {
        say_line!("inconclusive: {reason}");
    } else {
        for state in missing {
            say_line!("no state {state} is on level {level}");
        }
    }
    for found in &sought.found {
        say_line!("state {} on level {level}", found.fingerprint);
        say(&told_steps(&steps(&found.steps)));
        say_line!("\n  steps from here");
        for next in &found.next {
            let action = next.step.action.as_deref().unwrap_or_default();
            say_line!("    {action} → {}", next.fingerprint);
        }
    }
}

/// Steps that were read, to be told.
pub(crate) fn steps(steps: &[synod_report::json::Step]) -> Vec<TraceStep> {
    steps.iter().cloned().map(TraceStep::from).collect()
}

/// A search for states of a level.
pub(crate) struct Seek<'a> {
    /// The name of the spec.
    pub(crate) name: &'a str,
    pub(crate) level: u32,
    pub(crate) is_wanted: Arc<dyn Fn(SetFingerprint) -> bool + Send + Sync>,
    /// How many to find at most.
    pub(crate) most: usize,
    pub(crate) engine: Levels,
    /// Its limits.
    pub(crate) question: Question,
    pub(crate) limits: &'a Limits,
    pub(crate) interruption: &'a Interruption,
}

/// What such a search has found.
#[derive(Default)]
pub(crate) struct Sought {
    pub(crate) found: Vec<FoundState>,
    /// Why it ended early, if it did.
    pub(crate) reason: Option<String>,
}

impl Seek<'_> {
    /// # Errors
    /// The model cannot be searched.
    pub(crate) fn seek(self, spec: &RunSpec) -> Result<Sought, CheckError> {
        spec.visit(self)
    }
}

impl Visitor for Seek<'_> {
    type Output = Result<Sought, CheckError>;

    fn visit<M: Checkable>(self, model: &M) -> Self::Output {
        let progress = Arc::new(Progress::new());
        let extras = Extras::of(model);
        let model = Arc::new(model.clone());
        let problem = Explored::problem(&model, extras, self.question, &progress)?;
        let (level, is_wanted, most) = (self.level, self.is_wanted, self.most);
        let run = move || {
            let found = self
                .engine
                .find(&problem, level, |state| is_wanted(state), most);
            let hashing = self.engine.search.hashing;
            let found = found.into_iter().map(|it| {
                let found = problem.model().told_found(&problem, hashing, it);
                FoundState::of(&*model, found)
            });
            Ok(Sought {
                found: found.collect(),
                reason: problem.stopped().map(|reason| reason.to_string()),
            })
        };
        let interrupted = || Sought {
            found: Vec::new(),
            reason: Some("interrupted".to_owned()),
        };
        let line = Line::new(self.name, None);
        watched(
            line,
            self.interruption,
            self.limits,
            &progress,
            run,
            interrupted,
        )
    }
}
