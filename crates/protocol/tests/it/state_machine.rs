//! §4: the state machines against simple reference machines, with every command and every edge case.

use crate::runs::config;
use proptest::prelude::*;
use synod_protocol::state_machine::integer::integer;
use synod_protocol::state_machine::map::{Command, Condition, Lifetime, Map, Only, Response};
use synod_protocol::state_machine::{StateMachine, register};

fn get(key: &str) -> Command {
    let key = key.into();
    Command::Get { key }
}

fn set(key: &str, value: &str, condition: Condition) -> Command {
    let (key, value) = (key.into(), value.into());
    Command::Set {
        key,
        value,
        condition,
    }
}

fn delete(key: &str) -> Command {
    let key = key.into();
    Command::Delete { key }
}

fn increment(key: &str, by: i64) -> Command {
    let key = key.into();
    Command::Increment { key, by }
}

/// A map in which key `k` has this value.
fn with(value: &str) -> Map {
    let mut map = Map::default();
    map.apply(&set("k", value, Condition::Always));
    map
}

/// Before the first command a map is empty: no value is found, deleted or compared with.
#[test]
fn an_empty_map_has_nothing() {
    let mut map = Map::default();
    assert_eq!(map.apply(&get("k")), Response::Value(None));
    assert_eq!(map.apply(&delete("k")), Response::Deleted(false));
    for condition in [Condition::IfPresent, Condition::IfEqual(Vec::new())] {
        let refused = map.apply(&set("k", "v", condition));
        assert_eq!(refused, Response::Set(false));
    }
    assert!(map.is_empty() && map == Map::default());
}

/// An empty value is a value, and an empty key is a key.
#[test]
fn the_empty_value_is_one() {
    let mut map = Map::default();
    assert_eq!(
        map.apply(&set("", "", Condition::IfAbsent)),
        Response::Set(true)
    );
    assert_eq!(map.apply(&get("")), Response::Value(Some([].into())));
    assert_eq!((map.len(), map.get(b"")), (1, Some(&b""[..])));
    let equal = Condition::IfEqual(Vec::new());
    assert_eq!(map.apply(&set("", "v", equal)), Response::Set(true));
    assert_eq!(map.apply(&delete("")), Response::Deleted(true));
    assert!(map.is_empty());
}

#[test]
fn a_value_is_set_on_its_condition() {
    let conditions = [
        (Condition::Always, true),
        (Condition::IfAbsent, false),
        (Condition::IfPresent, true),
        (Condition::IfEqual("old".into()), true),
        (Condition::IfEqual("older".into()), false),
    ];
    for (condition, holds) in conditions {
        let mut map = with("old");
        let response = map.apply(&set("k", "new", condition));
        assert_eq!(response, Response::Set(holds));
        assert_eq!(map, with(if holds { "new" } else { "old" }));
    }
}

/// An increment adds to a number, from 0 if there is none, and may be negative.
#[test]
fn a_number_grows() {
    let mut map = Map::default();
    for (by, sum) in [(0, 0), (5, 5), (-7, -2), (i64::MAX, i64::MAX - 2)] {
        assert_eq!(map.apply(&increment("k", by)), Response::Number(sum));
    }
    assert_eq!(map, with("9223372036854775805"));
}

/// Texts that look like integers but are not: Redis writes none of them.
const NO_INTEGERS: [&str; 17] = [
    "",
    "-",
    "+5",
    "007",
    "00",
    "-0",
    "-01",
    "--1",
    " 1",
    "1 ",
    "1\n",
    "1.5",
    "1e3",
    "0x1",
    "one",
    "9223372036854775808",
    "-9223372036854775809",
];

/// An integer is exactly as it is printed: each number has one text.
#[test]
fn integers_are_those_of_redis() {
    for text in NO_INTEGERS {
        assert_eq!(integer(text.as_bytes()), None, "{text:?}");
    }
    assert_eq!(integer(&[b'0'; 100]), None);
    assert_eq!(integer(&[b'1', 0xff]), None);
    for number in [0, 7, -7, 10, 1234, i64::MAX, i64::MIN] {
        assert_eq!(integer(number.to_string().as_bytes()), Some(number));
    }
}

/// A value that is not an integer stays unchanged.
#[test]
fn a_value_that_is_not_an_integer_is_not_incremented() {
    for value in NO_INTEGERS {
        let mut map = with(value);
        assert_eq!(map.apply(&increment("k", 1)), Response::NotANumber);
        assert_eq!(map, with(value), "{value}");
    }
}

/// A sum that does not fit into 64 bits is not stored, and the response says why.
#[test]
fn an_increment_that_would_overflow_changes_nothing() {
    for (value, by) in [(i64::MAX, 1), (i64::MIN, -1), (-1, i64::MIN)] {
        let mut map = with(&value.to_string());
        assert_eq!(map.apply(&increment("k", by)), Response::Overflow);
        assert_eq!(map, with(&value.to_string()));
    }
}

/// The largest and the smallest integer of 64 bits are numbers.
#[test]
fn the_largest_and_the_least_are_numbers() {
    for (value, by, sum) in [
        (i64::MAX, 0, i64::MAX),
        (i64::MIN, 0, i64::MIN),
        (i64::MAX, i64::MIN, -1),
        (i64::MIN, i64::MAX, -1),
    ] {
        let mut map = with(&value.to_string());
        assert_eq!(map.apply(&increment("k", by)), Response::Number(sum));
    }
}

const TEXTS: [&str; 5] = ["a", "7", "-1", "+7", ""];

/// Few keys and values, so that commands often have the same ones.
fn text() -> impl Strategy<Value = Vec<u8>> {
    prop::sample::select(&TEXTS).prop_map(Into::into)
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        Just(Condition::Always),
        Just(Condition::IfAbsent),
        Just(Condition::IfPresent),
        text().prop_map(Condition::IfEqual),
    ]
}

/// A command of a single key, which a batch may have.
fn simple_command() -> impl Strategy<Value = Command> {
    let by = prop_oneof![-3..4_i64, Just(i64::MAX)];
    prop_oneof![
        text().prop_map(|key| Command::Get { key }),
        (text(), text(), condition()).prop_map(|(key, value, condition)| Command::Set {
            key,
            value,
            condition
        }),
        text().prop_map(|key| Command::Delete { key }),
        (text(), by).prop_map(|(key, by)| Command::Increment { key, by }),
        (text(), text(), condition()).prop_map(|(key, value, condition)| Command::Exchange {
            key,
            value,
            condition
        }),
        text().prop_map(|key| Command::Take { key }),
        (text(), text()).prop_map(|(key, value)| Command::Append { key, value }),
        text().prop_map(|key| Command::Length { key }),
        (0..9_u64).prop_map(|now| Command::Tell { now }),
        (text(), text(), condition(), lifetime(), any::<bool>()).prop_map(
            |(key, value, condition, lifetime, is_exchange)| Command::SetFor {
                key,
                value,
                condition,
                lifetime,
                is_exchange
            }
        ),
        (text(), lifetime()).prop_map(|(key, lifetime)| Command::Expire { key, lifetime }),
        text().prop_map(|key| Command::Persist { key }),
        text().prop_map(|key| Command::TimeLeft { key }),
        text().prop_map(|key| Command::Deadline { key }),
        (text(), lifetime(), only()).prop_map(|(key, lifetime, only)| Command::ExpireIf {
            key,
            lifetime,
            only
        }),
        (text(), prop::option::of(lifetime()))
            .prop_map(|(key, lifetime)| Command::GetFor { key, lifetime }),
        (text(), -4..4_i64, -4..4_i64).prop_map(|(key, start, end)| Command::Range {
            key,
            start,
            end
        }),
        (text(), 0..4_u32, text()).prop_map(|(key, at, value)| Command::Overwrite {
            key,
            at,
            value
        }),
    ]
}

fn only() -> impl Strategy<Value = Only> {
    prop_oneof![
        Just(Only::WithoutOne),
        Just(Only::WithOne),
        Just(Only::Later),
        Just(Only::Earlier),
        Just(Only::EarlierThanOne),
    ]
}

fn lifetime() -> impl Strategy<Value = Lifetime> {
    prop_oneof![
        Just(Lifetime::Keep),
        (0..4_u64, 0..9_u64).prop_map(|(milliseconds, now)| Lifetime::For { milliseconds, now }),
        (0..9_u64).prop_map(|at| Lifetime::Until { at }),
        (0..9_u64, 0..9_u64).prop_map(|(at, now)| Lifetime::UntilFrom { at, now }),
        (0..4_u64, 0..9_u64)
            .prop_map(|(milliseconds, now)| Lifetime::AtLeast { milliseconds, now }),
    ]
}

/// A command of several keys, which a batch may have, too.
fn command_of_many() -> impl Strategy<Value = Command> {
    let keys = || prop::collection::vec(text(), 0..4);
    let pairs = prop::collection::vec((text(), text()), 0..4);
    prop_oneof![
        keys().prop_map(|keys| Command::Count { keys }),
        keys().prop_map(|keys| Command::GetMany { keys }),
        keys().prop_map(|keys| Command::DeleteMany { keys }),
        (pairs, any::<bool>()).prop_map(|(pairs, if_all_absent)| Command::SetMany {
            pairs,
            if_all_absent
        }),
        (prop::option::of(text()), 0..4_u32)
            .prop_map(|(after, most)| Command::Keys { after, most }),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let step = || prop_oneof![2 => simple_command(), 1 => command_of_many()];
    let steps = || prop::collection::vec(step(), 0..4);
    prop_oneof![
        4 => step(),
        1 => steps().prop_map(|commands| Command::Batch { commands }),
        1 => steps().prop_map(|commands| Command::Transaction {
            watched: Vec::new(),
            commands
        }),
    ]
}

/// The reference for a map: a list of keys, values and deadlines, in no particular order; and the time.
#[derive(Default)]
struct Plain(Vec<(Vec<u8>, Vec<u8>)>, Vec<(Vec<u8>, u64)>, u64);

impl Plain {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        let found = self.0.iter().find(|(known, _)| known == key);
        found.map(|(_, value)| value.clone())
    }

    fn deadline(&self, key: &[u8]) -> Option<u64> {
        let found = self.1.iter().find(|(known, _)| known == key);
        found.map(|(_, at)| *at)
    }

    fn persist(&mut self, key: &[u8]) {
        self.1.retain(|(known, _)| known != key);
    }

    fn delete(&mut self, key: &[u8]) {
        self.0.retain(|(known, _)| known != key);
        self.persist(key);
    }

    fn set(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.delete(&key);
        self.0.push((key, value));
    }

    /// Sets a value, and keeps the deadline.
    fn change(&mut self, key: Vec<u8>, value: Vec<u8>) {
        let deadline = self.deadline(&key).map(|at| (key.clone(), at));
        self.set(key, value);
        self.1.extend(deadline);
    }

    /// When a lifetime ends.
    fn end(&mut self, lifetime: Lifetime) -> Option<u64> {
        match lifetime {
            Lifetime::Keep => None,
            Lifetime::Until { at } => Some(at),
            Lifetime::UntilFrom { at, now } => {
                if self.1.is_empty() {
                    self.2 = now;
                }
                Some(at)
            }
            Lifetime::For { milliseconds, now } => {
                if self.1.is_empty() {
                    self.2 = now;
                }
                Some(self.2 + milliseconds)
            }
            Lifetime::AtLeast { milliseconds, now } => {
                if self.1.is_empty() || now > self.2 {
                    self.end(Lifetime::UntilFrom {
                        at: now + milliseconds,
                        now,
                    })
                } else {
                    Some(self.2 + milliseconds)
                }
            }
        }
    }

    fn expire(&mut self, key: &[u8], lifetime: Lifetime) {
        if let Some(at) = self.end(lifetime) {
            self.persist(key);
            self.1.push((key.to_vec(), at));
            self.remove_due();
        }
    }

    fn expire_if(&mut self, key: &[u8], lifetime: Lifetime, only: Only) -> bool {
        if self.get(key).is_none() {
            return false;
        }
        let Some(after) = self.end(lifetime) else {
            return false;
        };
        // As in Redis, no deadline is an endless one.
        let before = self.deadline(key).unwrap_or(u64::MAX);
        let has_one = before < u64::MAX;
        let holds = match only {
            Only::WithoutOne => !has_one,
            Only::WithOne => has_one,
            Only::Later => after > before,
            Only::Earlier => after < before,
            Only::EarlierThanOne => has_one && after < before,
        };
        if holds {
            self.expire(key, lifetime);
        }
        holds
    }

    fn range(&self, key: &[u8], start: i64, end: i64) -> Vec<u8> {
        let value = self.get(key).unwrap_or_default();
        if start < 0 && end < 0 && start > end {
            return Vec::new();
        }
        let length = i64::try_from(value.len()).unwrap();
        let from_the_end = |place: i64| (place + length).max(0);
        let place = |place: i64| {
            if place < 0 {
                from_the_end(place)
            } else {
                place
            }
        };
        let places = place(start)..=place(end);
        let bytes = value.iter().zip(0..);
        let found = bytes.filter(|(_, at)| places.contains(at));
        found.map(|(byte, _)| *byte).collect()
    }

    fn remove_due(&mut self) -> usize {
        let now = self.2;
        let due: Vec<_> = self
            .1
            .iter()
            .filter(|(_, at)| *at <= now)
            .cloned()
            .collect();
        for (key, _) in &due {
            self.delete(key);
        }
        due.len()
    }

    fn increment(&mut self, key: Vec<u8>, by: i64) -> Response {
        let old = self.get(&key).unwrap_or_else(|| b"0".to_vec());
        let Some(old) = integer(&old) else {
            return Response::NotANumber;
        };
        let Ok(sum) = i64::try_from(i128::from(old) + i128::from(by)) else {
            return Response::Overflow;
        };
        self.change(key, sum.to_string().into());
        Response::Number(sum)
    }

    fn holds(&self, key: &[u8], condition: Condition) -> bool {
        let old = self.get(key);
        match condition {
            Condition::Always => true,
            Condition::IfAbsent => old.is_none(),
            Condition::IfPresent => old.is_some(),
            Condition::IfEqual(expected) => old == Some(expected),
        }
    }

    /// Returns whether the key was there.
    fn was_deleted(&mut self, key: &[u8]) -> bool {
        let was_there = self.get(key).is_some();
        self.delete(key);
        was_there
    }

    fn keys(&self, after: Option<&Vec<u8>>, most: u32) -> Response {
        let mut keys: Vec<_> = self.0.iter().map(|(key, _)| key.clone()).collect();
        keys.sort();
        keys.retain(|key| after.is_none_or(|after| key > after));
        let most = most as usize;
        Response::Keys {
            are_all: keys.len() <= most,
            keys: keys.into_iter().take(most).map(Into::into).collect(),
        }
    }

    #[allow(clippy::too_many_lines, reason = "an arm for each command")]
    fn apply(&mut self, command: Command) -> Response {
        match command {
            Command::Get { key } => Response::Value(self.get(&key).map(Into::into)),
            Command::Increment { key, by } => self.increment(key, by),
            Command::Delete { key } => Response::Deleted(self.was_deleted(&key)),
            Command::Set {
                key,
                value,
                condition,
            } => {
                let holds = self.holds(&key, condition);
                if holds {
                    self.set(key, value);
                }
                Response::Set(holds)
            }
            Command::Exchange {
                key,
                value,
                condition,
            } => {
                let old = self.get(&key).map(Into::into);
                if self.holds(&key, condition) {
                    self.set(key, value);
                }
                Response::Value(old)
            }
            Command::Take { key } => {
                let old = self.get(&key).map(Into::into);
                self.delete(&key);
                Response::Value(old)
            }
            Command::Append { key, value } => {
                let appended = [self.get(&key).unwrap_or_default(), value].concat();
                self.change(key, appended.clone());
                number(appended.len())
            }
            Command::Length { key } => number(self.get(&key).unwrap_or_default().len()),
            Command::Count { keys } => {
                number(keys.iter().filter(|key| self.get(key).is_some()).count())
            }
            Command::GetMany { keys } => {
                let values = keys.iter().map(|key| self.get(key).map(Into::into));
                Response::Values(values.collect())
            }
            Command::DeleteMany { keys } => {
                number(keys.iter().filter(|key| self.was_deleted(key)).count())
            }
            Command::SetMany {
                pairs,
                if_all_absent,
            } => {
                let holds = !if_all_absent || pairs.iter().all(|(key, _)| self.get(key).is_none());
                for (key, value) in pairs.into_iter().filter(|_| holds) {
                    self.set(key, value);
                }
                Response::Set(holds)
            }
            Command::Keys { after, most } => self.keys(after.as_ref(), most),
            Command::Batch { commands } | Command::Transaction { commands, .. } => {
                Response::Many(commands.into_iter().map(|it| self.apply(it)).collect())
            }
            Command::Watch { .. } => unreachable!("none is generated"),
            Command::Tell { now } => {
                if now > self.2 || self.1.is_empty() {
                    self.2 = now;
                }
                number(self.remove_due())
            }
            Command::SetFor {
                key,
                value,
                condition,
                lifetime,
                is_exchange,
            } => {
                let old = self.get(&key).map(Into::into);
                let holds = self.holds(&key, condition);
                if holds && lifetime == Lifetime::Keep {
                    self.change(key, value);
                } else if holds {
                    self.set(key.clone(), value);
                    self.expire(&key, lifetime);
                }
                if is_exchange {
                    Response::Value(old)
                } else {
                    Response::Set(holds)
                }
            }
            Command::Expire { key, lifetime } => {
                let is_there = self.get(&key).is_some();
                if is_there {
                    self.expire(&key, lifetime);
                }
                Response::Set(is_there)
            }
            Command::Persist { key } => {
                let had = self.deadline(&key).is_some();
                self.persist(&key);
                Response::Set(had)
            }
            Command::TimeLeft { key } => Response::Number(match self.deadline(&key) {
                Some(at) => i64::try_from(at - self.2).unwrap(),
                None if self.get(&key).is_some() => -1,
                None => -2,
            }),
            Command::Deadline { key } => Response::Number(match self.deadline(&key) {
                Some(at) => i64::try_from(at).unwrap(),
                None if self.get(&key).is_some() => -1,
                None => -2,
            }),
            Command::ExpireIf {
                key,
                lifetime,
                only,
            } => Response::Set(self.expire_if(&key, lifetime, only)),
            Command::GetFor { key, lifetime } => {
                let value = self.get(&key).map(Into::into);
                match lifetime {
                    _ if value.is_none() => {}
                    None => self.persist(&key),
                    Some(lifetime) => self.expire(&key, lifetime),
                }
                Response::Value(value)
            }
            Command::Range { key, start, end } => {
                Response::Value(Some(self.range(&key, start, end).into()))
            }
            Command::Overwrite { key, at, value } => {
                let mut after = self.get(&key).unwrap_or_default();
                for (byte, at) in value.iter().zip(at as usize..) {
                    after.resize(after.len().max(at + 1), 0);
                    after[at] = *byte;
                }
                if !value.is_empty() {
                    self.change(key, after.clone());
                }
                number(after.len())
            }
        }
    }
}

fn number(number: usize) -> Response {
    Response::Number(number.try_into().unwrap())
}

/// The response of the reference for a register: a plain cell.
fn of_a_cell(cell: &mut Option<u8>, command: register::Command<u8>) -> register::Response<u8> {
    use register::{Command, Response};
    match command {
        Command::Read => Response::Value(*cell),
        Command::Write(value) => {
            *cell = Some(value);
            Response::Written
        }
        Command::CompareAndSet { expected, new } if *cell == expected => {
            *cell = Some(new);
            Response::Swapped(true)
        }
        Command::CompareAndSet { .. } => Response::Swapped(false),
    }
}

fn of_a_register() -> impl Strategy<Value = register::Command<u8>> {
    use register::Command;
    prop_oneof![
        Just(Command::Read),
        (0..3_u8).prop_map(Command::Write),
        (prop::option::of(0..3_u8), 0..3_u8)
            .prop_map(|(expected, new)| Command::CompareAndSet { expected, new }),
    ]
}

proptest! {
    #![proptest_config(config(1000))]

    /// Every integer that is printed is read, and every text that is read is printed the same.
    #[test]
    fn each_integer_has_one_text(number: i64, text in "[-+]?[0-9 ]{0,21}") {
        prop_assert_eq!(integer(number.to_string().as_bytes()), Some(number));
        if let Some(read) = integer(text.as_bytes()) {
            prop_assert_eq!(read.to_string(), text);
        }
    }

    /// A map has the same responses and the same content as a plain list, and so has a second map that is
    /// given the same commands.
    #[test]
    fn a_map_answers_as_a_plain_list(commands in prop::collection::vec(command(), 0..60)) {
        let (mut map, mut again, mut plain) = (Map::default(), Map::default(), Plain::default());
        for command in commands {
            let before = map.clone();
            let response = map.apply(&command);
            let changes: Vec<_> = map.changes_since(&before).collect();
            for (key, value) in &changes {
                prop_assert_eq!(map.get(key), value.as_deref());
                prop_assert_ne!(before.get(key), map.get(key));
            }
            let differs = |key: &&&str| before.get(key.as_bytes()) != map.get(key.as_bytes());
            prop_assert_eq!(changes.len(), TEXTS.iter().filter(differs).count());
            prop_assert_eq!(&again.apply(&command), &response);
            prop_assert_eq!(plain.apply(command), response);
            prop_assert_eq!(map.len(), plain.0.len());
        }
        prop_assert!(plain.0.iter().all(|(key, value)| map.get(key) == Some(value)));
        prop_assert_eq!(&Map::restore(map.entries()), &map);
        prop_assert_eq!(map, again);
    }

    /// A register has the same responses as a plain cell.
    #[test]
    fn a_register_answers_as_a_plain_cell(commands in prop::collection::vec(of_a_register(), 0..30)) {
        let (mut register, mut cell) = (register::Register::default(), None);
        for command in commands {
            prop_assert_eq!(register.apply(&command), of_a_cell(&mut cell, command));
            prop_assert_eq!(register.value, cell);
        }
    }
}

/// Commands and responses as text are those of run specs.
#[test]
fn a_register_prints_what_it_is_told_and_answers() {
    use register::{Command, Response};
    let swap = |expected| Command::CompareAndSet { expected, new: 2 };
    let commands = [Command::Read, Command::Write(1), swap(Some(1)), swap(None)];
    let printed = ["read", "write 1", "swap 1 2", "swap nothing 2"];
    assert_eq!(commands.map(|command| command.to_string()), printed);
    let responses = [
        Response::Value(Some(1)),
        Response::Value(None),
        Response::Written,
        Response::Swapped(true),
        Response::Swapped(false),
    ];
    let printed = ["1", "nothing", "written", "swapped", "not swapped"];
    assert_eq!(responses.map(|response| response.to_string()), printed);
}
