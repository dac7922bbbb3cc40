//! SCAN: keys in ascending order, a few with each request. A key that is there from the first request to
//! the last is replied once.
//!
//! Clients take a cursor for a number, so it cannot be the key after which the next request goes on. A node
//! remembers the keys behind its latest cursors; another node, or the same one after it was started again,
//! does not know them.

use super::arguments::{is, printable};
use super::command_error::CommandError;
use super::pattern::Pattern;
use crate::{Command, Response};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use synod_protocol::state_machine::integer::integer;
use synod_protocol::state_machine::map::Bytes;
use synod_resp::request::Arguments;

/// How many keys a request asks for if it does not say so, as in Redis.
const USUAL_COUNT: u32 = 10;

/// How many keys a request gets at most.
const MOST_KEYS: u32 = 10_000;

/// How many cursors a node remembers.
const MOST_CURSORS: usize = 1024;

/// A parsed SCAN.
#[derive(Debug)]
pub(super) struct Scan {
    /// Where it goes on; 0 for the first request.
    cursor: u64,
    /// How many keys are looked at, at most.
    count: u32,
    /// Which keys are replied.
    pattern: Option<Pattern>,
    /// Whether keys of strings are replied: all values are strings.
    wants_strings: bool,
}

/// Parses SCAN cursor [MATCH pattern] [COUNT count] [TYPE type].
pub(super) fn parse(arguments: Arguments<'_>) -> Result<Scan, CommandError> {
    let cursor = std::str::from_utf8(arguments.get(1).unwrap_or_default());
    let cursor = cursor.ok().and_then(|cursor| cursor.parse().ok());
    let mut scan = Scan {
        cursor: cursor.ok_or(CommandError::Cursor)?,
        count: USUAL_COUNT,
        pattern: None,
        wants_strings: true,
    };
    let mut options = arguments.iter().skip(2);
    while let Some(option) = options.next() {
        let value = options.next();
        let value = value.ok_or_else(|| CommandError::ScanOption(printable(option)))?;
        match option {
            _ if is(option, "MATCH") => scan.pattern = Some(Pattern::new(value)?),
            _ if is(option, "COUNT") => scan.count = count(value)?,
            _ if is(option, "TYPE") => scan.wants_strings = is(value, "string"),
            _ => return Err(CommandError::ScanOption(printable(option))),
        }
    }
    Ok(scan)
}

fn count(text: &[u8]) -> Result<u32, CommandError> {
    match integer(text) {
        None => Err(CommandError::Integer),
        Some(..1) => Err(CommandError::Count),
        Some(count) => Ok(u32::try_from(count).unwrap_or(MOST_KEYS).min(MOST_KEYS)),
    }
}

impl Scan {
    /// The command for the parliament.
    pub(super) fn command(&self, cursors: &Cursors) -> Result<Command, CommandError> {
        let after = match self.cursor {
            0 => None,
            cursor => Some(cursors.find(cursor).ok_or(CommandError::Cursor)?),
        };
        Ok(Command::Keys {
            after,
            most: self.count,
        })
    }

    /// The cursor for the next request, 0 if there is nothing more, and the keys that are replied.
    pub(super) fn outcome(self, response: Response, cursors: &Cursors) -> (u64, Vec<Bytes>) {
        let Response::Keys { mut keys, are_all } = response else {
            return (0, Vec::new());
        };
        let cursor = match keys.last() {
            Some(last) if !are_all => cursors.remember(last),
            _ => 0,
        };
        let is_wanted = |key: &Bytes| {
            let matches = |pattern: &Pattern| pattern.matches(key);
            self.wants_strings && self.pattern.as_ref().is_none_or(matches)
        };
        keys.retain(is_wanted);
        (cursor, keys)
    }
}

/// The cursors of a node.
#[derive(Debug, Default)]
pub(super) struct Cursors {
    /// Cursors grow, so the first one is the oldest.
    keys: Mutex<BTreeMap<u64, Vec<u8>>>,
}

impl Cursors {
    fn find(&self, cursor: u64) -> Option<Vec<u8>> {
        self.keys().get(&cursor).cloned()
    }

    /// A new cursor that goes on after a key.
    fn remember(&self, key: &[u8]) -> u64 {
        let mut keys = self.keys();
        let last = keys.last_key_value().map(|(cursor, _)| *cursor);
        let cursor = last.unwrap_or_else(random) + 1;
        keys.insert(cursor, key.to_vec());
        if keys.len() > MOST_CURSORS {
            keys.pop_first();
        }
        cursor
    }

    fn keys(&self) -> MutexGuard<'_, BTreeMap<u64, Vec<u8>>> {
        // A panic while the lock is held leaves no harmful partial change.
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the cursors of a process begin, so that it does not take those of an earlier process for its own.
/// Clients in JavaScript know no integers of more than 53 bits.
fn random() -> u64 {
    getrandom::u64().unwrap_or_default() >> 12
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_known_until_there_are_too_many() {
        let cursors = Cursors::default();
        let first = cursors.remember(b"first");
        for _ in 1..MOST_CURSORS {
            cursors.remember(b"next");
        }
        assert_eq!(cursors.find(first), Some(b"first".to_vec()));
        let last = cursors.remember(b"last");
        assert_eq!(cursors.find(first), None);
        assert_eq!(cursors.find(last), Some(b"last".to_vec()));
        assert!(last < 1 << 53);
    }
}
