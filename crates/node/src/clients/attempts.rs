//! A request and its attempts.
//!
//! The first attempt may be lost on the way to the president, or with him; or
//! nobody presides. So the same request, under the same id, is tried until
//! something comes of it or patience is over. The law carries out an id once,
//! however often it is passed.

use super::sessions::{Session, Sessions};
use crate::event::Reply;
use crate::handle::Handle;
use crate::rollback::Refusal;
use crate::{Command, Request, Response};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use synod_protocol::parliament::Declined;
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// After so long without a reply the request is tried again; and up to as much
/// more, lest those who asked together ask together again.
const UNANSWERED: Duration = Duration::from_millis(250);

/// How long to wait after an attempt that was declined, at first and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(100));

/// What became of a request.
#[derive(Debug)]
pub(super) enum RequestOutcome {
    /// It was carried out.
    Answered(Response),
    /// It was not, and will not be; why.
    Declined(String),
    /// Nobody knows.
    Unknown(&'static str),
}

/// What asks in the name of one connection: one request at a time.
#[derive(Debug)]
pub(super) struct Requester {
    handle: Handle,
    patience: Duration,
    sessions: Arc<Sessions>,
    session: Option<Session>,
    alarm: Alarm,
}

impl Requester {
    pub(super) fn new(handle: Handle, patience: Duration, sessions: Arc<Sessions>) -> Self {
        Self {
            handle,
            patience,
            sessions,
            session: None,
            alarm: Alarm::new(),
        }
    }

    /// Nothing more will be asked: the name is free.
    pub(super) fn is_done(&mut self) {
        self.session = None;
    }

    /// Has the parliament carry out a command, or learns why it does not.
    pub(super) async fn ask(&mut self, command: Command) -> RequestOutcome {
        let id = match &mut self.session {
            Some(session) => session.next(),
            none => match self.sessions.take() {
                Ok(new) => none.insert(new).next(),
                Err(_) => {
                    return RequestOutcome::Unknown("the system has no random bytes for a name");
                }
            },
        };
        let request = Request { id, command };
        let end = Instant::now() + self.patience;
        let (mut pause, mut why_not) = (PAUSE.0, "this node has too much to do".to_owned());
        // That no legislator has heard of it, or whoever has will not pass it.
        let mut is_certain = true;
        loop {
            match self.attempt(request.clone(), end).await {
                Attempt::Answered(response) => return RequestOutcome::Answered(response),
                // It would take another to ask under the same name.
                Attempt::Declined(Declined::Superseded) => {
                    return RequestOutcome::Unknown("a later request has been passed under its id");
                }
                Attempt::Declined(why) => {
                    why_not = why.to_string();
                    sleep(pause + jitter(pause / 2)).await;
                    pause = (pause * 2).min(PAUSE.1);
                }
                Attempt::Refused(why) if is_certain => {
                    return RequestOutcome::Declined(why.to_string());
                }
                Attempt::Refused(_) => {
                    return RequestOutcome::Unknown("this node may not take part");
                }
                Attempt::NotMade => {}
                Attempt::Unanswered => is_certain = false,
                Attempt::Ended => return RequestOutcome::Unknown(ENDING),
                Attempt::EndedBefore if !is_certain => return RequestOutcome::Unknown(ENDING),
                Attempt::EndedBefore | Attempt::EndedBeforeAny => {
                    return RequestOutcome::Declined(ENDING.to_owned());
                }
            }
            if Instant::now() >= end {
                return if is_certain {
                    RequestOutcome::Declined(why_not)
                } else {
                    RequestOutcome::Unknown("nobody replied in time")
                };
            }
        }
    }

    async fn attempt(&mut self, request: Request, end: Instant) -> Attempt {
        let spread = UNANSWERED / 16 * (request.id.sequence % 16) as u32;
        let end = end.min(Instant::now() + UNANSWERED + spread);
        let reply = tokio::select! {
            biased;
            // Waits while the driver has too much to do.
            reply = self.handle.request(request) => match reply {
                Some(reply) => reply,
                None => return Attempt::EndedBefore,
            },
            () = self.alarm.at(end) => return Attempt::NotMade,
        };
        tokio::select! {
            biased;
            reply = reply => match reply {
                Ok(Reply::Answer(answer)) => Attempt::Answered(answer.response),
                Ok(Reply::Declined(why)) => Attempt::Declined(why),
                Ok(Reply::NotMade) => Attempt::EndedBefore,
                Ok(Reply::NeverMade) => Attempt::EndedBeforeAny,
                // Somebody may have it, or not.
                Ok(Reply::AskAgain) => Attempt::Unanswered,
                Ok(Reply::Refused(why)) => Attempt::Refused(why),
                // Nobody else asks under this name: the driver has ended.
                Err(_) => Attempt::Ended,
            },
            () = self.alarm.at(end) => Attempt::Unanswered,
        }
    }
}

const ENDING: &str = "this node is shutting down";

enum Attempt {
    Answered(Response),
    Declined(Declined),
    /// This node may not take part, and did not try.
    Refused(Refusal),
    /// The driver had no room for it in time.
    NotMade,
    Unanswered,
    /// The node has ended meanwhile.
    Ended,
    /// The node ends, and this attempt was not made.
    EndedBefore,
    /// The node ends, and neither this attempt nor one before was made.
    EndedBeforeAny,
}

/// Up to this much.
fn jitter(most: Duration) -> Duration {
    let random = getrandom::u32().unwrap_or_default();
    most.mul_f64(f64::from(random) / f64::from(u32::MAX))
}

/// A timer that is set for every request and hardly ever goes off: it stays set
/// for an earlier one, and is set anew only when that time comes.
#[derive(Debug)]
struct Alarm {
    sleep: Pin<Box<Sleep>>,
}

impl Alarm {
    fn new() -> Self {
        Self {
            sleep: Box::pin(sleep_until(Instant::now())),
        }
    }

    /// Waits for this time.
    async fn at(&mut self, end: Instant) {
        loop {
            if self.sleep.is_elapsed() || self.sleep.deadline() > end {
                self.sleep.as_mut().reset(end);
            }
            self.sleep.as_mut().await;
            if Instant::now() >= end {
                return;
            }
        }
    }
}
