//! §2.4, the complete synod protocol, as it ships: the priest of one decree of
//! `synod_protocol`, or a mutant of him, as a process in the [`World`]. A history replays
//! his actions in the model [`basic`](crate::basic), so that the claims say whether the
//! shipped code refines the basic protocol.
//!
//! ```
//! use stateright::{Checker, Model};
//! use synod_models::{bounds::Bounds, complete};
//!
//! // One priest of two starts one ballot; no process crashes.
//! let bounds = Bounds::new(2, &[2], 1, &["olives"].map(String::from))?;
//! let checker = complete::world(bounds, None, 0)?.checker().spawn_bfs().join();
//! checker.assert_properties(); // Consistency, "refines basic", I1–I7 …
//! # Ok::<(), synod_models::bounds::BoundsError>(())
//! ```
//!
//! [`timed`] lets time pass. [`history`] has the replay, [`mutants`] the wrong processes, and [`as_actors`] the same
//! processes for Stateright's own actor model. With many decrees:
//! [`parliament`](crate::parliament).

mod actor;
mod claims;
mod fields;
pub mod history;
pub mod mutants;
mod partners;
mod tell;
pub mod timed;

pub use actor::as_actors;

use crate::basic::Basic;
use crate::bounds::{Bounds, BoundsError, Decree};
use crate::bytes::AsBytes;
use crate::candidate;
use crate::view::Synod as _;
use crate::world::{Bounded, Refined, World, priests};
use mutants::Mutant;
use std::sync::Arc;
use synod_math::Priest;
use synod_protocol::{Complete, Ledger, Message, Timer};
use synod_world::{Persist, ProcessSetup, Reduce};

/// The shipped priest of one decree, or a mutant of him: the process of [`world`].
pub type Candidate = candidate::Candidate<Complete<Decree>, Mutant>;

/// The part of the model that is the same in all states: the protocol in which the
/// history is replayed.
#[derive(Clone)]
pub struct Setting {
    /// The basic protocol (§2.3), in which every action is replayed.
    pub basic: Basic,
}

impl Bounded for Setting {
    fn bounds(&self) -> &Bounds {
        self.basic.bounds()
    }
}

impl Refined for Candidate {
    type Setting = Setting;
}

impl Reduce<Candidate> for Setting {
    type ReductionView = ();

    /// The heartbeats that a priest may have sent: that he does not know the outcome,
    /// which may still be on its way at any later time; and, once he knows the outcome,
    /// that he knows it.
    fn heartbeats(&self, ledger: &Ledger<Decree>) -> Vec<Message<Decree>> {
        let knows = ledger.outcome.is_some();
        [false, true]
            .into_iter()
            .filter(|&sent| knows || !sent)
            .map(|knows_outcome| Message::Present { knows_outcome })
            .collect()
    }

    fn is_heartbeat(&self, message: &Message<Decree>) -> bool {
        matches!(message, Message::Present { .. })
    }

    fn is_heartbeat_timer(&self, timer: Timer) -> bool {
        timer == Timer::Presence
    }
}

impl Persist<Candidate> for Setting {
    type Codec = AsBytes;
}

/// The decree that a priest proposes where no vote binds him: priest p of 1..n always
/// proposes decree 1 + (p−1) mod d, of d decrees.
fn proposal(bounds: &Bounds, priest: Priest) -> Decree {
    let decrees = bounds.decrees().count();
    Decree((priest.index() % decrees) as u8 + 1)
}

/// The processes of these bounds. The tryers may become president, and each priest
/// proposes a decree. Only the first proposal of a priest counts, and he makes it at
/// once.
fn nodes(bounds: &Bounds, mutant: Option<Mutant>) -> impl Iterator<Item = ProcessSetup<Candidate>> {
    let quorums = Arc::new(bounds.quorum_system().clone());
    let nodes = priests::<Candidate>(bounds, move || (Arc::clone(&quorums), mutant));
    nodes.map(|node| {
        let proposed = proposal(bounds, node.id());
        node.asked_at_once([proposed])
    })
}

/// The world of the shipped processes, or of a mutant, with at most `crashes` crashes.
/// Priest p always proposes decree 1 + (p−1) mod d, of d decrees, where no vote binds
/// him; each decree must be that of some tryer. The [module](self)'s example checks a
/// world.
///
/// # Errors
/// [`BoundsError::Room`] if the history needs larger states, and
/// [`BoundsError::Unproposed`] if a decree is no tryer's.
pub fn world(
    bounds: Bounds,
    mutant: Option<Mutant>,
    crashes: u8,
) -> Result<World<Candidate>, BoundsError> {
    let is_proposed = |decree| bounds.owners().any(|p| proposal(&bounds, p) == decree);
    if let Some(unproposed) = bounds.decrees().find(|&decree| !is_proposed(decree)) {
        let mut priests = bounds.priests();
        let priest = priests.find(|&p| proposal(&bounds, p) == unproposed);
        return Err(BoundsError::Unproposed {
            decree: bounds.decree_name(unproposed).to_owned(),
            priest: priest.map(|p| p.index() + 1),
        });
    }
    let nodes: Vec<_> = nodes(&bounds, mutant).collect();
    let basic = Basic::new(bounds, crashes > 0)?;
    Ok(World::<Candidate>::with_lens(nodes, Setting { basic })
        .crashing(crashes)
        .with_remembered_claims(claims::claims)
        .with_other_partners(partners::others))
}
