//! What a parliament is made of, before it is.

use super::Candidate;
use super::instances::Instances;
use super::mutants::Mutant;
use super::setting::{Asked, Commands, Setting};
use crate::basic::Basic;
use crate::bounds::{Bounds, BoundsError};
use crate::world::priests;
use std::sync::Arc;
use synod_math::Priest;
use synod_protocol::parliament::{Chosen, Parliament, Settings};
use synod_world::ProcessSetup;
use synod_world::reductions::Reductions;

/// Everything that a parliament is made of, before it is.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What is asked for.
    pub commands: Commands,
    /// Who is asked for each; none: legislators in turn.
    pub asked: Option<Vec<Priest>>,
    /// Whether anybody may be asked for anything again.
    pub retries: bool,
    /// The decree numbers are 1 to this.
    pub numbers: usize,
    /// Limits.
    pub settings: Settings,
    /// What is made of what §3.1 leaves open.
    pub variant: Chosen,
    /// Whether the history remembers when clients asked and were answered.
    pub remembers_clients: bool,
    /// How many crashes there may be.
    pub crashes: u8,
    /// Which rule is dropped, if one is.
    pub mutant: Option<Mutant>,
    /// What is left out.
    pub reductions: Reductions,
}

impl Plan {
    /// What follows for all states.
    ///
    /// # Errors
    /// [`BoundsError::Room`] if the history needs larger states.
    pub fn setting(&self, bounds: &Bounds) -> Result<Setting, BoundsError> {
        let priests = bounds.priest_count();
        let by = |position: usize| {
            if self.retries {
                return bounds.all_priests();
            }
            let of = self.asked.as_ref().and_then(|asked| asked.get(position));
            let in_turn = || Priest::new(position % priests);
            of.copied().or_else(in_turn).into_iter().collect()
        };
        let asked = self.commands.requests().enumerate();
        let asked = asked.map(|(position, request)| Asked {
            request,
            by: by(position),
        });
        Ok(Setting {
            settings: self.settings,
            variant: self.variant.clone(),
            asked: asked.collect(),
            numbers: self.numbers,
            remembers_clients: self.remembers_clients,
            basic: Arc::new(Basic::new(bounds.clone(), self.crashes > 0)?),
            instances: Arc::new(Instances::new()),
            values: self.commands.values.clone().into(),
        })
    }

    /// The legislators, who may be asked for what the setting says: the tryers
    /// of the bounds may become president.
    pub(super) fn nodes(
        &self,
        bounds: &Bounds,
        setting: &Setting,
    ) -> impl Iterator<Item = ProcessSetup<Candidate>> {
        let (settings, variant, mutant) = (self.settings, self.variant.clone(), self.mutant);
        let quorums = Arc::new(bounds.quorum_system().clone());
        let nodes = priests::<Candidate>(bounds, move || {
            let parliament = Parliament {
                quorums: Arc::clone(&quorums),
                settings,
                variant: variant.clone(),
            };
            (parliament, mutant)
        });
        nodes.map(|node| {
            let asked = setting.asked_of(node.id());
            node.asked(asked)
        })
    }
}
