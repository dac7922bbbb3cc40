//! What may be said of the processes of a world beside running them: what has
//! happened, what may be left out, what is claimed, and how it is told.
//!
//! | trait | purpose | without it |
//! |---|---|---|
//! | [`Observe`] | a history of what has happened, as part of every state | there is none |
//! | [`Reduce`] | what may be left out | nothing is |
//! | [`Tell`] | names and pictures, and what claims see | names are what `Debug` says |
//! | [`Persist`](crate::Persist) | states as bytes | states stay in memory |
//!
//! A type that has the first three is a [`Lens`]. [`Plain`] is the lens that
//! says nothing: for any process.

use crate::digest::digest;
use crate::ids::SentId;
use crate::network::{EnvelopeOf, Messages};
use crate::node::{Explorable, Shared};
use crate::site::{Deeds, Site};
use std::hash::Hash;
use synod_process::{Input, InputOf};
use synod_vocabulary::{Field, Figure, Value};

/// A step as an observer sees it.
pub struct Observed<'a, P: Explorable> {
    /// Whose step it is.
    pub by: P::Id,
    /// The process and its surroundings before.
    pub before: &'a Site<P>,
    /// What the process did, beside what it [`sent`](Self::sent).
    pub deeds: &'a Deeds<P>,
    /// The process and its surroundings after.
    pub after: &'a Site<P>,
    pub(crate) messages: &'a Messages<P>,
    pub(crate) sends: SentId,
}

impl<P: Explorable> Observed<'_, P> {
    /// What the process sent, but for its heartbeats: in no particular order,
    /// equal messages once.
    pub fn sent(&self) -> impl Iterator<Item = &EnvelopeOf<P>> {
        self.messages.iter(self.sends)
    }
}

/// What has happened: a history that goes on with every step. It is part of every
/// state: states with different histories are different.
///
/// Each function must give the same for the same arguments.
pub trait Observe<P: Explorable>: Shared {
    /// What has happened; at first, the default.
    type History: Default + Eq + Hash + Shared;

    /// The history after a step.
    fn observe(&self, _history: &Self::History, _step: &Observed<'_, P>) -> Self::History {
        Self::History::default()
    }

    /// Whether the history may see the deeds of an input that left the site as
    /// it was: a request that was taken on before, or is answered at once. It
    /// counts as a step only if the history changes.
    fn is_seen(&self, _deeds: &Deeds<P>) -> bool {
        false
    }

    /// Whether a record takes back or overwrites what the ledger says:
    /// [`Deeds::went_back`].
    fn goes_back(&self, _ledger: &P::Ledger, _record: &P::Record) -> bool {
        false
    }

    /// Whether something happened that is beyond the bounds: the state is left
    /// out.
    fn is_outside(&self, _history: &Self::History) -> bool {
        false
    }

    /// A digest of what a history stands for: the same in every run, whatever
    /// numbers are in it.
    fn digest(&self, history: &Self::History) -> u128 {
        digest(history)
    }
}

/// What may be left out: see [`reductions`](crate::reductions) for the arguments.
///
/// Each function must give the same for the same arguments.
pub trait Reduce<P: Explorable>: Observe<P> {
    /// What [`is_useless`](Self::is_useless) sees of a site: it is asked once
    /// for each message and the views of both sites.
    type ReductionView: Default + Eq + Hash + Shared;

    /// That of a site.
    fn reduction_view(&self, _site: &Site<P>) -> Self::ReductionView {
        Self::ReductionView::default()
    }

    /// Whether a message is useless: whatever happens within the bounds, its
    /// addressee will never do anything with it any more that anybody sees, nor
    /// record or send anything that is not useless itself. Once true it must
    /// stay true.
    fn is_useless(
        &self,
        _message: &P::Message,
        _from: (P::Id, &Self::ReductionView),
        _to: (P::Id, &Self::ReductionView),
    ) -> bool {
        false
    }

    /// The history without messages that nobody will receive any more.
    fn forget(&self, history: Self::History) -> Self::History {
        history
    }

    /// What the heartbeats of a process with this ledger may say, the latest and
    /// all before it. They are taken as sent to everybody.
    fn heartbeats(&self, _ledger: &P::Ledger) -> Vec<P::Message> {
        Vec::new()
    }

    /// Whether this is a heartbeat, whatever the ledger.
    fn is_heartbeat(&self, _message: &P::Message) -> bool {
        false
    }

    /// Whether all that a timer does is to send heartbeats: it never fires.
    fn is_heartbeat_timer(&self, _timer: P::Timer) -> bool {
        false
    }
}

/// How states and steps are told, to claims and to people. All names have a
/// default by `Debug`.
pub trait Tell<P: Explorable>: Reduce<P> {
    /// What the claims of
    /// [`World::with_remembered_claims`](crate::World::with_remembered_claims)
    /// see of a site.
    type ClaimView: Default + Eq + Hash + Shared;

    /// That of a site.
    fn claim_view(&self, _site: &Site<P>) -> Self::ClaimView {
        Self::ClaimView::default()
    }

    /// The kinds of inputs, by name.
    fn input_kinds(&self) -> &'static [&'static str] {
        &["a message arrives", "a timer fires", "a request arrives"]
    }

    /// Of which of them an input is.
    fn input_kind(&self, input: &InputOf<P>) -> usize {
        match input {
            Input::Receive { .. } => 0,
            Input::Timeout(_) => 1,
            Input::Propose(_) => 2,
        }
    }

    /// A process by name.
    fn node_name(&self, id: P::Id) -> String {
        format!("{id:?}")
    }

    /// A message.
    fn message_name(&self, message: &P::Message) -> String {
        format!("{message:?}")
    }

    /// A request, as what somebody proposes.
    fn request_name(&self, request: &P::Request) -> String {
        format!("{request:?}")
    }

    /// A timer.
    fn timer_name(&self, timer: P::Timer) -> String {
        format!("{timer:?}")
    }

    /// A process, its ledger and the timers that are set.
    fn site_fields(&self, me: P::Id, site: &Site<P>) -> Vec<Field> {
        let timers = site.timers().map(|timer| self.timer_name(timer));
        [
            ("process", Value::One(format!("{:?}", site.process))),
            ("ledger", Value::One(format!("{:?}", site.ledger))),
            ("timers", Value::set(timers)),
        ]
        .map(|(variable, value)| Field::of(self.node_name(me), variable, value))
        .into()
    }

    /// What is told of the history.
    fn history_fields(&self, _history: &Self::History) -> Vec<Field> {
        Vec::new()
    }

    /// A picture of the history in characters.
    fn figure(&self, _history: &Self::History) -> Option<Figure> {
        None
    }

    /// A picture of the history as SVG.
    fn drawing(&self, _history: &Self::History) -> Option<String> {
        None
    }
}

/// All of them: what a [`World`](crate::World) needs.
pub trait Lens<P: Explorable>: Tell<P> {}

impl<P: Explorable, L: Tell<P>> Lens<P> for L {}

/// The lens that says nothing: no history, nothing left out, names by `Debug`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plain;

impl<P: Explorable> Observe<P> for Plain {
    type History = ();
}

impl<P: Explorable> Reduce<P> for Plain {
    type ReductionView = ();
}

impl<P: Explorable> Tell<P> for Plain {
    type ClaimView = ();
}
