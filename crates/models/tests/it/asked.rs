//! A protocol that is none of ours, for what the world offers and `complete`
//! does without: requests at any time, and steps that only the history sees.

use crate::explore::{bounds, levels};
use stateright::Model;
use std::collections::HashSet;
use std::sync::Arc;
use synod_math::{BallotNumber, BallotSet, Priest, Quorums};
use synod_models::bounds::{Bounds, Decree};
use synod_models::complete::{Candidate, Setting};
use synod_models::world::{Deeds, Event, InputOf, OutputsOf, Process, Site, State, World};
use synod_protocol::{Action, Input, Ledger, Message, Note};
use synod_vocabulary::{Claim, Describe, Field, Partner, Stored};

/// The shipped process, which is asked for any decree at any time. Its history
/// is which decrees it was asked for, as bits, and whether a number beyond the
/// bounds was tried.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Asked(Candidate);

impl Process for Asked {
    type Setting = Setting;
    type Message = Message<Decree>;
    type Request = Decree;
    type Ledger = Ledger<Decree>;
    type Note = Note<Decree>;
    type News = Decree;
    type Action = Action<Decree>;
    type History = u8;
    type Face = ();
    type Ear = ();

    const INPUT_KINDS: &'static [&'static str] = &["Receive", "Timeout", "Propose"];

    fn recover(
        setting: &Setting,
        me: Priest,
        quorums: &Arc<Quorums>,
        ledger: Ledger<Decree>,
    ) -> (Self, OutputsOf<Self>) {
        let (candidate, outputs) = Candidate::recover(setting, me, quorums, ledger);
        (Self(candidate), outputs)
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        self.0.handle(input)
    }

    fn ledger(&self) -> &Ledger<Decree> {
        self.0.ledger()
    }

    fn last_tried(&self) -> Option<BallotNumber> {
        self.0.last_tried()
    }

    fn record(ledger: &mut Ledger<Decree>, note: Note<Decree>) -> bool {
        Candidate::record(ledger, note)
    }

    fn presence(ledger: &Ledger<Decree>) -> Vec<Message<Decree>> {
        Candidate::presence(ledger)
    }

    fn is_presence(message: &Message<Decree>) -> bool {
        Candidate::is_presence(message)
    }

    fn asked_at_once(_: &Setting, _: &Bounds, _: Priest) -> Vec<Decree> {
        Vec::new()
    }

    fn asked_later(_: &Setting, bounds: &Bounds, _: Priest) -> Vec<Decree> {
        bounds.decrees().collect()
    }

    fn is_seen(_: &Setting, deeds: &Deeds<Self>) -> bool {
        matches!(deeds.input, Some(Input::Propose(_)))
    }

    fn replay(
        world: &World<Self>,
        from: &u8,
        _: Priest,
        deeds: &Deeds<Self>,
        _: &Site<Self>,
    ) -> u8 {
        let numbers = world.bounds().numbers();
        let asked_for = match deeds.input {
            Some(Input::Propose(decree)) => 1 << decree.0,
            _ => 0,
        };
        let is_beyond = deeds.last_tried.as_ref() > numbers.last();
        from | asked_for | u8::from(is_beyond)
    }

    fn is_outside(history: &u8) -> bool {
        history & 1 == 1
    }

    fn ear(_: &Site<Self>) {}

    fn face(_: &Site<Self>) {}

    fn claims(_: &World<Self>) -> Vec<Claim<World<Self>>> {
        Vec::new()
    }

    fn other_partners(_: &World<Self>) -> Vec<Partner<World<Self>>> {
        Vec::new()
    }

    fn input_kind(input: &InputOf<Self>) -> usize {
        match input {
            Input::Receive { .. } => 0,
            Input::Timeout(_) => 1,
            Input::Propose(_) => 2,
        }
    }

    fn message_name(bounds: &Bounds, message: &Message<Decree>) -> String {
        Candidate::message_name(bounds, message)
    }

    fn request_name(bounds: &Bounds, decree: &Decree) -> String {
        Candidate::request_name(bounds, decree)
    }

    fn site_fields(_: &World<Self>, _: Priest, _: &Site<Self>) -> Vec<Field> {
        Vec::new()
    }

    fn figure(_: &World<Self>, _: &State) -> BallotSet<String> {
        BallotSet::default()
    }
}

fn asked() -> World<Asked> {
    let bounds = bounds(2, &[2], 1, 2);
    let shipped = World::<Candidate>::new(bounds.clone(), None, 1).unwrap();
    World::with(bounds, shipped.setting().clone(), 1)
}

/// The first proposal is remembered on the slip, a second one changes nothing
/// there; but the history sees it, once.
#[test]
fn what_only_the_history_sees_is_a_step_where_it_changes_the_history() {
    let world = asked();
    let states: HashSet<State> = levels(&world).into_iter().flatten().collect();
    let mut only_seen = 0;
    for state in &states {
        let asked_for =
            |&step: &_| matches!(world.event(step), Event::Handle(_, Input::Propose(_)));
        let mut steps = Vec::new();
        world.actions(state, &mut steps);
        for step in steps.into_iter().filter(asked_for) {
            let next = world.next_state(state, step).unwrap();
            assert_ne!(next, *state, "{}", world.step_name(&step));
            if world.sites(&next).eq(world.sites(state)) {
                assert_ne!(world.history(&next), world.history(state));
                only_seen += 1;
            }
        }
    }
    assert!(only_seen > 10, "{only_seen}");
}

#[test]
fn a_request_is_told_and_is_of_its_kind() {
    let world = asked();
    let [state] = world.init_states().try_into().ok().unwrap();
    let mut steps = Vec::new();
    world.actions(&state, &mut steps);
    let requests = steps.iter().filter(|step| world.kind(step) == 2);
    let names: Vec<_> = requests.map(|step| world.step_name(step)).collect();
    assert_eq!(
        names,
        [
            "Α: Propose a",
            "Α: Propose b",
            "Β: Propose a",
            "Β: Propose b"
        ]
    );
    assert_eq!(world.kinds().len(), 5);
}

#[test]
fn a_world_of_another_protocol_is_read_back_too() {
    let old = asked();
    let states: Vec<_> = levels(&old).into_iter().flatten().collect();
    let mut context = Vec::new();
    old.write_context(&mut Vec::new(), &mut context);
    let (new, mut dictionary) = (asked(), Vec::new());
    assert!(new.read_context(&mut dictionary, &context));
    for state in &states {
        let mut bytes = Vec::new();
        old.write_state(state, &mut bytes);
        let read = new.read_state(&dictionary, &mut &bytes[..]).unwrap();
        assert_eq!(read, *state);
        assert_eq!(new.history(&read), old.history(state));
    }
}
