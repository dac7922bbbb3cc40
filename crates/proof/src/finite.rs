//! Formulas over finite universes: a few priests, ballot numbers and decrees, and all sets of
//! these priests.
//!
//! In a state that is known, a formula has a truth value. In a state that is not, it is a
//! circuit, and a solver finds a state that makes it true: so the counter-models of an
//! obligation are found. A counter-model of finite size is one of the obligation itself, since
//! a finite universe satisfies all that is assumed of universes.
//!
//! ```
//! use synod_proof::finite::{State, Universe, holds};
//! use synod_proof::targets::basic;
//!
//! let universe = Universe::of_majorities(2, &[0, 1], 1);
//! let initial = State::default();
//! assert!(holds(&universe, &initial, basic::repaired().init));
//! for conjunct in basic::repaired().invariant {
//!     assert!(holds(&universe, &initial, conjunct.holds), "{}", conjunct.name);
//! }
//! ```

mod circuit;
mod count;
mod evaluate;
mod search;
mod smallest;
mod state;
mod steps;
mod universe;

pub use count::count;
pub use evaluate::{enabled, holds, holds_across, instances, successor};
pub use search::{Search, counterexample, model};
pub use smallest::{Counterexample, refutes};
pub use state::State;
pub use steps::steps;
pub use universe::Universe;
