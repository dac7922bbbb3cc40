//! The states of the basic protocol as bytes.

use super::{Basic, Legislator, State, Status};
use crate::bytes::{AsBytes, fields_as_bytes, variants_as_bytes};
use synod_vocabulary::StoredBy;

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

impl<L> StoredBy for Basic<L> {
    type Codec = AsBytes;
}

impl synod_vocabulary::Structure for Basic {
    type Held = State;

    fn form(&self) -> synod_vocabulary::Form<Self> {
        synod_vocabulary::Form::WHOLE
    }
}
