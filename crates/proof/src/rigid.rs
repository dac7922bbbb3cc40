//! What means the same in all states: the order of ballot numbers, owners, membership and
//! majority sets; and what is assumed of it.
//!
//! ```
//! use synod_proof::rigid::{at_most, minus_infinity};
//! use synod_proof::smt::written;
//! use synod_proof::term::{Number, for_all};
//!
//! let least = for_all(|b: Number| at_most(minus_infinity(), b));
//! assert_eq!(written(least), "(forall ((b Number)) (atMost minusInfinity b))");
//! ```

use crate::symbols;
use crate::system::Named;
use crate::term::{Decree, Formula, Number, Priest, Set, Sorted, exists, for_all};

symbols! {
    rigid {
        /// The first number is at most the second.
        at_most "atMost" (b: Number, c: Number) -> Formula;
        /// −∞, which is below all ballot numbers.
        minus_infinity "minusInfinity" () -> Number;
        /// BLANK, which is no decree.
        blank "blank" () -> Decree;
        /// The set without priests.
        nobody "nobody" () -> Set;
        /// The priest is in the set.
        is_in "isIn" (p: Priest, set: Set) -> Formula;
        /// The set is a majority set: the proof knows only that two of them intersect.
        is_majority "isMajority" (set: Set) -> Formula;
        /// The priest who may begin a ballot with this number.
        owner "owner" (b: Number) -> Priest;
    }
}

/// The first number is below the second.
pub fn below(b: Number, c: Number) -> Formula {
    at_most(b, c) & b.is_not(c)
}

/// Some priest is in both sets.
pub fn intersect(first: Set, second: Set) -> Formula {
    exists(|p: Priest| is_in(p, first) & is_in(p, second))
}

/// All priests of the first set are in the second.
pub fn each_of(set: Set, holds: impl FnOnce(Priest) -> Formula) -> Formula {
    for_all(|q: Priest| is_in(q, set).implies(holds(q)))
}

/// What is assumed of every state: the order is total, −∞ is the least number, nobody is in
/// the empty set.
pub fn axioms() -> Vec<Named> {
    vec![
        Named::new("order.reflexive", for_all(|a: Number| at_most(a, a))),
        Named::new(
            "order.antisymmetric",
            for_all(|a: Number, b: Number| (at_most(a, b) & at_most(b, a)).implies(a.is(b))),
        ),
        Named::new(
            "order.transitive",
            for_all(|a: Number, b: Number, c: Number| {
                (at_most(a, b) & at_most(b, c)).implies(at_most(a, c))
            }),
        ),
        Named::new(
            "order.total",
            for_all(|a: Number, b: Number| at_most(a, b) | at_most(b, a)),
        ),
        Named::new(
            "order.least",
            for_all(|a: Number| at_most(minus_infinity(), a)),
        ),
        Named::new("nobody", for_all(|p: Priest| !is_in(p, nobody()))),
    ]
}

/// The assumption on quorums: any two majority sets have a priest in common.
pub fn majorities_intersect() -> Named {
    let intersecting = |first: Set, second: Set| {
        (is_majority(first) & is_majority(second)).implies(intersect(first, second))
    };
    Named::new("majorities.intersect", for_all(intersecting))
}
