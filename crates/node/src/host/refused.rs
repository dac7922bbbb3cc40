//! What a node may still do that has lost something (see [`crate::rollback`]):
//! learn what is passed. And what others do for it.

use super::LegislatorHost;
use crate::config::SETTINGS;
use crate::driver::Driven;
use crate::rollback::Refusal;
use crate::{Action, Legislator, Message};
use synod_math::Priest;
use synod_process::{Output, Process as _};
use synod_protocol::Timer;
use synod_protocol::output::Action as Of;
use synod_protocol::parliament::DecreeNumber;

impl LegislatorHost {
    /// Looks whether this node may take part. When that changes the legislator
    /// begins anew from his ledger, as after a crash: he has no office, nor a ballot
    /// under way, and those who wait for a reply do so no more.
    pub(super) fn look_at_refusal(&mut self, driven: &mut Driven<Legislator>) {
        let refusal = self.ledger.detector().refusal();
        if refusal.is_some() != self.refusal.is_some() {
            let (me, ledger) = (driven.process.me(), driven.process.ledger().clone());
            driven.begin_anew(Legislator::recover(&self.parliament, me, ledger));
            // What they have asked for may be passed by the others.
            self.waiting.ask_again();
        }
        self.refusal = refusal;
    }

    /// Whether the legislator may have this message. Nothing but what was passed
    /// is for one who has lost something, and nothing at all where laws differ.
    /// Of a peer that has lost something nothing is taken: it would be present,
    /// and could not preside; it is taught instead.
    pub(super) fn may_have(
        &mut self,
        from: Priest,
        message: &Message,
        driven: &mut Driven<Legislator>,
    ) -> bool {
        match self.refusal {
            Some(Refusal::Difference(_)) => false,
            Some(Refusal::Loss(_)) => matches!(message, Message::Success { .. }),
            None if self.ledger.detector().is_learner(from) => {
                self.hearing.forget(from);
                if let Message::Present { known, .. } = message {
                    teach(from, *known, driven);
                }
                false
            }
            None => true,
        }
    }

    /// Whether the legislator may have this timer: who has lost something says
    /// that he is there, and no more.
    pub(super) const fn may_time_out(&self, timer: Timer) -> bool {
        self.refusal.is_none() || matches!(timer, Timer::Presence)
    }
}

/// The president sends a learner what follows the last decree that it has, a
/// batch at once.
fn teach(learner: Priest, known: DecreeNumber, driven: &mut Driven<Legislator>) {
    if !driven.process.is_president() {
        return;
    }
    let lacking = driven.process.ledger().decrees.range(known.next()..);
    for (&at, decree) in lacking.take(SETTINGS.batch) {
        let decree = decree.clone();
        driven.outputs.push(Output::Send {
            to: learner,
            message: Message::Success { at, decree },
        });
        driven
            .outputs
            .push(Output::Did(Action::At(at, Of::SendSuccess)));
    }
}
