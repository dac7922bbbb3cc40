//! A model describes itself once, and every search, report and page understands
//! it: what it claims, what its states and steps are called, and how its states
//! become bytes.
//!
//! This crate is for authors of models, and for programs that show models to
//! people. A model is any [`stateright::Model`]. Absent on purpose: Paxos,
//! searches, terminals.
//!
//! # Where to begin
//!
//! | to do this | begin with |
//! |---|---|
//! | give states and steps names | [`Describe`], with [`Field`] and [`Value`] |
//! | claim something of every reachable state | [`claim!`], with [`ensure!`] |
//! | show that a claim is not vacuous | [`Partner`], [`partners!`] |
//! | use checkpoints, or several processes | [`StoredBy`] |
//! | have fewer states explored, or held in less memory | [`Structure`] |
//! | say what a run should find | [`Expect`] |
//!
//! The `synod-checker` crate checks such a model; its example
//! `a_model_of_ones_own` does so with a broken lock.
//!
//! # Example
//!
//! ```
//! use stateright::{Model, Property};
//! use synod_vocabulary::claim::properties;
//! use synod_vocabulary::{Claim, Describe, Field, Value, claim, ensure};
//!
//! /// Counts down from 3, in steps of 1 or 2.
//! struct Countdown;
//!
//! impl Model for Countdown {
//!     type State = u8;
//!     type Action = u8;
//!
//!     fn init_states(&self) -> Vec<u8> {
//!         vec![3]
//!     }
//!
//!     fn actions(&self, _: &u8, actions: &mut Vec<u8>) {
//!         actions.extend([1, 2]);
//!     }
//!
//!     fn next_state(&self, left: &u8, step: u8) -> Option<u8> {
//!         left.checked_sub(step)
//!     }
//!
//!     fn properties(&self) -> Vec<Property<Self>> {
//!         properties(&self.claims(), &[])
//!     }
//! }
//!
//! impl Describe for Countdown {
//!     fn fields(&self, left: &u8) -> Vec<Field> {
//!         vec![Field::of_all("left", Value::one(left))]
//!     }
//!
//!     fn step_name(&self, step: &u8) -> String {
//!         format!("count down by {step}")
//!     }
//!
//!     fn claims(&self) -> Vec<Claim<Self>> {
//!         vec![claim!(
//!             "odd",
//!             "The number that is left is odd.",
//!             |_: &Countdown, left: &u8| {
//!                 ensure!(left % 2 == 1, "{left} is even");
//!                 Ok(())
//!             },
//!             None
//!         )]
//!     }
//! }
//!
//! assert_eq!(Countdown.changes(&3, &2), ["left: 3 → 2"]);
//! assert_eq!(Countdown.violations(&2), ["odd is violated: 2 is even"]);
//! assert_eq!(Countdown.properties()[0].name, "odd");
//! ```
//!
//! # Modules
//!
//! | file | what it holds |
//! |---|---|
//! | [`mod@claim`] | a claim, its witness and its partner |
//! | [`describe`] | states and steps in words |
//! | `expect` | [`Expect`]: what a run should find |
//! | `named` | [`named!`]: choices that have a name in run specs |
//! | [`picture`] | what a page draws: messages on their way, ballots, tables |
//! | [`stored`] | states as bytes, for checkpoints and other processes |
//! | [`structure`] | what a search may use of the states: symmetry, rank, packed states |
//! | [`time`] | instants, and the worst case of a model in which time passes |

pub mod claim;
pub mod describe;
mod expect;
mod named;
pub mod picture;
pub mod stored;
pub mod structure;
pub mod time;

pub use claim::{Claim, PANIC_FREEDOM, Partner, Witness};
pub use describe::{Describe, Field, Part, Value};
pub use expect::Expect;
pub use picture::{Deed, Figure, Forbidden, Happening, Message, Table};
pub use stored::{Codec, Serde, Stored, StoredBy};
pub use structure::{Form, Number, Packed, Steps, Structure, Symmetric, Symmetry};
