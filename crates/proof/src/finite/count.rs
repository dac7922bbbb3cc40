//! How many states of a universe satisfy formulas.

use super::circuit::Literal;
use super::evaluate::{Cells, Evaluator, tuples};
use super::search::Unknown;
use super::universe::Universe;
use crate::term::{Formula, Symbol};

/// The number of states of a universe in which all of the formulas hold. A state is a value of
/// each of these symbols at all arguments.
pub fn count(universe: &Universe, symbols: &[&'static Symbol], formulas: &[Formula]) -> u64 {
    let mut evaluator = Evaluator::new(universe, Unknown::new(universe));
    for symbol in symbols {
        for arguments in tuples(universe, symbol.arguments) {
            evaluator
                .cells
                .cell(&mut evaluator.circuit, symbol, &arguments);
        }
    }
    let inputs = evaluator.cells.inputs();
    let mut goal = Literal::YES;
    for formula in formulas {
        let here = evaluator.formula(*formula);
        goal = evaluator.circuit.and(goal, here);
    }
    let goal = evaluator.cells.constrained(&mut evaluator.circuit, goal);
    if goal == Literal::NO {
        return 0;
    }
    let clauses = evaluator.circuit.clauses(goal);
    let mut counter = Counter::new(clauses);
    let clauses = 0..counter.clauses.len();
    let is_possible = clauses
        .into_iter()
        .all(|clause| counter.propagate_clause(clause));
    if !(is_possible && counter.propagate()) {
        return 0;
    }
    let inputs: Vec<_> = inputs.into_iter().map(|input| input.place() + 1).collect();
    counter.count(&inputs)
}

/// Counts the values of the inputs for which the clauses can be satisfied: it tries both values
/// of each input in turn, and draws all conclusions from clauses of which one literal is left.
struct Counter {
    clauses: Vec<Vec<i64>>,
    /// The clauses in which the negation of a literal is, by the literal's [`index`].
    falsified: Vec<Vec<usize>>,
    values: Vec<Option<bool>>,
    trail: Vec<i64>,
    done: usize,
}

/// The place of a literal in a table: two for each variable.
fn index(literal: i64) -> usize {
    let variable = usize::try_from(literal.unsigned_abs()).unwrap_or_default();
    2 * variable + usize::from(literal < 0)
}

impl Counter {
    fn new(clauses: Vec<Vec<i64>>) -> Self {
        let variables = clauses
            .iter()
            .flatten()
            .map(|literal| index(*literal) / 2)
            .max();
        let variables = variables.unwrap_or_default() + 1;
        let mut falsified = vec![vec![]; 2 * variables];
        for (place, clause) in clauses.iter().enumerate() {
            for literal in clause {
                falsified[index(-literal)].push(place);
            }
        }
        Self {
            clauses,
            falsified,
            values: vec![None; variables],
            trail: vec![],
            done: 0,
        }
    }

    fn value(&self, literal: i64) -> Option<bool> {
        let value = self.values[index(literal) / 2];
        value.map(|value| value == (literal > 0))
    }

    fn assign(&mut self, literal: i64) {
        self.values[index(literal) / 2] = Some(literal > 0);
        self.trail.push(literal);
    }

    /// Draws the conclusion from one clause. False if it cannot be satisfied.
    fn propagate_clause(&mut self, clause: usize) -> bool {
        let mut open = None;
        for literal in &self.clauses[clause] {
            match self.value(*literal) {
                Some(true) => return true,
                Some(false) => {}
                None if open.is_some() => return true,
                None => open = Some(*literal),
            }
        }
        match open {
            Some(literal) => {
                self.assign(literal);
                true
            }
            None => false,
        }
    }

    /// Draws all conclusions. False if some clause cannot be satisfied.
    fn propagate(&mut self) -> bool {
        while let Some(literal) = self.trail.get(self.done).copied() {
            self.done += 1;
            let clauses = std::mem::take(&mut self.falsified[index(literal)]);
            let is_possible = clauses.iter().all(|clause| self.propagate_clause(*clause));
            self.falsified[index(literal)] = clauses;
            if !is_possible {
                return false;
            }
        }
        true
    }

    fn back(&mut self, to: usize) {
        for literal in self.trail.drain(to..) {
            self.values[index(literal) / 2] = None;
        }
        self.done = to;
    }

    /// A variable of a formula is determined by the inputs, so each choice of them counts once.
    fn count(&mut self, inputs: &[usize]) -> u64 {
        let Some((first, rest)) = inputs.split_first() else {
            return 1;
        };
        if self.values.get(*first).is_some_and(Option::is_some) {
            return self.count(rest);
        }
        let mut sum = 0;
        let variable = i64::try_from(*first).unwrap_or_default();
        for literal in [variable, -variable] {
            let before = self.trail.len();
            // An input that is in no clause is free.
            if *first < self.values.len() {
                self.assign(literal);
            }
            if self.propagate() {
                sum += self.count(rest);
            }
            self.back(before);
        }
        sum
    }
}
