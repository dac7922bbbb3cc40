//! §3 as it ships: the legislator of `synod_protocol` in the [`World`], or a
//! mutant of it.
//!
//! | file | what |
//! |---|---|
//! | [`legislator`] | the one who ships, or who varies what §3.1 leaves open |
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
pub mod legislator;
pub mod mutants;
mod partners;
pub mod plan;
mod reach;
pub mod reductions;
mod replay;
pub mod setting;
mod tell;

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
use synod_world::Persist;

/// The shipped legislator, or a mutant of him.
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
