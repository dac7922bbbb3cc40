//! 𝓑 as data: rows, binding votes, and which ballots break B1–B3.

use super::{OfAState, SPECS, ask, ask_of};
use std::collections::BTreeSet;
use synod_math::{Ballot, BallotNumber, BallotSet, Priest, PriestSet};
use synod_models::figure;
use synod_specs::Checkable;
use synod_vocabulary::Figure;

#[derive(Default)]
struct Figures {
    bound: usize,
    broken: BTreeSet<&'static str>,
}

impl OfAState for Figures {
    fn ask<M: Checkable>(&mut self, model: &M, state: &M::State) {
        let figure = model.figure(state).unwrap();
        let lines = figure.drawing.lines().count();
        assert_eq!(figure.ballots.len(), lines.saturating_sub(1));
        for row in &figure.ballots {
            if let Some(bound_by) = &row.bound_by {
                let binding = &figure.ballots[bound_by.ballot];
                assert_eq!(binding.instance, row.instance);
                assert!(binding.voters.contains(&bound_by.voter));
                assert!(row.quorum.contains(&bound_by.voter));
                self.bound += 1;
            }
        }
        for condition in &figure.conditions {
            assert_eq!(condition.witness.is_some(), !condition.ballots.is_empty());
            let witness = model
                .witness(condition.name, state)
                .map(|witness| witness.0);
            let is_claimed = model
                .claims()
                .iter()
                .any(|claim| claim.name == condition.name);
            if is_claimed && figure.ballots.iter().all(|row| row.instance.is_none()) {
                assert_eq!(condition.witness, witness);
            }
            self.broken
                .extend(condition.witness.is_some().then_some(condition.name));
        }
    }
}

#[test]
fn a_figure_has_a_row_for_each_line_and_says_what_the_claims_say() {
    let figures = SPECS.map(|spec| ask_of::<Figures>(3000, spec));
    assert_eq!(figures[1].broken, BTreeSet::from(["B1"]));
    for bound in [0, 3, 5, 7] {
        assert!(figures[bound].bound > 0, "{}", SPECS[bound]);
    }
}

/// Figure 1 of the paper: five ballots of five priests.
fn figure_1() -> Vec<Ballot<String>> {
    let set = |names: &str| -> PriestSet {
        let index = |name| "ΑΒΓΔΕ".chars().position(|other| other == name);
        let priests = names.chars().filter_map(index).filter_map(Priest::new);
        priests.collect()
    };
    let ballots = [
        (2, "α", "ΑΒΓΔ", "Δ"),
        (5, "β", "ΑΒΓΕ", "Γ"),
        (14, "α", "ΒΔΕ", "ΒΕ"),
        (27, "β", "ΑΓΔ", "ΑΓΔ"),
        (29, "β", "ΒΓΔ", "Β"),
    ];
    let ballot = |(number, decree, quorum, voters): (u64, &str, &str, &str)| {
        Ballot::new(
            BallotNumber(number),
            decree.to_owned(),
            set(quorum),
            set(voters),
        )
        .unwrap()
    };
    ballots.map(ballot).into()
}

fn drawn(ballots: Vec<Ballot<String>>) -> Figure {
    figure::of(&ballots.into_iter().collect::<BallotSet<_>>())
}

#[test]
fn figure_1_satisfies_every_condition_and_shows_which_vote_binds_each_ballot() {
    let figure = drawn(figure_1());
    let bound_by: Vec<_> = figure
        .ballots
        .iter()
        .map(|row| row.bound_by.as_ref().map(|by| (&*by.voter, by.ballot)))
        .collect();
    let expected = [None, None, Some(("Δ", 0)), Some(("Γ", 1)), Some(("Γ", 3))];
    assert_eq!(bound_by, expected);
    let conditions = figure.conditions.iter();
    assert!(
        conditions
            .clone()
            .all(|condition| condition.witness.is_none())
    );
    let names: Vec<_> = conditions.map(|condition| condition.name).collect();
    assert_eq!(names, ["B1", "B2", "B3"]);
    assert!(figure.ballots[3].is_successful && !figure.ballots[2].is_successful);
}

#[test]
fn all_ballots_at_fault_are_named() {
    // Without the votes in ballot 27, ballot 29 is bound by the vote of Β in ballot 14.
    let mut ballots = figure_1();
    let of_27 = &ballots[3];
    let none = PriestSet::EMPTY;
    let unvoted = Ballot::new(of_27.number(), "β".to_owned(), of_27.quorum(), none).unwrap();
    ballots[3] = unvoted;
    let b3 = &drawn(ballots.clone()).conditions[2];
    assert_eq!(b3.ballots, [2, 4]);
    assert!(b3.witness.as_ref().unwrap().contains("(Β, 14, α)"));
    // A second ballot 2, with a quorum that meets none of the others.
    let zeta = PriestSet::EMPTY.with(Priest::new(5).unwrap());
    ballots.push(Ballot::new(BallotNumber(2), "γ".to_owned(), zeta, none).unwrap());
    let figure = drawn(ballots);
    assert_eq!(figure.conditions[0].ballots, [0, 1]);
    assert_eq!(figure.conditions[1].ballots, [0, 1, 2, 3, 4, 5]);
}

#[test]
fn rows_of_a_parliament_say_at_which_decree_number_they_are() {
    #[derive(Default)]
    struct Numbers(BTreeSet<String>);
    impl OfAState for Numbers {
        fn ask<M: Checkable>(&mut self, model: &M, state: &M::State) {
            let figure = model.figure(state).unwrap();
            for (row, line) in figure.ballots.iter().zip(figure.drawing.lines().skip(1)) {
                let at = row.instance.clone().unwrap();
                assert!(line.contains(&format!("{at}: {}", row.decree)), "{line}");
                self.0.insert(at);
            }
        }
    }
    assert_eq!(
        ask::<Numbers>(SPECS[7]).0,
        BTreeSet::from(["1", "2"].map(String::from))
    );
}
