//! §3 as it ships: the legislator of `synod_protocol` in the [`World`], or a
//! mutant of it.
//!
//! | file | what |
//! |---|---|
//! | [`setting`] | requests, limits and numbers: what is the same in all states |
//! | [`plan`] | everything that a parliament is made of |
//! | [`history`], `replay`, `agreement` | the refinement: for each decree number a state of `basic` |
//! | [`instances`] | those states, each kept once |
//! | `actor` | the same legislators as actors of Stateright's |
//! | [`law`], [`clients`] | what the law should be, and whether clients may see it so |
//! | [`claim_view`] | what claims see of a legislator |
//! | `claims`, `partners` | what holds in every state, and what happens in some |
//! | `reach` | which partners the bounds let happen, and why |
//! | [`mutants`] | one rule dropped each |
//! | `reductions` | which messages nobody can use any more |
//! | `tell`, `bytes` | states and messages in words, and as bytes |

mod actor;
mod agreement;
mod bytes;
pub mod claim_view;
mod claims;
pub mod clients;
pub mod history;
pub mod instances;
pub mod law;
pub mod mutants;
mod partners;
pub mod plan;
mod reach;
pub mod reductions;
mod replay;
pub mod setting;
mod tell;

pub use actor::as_actors;

use crate::bounds::{Bounds, BoundsError};
use crate::bytes::AsBytes;
use crate::candidate;
use crate::figure::{self, ballot_fields};
use crate::properties::Synod as _;
use crate::world::{Bounded, Deeds, Observed, Refined, Site, World, timer_name};
use claim_view::ClaimView;
use history::History;
use mutants::Mutant;
use plan::Plan;
use reductions::ReductionView;
use setting::{Command, Decree, Machine, Request, Setting};
use std::ops::Range;
use synod_math::Priest;
use synod_process::Input as Border;
use synod_protocol::Timer;
use synod_protocol::parliament::{DecreeNumber, Input, Ledger, Legislator, Message, Note};
use synod_vocabulary::Field;
use synod_world::{Observe, Persist, Reduce, Tell};

/// The shipped legislator, with a register for a law.
pub type Shipped = Legislator<Machine>;

/// The shipped legislator, or a mutant of him.
pub type Candidate = candidate::Candidate<Shipped, Mutant>;

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
        replay::replay(self, from, step)
    }

    fn is_seen(&self, deeds: &Deeds<Candidate>) -> bool {
        self.remembers_clients && matches!(deeds.input, Some(Border::Propose(_)))
    }

    fn goes_back(&self, ledger: &Ledger<Command>, note: &Note<Command>) -> bool {
        match note {
            Note::LastTried(number) => Some(*number) < ledger.last_tried,
            Note::NextBal(number) => Some(*number) < ledger.next_bal,
            Note::PrevVote(at, cast) => Some(cast.number) < ledger.prev_bal(*at),
            Note::Outcome(at, decree) => {
                let known = ledger.decrees.get(at);
                known.is_some_and(|known| known != decree)
            }
        }
    }

    fn is_outside(&self, history: &History) -> bool {
        history.is_outside
    }

    fn digest(&self, history: &History) -> u128 {
        self.history_digest(history)
    }
}

impl Reduce<Candidate> for Setting {
    type ReductionView = ReductionView;

    fn reduction_view(&self, site: &Site<Candidate>) -> ReductionView {
        ReductionView::of(site)
    }

    fn is_useless(
        &self,
        message: &Message<Command>,
        from: (Priest, &ReductionView),
        to: (Priest, &ReductionView),
    ) -> bool {
        reductions::is_useless(self, message, from, to)
    }

    fn forget(&self, history: History) -> History {
        reductions::forget(self, history)
    }

    /// With an older nextBal a Present makes a president do what a late refusal
    /// does; those are in the network.
    fn heartbeats(&self, ledger: &Ledger<Command>) -> Vec<Message<Command>> {
        let next_bal = ledger.next_bal;
        let known = (0..=ledger.known().0).map(DecreeNumber);
        let present = known.map(|known| Message::Present { known, next_bal });
        present.collect()
    }

    fn is_heartbeat(&self, message: &Message<Command>) -> bool {
        matches!(message, Message::Present { .. })
    }

    fn is_heartbeat_timer(&self, timer: Timer) -> bool {
        timer == Timer::Presence
    }
}

impl Tell<Candidate> for Setting {
    type ClaimView = ClaimView;

    fn claim_view(&self, site: &Site<Candidate>) -> ClaimView {
        ClaimView::of(&site.process, &site.ledger)
    }

    fn input_kinds(&self) -> &'static [&'static str] {
        tell::INPUT_KINDS
    }

    fn input_kind(&self, input: &Input<Command>) -> usize {
        tell::input_kind(input)
    }

    fn node_name(&self, priest: Priest) -> String {
        priest.to_string()
    }

    fn message_name(&self, message: &Message<Command>) -> String {
        tell::message_name(self.bounds(), message)
    }

    fn request_name(&self, request: &Request) -> String {
        tell::decree_name(self.bounds(), &Decree::Request(*request))
    }

    fn timer_name(&self, timer: Timer) -> String {
        timer_name(timer).to_owned()
    }

    fn site_fields(&self, _: Priest, site: &Site<Candidate>) -> Vec<Field> {
        tell::site_fields(self, site)
    }

    fn history_fields(&self, history: &History) -> Vec<Field> {
        ballot_fields(&tell::figure(self, history)).into()
    }

    fn figure(&self, history: &History) -> Option<String> {
        Some(tell::figure(self, history).to_string())
    }

    fn drawing(&self, history: &History) -> Option<String> {
        Some(figure::draw(&tell::figure(self, history)))
    }
}

impl Persist<Candidate> for Setting {
    type Codec = AsBytes;

    fn parts_since(&self, from: u32) -> Range<u32> {
        self.instances.since(from)
    }

    fn write_part(&self, part: u32, bytes: &mut Vec<u8>) {
        self.instances.write(part, bytes);
    }

    fn read_part(&self, bytes: &mut &[u8]) -> Option<u32> {
        self.instances.read(bytes)
    }

    fn with_parts(&self, history: History, parts: &[u32]) -> Option<History> {
        history.with_parts(parts)
    }
}

/// The parliament of this plan. The decrees of the bounds must be those of the
/// plan's commands.
///
/// # Errors
/// [`BoundsError::Room`] if the history needs larger states.
pub fn world(bounds: &Bounds, plan: &Plan) -> Result<World<Candidate>, BoundsError> {
    let setting = plan.setting(bounds)?;
    let nodes: Vec<_> = plan.nodes(bounds, &setting).collect();
    Ok(World::<Candidate>::with_lens(nodes, setting)
        .crashing(plan.crashes)
        .reduced(plan.reductions)
        .with_remembered_claims(claims::claims)
        .with_other_partners(partners::others))
}
