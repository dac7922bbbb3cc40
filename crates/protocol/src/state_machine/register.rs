//! A register with compare-and-set: the machine that run specs check.

use super::StateMachine;
use std::fmt;
use std::hash::Hash;

/// A register: it holds one value, or none before the first write.
///
/// # Examples
/// ```
/// use synod_protocol::state_machine::StateMachine;
/// use synod_protocol::state_machine::register::{Command, Register, Response};
///
/// let mut register = Register::default();
/// let swap = Command::CompareAndSet { expected: None, new: 'a' };
/// assert_eq!(register.apply(&swap), Response::Swapped(true));
/// assert_eq!(register.apply(&Command::Read), Response::Value(Some('a')));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Register<V> {
    /// The value that was written last.
    pub value: Option<V>,
}

impl<V> Default for Register<V> {
    fn default() -> Self {
        Self { value: None }
    }
}

/// A command of a [`Register`], whose example shows two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command<V> {
    /// Asks for the value.
    Read,
    /// Writes a value.
    Write(V),
    /// Writes `new` if the value is `expected`.
    CompareAndSet {
        /// The expected value; none expects a register without a value.
        expected: Option<V>,
        /// The new value.
        new: V,
    },
}

/// The response of a [`Register`] to a [`Command`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Response<V> {
    /// To Read: the value, if there is one.
    Value(Option<V>),
    /// To Write: done.
    Written,
    /// To CompareAndSet: whether the value was as expected, so that the new one is written.
    Swapped(bool),
}

impl<V: Copy + fmt::Debug + Ord + Hash> StateMachine for Register<V> {
    type Command = Command<V>;
    type Response = Response<V>;
    type Entry = V;

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

    fn entries(&self) -> impl Iterator<Item = V> {
        self.value.into_iter()
    }

    fn restore(entries: impl IntoIterator<Item = V>) -> Self {
        Self {
            value: entries.into_iter().next(),
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
