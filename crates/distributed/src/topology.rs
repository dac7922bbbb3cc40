//! The topology of a run: its processes, their workers, and which states each owns.

use synod_checker::fingerprint::Fingerprint;

/// A worker among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Topology {
    /// Which worker, among those of all processes: those of process 0 first.
    pub(super) index: usize,
    /// How many workers each process has.
    pub(super) workers: usize,
    /// How many processes there are.
    pub(super) processes: usize,
}

impl Topology {
    /// How many workers there are in all.
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

    /// Whether a worker is in the same process.
    pub(super) const fn is_near(self, worker: usize) -> bool {
        self.process_of(worker) == self.process()
    }

    /// Whether this is the first worker of its process.
    pub(super) const fn is_first_here(self) -> bool {
        self.index.is_multiple_of(self.workers)
    }

    /// The worker that owns a state. It is in the last bits of the fingerprint:
    /// the first say where it lies in the set of its owner.
    pub(super) const fn owner(self, fingerprint: Fingerprint) -> usize {
        let last = fingerprint.first & 0xffff_ffff;
        ((last * self.peers() as u64) >> 32) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use synod_checker::fingerprint::fingerprint;

    #[test]
    fn every_worker_owns_about_as_much_as_any_other() {
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
