//! Requests (§3.1, §4): they are forwarded to the president, and he does not pass a request again that he
//! knows to be passed or under way.

use super::decree::{Declined, Decree, Request, RequestId};
use super::law::Known;
use super::ledger::Slip;
use super::message::Message;
use super::output::News;
use super::variant::Variant;
use super::{Legislator, Outputs};
use crate::Ignored;
use crate::seat::only;
use crate::state_machine::StateMachine;
use synod_math::Priest;

impl<S: StateMachine, V: Variant> Legislator<S, V> {
    /// Takes a request of one of his clients. A legislator who does not preside forwards it and does not
    /// keep it: the answer comes with the law, and a client that hears no answer asks again.
    pub(super) fn propose(&mut self, request: Request<S::Command>, out: &mut Outputs<S>) {
        let id = request.id;
        if self.is_learner() {
            return Self::decline(id, Declined::NoPresident, out);
        }
        match self.law.known(id) {
            Known::Answered(answer) => return out.tell(News::Answered(answer)),
            Known::Superseded => return Self::decline(id, Declined::Superseded, out),
            Known::Nothing => {}
        }
        if self.is_president() {
            if let Err(why) = self.take_on(request, out) {
                Self::decline(id, why, out);
            }
            return;
        }
        match self.president() {
            Some(president) => {
                let message = Message::Forwarded { request };
                self.seat.send(only(president), &message, out);
            }
            None => Self::decline(id, Declined::NoPresident, out),
        }
    }

    /// Receives a request that another legislator forwarded. A legislator who does not preside does not
    /// forward it again: it might go round in circles.
    pub(super) fn receive_forwarded(
        &mut self,
        from: Priest,
        request: Request<S::Command>,
        out: &mut Outputs<S>,
    ) {
        let id = request.id;
        let declined = match self.law.known(id) {
            // The sender lacks the decree that answers the request.
            Known::Answered(answer) => {
                return self.send_missing(from, &[answer.number], out);
            }
            Known::Superseded => Err(Declined::Superseded),
            Known::Nothing if self.is_president() => self.take_on(request, out),
            Known::Nothing => Err(Declined::NoPresident),
        };
        if let Err(why) = declined {
            self.seat
                .send(only(from), &Message::Declined { id, why }, out);
        }
    }

    /// Puts a request into the president's queue, unless it is under way, or too many are waiting.
    fn take_on(
        &mut self,
        request: Request<S::Command>,
        out: &mut Outputs<S>,
    ) -> Result<(), Declined> {
        if self.is_under_way(request.id) || self.waiting.iter().any(|r| r.id == request.id) {
            out.ignore(Ignored::AlreadyUnderWay);
            return Ok(());
        }
        self.waiting_size += S::size(&request.command);
        self.waiting.push_back(request);
        let was_idle = self.is_idle();
        if self.begin_ballots(out) && was_idle {
            self.time_the_round(out);
        }
        let is_full = self.waiting.len() > self.settings.waiting
            || self.waiting_size > self.settings.waiting_size;
        if is_full && let Some(last) = self.waiting.pop_back() {
            self.waiting_size -= S::size(&last.command);
            return Err(Declined::Full);
        }
        Ok(())
    }

    /// Whether he presides and no decree is being voted on, so that no round is running. A running round
    /// must not be prolonged by requests that arrive meanwhile.
    fn is_idle(&self) -> bool {
        matches!(&self.slip, Slip::Presiding(office) if office.polls.is_empty())
    }

    /// The next waiting request that is still new: he may have learnt since that it was passed, or that
    /// it is bound to be.
    pub(super) fn next_waiting(&mut self) -> Option<Request<S::Command>> {
        loop {
            let request = self.waiting.pop_front()?;
            self.waiting_size -= S::size(&request.command);
            let is_new = self.law.known(request.id) == Known::Nothing;
            if is_new && !self.is_under_way(request.id) {
                return Some(request);
            }
        }
    }

    /// Whether a decree beyond the law grants the request: one that is passed, or being voted on, or
    /// bound to be proposed. O(decrees beyond the law).
    fn is_under_way(&self, id: RequestId) -> bool {
        let beyond = self.ledger.decrees.range(self.law.through().next()..);
        let grants = |decree: &Decree<S::Command>| decree.request_id() == Some(id);
        let is_passed = beyond.map(|(_, decree)| decree).any(grants);
        let is_voted_on = self.slip.presiding().is_some_and(|office| {
            let mut polls = office.polls.values();
            polls.any(|poll| grants(&poll.decree)) || office.bound.values().any(grants)
        });
        is_passed || is_voted_on
    }

    /// Declines all waiting requests, because he presides no more: their clients may ask again.
    pub(super) fn decline_all(&mut self, out: &mut Outputs<S>) {
        self.waiting_size = 0;
        for request in std::mem::take(&mut self.waiting) {
            Self::decline(request.id, Declined::NoPresident, out);
        }
    }

    fn decline(id: RequestId, why: Declined, out: &mut Outputs<S>) {
        out.tell(News::Declined { id, why });
    }
}
