//! Any bytes as what happens to three legislators: messages that they have
//! sent, in any order, twice or never; timers; requests; crashes; and messages
//! that nobody has sent, which is more than the protocol has to bear. None of
//! it makes a legislator panic, or go back on what he has recorded.
//!
//! | byte | what |
//! |---|---|
//! | first | settings; whether there are messages that nobody has sent |
//! | 0–3 in two bits | of what follows: deliver, timer, request or crash, foreign message |
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use synod_math::{Priest, Quorums};
use synod_node::{Command, Ledger, Legislator, Message, Note, Response, wire};
use synod_protocol::border::{Input, Output, Timer};
use synod_protocol::horizon::STRIDE;
use synod_protocol::parliament::{self, Order, Request, RequestId, Settings, VotedTo};

const LEGISLATORS: usize = 3;

/// Those who are sent more forget the oldest.
const UNDER_WAY: usize = 256;

type Out = parliament::Output<Command, Response>;

struct World {
    settings: Settings,
    quorums: Arc<Quorums>,
    legislators: Vec<Legislator>,
    ledgers: Vec<Ledger>,
    under_way: Vec<(Priest, Priest, Message)>,
    sequence: u64,
    /// How far ballot numbers may have come: two strides at the start, and each
    /// time that somebody tells that he is present, or comes back.
    strides: u64,
}

fn priest(index: usize) -> Priest {
    Priest::new(index % LEGISLATORS).expect("one of three")
}

impl World {
    fn new(settings: Settings) -> Self {
        let quorums = Arc::new(Quorums::majority(LEGISLATORS).expect("three are a parliament"));
        let start = |index| Legislator::start(priest(index), Arc::clone(&quorums), settings).0;
        Self {
            settings,
            legislators: (0..LEGISLATORS).map(start).collect(),
            ledgers: vec![Ledger::new(); LEGISLATORS],
            quorums,
            under_way: Vec::new(),
            sequence: 0,
            strides: 2,
        }
    }

    fn give(&mut self, to: Priest, input: Input<Message, Request<Command>>) {
        if input == Input::Timeout(Timer::Presence) {
            self.strides += 2;
        }
        let outputs = self.legislators[to.index()].handle(input).outputs;
        self.carry_out(to, outputs);
    }

    fn carry_out(&mut self, of: Priest, outputs: Vec<Out>) {
        for output in outputs {
            match output {
                Output::Record(note) => self.record(of, note),
                Output::Send { to, message } => {
                    assert_ne!(to, of);
                    if self.under_way.len() == UNDER_WAY {
                        self.under_way.remove(0);
                    }
                    self.under_way.push((of, to, message));
                }
                _ => {}
            }
        }
    }

    /// A ledger only grows.
    fn record(&mut self, of: Priest, note: Note) {
        let ledger = &mut self.ledgers[of.index()];
        match &note {
            Note::LastTried(number) => assert!(Some(*number) > ledger.last_tried),
            Note::NextBal(number) => assert!(Some(*number) > ledger.next_bal),
            Note::PrevVote(at, cast) => {
                assert!(Some(cast.number) > ledger.prev_bal(*at));
                assert!(!ledger.decrees.contains_key(at));
                assert_eq!(ledger.next_bal, Some(cast.number));
            }
            Note::Outcome(at, _) => assert!(!ledger.decrees.contains_key(at)),
        }
        ledger.record(note);
        let largest = ledger.largest_number().map_or(0, |number| number.0);
        assert!(largest / STRIDE <= self.strides);
        assert_eq!(of, self.legislators[of.index()].me());
    }

    fn deliver(&mut self, which: u8, keeps: bool) {
        if self.under_way.is_empty() {
            return;
        }
        let index = usize::from(which) % self.under_way.len();
        let (from, to, message) = if keeps {
            self.under_way[index].clone()
        } else {
            self.under_way.remove(index)
        };
        self.give(to, Input::Receive { from, message });
    }

    fn crash(&mut self, whom: Priest) {
        self.strides += 2;
        let ledger = self.ledgers[whom.index()].clone();
        let quorums = Arc::clone(&self.quorums);
        let (legislator, outputs) = Legislator::recover(whom, quorums, self.settings, ledger);
        self.legislators[whom.index()] = legislator;
        self.carry_out(whom, outputs.outputs);
    }

    fn request(&mut self, of: Priest, client: u64) {
        self.sequence += 1;
        let id = RequestId {
            client,
            sequence: self.sequence,
        };
        let command = Command::Increment { key: vec![], by: 1 };
        self.give(of, Input::Propose(Request { id, command }));
    }

    /// Nobody who has not crashed since knows more or less than he recorded.
    fn check(&self, is_honest: bool) {
        for (legislator, ledger) in self.legislators.iter().zip(&self.ledgers) {
            assert_eq!(legislator.ledger(), ledger);
        }
        if !is_honest {
            return;
        }
        for one in &self.ledgers {
            for other in &self.ledgers {
                for (at, decree) in &one.decrees {
                    let outcome = other.decrees.get(at);
                    assert!(outcome.is_none_or(|outcome| outcome == decree));
                }
            }
        }
    }
}

fn settings(byte: u8) -> Settings {
    let small = Settings {
        in_flight: 2,
        waiting: 2,
        batch: 2,
        ..Settings::DEFAULT
    };
    let limits = if byte & 1 == 0 {
        small
    } else {
        Settings::DEFAULT
    };
    Settings {
        voted_to: if byte & 2 == 0 {
            VotedTo::President
        } else {
            VotedTo::Everybody
        },
        order: if byte & 4 == 0 {
            Order::Ascending
        } else {
            Order::Any
        },
        ..limits
    }
}

/// Plays `bytes`; `None` when they are at their end.
fn play(world: &mut World, mut bytes: &[u8], is_honest: bool) -> Option<()> {
    let mut next = |count: usize| {
        let (taken, rest) = bytes.split_at_checked(count)?;
        bytes = rest;
        Some(taken)
    };
    loop {
        let byte = next(1)?[0];
        let (kind, rest) = (byte & 3, byte >> 2);
        let who = priest(usize::from(rest));
        match kind {
            0 => world.deliver(next(1)?[0], rest % 4 == 0),
            1 => {
                let timers = [Timer::Presence, Timer::Absence, Timer::Round];
                let timer = timers[usize::from(rest / 3) % timers.len()];
                world.give(who, Input::Timeout(timer));
            }
            2 if rest >= 60 => world.crash(who),
            2 => world.request(who, u64::from(rest / 16)),
            _ if is_honest => world.deliver(rest, false),
            _ => {
                let length = usize::from(next(1)?[0]);
                let from = priest(who.index() + 1 + length % 2);
                if let Ok(message) = wire::decode_message(next(length)?) {
                    world.give(who, Input::Receive { from, message });
                }
            }
        }
        world.check(is_honest);
    }
}

fuzz_target!(|bytes: &[u8]| {
    if let Some((&first, rest)) = bytes.split_first() {
        let is_honest = first & 8 == 0;
        play(&mut World::new(settings(first)), rest, is_honest);
    }
});
