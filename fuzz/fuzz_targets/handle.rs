//! Arbitrary bytes as the events of three legislators: messages that they have sent, in
//! any order, twice or never; timers; requests; crashes; and foreign messages, which no
//! legislator has sent and which the protocol need not tolerate. No event may make a
//! legislator panic, or contradict its ledger.
//!
//! | byte | meaning |
//! |---|---|
//! | the first | settings; whether there are foreign messages |
//! | each later one | its lower two bits are the kind of an event: 0 deliver, 1 timer, 2 request or crash, 3 foreign message |
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use synod_math::{Priest, Quorums};
use synod_node::{Command, Ledger, Map, Note, wire};
use synod_process::simulation::{Simulation, StepResultOf};
use synod_process::{Input, InputOf, Output};
use synod_protocol::Timer;
use synod_protocol::horizon::STRIDE;
use synod_protocol::parliament::{
    self, Chosen, Order, Parliament, Request, RequestId, Settings, VotedTo,
};

const LEGISLATORS: usize = 3;

/// The largest number of messages on their way. The oldest beyond it are lost.
const UNDER_WAY: usize = 256;

type Legislator = parliament::Legislator<Map, Chosen>;

struct World {
    simulation: Simulation<Legislator>,
    sequence: u64,
    /// The bound for ballot numbers, in strides: two at the start, and two more each time
    /// that a legislator announces that it is present, or recovers.
    strides: u64,
}

fn priest(index: usize) -> Priest {
    Priest::new(index % LEGISLATORS).expect("one of three")
}

impl World {
    fn new(parliament: &Parliament<Chosen>) -> Self {
        let members = (0..LEGISLATORS).map(|index| (priest(index), parliament.clone()));
        Self {
            simulation: Simulation::new(members),
            sequence: 0,
            strides: 2,
        }
    }

    fn give(&mut self, to: Priest, input: InputOf<Legislator>) {
        if input == Input::Timeout(Timer::Presence) {
            self.strides += 2;
        }
        let step = self.simulation.give(to, input);
        self.check_step(&step);
    }

    /// Checks that the ledger only grows and that ballot numbers are within their bound,
    /// and loses messages if too many are on their way.
    fn check_step(&mut self, step: &StepResultOf<Legislator>) {
        let mut ledger = step.before.clone();
        for output in &step.outputs {
            match output {
                Output::Record(note) => {
                    grows(&ledger, note);
                    ledger.record(note.clone());
                }
                Output::Send { to, .. } => assert_ne!(*to, step.who),
                _ => {}
            }
        }
        let largest = ledger.largest_number().map_or(0, |number| number.0);
        assert!(largest / STRIDE <= self.strides);
        let numbers: Vec<_> = self
            .simulation
            .letters()
            .map(|(number, _)| number)
            .collect();
        for &oldest in numbers.iter().rev().skip(UNDER_WAY) {
            self.simulation.lose(oldest);
        }
    }

    fn deliver(&mut self, which: u8, keeps: bool) {
        let count = self.simulation.letters().count().max(1);
        let found = self.simulation.letters().nth(usize::from(which) % count);
        let Some((number, _)) = found else {
            return;
        };
        if keeps {
            self.simulation.duplicate(number);
        }
        if let Some(step) = self.simulation.deliver(number) {
            self.check_step(&step);
        }
    }

    fn crash(&mut self, p: Priest) {
        self.strides += 2;
        self.simulation.crash(p);
        self.simulation.recover(p);
    }

    fn request(&mut self, of: Priest, client: u64) {
        self.sequence += 1;
        let id = RequestId {
            client,
            sequence: self.sequence,
        };
        let command = Command::Increment { key: vec![], by: 1 }.into();
        self.give(of, Input::Propose(Request { id, command }));
    }

    /// Checks that each legislator's ledger in memory is its durable one, and, without
    /// foreign messages, that no two ledgers have different outcomes.
    fn check(&self, is_honest: bool) {
        let all = self.simulation.all();
        let ledgers: Vec<_> = all.iter().map(|&p| self.simulation.durable(p)).collect();
        for (&p, ledger) in all.iter().zip(&ledgers) {
            let legislator = self
                .simulation
                .process(p)
                .expect("a crashed legislator recovers at once");
            assert_eq!(legislator.ledger(), *ledger);
        }
        if !is_honest {
            return;
        }
        for one in &ledgers {
            for other in &ledgers {
                for (at, decree) in &one.decrees {
                    let outcome = other.decrees.get(at);
                    assert!(outcome.is_none_or(|outcome| outcome == decree));
                }
            }
        }
    }
}

fn grows(ledger: &Ledger, note: &Note) {
    match note {
        Note::LastTried(number) => assert!(Some(*number) > ledger.last_tried),
        Note::NextBal(number) => assert!(Some(*number) > ledger.next_bal),
        Note::PrevVote(at, cast) => {
            assert!(Some(cast.number) > ledger.prev_bal(*at));
            assert!(!ledger.decrees.contains_key(at));
            assert_eq!(ledger.next_bal, Some(cast.number));
        }
        Note::Outcome(at, _) => assert!(!ledger.knows(*at)),
        Note::Snapshot(law) => assert!(law.through() > ledger.snapshot.through()),
        Note::Cut(through) => assert!(*through <= ledger.snapshot.through()),
        Note::Learner(_) => assert!(!ledger.is_learner),
        Note::Readmitted(_) => assert!(ledger.is_learner),
    }
}

fn parliament(byte: u8) -> Parliament<Chosen> {
    let small = Settings {
        in_flight: 2,
        waiting: 2,
        batch: 2,
        snapshot: Some(400),
        kept: 200,
        ..Settings::DEFAULT
    };
    let voted_to = [VotedTo::President, VotedTo::Everybody];
    let order = [Order::Ascending, Order::Any];
    let bit = |bit: u8| usize::from(byte >> bit & 1);
    Parliament {
        quorums: Arc::new(Quorums::majority(LEGISLATORS).expect("three are a parliament")),
        settings: [small, Settings::DEFAULT][bit(0)],
        variant: Chosen::new(order[bit(2)], voted_to[bit(1)]),
    }
}

/// Plays the events in `bytes`, and returns `None` at their end.
fn play(world: &mut World, mut bytes: &[u8], is_honest: bool) -> Option<()> {
    let mut next = |count: usize| {
        let (taken, rest) = bytes.split_at_checked(count)?;
        bytes = rest;
        Some(taken)
    };
    loop {
        let byte = next(1)?[0];
        let (kind, rest) = (byte & 3, byte >> 2);
        let p = priest(usize::from(rest));
        match kind {
            0 => world.deliver(next(1)?[0], rest % 4 == 0),
            1 => {
                let timers = [
                    Timer::Presence,
                    Timer::Absence,
                    Timer::Round,
                    Timer::Snapshot,
                ];
                let timer = timers[usize::from(rest / 3) % timers.len()];
                world.give(p, Input::Timeout(timer));
            }
            2 if rest >= 60 => world.crash(p),
            2 => world.request(p, u64::from(rest / 16)),
            _ if is_honest => world.deliver(rest, false),
            _ => {
                let length = usize::from(next(1)?[0]);
                let from = priest(p.index() + 1 + length % 2);
                if let Ok(message) = wire::decode_message(next(length)?) {
                    world.give(p, Input::Receive { from, message });
                }
            }
        }
        world.check(is_honest);
    }
}

fuzz_target!(|bytes: &[u8]| {
    if let Some((&first, rest)) = bytes.split_first() {
        let is_honest = first & 8 == 0;
        play(&mut World::new(&parliament(first)), rest, is_honest);
    }
});
