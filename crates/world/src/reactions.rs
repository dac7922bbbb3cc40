//! A table from an input at a site to what follows it, indexed by the input's number. It
//! is read once for each input of each state: no other table is read as often.

use crate::ids::InputId;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The number of inputs in a block.
const BLOCK: usize = 64;
/// The number of blocks that a table has room for; later inputs are not in the table.
const BLOCKS: usize = 64;

/// The code of an input whose followup is not in the table.
const UNKNOWN: u32 = 0;
/// The code of an input that nothing follows.
const NOTHING: u32 = 1;
/// The code of an input that reaction 0 follows; the codes of later reactions follow it.
const FIRST: u32 = 2;

type Block = [AtomicU32; BLOCK];

/// What follows an input at a site.
#[derive(Clone, Copy)]
pub(crate) enum Followup {
    /// No step.
    Nothing,
    /// The reaction with this number.
    Reaction(u32),
}

/// What follows each input at one site.
///
/// Layout: [`BLOCKS`] blocks, each of [`BLOCK`] codes of four bytes. A block is allocated
/// when it is needed first. 1 KiB, and 256 bytes for each allocated block.
#[derive(Default)]
pub(crate) struct FollowupTable {
    blocks: Box<[OnceLock<Box<Block>>]>,
}

impl FollowupTable {
    /// An empty table.
    pub(crate) fn empty() -> Self {
        Self {
            blocks: (0..BLOCKS).map(|_| OnceLock::new()).collect(),
        }
    }

    /// What follows an input; none if it is not in the table. O(1).
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

    /// The inputs in the table.
    pub(crate) fn known(&self) -> impl Iterator<Item = InputId> {
        let blocks = self.blocks.iter().enumerate();
        let blocks = blocks.filter_map(|(number, block)| Some((number, block.get()?)));
        blocks.flat_map(|(number, codes)| {
            let codes = codes.iter().enumerate();
            let known = codes.filter(|(_, code)| code.load(Ordering::Acquire) != UNKNOWN);
            known.map(move |(position, _)| InputId((number * BLOCK + position) as u32))
        })
    }

    /// Adds what follows an input, if the table has room for its block. All threads add
    /// the same. The code is stored with release ordering here and loaded with acquire
    /// ordering in [`FollowupTable::get`], so that a thread that reads the code also sees
    /// the reaction.
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
