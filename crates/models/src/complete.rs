//! §2.4 as it ships: the priest of one decree of `synod_protocol` in the [`World`],
//! or a mutant of him, what they do in terms of the basic protocol, and what is claimed
//! of every state.

mod actor;
mod claims;
pub mod history;
pub mod mutants;
mod partners;
mod tell;

use crate::basic::Basic;
use crate::bounds::{Bounds, BoundsError, Decree};
use crate::claim::{Claim, Partner};
use crate::narrate::Field;
use crate::view::Synod;
use crate::world::{Deeds, Process, Site, State, World};
use history::History;
use mutants::Mutant;
use std::sync::Arc;
use synod_math::{BallotNumber, BallotSet, Priest, Quorums};
use synod_process::Process as _;
use synod_protocol::{Action, Complete, Input, Ledger, Message, Note, Outputs};

/// The shipped priest of one decree, or a mutant that tampers with what goes in
/// and out of him. The shipped code itself has no switches.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Candidate {
    shipped: Complete<Decree>,
    mutant: Option<Mutant>,
}

/// What tells one world of candidates from another.
#[derive(Clone)]
pub struct Setting {
    mutant: Option<Mutant>,
    /// Where the history takes place.
    basic: Basic,
}

impl Candidate {
    /// The shipped priest within.
    pub const fn shipped(&self) -> &Complete<Decree> {
        &self.shipped
    }

    /// The process with the ledger that it has kept.
    fn with_ledger(
        mutant: Option<Mutant>,
        me: Priest,
        quorums: &Arc<Quorums>,
        ledger: Ledger<Decree>,
    ) -> (Self, Outputs<Decree>) {
        let kept = match mutant {
            Some(mutant) => mutant.kept(ledger),
            None => ledger,
        };
        let (shipped, outputs) = Complete::recover(quorums, me, kept);
        (Self { shipped, mutant }, outputs)
    }
}

impl Process for Candidate {
    type Setting = Setting;
    type Message = Message<Decree>;
    type Request = Decree;
    type Ledger = Ledger<Decree>;
    type Note = Note<Decree>;
    type News = Decree;
    type Action = Action<Decree>;
    type History = History;
    /// The outcome in the ledger.
    type Face = Option<Decree>;
    type Ear = ();

    const INPUT_KINDS: &'static [&'static str] = tell::INPUT_KINDS;

    fn recover(
        setting: &Setting,
        me: Priest,
        quorums: &Arc<Quorums>,
        ledger: Ledger<Decree>,
    ) -> (Self, Outputs<Decree>) {
        Self::with_ledger(setting.mutant, me, quorums, ledger)
    }

    fn handle(&mut self, input: Input<Decree>) -> Outputs<Decree> {
        match self.mutant {
            None => self.shipped.handle(input),
            Some(mutant) => mutant.handle(&mut self.shipped, input),
        }
    }

    fn ledger(&self) -> &Ledger<Decree> {
        self.shipped.basic().ledger()
    }

    fn last_tried(&self) -> Option<BallotNumber> {
        self.ledger().last_tried
    }

    fn record(ledger: &mut Ledger<Decree>, note: Note<Decree>) -> bool {
        let goes_back = goes_back(ledger, &note);
        ledger.record(note);
        goes_back
    }

    /// That he knows the outcome, once he does, and before that, for ever on
    /// its way, that he does not.
    fn presence(ledger: &Ledger<Decree>) -> Vec<Message<Decree>> {
        let knows = ledger.outcome.is_some();
        [false, true]
            .into_iter()
            .filter(|&says| knows || !says)
            .map(|knows_outcome| Message::Present { knows_outcome })
            .collect()
    }

    fn is_presence(message: &Message<Decree>) -> bool {
        matches!(message, Message::Present { .. })
    }

    fn asked_at_once(_: &Setting, bounds: &Bounds, me: Priest) -> Vec<Decree> {
        vec![proposal(bounds, me)]
    }

    /// The first proposal counts, and that was at once.
    fn asked_later(_: &Setting, _: &Bounds, _: Priest) -> Vec<Decree> {
        Vec::new()
    }

    fn replay(
        world: &World<Self>,
        from: &History,
        by: Priest,
        deeds: &Deeds<Self>,
        after: &Site<Self>,
    ) -> History {
        world.replay(from, by, deeds, after)
    }

    fn is_outside(history: &History) -> bool {
        history.is_outside
    }

    fn ear(_: &Site<Self>) {}

    fn face(site: &Site<Self>) -> Option<Decree> {
        site.ledger.outcome
    }

    fn claims(world: &World<Self>) -> Vec<Claim<World<Self>>> {
        claims::claims(world)
    }

    fn other_partners(world: &World<Self>) -> Vec<Partner<World<Self>>> {
        partners::others(world)
    }

    fn input_kind(input: &Input<Decree>) -> usize {
        tell::input_kind(input)
    }

    fn message_name(bounds: &Bounds, message: &Message<Decree>) -> String {
        tell::named(bounds, message).to_string()
    }

    fn request_name(bounds: &Bounds, decree: &Decree) -> String {
        bounds.decree_name(*decree).to_owned()
    }

    fn site_fields(world: &World<Self>, _: Priest, site: &Site<Self>) -> Vec<Field> {
        tell::site_fields(world.bounds(), site).into()
    }

    fn figure(world: &World<Self>, state: &State) -> BallotSet<String> {
        world.ballots(state).named(world.bounds())
    }
}

/// lastTried, nextBal and prevBal never decrease, and outcome is written once.
fn goes_back(ledger: &Ledger<Decree>, note: &Note<Decree>) -> bool {
    match note {
        Note::LastTried(number) => Some(*number) < ledger.last_tried,
        Note::NextBal(number) => Some(*number) < ledger.next_bal,
        Note::PrevVote(cast) => Some(cast.number) < ledger.prev_bal(),
        Note::Outcome(decree) => ledger.outcome.is_some_and(|outcome| outcome != *decree),
    }
}

/// What a priest wants passed: the first wants the first decree, and so on in
/// turn.
fn proposal(bounds: &Bounds, priest: Priest) -> Decree {
    let decrees = bounds.decrees().count();
    Decree((priest.index() % decrees) as u8 + 1)
}

impl World<Candidate> {
    /// The world of the shipped processes, or of a mutant: the tryers of the
    /// bounds may become president, each priest wants a decree passed, and there
    /// are at most so many crashes.
    ///
    /// # Errors
    /// [`BoundsError::Room`] if the history needs larger states.
    pub fn new(bounds: Bounds, mutant: Option<Mutant>, crashes: u8) -> Result<Self, BoundsError> {
        let basic = Basic::new(bounds.clone(), crashes > 0)?;
        Ok(Self::with(bounds, Setting { mutant, basic }, crashes))
    }

    /// The model of §2.3 in which the history takes place.
    pub const fn basic(&self) -> &Basic {
        &self.setting().basic
    }

    /// Which mutant its processes are, if they are one.
    pub const fn mutant(&self) -> Option<Mutant> {
        self.setting().mutant
    }
}
