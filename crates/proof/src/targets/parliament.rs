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
use crate::variables::SYMBOLS;

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

/// The variables: those of A.1, each with the decree number in front that it is about. What all numbers
/// share has none.
///
/// ```
/// use synod_proof::targets::parliament;
///
/// let arguments = parliament::symbols().into_iter().map(|it| (it.name, it.arguments.len()));
/// let arguments: Vec<_> = arguments.collect();
/// assert_eq!(arguments[..2], [("outcome", 2), ("lastTried", 1)]);
/// ```
pub fn symbols() -> Vec<&'static Symbol> {
    let mut instances = Instances::default();
    let symbols = SYMBOLS.iter();
    symbols.map(|symbol| instances.variable(symbol)).collect()
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
    let mut assumed = system.assuming(&["I1"]);
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
    /// A symbol that may be one of the variables.
    fn variable(&mut self, of: &'static Symbol) -> &'static Symbol {
        if is_indexed(of) { self.symbol(of) } else { of }
    }

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
        let Node::Apply(symbol, arguments) = term.node() else {
            return term.map(&mut |part| self.at(part, place));
        };
        let mut arguments = self.all_at(arguments, place);
        if is_indexed(symbol) {
            arguments.insert(0, place);
        }
        Term::new(Node::Apply(self.variable(symbol), arguments))
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
