//! Any process under a checker: processes that crash and come back, and a network
//! that loses, delays, duplicates and reorders. Which process it is, is a
//! parameter: see [`synod_process::Process`].
//!
//! - **Messages** sent form a set that never shrinks; any of them may arrive at
//!   any time, or never.
//! - **Timers** have no time: one that is set may fire at any moment. What
//!   bounds a run are the process itself and [`World::bounded`].
//! - **Requests** are made as soon as a process begins, and again when it comes
//!   back; or at any time, as often as it may be: see [`ProcessSetup`].
//! - **Crashes**: within a budget for the whole run, a process may crash
//!   between any two of its outputs. What it recorded before, and nothing else,
//!   is what it goes on from; what it sent before is on its way. What it does
//!   when it comes back is done at once, and no crash falls in between.
//! - **Heartbeats** may be taken as sent: see [`reductions`].
//!
//! Nothing but the process is needed. Here a node tells another what it has
//! counted *before* it has recorded it; a crash in between makes it tell
//! something else with the same number:
//!
//! ```
//! use stateright::{Checker, Model};
//! use synod_process::{Input, InputOf, Outputs, OutputsOf, Process};
//! use synod_vocabulary::{claim, ensure};
//! use synod_world::{ProcessSetup, World};
//!
//! #[derive(Clone, Debug, PartialEq, Eq, Hash)]
//! struct Counter {
//!     count: u8,
//! }
//!
//! impl Process for Counter {
//!     type Id = u64;
//!     type Settings = ();
//!     type Ledger = u8;
//!     type Message = (u8, char);
//!     type Request = char;
//!     type Timer = ();
//!     type Record = u8;
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
//!             out.send(2, (self.count, what)); // Before the record: wrong.
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
//! let world = World::<Counter>::of([ProcessSetup::new(1, ()).asked(['a', 'b']), ProcessSetup::new(2, ())])
//!     .crashing(1)
//!     .bounded(|world, state| world.site(state, 1).process.count < 3)
//!     .claiming(claim!(
//!         "numbers are unique",
//!         "No two messages have the same number.",
//!         |world, state| {
//!             let mut numbers: Vec<_> = world.network(state).map(|sent| sent.message.0).collect();
//!             numbers.sort();
//!             ensure!(numbers.is_sorted_by(|one, next| one < next), "of {numbers:?}");
//!             Ok(())
//!         },
//!         None
//!     ));
//! let checker = world.checker().spawn_bfs().join();
//! let counterexample = checker.discovery("numbers are unique").unwrap();
//! assert_eq!(counterexample.into_actions().len(), 2);
//! ```
//!
//! A [`Lens`] adds what cannot be seen in a state alone: a history of what has
//! happened, so that steps can be judged, what may be left out, and names.
//!
//! A state is small, because it holds numbers: of the [`Site`] of each node,
//! which is the process with its ledger and its timers, of the set of messages
//! that it has sent, and of the history. There are few of these and many states.
//! So the process runs once for each pair of a site and an input, and what
//! followed is looked up from then on.
//!
//! | file | what |
//! |---|---|
//! | `world`, `state`, `event` | a world, what a state of it is made of, and what a step is |
//! | `node` | who lives in a world, and what is asked of whom |
//! | `lens` | histories, reductions, names: each with defaults |
//! | `site`, `lives` | one process: outputs carried out, crashes |
//! | `network` | sets of messages |
//! | [`mod@digest`], `ids`, [`interner`], `known`, `reactions`, `steps` | parts by number, and what follows from them, found once |
//! | `model`, `remember`, `tell` | the world as a model, what it claims, and how it is told |
//! | [`reductions`] | what may be left out, and why |
//! | `stored` | states as bytes |
//! | [`actors`] | the same processes as Stateright's actors |
//!
//! Absent on purpose: Paxos, searches, terminals.

pub mod actors;
pub mod digest;
mod event;
mod ids;
pub mod interner;
mod known;
mod lens;
mod lives;
mod model;
mod network;
mod node;
mod reactions;
pub mod reductions;
mod remember;
mod site;
mod state;
mod steps;
mod stored;
mod tell;
mod world;

pub use event::{Event, EventOf};
pub use ids::StepId;
pub use lens::{Lens, Observe, Observed, Plain, Reduce, Tell};
pub use network::{Envelope, EnvelopeOf};
pub use node::{Explorable, Item, ProcessSetup, Shared};
pub use site::{Deeds, Site};
pub use state::{MAX_NODES, State};
pub use stored::Persist;
pub use world::World;
