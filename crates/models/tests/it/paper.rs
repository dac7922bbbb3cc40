//! The packed models are the paper's protocols: in every reachable state within
//! these bounds the same actions are enabled, and lead to the same states, as
//! in the generic A.1 and §2.2 of `synod_paper`.
//!
//! The actions tried in a state are all those of any priest with any number, decree and
//! set of priests of the bounds and any message of 𝓜, whether or not the packed model
//! lists them.

use crate::explore::bounds;
use stateright::Model;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fmt::Debug;
use std::hash::Hash;
use synod_math::{BallotNumber, Priest, PriestSet};
use synod_models::basic::{self, Basic};
use synod_models::bounds::{Bounds, Decree, Rank};
use synod_models::messages::Packed;
use synod_models::preliminary::{self, Preliminary};
use synod_models::view::Synod;
use synod_paper::basic::{Action, Legislator, Slip, State, step};
use synod_paper::preliminary as generic;
use synod_paper::variables::{Ledgers, Messages, Variables};
use synod_paper::{Message, variables};

/// The code of a decree: its position.
type Code = u8;

fn number(bounds: &Bounds, rank: Rank) -> BallotNumber {
    bounds.number(rank).unwrap()
}

/// A packed state as a generic state, in which each variable is a field.
fn unpacked(model: &Basic, state: &basic::State) -> State<Code> {
    let view = model.view(state);
    let mut generic = State::new(bounds_of(model).quorum_system().clone());
    for (p, legislator) in view.priests().iter().zip(&mut generic.legislators) {
        let prev_votes = || view.prev_votes(p).map(|vote| vote.map(code)).collect();
        *legislator = Legislator {
            outcome: view.outcome(p).as_ref().map(code),
            last_tried: view.last_tried(p),
            prev_vote: synod_math::Vote {
                priest: p,
                cast: view.prev_vote(p),
            }
            .map(code)
            .cast,
            next_bal: view.next_bal(p),
            slip: match (view.status(p), view.poll(p)) {
                (variables::Status::Idle, _) => Slip::Idle,
                (variables::Status::Polling, Some(poll)) => Slip::Polling {
                    prev_votes: prev_votes(),
                    poll: variables::Poll {
                        quorum: poll.quorum,
                        voters: poll.voters,
                        decree: code(&poll.decree),
                    },
                },
                _ => Slip::Trying {
                    prev_votes: prev_votes(),
                },
            },
        };
    }
    generic.ballots = ballots(&view);
    generic.messages = view.messages().map(|message| message.map(code)).collect();
    generic
}

fn bounds_of(model: &Basic) -> &Bounds {
    Synod::bounds(model)
}

#[allow(clippy::trivially_copy_pass_by_ref)] // `map` passes a reference.
fn code(decree: &Decree) -> Code {
    decree.0
}

fn ballots(
    view: &impl Ledgers<Decree = Decree>,
) -> BTreeMap<(BallotNumber, Code, PriestSet), PriestSet> {
    let ballots = view.ballots();
    let ballots = ballots.iter().map(|ballot| {
        let key = (ballot.number(), code(ballot.decree()), ballot.quorum());
        (key, ballot.voters())
    });
    ballots.collect()
}

/// The priest who takes a packed action, and the action in A.1.
fn in_a_1(bounds: &Bounds, action: basic::Action) -> (Priest, Action<Code>) {
    use basic::Action as PackedAction;
    let number = |rank| number(bounds, rank);
    let owner = |rank| bounds.owner(rank).unwrap();
    match action {
        PackedAction::TryNewBallot(p, b) => (p, Action::TryNewBallot(number(b))),
        PackedAction::SendNextBallot(p) => (p, Action::SendNextBallot),
        PackedAction::ReceiveNextBallot(p, b) => (p, Action::ReceiveNextBallot(number(b))),
        PackedAction::SendLastVote(p) => (p, Action::SendLastVote),
        PackedAction::ReceiveLastVote(b, vote) => {
            let vote = vote.unpack(bounds).map(code);
            (owner(b), Action::ReceiveLastVote(number(b), vote))
        }
        PackedAction::StartPolling(p, quorum, d) => (p, Action::StartPolling(quorum, d.0)),
        PackedAction::SendBeginBallot(p) => (p, Action::SendBeginBallot),
        PackedAction::ReceiveBeginBallot(p, key) => {
            let (b, quorum) = (number(key.number), key.quorum());
            (p, Action::ReceiveBeginBallot(b, key.decree.0, quorum))
        }
        PackedAction::SendVoted(p) => (p, Action::SendVoted),
        PackedAction::ReceiveVoted(b, q) => (owner(b), Action::ReceiveVoted(number(b), q)),
        PackedAction::Succeed(p) => (p, Action::Succeed),
        PackedAction::SendSuccess(p) => (p, Action::SendSuccess),
        PackedAction::ReceiveSuccess(p, d) => (p, Action::ReceiveSuccess(d.0)),
        PackedAction::LoseSlip(p) => (p, Action::LoseSlip),
    }
}

/// Every action that a priest might take in this state.
fn candidates(
    bounds: &Bounds,
    state: &State<Code>,
    forgetful: bool,
) -> Vec<(Priest, Action<Code>)> {
    let mut own = vec![
        Action::SendNextBallot,
        Action::SendLastVote,
        Action::SendBeginBallot,
        Action::SendVoted,
        Action::Succeed,
        Action::SendSuccess,
    ];
    own.extend(forgetful.then_some(Action::LoseSlip));
    own.extend(bounds.numbers().iter().map(|&b| Action::TryNewBallot(b)));
    for quorum in bounds.all_priests().non_empty_subsets() {
        let decrees = bounds.decrees();
        own.extend(decrees.map(|d| Action::StartPolling(quorum, d.0)));
    }
    own.extend(state.messages.iter().map(|message| match *message {
        Message::NextBallot(b) => Action::ReceiveNextBallot(b),
        Message::LastVote(b, vote) => Action::ReceiveLastVote(b, vote),
        Message::BeginBallot(b, d, quorum) => Action::ReceiveBeginBallot(b, d, quorum),
        Message::Voted(b, q) => Action::ReceiveVoted(b, q),
        Message::Success(d) => Action::ReceiveSuccess(d),
    }));
    let by = |p: Priest| own.iter().map(move |action| (p, *action));
    bounds.priests().flat_map(by).collect()
}

/// Visits at most `most` reachable states, the nearest first. Returns how many it has
/// visited.
fn visit<M>(model: &M, most: usize, mut look: impl FnMut(&M::State)) -> usize
where
    M: Model,
    M::State: Copy + Eq + Hash,
{
    let mut open: VecDeque<_> = model.init_states().into();
    let mut known: HashSet<M::State> = open.iter().copied().collect();
    let mut visited = 0;
    while let Some(state) = open.pop_front() {
        if visited == most {
            break;
        }
        visited += 1;
        look(&state);
        let next = model.next_states(&state).into_iter();
        open.extend(next.filter(|next| known.insert(*next)));
    }
    visited
}

fn assert_same<A: Ord + Debug, S: PartialEq + Debug>(
    packed: &BTreeMap<A, S>,
    generic: &BTreeMap<A, S>,
    state: &S,
) {
    let differing: Vec<_> = packed
        .keys()
        .chain(generic.keys())
        .filter(|action| packed.get(action) != generic.get(action))
        .collect();
    assert!(differing.is_empty(), "{differing:?} differ in {state:#?}");
}

fn basic_is_a_1(bounds: &Bounds, forgetful: bool, most: usize) -> usize {
    let model = Basic::new(bounds.clone(), forgetful).unwrap();
    visit(&model, most, |state| {
        let from = unpacked(&model, state);
        let changes = |to: &State<Code>| *to != from;
        let generic = candidates(bounds, &from, forgetful)
            .into_iter()
            .filter_map(|(p, action)| Some(((p, action), step(&from, p, &action).ok()?)))
            .filter(|(_, to)| changes(to))
            .collect();
        let packed = model.next_steps(state).into_iter();
        let packed = packed.map(|(action, to)| (in_a_1(bounds, action), unpacked(&model, &to)));
        assert_same(&packed.collect(), &generic, &from);
    })
}

#[test]
fn basic_is_a_1_of_the_paper() {
    let weighted = |weights: &[u32]| {
        let bounds = bounds(3, &[1, 3], 1, 1);
        bounds.with_weights(weights).unwrap()
    };
    let all = usize::MAX;
    for (bounds, forgetful, most, states) in [
        (bounds(1, &[1], 2, 1), false, all, 117),
        (bounds(1, &[1], 3, 2), true, all, 0),
        (bounds(2, &[1], 2, 2), false, all, 1_383),
        (bounds(2, &[1, 2], 1, 2), false, all, 2_259),
        (bounds(2, &[1, 2], 1, 2), true, all, 0),
        (bounds(3, &[1], 1, 2), true, all, 1_098),
        (weighted(&[1, 2, 2]), true, 4_000, 0),
        (weighted(&[0, 1, 2]), false, 4_000, 0),
        (bounds(3, &[1, 2, 3], 1, 2), true, 6_000, 0),
    ] {
        let visited = basic_is_a_1(&bounds, forgetful, most);
        assert!(states == 0 || visited == states, "{visited}");
    }
}

/// A packed state of §2.2 as a generic state, in which each variable is a field.
fn unpacked_preliminary(
    model: &Preliminary,
    bounds: &Bounds,
    state: &preliminary::State,
) -> generic::State<Code> {
    let mut all = generic::State::new(bounds.quorum_system().clone());
    for (outcome, packed) in all.outcomes.iter_mut().zip(state.outcome) {
        *outcome = packed.written().as_ref().map(code);
    }
    let tried = bounds.ranks().filter(|&rank| state.has_tried(rank));
    all.tried = tried.map(|rank| number(bounds, rank)).collect();
    for (key, voters) in state.ballots.iter() {
        let ballot = (number(bounds, key.number), key.decree.0, key.quorum());
        all.ballots.insert(ballot, voters);
    }
    let messages = model.messages(state);
    all.messages = messages
        .map(|message: Packed| message.unpack(bounds).map(code))
        .collect();
    all
}

fn in_section_2_2(bounds: &Bounds, action: preliminary::Action) -> generic::Action<Code> {
    use preliminary::Action as PackedAction;
    let number = |rank| number(bounds, rank);
    match action {
        PackedAction::NextBallot(b) => generic::Action::NextBallot(number(b)),
        PackedAction::LastVote(q, b) => generic::Action::LastVote(q, number(b)),
        PackedAction::BeginBallot(key) => {
            generic::Action::BeginBallot(number(key.number), key.decree.0, key.quorum())
        }
        PackedAction::Vote(q, key) => {
            generic::Action::Vote(q, number(key.number), key.decree.0, key.quorum())
        }
        PackedAction::Succeed(key) => {
            generic::Action::Succeed(number(key.number), key.decree.0, key.quorum())
        }
        PackedAction::ReceiveSuccess(q, d) => generic::Action::ReceiveSuccess(q, d.0),
    }
}

/// Every step of §2.2 that a priest might take.
fn steps_of_section_2_2(bounds: &Bounds) -> Vec<generic::Action<Code>> {
    let mut all = Vec::new();
    for &b in bounds.numbers() {
        all.push(generic::Action::NextBallot(b));
        all.extend(bounds.priests().map(|q| generic::Action::LastVote(q, b)));
        for quorum in bounds.all_priests().non_empty_subsets() {
            for d in bounds.decrees().map(|decree| decree.0) {
                all.push(generic::Action::BeginBallot(b, d, quorum));
                all.push(generic::Action::Succeed(b, d, quorum));
                let voters = bounds.priests();
                all.extend(voters.map(|q| generic::Action::Vote(q, b, d, quorum)));
            }
        }
    }
    for d in bounds.decrees().map(|decree| decree.0) {
        let readers = bounds.priests();
        all.extend(readers.map(|q| generic::Action::ReceiveSuccess(q, d)));
    }
    all
}

#[test]
fn preliminary_is_section_2_2_of_the_paper() {
    for (bounds, states) in [
        (bounds(3, &[1], 1, 2), 129),
        (bounds(2, &[1, 2], 1, 2), 219),
        (bounds(3, &[1], 2, 2), 8_801),
    ] {
        let model = Preliminary::new(bounds.clone()).unwrap();
        let actions = steps_of_section_2_2(&bounds);
        let visited = visit(&model, usize::MAX, |state| {
            let from = unpacked_preliminary(&model, &bounds, state);
            let generic = actions
                .iter()
                .filter_map(|action| Some((*action, generic::step(&from, action).ok()?)))
                .filter(|(_, to)| *to != from)
                .collect();
            let packed = model.next_steps(state).into_iter().map(|(action, to)| {
                let to = unpacked_preliminary(&model, &bounds, &to);
                (in_section_2_2(&bounds, action), to)
            });
            assert_same(&packed.collect(), &generic, &from);
        });
        assert_eq!(visited, states);
    }
}
