//! How a [`Map`] carries out each command.

use super::command::{LARGEST, LARGEST_RESPONSE};
use super::{Bytes, Command, Condition, Lifetime, Map, Only, Response};
use crate::state_machine::integer::integer;
use std::ops::Bound;

impl Map {
    /// Carries out a command.
    pub fn apply(&mut self, command: &Command) -> Response {
        match command {
            Command::Get { key } => Response::Value(self.shared(key)),
            Command::Set {
                key,
                value,
                condition,
            } => Response::Set(self.set_if(condition, key, value)),
            Command::Delete { key } => Response::Deleted(self.remove(key)),
            Command::Increment { key, by } => self.increment(key, *by),
            Command::Exchange {
                key,
                value,
                condition,
            } => {
                let before = self.shared(key);
                self.set_if(condition, key, value);
                Response::Value(before)
            }
            Command::Take { key } => {
                let before = self.shared(key);
                self.remove(key);
                Response::Value(before)
            }
            Command::Append { key, value } => self.append(key, value),
            Command::Length { key } => length(self.get(key).unwrap_or_default()),
            Command::Count { keys } => self.count(keys, |map, key| map.get(key).is_some()),
            Command::GetMany { keys } => self.get_many(keys),
            Command::SetMany {
                pairs,
                if_all_absent,
            } => Response::Set(self.set_many(pairs, *if_all_absent)),
            Command::DeleteMany { keys } => self.count(keys, Self::remove),
            Command::Keys { after, most } => self.keys(after.as_deref(), *most as usize),
            Command::Watch { keys } => {
                let watch = |key: &Vec<u8>| self.watches.watch(key);
                Response::Watched(keys.iter().map(watch).collect())
            }
            Command::Batch { commands } => self.batch(commands),
            Command::Transaction { watched, commands } => self.transaction(watched, commands),
            Command::Tell { now } => {
                self.deadlines.set_time(*now);
                self.remove_due()
            }
            Command::SetFor {
                key,
                value,
                condition,
                lifetime,
                is_exchange,
            } => {
                let before = self.shared(key);
                let is_set = self.set_for(condition, key, value, *lifetime);
                if *is_exchange {
                    Response::Value(before)
                } else {
                    Response::Set(is_set)
                }
            }
            Command::Expire { key, lifetime } => {
                let is_there = self.get(key).is_some();
                if is_there {
                    self.expire(key, *lifetime);
                }
                Response::Set(is_there)
            }
            Command::Persist { key } => Response::Set(self.persist(key)),
            Command::TimeLeft { key } => Response::Number(
                self.of_deadline(key, |at| at.saturating_sub(self.deadlines.now())),
            ),
            Command::Deadline { key } => Response::Number(self.of_deadline(key, |at| at)),
            Command::ExpireIf {
                key,
                lifetime,
                only,
            } => Response::Set(self.expire_if(key, *lifetime, *only)),
            Command::GetFor { key, lifetime } => self.get_for(key, *lifetime),
            Command::Range { key, start, end } => {
                let part = range(self.get(key).unwrap_or_default(), *start, *end);
                Response::Value(Some(part.into()))
            }
            Command::Overwrite { key, at, value } => self.overwrite(key, *at as usize, value),
        }
    }

    fn shared(&self, key: &[u8]) -> Option<Bytes> {
        self.values.get(key).cloned()
    }

    fn holds(&self, condition: &Condition, key: &[u8]) -> bool {
        match condition {
            Condition::Always => true,
            Condition::IfAbsent => self.get(key).is_none(),
            Condition::IfPresent => self.get(key).is_some(),
            Condition::IfEqual(expected) => self.get(key) == Some(expected.as_slice()),
        }
    }

    /// Returns whether the condition holds, so that the value is set.
    fn set_if(&mut self, condition: &Condition, key: &[u8], value: &[u8]) -> bool {
        let holds = self.holds(condition, key);
        if holds {
            self.set(key, value);
        }
        holds
    }

    fn set_for(
        &mut self,
        condition: &Condition,
        key: &[u8],
        value: &[u8],
        lifetime: Lifetime,
    ) -> bool {
        let before = self.deadlines.of(key);
        let is_set = self.set_if(condition, key, value);
        if is_set {
            match (lifetime, before) {
                (Lifetime::Keep, Some(at)) => self.deadlines.set(key.into(), at),
                (Lifetime::Keep, None) => {}
                _ => self.expire(key, lifetime),
            }
        }
        is_set
    }

    /// Gives a key a deadline. If the time has reached it, the key is removed at once.
    fn expire(&mut self, key: &[u8], lifetime: Lifetime) {
        if let Some(at) = self.deadlines.end_of(lifetime) {
            self.deadlines.set(key.into(), at);
            self.watches.change(key);
            self.remove_due();
        }
    }

    /// Removes all keys whose deadline the time has reached.
    fn remove_due(&mut self) -> Response {
        let mut removed = 0;
        while let Some(key) = self.deadlines.due() {
            self.remove(&key);
            removed += 1;
        }
        Response::Number(removed)
    }

    /// What follows from the deadline of a key; -1 if it has none, and -2 if the key has no value.
    fn of_deadline(&self, key: &[u8], of: impl Fn(u64) -> u64) -> i64 {
        match (self.get(key), self.deadlines.of(key)) {
            (None, _) => -2,
            (Some(_), None) => -1,
            (Some(_), Some(at)) => i64::try_from(of(at)).unwrap_or(i64::MAX),
        }
    }

    /// Returns whether the key has a value and the condition holds, so that it gets the deadline.
    fn expire_if(&mut self, key: &[u8], lifetime: Lifetime, only: Only) -> bool {
        let (is_there, before) = (self.get(key).is_some(), self.deadlines.of(key));
        let holds = is_there
            && self
                .deadlines
                .end_of(lifetime)
                .is_some_and(|after| only.holds(before, after));
        if holds {
            self.expire(key, lifetime);
        }
        holds
    }

    fn get_for(&mut self, key: &[u8], lifetime: Option<Lifetime>) -> Response {
        let value = self.shared(key);
        match lifetime {
            _ if value.is_none() => {}
            Some(lifetime) => self.expire(key, lifetime),
            None => {
                self.persist(key);
            }
        }
        Response::Value(value)
    }

    /// Lets the value of a key last for ever. Returns whether it had a deadline.
    fn persist(&mut self, key: &[u8]) -> bool {
        let had_deadline = self.deadlines.clear(key);
        if had_deadline {
            self.watches.change(key);
        }
        had_deadline
    }

    fn overwrite(&mut self, key: &[u8], at: usize, value: &[u8]) -> Response {
        let before = self.get(key).unwrap_or_default();
        if value.is_empty() {
            return length(before);
        }
        let end = at + value.len();
        if key.len() + end.max(before.len()) > LARGEST {
            return Response::TooLarge;
        }
        let mut after = before.to_vec();
        after.resize(end.max(before.len()), 0);
        after[at..end].copy_from_slice(value);
        self.change(key, &after);
        length(&after)
    }

    fn increment(&mut self, key: &[u8], by: i64) -> Response {
        let Some(number) = self.get(key).map_or(Some(0), integer) else {
            return Response::NotANumber;
        };
        let Some(sum) = number.checked_add(by) else {
            return Response::Overflow;
        };
        self.change(key, sum.to_string().as_bytes());
        Response::Number(sum)
    }

    fn append(&mut self, key: &[u8], value: &[u8]) -> Response {
        let before = self.get(key).unwrap_or_default();
        if key.len() + before.len() + value.len() > LARGEST {
            return Response::TooLarge;
        }
        let appended = [before, value].concat();
        self.change(key, &appended);
        length(&appended)
    }

    /// For how many of the keys something is so.
    fn count(&mut self, keys: &[Vec<u8>], is_so: impl Fn(&mut Self, &[u8]) -> bool) -> Response {
        let count = keys.iter().filter(|key| is_so(self, key)).count();
        number(count)
    }

    fn get_many(&self, keys: &[Vec<u8>]) -> Response {
        let values = keys.iter().map(|key| self.shared(key)).collect();
        let response = Response::Values(values);
        if response.size() > LARGEST_RESPONSE {
            return Response::TooLarge;
        }
        response
    }

    fn set_many(&mut self, pairs: &[(Vec<u8>, Vec<u8>)], if_all_absent: bool) -> bool {
        let is_absent = |(key, _): &(Vec<u8>, Vec<u8>)| self.get(key).is_none();
        let holds = !if_all_absent || pairs.iter().all(is_absent);
        if holds {
            for (key, value) in pairs {
                self.set(key, value);
            }
        }
        holds
    }

    /// As many keys as are asked for and fit into a response.
    fn keys(&self, after: Option<&[u8]>, most: usize) -> Response {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = self.values.range::<_, [u8]>((start, Bound::Unbounded));
        let mut keys = Vec::new();
        let mut are_all = true;
        let mut size = 0;
        for (key, _) in rest.by_ref() {
            size += Response::Value(Some(key.clone())).size();
            if keys.len() == most || size > LARGEST_RESPONSE {
                are_all = false;
                break;
            }
            keys.push(key.clone());
        }
        Response::Keys { keys, are_all }
    }

    fn batch(&mut self, commands: &[Command]) -> Response {
        let mut responses = Vec::with_capacity(commands.len());
        let mut size = 0;
        for command in commands {
            let response = self.apply(command);
            size += response.size();
            responses.push(response);
            if size > LARGEST_RESPONSE {
                break;
            }
        }
        Response::Many(responses.into())
    }

    fn transaction(&mut self, watched: &[(Vec<u8>, u64)], commands: &[Command]) -> Response {
        let mut watched = watched.iter();
        if !watched.all(|(key, number)| self.watches.is_unchanged(key, *number)) {
            return Response::Changed;
        }
        let before = self.clone();
        let responses = commands.iter().map(|command| self.apply(command));
        let response = Response::Many(responses.collect());
        if response.size() > LARGEST_RESPONSE {
            *self = before;
            return Response::TooLarge;
        }
        response
    }
}

/// The bytes from one place to another, of those that are there. Negative places count from the end; as in
/// Redis, one before the first byte is that of the first byte.
fn range(value: &[u8], start: i64, end: i64) -> &[u8] {
    let length = i64::try_from(value.len()).unwrap_or(i64::MAX);
    let place = |place: i64| match place {
        ..0 => length.saturating_add(place).max(0),
        _ => place,
    };
    let is_backwards = start < 0 && end < 0 && start > end;
    match (
        usize::try_from(place(start)),
        usize::try_from(place(end).min(length - 1)),
    ) {
        (Ok(start), Ok(end)) if !is_backwards => value.get(start..=end).unwrap_or_default(),
        _ => &[],
    }
}

fn length(value: &[u8]) -> Response {
    number(value.len())
}

fn number(count: usize) -> Response {
    Response::Number(i64::try_from(count).unwrap_or(i64::MAX))
}
