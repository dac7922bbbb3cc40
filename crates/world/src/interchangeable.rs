//! Processes that do the same, and the states that differ only in their names.
//!
//! A change of names permutes the nodes: the site of one becomes the site of another, with the
//! other names in all that it holds, and so do the letters on their way and the history. What a
//! change of names makes of a site, a list or a history is computed once, and looked up from
//! then on; so an image of a state costs O(nodes), and the process is asked as often as there
//! are sites.

#![expect(
    clippy::panic,
    reason = "documented: processes that are not interchangeable"
)]

use crate::event::{Event, EventOf};
use crate::ids::{HistoryId, SentId, SiteId};
use crate::known::Origin;
use crate::lens::Lens;
use crate::network::{Envelope, Letter, LetterOf};
use crate::node::Explorable;
use crate::renaming::{Interchangeable, Rename};
use crate::site::{NotDurable, Site};
use crate::state::State;
use crate::world::World;
use std::fmt::Debug;
use synod_process::{Input, InputOf, Renamed, Renaming};
use synod_vocabulary::{Form, Structure, Symmetric, Symmetry};

impl<P, L, const N: usize> World<P, L, N>
where
    P: Explorable + Renamed,
    L: Lens<P>,
{
    /// The same world, of which one state is explored for all that differ only in the names of
    /// these processes. They have to do the same: the code does not compare their ids, nor give
    /// one of them another part than the others, and they begin alike and are asked alike.
    /// Claims, bounds and conditions on timers must not tell them apart either. Nor may a crash: of
    /// a process that sends to them in the order of their ids, it shows who was first. What begins
    /// otherwise is refused here; what behaves otherwise is found by a search, which compares
    /// some of the states.
    ///
    /// Call it after [`World::observing`]; a history needs
    /// [`World::interchangeable_with_history`].
    ///
    /// ```
    /// use stateright::Model;
    /// use std::collections::BTreeSet;
    /// use synod_process::{Input, InputOf, Outputs, OutputsOf, Process, Renamed, Renaming};
    /// use synod_vocabulary::Structure;
    /// use synod_world::{ProcessSetup, World};
    ///
    /// /// Greets 0, who keeps by whom he was greeted.
    /// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    /// struct Greeter {
    ///     greeted_by: BTreeSet<u8>,
    /// }
    ///
    /// impl Process for Greeter {
    /// #     type Id = u8;
    /// #     type Settings = ();
    /// #     type Ledger = ();
    /// #     type Message = ();
    /// #     type Request = ();
    /// #     type Timer = ();
    /// #     type Record = ();
    /// #     type News = ();
    /// #     type Action = ();
    /// #     type Ignored = ();
    /// #     fn recover((): &(), _: u8, (): ()) -> (Self, OutputsOf<Self>) {
    /// #         (Self { greeted_by: BTreeSet::new() }, Outputs::new())
    /// #     }
    /// #     fn apply((): &mut (), (): ()) {}
    ///     // …
    ///     fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
    ///         let mut out = Outputs::new();
    ///         match input {
    ///             Input::Propose(()) => out.send(0, ()),
    ///             Input::Receive { from, .. } => {
    ///                 self.greeted_by.insert(from);
    ///             }
    ///             Input::Timeout(()) => {}
    ///         }
    ///         out
    ///     }
    /// }
    ///
    /// impl Renamed for Greeter {
    ///     fn renamed(&self, rename: Renaming<'_, u8>) -> Self {
    ///         Self { greeted_by: self.greeted_by.iter().map(|&id| rename(id)).collect() }
    ///     }
    ///     // What has no ids in it stays.
    ///     fn renamed_ledger((): &(), _: Renaming<'_, u8>) {}
    ///     fn renamed_message((): &(), _: Renaming<'_, u8>) {}
    ///     fn renamed_request((): &(), _: Renaming<'_, u8>) {}
    ///     fn renamed_timer((): (), _: Renaming<'_, u8>) {}
    /// }
    ///
    /// let greeters = [1, 2, 3].map(|id| ProcessSetup::<Greeter>::new(id, ()).asked([()]));
    /// let nodes = [ProcessSetup::new(0, ())].into_iter().chain(greeters);
    /// let world = World::<Greeter>::of(nodes).interchangeable([1, 2, 3]);
    /// let begun = world.init_states()[0];
    /// let greeted = world.next_states(&begun);
    /// assert_eq!(greeted.len(), 3);
    /// let symmetry = world.form().symmetry.unwrap();
    /// let same = greeted.iter().map(|state| (symmetry.representative)(&world, state));
    /// assert!(same.clone().all(|state| state == same.clone().next().unwrap()));
    /// assert_eq!((symmetry.orbit)(&world, &greeted[0]), 3);
    /// ```
    ///
    /// # Panics
    /// If there are fewer than two processes, a process twice, or one that there is not; or if
    /// they do not begin alike, with what differs.
    #[must_use]
    pub fn interchangeable(self, ids: impl IntoIterator<Item = P::Id>) -> Self
    where
        L: Lens<P, History = ()>,
    {
        self.interchangeable_with_history(ids, |(), _| ())
    }

    /// The same for a world with a history. The function puts the other name in the place of each
    /// id in a history.
    ///
    /// # Panics
    /// As [`World::interchangeable`].
    #[must_use]
    pub fn interchangeable_with_history(
        mut self,
        ids: impl IntoIterator<Item = P::Id>,
        history: Rename<P, L::History>,
    ) -> Self {
        let positions: Vec<_> = ids.into_iter().map(|id| self.position(id)).collect();
        assert!(
            positions.len() > 1,
            "one process alone is not interchangeable: name two or more"
        );
        for (place, &position) in positions.iter().enumerate() {
            let id = self.nodes[position].id;
            let is_new = !positions[..place].contains(&position);
            assert!(is_new, "the process {id:?} is named twice");
        }
        let permutations = permutations(&positions, self.nodes.len());
        let interchangeable = Interchangeable {
            permutations,
            site: renamed_site,
            event: renamed_event::<P>,
            letter: renamed_letter::<P>,
            history,
        };
        for permutation in &interchangeable.permutations {
            self.assert_begins_alike(permutation, &interchangeable);
        }
        self.interchangeable = Some(interchangeable.into());
        self.changed()
    }

    fn assert_begins_alike(&self, permutation: &[usize], interchangeable: &Interchangeable<P, L>) {
        let rename = |id| self.other_name(permutation, id);
        for (position, &to) in permutation.iter().enumerate() {
            let (site, deeds) = self.begin(position, &[]);
            let site = (interchangeable.site)(&site, &rename);
            let sent = deeds.sent.iter();
            let sent = sent.map(|letter| (interchangeable.letter)(letter, &rename));
            let (is, did) = self.begin(to, &[]);
            let (one, other) = (&self.nodes[position], &self.nodes[to]);
            let differences = [
                differ("the process", &site.process, &is.process),
                differ("the ledger", &site.ledger, &is.ledger),
                differ("the timers", &site.timers, &is.timers),
                differ("what is not durable", &site.not_durable, &is.not_durable),
                differ("what is sent first", &sorted(sent), &sorted(did.sent)),
                differ(
                    "what is asked at once",
                    &renamed_requests::<P>(&one.asked_at_once, &rename),
                    &other.asked_at_once,
                ),
                differ(
                    "what is asked",
                    &sorted(renamed_requests::<P>(&one.asked, &rename)),
                    &sorted(other.asked.clone()),
                ),
                differ(
                    "the timers that never fire",
                    &sorted(renamed_timers::<P>(&one.timers_off, &rename)),
                    &sorted(other.timers_off.clone()),
                ),
                differ(
                    "whether it is told of sessions",
                    &one.told_of_sessions.is_some(),
                    &other.told_of_sessions.is_some(),
                ),
            ];
            if let Some(difference) = differences.into_iter().flatten().next() {
                panic!(
                    "the processes are not interchangeable: of {:?}, with other names, \
                     {difference}",
                    other.id
                );
            }
        }
    }
}

/// How what there would be differs from what there is, in words.
fn differ<T: PartialEq + Debug>(what: &str, renamed: &T, is: &T) -> Option<String> {
    (renamed != is).then(|| format!("{what} would be {renamed:?}, and is {is:?}"))
}

fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<_> = items.into_iter().collect();
    items.sort_unstable();
    items
}

fn renamed_requests<P: Renamed>(
    requests: &[P::Request],
    rename: Renaming<'_, P::Id>,
) -> Vec<P::Request> {
    let requests = requests.iter();
    let renamed = requests.map(|request| P::renamed_request(request, rename));
    renamed.collect()
}

fn renamed_timers<P: Renamed>(timers: &[P::Timer], rename: Renaming<'_, P::Id>) -> Vec<P::Timer> {
    let timers = timers.iter();
    timers
        .map(|&timer| P::renamed_timer(timer, rename))
        .collect()
}
/// The permutations of these positions, of so many in all, except the one that changes nothing.
fn permutations(positions: &[usize], count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for _ in positions {
        let longer = all.iter().flat_map(|some: &Vec<usize>| {
            let others = positions.iter().filter(|position| !some.contains(position));
            others.map(|&position| [&some[..], &[position]].concat())
        });
        all = longer.collect();
    }
    let permutations = all.iter().map(|images| {
        let mut permutation: Vec<_> = (0..count).collect();
        for (&position, &image) in positions.iter().zip(images) {
            permutation[position] = image;
        }
        permutation
    });
    permutations
        .filter(|permutation| !permutation.is_sorted())
        .collect()
}

fn renamed_site<P: Explorable + Renamed>(site: &Site<P>, rename: Renaming<'_, P::Id>) -> Site<P> {
    let not_durable = site.not_durable.iter().map(|record| NotDurable {
        without: P::renamed_ledger(&record.without, rename),
        told: record
            .told
            .as_ref()
            .map(|told| P::renamed_request(told, rename)),
    });
    Site {
        id: rename(site.id),
        process: site.process.renamed(rename),
        ledger: P::renamed_ledger(&site.ledger, rename),
        timers: site
            .timers()
            .map(|timer| P::renamed_timer(timer, rename))
            .collect(),
        not_durable: not_durable.collect(),
    }
}

fn renamed_event<P: Explorable + Renamed>(
    event: &EventOf<P>,
    rename: Renaming<'_, P::Id>,
) -> EventOf<P> {
    let renamed = |input: &InputOf<P>| match input {
        Input::Receive { from, message } => Input::Receive {
            from: rename(*from),
            message: P::renamed_message(message, rename),
        },
        Input::Timeout(timer) => Input::Timeout(P::renamed_timer(*timer, rename)),
        Input::Propose(request) => Input::Propose(P::renamed_request(request, rename)),
    };
    match event {
        Event::Handle(id, input) => Event::Handle(rename(*id), renamed(input)),
        Event::Crash { id, during, cuts } => Event::Crash {
            id: rename(*id),
            during: during.as_ref().map(renamed),
            cuts: cuts.clone(),
        },
        Event::Break(one, other) => Event::Break(rename(*one), rename(*other)),
    }
}

fn renamed_letter<P: Explorable + Renamed>(
    letter: &LetterOf<P>,
    rename: Renaming<'_, P::Id>,
) -> LetterOf<P> {
    let (to, from) = (rename(letter.to()), rename(letter.from()));
    match letter {
        Letter::Message(Envelope { message, .. }) => Letter::Message(Envelope {
            to,
            from,
            message: P::renamed_message(message, rename),
        }),
        Letter::Border { border, .. } => Letter::Border {
            to,
            from,
            border: *border,
        },
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    /// The states that the changes of names of [interchangeable](World::interchangeable)
    /// processes make of a state, itself included. One may occur several times.
    pub fn images(&self, state: &State<N>) -> Vec<State<N>> {
        let mut images = vec![*state];
        let Some(interchangeable) = &self.interchangeable else {
            return images;
        };
        let nodes = 0..self.nodes.len();
        let history = self.history_images(interchangeable, state.history);
        let parts = nodes.map(|position| {
            let sites = self.site_images(interchangeable, state.sites[position]);
            (
                sites,
                self.sent_images(interchangeable, state.sent[position]),
            )
        });
        let parts: Vec<_> = parts.collect();
        let left = [state.crashes_left, state.breaks_left, state.losses_left];
        for (place, permutation) in interchangeable.permutations.iter().enumerate() {
            let (mut sites, mut sent) = (state.sites, state.sent);
            for ((site, list), &to) in parts.iter().zip(permutation) {
                (sites[to], sent[to]) = (site[place], list[place]);
            }
            images.push(self.state(sites, sent, history[place], left));
        }
        images
    }

    /// The name that a permutation of the nodes gives to the process with this name.
    fn other_name(&self, permutation: &[usize], id: P::Id) -> P::Id {
        let position = self.nodes.iter().position(|node| node.id == id);
        position.map_or(id, |position| self.nodes[permutation[position]].id)
    }

    /// What each of the changes of names, by its place, makes of something.
    fn each<T>(
        &self,
        interchangeable: &Interchangeable<P, L>,
        of: impl Fn(usize, Renaming<'_, P::Id>) -> T,
    ) -> Box<[T]> {
        let permutations = interchangeable.permutations.iter().enumerate();
        let each = permutations
            .map(|(place, permutation)| of(place, &|id| self.other_name(permutation, id)));
        each.collect()
    }

    fn site_images(&self, interchangeable: &Interchangeable<P, L>, id: SiteId) -> &[SiteId] {
        let facts = self.known.facts(id);
        let intern = |place: usize, rename: Renaming<'_, P::Id>, origin| {
            let site = (interchangeable.site)(self.known.site(id), rename);
            let me = interchangeable.permutations[place][facts.me];
            self.intern_site(me, site, origin)
        };
        facts.images.get_or_init(|| match &facts.origin {
            Origin::Beginning(cuts) => self.each(interchangeable, |place, rename| {
                intern(place, rename, Origin::Beginning(cuts.clone()))
            }),
            // The images of the site before it come first, since sites are written as bytes
            // after the sites from which they were reached.
            Origin::Step(from, event) => {
                let from = self.site_images(interchangeable, *from);
                self.each(interchangeable, |place, rename| {
                    let event = (interchangeable.event)(event, rename);
                    intern(place, rename, Origin::Step(from[place], event))
                })
            }
        })
    }

    fn sent_images(&self, interchangeable: &Interchangeable<P, L>, id: SentId) -> &[SentId] {
        let messages = &self.known.messages;
        messages.facts(id).images.get_or_init(|| {
            self.each(interchangeable, |_, rename| {
                messages.replaced(id, |letter| (interchangeable.letter)(letter, rename))
            })
        })
    }

    fn history_images(
        &self,
        interchangeable: &Interchangeable<P, L>,
        id: HistoryId,
    ) -> &[HistoryId] {
        self.known.history_facts(id).images.get_or_init(|| {
            self.each(interchangeable, |_, rename| {
                self.intern_history((interchangeable.history)(self.known.history(id), rename))
            })
        })
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> Structure for World<P, L, N> {
    type Held = State<N>;

    fn form(&self) -> Form<Self> {
        Form {
            symmetry: self.interchangeable.as_ref().map(|_| Symmetry::of_images()),
            ..Form::WHOLE
        }
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> Symmetric for World<P, L, N> {
    /// Not of the numbers in the state: they differ from run to run.
    type Key = [u64; 2];

    fn images(&self, state: &State<N>, images: &mut Vec<State<N>>) {
        images.extend(self.images(state));
    }

    fn key(&self, state: &State<N>) -> [u64; 2] {
        state.digest
    }
}
