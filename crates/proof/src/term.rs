//! Terms of many-sorted first-order logic, with the sorts of the paper.
//!
//! A term of each sort has its own type, so that a formula in which a decree stands where
//! a priest should be does not compile. A variable is bound by a closure, and cannot leave
//! it by mistake; its name is chosen when the term is written.
//!
//! ```
//! use synod_proof::smt::written;
//! use synod_proof::term::{Priest, Sorted, for_all};
//!
//! mod ledger {
//!     use synod_proof::term::{Number, Priest, symbols};
//!
//!     symbols! {
//!         state {
//!             /// nextBal of a priest.
//!             next_bal "nextBal" (p: Priest) -> Number;
//!         }
//!     }
//! }
//! use ledger::next_bal;
//!
//! let equal = for_all(|p: Priest, q: Priest| next_bal(p).is(next_bal(q)));
//! assert_eq!(written(equal), "(forall ((p Priest) (p2 Priest)) (= (nextBal p) (nextBal p2)))");
//! ```
//!
//! Terms are never freed: a description is built a few times in a run, and has some thousand
//! nodes. In return a term can be copied, as a number can.

use std::ops::{BitAnd, BitOr, Not};

/// What a term is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// True or false.
    Truth,
    /// Priests.
    Priest,
    /// Ballot numbers and −∞.
    Number,
    /// Decrees and BLANK.
    Decree,
    /// Sets of priests.
    Set,
    /// Decree numbers of the parliament.
    Place,
}

impl Sort {
    /// All sorts but [`Sort::Truth`], which is SMT-LIB's own.
    pub const DECLARED: [Self; 5] = [
        Self::Priest,
        Self::Number,
        Self::Decree,
        Self::Set,
        Self::Place,
    ];

    /// The name of the sort in SMT-LIB.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Truth => "Bool",
            Self::Priest => "Priest",
            Self::Number => "Number",
            Self::Decree => "Decree",
            Self::Set => "PriestSet",
            Self::Place => "Place",
        }
    }
}

/// A symbol of the signature: a function or a relation.
#[derive(Debug)]
pub struct Symbol {
    /// The name, in the paper's words.
    pub name: &'static str,
    /// The sorts of the arguments.
    pub arguments: &'static [Sort],
    /// The sort of the value. Of a relation it is [`Sort::Truth`].
    pub result: Sort,
    /// Whether a step may change it. The others mean the same in all states.
    pub is_of_state: bool,
}

/// A term without the sort in its type.
#[derive(Clone, Copy, Debug)]
pub struct Term(&'static Node);

/// What a term is made of.
#[derive(Debug)]
pub enum Node {
    /// A variable; it is the same as another if both are the same node.
    Variable(Sort),
    /// A symbol with its arguments.
    Apply(&'static Symbol, Vec<Term>),
    /// Negation.
    Not(Term),
    /// Conjunction. Without parts it is true.
    And(Vec<Term>),
    /// Disjunction. Without parts it is false.
    Or(Vec<Term>),
    /// Implication.
    Implies(Term, Term),
    /// Equality of two terms of one sort.
    Equal(Term, Term),
    /// The second if the first is true, otherwise the third.
    IfElse(Term, Term, Term),
    /// For all values of the variables.
    ForAll(Vec<Term>, Term),
    /// For some values of the variables.
    Exists(Vec<Term>, Term),
    /// The term in the state after the step.
    Next(Term),
}

impl Term {
    /// A term made of this.
    pub fn new(node: Node) -> Self {
        Self(Box::leak(Box::new(node)))
    }

    /// The term with other parts. A variable has none.
    #[must_use]
    pub fn map(self, of: &mut impl FnMut(Self) -> Self) -> Self {
        let mut all =
            |parts: &[Self]| -> Vec<Self> { parts.iter().map(|part| of(*part)).collect() };
        Self::new(match self.node() {
            Node::Variable(_) => return self,
            Node::Apply(symbol, arguments) => Node::Apply(symbol, all(arguments)),
            Node::And(parts) => Node::And(all(parts)),
            Node::Or(parts) => Node::Or(all(parts)),
            Node::Not(part) => Node::Not(of(*part)),
            Node::Implies(left, right) => Node::Implies(of(*left), of(*right)),
            Node::Equal(left, right) => Node::Equal(of(*left), of(*right)),
            Node::IfElse(first, second, third) => Node::IfElse(of(*first), of(*second), of(*third)),
            Node::ForAll(variables, body) => Node::ForAll(variables.clone(), of(*body)),
            Node::Exists(variables, body) => Node::Exists(variables.clone(), of(*body)),
            Node::Next(part) => Node::Next(of(*part)),
        })
    }

    /// A variable that is not any other.
    pub fn variable(sort: Sort) -> Self {
        Self::new(Node::Variable(sort))
    }

    /// What it is made of.
    pub const fn node(self) -> &'static Node {
        self.0
    }

    /// Whether both are the same node.
    pub fn is_same(self, other: Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }

    /// The sort.
    pub fn sort(self) -> Sort {
        match self.0 {
            Node::Variable(sort) => *sort,
            Node::Apply(symbol, _) => symbol.result,
            Node::IfElse(_, then, _) => then.sort(),
            Node::Next(term) => term.sort(),
            _ => Sort::Truth,
        }
    }

    /// The parts, from left to right, without bound variables.
    pub fn parts(self) -> Vec<Self> {
        match self.0 {
            Node::Variable(_) => vec![],
            Node::Apply(_, parts) | Node::And(parts) | Node::Or(parts) => parts.clone(),
            Node::Not(part) | Node::Next(part) => vec![*part],
            Node::ForAll(_, body) | Node::Exists(_, body) => vec![*body],
            Node::Implies(left, right) | Node::Equal(left, right) => vec![*left, *right],
            Node::IfElse(first, second, third) => vec![*first, *second, *third],
        }
    }
}

/// A term whose sort is known to the compiler.
pub trait Sorted: Copy {
    /// The sort.
    const SORT: Sort;

    /// The term, which has this sort.
    fn of(term: Term) -> Self;

    /// The same without the sort in its type.
    fn term(self) -> Term;

    /// Equality.
    fn is(self, other: Self) -> Formula {
        Formula(Term::new(Node::Equal(self.term(), other.term())))
    }

    /// Inequality.
    fn is_not(self, other: Self) -> Formula {
        !self.is(other)
    }

    /// Its value in the state after the step.
    #[must_use]
    fn next(self) -> Self {
        Self::of(Term::new(Node::Next(self.term())))
    }
}

macro_rules! sorted {
    ($($(#[$doc:meta])+ $Type:ident $sort:expr;)+) => {
        $(
            $(#[$doc])+
            #[derive(Clone, Copy, Debug)]
            pub struct $Type(Term);

            impl Sorted for $Type {
                const SORT: Sort = $sort;

                fn of(term: Term) -> Self {
                    Self(term)
                }

                fn term(self) -> Term {
                    self.0
                }
            }
        )+
    };
}

sorted! {
    /// A term that is true or false.
    Formula Sort::Truth;
    /// A term that is a priest.
    Priest Sort::Priest;
    /// A term that is a ballot number or −∞.
    Number Sort::Number;
    /// A term that is a decree or BLANK.
    Decree Sort::Decree;
    /// A term that is a set of priests.
    Set Sort::Set;
    /// A term that is a decree number of a parliament.
    Place Sort::Place;
}

impl Formula {
    /// This implies the other.
    #[must_use]
    pub fn implies(self, other: Self) -> Self {
        Self(Term::new(Node::Implies(self.0, other.0)))
    }

    /// A value that depends on this formula.
    pub fn choose<S: Sorted>(self, then: S, otherwise: S) -> S {
        let node = Node::IfElse(self.0, then.term(), otherwise.term());
        S::of(Term::new(node))
    }
}

impl Not for Formula {
    type Output = Self;

    fn not(self) -> Self {
        Self(Term::new(Node::Not(self.0)))
    }
}

impl BitAnd for Formula {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        all([self, other])
    }
}

impl BitOr for Formula {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        any([self, other])
    }
}

/// All of these.
pub fn all(parts: impl IntoIterator<Item = Formula>) -> Formula {
    Formula(Term::new(Node::And(terms(parts))))
}

/// One of these at least.
pub fn any(parts: impl IntoIterator<Item = Formula>) -> Formula {
    Formula(Term::new(Node::Or(terms(parts))))
}

fn terms(parts: impl IntoIterator<Item = Formula>) -> Vec<Term> {
    parts.into_iter().map(Sorted::term).collect()
}

/// What is true.
pub fn yes() -> Formula {
    all([])
}

/// What is false.
pub fn no() -> Formula {
    any([])
}

/// Something with variables: a closure whose arguments are they.
pub trait Open<Variables, Body> {
    /// New variables, and the body with them.
    fn open(self) -> (Vec<Term>, Body);
}

macro_rules! open {
    ($($Sort:ident $variable:ident),*) => {
        impl<Body, Close: FnOnce($($Sort),*) -> Body, $($Sort: Sorted),*> Open<($($Sort,)*), Body> for Close {
            fn open(self) -> (Vec<Term>, Body) {
                $(let $variable = Term::variable($Sort::SORT);)*
                (vec![$($variable),*], self($($Sort::of($variable)),*))
            }
        }
    };
}

open!();
open!(A a);
open!(A a, B b);
open!(A a, B b, C c);
open!(A a, B b, C c, D d);
open!(A a, B b, C c, D d, E e);
open!(A a, B b, C c, D d, E e, F f);
open!(A a, B b, C c, D d, E e, F f, G g);

/// The body for all values of its variables.
pub fn for_all<V>(body: impl Open<V, Formula>) -> Formula {
    let (variables, body) = body.open();
    Formula(Term::new(Node::ForAll(variables, body.0)))
}

/// The body for some values of its variables.
pub fn exists<V>(body: impl Open<V, Formula>) -> Formula {
    let (variables, body) = body.open();
    Formula(Term::new(Node::Exists(variables, body.0)))
}

/// Defines a function for each symbol, which applies it, and a list `SYMBOLS` of all. Those in `state` may be changed by
/// steps, those in `rigid` are not.
///
/// The example of the [module](crate::term) defines one.
#[macro_export]
macro_rules! symbols {
    ($(
        $kind:ident {
            $(
                $(#[$doc:meta])+
                $function:ident $name:literal ($($argument:ident: $Argument:ident),*) -> $Result:ident;
            )+
        }
    )+) => {
        mod of {
            #[allow(clippy::wildcard_imports)]
            use super::*;

            $($(
                #[allow(non_upper_case_globals)]
                pub(super) static $function: $crate::term::Symbol = $crate::term::Symbol {
                    name: $name,
                    arguments: &[$(<$Argument as $crate::term::Sorted>::SORT),*],
                    result: <$Result as $crate::term::Sorted>::SORT,
                    is_of_state: $crate::symbols!(@is_of_state $kind),
                };
            )+)+
        }

        /// All of these symbols.
        pub static SYMBOLS: &[&$crate::term::Symbol] = &[$($(&of::$function),+),+];

        $($(
            $(#[$doc])+
            pub fn $function($($argument: $Argument),*) -> $Result {
                let arguments = vec![$($crate::term::Sorted::term($argument)),*];
                let node = $crate::term::Node::Apply(&of::$function, arguments);
                $crate::term::Sorted::of($crate::term::Term::new(node))
            }
        )+)+
    };
    (@is_of_state state) => { true };
    (@is_of_state rigid) => { false };
}
pub use symbols;
