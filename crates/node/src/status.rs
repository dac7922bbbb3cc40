//! What a node shows of itself: a view, after each batch of inputs.

use crate::Legislator;
use crate::standing::{LedgerId, Refusal, Standing};
use synod_math::{BallotNumber, Priest};
use synod_protocol::parliament::{DecreeNumber, Slip};

/// How a legislator does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The identity of his ledger.
    pub ledger: LedgerId,
    /// Why he may not take part, if he may not.
    pub refusal: Option<Refusal>,
    /// Whether he considers himself president.
    pub is_president: bool,
    /// Whom he takes for president, if anybody.
    pub president: Option<Priest>,
    /// lastTried.
    pub last_tried: Option<BallotNumber>,
    /// nextBal.
    pub next_bal: Option<BallotNumber>,
    /// How many decrees are law.
    pub law: DecreeNumber,
    /// How many keys have a value.
    pub keys: usize,
    /// How many decrees he has voted on now.
    pub in_flight: usize,
    /// How many requests wait for a place among them.
    pub waiting: usize,
}

impl Status {
    /// How he does now. O(1).
    pub fn of(legislator: &Legislator, standing: &Standing) -> Self {
        let (ledger, refusal) = (legislator.ledger(), standing.refusal());
        Self {
            ledger: standing.ledger(),
            refusal,
            is_president: legislator.is_president() && refusal.is_none(),
            president: legislator.president().filter(|_| refusal.is_none()),
            last_tried: ledger.last_tried,
            next_bal: ledger.next_bal,
            law: legislator.law().through(),
            keys: legislator.law().state().len(),
            in_flight: match legislator.slip() {
                Slip::Presiding(office) => office.polls.len(),
                Slip::Idle | Slip::Trying { .. } => 0,
            },
            waiting: legislator.waiting().len(),
        }
    }
}
