//! Worlds of the paper's processes, within the bounds of its models.

use crate::bounds::Bounds;
use synod_math::{BallotNumber, Priest};
use synod_process::Process;
use synod_protocol::Timer;
use synod_world::{Explorable, Lens, ProcessSetup};

pub use synod_world::{Deeds, Envelope, Event, Observed, Site, State, StepId};

/// A process of the paper, which is seen through a lens of its own: what it does
/// in terms of a model of the paper.
pub trait Refined: Explorable<Id = Priest> {
    /// What is the same in all states of a world.
    type Setting: Lens<Self> + Bounded;
}

/// What has the bounds of a model.
pub trait Bounded {
    /// The bounds.
    fn bounds(&self) -> &Bounds;
}

/// The world of such processes.
pub type World<P> = synod_world::World<P, <P as Refined>::Setting>;

/// The same processes as actors of Stateright's.
pub type Actors<P> = synod_world::actors::Actors<P, <P as Refined>::Setting>;

/// A state of the actors.
pub type ActorsState<P> = synod_world::actors::ActorsState<P, <P as Refined>::Setting>;

/// What is claimed of the actors, as Stateright wants it.
pub(crate) type Holds<P> = fn(&Actors<P>, &ActorsState<P>) -> bool;

/// What is the same in all states of a world: its lens, by the name that it has
/// here.
pub trait InSetting<S: Bounded + 'static> {
    /// What is the same in all states.
    fn setting(&self) -> &S;

    /// The bounds.
    fn bounds(&self) -> &Bounds {
        self.setting().bounds()
    }
}

impl<P: Explorable, S: Lens<P> + Bounded> InSetting<S> for synod_world::World<P, S> {
    fn setting(&self) -> &S {
        self.lens()
    }
}

/// The processes of these bounds. Who owns no ballot number never becomes
/// president.
pub(crate) fn priests<P: Process<Id = Priest, Timer = Timer>>(
    bounds: &Bounds,
    settings: impl Fn() -> P::Settings,
) -> impl Iterator<Item = ProcessSetup<P>> {
    bounds.priests().map(move |p| {
        let node = ProcessSetup::new(p, settings());
        if bounds.owners().any(|owner| owner == p) {
            node
        } else {
            node.without_timer(Timer::Absence)
        }
    })
}

/// A timer in a word.
pub(crate) const fn timer_name(timer: Timer) -> &'static str {
    match timer {
        Timer::Presence => "presence",
        Timer::Absence => "absence",
        Timer::Round => "round",
    }
}

/// Whether all ballot numbers that these processes tried are within the bounds.
pub(crate) fn tries_within(
    bounds: &Bounds,
    mut tried: impl Iterator<Item = Option<BallotNumber>>,
) -> bool {
    tried.all(|number| number.is_none_or(|number| bounds.rank(number).is_some()))
}
