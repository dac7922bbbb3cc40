//! [`Handle`]: how the servers of clients and of HTTP reach a running legislator.

use crate::Request;
use crate::event::{Event, Followed, Reply};
use crate::status::Status;
use std::sync::Arc;
use synod_protocol::parliament::DecreeNumber;
use tokio::sync::{mpsc, oneshot, watch};

/// Reaches a running legislator: sends it requests, reads its status, and ends its node.
/// [`Node::handle`](crate::node::Node::handle) is one; clones reach the same node.
#[derive(Clone, Debug)]
pub struct Handle {
    events: mpsc::Sender<Event>,
    status: watch::Receiver<Status>,
    is_ending: Arc<watch::Sender<bool>>,
}

impl Handle {
    /// A handle of the node that takes these events and publishes this status.
    pub fn new(events: mpsc::Sender<Event>, status: watch::Receiver<Status>) -> Self {
        Self {
            events,
            status,
            is_ending: Arc::default(),
        }
    }

    /// Makes one attempt at a request; the reply comes through the receiver. `None` if the node
    /// is shutting down: then the attempt was not made. Waits while too many events wait for the
    /// driver. If the future is cancelled, the attempt was not made.
    pub async fn request(&self, request: Request) -> Option<oneshot::Receiver<Reply>> {
        if *self.is_ending.borrow() {
            return None;
        }
        let (reply, receiver) = oneshot::channel();
        let sent = self.events.send(Event::Request { request, reply }).await;
        sent.ok().map(|()| receiver)
    }

    /// The value of a key in this node's own law, which may be old. `None` if the node has ended
    /// or may not serve; `Some(None)` if the key has no value.
    pub(crate) async fn read(&self, key: Vec<u8>) -> Option<Option<Vec<u8>>> {
        let (reply, receiver) = oneshot::channel();
        self.events.send(Event::Read { key, reply }).await.ok()?;
        receiver.await.ok()
    }

    /// What comes after a decree in this node's own law; without one, the law of its last snapshot. Waits until
    /// there is something. `None` if the node has ended or may not serve.
    pub(crate) async fn follow(&self, after: Option<DecreeNumber>) -> Option<Followed> {
        loop {
            let (reply, receiver) = oneshot::channel();
            let asked = Event::Follow { after, reply };
            self.events.send(asked).await.ok()?;
            match receiver.await.ok()? {
                Followed::AskAgain => {}
                followed => return Some(followed),
            }
        }
    }

    /// Tells the node to end, after the events that have reached it.
    /// [`Node::end`](crate::node::Node::end) tells when it has.
    pub async fn end(&self) {
        self.is_ending.send_replace(true);
        // Sending fails if the node has ended already, which is fine.
        let _ = self.events.send(Event::End).await;
    }

    /// Whether the driver has ended, so that no request is answered any more.
    pub(crate) fn has_ended(&self) -> bool {
        self.events.is_closed()
    }

    /// Waits until the driver has ended.
    pub(crate) async fn ended(&self) {
        self.events.closed().await;
    }

    /// Becomes true when the node is told to end.
    pub(crate) fn is_ending(&self) -> watch::Receiver<bool> {
        self.is_ending.subscribe()
    }

    /// The status of the legislator after the last batch of inputs.
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }
}
