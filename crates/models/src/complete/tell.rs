//! Names and descriptions of the processes of one decree and their messages, for reports.

use super::history::History;
use super::{Candidate, Setting};
use crate::bounds::{Bounds, Decree};
use crate::figure::{self, ballot_fields};
use crate::kinds::kinds;
use crate::world::{Bounded, Observed, Site, TIMERS, ignored_name, in_parts, timer_name};
use std::collections::BTreeMap;
use synod_math::{Priest, PriestSet};
use synod_paper::variables::OrMinusInfinity;
use synod_protocol::{Ignored, Input, Message, Slip, Timer};
use synod_vocabulary::{Field, Figure, Value};
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
            Input::Timeout(Timer::Round | Timer::Presence) | Input::Propose(_),
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
        TIMERS.to_vec()
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

/// A process, its ledger and the timers that are set.
pub(super) fn site_fields(bounds: &Bounds, site: &Site<Candidate>) -> Vec<Field> {
    let (process, ledger) = (&site.process, &site.ledger);
    let number = |number| Value::one(OrMinusInfinity(number));
    let decree =
        |decree: Option<Decree>| Value::one(bounds.decree_name(decree.unwrap_or(Decree::BLANK)));
    let slip = process.shipped().basic().slip();
    let (status, votes, quorum, voters, on) = match slip {
        Slip::Idle => ("idle", None, PriestSet::EMPTY, PriestSet::EMPTY, None),
        Slip::Trying { prev_votes } => {
            let none = PriestSet::EMPTY;
            ("trying", Some(prev_votes), none, none, None)
        }
        Slip::Polling {
            prev_votes,
            quorum,
            voters,
            decree,
        } => ("polling", Some(prev_votes), *quorum, *voters, Some(*decree)),
    };
    let votes = votes.into_iter().flat_map(BTreeMap::values);
    let name = |decree: &Decree| bounds.decree_name(*decree).to_owned();
    let votes = votes.map(|vote| vote.map(name));
    let president = if process.shipped().is_president() {
        "yes"
    } else {
        "no"
    };
    let p = process.shipped().basic().me();
    let on_the_ledger = [
        ("outcome", decree(ledger.outcome)),
        ("lastTried", number(ledger.last_tried)),
        ("prevBal", number(ledger.prev_bal())),
        ("prevDec", decree(ledger.prev_vote.map(|cast| cast.decree))),
        ("nextBal", number(ledger.next_bal)),
    ];
    let on_the_slip = [
        ("status", Value::one(status)),
        ("prevVotes", Value::set(votes)),
        ("quorum", Value::set(quorum.iter())),
        ("voters", Value::set(voters.iter())),
        ("decree", decree(on)),
        ("president", Value::one(president)),
        ("timers", Value::set(site.timers().map(timer_name))),
    ];
    in_parts(p, on_the_ledger, on_the_slip)
}
