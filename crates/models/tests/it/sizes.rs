//! The numbers of reachable states and the depths, which the definitions of the models
//! determine.

use crate::explore::{basic, bounds, count, preliminary};
use synod_models::basic::Basic;

#[test]
fn preliminary_with_three_priests_and_one_ballot() {
    assert_eq!(count(&preliminary(bounds(3, &[1], 1, 2))), (129, 12));
}

#[test]
fn preliminary_with_two_competing_priests() {
    assert_eq!(count(&preliminary(bounds(2, &[1, 2], 1, 2))), (219, 15));
}

#[test]
fn preliminary_with_three_priests_and_two_attempts() {
    assert_eq!(count(&preliminary(bounds(3, &[1], 2, 2))), (8801, 20));
}

/// Two attempts take 22 steps if both are carried to the end. But the outcome
/// can be written in the second as well as in the first, so the Voted of the first need
/// not be received: 21 steps reach the farthest state, so the depth is 22.
#[test]
fn basic_with_one_priest_is_22_deep() {
    assert_eq!(count(&basic(bounds(1, &[1], 2, 1))), (117, 22));
}

#[test]
fn basic_with_three_priests_and_one_ballot() {
    assert_eq!(count(&basic(bounds(3, &[1], 1, 2))), (734, 27));
}

#[test]
fn basic_with_forgetful_priests() {
    let model = Basic::new(bounds(3, &[1], 1, 2), true).unwrap();
    assert_eq!(count(&model), (1098, 28));
}

#[test]
fn basic_with_two_competing_priests() {
    assert_eq!(count(&basic(bounds(2, &[1, 2], 1, 2))), (2259, 36));
}

#[test]
fn basic_with_two_priests_and_two_attempts() {
    assert_eq!(count(&basic(bounds(2, &[1], 2, 2))), (1383, 35));
}

#[test]
fn basic_with_two_of_three_priests_competing() {
    assert_eq!(count(&basic(bounds(3, &[1, 2], 1, 2))), (257_721, 49));
}

#[test]
fn equal_weights_are_majority_sets() {
    for weight in [1, 7] {
        let weighted = bounds(3, &[1], 1, 2).with_weights(&[weight; 3]).unwrap();
        assert_eq!(count(&basic(weighted)), (734, 27));
    }
}

#[test]
fn a_priest_with_all_the_weight_is_in_every_quorum() {
    // The other priest may vote, but his vote does not count.
    let weighted = bounds(2, &[1], 1, 1).with_weights(&[1, 0]).unwrap();
    assert_eq!(weighted.quorums().len(), 2);
    assert_eq!(count(&basic(weighted)).1, 20);
}

#[test]
fn the_order_in_which_tryers_are_named_does_not_matter() {
    let forward = count(&basic(bounds(2, &[1, 2], 1, 2)));
    let backward = count(&basic(bounds(2, &[2, 1], 1, 2)));
    assert_eq!(forward, backward);
}

#[test]
fn states_have_the_size_that_their_documentation_says() {
    assert_eq!(size_of::<synod_models::basic::State>(), 224);
    assert_eq!(size_of::<synod_models::basic::Legislator>(), 24);
    assert_eq!(size_of::<synod_models::preliminary::State>(), 112);
    assert_eq!(size_of::<synod_models::ballots::Ballots>(), 65);
    assert_eq!(size_of::<synod_models::messages::Messages>(), 32);
}
