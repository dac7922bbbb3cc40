//! Clients call a server of these tests, which is correct or has one kind of error. The
//! judge must accept the correct server and find each error.

#![allow(clippy::unwrap_used)] // Tests.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use synod_trials::history::Recorder;
use synod_trials::linearizability::{Judgement, check};
use synod_trials::load::{Load, LoadOptions};
use synod_trials::report::{Calls, longest_gap};

/// The error of a server, which it makes in one call of 40.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The server makes no error.
    None,
    /// The server acknowledges a write and does not store it.
    LosesWrites,
    /// The server returns the value before the last write.
    ReadsStale,
    /// The server carries out a command and answers that it did not.
    DeniesEffect,
    /// The server carries out the commands of a transaction one by one, with other calls in between.
    TearsTransactions,
    /// The server carries out a transaction although a watched key has changed.
    IgnoresWatch,
    /// The server refuses to carry out a transaction, and queues what the client asks afterwards.
    QueuesAfterRefusal,
    /// A value is gone long before its time.
    ExpiresEarly,
    /// A value is there again after its time, once.
    RevivesExpired,
    /// The server closes the connection, before or after it has carried out a command.
    /// That is allowed: the outcome is then unknown.
    HangsUp,
}

#[derive(Default)]
struct Map {
    values: HashMap<String, String>,
    before: HashMap<String, String>,
    /// When the time of values is over.
    ends: HashMap<String, Instant>,
    /// The values whose time was over last.
    expired: HashMap<String, String>,
    /// How often each key has changed.
    changes: HashMap<String, u64>,
    asked: u64,
}

impl Map {
    /// Removes the value of a key if its time is over.
    fn expire(&mut self, key: &String) {
        if self.ends.get(key).is_some_and(|end| *end <= Instant::now()) {
            self.ends.remove(key);
            self.expired
                .extend(self.values.remove(key).map(|value| (key.clone(), value)));
            *self.changes.entry(key.clone()).or_default() += 1;
        }
    }

    /// The reply. `None` if the server hangs up.
    fn answer(&mut self, words: &[String], fault: Fault) -> Option<String> {
        self.asked += 1;
        // Few calls are about a value with a time, so these errors are made in all of them.
        let is_about_time = matches!(fault, Fault::ExpiresEarly | Fault::RevivesExpired);
        let is_faulty = is_about_time || self.asked.is_multiple_of(40);
        let fault = if is_faulty { fault } else { Fault::None };
        let key = &words[1];
        self.expire(key);
        let old = self.values.get(key).cloned();
        if fault == Fault::HangsUp && self.asked.is_multiple_of(80) {
            return None;
        }
        let integer = |did: bool| format!(":{}\r\n", i64::from(did));
        let (reply, new) = match (words[0].as_str(), words.get(2), words.get(3)) {
            ("GET", ..) => {
                let read = match fault {
                    Fault::ReadsStale => self.before.get(key).cloned(),
                    Fault::RevivesExpired if old.is_none() => self.expired.remove(key),
                    _ => old.clone(),
                };
                let reply = read.map_or("$-1\r\n".to_owned(), |value| {
                    format!("${}\r\n{value}\r\n", value.len())
                });
                (reply, old.clone())
            }
            ("SET", Some(value), condition) => {
                let stores = match condition.map(String::as_str) {
                    Some("NX") => old.is_none(),
                    Some("XX") => old.is_some(),
                    _ => true,
                };
                let reply = if stores { "+OK\r\n" } else { "$-1\r\n" };
                let new = if stores { Some(value) } else { old.as_ref() };
                (reply.to_owned(), new.cloned())
            }
            ("DEL", ..) => (integer(old.is_some()), None),
            ("CAS", Some(expected), Some(new)) => {
                let stores = old.as_ref() == Some(expected);
                let new = if stores { Some(new) } else { old.as_ref() };
                (integer(stores), new.cloned())
            }
            _ => {
                let number = old.as_deref().unwrap_or("0").parse::<i64>().unwrap() + 1;
                (format!(":{number}\r\n"), Some(number.to_string()))
            }
        };
        let milliseconds = words.get(4).map(|time| time.parse::<u64>().unwrap());
        if old != new {
            self.ends.remove(key);
            *self.changes.entry(key.clone()).or_default() += 1;
        }
        if let Some(milliseconds) = milliseconds {
            let early = if fault == Fault::ExpiresEarly { 10 } else { 1 };
            let time = Duration::from_millis(milliseconds / early);
            self.ends.insert(key.clone(), Instant::now() + time);
        }
        if fault != Fault::LosesWrites && old != new {
            let mut put = |value: Option<String>, is_new| {
                let map = if is_new {
                    &mut self.values
                } else {
                    &mut self.before
                };
                match value {
                    Some(value) => map.insert(key.clone(), value),
                    None => map.remove(key),
                };
            };
            put(old, false);
            put(new, true);
        }
        match fault {
            Fault::DeniesEffect => Some("-TRYAGAIN nothing was done\r\n".to_owned()),
            Fault::HangsUp => None,
            _ => Some(reply),
        }
    }
}

fn serve(fault: Fault) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let map = Arc::new(Mutex::new(Map::default()));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let map = Arc::clone(&map);
            thread::spawn(move || converse(stream.unwrap(), &map, fault));
        }
    });
    address
}

fn converse(mut stream: TcpStream, map: &Mutex<Map>, fault: Fault) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = move || {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let number = line.get(1..)?.trim().parse::<usize>().ok()?;
        if line.starts_with('*') {
            return Some((number, String::new()));
        }
        let mut word = vec![0; number + 2];
        reader.read_exact(&mut word).ok()?;
        word.truncate(number);
        Some((number, String::from_utf8(word).ok()?))
    };
    let (mut queued, mut watched) = (None::<Vec<Vec<String>>>, Vec::new());
    loop {
        let (count, _) = line()?;
        let words: Option<Vec<String>> = (0..count).map(|_| Some(line()?.1)).collect();
        let words = words?;
        let reply = match (words[0].as_str(), &mut queued) {
            ("WATCH", _) => {
                let mut map = map.lock().unwrap();
                for key in &words[1..] {
                    map.expire(key);
                    watched.push((key.clone(), map.changes.get(key).copied()));
                }
                "+OK\r\n".to_owned()
            }
            ("MULTI", _) => {
                queued = Some(Vec::new());
                "+OK\r\n".to_owned()
            }
            ("EXEC", Some(_)) if fault == Fault::QueuesAfterRefusal => "-LOADING\r\n".to_owned(),
            ("EXEC", Some(commands)) => {
                let (commands, watched) = (std::mem::take(commands), std::mem::take(&mut watched));
                queued = None;
                execute(&commands, &watched, map, fault)?
            }
            (_, Some(commands)) => {
                commands.push(words);
                "+QUEUED\r\n".to_owned()
            }
            _ => map.lock().unwrap().answer(&words, fault)?,
        };
        stream.write_all(reply.as_bytes()).ok()?;
    }
}

fn execute(
    commands: &[Vec<String>],
    watched: &[(String, Option<u64>)],
    map: &Mutex<Map>,
    fault: Fault,
) -> Option<String> {
    let mut locked = map.lock().unwrap();
    let changed = watched.iter().any(|(key, changes)| {
        locked.expire(key);
        locked.changes.get(key).copied() != *changes
    });
    if changed && fault != Fault::IgnoresWatch {
        return Some("*-1\r\n".to_owned());
    }
    // It does not hang up in the middle.
    let of_commands = if fault == Fault::HangsUp {
        Fault::None
    } else {
        fault
    };
    let mut replies = format!("*{}\r\n", commands.len());
    for command in commands {
        replies += &locked.answer(command, of_commands)?;
        if fault == Fault::TearsTransactions {
            drop(locked);
            thread::sleep(Duration::from_millis(2));
            locked = map.lock().unwrap();
        }
    }
    Some(replies)
}

fn judge(fault: Fault) -> (Judgement, Calls) {
    let address = serve(fault);
    let recorder = Arc::new(Recorder::new());
    let options = LoadOptions {
        per_second: 500,
        keys: 4,
        calls_per_key: 300,
        seed: 7,
        ..LoadOptions::default()
    };
    let load = Load::start(vec![(1, address), (2, address)], &recorder, options);
    while recorder.len() < 2_000 {
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(load.end(), 0);
    let history = recorder.take();
    assert!(longest_gap(&history) > Duration::ZERO);
    // There are keys of both kinds.
    let has_keys = |kind: &str| history.iter().any(|call| call.key.starts_with(kind));
    assert!(has_keys("word-") && has_keys("number-") && has_keys("bank-"));
    assert!(history.iter().any(|call| call.pipeline.is_some()));
    (check(&history), Calls::of(&history))
}

#[test]
fn the_history_of_a_correct_server_is_linearizable() {
    let (judgement, calls) = judge(Fault::None);
    assert!(judgement.is_linearizable(), "{judgement}");
    assert!(judgement.keys >= 8, "{judgement}");
    assert_eq!(calls.unknown + calls.not_carried_out, 0);
}

#[test]
fn the_history_of_a_server_that_hangs_up_is_linearizable() {
    let (judgement, calls) = judge(Fault::HangsUp);
    assert!(judgement.is_linearizable(), "{judgement}");
    assert!(calls.unknown > 10);
}

#[test]
fn every_error_of_a_server_is_found() {
    for fault in [
        Fault::LosesWrites,
        Fault::ReadsStale,
        Fault::DeniesEffect,
        Fault::TearsTransactions,
        Fault::IgnoresWatch,
        Fault::QueuesAfterRefusal,
        Fault::ExpiresEarly,
        Fault::RevivesExpired,
    ] {
        // Whether two clients meet on a key is chance, so a load has five times the occasion.
        let is_found = (0..5).any(|_| !judge(fault).0.violations.is_empty());
        assert!(is_found, "{fault:?}");
    }
}
