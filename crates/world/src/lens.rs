//! What a model adds to the processes of a world: a history, reductions, and names for
//! people. [`Lens`] has the table of the traits.

use crate::digest::digest;
use crate::ids::SentId;
use crate::messages::Messages;
use crate::network::EnvelopeOf;
use crate::node::{Explorable, Shared};
use crate::site::{Deeds, Site};
use std::hash::Hash;
use synod_process::{Input, InputOf};
use synod_vocabulary::{Field, Figure, Part, Table, Value};

/// A step, as [`Observe::observe`] is given it.
pub struct Observed<'a, P: Explorable> {
    /// The process that takes the step.
    pub by: P::Id,
    /// Its site before the step.
    pub before: &'a Site<P>,
    /// What the process did; the messages that it sent are in [`sent`](Self::sent).
    pub deeds: &'a Deeds<P>,
    /// Its site after the step.
    pub after: &'a Site<P>,
    pub(crate) messages: &'a Messages<P>,
    pub(crate) sends: SentId,
}

impl<P: Explorable> Observed<'_, P> {
    /// The messages that the process sent in the step, except heartbeats. The order means
    /// nothing; of equal messages there is one.
    pub fn sent(&self) -> impl Iterator<Item = &EnvelopeOf<P>> {
        self.messages.iter(self.sends)
    }
}

/// The part of a [`Lens`] that keeps a history of what has happened (a *history
/// variable*). The history is part of every state: two states with different histories
/// are different states. Shown in [`Lens`]'s example.
///
/// Each function must return the same result whenever it has the same arguments.
pub trait Observe<P: Explorable>: Shared {
    /// The history. A run begins with the default.
    type History: Default + Eq + Hash + Shared;

    /// The history after a step. A crash that loses the ledger is told in
    /// [`Deeds::lost`]: the site after it may know less than the one before.
    fn observe(&self, _history: &Self::History, _step: &Observed<'_, P>) -> Self::History {
        Self::History::default()
    }

    /// Whether the history may change by an input that left the site as it was, for
    /// example by a request that the process has already taken on, or answers at once.
    /// Such an input counts as a step only if the history does change.
    fn is_seen(&self, _deeds: &Deeds<P>) -> bool {
        false
    }

    /// Whether a record takes back or overwrites what the ledger says. The result is
    /// found in [`Deeds::went_back`].
    fn goes_back(&self, _ledger: &P::Ledger, _record: &P::Record) -> bool {
        false
    }

    /// Whether a history is beyond the bounds; states with it are then left out.
    fn is_outside(&self, _history: &Self::History) -> bool {
        false
    }

    /// A digest of a history that is the same in every run. A history that holds numbers
    /// of an [`Interner`](crate::interner::Interner) must digest what they stand for.
    fn digest(&self, history: &Self::History) -> u128 {
        digest(history)
    }
}

/// The part of a [`Lens`] that says what may be left out. [`reductions`](crate::reductions)
/// argues why no verdict changes; [`World::reduced`](crate::World::reduced) switches the
/// reductions on. A lens without reductions has only the line in [`Lens`]'s example.
///
/// Each function must return the same result whenever it has the same arguments.
pub trait Reduce<P: Explorable>: Observe<P> {
    /// The part of a site on which [`is_useless`](Self::is_useless) depends. It is called
    /// once for each message and pair of views.
    type ReductionView: Default + Eq + Hash + Shared;

    /// The view of a site.
    fn reduction_view(&self, _site: &Site<P>) -> Self::ReductionView {
        Self::ReductionView::default()
    }

    /// Whether a message is useless: whatever happens within the bounds, it will not make
    /// its addressee do anything visible any more, nor record or send anything that is not
    /// useless itself. Once true, it must stay true.
    fn is_useless(
        &self,
        _message: &P::Message,
        _from: (P::Id, &Self::ReductionView),
        _to: (P::Id, &Self::ReductionView),
    ) -> bool {
        false
    }

    /// The history without the messages that are useless.
    fn forget(&self, history: Self::History) -> Self::History {
        history
    }

    /// The heartbeats that a process with this ledger may have sent, the latest and all
    /// earlier ones. They are taken as sent to every other process.
    fn heartbeats(&self, _ledger: &P::Ledger) -> Vec<P::Message> {
        Vec::new()
    }

    /// Whether a message is a heartbeat of any ledger.
    fn is_heartbeat(&self, _message: &P::Message) -> bool {
        false
    }

    /// Whether a timer does nothing but send heartbeats. Such a timer never fires.
    fn is_heartbeat_timer(&self, _timer: P::Timer) -> bool {
        false
    }
}

/// The part of a [`Lens`] that shows states and steps: to remembered claims, and, by
/// names and pictures, to people. By default all names are those of `Debug`. Shown in
/// [`Lens`]'s example.
pub trait Tell<P: Explorable>: Reduce<P> {
    /// The part of a site on which the claims of
    /// [`World::with_remembered_claims`](crate::World::with_remembered_claims) depend.
    type ClaimView: Default + Eq + Hash + Shared;

    /// The view of a site.
    fn claim_view(&self, _site: &Site<P>) -> Self::ClaimView {
        Self::ClaimView::default()
    }

    /// The names of the kinds of inputs, for statistics.
    fn input_kinds(&self) -> &'static [&'static str] {
        &["a message arrives", "a timer fires", "a request arrives"]
    }

    /// The kind of an input: a position in [`input_kinds`](Self::input_kinds).
    fn input_kind(&self, input: &InputOf<P>) -> usize {
        match input {
            Input::Receive { .. } => 0,
            Input::Timeout(_) => 1,
            Input::Propose(_) => 2,
        }
    }

    /// The name of a process.
    fn node_name(&self, id: P::Id) -> String {
        format!("{id:?}")
    }

    /// The name of a message.
    fn message_name(&self, message: &P::Message) -> String {
        format!("{message:?}")
    }

    /// The name of a request, to be read after "Propose".
    fn request_name(&self, request: &P::Request) -> String {
        format!("{request:?}")
    }

    /// The name of a timer.
    fn timer_name(&self, timer: P::Timer) -> String {
        format!("{timer:?}")
    }

    /// Timers for which a reader may look where they are not set. (Those that are set at some
    /// process are known.)
    fn timers(&self) -> Vec<P::Timer> {
        Vec::new()
    }

    /// The reason why a process has ignored an input, as a sentence.
    fn ignored_name(&self, _why: &P::Ignored) -> Option<String> {
        None
    }

    /// The variables of a site, with their values: by default the process, its ledger and
    /// the timers that are set.
    fn site_fields(&self, me: P::Id, site: &Site<P>) -> Vec<Field> {
        let timers = site.timers().map(|timer| self.timer_name(timer));
        let (process, ledger) = (&site.process, &site.ledger);
        [
            ("process", Part::Slip, Value::One(format!("{process:?}"))),
            ("ledger", Part::Ledger, Value::One(format!("{ledger:?}"))),
            ("timers", Part::Slip, Value::set(timers)),
        ]
        .map(|(variable, part, value)| Field::of(self.node_name(me), variable, value).in_part(part))
        .into()
    }

    /// The variables of the history, with their values.
    fn history_fields(&self, _history: &Self::History) -> Vec<Field> {
        Vec::new()
    }

    /// A picture of the history, in characters.
    fn figure(&self, _history: &Self::History) -> Option<Figure> {
        None
    }

    /// Tables that show a state: of its history, and its sites in the order of the nodes.
    fn tables(&self, _history: &Self::History, _sites: &[&Site<P>]) -> Vec<Table> {
        Vec::new()
    }

    /// For a process that is wrong on purpose: which rule a step breaks that is taken after this
    /// history, in a sentence. None if it breaks none.
    fn objection(&self, _history: &Self::History, _step: &Observed<'_, P>) -> Option<String> {
        None
    }

    /// A picture of the history, as SVG.
    fn drawing(&self, _history: &Self::History) -> Option<String> {
        None
    }
}

/// What a model adds to the processes of a [`World`](crate::World). A type that has all
/// three traits is a lens:
///
/// | trait | adds | by default |
/// |---|---|---|
/// | [`Observe`] | a history of what has happened, as part of every state | no history |
/// | [`Reduce`] | reductions: what may be left out | nothing is left out |
/// | [`Tell`] | names and pictures, and the views of claims | names by `Debug` |
///
/// [`Plain`] is the lens that adds nothing. A lens with [`Persist`](crate::Persist)
/// makes states writable as bytes.
///
/// # Examples
///
/// A lens whose history counts the messages that were sent:
///
/// ```
/// # use synod_process::{InputOf, Outputs, OutputsOf, Process};
/// # #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// # struct Greeter;
/// # impl Process for Greeter {
/// #     type Id = u64;
/// #     type Settings = ();
/// #     type Ledger = ();
/// #     type Message = char;
/// #     type Request = char;
/// #     type Timer = ();
/// #     type Record = ();
/// #     type News = ();
/// #     type Action = ();
/// #     type Ignored = ();
/// #     fn recover((): &(), _: u64, (): ()) -> (Self, OutputsOf<Self>) {
/// #         (Self, Outputs::new())
/// #     }
/// #     fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
/// #         let mut out = Outputs::new();
/// #         if let Input::Propose(greeting) = input {
/// #             out.send(2, greeting);
/// #         }
/// #         out
/// #     }
/// #     fn apply((): &mut (), (): ()) {}
/// # }
/// use stateright::Model;
/// use synod_process::Input;
/// use synod_vocabulary::{Serde, Stored};
/// use synod_world::{Event, Observe, Observed, Persist, ProcessSetup, Reduce, Tell, World};
///
/// struct Sends;
///
/// impl Observe<Greeter> for Sends {
///     type History = usize;
///
///     fn observe(&self, sends: &usize, step: &Observed<'_, Greeter>) -> usize {
///         sends + step.sent().count()
///     }
/// }
///
/// impl Reduce<Greeter> for Sends {
///     type ReductionView = ();
/// }
///
/// impl Tell<Greeter> for Sends {
///     type ClaimView = ();
///
///     fn node_name(&self, id: u64) -> String {
///         format!("node {id}")
///     }
/// }
///
/// impl Persist<Greeter> for Sends {
///     type Codec = Serde;
/// }
///
/// // `Greeter` sends the greeting that a client requests to node 2.
/// let greeters = [ProcessSetup::<Greeter>::new(1, ()).asked(['a']), ProcessSetup::new(2, ())];
/// let world = World::<_, _>::with_lens(greeters, Sends);
/// let state = world.init_states()[0];
/// let (step, next) = world.next_steps(&state)[0];
/// assert_eq!(*world.event(step), Event::Handle(1, Input::Propose('a')));
/// assert_eq!(world.format_action(&step), "node 1: Propose 'a'");
/// assert_eq!((*world.history(&state), *world.history(&next)), (0, 1));
/// assert_eq!(world.sent(&next, 1).count(), 1);
///
/// let mut bytes = Vec::new();
/// world.write_state(&next, &mut bytes);
/// assert_eq!(world.read_own_state(&mut &bytes[..]), Some(next));
/// ```
pub trait Lens<P: Explorable>: Tell<P> {}

impl<P: Explorable, L: Tell<P>> Lens<P> for L {}

/// The lens that adds nothing: no history, no reductions, names by `Debug`. It is the
/// lens of [`World::of`](crate::World::of).
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
