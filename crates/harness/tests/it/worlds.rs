//! Worlds of processes: what a property sees of a state.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use synod_harness::{
    Check, Input, InputOf, Keyed, Outputs, OutputsOf, Process, ProcessSetup, Replay, World, check,
    ensure,
};

/// A node that gives each request a number, and tells it to node 2.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Counter {
    count: u8,
    sends_first: bool,
}

impl Process for Counter {
    type Id = u64;
    type Settings = bool;
    type Ledger = u8;
    type Message = (u8, char);
    type Request = char;
    type Timer = ();
    type Record = u8;
    type News = ();
    type Action = ();
    type Ignored = ();

    fn recover(&sends_first: &bool, _: u64, count: u8) -> (Self, OutputsOf<Self>) {
        (Self { count, sends_first }, Outputs::new())
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        let mut out = Outputs::new();
        if let Input::Propose(what) = input {
            self.count += 1;
            if !self.sends_first {
                out.record(self.count);
            }
            out.send(2, (self.count, what));
            if self.sends_first {
                out.record(self.count);
            }
        }
        out
    }

    fn apply(ledger: &mut u8, count: u8) {
        *ledger = count;
    }
}

fn numbers_are_unique(sends_first: bool, crashes: u8) -> Check<World<Counter>> {
    let nodes = [
        ProcessSetup::new(1, sends_first).asked(['a', 'b']),
        ProcessSetup::new(2, sends_first),
    ];
    let world = World::<Counter>::of(nodes)
        .crashing(crashes)
        .bounded(|world, state| world.site(state, 1).process.count < 3);
    check(world)
        .always("numbers are unique", |at| {
            let mut numbers: Vec<_> = at.messages().map(|sent| sent.message.0).collect();
            numbers.sort_unstable();
            let is_unique = numbers.is_sorted_by(|one, next| one < next);
            ensure!(is_unique, "numbers sent: {numbers:?}");
            Ok(())
        })
        .always("a node never counts less than it has on disk", |at| {
            for (id, node) in at.processes() {
                ensure!(node.count >= *at.ledger(id), "node {id}");
                assert_eq!(node, at.process(id));
            }
            Ok(())
        })
        .sometimes("two numbers are given", |at| at.messages().count() == 2)
}

#[test]
fn a_process_that_records_first_holds_whenever_it_crashes() {
    for crashes in 0..3 {
        numbers_are_unique(false, crashes).run().assert_holds();
    }
}

#[test]
fn a_process_that_sends_first_is_safe_only_without_crashes() {
    numbers_are_unique(true, 0).run().assert_holds();
    let checked = numbers_are_unique(true, 1).run();
    checked.assert_violated("numbers are unique", 2);
    let counterexample = checked.counterexample().unwrap();
    for line in [
        "  numbers are unique is violated after 2 steps (no shorter run does this)\n  \
         numbers sent: [1, 1]",
        "  1  1: Propose 'a', and crash after 1 of its outputs\n",
        "  2  1: Propose 'b'\n",
    ] {
        assert!(counterexample.contains(line), "{counterexample}");
    }
}

/// A node that takes its numbers from a counter that all runs share, as from a clock.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Clock;

impl Process for Clock {
    type Id = u64;
    type Settings = ();
    type Ledger = ();
    type Message = usize;
    type Request = ();
    type Timer = ();
    type Record = ();
    type News = ();
    type Action = ();
    type Ignored = ();

    fn recover((): &(), _: u64, (): ()) -> (Self, OutputsOf<Self>) {
        (Self, Outputs::new())
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        static NOW: AtomicUsize = AtomicUsize::new(0);
        let mut out = Outputs::new();
        match input {
            Input::Propose(()) => out.send(2, 0),
            Input::Receive { .. } => out.send(1, NOW.fetch_add(1, Ordering::Relaxed)),
            Input::Timeout(()) => {}
        }
        out
    }

    fn apply((): &mut (), (): ()) {}
}

#[test]
fn a_process_that_is_not_deterministic_is_found_and_both_answers_are_told() {
    let nodes = [
        ProcessSetup::<Clock>::new(1, ()).asked([()]),
        ProcessSetup::new(2, ()),
    ];
    let checked = check(World::<Clock>::of(nodes)).run();
    checked.assert_violated("panic-freedom", 2);
    let told = checked.counterexample().unwrap();
    assert!(
        told.contains("the process 2 is not deterministic"),
        "{told}"
    );
    let both = ["message: 0", "message: 1"];
    assert!(both.iter().all(|answer| told.contains(answer)), "{told}");
    assert!(told.contains("  2  2: Receive 0 from 1\n"), "{told}");
}

/// A log whose commit index is written before the entry that it counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Log;

impl Process for Log {
    type Id = u64;
    type Settings = ();
    /// The entries, and how many of them are committed.
    type Ledger = (u8, u8);
    type Message = ();
    type Request = ();
    type Timer = ();
    type Record = (u8, u8);
    type News = ();
    type Action = ();
    type Ignored = ();

    fn recover((): &(), _: u64, (entries, committed): (u8, u8)) -> (Self, OutputsOf<Self>) {
        assert!(committed <= entries, "{committed} committed of {entries}");
        (Self, Outputs::new())
    }

    fn handle(&mut self, _: InputOf<Self>) -> OutputsOf<Self> {
        let mut out = Outputs::new();
        out.record((0, 1));
        out.record((1, 1));
        out
    }

    fn apply(ledger: &mut (u8, u8), record: (u8, u8)) {
        *ledger = record;
    }
}

#[test]
fn a_node_that_cannot_recover_is_a_violation_with_its_path() {
    let world = |crashes| {
        let nodes = [ProcessSetup::<Log>::new(1, ()).asked([()])];
        check(World::<Log>::of(nodes).crashing(crashes))
    };
    world(0).run().assert_holds();
    let checked = world(1).run();
    checked.assert_violated("panic-freedom", 1);
    let told = checked.counterexample().unwrap();
    assert!(told.contains("panic: 1 committed of 0"), "{told}");
    assert!(
        told.contains("  1  1: Propose (), and crash after 1 of its outputs\n"),
        "{told}"
    );
    // A checkpoint begins with the first states, and none of them may be lost by the panic.
    let file = tempfile::tempdir().unwrap().path().join("checkpoint");
    let checked = world(1).checkpoint(file, Duration::ZERO).run();
    checked.assert_violated("panic-freedom", 1);
}

/// A node that counts its crashes on disk, and cannot begin after two.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Frail;

impl Process for Frail {
    type Id = u64;
    type Settings = ();
    type Ledger = u8;
    type Message = ();
    type Request = ();
    type Timer = ();
    type Record = u8;
    type News = ();
    type Action = ();
    type Ignored = ();

    fn recover((): &(), _: u64, crashes: u8) -> (Self, OutputsOf<Self>) {
        assert!(crashes < 3, "the third time");
        let mut out = Outputs::new();
        out.record(crashes + 1);
        (Self, out)
    }

    fn handle(&mut self, _: InputOf<Self>) -> OutputsOf<Self> {
        Outputs::new()
    }

    fn apply(crashes: &mut u8, record: u8) {
        *crashes = record;
    }
}

#[test]
fn a_crash_that_is_beyond_the_bounds_is_not_tried() {
    let world = |crashes| {
        let nodes = [ProcessSetup::<Frail>::new(1, ())];
        check(World::<Frail>::of(nodes).crashing(crashes))
    };
    world(2).run().assert_holds().assert_states(3);
    world(3).run().assert_violated("panic-freedom", 3);
}

/// A node that greets again once it was greeted twice, and whose key leaves out the first
/// greeting.
struct Forgetful {
    greetings: u8,
    forgets: bool,
}

impl Process for Forgetful {
    type Id = u64;
    type Settings = bool;
    type Ledger = ();
    type Message = ();
    type Request = ();
    type Timer = ();
    type Record = ();
    type News = ();
    type Action = ();
    type Ignored = ();

    fn recover(&forgets: &bool, me: u64, (): ()) -> (Self, OutputsOf<Self>) {
        let mut out = Outputs::new();
        if me == 1 {
            out.set_timer(());
        }
        let node = Self {
            greetings: 0,
            forgets,
        };
        (node, out)
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        let mut out = Outputs::new();
        match input {
            // The timer is set again and again.
            Input::Timeout(()) => self.greetings = (self.greetings + 1) % 4,
            Input::Propose(()) => self.greetings = 3,
            Input::Receive { .. } => return out,
        }
        if self.greetings == 2 {
            out.send(2, ());
        }
        out.set_timer(());
        out
    }

    fn apply((): &mut (), (): ()) {}
}

impl Keyed for Forgetful {
    type Key = u8;

    fn key(&self) -> u8 {
        if self.forgets && self.greetings == 1 {
            3
        } else {
            self.greetings
        }
    }
}

#[test]
fn a_key_that_leaves_something_out_is_found() {
    let world = |forgets| {
        let nodes = [
            ProcessSetup::<Replay<Forgetful>>::new(1, forgets).asked([()]),
            ProcessSetup::new(2, forgets),
        ];
        check(World::<Replay<Forgetful>>::of(nodes)).run()
    };
    world(false).assert_holds();
    let checked = world(true);
    let told = checked.counterexample().unwrap();
    let why = "two runs from the same state (two that are equal, at least) with the same input";
    assert!(told.contains(why), "{told}");
}
