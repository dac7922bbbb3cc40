//! Each of B1, B2 and B3 is needed: a set of ballots that satisfies only the other two
//! can have two successful ballots with different decrees. Each test shows the smallest
//! such set.
//!
//! The search covers all sets of at most 3 ballots over 3 priests, 3 numbers and 2
//! decrees. A set is smaller if it has fewer ballots; then fewer priests, fewer
//! votes, smaller quorums; then the order of [`BallotSet`] decides.

use crate::common::drawn;
use crate::common::universe::Universe;
use synod_math::conditions::{all, b1, b2, b3};
use synod_math::theorems::successful_ballots_agree;
use synod_math::{Ballot, BallotSet, PriestSet};

const SEARCHED: Universe = Universe {
    priests: 3,
    numbers: 3,
    decrees: 2,
};

/// The smallest set of the search for which `kept` holds and the conclusion of
/// Theorem 1 does not.
fn smallest_disagreement(kept: impl Fn(&[Ballot<char>]) -> bool) -> Option<BallotSet<char>> {
    let mut smallest = None;
    SEARCHED.each_set(3, |ballots| {
        if successful_ballots_agree(ballots).is_err() && kept(ballots) {
            let set: BallotSet<_> = ballots.iter().copied().collect();
            let candidate = (size(ballots), set);
            if smallest
                .as_ref()
                .is_none_or(|smallest| candidate < *smallest)
            {
                smallest = Some(candidate);
            }
        }
    });
    smallest.map(|(_, set)| set)
}

/// The numbers of ballots, priests, votes and members of quorums.
fn size(ballots: &[Ballot<char>]) -> [usize; 4] {
    let priests = ballots.iter().fold(PriestSet::EMPTY, |set, ballot| {
        set.union(ballot.quorum()).union(ballot.voters())
    });
    let votes = ballots.iter().map(|b| b.voters().len()).sum();
    let members = ballots.iter().map(|b| b.quorum().len()).sum();
    [ballots.len(), priests.len(), votes, members]
}

/// Two ballots of one number: neither is earlier, so neither binds the other.
/// §2.1, B1
#[test]
fn without_b1_one_number_can_pass_two_decrees() {
    let found = smallest_disagreement(|set| b2(set).is_ok() && b3(set).is_ok());
    let expected = "
#  decree  quorum and voters
1  α       [Α]
1  β       [Α]
";
    assert_eq!(drawn(&found.unwrap()), expected);
}

/// Two quorums without a common priest: no priest of one votes in the ballot of the
/// other. §2.1, B2
#[test]
fn without_b2_two_groups_can_pass_two_decrees() {
    let found = smallest_disagreement(|set| b1(set).is_ok() && b3(set).is_ok());
    let expected = "
#  decree  quorum and voters
1  α       [Α]
2  β          [Β]
";
    assert_eq!(drawn(&found.unwrap()), expected);
}

/// A later ballot ignores the decree that its quorum voted for. §2.1, B3
#[test]
fn without_b3_a_later_ballot_can_pass_another_decree() {
    let found = smallest_disagreement(|set| b1(set).is_ok() && b2(set).is_ok());
    let expected = "
#  decree  quorum and voters
1  α       [Α]
2  β       [Α]
";
    assert_eq!(drawn(&found.unwrap()), expected);
}

/// With all three, no set of the search has two successful ballots with different
/// decrees. §2.1, Theorem 1
#[test]
fn with_all_three_nothing_disagrees() {
    assert_eq!(smallest_disagreement(|set| all(set).is_ok()), None);
}
