//! States as bytes, for whoever keeps them outside memory.
//!
//! The bytes are for the same program on the same spec: no version, no names.
//! Whoever writes them to last must add both, and a checksum.
//!
//! Of some models they hold numbers that another process does not have, or has
//! for something else. What they stand for goes along, and is told once: the
//! context of the states. It has a checksum.

use serde::Serialize;
use serde::de::DeserializeOwned;
use stateright::Model;

/// A model whose states can be bytes. With a codec, that of [`Serde`] for
/// instance, it takes a line: see [`StoredBy`].
pub trait Stored: Model {
    /// Appends a state.
    fn write_state(&self, state: &Self::State, bytes: &mut Vec<u8>);

    /// Takes a state off the front that another process wrote, or an earlier
    /// run; none if it is none, or the dictionary does not cover it.
    fn read_state(&self, dictionary: &[Vec<u32>], bytes: &mut &[u8]) -> Option<Self::State>;

    /// Takes a state off the front that this very process wrote; none if it is
    /// none.
    fn read_own_state(&self, bytes: &mut &[u8]) -> Option<Self::State> {
        self.read_state(&[], bytes)
    }

    /// Appends what the bytes of states refer to, but for what was told before;
    /// nothing if there is no more. It covers every state that the caller has
    /// in hand, whatever other threads do meanwhile. `written` is how much that
    /// reader was told: at first, empty.
    fn write_context(&self, _written: &mut Vec<u64>, _bytes: &mut Vec<u8>) {}

    /// Takes in what another process told, or an earlier run: once or part by
    /// part, in its order, whatever this one knows already. `dictionary` is
    /// what its numbers mean here, by tables: at first, empty; one for each who
    /// tells. Whether it could: if not, the dictionary is of no use any more.
    fn read_context(&self, _dictionary: &mut Vec<Vec<u32>>, bytes: &[u8]) -> bool {
        bytes.is_empty()
    }
}

/// A model whose states are bytes as a codec says: all that checkpoints, states
/// in files and runs over several processes need.
///
/// ```
/// use stateright::{Model, Property};
/// use synod_vocabulary::{Serde, Stored, StoredBy};
///
/// struct Counter;
///
/// impl Model for Counter {
///     type State = u8;
///     type Action = ();
///
///     fn init_states(&self) -> Vec<u8> {
///         vec![0]
///     }
///
///     fn actions(&self, _: &u8, actions: &mut Vec<()>) {
///         actions.push(());
///     }
///
///     fn next_state(&self, state: &u8, (): ()) -> Option<u8> {
///         state.checked_add(1)
///     }
///
///     fn properties(&self) -> Vec<Property<Self>> {
///         Vec::new()
///     }
/// }
///
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
pub trait Codec<T> {
    /// Appends a value.
    fn write(value: &T, bytes: &mut Vec<u8>);

    /// Takes a value off the front; none if it is not there.
    fn read(bytes: &mut &[u8]) -> Option<T>;
}

/// The codec of all that serde can write and read.
pub struct Serde;

impl<T: Serialize + DeserializeOwned> Codec<T> for Serde {
    fn write(value: &T, bytes: &mut Vec<u8>) {
        // Writing to memory does not fail; what serde cannot write is found when
        // it is read.
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
