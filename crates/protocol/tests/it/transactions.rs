//! §4: batches, transactions and watched keys of the map.

use synod_protocol::state_machine::StateMachine;
use synod_protocol::state_machine::map::{
    Command, Condition, LARGEST, LARGEST_RESPONSE, Lifetime, Map, Only, Response,
};

fn set(key: &str, value: impl Into<Vec<u8>>) -> Command {
    Command::Set {
        key: key.into(),
        value: value.into(),
        condition: Condition::Always,
    }
}

fn get(key: &str) -> Command {
    let key = key.into();
    Command::Get { key }
}

/// Watches a key, and returns its number.
fn watch(map: &mut Map, key: &str) -> (Vec<u8>, u64) {
    let keys = vec![key.into()];
    match map.apply(&Command::Watch { keys }) {
        Response::Watched(numbers) => (key.into(), numbers[0]),
        other => panic!("{other:?}"),
    }
}

/// Carries out a transaction that sets `done`, if the watched keys have not changed.
fn transact(map: &mut Map, watched: &[(Vec<u8>, u64)]) -> bool {
    let response = map.apply(&Command::Transaction {
        watched: watched.to_vec(),
        commands: vec![set("done", "yes")],
    });
    response != Response::Changed
}

#[test]
fn a_transaction_is_carried_out_if_no_watched_key_has_changed() {
    let mut map = Map::default();
    map.apply(&set("a", "1"));
    let watched = [watch(&mut map, "a"), watch(&mut map, "absent")];
    map.apply(&set("other", "1"));
    map.apply(&get("a"));
    assert!(transact(&mut map, &watched));
    assert_eq!(map.get(b"done"), Some(&b"yes"[..]));
}

/// A change is one even if the value is the same again in the end.
#[test]
fn every_change_of_a_watched_key_is_noticed() {
    let key = || b"a".to_vec();
    let changes = [
        set("a", "1"),
        Command::Delete { key: key() },
        Command::Take { key: key() },
        Command::Increment { key: key(), by: 0 },
        Command::Append {
            key: key(),
            value: Vec::new(),
        },
        Command::Exchange {
            key: key(),
            value: b"1".to_vec(),
            condition: Condition::Always,
        },
        Command::SetMany {
            pairs: vec![(key(), b"1".to_vec())],
            if_all_absent: false,
        },
        Command::DeleteMany { keys: vec![key()] },
    ];
    for change in changes {
        let mut map = Map::default();
        map.apply(&set("a", "1"));
        let watched = [watch(&mut map, "a")];
        map.apply(&change);
        map.apply(&set("a", "1"));
        assert!(!transact(&mut map, &watched), "{change}");
        assert_eq!(map.get(b"done"), None);
    }
}

#[test]
fn a_watched_key_that_was_absent_and_came_and_went_has_changed() {
    let mut map = Map::default();
    let watched = [watch(&mut map, "a")];
    map.apply(&set("a", "1"));
    map.apply(&Command::Delete { key: b"a".to_vec() });
    assert!(!transact(&mut map, &watched));
}

#[test]
fn a_command_that_changes_nothing_is_no_change() {
    let mut map = Map::default();
    map.apply(&set("a", "one"));
    let watched = [watch(&mut map, "a"), watch(&mut map, "absent")];
    let key = b"absent".to_vec();
    map.apply(&Command::Delete { key });
    map.apply(&Command::Increment {
        key: b"a".to_vec(),
        by: 1,
    });
    map.apply(&Command::Set {
        key: b"a".to_vec(),
        value: b"two".to_vec(),
        condition: Condition::IfAbsent,
    });
    assert!(transact(&mut map, &watched));
}

/// Two clients that watch the same key: the first to change it is the only one.
#[test]
fn of_two_transactions_on_one_key_the_second_fails() {
    let mut map = Map::default();
    let (one, other) = (watch(&mut map, "n"), watch(&mut map, "n"));
    let mut write = |watched, value: &str| {
        map.apply(&Command::Transaction {
            watched: vec![watched],
            commands: vec![set("n", value)],
        })
    };
    assert_eq!(
        write(one, "1"),
        Response::Many([Response::Set(true)].into())
    );
    assert_eq!(write(other, "2"), Response::Changed);
    assert_eq!(map.get(b"n"), Some(&b"1"[..]));
}

/// That it will expire is a change, and so is that it has expired.
#[test]
fn a_watched_key_that_expires_has_changed() {
    let expire = |at| Command::Expire {
        key: b"a".to_vec(),
        lifetime: Lifetime::Until { at },
    };
    for change in [
        expire(9),
        Command::Persist { key: b"a".to_vec() },
        Command::Tell { now: 5 },
    ] {
        let mut map = Map::default();
        map.apply(&set("a", "1"));
        map.apply(&expire(5));
        let watched = [watch(&mut map, "a")];
        map.apply(&Command::Tell { now: 4 });
        map.apply(&change);
        assert!(!transact(&mut map, &watched), "{change}");
    }
}

/// The time of the law is what it was told, and goes on while a key has a deadline.
#[test]
fn a_key_is_removed_when_the_law_is_told_its_deadline() {
    let mut map = Map::default();
    let lifetime = Lifetime::For {
        milliseconds: 10,
        now: 100,
    };
    map.apply(&set("a", "1"));
    let expire = |key: &str| Command::Expire {
        key: key.into(),
        lifetime,
    };
    map.apply(&expire("a"));
    for (now, left) in [(104, 6), (103, 6), (109, 1)] {
        assert_eq!(map.apply(&Command::Tell { now }), Response::Number(0));
        let key = b"a".to_vec();
        assert_eq!(
            map.apply(&Command::TimeLeft { key }),
            Response::Number(left)
        );
    }
    // Another node, whose clock is behind, does not change the time.
    map.apply(&set("b", "1"));
    map.apply(&expire("b"));
    assert_eq!(map.apply(&Command::Tell { now: 110 }), Response::Number(1));
    assert_eq!((map.get(b"a"), map.get(b"b")), (None, Some(&b"1"[..])));
    assert_eq!(map.apply(&Command::Tell { now: 119 }), Response::Number(1));
    assert!(map.is_empty() && map.expiring() == 0);
    // With no deadline left, the next one begins at the clock of the node that is asked.
    map.apply(&set("c", "1"));
    map.apply(&expire("c"));
    let key = b"c".to_vec();
    assert_eq!(map.apply(&Command::TimeLeft { key }), Response::Number(10));
    assert_eq!(Map::restore(map.entries()), map);
}

/// The law may not have been told the time for a while, and the clock of the node that is asked may be behind.
#[test]
fn a_value_lasts_at_least_as_long_as_it_is_to() {
    let mut map = Map::default();
    map.apply(&set("first", "1"));
    map.apply(&Command::Expire {
        key: b"first".to_vec(),
        lifetime: Lifetime::UntilFrom { at: 1000, now: 100 },
    });
    for (now, deadline) in [(190, 200), (100, 110), (40, 110)] {
        map.apply(&set("k", "1"));
        map.apply(&Command::Expire {
            key: b"k".to_vec(),
            lifetime: Lifetime::AtLeast {
                milliseconds: 10,
                now,
            },
        });
        let key = b"k".to_vec();
        assert_eq!(
            map.apply(&Command::Deadline { key }),
            Response::Number(deadline)
        );
    }
    // The clock of a node that is asked is not the time of the law: others would expire by it.
    let key = b"first".to_vec();
    assert_eq!(map.apply(&Command::TimeLeft { key }), Response::Number(900));
}

/// A number is never given twice, also after a snapshot.
#[test]
fn a_restored_map_has_its_watches() {
    let mut map = Map::default();
    let first = watch(&mut map, "a");
    map.apply(&set("a", "1"));
    let second = watch(&mut map, "a");
    let mut restored = Map::restore(map.entries());
    assert_eq!(restored, map);
    assert!(!transact(&mut restored, &[first]));
    assert!(transact(&mut restored, &[second]));
    restored.apply(&set("a", "2"));
    let mut restored = Map::restore(restored.entries());
    assert!(watch(&mut restored, "a").1 > 2);
}

#[test]
fn too_many_watched_keys_fail_the_transaction_that_has_waited_longest() {
    let mut map = Map::default();
    let first = watch(&mut map, "first");
    let second = watch(&mut map, "second");
    for n in 0..4095 {
        watch(&mut map, &n.to_string());
    }
    assert!(!transact(&mut map, &[first]));
    assert!(transact(&mut map, &[second]));
}

/// An append would make a value that no snapshot can hold.
#[test]
fn a_value_does_not_grow_beyond_the_largest() {
    let mut map = Map::default();
    let append = |length| Command::Append {
        key: b"k".to_vec(),
        value: vec![b'v'; length],
    };
    let most = LARGEST - 1;
    let length = Response::Number(most.try_into().unwrap());
    assert_eq!(map.apply(&append(most)), length);
    assert_eq!(map.apply(&append(1)), Response::TooLarge);
    assert_eq!(map.get(b"k").map(<[u8]>::len), Some(most));
}

/// A map with some values of 100 KiB: `0`, `1` and so on.
fn with_large_values(count: usize) -> Map {
    let mut map = Map::default();
    for key in 0..count {
        map.apply(&set(&key.to_string(), vec![b'v'; 100 << 10]));
    }
    map
}

#[test]
fn a_batch_stops_when_its_responses_are_too_large() {
    let mut map = with_large_values(10);
    let step = |key: usize| [get(&key.to_string()), set("last", key.to_string())];
    let commands: Vec<_> = (0..10).flat_map(step).collect();
    let Response::Many(responses) = map.apply(&Command::Batch { commands }) else {
        panic!("a batch has many responses");
    };
    // Five values of 100 KiB fit, the sixth does not; what follows it is not carried out.
    assert_eq!(responses.len(), 11);
    assert_eq!(map.get(b"last"), Some(&b"4"[..]));
}

#[test]
fn a_transaction_whose_responses_are_too_large_changes_nothing() {
    let mut map = with_large_values(10);
    let before = map.clone();
    let mut commands = vec![set("done", "yes")];
    commands.extend((0..10).map(|key| get(&key.to_string())));
    let watched = Vec::new();
    let response = map.apply(&Command::Transaction { watched, commands });
    assert_eq!(response, Response::TooLarge);
    assert_eq!(map, before);
    let keys = (0..10).map(|key| key.to_string().into_bytes()).collect();
    assert_eq!(map.apply(&Command::GetMany { keys }), Response::TooLarge);
}

/// However many keys are asked for, a snapshot can hold the response.
#[test]
fn keys_are_as_many_as_fit_into_a_response() {
    let mut map = Map::default();
    let long = "k".repeat(100 << 10);
    for n in 0..10 {
        map.apply(&set(&format!("{n}{long}"), ""));
    }
    let (mut after, mut found) = (None, 0);
    loop {
        let most = u32::MAX;
        match map.apply(&Command::Keys { after, most }) {
            Response::Keys { keys, are_all } => {
                assert!(keys.iter().map(|key| key.len()).sum::<usize>() <= LARGEST_RESPONSE);
                found += keys.len();
                if are_all {
                    break;
                }
                after = keys.last().map(|key| key.to_vec());
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(found, 10);
}

/// One line for each kind of command, for logs.
#[test]
fn commands_are_shown_on_one_line() {
    let key = || b"k".to_vec();
    let keys = || vec![key(), b"l".to_vec()];
    for (command, shown) in [
        (Command::Take { key: key() }, "take k"),
        (
            Command::Append {
                key: key(),
                value: key(),
            },
            "append k k",
        ),
        (Command::Length { key: key() }, "length of k"),
        (Command::Count { keys: keys() }, "count k l"),
        (Command::GetMany { keys: keys() }, "get k l"),
        (Command::DeleteMany { keys: keys() }, "delete k l"),
        (Command::Watch { keys: keys() }, "watch k l"),
        (
            Command::Keys {
                after: None,
                most: 3,
            },
            "the first 3 keys",
        ),
        (
            Command::Keys {
                after: Some(key()),
                most: 3,
            },
            "3 keys after k",
        ),
        (
            Command::Batch {
                commands: vec![get("k"); 2],
            },
            "a batch of 2",
        ),
        (Command::Tell { now: 7 }, "the time is 7"),
        (
            Command::SetFor {
                key: key(),
                value: key(),
                condition: Condition::Always,
                lifetime: Lifetime::Keep,
                is_exchange: false,
            },
            "k := k for some time",
        ),
        (
            Command::Expire {
                key: key(),
                lifetime: Lifetime::Keep,
            },
            "k expires",
        ),
        (Command::Persist { key: key() }, "k does not expire"),
        (Command::TimeLeft { key: key() }, "time left of k"),
        (Command::Deadline { key: key() }, "deadline of k"),
        (
            Command::ExpireIf {
                key: key(),
                lifetime: Lifetime::Keep,
                only: Only::Later,
            },
            "k expires if that is later",
        ),
        (
            Command::GetFor {
                key: key(),
                lifetime: None,
            },
            "get k, which does not expire",
        ),
        (
            Command::Range {
                key: key(),
                start: 1,
                end: -1,
            },
            "get bytes 1 to -1 of k",
        ),
        (
            Command::Overwrite {
                key: key(),
                at: 7,
                value: key(),
            },
            "k from byte 7 := k",
        ),
    ] {
        assert_eq!(command.to_string(), shown);
    }
    let pairs = vec![(key(), key()), (key(), key())];
    let set = Command::SetMany {
        pairs,
        if_all_absent: true,
    };
    assert_eq!(set.to_string(), "k := k, k := k");
}
