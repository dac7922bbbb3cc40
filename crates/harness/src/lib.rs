//! Checks your own code in a test: every order in which messages arrive, every crash between
//! two writes, and the shortest run that goes wrong.
//!
//! It is for the author of a protocol, or of the loop that drives one. A protocol is a type
//! that implements [`Process`]: inputs in, ordered outputs out. [`check()`] explores a [`World`]
//! of a few such processes within the bounds that you give, and a property is a closure. No
//! word of the paper is needed.
//!
//! | begin with | to |
//! |---|---|
//! | [`check()`] | check a world, or a model that describes itself |
//! | [`check_model`] | check any other [`stateright::Model`] |
//! | [`Check::eventually`], [`Check::leads_to`], [`Check::no_deadlock`] | show that something happens in the end, if nobody is starved |
//! | [`Checked`] | assert what came out, and read the counterexample |
//! | [`Check::up_to_symmetry`], [`Check::rank`] | explore fewer states, or forget them earlier |
//! | [`At`] | look at the processes, disks and messages of a state |
//! | [`Replay`] | check a process that can be neither cloned nor compared |
//! | [`synod_process`] | write a process; its contract with its driver |
//! | [`synod_world`] | what a world does: networks, timers, requests, crashes, bounds |
//!
//! A counter gives each request a number. It must have a number on disk before it sends it:
//!
//! ```
//! use synod_harness::{Input, InputOf, Outputs, OutputsOf, Process, ProcessSetup, World, check, ensure};
//!
//! #[derive(Clone, Debug, PartialEq, Eq, Hash)]
//! struct Counter {
//!     count: u8,
//! }
//!
//! impl Process for Counter {
//!     type Id = u64;
//!     type Settings = ();
//!     type Ledger = u8; // What is on disk.
//!     type Message = (u8, char);
//!     type Request = char;
//!     type Timer = ();
//!     type Record = u8; // What is written to it.
//!     type News = ();
//!     type Action = ();
//!     type Ignored = ();
//!
//!     fn recover((): &(), _me: u64, count: u8) -> (Self, OutputsOf<Self>) {
//!         (Self { count }, Outputs::new())
//!     }
//!
//!     fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
//!         let mut out = Outputs::new();
//!         if let Input::Propose(what) = input {
//!             self.count += 1;
//!             out.send(2, (self.count, what)); // Before it is on disk: wrong.
//!             out.record(self.count);
//!         }
//!         out
//!     }
//!
//!     fn apply(ledger: &mut u8, count: u8) {
//!         *ledger = count;
//!     }
//! }
//!
//! let counters = [ProcessSetup::new(1, ()).asked(['a', 'b']), ProcessSetup::new(2, ())];
//! let world = World::<Counter>::of(counters)
//!     .crashing(1)
//!     .bounded(|world, state| world.site(state, 1).process.count < 3);
//! let checked = check(world)
//!     .always("numbers are unique", |at| {
//!         let mut numbers: Vec<_> = at.messages().map(|sent| sent.message.0).collect();
//!         numbers.sort();
//!         ensure!(numbers.is_sorted_by(|one, next| one < next), "numbers sent: {numbers:?}");
//!         Ok(())
//!     })
//!     .sometimes("two numbers are given", |at| at.messages().count() == 2)
//!     .run();
//! checked.assert_violated("numbers are unique", 2);
//! println!("{}", checked.counterexample().unwrap_or_default());
//! ```
//!
//! With `out.record` before `out.send`, `checked.assert_holds()` passes. What it prints now:
//!
//! ```text
//! numbers are unique is violated after 2 steps (no shorter run does this)
//! numbers sent: [1, 1]
//!
//!   1  1: Propose 'a', and crash after 1 of its outputs
//!      network + (1, 'a') from 1 to 2
//!      crashes left: 1 → 0
//!   2  1: Propose 'b'
//!      process[1]: Counter { count: 0 } → Counter { count: 1 }
//!      …
//! ```
//!
//! Absent on purpose: Paxos, run specs, command lines.

mod at;
mod check;
mod checked;
mod only;
mod progress;
mod properties;
mod replay;
mod replayed;
mod runs;
mod undescribed;

pub use at::At;
pub use check::{Check, check};
pub use checked::Checked;
pub use replay::{Keyed, Replay};
pub use undescribed::{Undescribed, check_model};

pub use synod_checker::Actions;
pub use synod_process::{
    Input, InputOf, Output, OutputOf, Outputs, OutputsOf, Process, Renamed, Renaming,
};
pub use synod_vocabulary::{Witness, ensure};
pub use synod_world::{
    Disk, Explorable, Network, Observed, Observing, Plain, ProcessSetup, Refined, World,
};
