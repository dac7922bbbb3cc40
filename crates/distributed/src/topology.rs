//! The topology of a run: its processes, their workers, and the owners of states.

use synod_checker::fingerprint::Fingerprint;

/// A worker, and its place among all workers of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Topology {
    /// The position of the worker among those of all processes; process 0's come first.
    pub(super) index: usize,
    /// The number of workers of each process.
    pub(super) workers: usize,
    /// The number of processes.
    pub(super) processes: usize,
}

impl Topology {
    /// The number of workers of all processes.
    pub(super) const fn peers(self) -> usize {
        self.workers * self.processes
    }

    /// The process of a worker.
    pub(super) const fn process_of(self, worker: usize) -> usize {
        worker / self.workers
    }

    /// The process of this worker.
    pub(super) const fn process(self) -> usize {
        self.process_of(self.index)
    }

    /// Whether a worker belongs to the same process.
    pub(super) const fn is_local(self, worker: usize) -> bool {
        self.process_of(worker) == self.process()
    }

    /// Whether this is the first worker of its process.
    pub(super) const fn is_first_here(self) -> bool {
        self.index.is_multiple_of(self.workers)
    }

    /// The worker that owns a state. The fingerprint determines it otherwise than its first bits
    /// determine the place in the owner's visited set. (Its last bits may be zero.)
    pub(super) const fn owner(self, fingerprint: Fingerprint) -> usize {
        let mixed = fingerprint.first.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        ((mixed * self.peers() as u64) >> 32) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use synod_checker::fingerprint::fingerprint;

    #[test]
    fn all_workers_own_about_the_same_number_of_states() {
        let topology = Topology {
            index: 0,
            workers: 3,
            processes: 5,
        };
        let mut owned = [0_u32; 15];
        for number in 0..150_000_u64 {
            let fingerprint = Fingerprint {
                first: fingerprint(&number),
                second: 0,
            };
            owned[topology.owner(fingerprint)] += 1;
        }
        assert!(
            owned.iter().all(|count| (9_500..10_500).contains(count)),
            "{owned:?}"
        );
    }
}
