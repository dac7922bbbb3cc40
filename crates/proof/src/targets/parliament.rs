//! §3.1: one instance of A.1 for each decree number, with one ballot number and one nextBal for
//! all of them.
//!
//! The description is made from that of [`basic`]: every variable has a decree number as its
//! first argument, but for lastTried, nextBal and the NextBallots that were sent. Try New Ballot
//! and Lose Slip are steps of all instances at once; any other step is one of one instance. So a
//! LastVote of the parliament, which tells of all decree numbers at once, is here one message for
//! each, in any order. These are more steps than those of the legislator that ships, which also
//! proposes only above what it knows; Consistency holds all the same. Ordering needs votes in ascending
//! order, and is proved of a parliament with them.
//!
//! ```
//! use synod_proof::targets::{basic, parliament};
//!
//! let (one, all) = (basic::repaired(), parliament::system());
//! assert_eq!(one.invariant.len(), all.invariant.len());
//! // The decree number is one parameter more.
//! assert_eq!(one.actions[5].parameters.len() + 1, all.actions[5].parameters.len());
//! ```

pub mod ordering;

use super::basic::{self, consistency};
use super::math::{claimed, theorem_1};
use crate::obligation::{Obligation, inductive};
use crate::system::{Action, Guard, Named, System, Update};
use crate::term::{Formula, Node, Sort, Sorted, Symbol, Term};

/// What all instances have in common.
const SHARED: [&str; 3] = ["lastTried", "nextBal", "NextBallot"];

/// The actions that all instances take at once.
const OF_ALL: [&str; 2] = ["Try New Ballot", "Lose Slip"];

/// The protocol, with an inductive invariant.
pub fn system() -> System {
    with(&mut Instances::default())
}

/// A formula about the variables of A.1, at every decree number.
///
/// ```
/// use synod_proof::smt::written;
/// use synod_proof::targets::{basic::consistency, parliament::everywhere};
///
/// let of_each = everywhere(consistency());
/// assert!(written(of_each).starts_with("(forall ((n Place))"));
/// ```
pub fn everywhere(formula: Formula) -> Formula {
    Instances::default().everywhere(formula)
}

fn with(instances: &mut Instances) -> System {
    let one = basic::repaired();
    System {
        init: instances.everywhere(one.init),
        actions: one
            .actions
            .iter()
            .map(|action| instances.action(action))
            .collect(),
        invariant: one
            .invariant
            .iter()
            .map(|conjunct| Named::new(conjunct.name, instances.everywhere(conjunct.holds)))
            .collect(),
        axioms: one.axioms,
        hints: one.hints,
    }
}

/// All that is proved of it.
pub fn obligations() -> Vec<Obligation> {
    let mut instances = Instances::default();
    let system = with(&mut instances);
    let mut obligations = inductive(&system);
    let mut assumed = system.axioms.clone();
    assumed.extend(system.conjunct("I1").cloned());
    // The Lemma is proved of any set of ballots, and so of that of each decree number.
    assumed.push(Named::new("Theorem.1", instances.everywhere(theorem_1())));
    let claim = instances.everywhere(consistency());
    obligations.push(claimed("I1, Theorem 1", "Consistency", assumed, claim));
    obligations.extend(ordering::obligations());
    obligations
}

/// The symbols with a decree number, each made once.
#[derive(Default)]
struct Instances(Vec<&'static Symbol>);

impl Instances {
    fn symbol(&mut self, of: &'static Symbol) -> &'static Symbol {
        if let Some(known) = self.0.iter().find(|known| known.name == of.name) {
            return known;
        }
        let arguments = [&[Sort::Place], of.arguments].concat();
        let symbol: &'static Symbol = Box::leak(Box::new(Symbol {
            name: of.name,
            arguments: Box::leak(arguments.into_boxed_slice()),
            result: of.result,
            is_of_state: of.is_of_state,
        }));
        self.0.push(symbol);
        symbol
    }

    /// The formula, at every decree number.
    fn everywhere(&mut self, formula: Formula) -> Formula {
        let place = Term::variable(Sort::Place);
        let body = self.at(formula.term(), place);
        Formula::of(Term::new(Node::ForAll(vec![place], body)))
    }

    /// The term, at this decree number.
    fn at(&mut self, term: Term, place: Term) -> Term {
        let node = match term.node() {
            Node::Variable(_) => return term,
            Node::Apply(symbol, arguments) => {
                let arguments = self.all_at(arguments, place);
                if is_indexed(symbol) {
                    let arguments = [&[place], &arguments[..]].concat();
                    Node::Apply(self.symbol(symbol), arguments)
                } else {
                    Node::Apply(symbol, arguments)
                }
            }
            Node::Not(part) => Node::Not(self.at(*part, place)),
            Node::And(parts) => Node::And(self.all_at(parts, place)),
            Node::Or(parts) => Node::Or(self.all_at(parts, place)),
            Node::Implies(left, right) => {
                Node::Implies(self.at(*left, place), self.at(*right, place))
            }
            Node::Equal(left, right) => Node::Equal(self.at(*left, place), self.at(*right, place)),
            Node::IfElse(first, second, third) => {
                let parts = [first, second, third].map(|part| self.at(*part, place));
                Node::IfElse(parts[0], parts[1], parts[2])
            }
            Node::ForAll(variables, body) => Node::ForAll(variables.clone(), self.at(*body, place)),
            Node::Exists(variables, body) => Node::Exists(variables.clone(), self.at(*body, place)),
            Node::Next(part) => Node::Next(self.at(*part, place)),
        };
        Term::new(node)
    }

    fn all_at(&mut self, terms: &[Term], place: Term) -> Vec<Term> {
        terms.iter().map(|term| self.at(*term, place)).collect()
    }

    fn action(&mut self, of: &Action) -> Action {
        let place = Term::variable(Sort::Place);
        let is_of_all = OF_ALL.contains(&of.name);
        let guards = of.guards.iter().map(|guard| {
            let at = self.at(guard.holds.term(), place);
            let holds = if is_of_all {
                Term::new(Node::Exists(vec![place], at))
            } else {
                at
            };
            Guard::new(guard.name, Formula::of(holds))
        });
        let guards = guards.collect();
        let updates = of
            .updates
            .iter()
            .map(|update| self.update(update, place, is_of_all));
        let updates = updates.collect();
        let mut parameters = of.parameters.clone();
        if !is_of_all {
            parameters.push(place);
        }
        Action {
            name: of.name,
            parameters,
            guards,
            updates,
        }
    }

    fn update(&mut self, of: &Update, place: Term, is_of_all: bool) -> Update {
        let (mut pattern, mut free) = (self.all_at(&of.pattern, place), of.free.clone());
        let value = self.at(of.value, place);
        if !is_indexed(of.symbol) {
            return Update {
                symbol: of.symbol,
                pattern,
                free,
                value,
            };
        }
        pattern.insert(0, place);
        if is_of_all {
            free.push(place);
        }
        Update {
            symbol: self.symbol(of.symbol),
            pattern,
            free,
            value,
        }
    }
}

fn is_indexed(symbol: &Symbol) -> bool {
    symbol.is_of_state && !SHARED.contains(&symbol.name)
}
