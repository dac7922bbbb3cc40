//! The shipped processes in time (§2.4): how long it takes until every priest who is present has what
//! he should have. [`complete::timed`](crate::complete::timed) and
//! [`parliament::timed`](crate::parliament::timed) make the worlds, and their examples show them.

use crate::world::{Refined, Site, State, World};
use synod_math::{Priest, PriestSet};
use synod_process::Input;
use synod_protocol::Timer;
use synod_world::timed::{Instant, Start, Timing, TimingOf};
use synod_world::{Envelope, Event, Reduce as _};

/// A world of such processes in which time passes.
pub type Timed<P> = synod_world::timed::Timed<P, <P as Refined>::Setting>;

synod_vocabulary::named! {
    /// The events that may precede T_el.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum Before {
        /// Nothing: everybody has just entered the Chamber.
        Nothing = "nothing",
        /// The tryers have begun their ballots, and asked for them by NextBallot. Nothing else was
        /// received, so that all of it may still be on its way.
        Asked = "asked",
        /// In the parliament: everybody present has promised the president's ballot, and he has not been
        /// asked for anything yet.
        Elected = "elected",
        /// Whatever the protocol can do within the bounds.
        #[default]
        Anything = "anything",
    }
}

synod_vocabulary::named! {
    /// What a run waits for.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum Until {
        /// Everybody present knows the outcome; in the parliament, that of every request.
        #[default]
        Outcome = "outcome",
        /// Of those present, the one with the highest name considers himself president, and nobody else
        /// does.
        OnePresident = "one president",
    }
}

/// How time passes. Lengths of time are in ticks.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Δ.
    pub delta: u8,
    /// How long a president waits for answers or for votes before he begins another ballot. Without it he
    /// waits for ever.
    pub round: Option<u8>,
    /// How often each priest tells the others that he is present. Without it, they do not tell it.
    pub presence: Option<u8>,
    /// T: whoever has not heard of a priest with a higher name for this long considers himself
    /// president. Without it nobody becomes president after T_el.
    pub absence: Option<u8>,
    /// Who is present from T_el on.
    pub present: PriestSet,
    /// What may have happened before.
    pub before: Before,
    /// What a run waits for.
    pub until: Until,
    /// Whether messages may arrive more than once.
    pub repeats: bool,
    /// Whether messages from one to another arrive in the order in which they were sent.
    pub in_order: bool,
    /// The last instant that is explored, counted from T_el.
    pub horizon: u8,
}

impl Pace {
    /// A pace of Δ = 1 tick, with nothing before T_el and rounds of 2Δ, in which everybody waits for the
    /// outcome.
    pub const fn of(present: PriestSet) -> Self {
        Self {
            delta: 1,
            round: Some(2),
            presence: None,
            absence: None,
            present,
            before: Before::Nothing,
            until: Until::Outcome,
            repeats: false,
            in_order: false,
            horizon: 20,
        }
    }

    fn timing(&self) -> Timing<Priest, Timer> {
        let timers = [
            (Timer::Round, self.round),
            (Timer::Presence, self.presence),
            (Timer::Absence, self.absence),
        ];
        let timers = timers.into_iter();
        Timing {
            delta: self.delta,
            present: self.present.iter().collect(),
            timers: timers
                .filter_map(|(timer, length)| Some((timer, length?)))
                .collect(),
            repeats: self.repeats,
            in_order: self.in_order,
            horizon: self.horizon,
        }
    }
}

/// A process of these worlds.
pub(crate) trait Presides: Refined<Timer = Timer> {
    /// Whether he considers himself president.
    fn is_president(&self) -> bool;

    /// What clients ask for at T_el.
    fn asked_for(_: &World<Self>, _president: Priest) -> Vec<(Priest, Self::Request)> {
        Vec::new()
    }

    /// Whether the president has been elected, and nothing has been asked of him.
    fn is_elected(_: &World<Self>, _: &State, _president: Priest, _present: &[Priest]) -> bool {
        false
    }

    /// Whether he knows the outcome.
    fn knows_outcome(world: &World<Self>, site: &Site<Self>) -> bool;

    /// Whether a message is stale: see [`Start::is_stale`].
    fn is_stale(
        world: &World<Self>,
        timing: &TimingOf<Self>,
        site: &Site<Self>,
        from: Priest,
        message: &Self::Message,
    ) -> bool;

    /// Whether the message is Present.
    fn is_present(message: &Self::Message) -> bool;
}

/// The processes of this world from T_el on.
pub(crate) fn timed<P: Presides>(world: World<P>, pace: &Pace) -> Timed<P> {
    let elects = pace.until == Until::OnePresident;
    let start = Start {
        may_precede: match pace.before {
            Before::Nothing => |_, _| false,
            Before::Asked => |_, event| matches!(event, Event::Handle(_, Input::Timeout(_))),
            Before::Elected => |_, event| !matches!(event, Event::Handle(_, Input::Propose(_))),
            Before::Anything => |_, _| true,
        },
        begins: match (pace.until, pace.before) {
            (Until::OnePresident, _) => |world, _, state| Some(hearing_of_everybody(world, state)),
            (Until::Outcome, Before::Elected) => elected,
            (Until::Outcome, _) => presiding,
        },
        is_done: if elects {
            presides_alone
        } else {
            |world, _, site| P::knows_outcome(world, site)
        },
        goes_on: elects,
        is_stale: if elects { is_no_presence } else { P::is_stale },
    };
    Timed::new(world, pace.timing(), start)
}

/// The one of those present who presides from T_el on.
fn president<P: Presides>(timing: &TimingOf<P>) -> Option<Priest> {
    timing.present.iter().copied().max()
}

/// From T_el on exactly one of those present considers himself president: the one with the highest
/// name. If he did not before, he does so at T_el.
fn presiding<P: Presides>(
    world: &World<P>,
    timing: &TimingOf<P>,
    state: &State,
) -> Option<Instant<P>> {
    let is_president = |p: Priest| world.site(state, p).process.is_president();
    let president = president::<P>(timing)?;
    let mut others = timing.present.iter().filter(|&&p| p != president);
    if others.any(|&p| is_president(p)) {
        return None;
    }
    let due = (!is_president(president)).then_some((president, Timer::Absence));
    Some(Instant {
        due: due.into_iter().collect(),
        asked: P::asked_for(world, president),
        ..Instant::NOTHING
    })
}

fn elected<P: Presides>(
    world: &World<P>,
    timing: &TimingOf<P>,
    state: &State,
) -> Option<Instant<P>> {
    let is_elected = P::is_elected(world, state, president::<P>(timing)?, &timing.present);
    presiding(world, timing, state).filter(|_| is_elected)
}

/// Everybody may have told that he was present just before T_el, those who have left too.
fn hearing_of_everybody<P: Presides>(world: &World<P>, state: &State) -> Instant<P> {
    let everybody = || world.ids();
    let late = everybody().flat_map(|from| {
        let heartbeats = world.lens().heartbeats(&world.site(state, from).ledger);
        heartbeats.into_iter().flat_map(move |message| {
            let others = everybody().filter(move |&to| to != from);
            others.map(move |to| Envelope {
                to,
                from,
                message: message.clone(),
            })
        })
    });
    Instant {
        late: late.collect(),
        ..Instant::NOTHING
    }
}

fn presides_alone<P: Presides>(_: &World<P>, timing: &TimingOf<P>, site: &Site<P>) -> bool {
    site.process.is_president() == (president::<P>(timing) == Some(site.id))
}

/// Only Present decides who presides, and only if it comes from a priest with a higher name. (A legislator
/// also gives way to one who is more than a batch ahead; nobody is, since specs in time have no limit on
/// batches.)
fn is_no_presence<P: Presides>(
    _: &World<P>,
    _: &TimingOf<P>,
    site: &Site<P>,
    from: Priest,
    message: &P::Message,
) -> bool {
    !P::is_present(message) || from < site.id
}
