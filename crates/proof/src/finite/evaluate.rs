//! The value of a term, in a state that is known or in one that is not.

use super::circuit::{Circuit, Literal};
use super::state::State;
use super::universe::Universe;
use crate::system::{Action, Update};
use crate::term::{Formula, Node, Sort, Sorted, Symbol, Term};
use std::collections::BTreeMap;

/// A value: that of a formula is a literal; any other is one of some elements, each under a
/// condition.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Truth(Literal),
    One(usize),
    Several(Vec<(usize, Literal)>),
}

impl Value {
    fn cases(&self) -> Vec<(usize, Literal)> {
        match self {
            Self::Truth(literal) => vec![(1, *literal), (0, literal.negated())],
            Self::One(element) => vec![(*element, Literal::YES)],
            Self::Several(cases) => cases.clone(),
        }
    }
}

/// Where the values of the symbols of the state come from.
pub(super) trait Cells {
    fn cell(
        &mut self,
        circuit: &mut Circuit,
        symbol: &'static Symbol,
        arguments: &[usize],
    ) -> Value;
}

impl Cells for &State {
    fn cell(&mut self, _: &mut Circuit, symbol: &'static Symbol, arguments: &[usize]) -> Value {
        let value = self.value(symbol.name, arguments);
        match symbol.result {
            Sort::Truth => Value::Truth(Literal::constant(value == 1)),
            _ => Value::One(value),
        }
    }
}

/// Evaluates terms.
pub(super) struct Evaluator<'a, C> {
    pub(super) universe: &'a Universe,
    pub(super) circuit: Circuit,
    pub(super) cells: C,
    /// The step between the state and the next one.
    pub(super) step: Option<&'a Action>,
    /// The values of variables.
    pub(super) variables: Vec<(Term, Value)>,
}

impl<'a, C: Cells> Evaluator<'a, C> {
    pub(super) fn new(universe: &'a Universe, cells: C) -> Self {
        Self {
            universe,
            circuit: Circuit::default(),
            cells,
            step: None,
            variables: vec![],
        }
    }

    pub(super) fn formula(&mut self, formula: Formula) -> Literal {
        self.truth(formula.term(), false)
    }

    /// All guards of an action, whose parameters have values.
    pub(super) fn guards(&mut self, action: &Action) -> Literal {
        let guards: Vec<_> = action
            .guards
            .iter()
            .map(|guard| guard.holds.term())
            .collect();
        self.all(&guards, false)
    }

    fn truth(&mut self, term: Term, is_next: bool) -> Literal {
        match term.node() {
            Node::Not(part) => self.truth(*part, is_next).negated(),
            Node::And(parts) => self.all(parts, is_next),
            Node::Or(parts) => self.any(parts, is_next),
            Node::Implies(left, right) => {
                let left = self.truth(*left, is_next).negated();
                if left == Literal::YES {
                    return left;
                }
                let right = self.truth(*right, is_next);
                self.circuit.or(left, right)
            }
            Node::Equal(left, right) => {
                let (left, right) = (self.value(*left, is_next), self.value(*right, is_next));
                self.equal(&left, &right)
            }
            Node::ForAll(variables, body) => self.each(variables, *body, is_next, false).negated(),
            Node::Exists(variables, body) => self.each(variables, *body, is_next, true),
            _ => match self.value(term, is_next) {
                Value::Truth(literal) => literal,
                other => unreachable!("a formula has a truth value, and this has {other:?}"),
            },
        }
    }

    fn all(&mut self, parts: &[Term], is_next: bool) -> Literal {
        let mut all = Literal::YES;
        for part in parts {
            if all == Literal::NO {
                break;
            }
            let part = self.truth(*part, is_next);
            all = self.circuit.and(all, part);
        }
        all
    }

    fn any(&mut self, parts: &[Term], is_next: bool) -> Literal {
        let mut any = Literal::NO;
        for part in parts {
            if any == Literal::YES {
                break;
            }
            let part = self.truth(*part, is_next);
            any = self.circuit.or(any, part);
        }
        any
    }

    /// Whether the body has this truth value for some values of the variables.
    fn each(&mut self, variables: &[Term], body: Term, is_next: bool, wanted: bool) -> Literal {
        let Some((first, rest)) = variables.split_first() else {
            let truth = self.truth(body, is_next);
            return if wanted { truth } else { truth.negated() };
        };
        let mut found = Literal::NO;
        for element in 0..self.universe.size(first.sort()) {
            self.variables.push((*first, Value::One(element)));
            let here = self.each(rest, body, is_next, wanted);
            self.variables.pop();
            found = self.circuit.or(found, here);
            if found == Literal::YES {
                break;
            }
        }
        found
    }

    fn equal(&mut self, left: &Value, right: &Value) -> Literal {
        if let (Value::One(left), Value::One(right)) = (left, right) {
            return Literal::constant(left == right);
        }
        let mut equal = Literal::NO;
        for (left, if_left) in left.cases() {
            for (right, if_right) in right.cases() {
                if left == right {
                    let both = self.circuit.and(if_left, if_right);
                    equal = self.circuit.or(equal, both);
                }
            }
        }
        equal
    }

    fn value(&mut self, term: Term, is_next: bool) -> Value {
        match term.node() {
            Node::Variable(_) => self.variable(term),
            Node::Apply(symbol, arguments) => {
                let arguments: Vec<_> = arguments
                    .iter()
                    .map(|argument| self.value(*argument, is_next))
                    .collect();
                self.apply(symbol, &arguments, is_next)
            }
            Node::IfElse(condition, then, otherwise) => {
                let condition = self.truth(*condition, is_next);
                let then = self.value(*then, is_next);
                let otherwise = self.value(*otherwise, is_next);
                self.choose(condition, &then, &otherwise)
            }
            Node::Next(part) => self.value(*part, true),
            _ => Value::Truth(self.truth(term, is_next)),
        }
    }

    fn variable(&self, variable: Term) -> Value {
        let mut variables = self.variables.iter().rev();
        match variables.find(|(known, _)| known.is_same(variable)) {
            Some((_, value)) => value.clone(),
            None => unreachable!("a variable is only used where it is bound"),
        }
    }

    /// The symbol for each case of its arguments.
    fn apply(&mut self, symbol: &'static Symbol, arguments: &[Value], is_next: bool) -> Value {
        let open = arguments
            .iter()
            .position(|argument| matches!(argument, Value::Several(_)));
        let Some(open) = open else {
            let elements = arguments.iter().map(|argument| match argument {
                Value::One(element) => *element,
                other => unreachable!("an argument is an element, and this is {other:?}"),
            });
            return self.at(symbol, &elements.collect::<Vec<_>>(), is_next);
        };
        let mut arguments = arguments.to_vec();
        let mut values = vec![];
        for (element, condition) in arguments[open].cases() {
            if condition != Literal::NO {
                arguments[open] = Value::One(element);
                values.push((condition, self.apply(symbol, &arguments, is_next)));
            }
        }
        self.merged(symbol.result, &values)
    }

    /// The value of which the condition is true.
    fn merged(&mut self, sort: Sort, values: &[(Literal, Value)]) -> Value {
        let mut cases: BTreeMap<usize, Literal> = BTreeMap::new();
        for (condition, value) in values {
            for (element, if_element) in value.cases() {
                let here = self.circuit.and(*condition, if_element);
                let before = cases.get(&element).copied().unwrap_or(Literal::NO);
                cases.insert(element, self.circuit.or(before, here));
            }
        }
        cases.retain(|_, condition| *condition != Literal::NO);
        if sort == Sort::Truth {
            return Value::Truth(cases.get(&1).copied().unwrap_or(Literal::NO));
        }
        match cases.iter().next() {
            Some((element, &Literal::YES)) => Value::One(*element),
            _ => Value::Several(cases.into_iter().collect()),
        }
    }

    fn choose(&mut self, condition: Literal, then: &Value, otherwise: &Value) -> Value {
        match condition {
            Literal::YES => return then.clone(),
            Literal::NO => return otherwise.clone(),
            _ => {}
        }
        let sort = match then {
            Value::Truth(_) => Sort::Truth,
            _ => Sort::Number, // Any sort of elements.
        };
        let values = [
            (condition, then.clone()),
            (condition.negated(), otherwise.clone()),
        ];
        self.merged(sort, &values)
    }

    /// The symbol at these elements.
    fn at(&mut self, symbol: &'static Symbol, arguments: &[usize], is_next: bool) -> Value {
        if !symbol.is_of_state {
            let value = self.universe.value(symbol, arguments);
            return match symbol.result {
                Sort::Truth => Value::Truth(Literal::constant(value == 1)),
                _ => Value::One(value),
            };
        }
        let update = self
            .step
            .and_then(|step| step.update(symbol))
            .filter(|_| is_next);
        match update {
            Some(update) => self.updated(update, arguments),
            None => self.cells.cell(&mut self.circuit, symbol, arguments),
        }
    }

    /// The symbol at these elements after the step.
    fn updated(&mut self, update: &Update, arguments: &[usize]) -> Value {
        let mut is_matched = Literal::YES;
        let outside = self.variables.len();
        for (part, argument) in update.pattern.iter().zip(arguments) {
            let argument = Value::One(*argument);
            if update.is_free(*part) {
                self.variables.push((*part, argument));
            } else {
                let part = self.value(*part, false);
                let equal = self.equal(&part, &argument);
                is_matched = self.circuit.and(is_matched, equal);
            }
        }
        let after = self.value(update.value, false);
        self.variables.truncate(outside);
        let before = self.cells.cell(&mut self.circuit, update.symbol, arguments);
        self.choose(is_matched, &after, &before)
    }
}

/// Whether a formula holds in a state.
pub fn holds(universe: &Universe, state: &State, formula: Formula) -> bool {
    Evaluator::new(universe, state).formula(formula) == Literal::YES
}

/// Whether an action is enabled, with these values of its parameters.
pub fn enabled(universe: &Universe, state: &State, action: &Action, values: &[usize]) -> bool {
    let mut evaluator = Evaluator::new(universe, state);
    evaluator.variables = bound(action, values);
    evaluator.guards(action) == Literal::YES
}

/// Whether a formula about a state and the one after a step holds, with these values of the
/// parameters of the action.
pub fn holds_across(
    universe: &Universe,
    state: &State,
    (action, values): (&Action, &[usize]),
    formula: Formula,
) -> bool {
    let mut evaluator = Evaluator::new(universe, state);
    evaluator.step = Some(action);
    evaluator.variables = bound(action, values);
    evaluator.formula(formula) == Literal::YES
}

/// The state after an action, with these values of its parameters.
pub fn successor(universe: &Universe, state: &State, action: &Action, values: &[usize]) -> State {
    let mut evaluator = Evaluator::new(universe, state);
    evaluator.variables = bound(action, values);
    let mut next = state.clone();
    for update in &action.updates {
        for arguments in tuples(universe, update.symbol.arguments) {
            let value = match evaluator.updated(update, &arguments) {
                Value::Truth(truth) => usize::from(truth == Literal::YES),
                Value::One(element) => element,
                Value::Several(_) => unreachable!("in a state that is known, values are known"),
            };
            next.set(update.symbol.name, &arguments, value);
        }
    }
    next
}

fn bound(action: &Action, values: &[usize]) -> Vec<(Term, Value)> {
    let values = values.iter().map(|value| Value::One(*value));
    action.parameters.iter().copied().zip(values).collect()
}

/// All values of the parameters of an action.
pub fn instances(universe: &Universe, action: &Action) -> Vec<Vec<usize>> {
    let sorts: Vec<_> = action
        .parameters
        .iter()
        .map(|parameter| parameter.sort())
        .collect();
    tuples(universe, &sorts)
}

/// All tuples of elements of these sorts.
pub(super) fn tuples(universe: &Universe, sorts: &[Sort]) -> Vec<Vec<usize>> {
    let mut tuples = vec![vec![]];
    for sort in sorts {
        let elements = 0..universe.size(*sort);
        let longer = |tuple: &Vec<usize>| {
            let tuple = tuple.clone();
            elements
                .clone()
                .map(move |element| [&tuple[..], &[element]].concat())
        };
        tuples = tuples.iter().flat_map(longer).collect();
    }
    tuples
}
