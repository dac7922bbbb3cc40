//! Priests and sets of priests. §2.1

use crate::common::{priest, priests};
use synod_math::{Priest, PriestSet};

/// Every set of the first `count` priests, including ∅.
fn sets(count: usize) -> impl Iterator<Item = PriestSet> {
    (0..1 << count).map(PriestSet::from_bits)
}

fn all_priests() -> impl Iterator<Item = Priest> {
    (0..Priest::LIMIT).map(|index| Priest::new(index).unwrap())
}

/// There are as many priests as a set has bits. §2.1
#[test]
fn there_are_64_priests() {
    assert_eq!(all_priests().map(Priest::index).max(), Some(63));
    assert_eq!(Priest::new(64), None);
    assert_eq!(Priest::new(usize::MAX), None);
}

/// The names are the Greek capitals in the order of the alphabet, then P25, P26 …
/// §2.1, Figure 1
#[test]
fn priests_are_named_by_greek_capitals() {
    // U+03A2 is unassigned: it would be the capital of the final sigma.
    let capitals = ('\u{391}'..='\u{3A9}').filter(|&c| c != '\u{3A2}');
    let names: String = all_priests().take(24).map(|p| p.to_string()).collect();
    assert_eq!(names, capitals.collect::<String>());
    let rest: Vec<_> = all_priests().skip(24).map(|p| p.to_string()).collect();
    assert_eq!((&*rest[0], &*rest[39]), ("P25", "P64"));
}

/// Iteration yields each member once, in order of index.
#[test]
fn a_set_is_iterated_in_order_of_index() {
    for set in sets(7) {
        let members: Vec<_> = all_priests().filter(|&p| set.contains(p)).collect();
        assert!(set.iter().eq(members.iter().copied()));
        assert_eq!(set.len(), members.len());
        assert_eq!(members.iter().rev().copied().collect::<PriestSet>(), set);
    }
}

/// The limits of the layout: all 64 bits are used, and shifts by 63 and 64 are right.
#[test]
fn the_set_of_all_64_priests_is_a_set_like_others() {
    let all = PriestSet::first(Priest::LIMIT);
    assert!(all.iter().eq(all_priests()));
    assert_eq!(all.len(), 64);
    assert_eq!(PriestSet::first(65), all);
    assert_eq!(PriestSet::first(63).with(Priest::new(63).unwrap()), all);
}

/// ∪, ∩ and ⊆ agree with their definitions by members.
#[test]
fn union_intersection_and_subset_go_by_members() {
    for (a, b) in sets(5).flat_map(|a| sets(5).map(move |b| (a, b))) {
        for p in all_priests().take(6) {
            let (in_a, in_b) = (a.contains(p), b.contains(p));
            assert_eq!(a.union(b).contains(p), in_a || in_b);
            assert_eq!(a.intersection(b).contains(p), in_a && in_b);
        }
        assert_eq!(a.is_subset(b), a.iter().all(|p| b.contains(p)));
        assert_eq!(a.is_empty(), a == PriestSet::EMPTY);
    }
}

/// All non-empty subsets are found, smallest bits first, for sets with gaps too.
#[test]
fn non_empty_subsets_are_complete_and_in_order_of_bits() {
    for set in sets(7) {
        let expected = sets(7).filter(|s| !s.is_empty() && s.is_subset(set));
        assert!(set.non_empty_subsets().eq(expected));
    }
}

/// The carry into the highest bit is not lost.
#[test]
fn subsets_reach_the_last_priest() {
    let last = Priest::new(63).unwrap();
    let set = priests("Α").with(last);
    let expected = [priests("Α"), PriestSet::EMPTY.with(last), set];
    assert!(set.non_empty_subsets().eq(expected));
}

/// A set prints its members' names in braces.
#[test]
fn a_set_prints_its_members() {
    let set = PriestSet::from_iter([priest('Δ'), priest('Α')]);
    assert_eq!(set.to_string(), "{Α Δ}");
    assert_eq!(format!("{set:?}"), "{Α Δ}");
    assert_eq!(PriestSet::EMPTY.to_string(), "∅");
}
