//! Circuits of conjunctions and negations.

use std::collections::HashMap;
use std::fmt::Write;

/// An input or a gate of a [`Circuit`], or its negation; or a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal(u32);

impl Literal {
    /// False.
    pub const NO: Self = Self(0);
    /// True.
    pub const YES: Self = Self(1);

    /// A constant.
    pub const fn constant(value: bool) -> Self {
        if value { Self::YES } else { Self::NO }
    }

    /// Its negation.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(self.0 ^ 1)
    }

    /// The place of its input or gate; that of a constant is 0.
    pub const fn place(self) -> usize {
        (self.0 >> 1) as usize
    }

    const fn is_negated(self) -> bool {
        self.0 & 1 == 1
    }

    /// In clauses, a variable is a number from 1, negative if it is negated. The
    /// variable 1 is false.
    pub(super) fn in_clauses(self) -> i64 {
        let variable = i64::from(self.0 >> 1) + 1;
        if self.is_negated() {
            -variable
        } else {
            variable
        }
    }
}

/// Inputs and conjunctions, each conjunction once.
#[derive(Debug)]
pub struct Circuit {
    /// At place 0 is the constant. An input has no parts.
    gates: Vec<Option<(Literal, Literal)>>,
    known: HashMap<(Literal, Literal), Literal>,
}

impl Default for Circuit {
    fn default() -> Self {
        Self {
            gates: vec![None],
            known: HashMap::new(),
        }
    }
}

impl Circuit {
    fn push(&mut self, gate: Option<(Literal, Literal)>) -> Literal {
        let place = self.gates.len() as u32;
        self.gates.push(gate);
        Literal(place << 1)
    }

    /// A new input.
    pub fn input(&mut self) -> Literal {
        self.push(None)
    }

    /// Both.
    pub fn and(&mut self, left: Literal, right: Literal) -> Literal {
        let (left, right) = (left.min(right), left.max(right));
        if left == Literal::NO || left == right.negated() {
            return Literal::NO;
        }
        if left == Literal::YES || left == right {
            return right;
        }
        if let Some(known) = self.known.get(&(left, right)) {
            return *known;
        }
        let gate = self.push(Some((left, right)));
        self.known.insert((left, right), gate);
        gate
    }

    /// One of them at least.
    pub fn or(&mut self, left: Literal, right: Literal) -> Literal {
        self.and(left.negated(), right.negated()).negated()
    }

    /// Exactly one of them.
    pub fn one_of(&mut self, literals: &[Literal]) -> Literal {
        let (mut none, mut one) = (Literal::YES, Literal::NO);
        for literal in literals {
            let first = self.and(none, *literal);
            let still = self.and(one, literal.negated());
            one = self.or(first, still);
            none = self.and(none, literal.negated());
        }
        one
    }

    /// The clauses that are satisfiable if and only if the literal can be true. The variable of
    /// an input or gate is its place and one more; a number below zero is its negation.
    pub fn clauses(&self, goal: Literal) -> Vec<Vec<i64>> {
        let mut clauses = vec![vec![-1], vec![goal.in_clauses()]];
        let mut is_needed = vec![false; self.gates.len()];
        is_needed[goal.place()] = true;
        for place in (0..self.gates.len()).rev() {
            let Some((left, right)) = self.gates[place].filter(|_| is_needed[place]) else {
                continue;
            };
            is_needed[left.place()] = true;
            is_needed[right.place()] = true;
            let gate = Literal((place as u32) << 1).in_clauses();
            let (left, right) = (left.in_clauses(), right.in_clauses());
            clauses.extend([
                vec![-gate, left],
                vec![-gate, right],
                vec![gate, -left, -right],
            ]);
        }
        clauses
    }

    /// How many inputs and gates there are, with the constant.
    pub fn size(&self) -> usize {
        self.gates.len()
    }
}

/// Clauses in the format DIMACS.
pub fn dimacs(variables: usize, clauses: &[Vec<i64>]) -> String {
    let mut text = format!("p cnf {variables} {}\n", clauses.len());
    for clause in clauses {
        for literal in clause {
            _ = write!(text, "{literal} ");
        }
        text.push_str("0\n");
    }
    text
}
