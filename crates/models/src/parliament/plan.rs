//! The plan of a parliament, from which its [`world`](super::world) is made.

use super::Candidate;
use super::instances::Instances;
use super::mutants::Mutant;
use super::setting::{Asked, Commands, Setting};
use super::synced::Synced;
use crate::basic::Basic;
use crate::bounds::{Bounds, BoundsError};
use crate::world::priests;
use std::sync::Arc;
use synod_math::Priest;
use synod_protocol::parliament::{Chosen, Parliament, Settings};
use synod_world::ProcessSetup;
use synod_world::reductions::Reductions;

/// Everything that a parliament is made of, except its [`Bounds`].
///
/// ```
/// use stateright::{Checker, Model};
/// use synod_models::bounds::Bounds;
/// use synod_models::parliament::{self, plan::Plan, setting::Commands, synced::Synced};
/// use synod_protocol::parliament::{Chosen, Settings};
/// use synod_world::reductions::Reductions;
///
/// let commands = Commands::parse(&["write x".to_owned()]).unwrap();
/// // Two legislators, of whom the second may become president and start one ballot.
/// let bounds = Bounds::new(2, &[2], 1, &commands.decrees())?;
/// let plan = Plan {
///     commands,
///     asked: None,
///     retries: false,
///     numbers: 1,
///     settings: Settings::DEFAULT,
///     variant: Chosen::SHIPPED,
///     remembers_clients: false,
///     crashes: 0,
///     losses: 0,
///     mutant: None,
///     synced: Synced::default(),
///     reductions: Reductions::ALL,
/// };
/// let checker = parliament::world(&bounds, &plan)?.checker().spawn_bfs().join();
/// checker.assert_no_discovery("Consistency");
/// # Ok::<(), synod_models::bounds::BoundsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    /// The commands that clients ask for.
    pub commands: Commands,
    /// The legislator that is asked for each command; if `None`, legislators in turn.
    pub asked: Option<Vec<Priest>>,
    /// Whether clients may ask any legislator, any number of times.
    pub retries: bool,
    /// The largest decree number; the smallest is 1.
    pub numbers: usize,
    /// Limits of the legislators.
    pub settings: Settings,
    /// The choices that §3.1 leaves open.
    pub variant: Chosen,
    /// Whether the history remembers when clients asked and were answered.
    pub remembers_clients: bool,
    /// The largest number of crashes.
    pub crashes: u8,
    /// The largest number of crashes that lose the ledger.
    pub losses: u8,
    /// The mutant, or `None` for the shipped legislator.
    pub mutant: Option<Mutant>,
    /// When records are durable. Another value than the default one is for the shipped choices only.
    pub synced: Synced,
    /// The reductions of the state space.
    pub reductions: Reductions,
}

impl Plan {
    /// The setting of this plan: the part of the model that is the same in all states.
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
            losses: self.losses,
            synced: self.synced,
            basic: Arc::new(Basic::new(bounds.clone(), self.crashes + self.losses > 0)?),
            instances: Arc::new(Instances::new()),
            values: self.commands.values.clone().into(),
        })
    }

    /// The legislators, with the requests that the setting assigns to them. The tryers of
    /// the bounds may become president.
    pub(super) fn nodes(
        &self,
        bounds: &Bounds,
        setting: &Setting,
    ) -> impl Iterator<Item = ProcessSetup<Candidate>> {
        let (settings, variant, mutant) = (self.settings, self.variant.clone(), self.mutant);
        let synced = self.synced;
        let quorums = Arc::new(bounds.quorum_system().clone());
        let nodes = priests::<Candidate>(bounds, move || {
            let parliament = Parliament {
                quorums: Arc::clone(&quorums),
                settings,
                variant: variant.clone(),
            };
            ((parliament, synced), mutant)
        });
        nodes.map(|node| {
            let asked = setting.asked_of(node.id());
            node.asked(asked)
        })
    }
}
