//! The description of a world for people: its states, steps and claims in words.

use crate::disk::Disk;
use crate::event::{Event, EventOf};
use crate::ids::{SiteId, StepId};
use crate::lens::Lens;
use crate::lives::losses;
use crate::network::{Envelope, Letter, LetterOf};
use crate::node::Explorable;
use crate::state::State;
use crate::world::World;
use synod_process::{Input, InputOf};
use synod_vocabulary::{Claim, Deed, Describe, Field, Figure, Forbidden, Message, Table, Value};

/// The kinds of crashes; they are listed after the kinds of inputs.
const CRASH_KINDS: [&str; 2] = ["crash between two outputs", "crash while idle"];

/// The kind of crashes that lose the ledger; it is listed after the other kinds of crashes.
const LOSS_KIND: &str = "crash that loses the ledger";

impl<P: Explorable, L: Lens<P>, const N: usize> Describe for World<P, L, N> {
    fn fields(&self, state: &State<N>) -> Vec<Field> {
        let sites = self.ids().zip(self.sites(state));
        sites
            .flat_map(|(id, site)| self.lens.site_fields(id, site))
            .chain(self.lens.history_fields(self.history(state)))
            .chain(self.on_its_way(state))
            .chain([Field::of_all(
                "crashes left",
                Value::one(state.crashes_left),
            )])
            .chain(
                (self.losses > 0).then(|| {
                    Field::of_all("losses of ledgers left", Value::one(state.losses_left))
                }),
            )
            .chain(
                (self.breaks > 0).then(|| {
                    Field::of_all("breaks of sessions left", Value::one(state.breaks_left))
                }),
            )
            .collect()
    }

    fn kinds(&self) -> Vec<String> {
        let crashes = CRASH_KINDS.iter().filter(|_| self.crashes > 0);
        let losses = (self.losses > 0).then_some(&LOSS_KIND);
        let breaks = (self.breaks > 0).then_some(&"a session ends");
        let names = self.lens.input_kinds().iter();
        let names = names.chain(crashes).chain(losses).chain(breaks);
        names.map(|&name| name.to_owned()).collect()
    }

    fn made_of(&self) -> Vec<(&'static str, usize)> {
        let parts = ["sites", "steps of sites", "sets of messages", "histories"];
        parts.into_iter().zip(self.sizes()).collect()
    }

    fn kind(&self, action: &StepId) -> usize {
        self.known.step(*action).kind as usize
    }

    fn try_steps(&self, state: &State<N>, tell: &mut dyn FnMut(String)) {
        let tried = self.tried_in(state);
        let mut try_event = |id: SiteId, event: EventOf<P>| {
            tell(self.event_name(&event));
            self.after(id, &event).1.effects
        };
        let try_crashes =
            |id: SiteId, during, effects: &[usize], try_event: &mut dyn FnMut(_, _) -> _| {
                let (me, site) = (self.known.facts(id).me, self.known.site(id));
                for kind in tried.clone() {
                    self.crash_events(me, site, during, effects, kind, &mut |event| {
                        _ = try_event(id, event);
                    });
                }
            };
        self.inputs(state, |id, facts, inputs, _, _| {
            for &input in inputs {
                let input = self.known.messages.input(input);
                let event = Event::Handle(self.nodes[facts.me].id, input.clone());
                let effects = try_event(id, event);
                try_crashes(
                    id,
                    Some(input),
                    &self.input_cuts(input, &effects),
                    &mut try_event,
                );
            }
        });
        for &id in &state.sites[..self.nodes.len()] {
            try_crashes(id, None, &[0], &mut try_event);
        }
    }

    fn step_name(&self, action: &StepId) -> String {
        self.event_name(self.event(*action))
    }

    fn claims(&self) -> Vec<Claim<Self>> {
        self.all_claims()
    }

    fn figure(&self, state: &State<N>) -> Option<Figure> {
        self.lens.figure(self.history(state))
    }

    fn processes(&self) -> Vec<String> {
        self.ids().map(|id| self.lens.node_name(id)).collect()
    }

    fn may_arrive(&self, state: &State<N>) -> Vec<Message> {
        self.drawn_messages(state)
    }

    fn deed(&self, action: &StepId) -> Deed {
        self.drawn_deed(self.event(*action))
    }

    fn tables(&self, state: &State<N>) -> Vec<Table> {
        let sites: Vec<_> = self.sites(state).collect();
        self.lens.tables(self.history(state), &sites)
    }

    fn objection(&self, state: &State<N>, action: &StepId) -> Option<String> {
        let history = self.history(state);
        self.lens.objection(history, &self.observed(*action))
    }

    fn forbidden(&self, state: &State<N>) -> Vec<Forbidden> {
        self.forbidden_steps(state)
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    /// The kind of an event: a position in [`Describe::kinds`].
    pub(crate) fn kind_of(&self, event: &EventOf<P>) -> usize {
        let inputs = self.lens.input_kinds().len();
        // Each is listed only if there may be some.
        let after_crashes = match self.crashes {
            0 => inputs,
            _ => inputs + CRASH_KINDS.len(),
        };
        match event {
            Event::Handle(_, input) => self.lens.input_kind(input),
            Event::Crash { cuts, .. } if losses(cuts) > 0 => after_crashes,
            Event::Crash { during, .. } => inputs + usize::from(during.is_none()),
            Event::Break(..) => after_crashes + usize::from(self.losses > 0),
        }
    }

    /// An event in words.
    pub(crate) fn event_name(&self, event: &EventOf<P>) -> String {
        let node = |id: &P::Id| self.lens.node_name(*id);
        match event {
            Event::Handle(id, input) => format!("{}: {}", node(id), self.input_name(input)),
            Event::Crash { id, during, cuts } => {
                let crashes = cuts.iter().enumerate().map(|(crash, cut)| {
                    let effects = cut.effects;
                    let crash = match (crash, during) {
                        (0, None) => "Crash".to_owned(),
                        (0, Some(input)) => {
                            let input = self.input_name(input);
                            format!("{input}, and crash after {effects} of its outputs")
                        }
                        _ => format!(", and again after {effects} outputs of its recovery"),
                    };
                    crash + &self.loss(cut.disk)
                });
                format!("{}: {}", node(id), crashes.collect::<String>())
            }
            Event::Break(one, other) => {
                format!("The session between {} and {} ends", node(one), node(other))
            }
        }
    }

    /// What a crash loses of the disk, in words.
    fn loss(&self, disk: Option<usize>) -> String {
        match (disk, self.disk) {
            (None, _) => ", and lose its ledger".to_owned(),
            (Some(0), _) => String::new(),
            (Some(disk), Disk::Torn(_)) => {
                format!(", and lose some of its writes (choice {disk})")
            }
            (Some(1), _) => ", and lose its last write".to_owned(),
            (Some(disk), _) => format!(", and lose its last {disk} writes"),
        }
    }

    /// What is on its way: a set, or a queue for each pair of nodes.
    fn on_its_way(&self, state: &State<N>) -> Vec<Field> {
        let letters = |sender: usize| self.known.messages.letters(state.sent[sender]);
        if self.network.keeps_order() {
            let ids = || self.ids().enumerate();
            let pairs =
                ids().flat_map(|(sender, from)| ids().map(move |(_, to)| (sender, from, to)));
            let pairs = pairs.filter(|(_, from, to)| from != to);
            let queues = pairs.map(|(sender, from, to)| {
                let queue = letters(sender).filter(|letter| letter.to() == to);
                let queue: Vec<_> = queue.map(|letter| self.letter_name(letter)).collect();
                let way = format!(
                    "{} to {}",
                    self.lens.node_name(from),
                    self.lens.node_name(to)
                );
                Field::of(
                    way,
                    "network",
                    Value::one(format!("[{}]", queue.join(", "))),
                )
            });
            return queues.collect();
        }
        let mut sent: Vec<_> = (0..self.nodes.len()).flat_map(letters).collect();
        sent.sort();
        let mut names: Vec<String> = Vec::with_capacity(sent.len());
        for letter in sent {
            let [from, to] = [letter.from(), letter.to()].map(|id| self.lens.node_name(id));
            let mut name = format!("{} from {from} to {to}", self.letter_name(letter));
            while names.contains(&name) {
                name += ", again";
            }
            names.push(name);
        }
        vec![Field::of_all("network", Value::set(names))]
    }

    fn letter_name(&self, letter: &LetterOf<P>) -> String {
        match letter {
            Letter::Message(Envelope { message, .. }) => self.lens.message_name(message),
            Letter::Border { .. } => "a new session".to_owned(),
        }
    }

    /// An input in words.
    pub(crate) fn input_name(&self, input: &InputOf<P>) -> String {
        let lens = &self.lens;
        match input {
            Input::Receive { from, message } => {
                let (message, from) = (lens.message_name(message), lens.node_name(*from));
                format!("Receive {message} from {from}")
            }
            Input::Timeout(timer) => format!("the {} timer fires", lens.timer_name(*timer)),
            Input::Propose(request) => format!("Propose {}", lens.request_name(request)),
        }
    }
}
