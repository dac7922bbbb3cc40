//! §2.4 as it ships: the priest of one decree of `synod_protocol` in the [`World`],
//! or a mutant of him, what they do in terms of the basic protocol, and what is claimed
//! of every state.

mod actor;
mod claims;
pub mod history;
pub mod mutants;
mod partners;
mod tell;

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

/// The shipped priest of one decree, or a mutant of him.
pub type Candidate = candidate::Candidate<Complete<Decree>, Mutant>;

/// What is the same in all states: where the history takes place.
#[derive(Clone)]
pub struct Setting {
    /// §2.3, in which every action is taken.
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

    /// That he knows the outcome, once he does, and before that, for ever on
    /// its way, that he does not.
    fn heartbeats(&self, ledger: &Ledger<Decree>) -> Vec<Message<Decree>> {
        let knows = ledger.outcome.is_some();
        [false, true]
            .into_iter()
            .filter(|&says| knows || !says)
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

/// What a priest proposes where no vote binds him: priest p of 1..n always the
/// decree 1 + (p−1) mod d, of d decrees. So a decree is proposed in no run if no
/// tryer's turn falls on it.
fn proposal(bounds: &Bounds, priest: Priest) -> Decree {
    let decrees = bounds.decrees().count();
    Decree((priest.index() % decrees) as u8 + 1)
}

/// The processes of these bounds: their tryers may become president, and each
/// priest wants a decree passed. The first proposal counts, and that is made at
/// once.
fn nodes(bounds: &Bounds, mutant: Option<Mutant>) -> impl Iterator<Item = ProcessSetup<Candidate>> {
    let quorums = Arc::new(bounds.quorum_system().clone());
    let nodes = priests::<Candidate>(bounds, move || (Arc::clone(&quorums), mutant));
    nodes.map(|node| {
        let wanted = proposal(bounds, node.id());
        node.asked_at_once([wanted])
    })
}

/// The world of the shipped processes, or of a mutant, with so many crashes at
/// most. Priest p always proposes decree 1 + (p−1) mod d, of d decrees, where no
/// vote binds him: tryers 1 and 3 both propose the first of two.
///
/// # Errors
/// [`BoundsError::Room`] if the history needs larger states.
pub fn world(
    bounds: Bounds,
    mutant: Option<Mutant>,
    crashes: u8,
) -> Result<World<Candidate>, BoundsError> {
    let nodes: Vec<_> = nodes(&bounds, mutant).collect();
    let basic = Basic::new(bounds, crashes > 0)?;
    Ok(World::<Candidate>::with_lens(nodes, Setting { basic })
        .crashing(crashes)
        .with_remembered_claims(claims::claims)
        .with_other_partners(partners::others))
}
