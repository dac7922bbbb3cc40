//! The state-machine approach (§4): decrees are commands, and the law is the state of a deterministic
//! machine that has carried out all of them in order.
//!
//! [`StateMachine`] is the trait to implement. [`map`] is the machine of `synod node`, [`register`]
//! that of the run specs; [`integer`] has the integers of a map.

pub mod integer;
pub mod map;
pub mod register;

use std::fmt::Debug;
use std::hash::Hash;

/// A deterministic machine: two machines that are given the same commands in the same order have the
/// same responses and the same states.
///
/// So [`apply`](Self::apply) may depend on the state and the command only: not on a clock, on chance
/// or on the order of a hash table. `Default` is the state before the first command; it must be the
/// same on every replica, too.
///
/// # Examples
/// ```
/// use synod_protocol::state_machine::StateMachine;
///
/// /// Counts its commands.
/// #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
/// struct Counter(u64);
///
/// impl StateMachine for Counter {
///     type Command = ();
///     type Response = u64;
///
///     fn apply(&mut self, (): &()) -> u64 {
///         self.0 += 1;
///         self.0
///     }
/// }
///
/// let mut counter = Counter::default();
/// counter.apply(&());
/// assert_eq!(counter.apply(&()), 2);
/// ```
pub trait StateMachine: Clone + Debug + Default + Eq + Hash {
    /// A command. A question to the machine is a command, too.
    type Command: Clone + Debug + Eq + Ord + Hash;
    /// The response to a command.
    type Response: Clone + Debug + Eq + Ord + Hash;

    /// Carries out a command.
    fn apply(&mut self, command: &Self::Command) -> Self::Response;
}
