//! [`Requester`]: makes a request to the parliament, in several attempts if needed.
//!
//! An attempt may be lost on the way to the president, or with the president, or there is no
//! president. So the same request, under the same id, is tried until it has an outcome or patience is
//! over. The law carries out a request once, however often its id is passed.

use super::sessions::{Session, Sessions};
use crate::event::Reply;
use crate::handle::Handle;
use crate::rollback::Refusal;
use crate::{Request, Response, SharedCommand};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use synod_protocol::parliament::Declined;
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// How long an attempt waits for a reply before the next attempt, at least. At most, it waits twice as
/// long: the times differ, so that requests that were made together are not repeated together.
const ATTEMPT_TIME: Duration = Duration::from_millis(250);

/// How long to wait after the first attempt that was declined. The pause doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// The longest pause after an attempt that was declined.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// The outcome of a request.
#[derive(Debug)]
pub(super) enum RequestOutcome {
    /// It was carried out.
    Answered(Response),
    /// It was not carried out and will not be, for this reason.
    Declined(String),
    /// It is unknown whether it was or will be carried out, for this reason.
    Unknown(&'static str),
}

/// Makes the requests of one connection, one at a time.
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

    /// Gives the client id back, because no further request will be made.
    pub(super) fn end_session(&mut self) {
        self.session = None;
    }

    /// Asks the parliament to carry out a command.
    pub(super) async fn ask(&mut self, command: &SharedCommand) -> RequestOutcome {
        let id = match &mut self.session {
            Some(session) => session.next(),
            none => match self.sessions.take() {
                Ok(new) => none.insert(new).next(),
                Err(_) => {
                    return RequestOutcome::Unknown(
                        "the operating system has no random bytes for a client id",
                    );
                }
            },
        };
        let end = Instant::now() + self.patience;
        let mut pause = FIRST_PAUSE;
        let mut why_not = "this node has too much to do".to_owned();
        // Whether it is certain that no attempt so far can be passed: none has reached a legislator,
        // or those that it has reached have declined.
        let mut is_certain = true;
        loop {
            let request = Request {
                id,
                command: SharedCommand::clone(command),
            };
            let attempt = self.attempt(request, end).await;
            is_certain &= !matches!(attempt, Attempt::GivenUp(_) | Attempt::Unanswered);
            match attempt {
                Attempt::Answered(response) => return RequestOutcome::Answered(response),
                // Possible only if another connection uses the same client id.
                Attempt::Declined(Declined::Superseded) => {
                    return RequestOutcome::Unknown("a later request has been passed under its id");
                }
                Attempt::Declined(why) | Attempt::GivenUp(why) => {
                    why_not = why.to_string();
                    sleep(pause + jitter(pause / 2)).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Attempt::Refused(why) if is_certain => {
                    return RequestOutcome::Declined(why.to_string());
                }
                Attempt::Refused(_) => {
                    return RequestOutcome::Unknown("this node may not take part");
                }
                Attempt::NotMade | Attempt::Unanswered => {}
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
                    RequestOutcome::Unknown("no reply has come in time")
                };
            }
        }
    }

    async fn attempt(&mut self, request: Request, end: Instant) -> Attempt {
        let spread = ATTEMPT_TIME / 16 * (request.id.sequence % 16) as u32;
        let end = end.min(Instant::now() + ATTEMPT_TIME + spread);
        let reply = tokio::select! {
            biased;
            // Waits while too many events wait for the driver.
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
                Ok(Reply::GivenUp(why)) => Attempt::GivenUp(why),
                Ok(Reply::NotMade) => Attempt::EndedBefore,
                Ok(Reply::NeverMade) => Attempt::EndedBeforeAny,
                // A legislator may have it.
                Ok(Reply::AskAgain) => Attempt::Unanswered,
                Ok(Reply::Refused(why)) => Attempt::Refused(why),
                // The driver has ended: it drops a reply only then, or for another attempt of the
                // same client, which there is not.
                Err(_) => Attempt::Ended,
            },
            () = self.alarm.at(end) => Attempt::Unanswered,
        }
    }
}

const ENDING: &str = "this node is shutting down";

/// The outcome of one attempt.
enum Attempt {
    Answered(Response),
    Declined(Declined),
    /// It is not proposed again, and may be carried out.
    GivenUp(Declined),
    /// This node may not take part, and the attempt was not made.
    Refused(Refusal),
    /// The driver had no room for it in time.
    NotMade,
    /// No reply came in time, or its fate is unknown.
    Unanswered,
    /// The node ended after the attempt was made.
    Ended,
    /// The node is shutting down, and this attempt was not made.
    EndedBefore,
    /// The node is shutting down, and neither this attempt nor an earlier one was made.
    EndedBeforeAny,
}

/// A random time up to `most`.
fn jitter(most: Duration) -> Duration {
    let random = getrandom::u32().unwrap_or_default();
    most.mul_f64(f64::from(random) / f64::from(u32::MAX))
}

/// A timer that is set for every attempt and rarely fires. Setting tokio's timer costs time, so it
/// stays set for an earlier attempt, and is set again only when that time comes.
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
