//! What the engine `levels` does beyond counting: a memory limit, checkpoints, seeds,
//! coverage.

use crate::counters::{
    COUNTERS, Counters, Folder, STATES, assert_complete, cut_at, exhaustive, extras, run,
};
use crate::options::{Options, asked_for, check_with};
use stateright::{Model, Property};
use std::path::Path;
use std::sync::Arc;
use synod_checker::{CheckError, Extras, Progress, Reason, Unusable, Verdict, Width};

#[test]
fn states_wait_in_a_file_when_memory_is_short_and_nothing_else_changes() {
    // The fingerprints fit in this limit, and not the states of the largest levels beside them.
    let report = run(&Options {
        max_memory: Some(2_500_000),
        ..exhaustive()
    });
    let report = report.unwrap();
    assert_complete(&report);
    assert!(report.exploration.unwrap().stored > 0);
    let roomy = run(&exhaustive()).unwrap();
    assert_eq!(roomy.exploration.unwrap().stored, 0);
}

#[test]
fn a_run_without_memory_for_its_fingerprints_is_inconclusive() {
    let options = Options {
        max_memory: Some(1_000_000),
        ..exhaustive()
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
    assert!(report.states < STATES);
}

#[test]
fn a_run_without_memory_whose_states_cannot_be_stored_is_inconclusive() {
    let options = Options {
        max_memory: Some(1_000_000),
        ..exhaustive()
    };
    let extras = Extras {
        storage: None,
        ..extras()
    };
    let report = check_with(COUNTERS, &extras, &options, &Arc::new(Progress::new())).unwrap();
    assert_eq!(
        report.reason,
        Some(Reason::MemoryLimit(asked_for(1_000_000)))
    );
}

#[test]
#[allow(clippy::cast_precision_loss)] // The comparison has a tolerance.
fn neither_the_seed_nor_the_width_of_fingerprints_changes_a_count() {
    for (seed, fingerprint) in [(0, Width::Bits128), (7, Width::Bits64), (7, Width::Bits128)] {
        let options = Options {
            seed,
            fingerprint,
            ..exhaustive()
        };
        let report = run(&options).unwrap();
        assert_complete(&report);
        let bits = fingerprint.bits().cast_signed();
        let expected = (STATES * (STATES - 1) / 2) as f64 / 2f64.powi(bits);
        assert!((report.collision_probability / expected - 1.0).abs() < 1e-9);
    }
}

#[test]
fn coverage_counts_every_transition_and_every_state_once() {
    let exploration = run(&exhaustive()).unwrap().exploration.unwrap();
    let actions = &exploration.actions;
    // Each counter goes up in six of seven states.
    assert!(
        actions[..6]
            .iter()
            .all(|action| action.enabled == STATES / 7 * 6)
    );
    assert_eq!((actions[6].enabled, actions[6].new_states), (0, Some(0)));
    let new_states: u64 = actions.iter().filter_map(|action| action.new_states).sum();
    assert_eq!(new_states, STATES - 1);
    assert_eq!(exploration.levels.iter().sum::<u64>(), STATES);
    assert_eq!(exploration.levels[..3], [1, 6, 21]);
    let branching = exploration.branching.unwrap();
    assert_eq!(
        (branching.min, branching.percentile_95, branching.max),
        (0, 6, 6)
    );
    assert!((branching.mean - 36.0 / 7.0).abs() < 1e-9);
}

#[test]
fn a_run_that_resumes_from_a_checkpoint_ends_like_one_that_was_never_cut() {
    for (width, seed) in [(Width::Bits64, 0), (Width::Bits128, 5)] {
        let folder = Folder::new(&format!("resume-{seed}"));
        let options = Options {
            fingerprint: width,
            seed,
            ..folder.checkpointed("counters")
        };
        let whole = run(&Options {
            checkpoint: None,
            ..options.clone()
        });
        for states in [1000, 20_000, 60_000, 100_000] {
            cut_at(states, &options);
            assert!(folder.file().exists());
        }
        let report = run(&options).unwrap();
        assert_complete(&report);
        assert!(report.exploration.as_ref().unwrap().resumed_at.unwrap() > 20);
        let whole = whole.unwrap();
        assert_eq!(report.counterexamples, whole.counterexamples);
        let [a, b] = [report, whole].map(|report| report.exploration.unwrap());
        assert_eq!((a.levels, a.branching), (b.levels, b.branching));
        assert!(!folder.file().exists(), "the checkpoint was not removed");
    }
}

#[test]
fn a_checkpoint_that_is_damaged_anywhere_is_refused() {
    let folder = Folder::new("damaged");
    let options = folder.checkpointed("counters");
    cut_at(1000, &options);
    let good = std::fs::read(folder.file()).unwrap();
    let refused = |bytes: &[u8]| {
        std::fs::write(folder.file(), bytes).unwrap();
        match run(&options) {
            Err(CheckError::Checkpoint { why, .. }) => Some(why),
            _ => None,
        }
    };
    for position in (0..good.len()).step_by(97) {
        let mut bytes = good.clone();
        bytes[position] ^= 0x40;
        let why = refused(&bytes);
        let expected = if position < 8 {
            Unusable::NotOne
        } else {
            Unusable::Damaged
        };
        assert_eq!(why, Some(expected), "{position}");
    }
    for length in [0, 7, 23, 24, good.len() / 2, good.len() - 1] {
        let why = refused(&good[..length]);
        let is_refused = matches!(why, Some(Unusable::Damaged | Unusable::NotOne));
        assert!(is_refused, "{why:?}");
    }
    assert_eq!(refused(&good), None, "the undamaged checkpoint was refused");
}

#[test]
fn a_checkpoint_of_another_run_is_refused_and_stays() {
    let folder = Folder::new("foreign");
    cut_at(1000, &folder.checkpointed("counters"));
    let bytes = std::fs::read(folder.file()).unwrap();
    let another_seed = Options {
        seed: 1,
        ..folder.checkpointed("counters")
    };
    for options in [folder.checkpointed("clocks"), another_seed] {
        let refused = run(&options).err();
        let is_foreign = |error: &CheckError| {
            let CheckError::Checkpoint { why, .. } = error else {
                return false;
            };
            matches!(why, Unusable::Foreign(_))
        };
        assert!(refused.as_ref().is_some_and(is_foreign), "{refused:?}");
    }
    let other_model = Counters {
        limit: 5,
        ..COUNTERS
    };
    let options = folder.checkpointed("counters");
    let refused = check_with(other_model, &extras(), &options, &Arc::new(Progress::new()));
    let refused = refused.err();
    let why = Unusable::OtherModel;
    let file = folder.file();
    assert_eq!(refused, Some(CheckError::Checkpoint { file, why }));
    assert_eq!(std::fs::read(folder.file()).unwrap(), bytes);
}

#[test]
fn a_run_whose_checkpoint_cannot_be_written_is_refused_before_it_begins() {
    let mut options = Folder::new("nowhere").checkpointed("counters");
    if let Some(checkpoint) = &mut options.checkpoint {
        // A folder cannot be made below a file.
        checkpoint.file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml/run");
    }
    assert!(matches!(run(&options), Err(CheckError::Checkpoint { .. })));
}

/// A model with this number of initial states, and no steps.
#[derive(Clone)]
struct Crowd(u64);

impl Model for Crowd {
    type State = u64;
    type Action = ();

    fn init_states(&self) -> Vec<u64> {
        (0..self.0).collect()
    }

    fn actions(&self, _: &u64, _: &mut Vec<()>) {}

    fn next_state(&self, _: &u64, (): ()) -> Option<u64> {
        None
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::sometimes(
            "the last one",
            |crowd: &Self, &state| state + 1 == crowd.0,
        )]
    }
}

#[test]
fn the_visited_set_grows_for_many_initial_states() {
    for fingerprint in [Width::Bits64, Width::Bits128] {
        let options = Options {
            fingerprint,
            max_memory: Some(20_000_000),
            ..exhaustive()
        };
        let progress = Arc::new(Progress::new());
        let report = check_with(Crowd(300_000), &Extras::default(), &options, &progress).unwrap();
        assert_eq!((report.states, report.depth), (300_000, 1));
        assert_eq!((report.verdict, report.reason), (Verdict::Holds, None));
    }
}

/// A short run walks back along its transitions, a long run searches again. Here the same
/// model does both: a run that resumes from a checkpoint has no transitions.
#[test]
fn a_path_is_the_same_whether_transitions_were_kept_or_not() {
    let kept = run(&exhaustive()).unwrap();
    let folder = Folder::new("without-transitions");
    let options = folder.checkpointed("counters");
    cut_at(20, &options);
    let searched = run(&options).unwrap();
    assert!(searched.exploration.as_ref().unwrap().resumed_at.is_some());
    assert_eq!(kept.counterexamples.len(), 1);
    assert_eq!(kept.counterexamples, searched.counterexamples);
}
