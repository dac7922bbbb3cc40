//! What claims see of legislators, and what is said of that alone: in every
//! harness that runs them.

use super::Candidate;
use super::law::{Law, law_of};
use super::setting::{Decree, code};
use crate::bounds::Bounds;
use std::collections::BTreeMap;
use synod_math::Priest;
use synod_protocol::parliament::DecreeNumber;
use synod_vocabulary::{Witness, ensure};

/// What claims see of a legislator: which decrees he knows, and his law.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Face {
    /// The decrees in his durable ledger.
    pub decrees: BTreeMap<DecreeNumber, Decree>,
    /// His law.
    pub law: Law,
}

impl Face {
    /// Of a legislator all of whose records are durable.
    pub(super) fn of(process: &Candidate) -> Self {
        Self {
            decrees: process.shipped().ledger().decrees.clone(),
            law: process.law(),
        }
    }
}

/// The legislators and what is seen of them.
pub(super) type Faces = [(Priest, Face)];

/// Witness: the number and the two legislators whose ledgers disagree.
pub(super) fn consistency(bounds: &Bounds, faces: &Faces) -> Result<(), Witness> {
    for (position, (p, one)) in faces.iter().enumerate() {
        for (q, other) in &faces[position + 1..] {
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

/// Witness: the legislator.
pub(super) fn laws_are_the_decrees(faces: &Faces) -> Result<(), Witness> {
    for (p, face) in faces {
        let should_be = law_of(&face.decrees);
        ensure!(
            face.law == should_be,
            "the law of {p} is that after {} decrees; there is a gap after {}, or a request was carried out twice",
            face.law.through,
            should_be.through,
        );
    }
    Ok(())
}

/// Witness: the legislator whose law is none.
pub(super) fn laws_are_prefixes(faces: &Faces) -> Result<(), Witness> {
    let law = |face: &Face| -> Vec<Decree> {
        let decrees = face.decrees.range(..=face.law.through);
        decrees.map(|(_, decree)| *decree).collect()
    };
    let laws: Vec<_> = faces.iter().map(|(p, face)| (*p, law(face))).collect();
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
