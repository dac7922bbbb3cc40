//! [`Introduction`]: what a node tells of ledgers and laws, in each handshake and before each batch
//! of messages.

use super::Malformed;
use super::layout::{Layout, layout, written_as};
use super::types::number;
use crate::ledger_identity::Mark;
use serde::{Deserialize, Serialize};
use synod_math::{Priest, PriestSet};

/// What a node tells a peer of ledgers and laws. [`crate::rollback`] explains it;
/// [`RollbackDetector::introduce`](crate::rollback::RollbackDetector::introduce) makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introduction {
    /// How far the sender's ledger has come.
    pub own: Mark,
    /// Whether the sender may not take part.
    pub is_refused: bool,
    /// How far the sender has seen the ledgers of other legislators; each occurs once at most.
    pub met: Vec<(Priest, Mark)>,
    /// How far other legislators have seen the receiver's ledger, according to their introductions
    /// to the sender; each occurs once at most.
    pub relayed: Vec<(Priest, Mark)>,
    /// The length of the sender's law, in decrees.
    pub law: u64,
    /// The digest of a prefix of that law. `None` if the law is empty, or if the sender's ledger has
    /// lost something.
    pub digest: Option<Digest>,
}

/// The digest of the first `at` decrees of a law: [`Introduction::digest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The number of decrees, at least one.
    pub at: u64,
    /// The digest of these decrees.
    pub digest: u64,
}

/// The largest size of an introduction in bytes: the marks of 64 legislators, twice, each with one
/// byte for the legislator, 19 for an identity and 10 for each of three numbers; and as much as
/// three more marks for the other fields.
pub(crate) const LARGEST_INTRODUCTION: usize = (2 * Priest::LIMIT + 3) * (1 + 19 + 3 * 10);

layout! { struct Introduction {
    own: Mark,
    is_refused: bool,
    met: Vec<(Priest, Mark)>,
    relayed: Vec<(Priest, Mark)>,
    law: u64,
    digest: Option<Digest>
} }

written_as! {
    Mark as Self: |mark| mark, |mark| {
        number(mark.life)?;
        number(mark.commits)?;
        Ok(mark)
    };
    Digest as Self: |digest| digest, |digest| match number(digest.at)? {
        0 => Err(Malformed::NoDecree),
        _ => Ok(digest),
    };
}

/// Encodes an introduction.
pub fn encode_introduction(introduction: &Introduction) -> Vec<u8> {
    super::encode(introduction.clone())
}

/// Decodes an introduction.
///
/// # Errors
///
/// If the bytes are not exactly one introduction, or if it has values that no node sends.
pub(crate) fn decode_introduction(bytes: &[u8]) -> Result<Introduction, Malformed> {
    if bytes.len() > LARGEST_INTRODUCTION {
        return Err(Malformed::TooLong(bytes.len() - LARGEST_INTRODUCTION));
    }
    let introduction: Introduction = super::decode(bytes)?;
    number(introduction.law)?;
    check_marks(&introduction.met)?;
    check_marks(&introduction.relayed)?;
    Ok(introduction)
}

/// Refuses two marks of the same legislator's ledger.
fn check_marks(marks: &[(Priest, Mark)]) -> Result<(), Malformed> {
    let mut seen = PriestSet::EMPTY;
    for (of, _) in marks {
        if seen.contains(*of) {
            return Err(Malformed::Twice(of.index() + 1));
        }
        seen = seen.with(*of);
    }
    Ok(())
}

/// Encodes a mark alone, for the ledger on disk.
pub(crate) fn encode_mark(mark: &Mark) -> Vec<u8> {
    super::encode(*mark)
}

/// Decodes a mark.
///
/// # Errors
///
/// If the bytes are not exactly one mark.
pub(crate) fn decode_mark(bytes: &[u8]) -> Result<Mark, Malformed> {
    super::decode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger_identity::LedgerId;
    use crate::wire::LARGEST_NUMBER;

    fn some_mark(number: u64) -> Mark {
        Mark {
            ledger: LedgerId(u128::MAX - u128::from(number)),
            life: LARGEST_NUMBER,
            nonce: u64::MAX,
            commits: LARGEST_NUMBER,
        }
    }

    /// The longest introduction that can be encoded.
    fn longest() -> Introduction {
        let all = || (0..Priest::LIMIT).filter_map(Priest::new);
        let marks = || all().zip(0..).map(|(of, number)| (of, some_mark(number)));
        Introduction {
            own: some_mark(64),
            is_refused: true,
            met: marks().collect(),
            relayed: marks().collect(),
            law: LARGEST_NUMBER,
            digest: Some(Digest {
                at: LARGEST_NUMBER,
                digest: u64::MAX,
            }),
        }
    }

    #[test]
    fn the_longest_introduction_is_decoded_unchanged() {
        let longest = longest();
        let bytes = encode_introduction(&longest);
        assert!(bytes.len() <= LARGEST_INTRODUCTION);
        assert_eq!(decode_introduction(&bytes).unwrap(), longest);
    }

    #[test]
    fn an_introduction_with_invalid_values_is_refused() {
        let refused = |change: fn(&mut Introduction)| {
            let mut changed = longest();
            change(&mut changed);
            decode_introduction(&encode_introduction(&changed)).unwrap_err()
        };
        let too_large = [
            refused(|introduction| introduction.own.life += 1),
            refused(|introduction| introduction.met[3].1.commits += 1),
            refused(|introduction| introduction.law += 1),
            refused(|introduction| introduction.digest.as_mut().unwrap().at += 1),
        ];
        for error in too_large {
            assert!(matches!(error, Malformed::Number(_)), "{error}");
        }
        let twice = refused(|introduction| introduction.relayed[0].0 = introduction.relayed[1].0);
        assert!(matches!(twice, Malformed::Twice(2)), "{twice}");
        let nothing = refused(|introduction| introduction.digest.as_mut().unwrap().at = 0);
        assert!(matches!(nothing, Malformed::NoDecree), "{nothing}");
        assert!(decode_introduction(&[0xFF; LARGEST_INTRODUCTION]).is_err());
        assert!(decode_introduction(&vec![0; 1 << 20]).is_err());
    }
}
