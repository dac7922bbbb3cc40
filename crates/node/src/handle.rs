//! The way to a running legislator, for whatever serves clients.

use crate::Request;
use crate::event::{Event, Reply};
use crate::status::Status;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};

/// The way to a running legislator, for whoever serves clients.
#[derive(Clone, Debug)]
pub struct Handle {
    events: mpsc::Sender<Event>,
    status: watch::Receiver<Status>,
    is_ending: Arc<watch::Sender<bool>>,
}

impl Handle {
    /// The way to whoever takes these events, and shows this status.
    pub fn new(events: mpsc::Sender<Event>, status: watch::Receiver<Status>) -> Self {
        Self {
            events,
            status,
            is_ending: Arc::default(),
        }
    }

    /// Makes one attempt at a request: what comes of it comes through the
    /// receiver, if anything. `None` if the node ends: then it was not made.
    /// Waits while too much is under way; if it is cancelled, it was not made.
    pub async fn request(&self, request: Request) -> Option<oneshot::Receiver<Reply>> {
        if *self.is_ending.borrow() {
            return None;
        }
        let (reply, receiver) = oneshot::channel();
        let sent = self.events.send(Event::Request { request, reply }).await;
        sent.ok().map(|()| receiver)
    }

    /// The value of a key in the law as it is known here; it may be old.
    /// `None` within if there is none; without, if the node has ended.
    pub async fn read(&self, key: Vec<u8>) -> Option<Option<Vec<u8>>> {
        let (reply, receiver) = oneshot::channel();
        self.events.send(Event::Read { key, reply }).await.ok()?;
        receiver.await.ok()
    }

    /// Tells the node to end, after what has reached it.
    pub async fn end(&self) {
        self.is_ending.send_replace(true);
        // If it has ended already, so be it.
        let _ = self.events.send(Event::End).await;
    }

    /// Whether nobody will answer any more.
    pub fn has_ended(&self) -> bool {
        self.events.is_closed()
    }

    /// Waits until that is so.
    pub async fn ended(&self) {
        self.events.closed().await;
    }

    /// Becomes true when the node is told to end.
    pub(crate) fn is_ending(&self) -> watch::Receiver<bool> {
        self.is_ending.subscribe()
    }

    /// How the legislator does.
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }
}
