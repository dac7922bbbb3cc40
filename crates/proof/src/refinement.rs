//! Refinement: a step of one system is a step of the system above it, or none.
//!
//! A [`Mapping`] says what each symbol above is, in terms of the symbols below.
//!
//! ```
//! use synod_proof::refinement::Mapping;
//! use synod_proof::smt::written;
//! use synod_proof::targets::preliminary;
//! use synod_proof::term::{Formula, Number, Sorted, for_all};
//! use synod_proof::variables::next_ballot;
//!
//! // A number counts as tried when its NextBallot is sent.
//! let mapping = Mapping::default().with("tried", |b| next_ballot(Number::of(b[0])).term());
//! let all = for_all(|b: Number| preliminary::tried(b));
//! let below = Formula::of(mapping.below(all.term(), &[]));
//! assert_eq!(written(below), "(forall ((b Number)) (NextBallot b))");
//! ```

use crate::system::{Action, Update};
use crate::term::{Formula, Node, Sorted, Symbol, Term, all};

/// What a symbol is below, for these arguments.
type Below = fn(&[Term]) -> Term;

/// What each symbol above is below. Those that are not named are the same.
#[derive(Clone, Debug, Default)]
pub struct Mapping(Vec<(&'static str, Below)>);

impl Mapping {
    /// The symbol with this name is mapped, too.
    #[must_use]
    pub fn with(mut self, name: &'static str, below: Below) -> Self {
        self.0.push((name, below));
        self
    }

    /// The term in symbols below, in which some variables have these values.
    pub fn below(&self, term: Term, values: &[(Term, Term)]) -> Term {
        let term = match values.iter().find(|(variable, _)| variable.is_same(term)) {
            Some((_, value)) => return *value,
            None => term.map(&mut |part| self.below(part, values)),
        };
        match term.node() {
            Node::Apply(symbol, arguments) => self.symbol(symbol, arguments),
            _ => term,
        }
    }

    fn symbol(&self, symbol: &'static Symbol, arguments: &[Term]) -> Term {
        let mut mapped = self.0.iter();
        match mapped.find(|(name, _)| *name == symbol.name) {
            Some((_, below)) => below(arguments),
            None => Term::new(Node::Apply(symbol, arguments.to_vec())),
        }
    }

    /// Nothing changes above.
    pub fn no_step(&self, symbols: &[&'static Symbol]) -> Formula {
        all(symbols.iter().map(|symbol| self.becomes(symbol, None, &[])))
    }

    /// The action above is taken, with these values of its parameters.
    pub fn step(&self, symbols: &[&'static Symbol], action: &Action, values: &[Term]) -> Formula {
        let values: Vec<_> = action
            .parameters
            .iter()
            .copied()
            .zip(values.iter().copied())
            .collect();
        let guards = action.guards.iter().map(|guard| guard.holds.term());
        let guards = guards.map(|guard| Formula::of(self.below(guard, &values)));
        let effect = symbols
            .iter()
            .map(|symbol| self.becomes(symbol, action.update(symbol), &values));
        all(guards.chain(effect).collect::<Vec<_>>())
    }

    /// The symbol above has the value that the update gives it, or else the one that it had.
    fn becomes(
        &self,
        symbol: &'static Symbol,
        update: Option<&Update>,
        values: &[(Term, Term)],
    ) -> Formula {
        let variables: Vec<_> = symbol
            .arguments
            .iter()
            .map(|sort| Term::variable(*sort))
            .collect();
        let before = self.symbol(symbol, &variables);
        let after = Term::new(Node::Next(before));
        let expected = update.map_or(before, |update| {
            let (is_matched, value) = self.updated(update, &variables, values);
            Term::new(Node::IfElse(is_matched.term(), value, before))
        });
        let equal = Formula::of(Term::new(Node::Equal(after, expected)));
        if variables.is_empty() {
            return equal;
        }
        Formula::of(Term::new(Node::ForAll(variables, equal.term())))
    }

    /// Whether the pattern of the update matches these arguments, and the value if it does.
    fn updated(
        &self,
        update: &Update,
        arguments: &[Term],
        values: &[(Term, Term)],
    ) -> (Formula, Term) {
        let mut values = values.to_vec();
        let mut matches = vec![];
        for (part, argument) in update.pattern.iter().zip(arguments) {
            if update.is_free(*part) {
                values.push((*part, *argument));
            } else {
                let part = self.below(*part, &values);
                matches.push(Formula::of(Term::new(Node::Equal(part, *argument))));
            }
        }
        (all(matches), self.below(update.value, &values))
    }
}
