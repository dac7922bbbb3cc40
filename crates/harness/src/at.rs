//! The argument of a property: a state and its model.

use stateright::Model;
use synod_world::{EnvelopeOf, Explorable, Lens, Site, World};

/// A state of a model: the argument of a property. [`check`](crate::check())'s example looks at
/// the processes of a world.
pub struct At<'a, M: Model> {
    /// The model.
    pub model: &'a M,
    /// The state.
    pub state: &'a M::State,
}

// Not derived, since a derived implementation would require `M: Clone`.
impl<M: Model> Clone for At<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Model> Copy for At<'_, M> {}

impl<'a, P: Explorable, L: Lens<P>, const N: usize> At<'a, World<P, L, N>> {
    /// Each process with its id, in order.
    pub fn processes(self) -> impl Iterator<Item = (P::Id, &'a P)> {
        self.sites().map(|(id, site)| (id, &site.process))
    }

    /// Each site (a process with its ledger and its timers) with its id, in order.
    pub fn sites(self) -> impl Iterator<Item = (P::Id, &'a Site<P>)> {
        self.model.ids().zip(self.model.sites(self.state))
    }

    /// The process with this id.
    ///
    /// # Panics
    /// If there is none.
    pub fn process(self, id: P::Id) -> &'a P {
        &self.model.site(self.state, id).process
    }

    /// The disk of the process with this id.
    ///
    /// # Panics
    /// If there is none.
    pub fn ledger(self, id: P::Id) -> &'a P::Ledger {
        &self.model.site(self.state, id).ledger
    }

    /// The messages that may still arrive.
    pub fn messages(self) -> impl Iterator<Item = &'a EnvelopeOf<P>> {
        self.model.messages(self.state)
    }

    /// Whether no step is possible any more.
    pub fn is_at_rest(self) -> bool {
        self.model.is_at_rest(self.state)
    }

    /// The history that the world has kept ([`World::observing`]).
    pub fn history(self) -> &'a L::History {
        self.model.history(self.state)
    }
}
