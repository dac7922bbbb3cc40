//! A model with large states, and runs of it that leave checkpoints.

use crate::options::{Options, Report, check_with};
use stateright::{Model, Property};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use synod_checker::{
    CheckError, Checkpointing, Extras, Identity, Kinds, Progress, Storage, Until, Verdict,
};

/// The size of a state in bytes: so large that the states of two levels take several times the
/// memory of all fingerprints.
const SIZE: usize = 256;

/// Counters that go up one at a time to a limit. The levels in the middle have most states.
#[derive(Clone)]
pub struct Counters {
    pub count: usize,
    pub limit: u8,
}

impl Model for Counters {
    type State = [u8; SIZE];
    type Action = usize;

    fn init_states(&self) -> Vec<[u8; SIZE]> {
        vec![[0; SIZE]]
    }

    fn actions(&self, _: &[u8; SIZE], actions: &mut Vec<usize>) {
        actions.extend(0..self.count);
    }

    fn next_state(&self, last_state: &[u8; SIZE], action: usize) -> Option<[u8; SIZE]> {
        let mut next = *last_state;
        next[action] += 1;
        (next[action] <= self.limit).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(
                "the first is not full with all others empty",
                |model: &Self, state: &[u8; SIZE]| {
                    state[0] < model.limit || state[1..].iter().any(|&counter| counter > 0)
                },
            ),
            Property::sometimes("all are full", |model: &Self, state: &[u8; SIZE]| {
                state[..model.count].iter().all(|&c| c == model.limit)
            }),
        ]
    }
}

/// Six counters from 0 to 6.
pub const COUNTERS: Counters = Counters { count: 6, limit: 6 };
/// The number of their states: 7⁶.
pub const STATES: u64 = 117_649;

/// Seven kinds of actions, of which one has no action; and states as bytes, with a context
/// that contains the limit, so that another model is noticed.
pub fn extras() -> Extras<Counters> {
    Extras {
        kinds: Some(Kinds {
            names: (0..7).map(|counter| format!("counter {counter}")).collect(),
            of: |_, action| *action,
        }),
        storage: Some(Storage {
            write: |_, state, bytes| bytes.extend(state),
            read_own: |_, bytes| read(bytes),
            // No state can be read before its context.
            read: |_, dictionary, bytes| read(bytes).filter(|_| !dictionary.is_empty()),
            write_context: |model, written, bytes| {
                if written.is_empty() {
                    written.push(1);
                    bytes.push(model.limit);
                }
            },
            read_context: |model, dictionary, bytes| {
                dictionary.push(Vec::new());
                bytes == [model.limit]
            },
        }),
        ..Extras::default()
    }
}

fn read(bytes: &mut &[u8]) -> Option<[u8; SIZE]> {
    let (state, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*state)
}

/// Checks the six counters.
pub fn run(options: &Options) -> Result<Report<Counters>, CheckError> {
    check_with(COUNTERS, &extras(), options, &Arc::new(Progress::new()))
}

/// Options that explore everything on two threads.
pub fn exhaustive() -> Options {
    Options {
        until: Until::Exhausted,
        threads: NonZeroUsize::new(2).unwrap(),
        ..Options::default()
    }
}

/// Asserts that a report on the six counters has the results of a complete run.
pub fn assert_complete(report: &Report<Counters>) {
    assert_eq!(report.reason, None);
    assert_eq!(report.states, STATES);
    assert_eq!(report.generated, 1 + 6 * 6 * 7 * 7 * 7 * 7 * 7);
    assert_eq!(report.depth, 37);
    assert_eq!(report.verdict, Verdict::Violated);
    let length = |name| report.property(name).unwrap().length;
    assert_eq!(length("all are full"), Some(36));
    assert_eq!(
        length("the first is not full with all others empty"),
        Some(6)
    );
    assert_eq!(report.counterexamples[0].length(), 6);
}

/// A folder for one test, which is removed when it is dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A folder of this name; it is not created yet.
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("synod-{name}-{}", std::process::id()));
        Self(path)
    }

    /// The options of [`exhaustive`], with checkpoints in this folder after every level.
    pub fn checkpointed(&self, identity: &str) -> Options {
        Options {
            checkpoint: Some(Checkpointing {
                file: self.file(),
                every: Duration::ZERO,
            }),
            identity: Identity::default().with("model", &identity),
            ..exhaustive()
        }
    }

    /// The checkpoint.
    pub fn file(&self) -> PathBuf {
        self.0.join("run.checkpoint")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs up to a limit of states, and so leaves a checkpoint.
pub fn cut_at(states: u64, options: &Options) {
    let cut = Options {
        max_states: std::num::NonZeroU64::new(states),
        ..options.clone()
    };
    let report = run(&cut).unwrap();
    assert!(report.reason.is_some());
}
