//! The law of a legislator as the models see it, and as it should be.

use super::Candidate;
use super::mutants::Mutant;
use super::setting::{Decree, Machine};
use std::collections::{BTreeMap, BTreeSet};
use synod_protocol::parliament::DecreeNumber;
use synod_protocol::state_machine::StateMachine;

/// A law: the state of the register, and after how many decrees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Law {
    /// The last decree that is law.
    pub through: DecreeNumber,
    /// The state of the machine.
    pub state: Machine,
}

impl Candidate {
    /// The law of this legislator.
    pub fn law(&self) -> Law {
        let shipped = self.shipped();
        match self.mutant() {
            Some(Mutant::LawPastAGap) => carried_out(shipped.ledger().decrees.values()),
            _ => Law {
                through: shipped.law().through(),
                state: *shipped.law().state(),
            },
        }
    }
}

/// The law that a ledger makes: the decrees up to the first gap, each request
/// carried out once, by the paper's words alone (§4).
pub fn law_of(decrees: &BTreeMap<DecreeNumber, Decree>) -> Law {
    let in_order = decrees.iter().zip(1..);
    let prefix = in_order.take_while(|((number, _), position)| number.0 == *position);
    carried_out(prefix.map(|((_, decree), _)| decree))
}

/// What becomes of a register by these decrees.
pub fn carried_out<'a>(decrees: impl Iterator<Item = &'a Decree>) -> Law {
    let (mut law, mut granted) = (Law::default(), BTreeSet::new());
    for decree in decrees {
        law.through = law.through.next();
        if let Decree::Request(request) = decree
            && granted.insert(request.id)
        {
            law.state.apply(&request.command);
        }
    }
    law
}
