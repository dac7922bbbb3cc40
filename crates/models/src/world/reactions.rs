//! Where to find the reaction of a site to an input, without a search: looked
//! up once for each input of each state, this is the hottest table there is.

use super::steps::InputId;
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

/// The places of a site's reactions, by input.
///
/// Layout: a table of [`BLOCKS`] blocks, each of [`BLOCK`] places of four
/// bytes, made when it is needed first: 1 KiB, and 256 bytes for each block.
#[derive(Default)]
pub(super) struct Places {
    blocks: Box<[OnceLock<Box<Block>>]>,
}

impl Places {
    /// None is known.
    pub(super) fn unknown() -> Self {
        Self {
            blocks: (0..BLOCKS).map(|_| OnceLock::new()).collect(),
        }
    }

    /// The place of the reaction to an input, or that nothing follows; or that
    /// nothing is known. O(1).
    pub(super) fn get(&self, input: InputId) -> Option<Option<u32>> {
        let (block, position) = split(input);
        let places = self.blocks.get(block)?.get()?;
        match places[position].load(Ordering::Acquire) {
            UNKNOWN => None,
            NOTHING => Some(None),
            place => Some(Some(place - FIRST)),
        }
    }

    /// Keeps what was found, if there is room. Whoever finds it finds the same.
    /// Released here and acquired there: who has the place finds the reaction in
    /// it.
    pub(super) fn keep(&self, input: InputId, found: Option<u32>) {
        let (block, position) = split(input);
        if let Some(block) = self.blocks.get(block) {
            let places = block.get_or_init(|| Box::new([const { AtomicU32::new(UNKNOWN) }; BLOCK]));
            let place = found.map_or(NOTHING, |place| place + FIRST);
            places[position].store(place, Ordering::Release);
        }
    }
}

const fn split(input: InputId) -> (usize, usize) {
    let input = input.0 as usize;
    (input / BLOCK, input % BLOCK)
}
