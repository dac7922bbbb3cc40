//! A register with compare-and-set.

use super::StateMachine;
use std::fmt;
use std::hash::Hash;

/// A value, or none yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Register<V> {
    /// What was written last.
    pub value: Option<V>,
}

impl<V> Default for Register<V> {
    fn default() -> Self {
        Self { value: None }
    }
}

/// What a register can be told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command<V> {
    /// What is in it?
    Read,
    /// Put this in.
    Write(V),
    /// Put `new` in if what is in it is `expected`.
    CompareAndSet {
        /// None is a register that nobody has written to.
        expected: Option<V>,
        /// What to put in.
        new: V,
    },
}

/// What a register answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Response<V> {
    /// To Read: this was in it.
    Value(Option<V>),
    /// To Write.
    Written,
    /// To CompareAndSet: whether it was as expected and the new value is in.
    Swapped(bool),
}

impl<V: Copy + fmt::Debug + Ord + Hash> StateMachine for Register<V> {
    type Command = Command<V>;
    type Response = Response<V>;

    fn apply(&mut self, command: &Command<V>) -> Response<V> {
        match *command {
            Command::Read => Response::Value(self.value),
            Command::Write(value) => {
                self.value = Some(value);
                Response::Written
            }
            Command::CompareAndSet { expected, new } => {
                let is_as_expected = self.value == expected;
                if is_as_expected {
                    self.value = Some(new);
                }
                Response::Swapped(is_as_expected)
            }
        }
    }
}

impl<V: fmt::Display> fmt::Display for Command<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read => f.write_str("read"),
            Self::Write(value) => write!(f, "write {value}"),
            Self::CompareAndSet {
                expected: Some(expected),
                new,
            } => write!(f, "swap {expected} {new}"),
            Self::CompareAndSet {
                expected: None,
                new,
            } => write!(f, "swap nothing {new}"),
        }
    }
}

impl<V: fmt::Display> fmt::Display for Response<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(Some(value)) => write!(f, "{value}"),
            Self::Value(None) => f.write_str("nothing"),
            Self::Written => f.write_str("written"),
            Self::Swapped(true) => f.write_str("swapped"),
            Self::Swapped(false) => f.write_str("not swapped"),
        }
    }
}
