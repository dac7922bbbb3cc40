//! The host of a legislator (see [`crate::driver`]): its disk, its network, its clients, and
//! the rule whether it may take part at all (see [`crate::rollback`]).
//!
//! When the node is told to end, it takes no new requests, finishes the requests under way
//! if that takes less than a quarter of a second, and sends its peers a farewell.
//!
//! | module | contents |
//! |---|---|
//! | `pending_requests` | the clients that wait for a reply |
//! | `followers` | the clients that follow the law |
//! | `contact` | when each peer was last heard, for readiness and for farewells |
//! | `pacing` | flow control towards a peer who lacks decrees |
//! | `snapshots` | the snapshots of the law, in the background |
//! | `refused` | what a node that may not take part still does |

mod contact;
mod followers;
mod pacing;
mod pending_requests;
mod refused;
mod snapshots;

pub(crate) use contact::PeerActivity;
pub(crate) use followers::Followers;
pub(crate) use pacing::{Pacing, Room};
pub(crate) use pending_requests::{PendingRequests, Sent};
pub(crate) use snapshots::Snapshots;

use crate::driver::{Driver, Host, Subjects};
use crate::durability;
use crate::event::{Event, Reply};
use crate::ledger::{DiskLedger, LedgerError};
use crate::rollback::Refusal;
use crate::status::Status;
use crate::timers::Timing;
use crate::transport::Links;
use crate::{Action, Legislator, Map, Message, Note, Request, Response, SharedCommand};
use std::io;
use std::time::Duration;
use synod_math::Priest;
use synod_process::{Input, InputOf, Output, OutputsOf};
use synod_protocol::Timer;
use synod_protocol::parliament::{self, DecreeNumber, News, Parliament, RequestId};
use synod_protocol::state_machine::StateMachine as _;
use synod_trace::Trace;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

/// How long a node that is told to end may take to finish the requests under way.
const GRACE: Duration = Duration::from_millis(250);

/// A node without records for so long is at rest: then it tidies up its ledger, a little with each
/// batch.
const REST: Duration = Duration::from_secs(1);

/// How large the decrees may become that are not cut off because a peer is on the way to them: so many
/// times what passes between two snapshots.
const WAIT_TO_CUT: usize = 4;

/// An output of a legislator.
pub(crate) type Out = parliament::Output<Map>;

/// Why a running node could not continue. [`Node::end`](crate::node::Node::end) receives it.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The ledger could not be written. No message that depends on the write was sent.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The trace could not be written.
    #[error("the trace cannot be written: {0}")]
    Trace(#[from] io::Error),
}

/// The environment of a legislator.
#[derive(Debug)]
pub(crate) struct LegislatorHost {
    /// Quorums and settings, with which a legislator recovers from his ledger.
    pub parliament: Parliament,
    /// Why the legislator may not take part; `None` if he may.
    pub refusal: Option<Refusal>,
    /// Whether the legislator is a learner, because of the last loss that was detected.
    pub is_learner: bool,
    /// The ledger on disk.
    pub ledger: DiskLedger,
    /// How long the timers take.
    pub timing: Timing,
    /// The connections to the other legislators.
    pub links: Links,
    /// The snapshots of the law.
    pub snapshots: Snapshots,
    /// The trace, if the configuration asks for one.
    pub trace: Option<Trace>,
    /// Publishes the status, after each batch.
    pub status: watch::Sender<Status>,
    /// The clients that wait for a reply.
    pub waiting: PendingRequests,
    /// The clients that follow the law.
    pub followers: Followers,
    /// When each peer was last heard.
    pub activity: PeerActivity,
    /// The decrees that were sent to peers who lack them, and are not acknowledged yet.
    pub pacing: Pacing,
    /// How large the decrees are together that have become law since the last snapshot went to the ledger.
    pub since_cut: usize,
    /// The length of the law when the legislator has last told that he is present.
    pub told: DecreeNumber,
    /// When the legislator's last records were committed.
    pub committed: Instant,
    /// When the driver ends at the latest; `None` until the node is told to end.
    pub ends_at: Option<Instant>,
}

/// Drives a legislator until [`Event::End`]. Returns the legislator too, so that the caller
/// can report the end before it spends time to free his memory.
///
/// # Errors
///
/// If the ledger or the trace cannot be written. No message that depends on the write has left.
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

/// Makes everything durable, replies to every client that waits, and sends the peers a
/// farewell, so that the next in rank becomes president at once.
async fn leave(driver: &mut Driver<Legislator, LegislatorHost>) -> Result<(), DriverError> {
    driver.commit()?;
    let (host, legislator) = (&mut driver.host, &driver.process);
    if host.ledger.detector().has_unsaved() {
        host.ledger.commit(Vec::new())?;
    }
    for request in legislator.waiting() {
        host.waiting.will_not_be_proposed(request.id);
    }
    // The outcome of all other requests is unknown: their clients get no reply from here.
    host.waiting = PendingRequests::default();
    host.links.say_farewell().await;
    Ok(())
}

/// Tells the clients whose requests have not reached the driver that these were not made.
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

    fn restart(&mut self, legislator: &Legislator) -> Option<(Legislator, OutputsOf<Legislator>)> {
        self.ask_for_refusal(legislator)
    }

    fn take(&mut self, event: Event, legislator: &Legislator) -> Option<InputOf<Legislator>> {
        match event {
            // It comes as a file only: the ledger has to refer to one.
            Event::Message {
                message: Message::Snapshot { .. },
                ..
            } => {}
            Event::Message { from, message } => return self.receive(from, message, legislator),
            Event::Request { request, reply } => {
                return self.propose(request, reply);
            }
            Event::Farewell { from } => {
                return self.receive_farewell(from, legislator);
            }
            // No reply: the law of a refused node may be wrong or very old.
            Event::Read { .. } | Event::Follow { .. } if self.refusal.is_some() => {}
            Event::Read { key, reply } => {
                let value = legislator.law().state().get(&key);
                // Sending fails if the client has gone, which is fine.
                let _ = reply.send(value.map(<[u8]>::to_vec));
            }
            Event::Follow { after, reply } => {
                self.followers.answer(after, legislator.ledger(), reply);
            }
            Event::Transfer { from, transfer } => self.snapshots.receive(from, transfer),
            Event::SnapshotWritten(written) => self.snapshots.written(written, legislator),
            Event::SnapshotArrived { from, law, kept } => {
                if self.snapshots.arrived(kept, legislator) {
                    return self.receive(from, Message::Snapshot { law }, legislator);
                }
            }
            Event::End => {
                self.ends_at.get_or_insert_with(|| Instant::now() + GRACE);
            }
        }
        None
    }

    /// A legislator whose law differs from another's only says that he is present, which the others
    /// ignore.
    fn may_time_out(&self, timer: Timer) -> bool {
        !matches!(self.refusal, Some(Refusal::Difference(_))) || timer == Timer::Presence
    }

    fn see(&mut self, output: &Out) {
        match output {
            Output::Tell(News::Law { decree, .. }) => {
                self.since_cut += decree.size::<Map>();
                self.ledger.detector().pass(decree.clone());
            }
            Output::Record(Note::Snapshot(law)) => {
                self.since_cut = 0;
                self.refer_to(law.through());
            }
            Output::Send { message, .. } => {
                if let Some((id, how)) = request_in(message) {
                    self.waiting.is_sent(id, how);
                }
            }
            _ => {}
        }
    }

    fn settle(&mut self, legislator: &Legislator) -> Result<(), DriverError> {
        let is_at_rest = || self.committed.elapsed() >= REST;
        if self.ledger.detector().has_urgent() || self.ledger.has_remains() && is_at_rest() {
            self.ledger.commit(Vec::new())?;
        }
        self.snapshots.settle(legislator, self.ledger.detector());
        self.waiting.set_president(legislator.president());
        self.publish_status(legislator);
        Ok(())
    }

    fn time_of(&self, timer: Timer) -> Option<Duration> {
        self.timing.of(timer)
    }

    /// A snapshot that is durable goes to the ledger, unless a peer needs decrees that would be cut off. A
    /// legislator who is far behind tells how far he has come as soon as he has come further, and not
    /// only when it is time: then he is sent the next decrees.
    fn hastens(&self, legislator: &Legislator) -> Option<Timer> {
        if self.snapshots.has_written_the_pending(legislator) && !self.waits_to_cut(legislator) {
            return Some(Timer::Snapshot);
        }
        let law = legislator.law().through();
        let is_behind = || self.activity.is_far_behind(law, Instant::now());
        (law > self.told && is_behind()).then_some(Timer::Presence)
    }

    /// A peer who is far behind is sent decrees as soon as there is room for them on the way to him.
    fn adds(&mut self, legislator: &Legislator) -> Option<OutputsOf<Legislator>> {
        let mut added: Option<OutputsOf<Legislator>> = None;
        for Room {
            to,
            mut after,
            batches,
        } in self.pacing.room(Instant::now())
        {
            for _ in 0..batches {
                let batch = legislator.send_after(after, to);
                let Some(last) = batch.outputs.iter().filter_map(number_of).max() else {
                    break;
                };
                after = last;
                match &mut added {
                    Some(added) => added.outputs.extend(batch.outputs),
                    None => added = Some(batch),
                }
            }
        }
        added
    }

    /// Whether the node was told to end, and either no request is under way (for a client here,
    /// or in a ballot of this president) or [`GRACE`] is over.
    fn may_end(&self) -> bool {
        let is_at_rest = || !self.waiting.has_clients() && self.status.borrow().in_flight == 0;
        self.ends_at
            .is_some_and(|end| is_at_rest() || Instant::now() >= end)
    }

    fn wakes_at(&self) -> Option<Instant> {
        self.ends_at
    }

    fn subjects(&self, output: &Out) -> Subjects {
        durability::subjects(output)
    }

    fn commit(&mut self, notes: Vec<Note>) -> Result<(), DriverError> {
        let readmits = notes.iter().any(|note| matches!(note, Note::Readmitted(_)));
        self.ledger.commit(notes)?;
        self.committed = Instant::now();
        if readmits {
            self.take_part_again();
        }
        self.snapshots.kept(self.ledger.snapshot());
        Ok(())
    }

    fn trace(&mut self, actions: &[Action]) -> Result<(), DriverError> {
        if let Some(trace) = &mut self.trace {
            trace.write(actions.iter())?;
        }
        Ok(())
    }

    fn all_is_traced(&mut self, legislator: &Legislator) -> Result<(), DriverError> {
        if let Some(trace) = &mut self.trace {
            trace.turn(legislator.ledger(), legislator.slip())?;
        }
        Ok(())
    }

    fn send(&mut self, to: Priest, message: Message) {
        match message {
            Message::Present { known, .. } | Message::Lost { known, .. } => self.told = known,
            // The sender of the question asks again.
            Message::Largest { .. } if !self.ledger.detector().has_lost_nothing() => return,
            // As a file, in parts, and only if it is not on its way already.
            Message::Snapshot { .. } => return self.snapshots.offer(to),
            _ => {}
        }
        if self.pacing.admits(to, &message, Instant::now()) {
            self.links.push(to, message);
        }
    }

    fn tell(&mut self, news: News<SharedCommand, Response>) {
        self.followers.hear(&news);
        self.waiting.tell(news);
    }

    fn flush(&mut self) {
        self.followers.wake();
        self.links.flush();
    }
}

impl LegislatorHost {
    /// Whether decrees are not cut off yet, because a peer is on the way to them: he is sent an older
    /// snapshot, or has it and is sent the decrees after it. Otherwise he would need the next snapshot
    /// then, and so on for ever if decrees pass faster than the law is sent. He is waited for until the
    /// decrees since the last snapshot have [`WAIT_TO_CUT`] times what usually passes between two.
    fn waits_to_cut(&self, legislator: &Legislator) -> bool {
        let after = self.parliament.settings.snapshot.unwrap_or_default();
        let between = after.max(legislator.law().state().state_size());
        let most = between.saturating_mul(WAIT_TO_CUT);
        let now = Instant::now();
        self.since_cut < most && (self.pacing.is_catching_up(now) || self.snapshots.is_lent(now))
    }

    /// The ledger will refer to the file of the snapshot with this number. The digests of decrees after
    /// it, which may become law before that, follow from its own.
    fn refer_to(&mut self, through: DecreeNumber) {
        if let Some(kept) = self.snapshots.file_of(through) {
            self.ledger.refer_to(kept);
            self.ledger.detector().begin_after(through, kept.law_digest);
        }
    }

    fn receive(
        &mut self,
        from: Priest,
        message: Message,
        legislator: &Legislator,
    ) -> Option<InputOf<Legislator>> {
        if self.ends_at.is_some() && matches!(message, Message::Forwarded { .. }) {
            // Treated like a lost message: the sender asks the next president again.
            return None;
        }
        if let Message::Present { known, .. } | Message::Lost { known, .. } = message {
            let (ledger, now) = (legislator.ledger(), Instant::now());
            if !self.pacing.acknowledge(from, known, ledger, now) {
                self.snapshots.caught_up(from);
            }
        }
        if !self.may_receive(from, &message) {
            return None;
        }
        if !self.ledger.detector().is_refused(from) {
            self.activity.record(from, &message, Instant::now());
        }
        Some(Input::Receive { from, message })
    }

    fn propose(
        &mut self,
        request: Request,
        reply: oneshot::Sender<Reply>,
    ) -> Option<InputOf<Legislator>> {
        let reply_at_once = match self.refusal {
            _ if self.ends_at.is_some() => Reply::NotMade,
            Some(refusal) => Reply::Refused(refusal),
            None => {
                self.waiting.insert(request.id, reply);
                return Some(Input::Propose(request));
            }
        };
        // Sending fails if the client has gone, which is fine.
        let _ = reply.send(reply_at_once);
        None
    }

    /// Takes the farewell of a peer: a timer that waits for this peer ends early. If the peer
    /// presided, the highest of the remaining legislators becomes president before T is over;
    /// if its vote was needed, the president begins a ballot without it before the round is
    /// over. Safety does not depend on when a timer ends, nor on whether the farewell is true.
    fn receive_farewell(
        &mut self,
        from: Priest,
        legislator: &Legislator,
    ) -> Option<InputOf<Legislator>> {
        self.activity.forget(from);
        let timer = legislator.waits_for(from)?;
        let (me, now) = (legislator.me(), Instant::now());
        let is_next = || !self.activity.is_higher_present(me, now);
        let is_over = self.ends_at.is_none()
            && self.may_time_out(timer)
            && (timer != Timer::Absence || is_next());
        is_over.then_some(Input::Timeout(timer))
    }

    fn publish_status(&mut self, legislator: &Legislator) {
        let status = Status::of(legislator, self.ledger.detector());
        let (law, president, me) = (status.law, status.president, legislator.me());
        let is_connected = |peer| self.links.is_connected(peer);
        let activity = &mut self.activity;
        let contact = activity.contact(law, president, me, is_connected, Instant::now());
        self.status.send_replace(Status {
            contact,
            snapshots: self.snapshots.status(),
            ..status
        });
    }
}

/// The number of a decree that is sent as passed.
fn number_of(output: &Out) -> Option<DecreeNumber> {
    match output {
        Output::Send {
            message: Message::Success { at, .. },
            ..
        } => Some(*at),
        _ => None,
    }
}

/// The request that a message passes on to another legislator.
fn request_in(message: &Message) -> Option<(RequestId, Sent)> {
    match message {
        Message::Forwarded { request } => Some((request.id, Sent::Forwarded)),
        Message::BeginBallot { decree, .. } => Some((decree.request_id()?, Sent::Proposed)),
        _ => None,
    }
}
