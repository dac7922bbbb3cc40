//! States as bytes: for checkpoints, for states that wait in a file, and for other
//! processes.
//!
//! Only the same program on the same spec can read the bytes, because they contain
//! neither a version nor names. A file that outlives its process needs both, and a
//! checksum; the checker's checkpoints add them.
//!
//! The states of some models contain numbers: positions in tables that a process
//! fills while it explores. Another process has other numbers for the same things.
//! So the *context* of the states goes with them: it says what the numbers stand
//! for, each number once, and has a checksum of its own. The reader turns it into a
//! *dictionary*: for each table, the reader's own number in place of each number of
//! the writer.
//!
//! Most models need none of this: implement [`StoredBy`], which brings [`Stored`].

use serde::Serialize;
use serde::de::DeserializeOwned;
use stateright::Model;

/// A model whose states can be written as bytes and read back. A model with a codec
/// (for instance [`Serde`]) has it by one line: see [`StoredBy`] and its example.
pub trait Stored: Model {
    /// Appends a state.
    fn write_state(&self, state: &Self::State, bytes: &mut Vec<u8>);

    /// Removes a state from the front of the bytes, written by another process or an
    /// earlier run. None if the bytes are not a state, or a number in them is not in
    /// the dictionary.
    fn read_state(&self, dictionary: &[Vec<u32>], bytes: &mut &[u8]) -> Option<Self::State>;

    /// Removes a state from the front of the bytes, written by this very process.
    /// None if the bytes are not a state.
    fn read_own_state(&self, bytes: &mut &[u8]) -> Option<Self::State> {
        self.read_state(&[], bytes)
    }

    /// Appends the context of the states, without what this reader was sent before;
    /// nothing if there is nothing new. It covers every state that the caller holds,
    /// whatever other threads explore meanwhile. `written` remembers how much the
    /// reader was sent: one for each reader, empty at first.
    fn write_context(&self, _written: &mut Vec<u64>, _bytes: &mut Vec<u8>) {}

    /// Reads a context that another process or an earlier run wrote: whole, or part
    /// by part in the order of writing; it may name things that this process knows
    /// already. `dictionary` takes the meaning of the writer's numbers: one for each
    /// writer, empty at first. Returns whether the bytes are a context; if not, the
    /// dictionary must not be used any more.
    fn read_context(&self, _dictionary: &mut Vec<Vec<u32>>, bytes: &[u8]) -> bool {
        bytes.is_empty()
    }
}

/// A model whose states become bytes by a codec. Checkpoints, states in files and
/// runs over several processes need nothing else.
///
/// ```
/// # use stateright::Model;
/// use synod_vocabulary::{Serde, Stored, StoredBy};
///
/// # struct Counter;
/// # impl Model for Counter {
/// #     type State = u8;
/// #     type Action = ();
/// #     fn init_states(&self) -> Vec<u8> { vec![0] }
/// #     fn actions(&self, _: &u8, actions: &mut Vec<()>) { actions.push(()); }
/// #     fn next_state(&self, state: &u8, (): ()) -> Option<u8> { state.checked_add(1) }
/// # }
/// impl StoredBy for Counter {
///     type Codec = Serde;
/// }
///
/// let mut bytes = Vec::new();
/// Counter.write_state(&7, &mut bytes);
/// assert_eq!(Counter.read_own_state(&mut &bytes[..]), Some(7));
/// ```
pub trait StoredBy: Model {
    /// How states become bytes.
    type Codec: Codec<Self::State>;
}

impl<M: StoredBy> Stored for M {
    fn write_state(&self, state: &M::State, bytes: &mut Vec<u8>) {
        M::Codec::write(state, bytes);
    }

    fn read_state(&self, _: &[Vec<u32>], bytes: &mut &[u8]) -> Option<M::State> {
        M::Codec::read(bytes)
    }
}

/// How values of a type become bytes.
///
/// ```
/// use synod_vocabulary::{Codec, Serde};
///
/// let mut bytes = Vec::new();
/// Serde::write(&(1_u8, "olives".to_owned()), &mut bytes);
/// let mut rest = &bytes[..];
/// assert_eq!(Serde::read(&mut rest), Some((1_u8, "olives".to_owned())));
/// assert!(rest.is_empty());
/// ```
pub trait Codec<T> {
    /// Appends a value.
    fn write(value: &T, bytes: &mut Vec<u8>);

    /// Removes a value from the front of the bytes; none if they do not begin with
    /// one.
    fn read(bytes: &mut &[u8]) -> Option<T>;
}

/// The codec of all values that serde can write and read, in the format of
/// [postcard](https://docs.rs/postcard). Shown in the example of [`Codec`].
pub struct Serde;

impl<T: Serialize + DeserializeOwned> Codec<T> for Serde {
    fn write(value: &T, bytes: &mut Vec<u8>) {
        // Writing to memory does not fail. A value that serde cannot write leaves no
        // bytes, so reading it fails.
        if let Ok(written) = postcard::to_stdvec(value) {
            bytes.extend(written);
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<T> {
        let (value, rest) = postcard::take_from_bytes(bytes).ok()?;
        *bytes = rest;
        Some(value)
    }
}
