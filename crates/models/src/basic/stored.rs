//! The states of the basic protocol as bytes.

use super::{Basic, Legislator, State, Status};
use crate::bytes::{Bytes, fields_as_bytes, variants_as_bytes};
use synod_vocabulary::Stored;

fields_as_bytes!(Legislator {
    outcome,
    last_tried,
    prev_bal,
    prev_dec,
    next_bal,
    status,
    prev_votes,
    quorum,
    voters,
    decree,
});
fields_as_bytes!(State {
    legislators,
    ballots,
    messages,
    broken,
});

variants_as_bytes!(Status {
    0 => Idle,
    1 => Trying,
    2 => Polling,
});

impl Stored for Basic {
    fn write_state(&self, state: &State, bytes: &mut Vec<u8>) {
        state.write(bytes);
    }

    fn read_state(&self, _: &[Vec<u32>], bytes: &mut &[u8]) -> Option<State> {
        State::read(bytes)
    }
}
