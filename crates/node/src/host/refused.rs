//! What a node that may not take part (see [`crate::rollback`]) still does, and what its peers do
//! for it. If its ledger has lost something, its legislator is a learner, who takes part again when
//! that is safe ([`synod_protocol::parliament`], §3.3.5). If its law differs from a peer's, it does
//! nothing.

use super::LegislatorHost;
use crate::rollback::Refusal;
use crate::{Legislator, Message, Note};
use synod_math::Priest;
use synod_process::{Outputs, OutputsOf, Process as _};

impl LegislatorHost {
    /// Asks whether this node may take part, and returns the legislator anew if that has changed: he
    /// does not preside, has no ballot under way, and the clients that wait are told to ask again.
    pub(super) fn ask_for_refusal(
        &mut self,
        legislator: &Legislator,
    ) -> Option<(Legislator, OutputsOf<Legislator>)> {
        let before = std::mem::replace(&mut self.refusal, self.ledger.detector().refusal());
        let differs = |refusal| matches!(refusal, Some(Refusal::Difference(_)));
        let becomes_learner = !self.is_learner && self.ledger.detector().has_loss();
        (becomes_learner || differs(before) != differs(self.refusal)).then(|| {
            // The other legislators may still pass their requests.
            self.waiting.ask_again();
            self.is_learner |= becomes_learner;
            let note = becomes_learner.then(|| Note::Learner(self.ledger.detector().life()));
            self.recover(legislator, note)
        })
    }

    /// The legislator as recovered after a crash, once this note is in his ledger.
    fn recover(
        &self,
        legislator: &Legislator,
        note: Option<Note>,
    ) -> (Legislator, OutputsOf<Legislator>) {
        let (mut out, mut ledger) = (Outputs::new(), legislator.ledger().clone());
        if let Some(note) = note {
            Legislator::apply(&mut ledger, note.clone());
            out.record(note);
        }
        let (legislator, start) = Legislator::recover(&self.parliament, legislator.me(), ledger);
        out.outputs.extend(start.outputs);
        (legislator, out)
    }

    /// Whether the legislator may receive this message. A node whose law differs from a peer's receives
    /// nothing. From a peer who may not take part only the questions of a learner are received: with
    /// anything else, the peer would count as present, although it can neither vote nor preside.
    pub(super) fn may_receive(&mut self, from: Priest, message: &Message) -> bool {
        if self.ledger.detector().is_refused(from) {
            self.activity.forget(from);
            if !matches!(message, Message::Lost { .. } | Message::Readmit { .. }) {
                return false;
            }
        }
        !matches!(self.refusal, Some(Refusal::Difference(_)))
    }

    /// The learner takes part again, and his ledger replaces the lost ones: this is durable.
    pub(super) fn take_part_again(&mut self) {
        self.is_learner = false;
        tracing::info!(
            "all other nodes have answered for the ledger that is lost: this node takes part again, \
             and its ledger is {}",
            self.ledger.detector().ledger()
        );
    }
}
