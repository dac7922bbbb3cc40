//! The variables of A.1 as symbols: ledgers and slips are functions of their priest, 𝓑 and 𝓜
//! are relations.
//!
//! ```
//! use synod_proof::smt::written;
//! use synod_proof::term::{Priest, Sorted, for_all};
//! use synod_proof::variables::{next_bal, prev_bal};
//!
//! let equal = for_all(|p: Priest| prev_bal(p).is(next_bal(p)));
//! assert_eq!(written(equal), "(forall ((p Priest)) (= (prevBal p) (nextBal p)))");
//! ```

use crate::rigid::{at_most, below, blank, each_of, minus_infinity};
use crate::symbols;
use crate::term::{Decree, Formula, Number, Priest, Set, Sorted, any, exists, for_all};

symbols! {
    state {
        /// outcome. It is BLANK until the priest has written a decree in his ledger.
        outcome "outcome" (p: Priest) -> Decree;
        /// lastTried.
        last_tried "lastTried" (p: Priest) -> Number;
        /// prevBal.
        prev_bal "prevBal" (p: Priest) -> Number;
        /// prevDec.
        prev_dec "prevDec" (p: Priest) -> Decree;
        /// nextBal.
        next_bal "nextBal" (p: Priest) -> Number;
        /// status = trying.
        is_trying "isTrying" (p: Priest) -> Formula;
        /// status = polling.
        is_polling "isPolling" (p: Priest) -> Formula;
        /// The vote (q, b, d) is in prevVotes of p.
        prev_votes "prevVotes" (p: Priest, q: Priest, b: Number, d: Decree) -> Formula;
        /// quorum. It is empty unless the priest polls.
        quorum "quorum" (p: Priest) -> Set;
        /// The priest q is in voters of p.
        voters "voters" (p: Priest, q: Priest) -> Formula;
        /// decree. It is BLANK unless the priest polls.
        decree "decree" (p: Priest) -> Decree;
        /// 𝓑 has a ballot with this number, decree and quorum.
        ballots "ballots" (b: Number, d: Decree, set: Set) -> Formula;
        /// The priest is in B_vot of this ballot.
        has_voted "hasVoted" (b: Number, d: Decree, set: Set, q: Priest) -> Formula;
        /// NextBallot(b) is in 𝓜.
        next_ballot "NextBallot" (b: Number) -> Formula;
        /// LastVote(b, (q, c, d)) is in 𝓜.
        last_vote "LastVote" (b: Number, q: Priest, c: Number, d: Decree) -> Formula;
        /// BeginBallot(b, d) with this quorum is in 𝓜.
        begin_ballot "BeginBallot" (b: Number, d: Decree, set: Set) -> Formula;
        /// Voted(b, q) is in 𝓜.
        voted "Voted" (b: Number, q: Priest) -> Formula;
        /// Success(d) is in 𝓜.
        success "Success" (d: Decree) -> Formula;
    }
}

/// status ≠ idle.
pub fn is_busy(p: Priest) -> Formula {
    is_trying(p) | is_polling(p)
}

/// The vote (q, b, d) is in Votes(𝓑).
pub fn is_vote(q: Priest, b: Number, d: Decree) -> Formula {
    exists(|set: Set| ballots(b, d, set) & has_voted(b, d, set, q))
}

/// The ballot is successful: its whole quorum has voted.
pub fn is_successful(b: Number, d: Decree, set: Set) -> Formula {
    ballots(b, d, set) & each_of(set, |q| has_voted(b, d, set, q))
}

/// (q, c, d) = MaxVote(b, q, 𝓑).
pub fn is_max_vote(b: Number, q: Priest, c: Number, d: Decree) -> Formula {
    let is_null = c.is(minus_infinity()) & d.is(blank());
    let none_below = for_all(|a: Number, e: Decree| is_vote(q, a, e).implies(at_most(b, a)));
    let is_largest =
        for_all(|a: Number, e: Decree| (is_vote(q, a, e) & below(a, b)).implies(at_most(a, c)));
    any([
        is_null & none_below,
        below(c, b) & is_vote(q, c, d) & is_largest,
    ])
}

/// (q, c, d) = MaxVote(∞, q, 𝓑).
pub fn is_last_vote(q: Priest, c: Number, d: Decree) -> Formula {
    let is_null = c.is(minus_infinity()) & d.is(blank());
    let no_vote = for_all(|a: Number, e: Decree| !is_vote(q, a, e));
    let is_largest = for_all(|a: Number, e: Decree| is_vote(q, a, e).implies(at_most(a, c)));
    any([is_null & no_vote, is_vote(q, c, d) & is_largest])
}

/// The vote (q, b, d) is in prevVotes of p, for some b and d.
pub fn has_answered(p: Priest, q: Priest) -> Formula {
    exists(|b: Number, d: Decree| prev_votes(p, q, b, d))
}
