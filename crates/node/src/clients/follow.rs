//! LAW FOLLOW: a client is told what decrees change, as they become law at this node, from a decree on. If the
//! connection ends, it goes on from the last number that it was told.
//!
//! A follower carries the decrees out again, on a law of its own that begins at the snapshot in the ledger and
//! shares its memory, and compares the values before and after each. It takes the decrees from the ledger when
//! the client has read what was written before: so a slow client costs no memory, and the ledger is the queue.

use super::Shared;
use super::arguments::{is, printable};
use super::command_error::CommandError;
use super::pattern::Pattern;
use crate::event::Followed;
use crate::{Decree, Map};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use synod_protocol::parliament::{DecreeNumber, Law};
use synod_protocol::state_machine::integer::integer;
use synod_protocol::state_machine::map::Bytes;
use synod_resp::Encoder;
use synod_resp::request::Arguments;

/// How many clients follow the law of a node. Each costs the time to carry out every decree once more.
const MOST_FOLLOWERS: usize = 64;

/// How many bytes are written at once, about. One key and its value may have more.
const MOST_BYTES: usize = 64 << 10;

/// A parsed LAW FOLLOW.
#[derive(Debug)]
pub(super) struct Follow {
    /// The last decree that the client has; `None` for the last one of this node.
    after: Option<DecreeNumber>,
    /// Which keys it is told about.
    pattern: Option<Pattern>,
}

/// Parses LAW FOLLOW decree|$ [MATCH pattern].
pub(super) fn parse(arguments: Arguments<'_>) -> Result<Follow, CommandError> {
    let argument = |index| arguments.get(index).unwrap_or_default();
    if !is(argument(1), "FOLLOW") {
        let part = printable(argument(1));
        return Err(CommandError::UnknownPart("law", part, "FOLLOW"));
    }
    let pattern = match (arguments.len(), argument(3)) {
        (3, _) => None,
        (5, option) if is(option, "MATCH") => Some(Pattern::new(argument(4))?),
        (_, option) => return Err(CommandError::FollowOption(printable(option))),
    };
    let after = match argument(2) {
        b"$" => None,
        number => {
            let number = integer(number).and_then(|number| u64::try_from(number).ok());
            Some(DecreeNumber(number.ok_or(CommandError::Decree)?))
        }
    };
    Ok(Follow { after, pattern })
}

/// A client that follows the law.
pub(super) struct Follower {
    shared: Arc<Shared>,
    /// The last decree that the client had when it began.
    after: DecreeNumber,
    pattern: Option<Pattern>,
    /// The law up to the decree that is being told.
    law: Law<Map>,
    /// The decrees after it that were taken from the ledger.
    decrees: VecDeque<Decree>,
    /// What that decree has changed and is not written yet.
    changes: VecDeque<(Bytes, Option<Bytes>)>,
}

impl Follower {
    /// Begins, and confirms it: from which decree on.
    pub(super) async fn begin(
        follow: Follow,
        shared: &Arc<Shared>,
        out: &mut Encoder,
    ) -> Result<Self, CommandError> {
        if shared.following.fetch_add(1, Ordering::Relaxed) >= MOST_FOLLOWERS {
            shared.following.fetch_sub(1, Ordering::Relaxed);
            return Err(CommandError::TooManyFollowers(MOST_FOLLOWERS));
        }
        let mut follower = Self {
            after: follow.after.unwrap_or_else(|| shared.handle.status().law),
            shared: Arc::clone(shared),
            pattern: follow.pattern,
            law: Law::default(),
            decrees: VecDeque::new(),
            changes: VecDeque::new(),
        };
        shared.metrics.following.increment(1);
        let begun = shared.handle.follow(None).await;
        follower.take(begun.ok_or(CommandError::NotServing)?)?;
        out.push(2);
        out.bulk(b"follow");
        out.integer(follower.after);
        Ok(follower)
    }

    /// Writes what comes next, when there is something. If the future is cancelled, nothing is lost.
    pub(super) async fn tell(&mut self, out: &mut Encoder) -> Result<(), CommandError> {
        if self.decrees.is_empty() && self.changes.is_empty() {
            let through = self.law.through();
            let followed = self.shared.handle.follow(Some(through)).await;
            self.take(followed.ok_or(CommandError::NotServing)?)?;
        }
        self.write(out);
        Ok(())
    }

    fn take(&mut self, followed: Followed) -> Result<(), CommandError> {
        match followed {
            Followed::From(law) if law.through() > self.after.max(self.law.through()) => {
                return Err(CommandError::Cut(law.through()));
            }
            Followed::From(law) => self.law = law,
            Followed::Decrees { decrees, before } => {
                self.law = before.unwrap_or_else(|| std::mem::take(&mut self.law));
                self.decrees.extend(decrees);
            }
            Followed::AskAgain => {}
        }
        Ok(())
    }

    /// Writes the changes of some decrees, and then which one was the last.
    fn write(&mut self, out: &mut Encoder) {
        while out.bytes.len() < MOST_BYTES {
            if !self.changes.is_empty() {
                self.write_changes(out);
            } else if let Some(decree) = self.decrees.pop_front() {
                self.pass(&decree);
            } else {
                break;
            }
        }
        let through = self.law.through();
        if self.changes.is_empty() && through > self.after {
            out.push(2);
            out.bulk(b"law");
            out.integer(through);
        }
    }

    fn pass(&mut self, decree: &Decree) {
        let before = self.law.state().clone();
        self.law.pass(decree);
        if self.law.through() > self.after {
            let pattern = self.pattern.as_ref();
            let is_wanted = |key: &Bytes| pattern.is_none_or(|pattern| pattern.matches(key));
            let changes = self.law.state().changes_since(&before);
            self.changes
                .extend(changes.filter(|(key, _)| is_wanted(key)));
        }
    }

    /// Writes what a decree has changed; as much of it as is written at once.
    fn write_changes(&mut self, out: &mut Encoder) {
        let mut size = 0;
        let fits = |(key, value): &&(Bytes, Option<Bytes>)| {
            let is_first = size == 0;
            size += 16 + key.len() + value.as_ref().map_or(0, |value| value.len());
            is_first || size <= MOST_BYTES
        };
        let count = self.changes.iter().take_while(fits).count();
        out.push(3);
        out.bulk(b"change");
        out.integer(self.law.through());
        out.map(count);
        for (key, value) in self.changes.drain(..count) {
            out.bulk(&key);
            out.bulk_or_nil(value.as_deref());
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.shared.following.fetch_sub(1, Ordering::Relaxed);
        self.shared.metrics.following.decrement(1);
    }
}
