//! How a [`Map`] carries out each command.

use super::command::{LARGEST, LARGEST_RESPONSE};
use super::{Bytes, Command, Condition, Lifetime, Map, Response};
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
            Command::Persist { key } => {
                let had_deadline = self.deadlines.clear(key);
                if had_deadline {
                    self.watches.change(key);
                }
                Response::Set(had_deadline)
            }
            Command::TimeLeft { key } => Response::Number(self.time_left(key)),
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

    fn time_left(&self, key: &[u8]) -> i64 {
        match (self.get(key), self.deadlines.of(key)) {
            (None, _) => -2,
            (Some(_), None) => -1,
            (Some(_), Some(at)) => {
                let left = at.saturating_sub(self.deadlines.now());
                i64::try_from(left).unwrap_or(i64::MAX)
            }
        }
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

fn length(value: &[u8]) -> Response {
    number(value.len())
}

fn number(count: usize) -> Response {
    Response::Number(i64::try_from(count).unwrap_or(i64::MAX))
}
