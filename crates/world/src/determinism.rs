//! A process must be deterministic: a world runs it once for each input in each situation, and
//! takes the result for all other times. So each run is made twice, and compared. It is found
//! here if the results differ because of a clock, a random number, or the order in which a
//! hash map lists its keys.

#![expect(
    clippy::panic,
    reason = "the checker reports a panic with the path to it"
)]

use crate::event::EventOf;
use crate::ids::SiteId;
use crate::lens::Lens;
use crate::node::Explorable;
use crate::site::{Deeds, Site};
use crate::world::World;
use std::fmt::Debug;

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    /// The site after an event, and the deeds of its process.
    ///
    /// # Panics
    /// If a second run has another result. From then on this event at this site always panics,
    /// so that a counterexample that leads here can be shown.
    pub(crate) fn after(&self, site: SiteId, event: &EventOf<P>) -> (Site<P>, Deeds<P>) {
        let differences = &self.known.differences;
        let known = || Some(differences.get(&(site, event.clone()))?.clone());
        if let Some(difference) = (!differences.is_empty()).then(known).flatten() {
            panic!("{difference}");
        }
        let run = || self.run_event(self.known.facts(site).me, self.known.site(site), event);
        let (once, again) = (run(), run());
        if let Some(difference) = difference(&once, &again) {
            differences.insert((site, event.clone()), difference.clone());
            panic!("{difference}");
        }
        once
    }
}

/// How two runs differ, in a sentence; none if they do not.
fn difference<P: Explorable>(
    (once, did): &(Site<P>, Deeds<P>),
    (again, did_again): &(Site<P>, Deeds<P>),
) -> Option<String> {
    fn differ<T: PartialEq + Debug>(what: &str, once: &T, again: &T) -> Option<String> {
        (once != again).then(|| format!("{what} {once:?} and {again:?}"))
    }
    let differences = [
        differ("the processes", &once.process, &again.process),
        differ("the ledgers", &once.ledger, &again.ledger),
        differ(
            "the records not yet durable",
            &once.not_durable,
            &again.not_durable,
        ),
        (once.timers != again.timers).then(|| "other timers".to_owned()),
        differ("the messages", &did.sent, &did_again.sent),
    ];
    let differences: Vec<_> = differences.into_iter().flatten().collect();
    let is_same = differences.is_empty();
    (!is_same).then(|| {
        format!(
            "the process {:?} is not deterministic: two runs from the same state with the same \
             input gave {}",
            once.id,
            differences.join("; ")
        )
    })
}
