//! What follows an input at a site, without a search: looked up once for each
//! input of each state, this is the hottest table there is.

use crate::ids::InputId;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Inputs come in blocks of this many.
const BLOCK: usize = 64;
/// A site keeps what follows the inputs of this many blocks, and of no later
/// ones.
const BLOCKS: usize = 64;

/// Nothing is known of an input.
const UNKNOWN: u32 = 0;
/// Nothing follows it.
const NOTHING: u32 = 1;
/// The reaction 0 follows it; larger codes are those of later reactions.
const FIRST: u32 = 2;

type Block = [AtomicU32; BLOCK];

/// What follows an input.
#[derive(Clone, Copy)]
pub(crate) enum Followup {
    /// Nothing.
    Nothing,
    /// The reaction with this number.
    Reaction(u32),
}

/// What follows each input at one site.
///
/// Layout: a table of [`BLOCKS`] blocks, each of [`BLOCK`] codes of four bytes,
/// made when it is needed first: 1 KiB, and 256 bytes for each block.
#[derive(Default)]
pub(crate) struct FollowupTable {
    blocks: Box<[OnceLock<Box<Block>>]>,
}

impl FollowupTable {
    /// Nothing is known of any input.
    pub(crate) fn unknown() -> Self {
        Self {
            blocks: (0..BLOCKS).map(|_| OnceLock::new()).collect(),
        }
    }

    /// What follows an input; none if that is not known. O(1).
    #[inline]
    pub(crate) fn get(&self, input: InputId) -> Option<Followup> {
        let (block, position) = split(input);
        let codes = self.blocks.get(block)?.get()?;
        match codes[position].load(Ordering::Acquire) {
            UNKNOWN => None,
            NOTHING => Some(Followup::Nothing),
            code => Some(Followup::Reaction(code - FIRST)),
        }
    }

    /// Keeps what follows an input, if its block has a place in the table. All
    /// threads find the same. The code is released here and acquired in
    /// [`FollowupTable::get`], so a thread that reads it finds the reaction too.
    pub(crate) fn keep(&self, input: InputId, found: Followup) {
        let (block, position) = split(input);
        if let Some(block) = self.blocks.get(block) {
            let codes = block.get_or_init(|| Box::new([const { AtomicU32::new(UNKNOWN) }; BLOCK]));
            let code = match found {
                Followup::Nothing => NOTHING,
                Followup::Reaction(number) => number + FIRST,
            };
            codes[position].store(code, Ordering::Release);
        }
    }
}

const fn split(input: InputId) -> (usize, usize) {
    let input = input.0 as usize;
    (input / BLOCK, input % BLOCK)
}
