//! Random runs of the basic protocol.

use crate::common::{b, priest, three};
use proptest::prelude::*;
use synod_math::{Priest, PriestSet, Quorums};
use synod_paper::basic::{Action, Guard, State, step};
use synod_paper::variables::Messages;
use synod_paper::{Message, claims, invariants, preliminary};

type Decree = &'static str;
const DECREES: [Decree; 2] = ["olives", "wine"];

/// Every action of A.1 that a priest might take in this state, and Lose Slip.
fn candidates(state: &State<Decree>, numbers: u64) -> Vec<(Priest, Action<Decree>)> {
    let mut all = Vec::new();
    for p in three().priests().iter() {
        let mut push = |action| all.push((p, action));
        (0..numbers).for_each(|number| push(Action::TryNewBallot(b(number))));
        for quorum in PriestSet::first(3).non_empty_subsets() {
            for decree in DECREES {
                push(Action::StartPolling(quorum, decree));
            }
        }
        for action in [
            Action::SendNextBallot,
            Action::SendLastVote,
            Action::SendBeginBallot,
            Action::SendVoted,
            Action::Succeed,
            Action::SendSuccess,
            Action::LoseSlip,
        ] {
            push(action);
        }
        for message in state.messages() {
            push(match message {
                Message::NextBallot(b) => Action::ReceiveNextBallot(b),
                Message::LastVote(b, vote) => Action::ReceiveLastVote(b, vote),
                Message::BeginBallot(b, d, quorum) => Action::ReceiveBeginBallot(b, d, quorum),
                Message::Voted(b, q) => Action::ReceiveVoted(b, q),
                Message::Success(d) => Action::ReceiveSuccess(d),
            });
        }
    }
    all
}

/// The states of a run: each choice picks one of the actions that are enabled and change
/// the state.
fn run(choices: &[usize], numbers: u64) -> Vec<State<Decree>> {
    run_with(&[], choices, numbers)
}

/// The same, with further actions that every priest may take.
fn run_with(further: &[Action<Decree>], choices: &[usize], numbers: u64) -> Vec<State<Decree>> {
    let priests = three().priests();
    let further = || {
        let by = |p| further.iter().map(move |action| (p, *action));
        priests.iter().flat_map(by)
    };
    let mut states = vec![State::new(three())];
    for choice in choices {
        let state = states.last().unwrap();
        let next = |(p, action): (Priest, Action<Decree>)| step(state, p, &action).ok();
        let mut enabled: Vec<_> = candidates(state, numbers)
            .into_iter()
            .chain(further())
            .filter_map(next)
            .filter(|next| next != state)
            .collect();
        if enabled.is_empty() {
            break;
        }
        let chosen = enabled.swap_remove(choice % enabled.len());
        states.push(chosen);
    }
    states
}

/// The state of §2.2 to which a state of A.1 is mapped. A step of §2.2 includes its
/// message, which A.1 sends later; so the state of §2.2 may have messages that are not yet
/// sent in A.1.
fn above(state: &State<Decree>) -> preliminary::State<Decree> {
    let mut above = preliminary::State::new(three());
    above.ballots = state.ballots.clone();
    for message in state.messages() {
        if let Message::NextBallot(b) = message {
            above.tried.insert(b);
        }
        if matches!(message, Message::NextBallot(_) | Message::LastVote(..)) {
            above.messages.insert(message);
        }
    }
    for (&(b, d, quorum), voters) in &state.ballots {
        above.messages.insert(Message::BeginBallot(b, d, quorum));
        let voted = voters.iter().map(|q| Message::Voted(b, q));
        above.messages.extend(voted);
    }
    for (outcome, legislator) in above.outcomes.iter_mut().zip(&state.legislators) {
        *outcome = legislator.outcome;
        above.messages.extend(outcome.map(Message::Success));
    }
    above
}

/// Whether some step of §2.2 leads from one state to the other, or both are the same.
fn is_step(from: &preliminary::State<Decree>, to: &preliminary::State<Decree>) -> bool {
    use preliminary::Action as Step;
    let priests = || three().priests().iter();
    let mut actions: Vec<_> = (0..4).map(|number| Step::NextBallot(b(number))).collect();
    for message in &to.messages {
        match *message {
            Message::LastVote(b, vote) => actions.push(Step::LastVote(vote.priest, b)),
            Message::BeginBallot(b, d, quorum) => {
                actions.push(Step::BeginBallot(b, d, quorum));
                actions.extend(priests().map(|q| Step::Vote(q, b, d, quorum)));
                actions.push(Step::Succeed(b, d, quorum));
            }
            Message::Success(d) => actions.extend(priests().map(|q| Step::ReceiveSuccess(q, d))),
            Message::NextBallot(_) | Message::Voted(..) => {}
        }
    }
    let mut actions = actions.iter();
    from == to || actions.any(|action| preliminary::step(from, action).as_ref() == Ok(to))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The invariants hold with two ballots; A.1 as printed needs a third to break I6.
    #[test]
    fn the_invariants_hold_with_two_ballots(choices in prop::collection::vec(0..usize::MAX, 60)) {
        for state in run(&choices, 2) {
            for check in [
                invariants::i1, invariants::i2, invariants::i3, invariants::i4, invariants::i5,
                invariants::i6, invariants::i7, invariants::i8, invariants::i9, invariants::i10,
                claims::consistency, claims::validity, claims::b1, claims::b2, claims::b3,
                claims::theorem_1,
            ] {
                prop_assert_eq!(check(&state), Ok(()));
            }
        }
    }

    /// Consistency and Validity hold for any number of ballots, although A.1 as printed
    /// can break I6.
    #[test]
    fn no_two_ledgers_contradict_each_other(choices in prop::collection::vec(0..usize::MAX, 120)) {
        for state in run_with(&[Action::LearnFromVotes], &choices, 6) {
            prop_assert_eq!(claims::consistency(&state), Ok(()));
            prop_assert_eq!(claims::validity(&state), Ok(()));
        }
    }

    #[test]
    fn every_step_is_a_step_of_the_preliminary_protocol_or_changes_nothing_in_it(
        choices in prop::collection::vec(0..usize::MAX, 60)
    ) {
        let states = run(&choices, 2);
        for pair in states.windows(2) {
            let (from, to) = (above(&pair[0]), above(&pair[1]));
            prop_assert!(is_step(&from, &to), "{:?}\n{:?}", from, to);
            let sent = preliminary::sent_last_votes(&to).map(|(b, vote)| (b, *vote));
            prop_assert_eq!(preliminary::promises_kept(&to, sent), Ok(()));
        }
    }

    /// The steps of other priests cannot disable an action, and can enable it only by a
    /// message. Therefore an audit may merge the traces of several processes in any order
    /// in which messages are received after they are sent.
    #[test]
    fn other_priests_enable_actions_by_messages_alone_and_disable_none(
        choices in prop::collection::vec(0..usize::MAX, 60), of in 0..3usize
    ) {
        let states = run(&choices, 4);
        for pair in states.windows(2) {
            let p = priest(of);
            if pair[0].of(p) != pair[1].of(p) {
                continue;
            }
            for (by, action) in candidates(&pair[0], 4) {
                if by != p {
                    continue;
                }
                let after = step(&pair[1], p, &action).err();
                match step(&pair[0], p, &action).err() {
                    None => prop_assert_eq!(after, None),
                    Some(guard) if guard.depends_on_others() => {
                        let still = after.is_none_or(|guard: Guard<_>| guard.depends_on_others());
                        prop_assert!(still);
                    }
                    before => prop_assert_eq!(after, before),
                }
            }
        }
    }
}

#[test]
fn there_is_a_priest_and_a_single_one_owns_every_number() {
    use synod_paper::variables::Ledgers;
    assert!(Quorums::majority(0).is_err());
    let state = State::<Decree>::new(Quorums::majority(1).unwrap());
    assert_eq!(state.owner(b(7)), Some(priest(0)));
}
