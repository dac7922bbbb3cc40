//! §3, the multi-decree parliament, as it ships: the legislator of `synod_protocol` (a
//! replica in the field's words), or a mutant of it, as a process in the [`World`].
//!
//! Begin with [`plan::Plan`], whose example makes a [`world`].
//!
//! | module | contents |
//! |---|---|
//! | [`plan`] | everything that a parliament is made of |
//! | [`setting`] | requests, limits and numbers: the part that is the same in all states |
//! | [`legislator`] | the shipped legislator, with variants of what §3.1 leaves open |
//! | [`synced`] | when a driver makes records durable, which a crash otherwise loses |
//! | [`history`], `replay`, `agreement` | the refinement: a state of [`basic`](crate::basic) for each decree number |
//! | `asked` | whether a decree that is cut off is asked for in vain |
//! | `instances` | those states, each kept once |
//! | `actor` | the same legislators as Stateright's actors |
//! | [`law`], [`clients`] | the law (the replicated state) as it should be, and whether clients may observe it |
//! | [`claim_view`] | the part of a legislator that claims depend on |
//! | `claims`, `partners` | the claims about every state, and the events that happen in some state |
//! | `reach` | which partners the bounds allow, and why |
//! | [`mutants`] | mutants: one rule dropped in each |
//! | [`reductions`] | which messages no legislator can use any more, so that they may be left out |
//! | `objection` | which rule a step of a mutant breaks |
//! | `tables` | ledgers and requests as tables |
//! | [`timed`] | how long it takes from a request to the law of everybody |
//! | `tell`, `bytes` | states and messages in words, and as bytes |

mod actor;
mod agreement;
mod asked;
mod bytes;
pub mod claim_view;
mod claims;
pub mod clients;
pub mod history;
mod instances;
pub mod law;
pub mod legislator;
pub mod mutants;
mod objection;
mod partners;
pub mod plan;
mod reach;
pub mod reductions;
mod replay;
pub mod setting;
pub mod synced;
mod tables;
mod tell;
pub mod timed;

pub use actor::as_actors;
pub use partners::conditional_partners;

use crate::bounds::{Bounds, BoundsError};
use crate::bytes::AsBytes;
use crate::candidate;
use crate::view::Synod as _;
use crate::world::{Bounded, Refined, World};
use history::History;
use legislator::Legislator;
use mutants::Mutant;
use plan::Plan;
use setting::Setting;
use std::ops::Range;
use synced::{Synced, is_no_outcome, is_no_vote};
use synod_math::Priest;
use synod_process::Process;
use synod_protocol::parliament::{Ledger, Life};
use synod_world::{Disk, Persist};

/// The shipped legislator, or a mutant of him: the process of [`world`].
pub type Candidate = candidate::Candidate<Legislator, Mutant>;

impl Bounded for Setting {
    fn bounds(&self) -> &Bounds {
        self.basic.bounds()
    }
}

impl Refined for Candidate {
    type Setting = Setting;
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

/// The ledger of a legislator who has lost his own.
fn lost_ledger(
    (_, mutant): &<Candidate as Process>::Settings,
    _: Priest,
) -> <Candidate as Process>::Ledger {
    match mutant {
        Some(Mutant::VotesAtOnce) => Ledger::new(),
        _ => Ledger::lost(Life(1)),
    }
}

/// The disk, which loses in a crash what was not synced.
fn disk(plan: &Plan) -> Disk<Candidate> {
    match (plan.synced, plan.mutant) {
        (_, Some(Mutant::OwnVoteCountsAtOnce)) | (Synced::VotesWhenTheyCount, _) => {
            Disk::Synced(is_no_vote)
        }
        (Synced::AllButOutcomes, _) => Disk::Synced(is_no_outcome),
        (Synced::EveryRecord, _) => Disk::Durable,
    }
}

/// The world of the legislators of this plan. The decrees of the bounds must be those of
/// the plan's commands. [`Plan`]'s example makes one.
///
/// # Errors
/// [`BoundsError::Room`] if the history needs larger states.
pub fn world(bounds: &Bounds, plan: &Plan) -> Result<World<Candidate>, BoundsError> {
    let setting = plan.setting(bounds)?;
    let nodes: Vec<_> = plan.nodes(bounds, &setting).collect();
    Ok(World::<Candidate>::with_lens(nodes, setting)
        .crashing(plan.crashes)
        .losing(plan.losses, lost_ledger)
        .reduced(plan.reductions)
        .disk(disk(plan))
        .with_remembered_claims(claims::claims)
        .with_other_partners(partners::others))
}
