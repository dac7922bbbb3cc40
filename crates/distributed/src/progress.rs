//! The progress of a run: what all workers tell of each level, and what follows, so
//! that all decide the same.

use super::topology::Topology;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use synod_checker::fingerprint::Fingerprint;
use synod_checker::kernel::findings::{Nearest, is_decided, keep_nearest};
use synod_checker::kernel::tally::Tally;

/// What a worker tells another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Message {
    pub(super) to: u32,
    pub(super) from: u32,
    pub(super) update: Update,
}

/// What a message says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Update {
    /// To all: what it knows of a level that is whole.
    Level(Box<Level>),
    /// To the sender of packets: so many of their bytes have been taken.
    Acknowledged(u64),
    /// To all: that it has stopped.
    Stopped(Stop),
}

/// That a worker has stopped.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stop {
    /// Before the end of this round.
    pub(super) round: u32,
    /// The process that was the first to.
    pub(super) process: u32,
    /// Why that has.
    pub(super) why: String,
    /// Whether somebody interrupted it.
    pub(super) is_interrupted: bool,
}

/// What a worker knows of a level that is whole.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Level {
    /// The round: 1 is the first of this run.
    pub(super) round: u32,
    /// New states that it owns.
    pub(super) new_states: u64,
    /// States of the level that it owns and that wait to be expanded.
    pub(super) waiting: u64,
    /// States whose fingerprints it has.
    pub(super) known: u64,
    /// For each property the smallest fingerprint of a state with a finding.
    pub(super) found: Vec<Option<Fingerprint>>,
    /// What it has counted in this run so far.
    pub(super) counted: Counted,
    /// Whether there should be a checkpoint: the first worker says so.
    pub(super) is_time_to_save: bool,
    /// The round after which it has written its part of the last checkpoint.
    pub(super) saved: Option<u32>,
    /// The progress of an earlier run, from the worker that has read it in a checkpoint.
    pub(super) resumed: Option<RunProgress>,
}

/// What a worker has counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Counted {
    pub(super) tally: Tally,
    /// States that waited in a file.
    pub(super) stored: u64,
    pub(super) exchanged: Exchanged,
}

/// What went to other workers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Exchanged {
    /// States that were sent to another worker, repetitions included.
    pub(super) states: u64,
    /// Their bytes, with fingerprints, predecessors and what they refer to.
    pub(super) bytes: u64,
    /// Of these bytes, those that went to another process.
    pub(super) bytes_abroad: u64,
}

impl Exchanged {
    pub(super) const fn add(&mut self, other: &Self) {
        self.states += other.states;
        self.bytes += other.bytes;
        self.bytes_abroad += other.bytes_abroad;
    }
}

impl Counted {
    pub(super) fn add(&mut self, other: &Self) {
        self.tally.add(&other.tally);
        self.stored += other.stored;
        self.exchanged.add(&other.exchanged);
    }
}

/// The progress of a run after a level.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct RunProgress {
    /// Distinct states of each level that is whole.
    pub(super) levels: Vec<u64>,
    /// Distinct states of a level that is not.
    pub(super) reached: u64,
    /// By property.
    pub(super) nearest: Vec<Nearest>,
    /// What all have counted, in earlier runs too.
    pub(super) counted: Counted,
    /// The depth at which this run took over from another.
    pub(super) resumed_at: Option<u32>,
}

impl RunProgress {
    /// How many distinct states there are.
    pub(super) fn states(&self) -> u64 {
        self.levels.iter().sum::<u64>() + self.reached
    }

    pub(super) fn depth(&self) -> u32 {
        self.levels.len() as u32 + u32::from(self.reached > 0)
    }
}

/// What is to be done after a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Expand it.
    GoOn {
        /// First write down where the search is.
        save: bool,
    },
    /// There is nothing left.
    Exhausted,
    /// An awaited violation is found.
    Decided,
    /// A worker has stopped.
    Stopped,
    /// What was told does not fit together: of a checkpoint, that its parts are
    /// not those of one.
    Unfit,
}

/// Collects what workers tell until all have told of a round.
pub(super) struct Tracker {
    topology: Topology,
    awaited: u64,
    rounds: BTreeMap<u32, Vec<(u32, Level)>>,
    /// The workers that have stopped. What is heard of later rounds decides nothing
    /// before: not all have heard it.
    stopped: Vec<(u32, Stop)>,
    pub(super) progress: RunProgress,
    /// What an earlier run has counted.
    before: Counted,
    /// The last round of which all have saved their part.
    pub(super) saved: Option<u32>,
}

/// What other processes have counted, for those who watch, after a level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Remote {
    /// What an earlier run has done, if this was the first level of one that
    /// goes on.
    pub(super) earlier: EarlierRun,
    /// New states of other processes.
    pub(super) states: u64,
    /// What other processes have generated in this run.
    pub(super) generated: u64,
    /// States that other processes expand next.
    pub(super) waiting: u64,
}

/// What an earlier run has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct EarlierRun {
    pub(super) states: u64,
    pub(super) generated: u64,
    pub(super) expanded: u64,
}

impl Tracker {
    pub(super) fn new(topology: Topology, awaited: u64, properties: usize) -> Self {
        Self {
            topology,
            awaited,
            rounds: BTreeMap::new(),
            stopped: Vec::new(),
            progress: RunProgress {
                nearest: vec![None; properties],
                ..RunProgress::default()
            },
            before: Counted::default(),
            saved: None,
        }
    }

    pub(super) fn hear(&mut self, message: Message) {
        match message.update {
            Update::Level(level) => {
                let round = self.rounds.entry(level.round).or_default();
                round.push((message.from, *level));
            }
            Update::Acknowledged(_) => {}
            Update::Stopped(stop) => self.stopped.push((message.from, stop)),
        }
    }

    /// All have told of the round: takes it in and says what follows, and what
    /// other processes have counted in this run.
    pub(super) fn conclude(&mut self, round: u32) -> (Decision, Remote) {
        let mut levels = self.rounds.remove(&round).unwrap_or_default();
        // So that all workers take the same progress over.
        levels.sort_unstable_by_key(|(from, _)| *from);
        let resumed = levels.iter().find_map(|(_, level)| level.resumed.as_ref());
        if let Some(earlier) = resumed {
            self.progress = earlier.clone();
            self.before = earlier.counted.clone();
            self.progress.resumed_at = Some(earlier.levels.len() as u32);
        }
        let is_level = resumed.is_none();
        let is_stopped = self.stopped.iter().any(|(_, stop)| stop.round <= round);
        self.progress.counted = self.before.clone();
        let (mut new_states, mut waiting, mut remote) = (0, 0, Remote::default());
        for (from, level) in &levels {
            new_states += level.new_states;
            waiting += level.waiting;
            self.progress.counted.add(&level.counted);
            if !self.topology.is_near(*from as usize) {
                remote.states += level.new_states;
                remote.generated += level.counted.tally.generated;
                remote.waiting += level.waiting;
            }
        }
        if !is_level {
            let states = self.progress.states();
            remote.earlier = EarlierRun {
                states,
                generated: self.before.tally.generated,
                expanded: states.saturating_sub(waiting),
            };
        }
        self.saved = levels.iter().map(|(_, level)| level.saved).min().flatten();
        if is_level {
            self.take_in(&levels);
            if is_stopped {
                self.progress.reached += new_states;
            } else if new_states > 0 {
                self.progress.levels.push(new_states);
            }
        }
        // Of what was resumed there is a checkpoint.
        let save = is_level && levels.iter().any(|(_, level)| level.is_time_to_save);
        let have_all_told = levels.len() == self.topology.peers();
        let decision = if is_stopped {
            Decision::Stopped
        } else if !have_all_told || !(is_level || self.is_whole(&levels)) {
            Decision::Unfit
        } else if self.is_decided() {
            Decision::Decided
        } else if waiting == 0 {
            Decision::Exhausted
        } else {
            Decision::GoOn { save }
        };
        (decision, remote)
    }

    /// Whether the parts of a checkpoint make a whole.
    fn is_whole(&self, levels: &[(u32, Level)]) -> bool {
        let progresses = levels
            .iter()
            .filter_map(|(_, level)| level.resumed.as_ref());
        let waiting: u64 = levels.iter().map(|(_, level)| level.waiting).sum();
        let known: u64 = levels.iter().map(|(_, level)| level.known).sum();
        self.progress.levels.last() == Some(&waiting)
            && self.progress.states() == known
            && progresses
                .into_iter()
                .all(|progress| progress.levels == self.progress.levels)
    }

    /// That a worker has stopped, as far as was heard by now.
    pub(super) fn stopped(&self) -> Option<&Stop> {
        self.stopped.first().map(|(_, stop)| stop)
    }

    /// The other processes of which some worker has not said that it has stopped.
    pub(super) fn silent(&self) -> BTreeSet<usize> {
        let heard = |worker: &usize| {
            let mut stopped = self.stopped.iter();
            stopped.any(|(from, _)| *from as usize == *worker)
        };
        let others = (0..self.topology.peers()).filter(|worker| !self.topology.is_near(*worker));
        let silent = others.filter(|worker| !heard(worker));
        silent
            .map(|worker| self.topology.process_of(worker))
            .collect()
    }

    fn take_in(&mut self, levels: &[(u32, Level)]) {
        let depth = self.progress.levels.len() as u32 + 1;
        for (_, level) in levels {
            keep_nearest(&mut self.progress.nearest, depth, &level.found);
        }
    }

    fn is_decided(&self) -> bool {
        is_decided(self.awaited, &self.progress.nearest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOPOLOGY: Topology = Topology {
        index: 2,
        workers: 2,
        processes: 3,
    };

    /// What all workers tell who have read the parts of a checkpoint: of 3 levels
    /// with 1, 5 and 12 states.
    fn resumed() -> Vec<Level> {
        let progress = RunProgress {
            levels: vec![1, 5, 12],
            nearest: vec![None],
            ..RunProgress::default()
        };
        let level = Level {
            round: 1,
            waiting: 2,
            known: 3,
            resumed: Some(progress),
            ..Level::default()
        };
        vec![level; TOPOLOGY.peers()]
    }

    fn decision(levels: Vec<Level>) -> Decision {
        let mut tracker = Tracker::new(TOPOLOGY, 0, 1);
        for (from, level) in levels.into_iter().enumerate() {
            tracker.hear(Message {
                to: 0,
                from: from as u32,
                update: Update::Level(Box::new(level)),
            });
        }
        tracker.conclude(1).0
    }

    #[test]
    fn parts_that_make_a_whole_are_gone_on_from() {
        assert_eq!(decision(resumed()), Decision::GoOn { save: false });
        let mut levels = resumed();
        // Who has read nothing has nothing to say of it.
        levels[4].resumed = None;
        assert_eq!(decision(levels), Decision::GoOn { save: false });
    }

    #[test]
    fn parts_that_make_no_whole_are_not() {
        let spoils: [fn(&mut Vec<Level>); 4] = [
            |levels| levels[3].waiting -= 1,
            |levels| levels[3].known += 1,
            |levels| levels[3].resumed = Some(RunProgress::default()),
            |levels| levels.truncate(5),
        ];
        for spoil in spoils {
            let mut levels = resumed();
            spoil(&mut levels);
            assert_eq!(decision(levels), Decision::Unfit);
        }
    }

    #[test]
    fn a_process_is_silent_until_all_its_workers_have_said_that_they_stopped() {
        let mut tracker = Tracker::new(TOPOLOGY, 0, 1);
        let mut after = |from| {
            let stop = Stop {
                round: 1,
                process: 0,
                why: String::new(),
                is_interrupted: false,
            };
            tracker.hear(Message {
                to: TOPOLOGY.index as u32,
                from,
                update: Update::Stopped(stop),
            });
            tracker.silent().into_iter().collect::<Vec<_>>()
        };
        // Never the process itself, which is 1.
        assert_eq!(after(0), [0, 2]);
        assert_eq!(after(1), [2]);
        assert_eq!(after(5), [2]);
        assert!(after(4).is_empty());
    }
}
