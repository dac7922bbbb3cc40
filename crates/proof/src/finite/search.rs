//! The search for a state: a formula as clauses, which z3 satisfies.

use super::circuit::{Circuit, Literal, dimacs};
use super::evaluate::{Cells, Evaluator, Value};
use super::smallest::{Counterexample, smallest};
use super::state::State;
use super::universe::Universe;
use crate::obligation::Obligation;
use crate::solver::Program;
use crate::system::Action;
use crate::term::{Formula, Sort, Symbol};
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

/// What came of a search in a universe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search<T> {
    /// It was found.
    Found(T),
    /// There is none in this universe.
    None,
    /// The solver did not tell, and why.
    Unknown(String),
}

/// The inputs that stand for the values of one symbol at some arguments.
type Inputs = Vec<(usize, Literal)>;

/// The values of a state that is not known: inputs of the circuit.
#[derive(Default)]
pub(super) struct Unknown {
    cells: BTreeMap<(&'static str, Vec<usize>), (Value, Inputs)>,
    sizes: BTreeMap<Sort, usize>,
    constraints: Vec<Literal>,
}

impl Unknown {
    pub(super) fn new(universe: &Universe) -> Self {
        let sizes = Sort::DECLARED.map(|sort| (sort, universe.size(sort)));
        Self {
            sizes: sizes.into_iter().collect(),
            ..Self::default()
        }
    }

    /// All inputs so far.
    pub(super) fn inputs(&self) -> Vec<Literal> {
        let cells = self.cells.values();
        cells
            .flat_map(|(_, inputs)| inputs.iter().map(|(_, input)| *input))
            .collect()
    }

    /// The goal, where every cell has one value.
    pub(super) fn constrained(&mut self, circuit: &mut Circuit, goal: Literal) -> Literal {
        let constraints = std::mem::take(&mut self.constraints);
        constraints
            .into_iter()
            .fold(goal, |goal, constraint| circuit.and(goal, constraint))
    }

    /// One element of a sort.
    fn element(&mut self, circuit: &mut Circuit, sort: Sort) -> Inputs {
        let size = self.sizes.get(&sort).copied().unwrap_or_default();
        let inputs: Vec<_> = (0..size)
            .map(|element| (element, circuit.input()))
            .collect();
        let literals: Vec<_> = inputs.iter().map(|(_, literal)| *literal).collect();
        let constraint = circuit.one_of(&literals);
        self.constraints.push(constraint);
        inputs
    }
}

impl Cells for Unknown {
    fn cell(
        &mut self,
        circuit: &mut Circuit,
        symbol: &'static Symbol,
        arguments: &[usize],
    ) -> Value {
        let place = (symbol.name, arguments.to_vec());
        if let Some((value, _)) = self.cells.get(&place) {
            return value.clone();
        }
        let (value, inputs) = match symbol.result {
            Sort::Truth => {
                let input = circuit.input();
                (Value::Truth(input), vec![(1, input)])
            }
            sort => {
                let inputs = self.element(circuit, sort);
                (Value::Several(inputs.clone()), inputs)
            }
        };
        self.cells.insert(place, (value.clone(), inputs));
        value
    }
}

/// A state in which all of the formulas hold and, if there is an action, it is enabled; with the
/// values of its parameters.
pub fn model(
    z3: &Program,
    universe: &Universe,
    formulas: &[Formula],
    action: Option<&Action>,
    limit: Duration,
) -> Search<(State, Vec<usize>)> {
    let mut evaluator = Evaluator::new(universe, Unknown::new(universe));
    let mut parameters = vec![];
    for parameter in action.iter().flat_map(|action| &action.parameters) {
        let inputs = evaluator
            .cells
            .element(&mut evaluator.circuit, parameter.sort());
        evaluator
            .variables
            .push((*parameter, Value::Several(inputs.clone())));
        parameters.push(inputs);
    }
    evaluator.step = action;
    let mut goal = action.map_or(Literal::YES, |action| evaluator.guards(action));
    for formula in formulas {
        let here = evaluator.formula(*formula);
        goal = evaluator.circuit.and(goal, here);
    }
    let goal = evaluator.cells.constrained(&mut evaluator.circuit, goal);
    let clauses = dimacs(evaluator.circuit.size(), &evaluator.circuit.clauses(goal));
    match satisfied(z3, &clauses, limit) {
        Search::Found(is_true) => {
            let chosen = |inputs: &Inputs| {
                let mut inputs = inputs.iter();
                let chosen = inputs.find(|(_, literal)| is_true.contains(&literal.place()));
                chosen.map_or(0, |(element, _)| *element)
            };
            let mut state = State::default();
            for ((name, arguments), (_, inputs)) in &evaluator.cells.cells {
                state.set(name, arguments, chosen(inputs));
            }
            Search::Found((state, parameters.iter().map(chosen).collect()))
        }
        Search::None => Search::None,
        Search::Unknown(why) => Search::Unknown(why),
    }
}

/// The places of the literals that are true, where all clauses are satisfied.
fn satisfied(z3: &Program, clauses: &str, limit: Duration) -> Search<HashSet<usize>> {
    let output = z3.output(&["-dimacs", "-in"], clauses, limit);
    let ended = match output {
        Ok(ended) => ended,
        Err(error) => return Search::Unknown(format!("the program cannot be run: {error}")),
    };
    let mut lines = ended.text.lines();
    match lines.next().filter(|_| ended.is_good()) {
        Some("s SATISFIABLE") => {
            let values = lines.filter_map(|line| line.strip_prefix("v "));
            let values = values.flat_map(str::split_whitespace);
            let values = values.filter_map(|value| value.parse::<i64>().ok());
            // A variable that is not told may have any value. The place of variable 1 is 0.
            let true_ones = values.filter_map(|value| usize::try_from(value - 1).ok());
            Search::Found(true_ones.collect())
        }
        Some("s UNSATISFIABLE") => Search::None,
        _ => Search::Unknown(ended.in_words()),
    }
}

/// A state of this universe that refutes an obligation, with as little in it as possible.
pub fn counterexample(
    z3: &Program,
    universe: &Universe,
    obligation: &Obligation,
    limit: Duration,
) -> Search<Counterexample> {
    let assumed = obligation.assumed.iter().map(|assumed| assumed.holds);
    let formulas: Vec<_> = assumed.chain([!obligation.claim]).collect();
    let step = obligation.step.as_ref();
    match model(z3, universe, &formulas, step, limit) {
        Search::Found((state, values)) => {
            let next = state.clone();
            let found = Counterexample {
                state,
                values,
                next,
            };
            Search::Found(smallest(universe, obligation, found))
        }
        Search::None => Search::None,
        Search::Unknown(why) => Search::Unknown(why),
    }
}
