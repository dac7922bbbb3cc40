//! The progress of a run: the workers' reports of each level, and the decision that follows
//! from them. Every worker has the same reports, so every worker decides the same.

use super::topology::Topology;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use synod_checker::fingerprint::Fingerprint;
use synod_checker::kernel::findings::{Nearest, is_decided, keep_nearest};
use synod_checker::kernel::tally::{ByLevel, Tally};

/// A message from one worker to another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Message {
    pub(super) to: u32,
    pub(super) from: u32,
    pub(super) update: Update,
}

/// The content of a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Update {
    /// To all: the sender's report of a complete level.
    Level(Box<Level>),
    /// To a sender of packets: this many of their bytes were taken in.
    Acknowledged(u64),
    /// To all: the sender has stopped.
    Stopped(Stop),
}

/// The report of a worker that has stopped.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stop {
    /// The round in which it has stopped; that level is not complete.
    pub(super) round: u32,
    /// The process that was the first to stop.
    pub(super) process: u32,
    /// The reason for which that process has stopped.
    pub(super) why: String,
    /// Whether that process was interrupted, for example by Ctrl-C.
    pub(super) is_interrupted: bool,
}

/// The report of a worker about a complete level.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Level {
    /// The round; 1 is the first level of this run.
    pub(super) round: u32,
    /// The number of new states that the worker owns.
    pub(super) new_states: u64,
    /// The number of states in its frontier.
    pub(super) waiting: u64,
    /// The number of fingerprints in its visited set.
    pub(super) known: u64,
    /// For each property the smallest fingerprint of a state with a finding.
    pub(super) found: Vec<Option<Fingerprint>>,
    /// What the worker has counted in this run so far.
    pub(super) counted: Counted,
    /// Whether it is time for a checkpoint. Only the first worker says so, for all.
    pub(super) is_time_to_save: bool,
    /// The round after which the worker has written its shard of the last checkpoint.
    pub(super) saved: Option<u32>,
    /// The progress of an earlier run, if the worker has read it in a shard.
    pub(super) resumed: Option<RunProgress>,
}

/// What a worker has counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Counted {
    pub(super) tally: Tally,
    /// The number of states that waited in a file because memory was short.
    pub(super) stored: u64,
    pub(super) exchanged: Exchanged,
}

/// The traffic to other workers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Exchanged {
    /// The number of states that were sent to another worker, repetitions included.
    pub(super) states: u64,
    /// The bytes of their packets: states, fingerprints, predecessors and contexts.
    pub(super) bytes: u64,
    /// The part of these bytes that went to another process.
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
    /// The number of distinct states of each complete level.
    pub(super) levels: Vec<u64>,
    /// The transitions, fingerprints and sketches of each level.
    pub(super) by_level: ByLevel,
    /// The number of distinct states of a level that is not complete.
    pub(super) reached: u64,
    /// By property, the finding of least depth.
    pub(super) nearest: Vec<Nearest>,
    /// What all workers have counted, in earlier runs too.
    pub(super) counted: Counted,
    /// The depth at which this run has resumed from a checkpoint.
    pub(super) resumed_at: Option<u32>,
}

impl RunProgress {
    /// The number of distinct states.
    pub(super) fn states(&self) -> u64 {
        self.levels.iter().sum::<u64>() + self.reached
    }

    pub(super) fn depth(&self) -> u32 {
        self.levels.len() as u32 + u32::from(self.reached > 0)
    }
}

/// The decision after a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Expand the level.
    GoOn {
        /// Whether to save a checkpoint first.
        save: bool,
    },
    /// The frontier is empty: every state was explored.
    Exhausted,
    /// A violation that ends the run is found.
    Decided,
    /// A worker has stopped.
    Stopped,
    /// The reports do not fit together: the shards that were read do not belong to the same
    /// checkpoint.
    Inconsistent,
}

/// Collects the workers' messages, and decides once the reports of a round are complete.
pub(super) struct Tracker {
    topology: Topology,
    awaited: u64,
    rounds: BTreeMap<u32, Vec<(u32, Level)>>,
    /// The workers that have stopped. A stop decides only about its own round and later
    /// ones: before, other workers may not have received it.
    stopped: Vec<(u32, Stop)>,
    pub(super) progress: RunProgress,
    /// What earlier runs have counted.
    before: Counted,
    /// The last round after which all workers have saved their shards.
    pub(super) saved: Option<u32>,
}

/// What other processes have counted up to a level: for the progress that this process
/// shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Remote {
    /// What earlier runs have done, if this was the first round after a resumption.
    pub(super) earlier: EarlierRun,
    /// The number of new states of other processes.
    pub(super) states: u64,
    /// The number of states that other processes have generated in this run.
    pub(super) generated: u64,
    /// The number of states that other processes expand next.
    pub(super) waiting: u64,
}

/// What earlier runs have done.
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

    pub(super) fn receive(&mut self, message: Message) {
        match message.update {
            Update::Level(level) => {
                let round = self.rounds.entry(level.round).or_default();
                round.push((message.from, *level));
            }
            Update::Acknowledged(_) => {}
            Update::Stopped(stop) => self.stopped.push((message.from, stop)),
        }
    }

    /// Takes in the reports of a round, once all workers have sent them. Returns the
    /// decision, and what other processes have counted in this run.
    pub(super) fn conclude(&mut self, round: u32) -> (Decision, Remote) {
        let mut levels = self.rounds.remove(&round).unwrap_or_default();
        // Sorted, so that all workers take over the same progress.
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
            if !self.topology.is_local(*from as usize) {
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
            } else {
                let progress = &mut self.progress;
                progress.by_level.end_level(&progress.counted.tally);
                if new_states > 0 {
                    progress.levels.push(new_states);
                }
            }
        }
        // The states that were resumed are in a checkpoint already.
        let save = is_level && levels.iter().any(|(_, level)| level.is_time_to_save);
        let have_all_reported = levels.len() == self.topology.peers();
        let decision = if is_stopped {
            Decision::Stopped
        } else if !have_all_reported || !(is_level || self.is_consistent(&levels)) {
            Decision::Inconsistent
        } else if self.is_decided() {
            Decision::Decided
        } else if waiting == 0 {
            Decision::Exhausted
        } else {
            Decision::GoOn { save }
        };
        (decision, remote)
    }

    /// Whether the shards that were read are those of one checkpoint, and all of them.
    fn is_consistent(&self, levels: &[(u32, Level)]) -> bool {
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

    /// The first report of a worker that has stopped, as far as one has arrived.
    pub(super) fn stopped(&self) -> Option<&Stop> {
        self.stopped.first().map(|(_, stop)| stop)
    }

    /// The other processes some of whose workers have not reported that they have stopped.
    pub(super) fn silent(&self) -> BTreeSet<usize> {
        let has_stopped = |worker: &usize| {
            let mut stopped = self.stopped.iter();
            stopped.any(|(from, _)| *from as usize == *worker)
        };
        let others = (0..self.topology.peers()).filter(|worker| !self.topology.is_local(*worker));
        let silent = others.filter(|worker| !has_stopped(worker));
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

    /// The reports of workers that have read the shards of a checkpoint, which has 3 levels
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
            tracker.receive(Message {
                to: 0,
                from: from as u32,
                update: Update::Level(Box::new(level)),
            });
        }
        tracker.conclude(1).0
    }

    #[test]
    fn a_run_resumes_from_shards_that_belong_together() {
        assert_eq!(decision(resumed()), Decision::GoOn { save: false });
        let mut levels = resumed();
        // A worker that has read no shard reports no earlier progress.
        levels[4].resumed = None;
        assert_eq!(decision(levels), Decision::GoOn { save: false });
    }

    #[test]
    fn shards_that_do_not_belong_together_are_refused() {
        let damages: [fn(&mut Vec<Level>); 4] = [
            |levels| levels[3].waiting -= 1,
            |levels| levels[3].known += 1,
            |levels| levels[3].resumed = Some(RunProgress::default()),
            |levels| levels.truncate(5),
        ];
        for damage in damages {
            let mut levels = resumed();
            damage(&mut levels);
            assert_eq!(decision(levels), Decision::Inconsistent);
        }
    }

    #[test]
    fn a_process_is_silent_until_all_its_workers_have_reported_their_stop() {
        let mut tracker = Tracker::new(TOPOLOGY, 0, 1);
        let mut after = |from| {
            let stop = Stop {
                round: 1,
                process: 0,
                why: String::new(),
                is_interrupted: false,
            };
            tracker.receive(Message {
                to: TOPOLOGY.index as u32,
                from,
                update: Update::Stopped(stop),
            });
            tracker.silent().into_iter().collect::<Vec<_>>()
        };
        // The process itself, which is 1, is never silent.
        assert_eq!(after(0), [0, 2]);
        assert_eq!(after(1), [2]);
        assert_eq!(after(5), [2]);
        assert!(after(4).is_empty());
    }
}
