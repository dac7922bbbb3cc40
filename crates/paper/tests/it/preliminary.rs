//! Each step of §2.2: its guards, as sentences, and its effect.

use crate::common::{b, null, priest, set, three, vote};
use synod_math::{BallotNumber, Vote};
use synod_paper::Message;
use synod_paper::preliminary::{Action, State, promises_kept, sent_last_votes, step};

type Step = Action<&'static str>;

fn run(steps: &[Step]) -> State<&'static str> {
    let take = |state: State<&'static str>, action: &Step| match step(&state, action) {
        Ok(next) => next,
        Err(guard) => panic!("{action:?}: {guard}"),
    };
    steps.iter().fold(State::new(three()), take)
}

fn last_votes(
    state: &State<&'static str>,
) -> impl Iterator<Item = (BallotNumber, Vote<&'static str>)> {
    sent_last_votes(state).map(|(b, vote)| (b, *vote))
}

fn guard(state: &State<&'static str>, action: Step) -> String {
    step(state, &action).unwrap_err().to_string()
}

/// Ballot 3 of Α begins with the quorum {Α Β}.
fn begun() -> Vec<Step> {
    vec![
        Action::NextBallot(b(3)),
        Action::LastVote(priest(0), b(3)),
        Action::LastVote(priest(1), b(3)),
        Action::BeginBallot(b(3), "olives", set(&[0, 1])),
    ]
}

fn vote_of(index: usize) -> Step {
    Action::Vote(priest(index), b(3), "olives", set(&[0, 1]))
}

#[test]
fn a_number_is_chosen_once() {
    let state = run(&[Action::NextBallot(b(3))]);
    assert!(state.messages.contains(&Message::NextBallot(b(3))));
    assert_eq!(guard(&state, Action::NextBallot(b(3))), "3 has been tried");
}

#[test]
fn last_vote_answers_next_ballot_with_the_largest_vote_below_it() {
    let mut steps = begun();
    let state = run(&steps);
    assert_eq!(
        guard(&state, Action::LastVote(priest(1), b(5))),
        "NextBallot(5) was not sent"
    );
    assert!(state.messages.contains(&Message::LastVote(b(3), null(1))));
    steps.extend([
        vote_of(1),
        Action::NextBallot(b(5)),
        Action::LastVote(priest(1), b(5)),
    ]);
    let answer = Message::LastVote(b(5), vote(1, 3, "olives"));
    assert!(run(&steps).messages.contains(&answer));
}

#[test]
fn a_ballot_begins_once_and_needs_a_majority_set_that_has_answered() {
    let ballot = |quorum: &[usize]| Action::BeginBallot(b(3), "olives", set(quorum));
    let state = run(&begun()[..3]);
    assert_eq!(guard(&state, ballot(&[0])), "{Α} is no majority set");
    assert_eq!(
        guard(&state, ballot(&[0, 2])),
        "only {Α} of the quorum has answered"
    );
    assert_eq!(
        guard(&run(&begun()), ballot(&[0, 1])),
        "a ballot 3 has begun"
    );
}

#[test]
fn a_ballot_has_the_decree_that_b3_asks_for() {
    let mut steps = begun();
    steps.extend([
        vote_of(1),
        Action::NextBallot(b(5)),
        Action::LastVote(priest(1), b(5)),
        Action::LastVote(priest(2), b(5)),
    ]);
    let state = run(&steps);
    let other = Action::BeginBallot(b(5), "wine", set(&[1, 2]));
    assert_eq!(
        guard(&state, other),
        "B3 asks for the decree of (Β, 3, olives)"
    );
    let bound = Action::BeginBallot(b(5), "olives", set(&[1, 2]));
    assert!(step(&state, &bound).is_ok());
}

#[test]
fn a_promise_forbids_a_vote() {
    let mut steps = begun();
    steps.extend([Action::NextBallot(b(5)), Action::LastVote(priest(1), b(5))]);
    let state = run(&steps);
    assert_eq!(
        guard(&state, vote_of(1)),
        "he has sent LastVote(5, null_Β), a promise not to vote in this ballot"
    );
    assert_eq!(guard(&state, vote_of(2)), "he is not in the quorum {Α Β}");
    let voted = step(&state, &vote_of(0)).unwrap();
    assert_eq!(guard(&voted, vote_of(0)), "he has voted in this ballot");
    assert!(promises_kept(&voted, last_votes(&voted)).is_ok());
}

#[test]
fn a_decree_is_passed_and_sent_by_success() {
    let mut steps = begun();
    let succeed = Action::Succeed(b(3), "olives", set(&[0, 1]));
    steps.push(vote_of(0));
    let state = run(&steps);
    assert_eq!(guard(&state, succeed), "{Β} has not sent Voted");
    assert_eq!(
        guard(&state, Action::ReceiveSuccess(priest(2), "olives")),
        "Success(olives) was not sent"
    );
    steps.extend([
        vote_of(1),
        succeed,
        Action::ReceiveSuccess(priest(2), "olives"),
    ]);
    let state = run(&steps);
    assert_eq!(state.outcomes, [Some("olives"), None, Some("olives")]);
    assert_eq!(guard(&state, succeed), "outcome is not BLANK");
}

#[test]
fn a_vote_that_a_promise_forbids_breaks_the_promise() {
    let mut steps = begun();
    steps.extend([Action::NextBallot(b(5)), Action::LastVote(priest(1), b(5))]);
    let mut state = run(&steps);
    let ballot = (b(3), "olives", set(&[0, 1]));
    state.ballots.insert(ballot, set(&[1]));
    let broken = promises_kept(&state, last_votes(&state)).unwrap_err();
    assert_eq!(
        broken.to_string(),
        "Β answered NextBallot(5) with null_Β, which is not his largest vote below it"
    );
}
