//! Searches: each on a thread of its own, watched and cancelled by its number.

use crate::explored::{Explored, Wanted};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use synod_checker::{Phase, Progress, SearchOptions, catch};

/// A search that runs, or has ended.
struct Search {
    progress: Arc<Progress>,
    begun: Instant,
    /// When it ended, and its result.
    ended: Arc<OnceLock<(Duration, Value)>>,
    is_cancelled: AtomicBool,
}

/// A spec, and what was looked for in it.
type Asked = (String, Wanted);

/// All searches so far. The same question is searched for once, unless it was cancelled.
#[derive(Default)]
pub(crate) struct Searches(Mutex<Known>);

#[derive(Default)]
struct Known {
    all: Vec<Search>,
    asked: HashMap<Asked, usize>,
}

impl Searches {
    /// The number of the search for this; begins it if there is none.
    pub fn begin(
        &self,
        spec: &str,
        wanted: Wanted,
        model: &Arc<dyn Explored>,
        options: &SearchOptions,
    ) -> usize {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = (spec.to_owned(), wanted.clone());
        if let Some(&number) = known.asked.get(&asked)
            && !known.all[number].is_cancelled.load(Relaxed)
        {
            return number;
        }
        let search = Search::begin(wanted, Arc::clone(model), options.clone());
        let number = known.all.len();
        known.all.push(search);
        known.asked.insert(asked, number);
        number
    }

    /// How far a search has come, and its result; none if there is no search of this number.
    pub fn told(&self, number: usize) -> Option<Value> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.all.get(number).map(Search::told)
    }

    /// Stops a search; none if there is none of this number.
    pub fn cancel(&self, number: usize) -> Option<()> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let search = known.all.get(number)?;
        if search.ended.get().is_none() {
            search.is_cancelled.store(true, Relaxed);
            search.progress.interrupt();
        }
        Some(())
    }
}

impl Search {
    fn begin(wanted: Wanted, model: Arc<dyn Explored>, options: SearchOptions) -> Self {
        let (progress, ended) = (Arc::new(Progress::new()), Arc::new(OnceLock::new()));
        let begun = Instant::now();
        let (watched, set) = (Arc::clone(&progress), Arc::clone(&ended));
        let run = move || {
            let result = catch(|| model.search(&wanted, &watched, &options));
            let result =
                result.unwrap_or_else(|message| json!({ "verdict": "stopped", "why": message }));
            _ = set.set((begun.elapsed(), result));
        };
        if let Err(error) = thread::Builder::new().name("search".to_owned()).spawn(run) {
            let why = format!("no thread could be started: {error}");
            _ = ended.set((Duration::ZERO, json!({ "verdict": "stopped", "why": why })));
        }
        Self {
            progress,
            begun,
            ended,
            is_cancelled: AtomicBool::new(false),
        }
    }

    fn told(&self) -> Value {
        let (seen, ended) = (self.progress.snapshot(), self.ended.get());
        let elapsed = ended.map_or_else(|| self.begun.elapsed(), |(elapsed, _)| *elapsed);
        json!({
            "phase": match seen.phase {
                Phase::FindingPaths => "finding the shortest run",
                _ => "exploring",
            },
            "states": seen.states,
            "depth": seen.depth,
            "seconds": elapsed.as_secs_f64(),
            "done": ended.is_some(),
            "result": ended.map(|(_, result)| result),
        })
    }
}
