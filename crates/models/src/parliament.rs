//! §3 as it ships: the legislator of `synod_protocol` in the [`World`], or a
//! mutant of it.
//!
//! | file | what |
//! |---|---|
//! | [`setting`] | requests, limits and numbers: what is the same in all states |
//! | [`history`], `replay`, `agreement` | the refinement: for each decree number a state of `basic` |
//! | [`instances`] | those states, each kept once |
//! | `actor` | the same legislators as actors of Stateright's |
//! | [`law`], [`clients`] | what the law should be, and whether clients may see it so |
//! | [`faces`] | what claims see of a legislator |
//! | `claims`, `partners` | what holds in every state, and what happens in some |
//! | `reach` | which partners the bounds let happen, and why |
//! | [`mutants`] | one rule dropped each |
//! | `reductions` | which messages nobody can use any more |
//! | `tell`, `bytes` | states and messages in words, and as bytes |

mod actor;
mod agreement;
mod bytes;
mod claims;
pub mod clients;
pub mod faces;
pub mod history;
pub mod instances;
pub mod law;
pub mod mutants;
mod partners;
mod reach;
pub mod reductions;
mod replay;
pub mod setting;
mod tell;

use crate::bounds::{Bounds, BoundsError};
use crate::claim::{Claim, Partner};
use crate::narrate::Field;
use crate::world::{Deeds, InputOf, OutputsOf, Process, Site, State, World};
use faces::Face;
use history::History;
use law::Law;
use mutants::Mutant;
use reductions::Ear;
use setting::{Command, Decree, Machine, Plan, Request, Response, Setting};
use std::ops::Range;
use std::sync::Arc;
use synod_math::{BallotNumber, BallotSet, Priest, Quorums};
use synod_process::{Input, Process as _};
use synod_protocol::parliament::{
    Action, Chosen, DecreeNumber, Ledger, Legislator, Message, News, Note, Parliament,
};

/// The shipped legislator, with a register for a law, and what §3.1 leaves open as
/// the run spec chooses it: as it ships, unless it says otherwise.
pub type Shipped = Legislator<Machine, Chosen>;

/// The shipped legislator, or a mutant that tampers with what goes in and out
/// of him. The shipped code itself has no switches.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Candidate {
    shipped: Shipped,
    mutant: Option<Mutant>,
}

impl Candidate {
    /// The shipped legislator within.
    pub const fn shipped(&self) -> &Shipped {
        &self.shipped
    }

    /// His law.
    pub fn law(&self) -> Law {
        match self.mutant {
            Some(Mutant::LawPastAGap) => law::carried_out(self.shipped.ledger().decrees.values()),
            _ => Law {
                through: self.shipped.law().through(),
                state: *self.shipped.law().state(),
            },
        }
    }
}

impl Process for Candidate {
    type Setting = Setting;
    type Message = Message<Command>;
    type Request = Request;
    type Ledger = Ledger<Command>;
    type Note = Note<Command>;
    type News = News<Command, Response>;
    type Action = Action<Command>;
    type History = History;
    type Face = Face;
    type Ear = Ear;

    const INPUT_KINDS: &'static [&'static str] = tell::INPUT_KINDS;

    fn recover(
        setting: &Setting,
        me: Priest,
        quorums: &Arc<Quorums>,
        ledger: Ledger<Command>,
    ) -> (Self, OutputsOf<Self>) {
        let parliament = Parliament {
            quorums: Arc::clone(quorums),
            settings: setting.settings,
            variant: setting.variant.clone(),
        };
        let (shipped, outputs) = Shipped::recover(&parliament, me, ledger);
        let candidate = Self {
            shipped,
            mutant: setting.mutant,
        };
        (candidate, outputs)
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        match self.mutant {
            None => self.shipped.handle(input),
            Some(mutant) => mutant.handle(&mut self.shipped, input),
        }
    }

    fn ledger(&self) -> &Ledger<Command> {
        self.shipped.ledger()
    }

    fn last_tried(&self) -> Option<BallotNumber> {
        self.shipped.ledger().last_tried
    }

    fn record(ledger: &mut Ledger<Command>, note: Note<Command>) -> bool {
        let goes_back = match &note {
            Note::LastTried(number) => Some(*number) < ledger.last_tried,
            Note::NextBal(number) => Some(*number) < ledger.next_bal,
            Note::PrevVote(at, cast) => Some(cast.number) < ledger.prev_bal(*at),
            Note::Outcome(at, decree) => {
                let known = ledger.decrees.get(at);
                known.is_some_and(|known| known != decree)
            }
        };
        ledger.record(note);
        goes_back
    }

    /// With an older nextBal a Present makes a president do what a late refusal
    /// does; those are in the network.
    fn presence(ledger: &Ledger<Command>) -> Vec<Message<Command>> {
        let next_bal = ledger.next_bal;
        let known = (0..=ledger.known().0).map(DecreeNumber);
        let present = known.map(|known| Message::Present { known, next_bal });
        present.collect()
    }

    fn is_presence(message: &Message<Command>) -> bool {
        matches!(message, Message::Present { .. })
    }

    fn asked_at_once(_: &Setting, _: &Bounds, _: Priest) -> Vec<Request> {
        Vec::new()
    }

    fn asked_later(setting: &Setting, _: &Bounds, me: Priest) -> Vec<Request> {
        setting.asked_of(me).collect()
    }

    fn is_seen(setting: &Setting, deeds: &Deeds<Self>) -> bool {
        setting.remembers_clients && matches!(deeds.input, Some(Input::Propose(_)))
    }

    fn replay(
        world: &World<Self>,
        from: &History,
        by: Priest,
        deeds: &Deeds<Self>,
        after: &Site<Self>,
    ) -> History {
        replay::replay(world.setting(), world.bounds(), from, by, deeds, after)
    }

    fn is_useless(
        world: &World<Self>,
        message: &Message<Command>,
        from: (Priest, &Ear),
        to: (Priest, &Ear),
    ) -> bool {
        reductions::is_useless(world, message, from, to)
    }

    fn ear(site: &Site<Self>) -> Ear {
        Ear::of(site)
    }

    fn forget(world: &World<Self>, history: History) -> History {
        reductions::forget(world, history)
    }

    fn history_digest(setting: &Setting, history: &History) -> u128 {
        setting.history_digest(history)
    }

    fn parts_since(setting: &Setting, from: u32) -> Range<u32> {
        setting.instances.since(from)
    }

    fn write_part(setting: &Setting, part: u32, bytes: &mut Vec<u8>) {
        setting.instances.write(part, bytes);
    }

    fn read_part(setting: &Setting, bytes: &mut &[u8]) -> Option<u32> {
        setting.instances.read(bytes)
    }

    fn with_parts(history: History, parts: &[u32]) -> Option<History> {
        history.with_parts(parts)
    }

    fn is_outside(history: &History) -> bool {
        history.is_outside
    }

    fn face(site: &Site<Self>) -> Face {
        Face {
            decrees: site.ledger.decrees.clone(),
            law: site.process.law(),
        }
    }

    fn claims(world: &World<Self>) -> Vec<Claim<World<Self>>> {
        claims::claims(world)
    }

    fn other_partners(world: &World<Self>) -> Vec<Partner<World<Self>>> {
        partners::others(world)
    }

    fn input_kind(input: &InputOf<Self>) -> usize {
        tell::input_kind(input)
    }

    fn message_name(bounds: &Bounds, message: &Message<Command>) -> String {
        tell::message_name(bounds, message)
    }

    fn request_name(bounds: &Bounds, request: &Request) -> String {
        tell::decree_name(bounds, &Decree::Request(*request))
    }

    fn site_fields(world: &World<Self>, _: Priest, site: &Site<Self>) -> Vec<Field> {
        tell::site_fields(world, site)
    }

    fn figure(world: &World<Self>, state: &State) -> BallotSet<String> {
        tell::figure(world, state)
    }
}

impl World<Candidate> {
    /// The parliament of this plan: the tryers of the bounds may become
    /// president. The decrees of the bounds must be those of the plan's
    /// commands.
    ///
    /// # Errors
    /// [`BoundsError::Room`] if the history needs larger states.
    pub fn parliament(bounds: Bounds, plan: &Plan) -> Result<Self, BoundsError> {
        let setting = plan.setting(&bounds)?;
        Ok(Self::with(bounds, setting, plan.crashes).reduced(plan.reductions))
    }
}
