//! §2.4 as it ships: the process of `synod_protocol` in the [`World`], or a
//! mutant of it, what they do in terms of the basic protocol, and what is claimed
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
use crate::figure::{self, ballot_fields};
use crate::properties::Synod as _;
use crate::world::{Bounded, Observed, Refined, Site, World, priests, timer_name};
use history::History;
use mutants::Mutant;
use std::sync::Arc;
use synod_math::Priest;
use synod_protocol::{Complete, Input, Ledger, Message, Note, Timer};
use synod_vocabulary::Field;
use synod_world::{Node, Observe, Persist, Reduce, Tell};

/// The shipped process, or a mutant of it.
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

impl Observe<Candidate> for Setting {
    type History = History;

    fn observe(&self, from: &History, step: &Observed<'_, Candidate>) -> History {
        history::replay(&self.basic, from, step)
    }

    /// lastTried, nextBal and prevBal never decrease, and outcome is written
    /// once.
    fn goes_back(&self, ledger: &Ledger<Decree>, note: &Note<Decree>) -> bool {
        match note {
            Note::LastTried(number) => Some(*number) < ledger.last_tried,
            Note::NextBal(number) => Some(*number) < ledger.next_bal,
            Note::PrevVote(cast) => Some(cast.number) < ledger.prev_bal(),
            Note::Outcome(decree) => ledger.outcome.is_some_and(|outcome| outcome != *decree),
        }
    }

    fn is_outside(&self, history: &History) -> bool {
        history.is_outside
    }
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

impl Tell<Candidate> for Setting {
    /// The outcome in the ledger.
    type ClaimView = Option<Decree>;

    fn claim_view(&self, site: &Site<Candidate>) -> Option<Decree> {
        site.ledger.outcome
    }

    fn input_kinds(&self) -> &'static [&'static str] {
        tell::INPUT_KINDS
    }

    fn input_kind(&self, input: &Input<Decree>) -> usize {
        tell::input_kind(input)
    }

    fn node_name(&self, priest: Priest) -> String {
        priest.to_string()
    }

    fn message_name(&self, message: &Message<Decree>) -> String {
        tell::named(self.bounds(), message).to_string()
    }

    fn request_name(&self, decree: &Decree) -> String {
        self.bounds().decree_name(*decree).to_owned()
    }

    fn timer_name(&self, timer: Timer) -> String {
        timer_name(timer).to_owned()
    }

    fn site_fields(&self, _: Priest, site: &Site<Candidate>) -> Vec<Field> {
        tell::site_fields(self.bounds(), site).into()
    }

    fn history_fields(&self, history: &History) -> Vec<Field> {
        ballot_fields(&history.basic.ballots.named(self.bounds())).into()
    }

    fn figure(&self, history: &History) -> Option<String> {
        Some(history.basic.ballots.named(self.bounds()).to_string())
    }

    fn drawing(&self, history: &History) -> Option<String> {
        Some(figure::draw(&history.basic.ballots.named(self.bounds())))
    }
}

impl Persist<Candidate> for Setting {
    type Codec = AsBytes;
}

/// What a priest wants passed: the first wants the first decree, and so on in
/// turn.
fn proposal(bounds: &Bounds, priest: Priest) -> Decree {
    let decrees = bounds.decrees().count();
    Decree((priest.index() % decrees) as u8 + 1)
}

/// The processes of these bounds: their tryers may become president, and each
/// priest wants a decree passed. The first proposal counts, and that is made at
/// once.
fn nodes(bounds: &Bounds, mutant: Option<Mutant>) -> impl Iterator<Item = Node<Candidate>> {
    let quorums = Arc::new(bounds.quorum_system().clone());
    let nodes = priests::<Candidate>(bounds, move || (Arc::clone(&quorums), mutant));
    nodes.map(|node| {
        let wanted = proposal(bounds, node.id());
        node.asked_at_once([wanted])
    })
}

/// The world of the shipped processes, or of a mutant, with so many crashes at
/// most.
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
