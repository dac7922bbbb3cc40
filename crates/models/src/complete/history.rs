//! The history of a state, in terms of the basic protocol. Every action of A.1 that
//! a process reports is taken in the model [`basic`], where it must be
//! enabled. Afterwards the ledger and the slip of the process must be those of the model.

use super::fields::site_fields;
use super::partners::Reach;
use super::{Candidate, Setting};
use crate::ballots::Ballots;
use crate::basic::{self, Status};
use crate::bounds::{Bounds, Decree};
use crate::bytes::fields_as_bytes;
use crate::refinement::Broken;
use crate::replay::{FORGOTTEN, Past, Replay};
use crate::view::Synod;
use crate::world::{Bounded, Observed, Site, State, World};
use synod_math::Priest;
use synod_protocol::{Ledger, Note, Slip};
use synod_vocabulary::Describe;
use synod_world::Observe;

/// The history of a state of the [`world`](super::world).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct History {
    /// The state of `basic` after the actions so far. Once an action was not enabled,
    /// only 𝓑 is kept up to date.
    pub basic: basic::State,
    /// Facts about the past that are in no state of `basic`.
    pub past: Past,
    /// The refinements above `basic` that the last step broke.
    pub broken: Broken,
}

fields_as_bytes!(History {
    basic,
    past,
    broken
});

impl Observe<Candidate> for Setting {
    type History = History;

    fn observe(&self, from: &History, step: &Observed<'_, Candidate>) -> History {
        let mut replay = self.replayed(from, step);
        if !replay.past.has_diverged && !self.all_agree(&replay, from, step.after) {
            replay.diverge();
        }
        History {
            basic: replay.instances[0],
            past: replay.past,
            broken: replay.broken,
        }
    }

    /// Whether a record decreases lastTried, nextBal or prevBal, or overwrites the
    /// outcome.
    fn goes_back(&self, ledger: &Ledger<Decree>, note: &Note<Decree>) -> bool {
        match note {
            Note::LastTried(number) => Some(*number) < ledger.last_tried,
            Note::NextBal(number) => Some(*number) < ledger.next_bal,
            Note::PrevVote(cast) => Some(cast.number) < ledger.prev_bal(),
            Note::Outcome(decree) => ledger.outcome.is_some_and(|outcome| outcome != *decree),
        }
    }

    fn is_outside(&self, history: &History) -> bool {
        history.past.is_outside
    }
}

impl Setting {
    /// The replay of a step, before the process is compared with the model.
    fn replayed(&self, from: &History, step: &Observed<'_, Candidate>) -> Replay<'_, 1> {
        let deeds = step.deeds;
        let mut replay = Replay {
            basic: &self.basic,
            p: step.by,
            last_tried: step.before.process.shipped().basic().ledger().last_tried,
            instances: [from.basic],
            past: from.past.after(deeds),
            broken: Broken::NOTHING,
            refused: None,
        };
        for action in &deeds.actions {
            replay.take([0], action, |&decree| decree);
        }
        if deeds.crashed {
            replay.crash();
        }
        replay
    }

    /// What A.1 says against a step after a history that it allows.
    pub(super) fn objection_to(
        &self,
        from: &History,
        step: &Observed<'_, Candidate>,
    ) -> Option<String> {
        if from.past.has_diverged {
            return None;
        }
        let replay = self.replayed(from, step);
        if replay.past.is_outside {
            return None; // Beyond the bounds nothing is known.
        }
        if let Some((_, why)) = replay.refused {
            return Some(why);
        }
        if self.all_agree(&replay, from, step.after) {
            return None;
        }
        if step.after.process.shipped().basic().ledger() != &step.after.ledger {
            return Some(FORGOTTEN.to_owned());
        }
        let [should_be] = replay.instances;
        Some(self.difference(&should_be, step.after))
    }

    /// How a process differs from its model.
    fn difference(&self, should_be: &basic::State, site: &Site<Candidate>) -> String {
        let fields = self.basic.fields(should_be);
        let is = site_fields(self.bounds(), site);
        let should_be = fields.iter().filter(|field| {
            let mut is = is.iter();
            is.any(|is| is.name() == field.name() && is.value != field.value)
        });
        let lines: Vec<_> = should_be.map(ToString::to_string).collect();
        format!("A.1 would leave {}", lines.join(" and "))
    }

    /// Whether the process agrees with the model after a step, and the others are unchanged.
    fn all_agree(&self, replay: &Replay<'_, 1>, from: &History, after: &Site<Candidate>) -> bool {
        replay.others_are_unchanged(0, &from.basic)
            && self.agrees(replay.instances[0].of(replay.p), after)
    }

    /// Whether the ledger and the slip of a priest are those of the history.
    fn agrees(&self, model: &basic::Legislator, after: &Site<Candidate>) -> bool {
        let (process, basic) = (after.process.shipped().basic(), &self.basic);
        let slip_agrees = match process.slip() {
            Slip::Idle => model.status == Status::Idle,
            Slip::Trying { prev_votes } => {
                model.status == Status::Trying
                    && basic.has_prev_votes(model, prev_votes.values().copied())
            }
            Slip::Polling {
                prev_votes,
                quorum,
                voters,
                decree,
            } => {
                model.polls(*quorum, *voters, *decree)
                    && basic.has_prev_votes(model, prev_votes.values().copied())
            }
        };
        let ledger = process.ledger();
        slip_agrees && ledger == &after.ledger && basic.ledger_agrees(model, ledger)
    }
}

impl Synod for World<Candidate> {
    fn bounds(&self) -> &Bounds {
        self.lens().bounds()
    }

    fn outcome(&self, state: &State, p: Priest) -> Decree {
        self.site(state, p).ledger.outcome.unwrap_or(Decree::BLANK)
    }

    fn ballots<'a>(&'a self, state: &'a State) -> &'a Ballots {
        &self.history(state).basic.ballots
    }

    fn broken(&self, state: &State) -> Broken {
        self.history(state).broken
    }

    fn may_begin_two_ballots(&self) -> bool {
        Reach::of(self).two_ballots()
    }

    fn may_begin_with_two_quorums(&self) -> bool {
        Reach::of(self).two_quorums()
    }
}
