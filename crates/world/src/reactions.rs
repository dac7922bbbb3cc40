//! Where to find the reaction of a site to an input, without a search: looked
//! up once for each input of each state, this is the hottest table there is.

use crate::ids::InputId;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Inputs come in blocks of this many.
const BLOCK: usize = 64;
/// Of so many blocks the places are kept; of inputs beyond they are not.
const BLOCKS: usize = 64;

/// Nothing is known of an input.
const UNKNOWN: u32 = 0;
/// Nothing follows it.
const NOTHING: u32 = 1;
/// What follows has this place, or a larger one.
const FIRST: u32 = 2;

type Block = [AtomicU32; BLOCK];

/// What follows an input.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// Nothing.
    Nothing,
    /// The reaction with this place.
    At(u32),
}

/// The places of a site's reactions, by input.
///
/// Layout: a table of [`BLOCKS`] blocks, each of [`BLOCK`] places of four
/// bytes, made when it is needed first: 1 KiB, and 256 bytes for each block.
#[derive(Default)]
pub(crate) struct Places {
    blocks: Box<[OnceLock<Box<Block>>]>,
}

impl Places {
    /// None is known.
    pub(crate) fn unknown() -> Self {
        Self {
            blocks: (0..BLOCKS).map(|_| OnceLock::new()).collect(),
        }
    }

    /// What follows an input; none if that is not known. O(1).
    #[inline]
    pub(crate) fn get(&self, input: InputId) -> Option<Place> {
        let (block, position) = split(input);
        let places = self.blocks.get(block)?.get()?;
        match places[position].load(Ordering::Acquire) {
            UNKNOWN => None,
            NOTHING => Some(Place::Nothing),
            place => Some(Place::At(place - FIRST)),
        }
    }

    /// Keeps what was found, if there is room. Whoever finds it finds the same.
    /// Released here and acquired there: who has the place finds the reaction in
    /// it.
    pub(crate) fn keep(&self, input: InputId, found: Place) {
        let (block, position) = split(input);
        if let Some(block) = self.blocks.get(block) {
            let places = block.get_or_init(|| Box::new([const { AtomicU32::new(UNKNOWN) }; BLOCK]));
            let place = match found {
                Place::Nothing => NOTHING,
                Place::At(place) => place + FIRST,
            };
            places[position].store(place, Ordering::Release);
        }
    }
}

const fn split(input: InputId) -> (usize, usize) {
    let input = input.0 as usize;
    (input / BLOCK, input % BLOCK)
}
