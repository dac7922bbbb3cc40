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
/// A snapshot of a machine is a sequence of [`Entry`](Self::Entry)s, so that a state of any size can be
/// written, sent and read piece by piece. Decrees go on passing meanwhile: `clone` should be cheap, as it
/// is for a map that shares its nodes ([`map`]).
///
/// # Examples
/// ```
/// use synod_protocol::state_machine::StateMachine;
///
/// /// Counts its commands.
/// #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
/// struct Counter(u64);
///
/// impl StateMachine for Counter {
///     type Command = ();
///     type Response = u64;
///     type Entry = u64;
///
///     fn apply(&mut self, (): &()) -> u64 {
///         self.0 += 1;
///         self.0
///     }
///
///     fn entries(&self) -> impl Iterator<Item = u64> {
///         [self.0].into_iter()
///     }
///
///     fn restore(entries: impl IntoIterator<Item = u64>) -> Self {
///         Self(entries.into_iter().sum())
///     }
/// }
///
/// let mut counter = Counter::default();
/// counter.apply(&());
/// assert_eq!(counter.apply(&()), 2);
/// assert_eq!(Counter::restore(counter.entries()), counter);
/// ```
pub trait StateMachine: Clone + Debug + Default + Ord + Hash {
    /// A command. A question to the machine is a command, too.
    type Command: Clone + Debug + Ord + Hash;
    /// The response to a command.
    type Response: Clone + Debug + Ord + Hash;
    /// A part of a snapshot. It should be no larger than a command.
    type Entry;

    /// Carries out a command.
    fn apply(&mut self, command: &Self::Command) -> Self::Response;

    /// The state, in parts.
    fn entries(&self) -> impl Iterator<Item = Self::Entry>;

    /// The state that has these [`entries`](Self::entries).
    fn restore(entries: impl IntoIterator<Item = Self::Entry>) -> Self;

    /// The size of a command, in bytes or any other unit. The limits in
    /// [`Settings`](crate::parliament::Settings) are in the same unit.
    fn size(_: &Self::Command) -> usize {
        1
    }

    /// The size of the state, in the same unit. While a snapshot is larger than the decrees that have
    /// passed since it was taken, no other one is taken.
    fn state_size(&self) -> usize {
        0
    }
}
