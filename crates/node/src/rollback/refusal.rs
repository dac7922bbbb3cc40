//! Why a node may not take part.

use crate::ledger_identity::{LedgerId, Mark};
use std::fmt;
use synod_math::Priest;

/// Why a node may not take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Its ledger is gone, or an old copy.
    Loss(Loss),
    /// Two laws differ, its own or others'.
    Difference(Difference),
}

/// A ledger lacks what somebody remembers of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Who remembers it.
    pub by: Priest,
    /// What.
    pub remembered: Mark,
    /// The ledger that lacks it.
    pub here: LedgerId,
}

/// Two laws differ in their first `at` decrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whose law is one.
    pub one: Priest,
    /// And whose the other.
    pub other: Priest,
    /// How many decrees were compared.
    pub at: u64,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loss(loss) => loss.fmt(f),
            Self::Difference(difference) => difference.fmt(f),
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (by, lost, here) = (self.by.index() + 1, self.remembered.ledger, self.here);
        if lost == here {
            write!(
                f,
                "the ledger of this node, {lost}, went back: legislator {by} has seen more of it"
            )?;
        } else {
            write!(
                f,
                "the ledger of this node is lost: legislator {by} has met {lost}, and this one is \
                 {here}"
            )?;
        }
        f.write_str(
            ". The node neither votes nor serves, and only learns what is passed. Put the lost \
             folder back; if it is gone for ever, read of --accept-loss in synod node --help",
        )
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, other) = (self.one.index() + 1, self.other.index() + 1);
        write!(
            f,
            "the laws of legislators {one} and {other} differ in their first {} decrees: a ledger \
             went back without anybody knowing. This node serves no more. Stop all of them, find \
             out with synod audit which law is right, and keep the other folders away",
            self.at
        )
    }
}
