//! A process that does what a script says when it begins, and keeps what it hears: so a test
//! sees which orders a network allows and what a disk keeps.

use serde::{Deserialize, Serialize};
use stateright::Model;
use std::collections::{BTreeSet, HashSet};
use synod_process::{Input, InputOf, Outputs, OutputsOf, Process};
use synod_world::{ProcessSetup, State, World};

/// What a process does when it begins, and, after a `/`, whenever a message arrives: an
/// upper-case letter is written, a lower-case one is sent to the other node, `!` is a sync and
/// `~` sets the timer.
pub type Script = &'static str;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Actor {
    other: u64,
    answer: Script,
    /// What it has heard, and what it has sent when it was asked to, in order. `|` is a new
    /// session, `~` the timer, and upper-case letters are durable records.
    pub heard: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Request {
    NewSession,
    Durable(char),
    Send(char),
}

impl Process for Actor {
    type Id = u64;
    type Settings = Script;
    type Ledger = String;
    type Message = char;
    type Request = Request;
    type Timer = ();
    type Record = char;
    type News = ();
    type Action = ();
    type Ignored = ();

    fn recover(script: &Script, me: u64, disk: String) -> (Self, OutputsOf<Self>) {
        assert!(
            !disk.contains('B') || disk.contains('A'),
            "{disk}: B without A"
        );
        let (begin, answer) = script.split_once('/').unwrap_or((script, ""));
        let actor = Self {
            other: 3 - me,
            answer,
            heard: String::new(),
        };
        let out = actor.follow(begin);
        (actor, out)
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        let mut out = Outputs::new();
        self.heard.push(match input {
            Input::Receive { message, .. } => {
                out = self.follow(self.answer);
                message
            }
            Input::Timeout(()) => '~',
            Input::Propose(Request::NewSession) => '|',
            Input::Propose(Request::Durable(record)) => record,
            Input::Propose(Request::Send(letter)) if self.heard.contains(letter) => return out,
            Input::Propose(Request::Send(letter)) => {
                out.send(self.other, letter);
                letter
            }
        });
        out
    }

    fn apply(disk: &mut String, record: char) {
        if record != '!' {
            disk.push(record);
        }
    }
}

impl Actor {
    fn follow(&self, script: Script) -> OutputsOf<Self> {
        let mut out = Outputs::new();
        for step in script.chars() {
            match step {
                '~' => out.set_timer(()),
                'a'..='z' => out.send(self.other, step),
                _ => out.record(step),
            }
        }
        out
    }
}

pub fn nodes(first: Script, second: Script) -> [ProcessSetup<Actor>; 2] {
    [ProcessSetup::new(1, first), ProcessSetup::new(2, second)]
}

/// Every state of a world.
pub fn states(world: &World<Actor>) -> HashSet<State> {
    let mut states: HashSet<State> = world.init_states().into_iter().collect();
    let mut open: Vec<_> = states.iter().copied().collect();
    while let Some(state) = open.pop() {
        let next = world.next_states(&state).into_iter();
        let within = next.filter(|next| world.within_boundary(next));
        open.extend(within.filter(|next| states.insert(*next)));
    }
    states
}

/// In which ways a node may have heard something.
pub fn heard(world: &World<Actor>, id: u64) -> BTreeSet<String> {
    let states = states(world);
    let heard = states.iter().map(|state| &world.site(state, id).process);
    heard.map(|process| process.heard.clone()).collect()
}

pub fn set<const K: usize>(texts: [&str; K]) -> BTreeSet<String> {
    texts.map(str::to_owned).into()
}
