//! Which obligations are decidable: the graph of quantifier alternation.
//!
//! The nodes are the sorts. There is an edge from a sort to another if an element of the second
//! depends on one of the first: by a function, or by an existential quantifier within a universal
//! one. Without a cycle, finitely many terms can be made of the constants, so that a solver which
//! puts them in for the variables comes to an end: the obligation is *stratified*, an extension of
//! effectively propositional logic (EPR). It has a counter-model of finite size or none.
//!
//! ```
//! use synod_proof::alternation::Alternation;
//! use synod_proof::targets::{basic, stratified};
//! use synod_proof::obligation::inductive;
//!
//! let of = |system| Alternation::of(&inductive(&system)[0]);
//! assert_eq!(of(stratified::system()).cycle(), None);
//! // nextBal is a function from priests to numbers, and owner one from numbers to priests.
//! assert!(of(basic::repaired()).cycle().is_some());
//! ```

use crate::obligation::Obligation;
use crate::system::Action;
use crate::term::{Node, Sort, Sorted, Symbol, Term};
use std::collections::BTreeSet;
use std::fmt;

/// The graph of an obligation: the pairs of sorts of which the second depends on the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alternation {
    edges: BTreeSet<(Sort, Sort)>,
}

impl Alternation {
    /// The graph of what is asserted: the assumptions, the step, and the claim, denied.
    pub fn of(obligation: &Obligation) -> Self {
        let mut graph = Self::default();
        let mut reader = Reader {
            graph: &mut graph,
            step: obligation.step.as_ref(),
            outside: vec![],
        };
        for assumed in &obligation.assumed {
            reader.read(assumed.holds.term(), Sign::Asserted, false);
        }
        for guard in obligation.step.iter().flat_map(|step| &step.guards) {
            reader.read(guard.holds.term(), Sign::Asserted, false);
        }
        reader.read(obligation.claim.term(), Sign::Denied, false);
        graph
    }

    /// The edges of both graphs.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.edges.extend(&other.edges);
        self
    }

    /// Sorts of which each depends on the one before it, and the first on the last; none if the
    /// obligation is stratified.
    pub fn cycle(&self) -> Option<Vec<Sort>> {
        let mut paths = Sort::DECLARED
            .iter()
            .filter_map(|&sort| self.path(sort, sort));
        paths.next()
    }

    /// A path of one edge or more.
    fn path(&self, from: Sort, to: Sort) -> Option<Vec<Sort>> {
        let (mut met, mut open) = (BTreeSet::new(), vec![vec![from]]);
        while let Some(path) = open.pop() {
            let &last = path.last()?;
            for &(_, next) in self.edges.iter().filter(|(start, _)| *start == last) {
                if next == to {
                    return Some(path);
                }
                if met.insert(next) {
                    open.push([&path[..], &[next]].concat());
                }
            }
        }
        None
    }
}

/// The edges, such as `Number → PriestSet, PriestSet → Priest`.
impl fmt::Display for Alternation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let edges = self.edges.iter();
        let edges = edges.map(|(from, to)| format!("{} → {}", from.name(), to.name()));
        f.write_str(&edges.collect::<Vec<_>>().join(", "))
    }
}

/// How a formula occurs in what is asserted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Asserted,
    Denied,
    /// As a part of which the value matters, true or false.
    Both,
}

impl Sign {
    const fn negated(self) -> Self {
        match self {
            Self::Asserted => Self::Denied,
            Self::Denied => Self::Asserted,
            Self::Both => Self::Both,
        }
    }
}

/// Reads terms, and notes the edges.
struct Reader<'a> {
    graph: &'a mut Alternation,
    step: Option<&'a Action>,
    /// The sorts of the universal variables in scope.
    outside: Vec<Sort>,
}

impl Reader<'_> {
    fn read(&mut self, term: Term, sign: Sign, is_next: bool) {
        match term.node() {
            Node::Variable(_) => {}
            Node::Apply(symbol, arguments) => {
                self.apply(symbol, sign, is_next);
                for argument in arguments {
                    self.read(*argument, Sign::Both, is_next);
                }
            }
            Node::Not(part) => self.read(*part, sign.negated(), is_next),
            Node::And(parts) | Node::Or(parts) => {
                for part in parts {
                    self.read(*part, sign, is_next);
                }
            }
            Node::Implies(left, right) => {
                self.read(*left, sign.negated(), is_next);
                self.read(*right, sign, is_next);
            }
            Node::Equal(left, right) => {
                self.read(*left, Sign::Both, is_next);
                self.read(*right, Sign::Both, is_next);
            }
            Node::IfElse(first, second, third) => {
                self.read(*first, Sign::Both, is_next);
                self.read(*second, sign, is_next);
                self.read(*third, sign, is_next);
            }
            Node::ForAll(variables, body) => {
                let existential = sign != Sign::Asserted;
                self.bind(variables, *body, sign, (existential, is_next));
            }
            Node::Exists(variables, body) => {
                let existential = sign != Sign::Denied;
                self.bind(variables, *body, sign, (existential, is_next));
            }
            Node::Next(part) => self.read(*part, sign, true),
        }
    }

    /// A quantifier. One that may be either is taken for both.
    fn bind(
        &mut self,
        variables: &[Term],
        body: Term,
        sign: Sign,
        (is_existential, is_next): (bool, bool),
    ) {
        let sorts = variables.iter().map(|variable| variable.sort());
        if is_existential {
            for sort in sorts.clone() {
                let outside = self.outside.iter();
                self.graph.edges.extend(outside.map(|&from| (from, sort)));
            }
        }
        let before = self.outside.len();
        if !is_existential || sign == Sign::Both {
            self.outside.extend(sorts);
        }
        self.read(body, sign, is_next);
        self.outside.truncate(before);
    }

    /// A function is an edge from each of its arguments. After the step, a symbol that the step
    /// changes stands for what it becomes.
    fn apply(&mut self, symbol: &'static Symbol, sign: Sign, is_next: bool) {
        if symbol.result != Sort::Truth {
            let arguments = symbol.arguments.iter();
            let edges = arguments.map(|&argument| (argument, symbol.result));
            self.graph.edges.extend(edges);
        }
        let step = self.step.filter(|_| is_next);
        let Some(update) = step.and_then(|step| step.update(symbol)) else {
            return;
        };
        for part in &update.pattern {
            self.read(*part, Sign::Both, false);
        }
        self.read(update.value, sign, false);
    }
}
