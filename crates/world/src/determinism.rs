//! A process must be deterministic: a world runs it once for each input in each situation, and
//! takes the result for all other times. So each run is made twice, and compared. It is found
//! here if the results differ because of a clock, a random number, or the order in which a
//! hash map lists its keys; or because two processes that call themselves equal are not.

#![expect(
    clippy::panic,
    reason = "the checker reports a panic with the path to it"
)]

use crate::event::{Event, EventOf};
use crate::ids::SiteId;
use crate::lens::Lens;
use crate::node::Explorable;
use crate::site::{Deeds, Site};
use crate::world::World;
use std::fmt::Debug;
use std::sync::OnceLock;

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
        let facts = self.known.facts(site);
        let run = |process| self.run_event(facts.me, process, event);
        let once = run(self.known.site(site));
        let equals = facts.equals.iter().filter_map(OnceLock::get);
        for process in [self.known.site(site)].into_iter().chain(equals) {
            if let Some(difference) = difference(&once, &run(process)) {
                self.refuse(site, event, &difference);
            }
        }
        once
    }

    /// A step has led to a site that is equal to a known one. The two may have come about in
    /// different ways, and a process that decides itself what is equal may leave something out
    /// of that. So the first such site answers every input that the known one has answered,
    /// and, in `after`, every later one.
    ///
    /// # Panics
    /// If the answers differ.
    pub(crate) fn compare(&self, known: SiteId, equal: Site<P>, from: SiteId, event: &EventOf<P>) {
        let facts = self.known.facts(known);
        let place = &facts.equals[usize::from(known == from)];
        if place.set(equal).is_err() {
            return;
        }
        let Some(equal) = place.get() else {
            return;
        };
        let id = self.nodes[facts.me].id;
        for input in facts.followups.known() {
            let input = self.known.messages.input(input);
            let run = |site| self.run_event(facts.me, site, &Event::Handle(id, input.clone()));
            let answers = (run(self.known.site(known)), run(equal));
            if let Some(difference) = difference(&answers.0, &answers.1) {
                let input = self.input_name(input);
                let difference = format!("{difference}, for the input {input}");
                self.refuse(from, event, &difference);
            }
        }
    }

    fn refuse(&self, site: SiteId, event: &EventOf<P>, difference: &str) -> ! {
        let differences = &self.known.differences;
        differences.insert((site, event.clone()), difference.to_owned());
        panic!("{difference}");
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
            "the process {:?} is not deterministic: two runs from the same state (two that are \
             equal, at least) with the same input gave {}",
            once.id,
            differences.join("; ")
        )
    })
}
