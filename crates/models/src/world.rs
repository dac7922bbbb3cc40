//! Worlds of the shipped processes, within the bounds of the models. [`complete`] and
//! [`parliament`] make them, and their examples show them.
//!
//! [`complete`]: crate::complete
//! [`parliament`]: crate::parliament

use crate::bounds::Bounds;
use synod_math::{BallotNumber, Priest};
use synod_process::Process;
use synod_protocol::{Ignored, Timer};
use synod_vocabulary::{Field, Part, Value};
use synod_world::{Explorable, Lens, ProcessSetup};

pub use synod_world::{Deeds, Envelope, Event, Observed, Site, State, StepId};

/// A process that refines a model of the paper. Its lens keeps the history of its actions
/// in that model.
pub trait Refined: Explorable<Id = Priest> {
    /// The lens: the part of a world that is the same in all its states.
    type Setting: Lens<Self> + Bounded;
}

/// A setting that has the bounds of a model.
pub trait Bounded {
    /// The bounds.
    fn bounds(&self) -> &Bounds;
}

/// The world of such processes.
pub type World<P> = synod_world::World<P, <P as Refined>::Setting>;

/// The same processes as Stateright's actors.
pub type Actors<P> = synod_world::actors::Actors<P, <P as Refined>::Setting>;

/// A state of the actors.
pub type ActorsState<P> = synod_world::actors::ActorsState<P, <P as Refined>::Setting>;

/// A condition of a Stateright property about the actors.
pub(crate) type Holds<P> = fn(&Actors<P>, &ActorsState<P>) -> bool;

/// A world with a setting: the part of it that is the same in all states, which
/// `synod_world` calls its lens.
pub trait InSetting<S: Bounded + 'static> {
    /// The part that is the same in all states.
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

/// The processes of these bounds. A priest who owns no ballot number never becomes
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

/// The fields of a priest: the variables on his ledger, then those on his slip.
pub(crate) fn in_parts(
    priest: Priest,
    ledger: impl IntoIterator<Item = (&'static str, Value)>,
    slip: impl IntoIterator<Item = (&'static str, Value)>,
) -> Vec<Field> {
    let field = |part| move |(variable, value)| Field::of(priest, variable, value).in_part(part);
    let ledger = ledger.into_iter().map(field(Part::Ledger));
    ledger
        .chain(slip.into_iter().map(field(Part::Slip)))
        .collect()
}

/// The name of a timer.
pub(crate) const fn timer_name(timer: Timer) -> &'static str {
    match timer {
        Timer::Presence => "presence",
        Timer::Absence => "absence",
        Timer::Round => "round",
        Timer::Snapshot => "snapshot",
    }
}

/// All timers of the shipped processes, except that of heartbeats.
pub(crate) const TIMERS: [Timer; 3] = [Timer::Absence, Timer::Round, Timer::Snapshot];

/// Why a process has ignored an input.
pub(crate) const fn ignored_name(why: Ignored) -> &'static str {
    match why {
        Ignored::BelowNextBal => "nextBal is larger: a promise forbids it",
        Ignored::AlreadyVoted => "he has voted in this ballot",
        Ignored::AlreadyPromised => "he has answered it",
        Ignored::NotPromised => "he has made no promise for this ballot",
        Ignored::NotInQuorum => "he is not in the quorum",
        Ignored::OtherBallot => "it is about another ballot than lastTried",
        Ignored::NotTrying => "he is not trying",
        Ignored::NotPolling => "he is not polling",
        Ignored::OutcomeKnown => "he knows the outcome",
        Ignored::StaleRefusal => "he has tried a larger number since",
        Ignored::NotPresident => "he is not president",
        Ignored::TooFarBehind => "its sender is too far behind",
        Ignored::MissingPart => "a part of the LastVote before this one is missing",
        Ignored::Learner => "he has lost his ledger: he neither votes nor presides",
        Ignored::OldSnapshot => "his law is as new",
        Ignored::OutOfOrder => "he votes in the order of the decree numbers",
        Ignored::AlreadyUnderWay => "the request waits, or is being voted on",
        Ignored::BeyondHorizon => "no honest process can have reached this number",
        Ignored::NoNumberLeft => "there is no larger ballot number",
    }
}

/// Whether all ballot numbers that these processes tried are within the bounds.
pub(crate) fn tries_within(
    bounds: &Bounds,
    mut tried: impl Iterator<Item = Option<BallotNumber>>,
) -> bool {
    tried.all(|number| number.is_none_or(|number| bounds.rank(number).is_some()))
}
