//! The history of a state, in terms of the basic protocol. Every action of A.1 that
//! a process reports is taken in the model [`basic`], where it must be
//! enabled. Afterwards the ledger and the slip of the process must be those of the model.

use super::partners::Reach;
use super::{Candidate, Setting};
use crate::ballots::Ballots;
use crate::basic::{self, Status};
use crate::bounds::{Bounds, Decree};
use crate::bytes::fields_as_bytes;
use crate::refinement::Broken;
use crate::replay::{Past, Replay};
use crate::view::Synod;
use crate::world::{Bounded, Observed, Site, State, World};
use synod_math::Priest;
use synod_protocol::{Ledger, Note, Slip};
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
        let deeds = step.deeds;
        let mut replay = Replay {
            basic: &self.basic,
            p: step.by,
            last_tried: step.before.process.shipped().basic().ledger().last_tried,
            instances: [from.basic],
            past: from.past.after(deeds),
            broken: Broken::NOTHING,
        };
        for action in &deeds.actions {
            replay.take([0], action, |&decree| decree);
        }
        if deeds.crashed {
            replay.crash();
        }
        let agrees = || {
            replay.others_are_unchanged(0, &from.basic)
                && self.agrees(replay.instances[0].of(step.by), step.after)
        };
        if !replay.past.has_diverged && !agrees() {
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
