//! The timed world as a Stateright model.

use super::inbox::{Parcel, after_a_tick, after_arrival};
use super::known::{Reaction, Stand, StandFacts};
use super::{LONGEST, Timed};
use crate::digest::digest;
use crate::event::Event;
use crate::ids::{InputId, SiteId};
use crate::known::Origin;
use crate::lens::Lens;
use crate::lives::Handled;
use crate::network::Letter;
use crate::node::Explorable;
use crate::state::MAX_NODES;
use stateright::{Model, Property};
use std::hash::{Hash, Hasher};
use synod_process::Input;
use synod_vocabulary::{Describe, Form, Partner, Structure, claim::properties};

/// A state of a [`Timed`] world. Layout: `Copy`, without pointers, 64 bytes for 5 nodes. Its hash
/// is the same in every run, as that of a [`State`](crate::State).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment<const N: usize = MAX_NODES> {
    pub(super) digest: [u64; 2],
    /// Of those who are present.
    pub(super) stands: [u32; N],
    pub(super) inboxes: [u32; N],
    pub(super) elapsed: u8,
    /// Whether somebody present was not done at this instant. It stays false where runs end as soon as
    /// everybody is.
    pub(super) has_waited: bool,
}

impl<const N: usize> Moment<N> {
    /// How many ticks have passed since T_el; at most as many as the horizon has.
    pub const fn elapsed(&self) -> u8 {
        self.elapsed
    }

    /// Whether somebody present was not done at this instant, where runs go on when everybody is.
    pub const fn has_waited(&self) -> bool {
        self.has_waited
    }
}

impl<const N: usize> Hash for Moment<N> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.digest[0]);
        hasher.write_u64(self.digest[1]);
        hasher.write_u8(self.elapsed);
        hasher.write_u8(u8::from(self.has_waited));
    }
}

/// A step of a [`Timed`] world, with the instant at which it is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pass {
    pub(super) elapsed: u8,
    pub(super) what: What,
}

/// What happens in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum What {
    /// A tick passes.
    Tick,
    /// A tick passes when everybody present is done, and the run goes on: has somebody waited at the
    /// instant before?
    Afterwards { waited: bool },
    /// A message arrives.
    Arrive {
        to: u8,
        input: InputId,
        left: u8,
        must: bool,
    },
    /// A timer fires.
    Fire { at: u8, input: InputId },
}

impl<P: Explorable, L: Lens<P>, const N: usize> Model for Timed<P, L, N> {
    type State = Moment<N>;
    type Action = Pass;

    fn init_states(&self) -> Vec<Moment<N>> {
        self.starts().to_vec()
    }

    fn actions(&self, moment: &Moment<N>, actions: &mut Vec<Pass>) {
        if self.is_over(moment) && !self.start.goes_on {
            return;
        }
        let elapsed = moment.elapsed;
        let mut is_urgent = false;
        for &p in &self.present {
            let (stand, at) = (moment.stands[p], p as u8);
            let inbox = self.known.inboxes.value(moment.inboxes[p]);
            let is_due = self.known.stands.facts(stand).is_due;
            for (place, parcel) in inbox.iter().enumerate() {
                let &Parcel { input, left, must } = parcel;
                if (is_due && self.is_asked(input)) || self.is_overtaking(inbox, place) {
                    continue;
                }
                // What may arrive and what has to are told apart; equal parcels are not.
                if place > 0 && inbox[place - 1] == *parcel {
                    continue;
                }
                let what = What::Arrive {
                    to: at,
                    input,
                    left,
                    must,
                };
                actions.push(Pass { elapsed, what });
            }
            let is_pressing = |parcel: &Parcel| parcel.is_urgent() && !self.is_asked(parcel.input);
            is_urgent |= is_due || self.known.inboxes.facts(moment.inboxes[p]).is_urgent;
            if !is_due || inbox.iter().any(is_pressing) {
                continue;
            }
            let clocks = &self.known.stands.value(stand).clocks;
            for &(timer, _) in clocks.iter().filter(|(_, left)| *left == 0) {
                let messages = &self.world.known.messages;
                let input = messages.intern_input(Input::Timeout(timer));
                let what = What::Fire { at, input };
                actions.push(Pass { elapsed, what });
            }
        }
        if is_urgent || self.is_at_rest(moment) {
            return;
        }
        let what = if self.is_over(moment) {
            let waited = moment.has_waited;
            What::Afterwards { waited }
        } else if elapsed < self.timing.horizon {
            What::Tick
        } else {
            return;
        };
        actions.push(Pass { elapsed, what });
    }

    fn next_state(&self, moment: &Moment<N>, pass: Pass) -> Option<Moment<N>> {
        let mut next = *moment;
        match pass.what {
            What::Tick | What::Afterwards { .. } => {
                next.elapsed = self.timing.horizon.min(moment.elapsed + 1);
                next.has_waited = false;
                for &p in &self.present {
                    next.stands[p] = self.stand_after_a_tick(moment.stands[p]);
                    let inbox = self.known.inboxes.value(moment.inboxes[p]);
                    next.inboxes[p] = self.intern_inbox(after_a_tick(inbox));
                }
            }
            What::Arrive {
                to,
                input,
                left,
                must,
            } => {
                let p = usize::from(to);
                let inbox = self.known.inboxes.value(moment.inboxes[p]);
                let parcel = Parcel { input, left, must };
                let place = inbox.iter().position(|one| *one == parcel)?;
                let may_repeat = self.timing.repeats && !self.is_asked(input);
                let inbox = after_arrival(inbox, place, may_repeat);
                self.take(&mut next, p, inbox, input);
            }
            What::Fire { at, input } => {
                let p = usize::from(at);
                // Messages of the same instant come first: those that could arrive only now have
                // not arrived.
                let inbox = self.known.inboxes.value(moment.inboxes[p]);
                let is_later = |parcel: &&Parcel| parcel.left > 0 || self.is_asked(parcel.input);
                let later = inbox.iter().filter(is_later);
                self.take(&mut next, p, later.copied().collect(), input);
            }
        }
        (next != *moment).then(|| self.digested(next))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let longest = Partner {
            name: LONGEST,
            happens: |model: &Self, moment| {
                let is_late = moment.has_waited || !model.start.goes_on;
                model.longest == Some(moment.elapsed) && is_late && model.is_over(moment)
            },
        };
        let longest = self.longest.map(|_| longest);
        properties(&self.claims(), longest.as_slice())
    }

    fn format_action(&self, pass: &Pass) -> String {
        self.step_name(pass)
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> Structure for Timed<P, L, N> {
    type Held = Moment<N>;

    fn form(&self) -> Form<Self> {
        Form::WHOLE
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> Timed<P, L, N> {
    /// Whether everybody present is done.
    pub(super) fn is_over(&self, moment: &Moment<N>) -> bool {
        let mut stands = self.present.iter().map(|&p| moment.stands[p]);
        stands.all(|stand| self.known.stands.facts(stand).is_done)
    }

    /// Whether nothing can ever happen any more: nothing is on its way, and no timer runs.
    pub(super) fn is_at_rest(&self, moment: &Moment<N>) -> bool {
        self.present.iter().all(|&p| {
            let clocks = &self.known.stands.value(moment.stands[p]).clocks;
            let inbox = self.known.inboxes.value(moment.inboxes[p]);
            clocks.is_empty() && inbox.is_empty()
        })
    }

    /// The sender of a message; none of what is no message.
    fn sender(&self, input: InputId) -> Option<P::Id> {
        match self.world.known.messages.input(input) {
            Input::Receive { from, .. } => Some(*from),
            _ => None,
        }
    }

    /// Whether another message of the same sender has to arrive before the one at this place.
    fn is_overtaking(&self, inbox: &[Parcel], place: usize) -> bool {
        let earlier = place.checked_sub(1).map(|place| &inbox[place]);
        let has_to_arrive = earlier.filter(|earlier| earlier.must && inbox[place].must);
        self.timing.in_order
            && has_to_arrive.is_some_and(|earlier| {
                let sender = self.sender(earlier.input);
                sender.is_some() && sender == self.sender(inbox[place].input)
            })
    }

    /// Whether this is what a client asks for, and no message.
    pub(super) fn is_asked(&self, input: InputId) -> bool {
        matches!(self.world.known.messages.input(input), Input::Propose(_))
    }

    /// A moment without anybody.
    pub(super) const fn nowhere() -> Moment<N> {
        Moment {
            digest: [0; 2],
            stands: [0; N],
            inboxes: [0; N],
            elapsed: 0,
            has_waited: false,
        }
    }

    /// The moment with its digest, and whether somebody has waited.
    pub(super) fn digested(&self, moment: Moment<N>) -> Moment<N> {
        let sum = self.present.iter().fold(0, |sum: u128, &p| {
            let of_stand = self.known.stands.facts(moment.stands[p]).digest;
            let of_inbox = self.known.inboxes.facts(moment.inboxes[p]).digest;
            // Stands differ from node to node, but inboxes do not: each has its place.
            let of_inbox = of_inbox.wrapping_mul(2 * p as u128 + 3);
            sum.wrapping_add(of_stand).wrapping_add(of_inbox)
        });
        let waits = self.start.goes_on && !self.is_over(&moment);
        Moment {
            digest: [sum as u64, (sum >> 64) as u64],
            has_waited: moment.has_waited || waits,
            ..moment
        }
    }

    /// The process at this position takes an input, with this left on its way to him, and sends.
    fn take(&self, moment: &mut Moment<N>, p: usize, mut left: Vec<Parcel>, input: InputId) {
        let reaction = self.reaction(moment.stands[p], input);
        moment.stands[p] = reaction.stand;
        left.retain(|parcel| !self.is_stale(reaction.stand, parcel.input));
        moment.inboxes[p] = self.intern_inbox(left);
        for &(to, input) in reaction.sent.iter() {
            if self.is_stale(moment.stands[usize::from(to)], input) {
                continue;
            }
            let inbox = &mut moment.inboxes[usize::from(to)];
            let parcel = Parcel {
                input,
                left: self.timing.delta,
                must: true,
            };
            let known = self.known.inboxes.value(*inbox);
            *inbox = self.intern_inbox([known, &[parcel][..]].concat());
        }
    }

    fn reaction(&self, stand: u32, input: InputId) -> Reaction {
        let reactions = &self.known.reactions;
        if let Some(known) = reactions.get(&(stand, input)) {
            return known.clone();
        }
        let reaction = self.react(stand, input);
        reactions.insert((stand, input), reaction.clone());
        reaction
    }

    fn react(&self, stand: u32, input: InputId) -> Reaction {
        let Stand { site, clocks } = self.known.stands.value(stand);
        let (world, messages) = (&self.world, &self.world.known.messages);
        let me = world.known.facts(*site).me;
        let (id, input) = (world.nodes[me].id, messages.input(input));
        let Handled {
            site: after,
            sent,
            set_anew,
        } = world.run_input(me, world.known.site(*site), input);
        let fired = match input {
            Input::Timeout(timer) => Some(*timer),
            _ => None,
        };
        let left = |timer| {
            let is_anew = set_anew.contains(&timer);
            let before = clocks.iter().find(|(running, _)| *running == timer);
            let before = before.filter(|_| fired != Some(timer));
            let left = if is_anew {
                self.length(timer)
            } else {
                before.map(|&(_, left)| left)
            };
            Some((timer, left?))
        };
        let clocks = after.timers().filter_map(left).collect();
        let origin = Origin::Step(*site, Event::Handle(id, input.clone()));
        let site = world.intern_site(me, after, origin);
        let sent = sent.into_iter().filter_map(|letter| {
            let Letter::Message(envelope) = letter else {
                return None; // No session ends.
            };
            let to = world.position(envelope.to);
            let is_present = self.present.contains(&to);
            let message = Input::Receive {
                from: envelope.from,
                message: envelope.message,
            };
            is_present.then(|| (to as u8, messages.intern_input(message)))
        });
        Reaction {
            sent: sent.collect(),
            stand: self.intern_stand(Stand { site, clocks }),
        }
    }

    fn stand_after_a_tick(&self, stand: u32) -> u32 {
        let Stand { site, clocks } = self.known.stands.value(stand);
        if clocks.is_empty() {
            return stand;
        }
        let clocks = clocks.iter().map(|&(timer, left)| (timer, left - 1));
        self.intern_stand(Stand {
            site: *site,
            clocks: clocks.collect(),
        })
    }

    pub(super) fn intern_stand(&self, stand: Stand<P::Timer>) -> u32 {
        self.known.stands.intern(stand, |stand| {
            let (site, of_site) = (
                self.world.known.site(stand.site),
                self.world.known.facts(stand.site).digest,
            );
            StandFacts {
                digest: digest(&(of_site, &stand.clocks)),
                is_done: (self.start.is_done)(&self.world, &self.timing, site),
                is_due: stand.clocks.iter().any(|(_, left)| *left == 0),
            }
        })
    }

    pub(super) fn intern_inbox(&self, parcels: Vec<Parcel>) -> u32 {
        let messages = &self.world.known.messages;
        let key = |input| messages.input(input);
        let digest_of = |input| digest(messages.input(input));
        let sender = |input| self.sender(input);
        let way = self.timing.way();
        self.known.inbox(parcels, way, key, sender, digest_of)
    }

    /// Whether a message says nothing any more to the process of a stand.
    pub(super) fn is_stale(&self, stand: u32, input: InputId) -> bool {
        let site = self.world.known.site(self.site_of(stand));
        match self.world.known.messages.input(input) {
            Input::Receive { from, message } => {
                (self.start.is_stale)(&self.world, &self.timing, site, *from, message)
            }
            _ => false,
        }
    }

    /// The number of the site in a stand.
    pub(super) fn site_of(&self, stand: u32) -> SiteId {
        self.known.stands.value(stand).site
    }
}
