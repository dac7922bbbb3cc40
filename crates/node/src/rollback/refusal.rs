//! [`Refusal`]: why a node may not take part.

use crate::ledger_identity::{LedgerId, Mark};
use std::fmt;
use synod_math::Priest;

/// Why a node may not take part. [`RollbackDetector::refusal`](super::RollbackDetector::refusal)
/// returns it. Its text tells an operator what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Its ledger is lost, or an older copy.
    Loss(Loss),
    /// Its law differs from that of a peer.
    Difference(Difference),
}

/// The ledger of a node lacks something that another legislator remembers of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The legislator that remembers it.
    pub by: Priest,
    /// The mark that it remembers, which the ledger does not cover.
    pub remembered: Mark,
    /// The ledger that the node has instead.
    pub here: LedgerId,
}

/// Two laws differ within their first `at` decrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The legislator with one of the laws: this node.
    pub one: Priest,
    /// The legislator with the other law: a peer.
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
                "the ledger of this node, {lost}, is an older copy: legislator {by} has seen a \
                 later state of it"
            )?;
        } else {
            write!(
                f,
                "the ledger of this node is lost: legislator {by} has seen ledger {lost}, and this \
                 one is {here}"
            )?;
        }
        f.write_str(
            ". This node does not vote or serve clients; it learns the decrees that are passed. It \
             takes part again once all other nodes have answered it. If one of them is gone for \
             ever, too, put the lost folder back, or see --accept-loss in synod node --help",
        )
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, other) = (self.one.index() + 1, self.other.index() + 1);
        write!(
            f,
            "the laws of legislators {one} and {other} differ in their first {} decrees: a ledger \
             was lost or replaced by an older copy, and no node noticed. This node does not serve \
             clients any more. Stop all nodes, find out with synod audit which law is right, and \
             do not use the other folders again",
            self.at
        )
    }
}
