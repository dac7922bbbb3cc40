//! What the legislator of a node lives in: its disk, its network, its clients,
//! and whether it may take part at all.
//!
//! Told to end, it takes on nothing more, finishes what is under way if that does
//! not take long, and bids the others farewell.

mod contact;
mod pending_requests;
mod refused;

pub(crate) use contact::Hearing;
pub(crate) use pending_requests::PendingRequests;

use crate::driver::{Driver, Host, Reaction};
use crate::event::{Event, Reply};
use crate::ledger::{DiskLedger, LedgerError};
use crate::rollback::Refusal;
use crate::status::Status;
use crate::timers::Timing;
use crate::transport::Links;
use crate::{Action, Command, Legislator, Message, Note, Request, Response};
use std::io;
use std::time::Duration;
use synod_math::Priest;
use synod_process::{Input, InputOf, Output, OutputsOf, Process as _};
use synod_protocol::Timer;
use synod_protocol::parliament::{self, News, Parliament, RequestId};
use synod_trace::Trace;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

/// How long to finish what is under way, once the node is told to end.
const LEAVE: Duration = Duration::from_millis(250);

/// What a legislator gives his driver to do.
pub(crate) type Out = parliament::Output<Command, Response>;

/// Why a node ended.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The ledger could not be written: nothing that depends on it was sent.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The trace could not be written.
    #[error("the trace cannot be written: {0}")]
    Trace(#[from] io::Error),
}

/// All that a legislator acts through.
#[derive(Debug)]
pub(crate) struct LegislatorHost {
    /// Of whom, and how: to begin anew with.
    pub parliament: Parliament,
    /// Why he may not take part, if he may not.
    pub refusal: Option<Refusal>,
    /// His ledger.
    pub ledger: DiskLedger,
    /// How long his timers take.
    pub timing: Timing,
    /// The ways to the others.
    pub links: Links,
    /// His trace, if one is kept.
    pub trace: Option<Trace>,
    /// Where others see how he does.
    pub status: watch::Sender<Status>,
    /// Who waits for which request.
    pub waiting: PendingRequests,
    /// Who was heard when.
    pub hearing: Hearing,
    /// When it ends at the latest, once it is told to.
    pub leaves_at: Option<Instant>,
}

/// Drives a legislator until an event says that it is the end. He is given
/// back, whose memory takes a while to be freed.
///
/// # Errors
///
/// If something cannot be written. Nothing that depends on it has left.
pub(crate) async fn drive(
    mut driver: Driver<Legislator, LegislatorHost>,
    mut events: mpsc::Receiver<Event>,
) -> (Result<(), DriverError>, Legislator) {
    let mut result = driver.serve(&mut events).await;
    if result.is_ok() {
        result = leave(&mut driver).await;
    }
    refuse_the_rest(events);
    (result, driver.process)
}

/// What is known is durable, whoever waits is told, and the others hear that
/// this one leaves: the next in rank presides at once.
async fn leave(driver: &mut Driver<Legislator, LegislatorHost>) -> Result<(), DriverError> {
    driver.commit()?;
    let (host, legislator) = (&mut driver.host, &driver.process);
    if host.ledger.detector().has_unsaved() {
        host.ledger.commit(Vec::new())?;
    }
    for request in legislator.waiting() {
        host.waiting.is_not_made(request.id);
    }
    // The others do not know what becomes of their requests.
    host.waiting = PendingRequests::default();
    host.links.say_farewell().await;
    Ok(())
}

/// What has not been taken will not be.
fn refuse_the_rest(mut events: mpsc::Receiver<Event>) {
    events.close();
    while let Ok(event) = events.try_recv() {
        if let Event::Request { reply, .. } = event {
            let _ = reply.send(Reply::NotMade);
        }
    }
}

impl Host<Legislator> for LegislatorHost {
    type Event = Event;
    type Error = DriverError;

    /// Looks whether this node may take part. When that changes the legislator
    /// begins anew from his ledger, as after a crash: he has no office, nor a ballot
    /// under way, and those who wait for a reply do so no more.
    fn restart(&mut self, legislator: &Legislator) -> Option<(Legislator, OutputsOf<Legislator>)> {
        let refusal = self.ledger.detector().refusal();
        let has_changed = refusal.is_some() != self.refusal.is_some();
        self.refusal = refusal;
        has_changed.then(|| {
            // What they have asked for may be passed by the others.
            self.waiting.ask_again();
            let (me, ledger) = (legislator.me(), legislator.ledger().clone());
            Legislator::recover(&self.parliament, me, ledger)
        })
    }

    fn take(&mut self, event: Event, legislator: &Legislator) -> Option<Reaction<Legislator>> {
        match event {
            Event::Message { from, message } => return self.receive(from, message, legislator),
            Event::Request { request, reply } => {
                return self.propose(request, reply).map(Reaction::Input);
            }
            Event::Farewell { from } => {
                return self.see_off(from, legislator).map(Reaction::Input);
            }
            // No reply: this law may be the wrong one, or very old.
            Event::Read { .. } if self.refusal.is_some() => {}
            Event::Read { key, reply } => {
                let value = legislator.law().state().get(&key);
                // Whoever asked may have gone.
                let _ = reply.send(value.map(<[u8]>::to_vec));
            }
            Event::End => {
                self.leaves_at.get_or_insert_with(|| Instant::now() + LEAVE);
            }
        }
        None
    }

    /// Who has lost something says that he is there, and no more.
    fn may_time_out(&self, timer: Timer) -> bool {
        self.refusal.is_none() || timer == Timer::Presence
    }

    fn see(&mut self, output: &Out) {
        match output {
            Output::Tell(News::Law { decree, .. }) => self.ledger.detector().pass(decree.clone()),
            Output::Send { message, .. } => {
                if let Some(id) = asked_for(message) {
                    self.waiting.was_sent(id);
                }
            }
            _ => {}
        }
    }

    fn settle(&mut self, legislator: &Legislator) -> Result<(), DriverError> {
        if self.ledger.detector().has_urgent() {
            self.ledger.commit(Vec::new())?;
        }
        self.waiting.see_president(legislator.president());
        self.show(legislator);
        Ok(())
    }

    fn time_of(&self, timer: Timer) -> Duration {
        self.timing.of(timer)
    }

    /// Whether it was told to end, and either nothing is under way that a client
    /// waits for, here or elsewhere, or it has taken too long.
    fn may_end(&self) -> bool {
        let is_at_rest = || self.waiting.is_over() && self.status.borrow().in_flight == 0;
        self.leaves_at
            .is_some_and(|end| is_at_rest() || Instant::now() >= end)
    }

    fn looks_again(&self) -> Option<Instant> {
        self.leaves_at
    }

    fn awaits(&self, news: &News<Command, Response>) -> bool {
        self.waiting.awaits(news)
    }

    fn commit(&mut self, notes: Vec<Note>) -> Result<(), DriverError> {
        Ok(self.ledger.commit(notes)?)
    }

    fn trace(&mut self, actions: &[Action]) -> Result<(), DriverError> {
        if let Some(trace) = &mut self.trace {
            trace.write(actions.iter())?;
        }
        Ok(())
    }

    fn send(&mut self, to: Priest, message: Message) {
        self.links.push(to, message);
    }

    fn tell(&mut self, news: News<Command, Response>) {
        self.waiting.tell(news);
    }

    fn flush(&mut self) {
        self.links.flush();
    }
}

impl LegislatorHost {
    fn receive(
        &mut self,
        from: Priest,
        message: Message,
        legislator: &Legislator,
    ) -> Option<Reaction<Legislator>> {
        if self.leaves_at.is_some() && matches!(message, Message::Forwarded { .. }) {
            // As if it were lost: it is asked again, of the next president.
            return None;
        }
        if self.is_learner(from) {
            return self.teach(from, &message, legislator);
        }
        if !self.may_have(&message) {
            return None;
        }
        self.hearing.hear(from, &message, Instant::now());
        Some(Reaction::Input(Input::Receive { from, message }))
    }

    fn propose(
        &mut self,
        request: Request,
        reply: oneshot::Sender<Reply>,
    ) -> Option<InputOf<Legislator>> {
        let reply_at_once = match self.refusal {
            _ if self.leaves_at.is_some() => Reply::NotMade,
            Some(refusal) => Reply::Refused(refusal),
            None => {
                self.waiting.insert(request.id, reply);
                return Some(Input::Propose(request));
            }
        };
        // Whoever asked may have gone.
        let _ = reply.send(reply_at_once);
        None
    }

    /// One leaves whom nobody need wait for: a timer that is set because of him is
    /// over. If he presided, the highest of those who are left takes his place
    /// before T is over; if his votes were needed, the president begins a ballot
    /// without him before the round is over. Timers may end at any time: whether
    /// anything is right does not depend on it, nor on whether the farewell is
    /// true.
    fn see_off(&mut self, from: Priest, legislator: &Legislator) -> Option<InputOf<Legislator>> {
        self.hearing.forget(from);
        let timer = legislator.waits_for(from)?;
        let (me, now) = (legislator.me(), Instant::now());
        let is_next = || !self.hearing.hears_of_higher(me, now);
        let is_over = self.leaves_at.is_none()
            && self.may_time_out(timer)
            && (timer != Timer::Absence || is_next());
        is_over.then_some(Input::Timeout(timer))
    }

    fn show(&mut self, legislator: &Legislator) {
        let status = Status::of(legislator, self.ledger.detector());
        let (law, president, me) = (status.law, status.president, legislator.me());
        let reaches = |peer| self.links.reach(peer);
        let hearing = &mut self.hearing;
        let contact = hearing.show(law, president, me, reaches, Instant::now());
        self.status.send_replace(Status { contact, ..status });
    }
}

/// The request that a message tells another legislator of.
fn asked_for(message: &Message) -> Option<RequestId> {
    match message {
        Message::Forwarded { request } => Some(request.id),
        Message::BeginBallot { decree, .. } => decree.request_id(),
        _ => None,
    }
}
