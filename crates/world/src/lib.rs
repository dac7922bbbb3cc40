//! This crate turns any process into a model, so that a checker explores its every
//! behaviour: processes crash and recover between any two outputs, and the network loses,
//! delays, duplicates and reorders messages.
//!
//! It is for the author of a protocol. The protocol is a type that implements
//! [`synod_process::Process`], the same that is shipped; a [`World`] of a few such
//! processes is a [`stateright::Model`].
//!
//! - **Messages** that were sent form a set that never shrinks. Each of them may arrive
//!   at any time and any number of times, or never. Other networks keep an order or repeat
//!   nothing: see [`Network`].
//! - **Timers** have no duration: a timer that is set may fire at any moment, or where
//!   [`World::firing`] allows it. The process itself and [`World::bounded`] keep the number of
//!   states finite.
//! - **Requests** of clients come as soon as a process begins, and again after each
//!   crash; or at any time, any number of times: see [`ProcessSetup`].
//! - **Crashes**: a process may crash between any two of its outputs, also while it begins or
//!   recovers; the number of crashes in a run is bounded ([`World::crashing`]). The process
//!   recovers from exactly what it has recorded before; messages that it has sent before stay
//!   sent. [`World::always_recovers`] tries every disk that a crash could leave.
//! - **Lost ledgers**: up to a number of its own, a crash may also lose the ledger
//!   ([`World::losing`]). The process recovers from another that the world gives.
//! - **Disks** keep each record at once. Others lose what was not synced: see [`Disk`].
//! - **Determinism**: a process that answers the same input in the same state in two ways
//!   panics, and the panic has both answers.
//! - **Heartbeats** may be taken as sent: see [`reductions`].
//!
//! | begin with | to |
//! |---|---|
//! | [`ProcessSetup`] | say which processes there are, and what clients request of each |
//! | [`World`] | set bounds and claims, and look at states |
//! | [`World::interchangeable`] | explore one of all states that differ only in names |
//! | [`World::observing`], [`World::refining`] | keep a history; compare with a specification |
//! | [`Lens`] | add a history, reductions, and names for people |
//! | [`timed`] | let time pass, and see how long it takes until everybody is done |
//! | [`Persist`] | write states as bytes: for checkpoints and several processes |
//! | [`actors`] | run the same processes as Stateright's actors |
//!
//! The example needs nothing but a process. Node 1 sends a number to node 2 *before* it
//! has recorded it. After a crash in between, node 1 uses the same number for something
//! else:
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
//!             let mut numbers: Vec<_> = world.messages(state).map(|sent| sent.message.0).collect();
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
//! # How states are kept
//!
//! A *node* is a process of a world; a [`Site`] is the process of a node at one moment,
//! with its ledger and its timers. A [`State`] is small, because it holds numbers: for
//! each node the number of its site and the number of the list of messages that it has
//! sent, and the number of the history. There are few different sites and lists, and many
//! states. So the process runs once for each pair of a site and an input, and the result
//! is looked up from then on.
//!
//! | file | content |
//! |---|---|
//! | `world`, `state`, `event` | a world, its states and its steps |
//! | `node` | the processes of a world, and the requests to each |
//! | `lens` | histories, reductions, names: each with defaults |
//! | `observing` | lenses that need no implementation of traits |
//! | `site`, `lives` | one process: outputs carried out, crashes |
//! | `determinism` | each run of a process is made twice, and compared |
//! | `network`, `messages` | what a network may do, and what is on its way |
//! | `disk` | when a record is durable |
//! | [`mod@digest`], `ids`, [`interner`], [`table`], `sync`, `known`, `reactions`, `steps` | sites, messages and histories by number, and what follows from them, computed once |
//! | `interchangeable` | states that differ only in the names of processes |
//! | `renaming` | what changes their names |
//! | `model`, `remember`, `tell`, `draw`, `forbidden` | the world as a model, its claims, and its description for people |
//! | [`reductions`] | what may be left out, and why no verdict changes |
//! | [`timed`] | messages and timers that keep their times |
//! | `stored` | states as bytes |
//! | [`actors`] | the same processes as Stateright's actors |
//!
//! Absent on purpose: Paxos, searches, terminals.

pub mod actors;
mod determinism;
pub mod digest;
mod disk;
mod draw;
mod event;
mod forbidden;
mod ids;
mod interchangeable;
pub mod interner;
mod known;
mod lens;
mod lives;
mod messages;
mod model;
mod network;
mod node;
mod observing;
mod reactions;
pub mod reductions;
mod remember;
mod renaming;
mod site;
mod state;
mod steps;
mod stored;
mod sync;
pub mod table;
mod tell;
pub mod timed;
mod world;

pub use disk::Disk;
pub use event::{Cut, Event, EventOf};
pub use ids::StepId;
pub use lens::{Lens, Observe, Observed, Plain, Reduce, Tell};
pub use network::{Envelope, EnvelopeOf, Network};
pub use node::{Explorable, Item, ProcessSetup, Shared};
pub use observing::{Observing, Refined, Refining};
pub use site::{Deeds, Site};
pub use state::{MAX_NODES, State};
pub use stored::Persist;
pub use world::World;
