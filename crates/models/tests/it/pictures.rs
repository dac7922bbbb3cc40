//! The drawing of 𝓑 as SVG, in the form of Figure 1.

use synod_math::{Ballot, BallotNumber, Priest, PriestSet};
use synod_models::figure::draw;

fn set(indices: &[usize]) -> PriestSet {
    indices
        .iter()
        .map(|&index| Priest::new(index).unwrap())
        .collect()
}

fn ballot(decree: &str, quorum: &[usize], voters: &[usize]) -> Ballot<String> {
    Ballot::new(BallotNumber(5), decree.to_owned(), set(quorum), set(voters)).unwrap()
}

#[test]
fn a_voter_has_a_box_and_a_voter_outside_the_quorum_a_dashed_one() {
    let svg = draw(&[ballot("β", &[0, 1, 2], &[2, 4])]);
    assert_eq!(svg.matches("<rect").count(), 2);
    assert_eq!(svg.matches("stroke-dasharray").count(), 1);
    // The texts are the number, the decree and four priests.
    assert_eq!(svg.matches("<text").count(), 6);
}

#[test]
fn a_successful_ballot_is_shaded() {
    assert_eq!(
        draw(&[ballot("α", &[0], &[])])
            .matches("fill-opacity")
            .count(),
        0
    );
    assert_eq!(
        draw(&[ballot("α", &[0], &[0])])
            .matches("fill-opacity")
            .count(),
        1
    );
}

#[test]
fn an_empty_set_is_drawn_as_no_ballots_yet() {
    assert!(draw(&[]).contains("no ballots yet"));
}

#[test]
fn the_name_of_a_decree_is_escaped() {
    let svg = draw(&[ballot("<script>&", &[0], &[])]);
    assert!(svg.contains("&lt;script&gt;&amp;"));
    assert!(!svg.contains("<script>"));
}
