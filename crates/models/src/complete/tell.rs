//! Names and descriptions of the processes of one decree and their messages, for reports.

use super::fields::site_fields;
use super::history::History;
use super::{Candidate, Setting};
use crate::bounds::{Bounds, Decree};
use crate::figure::{self, ballot_fields};
use crate::kinds::kinds;
use crate::world::{Bounded, Observed, Site, TIMERS, ignored_name, timer_name};
use synod_math::Priest;
use synod_protocol::{Ignored, Input, Message, Timer};
use synod_vocabulary::{Field, Figure};
use synod_world::Tell;

kinds! {
    /// The kinds of inputs.
    enum Kind of Input<Decree> {
        NextBallot = "Receive NextBallot": Input::Receive { message: Message::NextBallot { .. }, .. },
        LastVote = "Receive LastVote": Input::Receive { message: Message::LastVote { .. }, .. },
        BeginBallot = "Receive BeginBallot": Input::Receive { message: Message::BeginBallot { .. }, .. },
        Voted = "Receive Voted": Input::Receive { message: Message::Voted { .. }, .. },
        Success = "Receive Success": Input::Receive { message: Message::Success { .. }, .. },
        Refused = "Receive Refused": Input::Receive { message: Message::Refused { .. }, .. },
        Present = "Receive Present": Input::Receive { message: Message::Present { .. }, .. },
        Absence = "the absence timer fires": Input::Timeout(Timer::Absence),
        // The world takes proposals and presence as given; they are not steps.
        Round = "the round timer fires":
            Input::Timeout(Timer::Round | Timer::Presence | Timer::Snapshot) | Input::Propose(_),
    }
}

impl Tell<Candidate> for Setting {
    /// Claims depend on the outcome in the ledger.
    type ClaimView = Option<Decree>;

    fn claim_view(&self, site: &Site<Candidate>) -> Option<Decree> {
        site.ledger.outcome
    }

    fn input_kinds(&self) -> &'static [&'static str] {
        Kind::NAMES
    }

    fn input_kind(&self, input: &Input<Decree>) -> usize {
        Kind::place(input)
    }

    fn node_name(&self, priest: Priest) -> String {
        priest.to_string()
    }

    fn message_name(&self, message: &Message<Decree>) -> String {
        named(self.bounds(), message).to_string()
    }

    fn request_name(&self, decree: &Decree) -> String {
        self.bounds().decree_name(*decree).to_owned()
    }

    fn timer_name(&self, timer: Timer) -> String {
        timer_name(timer).to_owned()
    }

    fn timers(&self) -> Vec<Timer> {
        TIMERS[..2].to_vec() // The priest of one decree takes no snapshots.
    }

    fn ignored_name(&self, why: &Ignored) -> Option<String> {
        Some(ignored_name(*why).to_owned())
    }

    fn site_fields(&self, _: Priest, site: &Site<Candidate>) -> Vec<Field> {
        site_fields(self.bounds(), site)
    }

    fn history_fields(&self, history: &History) -> Vec<Field> {
        ballot_fields(&history.basic.ballots.named(self.bounds())).into()
    }

    fn figure(&self, history: &History) -> Option<Figure> {
        Some(figure::of(&history.basic.ballots.named(self.bounds())))
    }

    fn objection(&self, history: &History, step: &Observed<'_, Candidate>) -> Option<String> {
        self.objection_to(history, step)
    }

    fn drawing(&self, history: &History) -> Option<String> {
        Some(figure::draw(&history.basic.ballots.named(self.bounds())))
    }
}

/// A message with the names of its decrees.
fn named(bounds: &Bounds, message: &Message<Decree>) -> Message<String> {
    message.map(|decree| bounds.decree_name(*decree).to_owned())
}
