//! The engine `timely` in one process: everything but the counts, which [`crate::truth`]
//! tests. Runs over several processes are tested with the program `synod`.

use crate::counters::{COUNTERS, Folder, STATES, assert_complete, cut_at, exhaustive, extras, run};
use crate::engines::Engine;
use crate::options::{Options, Report, asked_for, check, check_with};
use stateright::{Model, Property};
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use synod_checker::{
    CheckError, Extras, PANIC_FREEDOM, Progress, Reason, Storage, Unusable, Verdict, Width,
};

fn with_workers(workers: usize, options: Options) -> Options {
    Options {
        engine: Engine::Timely,
        threads: NonZeroUsize::new(workers).unwrap(),
        ..options
    }
}

#[test]
fn no_count_depends_on_workers_seed_or_width() {
    for workers in [1, 2, 3, 5] {
        for (seed, fingerprint) in [(0, Width::Bits64), (7, Width::Bits128)] {
            let options = Options {
                seed,
                fingerprint,
                ..with_workers(workers, exhaustive())
            };
            let report = run(&options).unwrap();
            assert_complete(&report);
            let exploration = report.exploration.unwrap();
            let levels = run(&exhaustive()).unwrap().exploration.unwrap();
            assert_eq!(exploration.levels, levels.levels);
            assert_eq!(exploration.branching, levels.branching);
            let spread = exploration.distribution.unwrap();
            assert_eq!((spread.workers, spread.processes), (workers, 1));
            assert_eq!(spread.states_here, report.states);
            assert_eq!(spread.states_exchanged == 0, workers == 1);
            assert_eq!(spread.bytes_abroad, 0);
        }
    }
}

#[test]
fn states_wait_in_a_file_when_memory_is_short_and_no_count_changes() {
    let limits = (1_500_000..4_500_000).step_by(50_000);
    let mut reports = limits.map(|limit| {
        run(&Options {
            max_memory: Some(limit),
            ..with_workers(2, exhaustive())
        })
    });
    let report = reports.find_map(|report| report.ok().filter(|report| report.reason.is_none()));
    let report = report.unwrap();
    assert_complete(&report);
    let stored = report.exploration.unwrap().stored;
    assert!(stored > 1000, "{stored}");
}

#[test]
fn too_little_memory_is_inconclusive() {
    let options = Options {
        max_memory: Some(1_000_000),
        ..with_workers(2, exhaustive())
    };
    let report = run(&options).unwrap();
    assert_eq!(
        report.reason,
        Some(Reason::MemoryLimit(asked_for(1_000_000)))
    );
    assert_eq!(
        report.property("all are full").unwrap().verdict,
        Verdict::Inconclusive
    );
}

#[test]
fn limits_are_kept_and_reported() {
    let limit = NonZeroU64::new(20_000).unwrap();
    let options = Options {
        max_states: Some(limit),
        ..with_workers(2, exhaustive())
    };
    let report = run(&options).unwrap();
    assert_eq!(report.reason, Some(Reason::StateLimit(limit)));
    assert_eq!(report.states, limit.get());
    let options = Options {
        timeout: Some(Duration::ZERO),
        ..with_workers(2, exhaustive())
    };
    let report = run(&options).unwrap();
    assert_eq!(report.reason, Some(Reason::TimeLimit(Duration::ZERO)));
    let progress = Arc::new(Progress::new());
    progress.interrupt();
    let options = with_workers(2, exhaustive());
    let report = check_with(COUNTERS, &extras(), &options, &progress).unwrap();
    assert_eq!(report.reason, Some(Reason::Interrupted));
}

#[test]
fn a_model_whose_states_cannot_be_bytes_is_refused() {
    let extras = Extras {
        storage: None,
        ..extras()
    };
    let options = with_workers(1, exhaustive());
    let refused = check_with(COUNTERS, &extras, &options, &Arc::new(Progress::new()));
    assert_eq!(
        refused.err(),
        Some(CheckError::NotStored { engine: "timely" })
    );
}

#[test]
fn a_run_resumes_with_another_number_of_workers() {
    for (width, seed) in [(Width::Bits64, 0), (Width::Bits128, 5)] {
        let folder = Folder::new(&format!("workers-{seed}"));
        let options = Options {
            fingerprint: width,
            seed,
            ..folder.checkpointed("counters")
        };
        for (states, workers) in [(1000, 1), (20_000, 3), (60_000, 2), (100_000, 4)] {
            cut_at(states, &with_workers(workers, options.clone()));
            assert!(files(&folder.0) > 0);
        }
        let progress = Arc::new(Progress::new());
        let last = with_workers(2, options.clone());
        let report = check_with(COUNTERS, &extras(), &last, &progress).unwrap();
        assert_complete(&report);
        let watched = progress.snapshot();
        assert_eq!(
            watched.states, report.states,
            "the states of earlier runs are included"
        );
        assert_eq!(watched.generated, report.generated);
        assert_eq!((watched.queue, watched.depth), (0, report.depth));
        let exploration = report.exploration.as_ref().unwrap();
        assert!(exploration.resumed_at.unwrap() > 20);
        let whole = run(&exhaustive()).unwrap().exploration.unwrap();
        assert_eq!(exploration.levels, whole.levels);
        assert_eq!(exploration.branching, whole.branching);
        assert_eq!(
            files(&folder.0),
            0,
            "the run has a verdict: its files are removed"
        );
    }
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[test]
fn a_damaged_shard_is_refused_and_stays() {
    let folder = Folder::new("damaged-part");
    let options = with_workers(2, folder.checkpointed("counters"));
    cut_at(1000, &options);
    leave_the_deepest(&folder);
    let part = the_file(&folder, ".part-1-of-2");
    let good = std::fs::read(&part).unwrap();
    for position in (0..good.len()).step_by(good.len() / 40) {
        let mut bytes = good.clone();
        bytes[position] ^= 0x40;
        std::fs::write(&part, bytes).unwrap();
        let Err(CheckError::Checkpoint { file, why }) = run(&options) else {
            panic!("a shard with a damaged byte {position} was accepted");
        };
        assert_eq!(file, part);
        let is_seen = [Unusable::Damaged, Unusable::NotOne].contains(&why);
        assert!(is_seen, "{why}");
    }
    std::fs::write(&part, &good).unwrap();
    let other = with_workers(2, folder.checkpointed("clocks"));
    let why = why_refused(&other).unwrap().to_string();
    let expected = r#"it is of another run: model "counters", here "clocks""#;
    assert_eq!(why, expected);
    assert!(part.exists());
    assert_complete(&run(&options).unwrap());
}

/// The only file whose name contains this text.
fn the_file(folder: &Folder, part_of_name: &str) -> PathBuf {
    let files = std::fs::read_dir(&folder.0).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let mut found = paths.filter(|path| path.to_string_lossy().contains(part_of_name));
    let path = found.next().unwrap();
    assert_eq!(found.next(), None);
    path
}

/// Removes all shards but those of the deepest complete checkpoint. The previous checkpoint
/// may still be there, and shards of an incomplete one.
fn leave_the_deepest(folder: &Folder) {
    let files = std::fs::read_dir(&folder.0).unwrap();
    let parts = files.filter_map(|file| {
        let path = file.unwrap().path();
        let (_, end) = path.to_str()?.split_once(".depth-")?;
        let depth: u32 = end.split_once('.')?.0.parse().unwrap();
        let of: usize = end.rsplit_once("-of-")?.1.parse().unwrap();
        Some((depth, of, path.clone()))
    });
    let parts: Vec<_> = parts.collect();
    let there_are = |depth| parts.iter().filter(|part| part.0 == depth).count();
    let whole = parts
        .iter()
        .filter(|(depth, of, _)| there_are(*depth) == *of);
    let deepest = whole.map(|(depth, ..)| *depth).max();
    for (_, _, path) in parts.iter().filter(|(depth, ..)| Some(*depth) != deepest) {
        std::fs::remove_file(path).unwrap();
    }
}

/// Why the checkpoint is refused; none if it is not.
fn why_refused(options: &Options) -> Option<Unusable> {
    match run(options) {
        Err(CheckError::Checkpoint { why, .. }) => Some(why),
        _ => None,
    }
}

#[test]
fn a_checkpoint_without_one_of_its_shards_is_refused_and_no_file_is_lost() {
    let folder = Folder::new("missing-part");
    let options = with_workers(2, folder.checkpointed("counters"));
    cut_at(20_000, &options);
    leave_the_deepest(&folder);
    let [first, second] = ["part-0-of-2", "part-1-of-2"].map(|name| the_file(&folder, name));
    let away = second.with_file_name("away");
    std::fs::rename(&second, &away).unwrap();
    assert_eq!(why_refused(&options), Some(Unusable::PartsMissing));
    // A copy of another shard is not accepted in its place.
    std::fs::copy(&first, &second).unwrap();
    let Some(Unusable::Misnamed(name)) = why_refused(&options) else {
        panic!("a copy of another shard was accepted");
    };
    assert!(name.ends_with("part-0-of-2"), "{name}");
    std::fs::rename(&away, &second).unwrap();
    assert_complete(&run(&options).unwrap());
}

#[test]
fn a_run_begins_anew_if_the_first_checkpoint_was_never_completed() {
    let folder = Folder::new("never-whole");
    let options = with_workers(2, folder.checkpointed("counters"));
    cut_at(20_000, &options);
    leave_the_deepest(&folder);
    std::fs::remove_file(the_file(&folder, "part-1-of-2")).unwrap();
    std::fs::remove_file(the_file(&folder, ".whole")).unwrap();
    let report = run(&options).unwrap();
    assert_complete(&report);
    assert_eq!(report.exploration.unwrap().resumed_at, None);
    assert_eq!(files(&folder.0), 0);
}

#[test]
fn a_checkpoint_without_its_predecessors_is_refused_with_the_name_of_their_file() {
    let folder = Folder::new("missing-predecessors");
    let options = with_workers(1, folder.checkpointed("counters"));
    cut_at(20_000, &options);
    let predecessors = the_file(&folder, ".trail");
    let away = predecessors.with_file_name("away");
    std::fs::rename(&predecessors, &away).unwrap();
    let name = predecessors.file_name().unwrap().to_str().unwrap();
    let why = why_refused(&options).unwrap().to_string();
    assert!(why.contains(name), "{why}");
    std::fs::rename(&away, &predecessors).unwrap();
    assert_complete(&run(&options).unwrap());
}

#[test]
fn a_violation_whose_path_cannot_be_read_is_inconclusive_and_the_checkpoint_stays() {
    let folder = Folder::new("no-path");
    let options = with_workers(2, folder.checkpointed("counters"));
    cut_at(20_000, &options);
    std::fs::write(the_file(&folder, "part-0.trail"), "").unwrap();
    std::fs::write(the_file(&folder, "part-1.trail"), "").unwrap();
    let report = run(&options).unwrap();
    assert_eq!(report.verdict, Verdict::Inconclusive);
    let Some(Reason::PathNotFound { property, why, .. }) = report.reason.clone() else {
        panic!("{:?}", report.reason);
    };
    let name = "the first is not full with all others empty";
    assert_eq!(
        (property.as_str(), *why),
        (name, Reason::PredecessorsUnreadable)
    );
    assert_eq!(
        report.property(name).unwrap().verdict,
        Verdict::Inconclusive
    );
    assert_eq!(report.states, STATES);
    assert!(report.counterexamples.is_empty());
    assert!(files(&folder.0) > 0);
}

/// A model that panics at a state while the other workers are busy with other states.
#[derive(Clone)]
struct Faulty;

impl Model for Faulty {
    type State = u64;
    type Action = u64;

    fn init_states(&self) -> Vec<u64> {
        vec![0]
    }

    fn actions(&self, state: &u64, actions: &mut Vec<u64>) {
        assert!(*state < 5000, "five thousand is too much");
        actions.extend([state + 1, state + 7]);
    }

    fn next_state(&self, _: &u64, action: u64) -> Option<u64> {
        Some(action)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("small", |_, state| *state < 9000)]
    }
}

fn read(bytes: &mut &[u8]) -> Option<u64> {
    let (state, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u64::from_le_bytes(*state))
}

/// The extras of a model whose states are numbers.
fn of_numbers<M: Model<State = u64>>() -> Extras<M> {
    Extras {
        storage: Some(Storage {
            write: |_, state, bytes| bytes.extend(state.to_le_bytes()),
            read_own: |_, bytes| read(bytes),
            read: |_, _, bytes| read(bytes),
            write_context: |_, _, _| {},
            read_context: |_, _, bytes| bytes.is_empty(),
        }),
        ..Extras::default()
    }
}

#[test]
fn a_panic_while_other_workers_are_busy_has_a_path_of_the_same_length() {
    let one = check(Faulty, &exhaustive(), &Arc::new(Progress::new())).unwrap();
    let options = with_workers(3, exhaustive());
    let progress = Arc::new(Progress::new());
    let three = check_with(Faulty, &of_numbers(), &options, &progress).unwrap();
    assert_eq!(one.states, three.states);
    for report in [one, three] {
        assert_eq!(report.verdict, Verdict::Violated);
        let found = report.counterexample(PANIC_FREEDOM).unwrap();
        assert_eq!(found.length(), 5000_usize.div_ceil(7) + 1);
        let panic = found.panic.as_ref().unwrap();
        assert!(panic.message.contains("five thousand is too much"));
    }
}

/// Six levels, each with one state whose successors are more than may be on their way to a
/// worker. One of these successors is the state of the next level that has successors.
#[derive(Clone)]
struct Fans;

const WIDE: u64 = 100_000;

impl Model for Fans {
    type State = u64;
    type Action = u64;

    fn init_states(&self) -> Vec<u64> {
        vec![0]
    }

    fn actions(&self, state: &u64, actions: &mut Vec<u64>) {
        if state.is_multiple_of(WIDE) && *state < 6 * WIDE {
            actions.extend(1..=WIDE);
        }
    }

    fn next_state(&self, last_state: &u64, action: u64) -> Option<u64> {
        Some(last_state + action)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("there are six fans", |_, state| {
            *state <= 6 * WIDE
        })]
    }
}

#[test]
fn a_state_with_very_many_successors_blocks_no_worker() {
    for workers in [1, 2, 3, 5] {
        let options = Options {
            timeout: Some(Duration::from_secs(60)),
            ..with_workers(workers, exhaustive())
        };
        let progress = Arc::new(Progress::new());
        let report = check_with(Fans, &of_numbers(), &options, &progress).unwrap();
        assert_eq!(report.reason, None, "{workers} workers");
        assert_eq!((report.states, report.depth), (6 * WIDE + 1, 7));
    }
}

/// A model with `initial` initial states, all without successors. To judge a state takes
/// the time `judging`.
#[derive(Clone)]
struct Beginnings {
    initial: u64,
    judging: Duration,
}

impl Model for Beginnings {
    type State = u64;
    type Action = ();

    fn init_states(&self) -> Vec<u64> {
        vec![]
    }

    fn actions(&self, _: &u64, _: &mut Vec<()>) {}

    fn next_state(&self, _: &u64, (): ()) -> Option<u64> {
        None
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("is judged", |model: &Self, _| {
            std::thread::sleep(model.judging);
            true
        })]
    }
}

/// Checks [`Beginnings`]. With `u64::MAX` initial states the run would never end by itself.
fn check_beginnings(initial: u64, judging: Duration, options: &Options) -> Report<Beginnings> {
    let model = Beginnings { initial, judging };
    let extras = Extras {
        initial: Some(|model: &Beginnings, visit| {
            let _ = (0..model.initial).try_for_each(visit);
        }),
        ..of_numbers()
    };
    check_with(model, &extras, options, &Arc::new(Progress::new())).unwrap()
}

#[test]
fn all_limits_hold_while_initial_states_are_made() {
    let max_states = NonZeroU64::new(10);
    let timeout = Some(Duration::from_millis(100));
    let max_memory = Some(1_000_000);
    for workers in [1, 3] {
        let limited = |options| {
            let options = with_workers(workers, options);
            check_beginnings(u64::MAX, Duration::ZERO, &options)
        };
        let states = limited(Options {
            max_states,
            ..exhaustive()
        });
        let time = limited(Options {
            timeout,
            ..exhaustive()
        });
        let memory = limited(Options {
            max_memory,
            ..exhaustive()
        });
        assert_eq!(states.states, 10);
        assert_eq!(states.reason, max_states.map(Reason::StateLimit));
        assert_eq!(time.reason, timeout.map(Reason::TimeLimit));
        assert_eq!(
            memory.reason,
            max_memory.map(asked_for).map(Reason::MemoryLimit)
        );
    }
}

#[test]
fn a_time_limit_holds_while_initial_states_are_judged() {
    let timeout = Some(Duration::from_millis(100));
    let options = Options {
        timeout,
        ..with_workers(1, exhaustive())
    };
    let judging = Duration::from_millis(2);
    let report = check_beginnings(4000, judging, &options);
    assert_eq!(report.reason, timeout.map(Reason::TimeLimit));
    assert!(report.states < 4000, "all were judged");
}

#[test]
fn initial_states_made_one_by_one_are_all_counted() {
    for workers in [1, 2, 3, 5] {
        let options = with_workers(workers, exhaustive());
        let report = check_beginnings(100_000, Duration::ZERO, &options);
        assert_eq!((report.states, report.generated), (100_000, 100_000));
        assert_eq!((report.verdict, report.depth), (Verdict::Holds, 1));
    }
}

#[test]
fn a_stopped_run_ends_although_a_worker_is_busy_for_longer_than_the_others_wait() {
    let timeout = Some(Duration::from_millis(100));
    let options = Options {
        timeout,
        ..with_workers(2, exhaustive())
    };
    let report = check_beginnings(1, Duration::from_secs(4), &options);
    assert_eq!(report.reason, timeout.map(Reason::TimeLimit));
    assert_eq!(report.verdict, Verdict::Inconclusive);
}
