//! Majority sets, by number and by weight. They satisfy B2.

use crate::common::priests;
use synod_math::{NoQuorum, Priest, PriestSet, Quorums};

/// Every system of at most 4 priests whose weights are 0, 1, 2 or 3.
fn weight_systems() -> impl Iterator<Item = Vec<u32>> {
    (1..=4).flat_map(|count| {
        let digit = |code: u32, place: u32| code / 4_u32.pow(place) % 4;
        (0..4_u32.pow(count)).map(move |code| (0..count).map(|p| digit(code, p)).collect())
    })
}

/// The majority systems of at most 6 priests, and those of
/// [`weight_systems`] that have quorums.
fn systems() -> impl Iterator<Item = Quorums> {
    let by_number = (1..=6).map(|count| Quorums::majority(count).unwrap());
    by_number.chain(weight_systems().filter_map(|weights| Quorums::weighted(weights).ok()))
}

fn sets_of(system: &Quorums) -> impl Iterator<Item = PriestSet> {
    (0..=system.priests().bits()).map(PriestSet::from_bits)
}

fn weight(weights: &[u32], set: PriestSet) -> u32 {
    set.iter().map(|priest| weights[priest.index()]).sum()
}

/// The tests below are about 342 systems: 6 by number, and 4 + 16 + 64 + 256 by weight,
/// less the 4 without any weight. §2.1, majority set
#[test]
fn there_are_342_small_systems() {
    assert_eq!(weight_systems().count(), 340);
    assert_eq!(systems().count(), 342);
}

/// Any two majority sets have a priest in common. §2.1, B2
#[test]
fn any_two_quorums_intersect() {
    for system in systems() {
        let quorums = system.all();
        for (a, b) in quorums
            .iter()
            .flat_map(|a| quorums.iter().map(move |b| (a, b)))
        {
            assert!(!a.intersection(*b).is_empty(), "{a} and {b} of {system:?}");
        }
    }
}

/// A quorum with more priests is a quorum. §2.1, majority set
#[test]
fn supersets_of_quorums_are_quorums() {
    for system in systems() {
        for quorum in system.all() {
            let mut supersets = sets_of(&system).filter(|&set| quorum.is_subset(set));
            assert!(supersets.all(|set| system.is_quorum(set)), "{system:?}");
        }
    }
}

/// The set of all priests is a quorum, and ∅ is not. §2.1, majority set
#[test]
fn the_set_of_all_priests_is_a_quorum_and_the_empty_set_is_not() {
    for system in systems() {
        assert!(system.is_quorum(system.priests()), "{system:?}");
        assert!(!system.is_quorum(PriestSet::EMPTY), "{system:?}");
    }
}

/// The list of quorums has every one, in order of bits. §2.1, majority set
#[test]
fn all_lists_every_quorum() {
    for system in systems() {
        let quorums = sets_of(&system).filter(|&set| system.is_quorum(set));
        assert!(quorums.eq(system.all()), "{system:?}");
    }
}

/// A majority set holds more than half of the priests. §2.1, majority set
#[test]
fn a_majority_is_more_than_half_of_the_priests() {
    for count in 1..=6 {
        let system = Quorums::majority(count).unwrap();
        assert_eq!(system.priests(), PriestSet::first(count));
        for set in sets_of(&system) {
            assert_eq!(system.is_quorum(set), set.len() > count / 2, "{set}");
        }
    }
}

/// Σ n! / (k! (n − k)!) over k > n/2. §2.1, majority set
#[test]
fn the_number_of_majorities_of_1_to_6_priests() {
    let counts = (1..=6).map(|count| Quorums::majority(count).unwrap().all().len());
    assert!(counts.eq([1, 1, 4, 5, 16, 22]));
}

/// In a weighted system, a majority set holds more than half of the weight. §2.1,
/// majority set
#[test]
fn a_weighted_majority_is_more_than_half_of_the_weight() {
    for weights in weight_systems() {
        let Ok(system) = Quorums::weighted(weights.clone()) else {
            continue;
        };
        let total = weight(&weights, system.priests());
        for set in sets_of(&system) {
            let rest = total - weight(&weights, set);
            assert_eq!(system.is_quorum(set), weight(&weights, set) > rest);
        }
    }
}

/// A system with equal weights has the same quorums as the system by number. §2.1,
/// majority set
#[test]
fn equal_weights_give_the_majorities_by_number() {
    for count in 1..=6 {
        let by_number = Quorums::majority(count).unwrap();
        let by_weight = Quorums::weighted(vec![3; count]).unwrap();
        assert_eq!(by_number.all(), by_weight.all());
    }
}

/// A priest with weight 0, or from outside the system, never counts. §2.1,
/// majority set
#[test]
fn priests_without_weight_never_count() {
    let system = Quorums::weighted(vec![1, 0, 1, 1]).unwrap();
    assert!(!system.is_quorum(priests("ΑΒ")));
    assert!(!system.is_quorum(priests("ΑΒΕΖΗ")));
    assert!(system.is_quorum(priests("ΑΓ")));
}

/// A system needs a priest.
#[test]
fn there_is_no_quorum_without_priests() {
    assert_eq!(Quorums::majority(0), Err(NoQuorum::NoPriests));
    assert_eq!(Quorums::weighted(vec![]), Err(NoQuorum::NoPriests));
}

/// If all weights are 0, no set has more than half of the total.
#[test]
fn there_is_no_quorum_without_weight() {
    for count in 1..=Priest::LIMIT {
        assert_eq!(Quorums::weighted(vec![0; count]), Err(NoQuorum::NoWeight));
    }
}

/// A system has at most as many priests as a set of priests has bits.
#[test]
fn there_are_64_priests_at_most() {
    assert!(Quorums::majority(64).is_ok());
    assert_eq!(Quorums::majority(65), Err(NoQuorum::TooManyPriests(65)));
}

/// The largest total, 64 times the largest weight, does not overflow.
#[test]
fn the_largest_weights_do_not_overflow() {
    let system = Quorums::weighted(vec![u32::MAX; Priest::LIMIT]).unwrap();
    assert!(!system.is_quorum(PriestSet::first(32)));
    assert!(system.is_quorum(PriestSet::first(33)));
}
