//! Transition systems: initial states, actions with guards and updates, and the conjuncts of
//! an invariant, all by their names.
//!
//! ```
//! use synod_proof::system::{Action, Guard, becomes};
//! use synod_proof::term::{Number, Priest, Sorted};
//! use synod_proof::variables::next_bal;
//!
//! let raise = Action::new("Raise", |p: Priest, b: Number| {
//!     let guards = vec![Guard::new("b ≠ nextBal", b.is_not(next_bal(p)))];
//!     (guards, vec![becomes(next_bal(p), b)])
//! });
//! assert_eq!(raise.guards[0].name, "b ≠ nextBal");
//! ```

use crate::term::{Formula, Node, Open, Sorted, Symbol, Term, no, yes};

/// A formula with a name: an axiom or a conjunct of an invariant.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name, which is also one of SMT-LIB.
    pub name: &'static str,
    /// What it says.
    pub holds: Formula,
}

impl Named {
    /// A formula with this name.
    pub const fn new(name: &'static str, holds: Formula) -> Self {
        Self { name, holds }
    }
}

/// A condition of an action, with the words in which the paper has it.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The condition in words.
    pub name: &'static str,
    /// The condition, about the parameters and the state before the step.
    pub holds: Formula,
}

impl Guard {
    /// A condition with its words.
    pub const fn new(name: &'static str, holds: Formula) -> Self {
        Self { name, holds }
    }
}

/// What a step does to one symbol: those values that the pattern matches are replaced, and
/// the others stay.
#[derive(Clone, Debug)]
pub struct Update {
    /// The symbol.
    pub symbol: &'static Symbol,
    /// Its arguments where the value changes. A free variable matches everything.
    pub pattern: Vec<Term>,
    /// The free variables.
    pub free: Vec<Term>,
    /// The value after the step, about the state before it.
    pub value: Term,
}

impl Update {
    fn new(place: Term, free: Vec<Term>, value: Term) -> Self {
        match place.node() {
            Node::Apply(symbol, pattern) if symbol.is_of_state => Self {
                symbol,
                pattern: pattern.clone(),
                free,
                value,
            },
            // A rigid symbol stays as it is, and so does its update.
            other => unreachable!("only a symbol of the state is updated, and this is {other:?}"),
        }
    }

    /// Whether this part of the pattern matches everything.
    pub fn is_free(&self, part: Term) -> bool {
        self.free.iter().any(|free| free.is_same(part))
    }
}

/// place := value.
pub fn becomes<S: Sorted>(place: S, value: S) -> Update {
    Update::new(place.term(), vec![], value.term())
}

/// The relation holds here after the step.
pub fn add(place: Formula) -> Update {
    becomes(place, yes())
}

/// For all values of the variables: place := value.
pub fn becomes_everywhere<V, S: Sorted>(body: impl Open<V, (S, S)>) -> Update {
    let (free, (place, value)) = body.open();
    Update::new(place.term(), free, value.term())
}

/// For all values of the variables, the relation does not hold here after the step.
pub fn clear<V>(place: impl Open<V, Formula>) -> Update {
    let (free, place) = place.open();
    Update::new(place.term(), free, no().term())
}

/// An action: a step is taken with some values of its parameters.
#[derive(Clone, Debug)]
pub struct Action {
    /// The name, as in A.1.
    pub name: &'static str,
    /// The parameters; the first is the priest who takes the action.
    pub parameters: Vec<Term>,
    /// The conditions.
    pub guards: Vec<Guard>,
    /// The effect. There is one update of a symbol at most.
    pub updates: Vec<Update>,
}

impl Action {
    /// The action whose guards and updates the closure returns for its parameters.
    pub fn new<V>(name: &'static str, body: impl Open<V, (Vec<Guard>, Vec<Update>)>) -> Self {
        let (parameters, (guards, updates)) = body.open();
        Self {
            name,
            parameters,
            guards,
            updates,
        }
    }

    /// The update of a symbol.
    pub fn update(&self, symbol: &Symbol) -> Option<&Update> {
        let mut updates = self.updates.iter();
        updates.find(|update| std::ptr::eq(update.symbol, symbol))
    }

    /// The same action without the guard at this place.
    #[must_use]
    pub fn without_guard(&self, index: usize) -> Self {
        let mut action = self.clone();
        action.guards.remove(index);
        action
    }
}

/// A transition system with an invariant.
#[derive(Clone, Debug)]
pub struct System {
    /// What is assumed of every state.
    pub axioms: Vec<Named>,
    /// What the initial states satisfy.
    pub init: Formula,
    /// The actions.
    pub actions: Vec<Action>,
    /// The conjuncts of the invariant.
    pub invariant: Vec<Named>,
    /// For some steps, the conjuncts that are enough as assumptions.
    pub hints: Vec<Hint>,
}

/// The conjuncts that are enough as assumptions of one obligation. All of the invariant
/// would do, but can lead a solver astray.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    /// The action, or none for all actions that have no hint of their own.
    pub action: Option<&'static str>,
    /// The conjunct after the step.
    pub conjunct: &'static str,
    /// The conjuncts before the step.
    pub assume: &'static [&'static str],
}

impl Hint {
    /// What is enough after this action.
    pub const fn after(
        action: &'static str,
        conjunct: &'static str,
        assume: &'static [&'static str],
    ) -> Self {
        Self {
            action: Some(action),
            conjunct,
            assume,
        }
    }

    /// What is enough after every action that has no hint of its own.
    pub const fn usually(conjunct: &'static str, assume: &'static [&'static str]) -> Self {
        Self {
            action: None,
            conjunct,
            assume,
        }
    }
}

impl System {
    /// The hint for this step, if there is one.
    pub fn hint(&self, action: &str, conjunct: &str) -> Option<&Hint> {
        let of = |action: Option<&str>| {
            let mut hints = self.hints.iter();
            hints.find(|hint| (hint.action, hint.conjunct) == (action, conjunct))
        };
        of(Some(action)).or_else(|| of(None))
    }

    /// The conjunct with this name.
    pub fn conjunct(&self, name: &str) -> Option<&Named> {
        self.invariant.iter().find(|conjunct| conjunct.name == name)
    }

    /// The axioms, and the conjuncts with these names.
    pub fn assuming(&self, names: &[&str]) -> Vec<Named> {
        let conjuncts = names.iter().filter_map(|name| self.conjunct(name));
        self.axioms.iter().chain(conjuncts).cloned().collect()
    }

    /// The same system with another action of the same name.
    #[must_use]
    pub fn with_action(mut self, action: Action) -> Self {
        let mut actions = self.actions.iter_mut();
        if let Some(place) = actions.find(|place| place.name == action.name) {
            *place = action;
        }
        self
    }

    /// The same system without a conjunct of its invariant.
    #[must_use]
    pub fn without_conjunct(mut self, name: &str) -> Self {
        self.invariant.retain(|conjunct| conjunct.name != name);
        self
    }

    /// The same system without hints.
    #[must_use]
    pub fn without_hints(mut self) -> Self {
        self.hints.clear();
        self
    }
}
