//! What a node may still do that has lost something (see [`crate::rollback`]):
//! learn what is passed. And what others do for it.

use super::LegislatorHost;
use crate::driver::Reaction;
use crate::rollback::Refusal;
use crate::{Legislator, Message};
use synod_math::Priest;

impl LegislatorHost {
    /// Whether the legislator may have this message. Nothing but what was passed
    /// is for one who has lost something, and nothing at all where laws differ.
    pub(super) const fn may_have(&self, message: &Message) -> bool {
        match self.refusal {
            Some(Refusal::Difference(_)) => false,
            Some(Refusal::Loss(_)) => matches!(message, Message::Success { .. }),
            None => true,
        }
    }

    /// Whether this node takes part, and the other does not, who has lost something.
    pub(super) fn is_learner(&self, other: Priest) -> bool {
        self.refusal.is_none() && self.ledger.detector().is_learner(other)
    }

    /// Nothing is taken of a learner: he would be present, and could not preside.
    /// He is taught instead.
    pub(super) fn teach(
        &mut self,
        learner: Priest,
        message: &Message,
        legislator: &Legislator,
    ) -> Option<Reaction<Legislator>> {
        self.hearing.forget(learner);
        match message {
            Message::Present { known, .. } => {
                Some(Reaction::Outputs(legislator.teach(learner, *known)))
            }
            _ => None,
        }
    }
}
