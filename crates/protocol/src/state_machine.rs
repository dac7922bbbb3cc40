//! §4: the state-machine approach. A decree is a command, and the law is the
//! state of a deterministic machine that has carried out all of them in order.

pub mod integer;
pub mod map;
pub mod register;

use std::fmt::Debug;
use std::hash::Hash;

/// A deterministic machine: whoever gives the same commands in the same order
/// to two of them gets the same responses and the same states.
///
/// So [`apply`](Self::apply) may depend on the state and the command alone: no
/// clock, no chance, no order of a hash table. `Default` is the state before
/// the first command; it is the same for everybody too.
pub trait StateMachine: Clone + Debug + Default + Eq + Hash {
    /// What it can be told to do. A question is a command as well.
    type Command: Clone + Debug + Eq + Ord + Hash;
    /// What it answers.
    type Response: Clone + Debug + Eq + Ord + Hash;

    /// Carries out a command.
    fn apply(&mut self, command: &Self::Command) -> Self::Response;
}
