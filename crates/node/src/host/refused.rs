//! What a node that may not take part (see [`crate::rollback`]) still does: it learns the
//! decrees that are passed. And what its peers do for it.

use super::LegislatorHost;
use crate::driver::Reaction;
use crate::rollback::Refusal;
use crate::{Legislator, Message};
use synod_math::Priest;

impl LegislatorHost {
    /// Whether the legislator may receive this message. A node whose ledger has lost something
    /// receives passed decrees only; a node whose law differs from a peer's receives nothing.
    pub(super) const fn may_receive(&self, message: &Message) -> bool {
        match self.refusal {
            Some(Refusal::Difference(_)) => false,
            Some(Refusal::Loss(_)) => {
                matches!(message, Message::Success { .. } | Message::Snapshot { .. })
            }
            None => true,
        }
    }

    /// Whether this node takes part and the peer does not.
    pub(super) fn is_learner(&self, other: Priest) -> bool {
        self.refusal.is_none() && self.ledger.detector().is_learner(other)
    }

    /// Replies to a learner with the decrees that it lacks. Its messages are not given to the
    /// legislator, for whom the sender would count as present, although it cannot preside.
    pub(super) fn teach(
        &mut self,
        learner: Priest,
        message: &Message,
        legislator: &Legislator,
    ) -> Option<Reaction<Legislator>> {
        self.activity.forget(learner);
        match message {
            Message::Present { known, .. } => {
                Some(Reaction::Outputs(legislator.teach(learner, *known)))
            }
            _ => None,
        }
    }
}
