//! The law of a legislator (the state of his replicated state machine), as he has it and
//! as his decrees require it.
//!
//! ```
//! use std::collections::BTreeMap;
//! use synod_models::parliament::law::law_of;
//! use synod_models::parliament::setting::Decree;
//! use synod_protocol::parliament::DecreeNumber;
//!
//! // Decree 2 is missing, so that decree 3 is not yet law.
//! let decrees = [1, 3].map(|number| (DecreeNumber(number), Decree::OliveDay));
//! assert_eq!(law_of(&BTreeMap::from(decrees)).through, DecreeNumber(1));
//! ```

use super::Candidate;
use super::mutants::Mutant;
use super::setting::{Decree, Machine};
use std::collections::{BTreeMap, BTreeSet};
use synod_protocol::parliament::DecreeNumber;
use synod_protocol::state_machine::StateMachine;

/// A law: the state of the register, and the number of decrees carried out.
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

/// The law of these decrees by the paper's definition (§4): the decrees up to the first
/// gap, with each request carried out once. The [module](self)'s example calls it.
pub fn law_of(decrees: &BTreeMap<DecreeNumber, Decree>) -> Law {
    let in_order = decrees.iter().zip(1..);
    let prefix = in_order.take_while(|((number, _), position)| number.0 == *position);
    carried_out(prefix.map(|((_, decree), _)| decree))
}

/// The law after these decrees, in order, whether or not their numbers have gaps. A part
/// of [`law_of`].
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
