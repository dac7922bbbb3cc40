//! The part of legislators that claims depend on, and the claims about it alone. They are
//! used by both harnesses: [`World`](crate::world::World) and Stateright's actors.

use super::Candidate;
use super::law::{Law, law_of};
use super::setting::{Decree, Machine, code};
use crate::bounds::Bounds;
use std::collections::BTreeMap;
use synod_math::Priest;
use synod_protocol::parliament::{DecreeNumber, Ledger};
use synod_vocabulary::{Witness, ensure};

/// The part of a legislator that claims depend on: the decrees he knows, and his law.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClaimView {
    /// The decrees in his durable ledger.
    pub decrees: BTreeMap<DecreeNumber, Decree>,
    /// The number of the durable snapshot: decrees up to it may be cut off.
    pub snapshot: DecreeNumber,
    /// His law: the state of the replicated state machine.
    pub law: Law,
}

impl ClaimView {
    /// The view of a legislator with this durable ledger.
    pub(super) fn of(process: &Candidate, ledger: &Ledger<Machine>) -> Self {
        Self {
            decrees: ledger.decrees.clone(),
            snapshot: ledger.snapshot.through(),
            law: process.law(),
        }
    }
}

/// The legislators and their views.
pub(super) type Views = [(Priest, ClaimView)];

/// No two ledgers hold different decrees at the same number. The witness has the number
/// and the two legislators.
pub(super) fn consistency(bounds: &Bounds, views: &Views) -> Result<(), Witness> {
    for (position, (p, one)) in views.iter().enumerate() {
        for (q, other) in &views[position + 1..] {
            for (at, decree) in &one.decrees {
                let opposite = other.decrees.get(at).filter(|&held| held != decree);
                if let Some(opposite) = opposite {
                    return Err(Witness(format!(
                        "at {at} the ledger of {p} holds {}, that of {q} holds {}",
                        bounds.decree_name(code(decree)),
                        bounds.decree_name(code(opposite)),
                    )));
                }
            }
        }
    }
    Ok(())
}

/// Every law is that of the decrees in the ledger, in order. The witness has the
/// legislator.
pub(super) fn laws_are_the_decrees(views: &Views) -> Result<(), Witness> {
    for (p, view) in views {
        let should_be = law_of(&view.decrees);
        ensure!(
            view.law == should_be,
            "the law of {p} is that after {} decrees; there is a gap after {}, or a request was carried out twice",
            view.law.through,
            should_be.through,
        );
    }
    Ok(())
}

/// Every law is a prefix of the longest. The witness has a legislator whose law is not.
pub(super) fn laws_are_prefixes(views: &Views) -> Result<(), Witness> {
    let law = |view: &ClaimView| -> Vec<Decree> {
        let decrees = view.decrees.range(..=view.law.through);
        decrees.map(|(_, decree)| *decree).collect()
    };
    let laws: Vec<_> = views.iter().map(|(p, view)| (*p, law(view))).collect();
    let longest = laws.iter().max_by_key(|(_, law)| law.len());
    let Some((longest_of, longest)) = longest else {
        return Ok(());
    };
    for (p, law) in &laws {
        ensure!(
            longest.starts_with(law),
            "the law of {p} is no prefix of that of {longest_of}"
        );
    }
    Ok(())
}
