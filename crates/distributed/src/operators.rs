//! The operators of the dataflows, for a worker of some model. The dataflows themselves know no model.

use super::backtrace::Searched;
use super::dataflow::{Expanding, Receiving, Search};
use super::expand::Expand;
use super::receive::Receive;
use super::worker::SharedWorker;
use stateright::Model;
use std::hash::Hash;
use std::io;
use std::rc::Rc;
use synod_checker::fingerprint::Fingerprint;
use synod_checker::report::Reason;
use timely::dataflow::operators::Capability;
use timely::scheduling::Activator;

/// A worker, for its dataflows.
pub(super) struct Operators<M: Model>(pub(super) SharedWorker<M>);

impl<M> Search for Operators<M>
where
    M: Model + 'static,
    M::State: Clone + Hash,
{
    fn receive(&self, activator: Activator, capability: Capability<u32>) -> Box<dyn Receiving> {
        self.0.borrow_mut().receive = Some(activator);
        Box::new(Receive::new(Rc::clone(&self.0), capability))
    }

    fn expand(&self, activator: Activator, capability: Capability<u32>) -> Box<dyn Expanding> {
        self.0.borrow_mut().expand = Some(activator);
        Box::new(Expand::new(Rc::clone(&self.0), capability))
    }
}

impl<M: Model> Searched for Operators<M> {
    fn predecessors(&self, depth: u32, of: &[Fingerprint]) -> io::Result<Vec<Option<Fingerprint>>> {
        let partition = &mut self.0.borrow_mut().partition;
        let problem = &partition.task.problem;
        let goes_on = |read| {
            problem.progress.retrace(read);
            problem.limits.goes_on()
        };
        let predecessors = &mut partition.owned.predecessors;
        predecessors.predecessors(depth, of, goes_on)
    }

    fn stop(&self, reason: Reason) {
        self.0.borrow().partition.task.problem.progress.stop(reason);
    }

    fn goes_on(&self) -> bool {
        self.0.borrow().partition.task.problem.limits.goes_on()
    }
}
