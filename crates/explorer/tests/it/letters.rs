//! A model to explore: A sends up to two letters, and B receives them or loses them.

use serde_json::{Value, json};
use stateright::{Model, Property};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;
use synod_checker::{Extras, SearchOptions};
use synod_explorer::{Entry, Interface, Refusal, Shown, Single, Spec};
use synod_vocabulary::claim::properties;
use synod_vocabulary::{
    Claim, Deed, Describe, Field, Forbidden, Message, Partner, Value as Of, claim, ensure,
};

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Letters {
    /// How many initial states there are: in each B has read another number of letters before.
    pub initial: u32,
    /// Whether B panics at its second letter.
    pub panics: bool,
    /// How many letters A sends; none is without end.
    pub most: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    before: u32,
    sent: u32,
    read: u32,
    lost: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Action {
    Send,
    Read,
    Lose,
}

impl State {
    fn on_its_way(&self) -> u32 {
        self.sent - self.read - self.lost
    }
}

impl Model for Letters {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let states = (0..self.initial.max(1)).map(|before| State {
            before,
            sent: 0,
            read: 0,
            lost: 0,
        });
        states.collect()
    }

    fn actions(&self, _: &State, actions: &mut Vec<Action>) {
        actions.extend([Action::Send, Action::Read, Action::Lose]);
    }

    fn next_state(&self, last_state: &State, action: Action) -> Option<State> {
        let mut next = *last_state;
        match action {
            Action::Send if self.most.is_none_or(|most| next.sent < most) => next.sent += 1,
            Action::Read if next.on_its_way() > 0 => {
                assert!(!self.panics || next.read == 0, "B reads one letter only");
                next.read += 1;
            }
            Action::Lose if next.on_its_way() > 0 => next.lost += 1,
            _ => return None,
        }
        Some(next)
    }

    fn within_boundary(&self, state: &State) -> bool {
        state.on_its_way() < 3
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties(&self.claims(), &[])
    }
}

impl Describe for Letters {
    fn fields(&self, state: &State) -> Vec<Field> {
        [
            ("A", "sent", state.sent),
            ("B", "read", state.read + state.before),
            ("B", "lost", state.lost),
        ]
        .map(|(process, variable, value)| Field::of(process, variable, Of::one(value)))
        .into()
    }

    fn begins(&self, state: &State) -> Vec<String> {
        let usual = state.before == 0;
        (!usual)
            .then(|| format!("read[B] = {}", state.before))
            .into_iter()
            .collect()
    }

    // Reading and losing have the same name.
    fn step_name(&self, action: &Action) -> String {
        match action {
            Action::Send => "A: Send".to_owned(),
            Action::Read | Action::Lose => "B: Receive".to_owned(),
        }
    }

    fn may_arrive(&self, state: &State) -> Vec<Message> {
        let letter = Message::new("letter").from("A").to(["B"]);
        (0..state.on_its_way()).map(|_| letter.clone()).collect()
    }

    fn deed(&self, action: &Action) -> Deed {
        let letter = Message::new("letter").from("A").to(["B"]);
        Deed {
            receives: (*action != Action::Send).then_some(letter),
            ..Deed::default()
        }
    }

    fn forbidden(&self, state: &State) -> Vec<Forbidden> {
        let is_empty = state.on_its_way() == 0;
        let forbidden = is_empty.then(|| Forbidden {
            step: "B: Receive".to_owned(),
            why: "no letter is on its way".to_owned(),
        });
        forbidden.into_iter().collect()
    }

    fn objection(&self, _: &State, action: &Action) -> Option<String> {
        (*action == Action::Lose).then(|| "a letter is read".to_owned())
    }

    fn claims(&self) -> Vec<Claim<Self>> {
        vec![claim!(
            "few",
            "B has read fewer than two letters.",
            |_: &Letters, state: &State| {
                ensure!(state.read < 2, "B has read {}", state.read);
                Ok(())
            },
            Some(Partner {
                name: "a letter is lost",
                happens: |_, state| state.lost > 0,
            })
        )]
    }
}

/// The model behind the interface, under the name "letters".
pub(crate) fn interface(model: Letters) -> Interface {
    let (extras, model) = (Extras::described(&model), Arc::new(model));
    let entry = Entry {
        name: "letters".to_owned(),
        ..Entry::default()
    };
    let spec = Spec::of(entry, Arc::new(Shown::new(model, extras)));
    Interface::new(Single(spec), SearchOptions::default())
}

/// A call about the place after these steps.
pub(crate) fn at(interface: &Interface, call: &str, steps: &[&str]) -> Result<Value, Refusal> {
    interface.call(call, json!({ "spec": "letters", "steps": steps }))
}

/// The result of a search, once it is done.
pub(crate) fn result(interface: &Interface, search: &Value) -> Value {
    loop {
        let told = interface.call("searched", search.clone()).unwrap();
        if told["done"] == true {
            return told["result"].clone();
        }
        sleep(Duration::from_millis(1));
    }
}

/// The result of the search for this.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is written where it is called"
)]
pub(crate) fn found(interface: &Interface, wanted: Value) -> Value {
    let asked = json!({ "spec": "letters", "for": wanted });
    result(interface, &interface.call("search", asked).unwrap())
}

pub(crate) fn two() -> Letters {
    Letters {
        most: Some(2),
        ..Letters::default()
    }
}
