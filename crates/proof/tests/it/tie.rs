//! The description is the definition: its actions and conjuncts are compared with
//! `synod_paper::basic` and `synod_paper::invariants`, state by state.

mod one_priest;

use crate::random::Random;
use std::collections::{BTreeMap, BTreeSet};
use synod_math::{Ballot, Quorums, Vote, conditions};
use synod_paper::basic::actions::may_begin;
use synod_paper::basic::{Action, State as PaperState, enabled, take};
use synod_paper::claims::Checked;
use synod_paper::invariants;
use synod_paper::message::Message;
use synod_paper::variables::{Ledgers, Status, Variables};
use synod_proof::finite::{self, Universe, holds, instances, successor};
use synod_proof::paper::{self, Decree};
use synod_proof::system::{Action as Described, System};
use synod_proof::targets::basic;
use synod_proof::variables::SYMBOLS;

type Paper = PaperState<Decree>;

/// A universe and its quorum system.
struct Small {
    universe: Universe,
    quorums: Quorums,
}

impl Small {
    fn new(priests: usize, numbers: &[usize], decrees: usize) -> Self {
        Self {
            universe: Universe::of_majorities(priests, numbers, decrees),
            quorums: Quorums::majority(priests).unwrap(),
        }
    }

    fn initial(&self) -> Paper {
        PaperState::new(self.quorums.clone())
    }
}

/// What `synod_paper` says of a conjunct.
fn by_the_paper(state: &Paper, conjunct: &str) -> bool {
    let ballots = state.ballots();
    let holds = |checked: Checked| checked.is_ok();
    // I7 of messages of one kind.
    let i7 = |is_of_kind: fn(&Message<Decree>) -> bool| {
        let mut state = state.clone();
        state.messages.retain(is_of_kind);
        holds(invariants::i7(&state))
    };
    match conjunct {
        // The types of synod_paper are those of TypeOK: whatever they can name has them.
        "TypeOK" => true,
        "I1" => holds(invariants::i1(state)),
        "I2" => holds(invariants::i2(state)),
        "I3" => holds(invariants::i3(state)),
        "I4" => holds(invariants::i4(state)),
        "I5" => holds(invariants::i5(state)),
        "I6.B1" => conditions::b1(&ballots).is_ok(),
        "I6.B2" => conditions::b2(&ballots).is_ok(),
        "I6.B3" => conditions::b3(&ballots).is_ok(),
        "I6.majority" => ballots
            .iter()
            .all(|ballot| state.is_quorum(ballot.quorum())),
        "I7.NextBallot" => i7(|message| matches!(message, Message::NextBallot(_))),
        "I7.LastVote" => i7(|message| matches!(message, Message::LastVote(..))),
        "I7.BeginBallot" => i7(|message| matches!(message, Message::BeginBallot(..))),
        "I7.Voted" => i7(|message| matches!(message, Message::Voted(..))),
        "I7.Success" => i7(|message| matches!(message, Message::Success(_))),
        "I8" => holds(invariants::i8(state)),
        "I9" => holds(invariants::i9(state)),
        "I10" => holds(invariants::i10(state)),
        "CH" => ch(state, &ballots),
        other => panic!("no function of synod_paper is {other}"),
    }
}

/// CH, which is in no other crate.
fn ch(state: &Paper, ballots: &[Ballot<Decree>]) -> bool {
    ballots.iter().all(|earlier| {
        let mut later = ballots
            .iter()
            .filter(|later| later.number() > earlier.number());
        later.all(|later| {
            let mut quorum = earlier.quorum().iter();
            later.decree() == earlier.decree()
                || quorum.any(|q| {
                    !earlier.voters().contains(q) && state.next_bal(q) > Some(earlier.number())
                })
        })
    })
}

/// Whether A.1 allows the action; Start Polling reads what this system reads.
fn allowed_by_the_paper(
    state: &Paper,
    by: synod_math::Priest,
    action: &Action<Decree>,
    is_printed: bool,
) -> bool {
    match action {
        Action::StartPolling(quorum, decree) if !is_printed => {
            let votes = state
                .prev_votes(by)
                .filter(|vote| quorum.contains(vote.priest));
            let votes: Vec<Vote<Decree>> = votes.collect();
            state.status(by) == Status::Trying
                && state.is_quorum(*quorum)
                && may_begin(&votes, *quorum, decree).is_ok()
        }
        action => enabled(state, by, action).is_ok(),
    }
}

/// What was seen of an action or a conjunct: whether it was found to be false, and true.
#[derive(Default)]
struct Seen(BTreeMap<&'static str, [bool; 2]>);

impl Seen {
    fn note(&mut self, name: &'static str, value: bool) {
        self.0.entry(name).or_default()[usize::from(value)] = true;
    }
}

/// Compares all conjuncts in a state.
fn compare_conjuncts(small: &Small, system: &System, state: &Paper, seen: &mut Seen) {
    let formulas = paper::from_paper(&small.universe, state);
    for conjunct in &system.invariant {
        let by_formula = holds(&small.universe, &formulas, conjunct.holds);
        let by_paper = by_the_paper(state, conjunct.name);
        assert_eq!(by_formula, by_paper, "{} in\n{state:#?}", conjunct.name);
        seen.note(conjunct.name, by_formula);
    }
}

/// Compares all actions in a state: whether they are enabled, and the state after them. Returns
/// the states after them.
fn compare_actions(
    small: &Small,
    (system, is_printed): (&System, bool),
    state: &Paper,
    seen: &mut Seen,
) -> Vec<(&'static str, Paper)> {
    let formulas = paper::from_paper(&small.universe, state);
    let mut all = vec![];
    for action in &system.actions {
        // Several values of the parameters are the same action: those of Start Polling name the
        // largest vote, too.
        let mut enabled_by_formula = BTreeSet::new();
        let mut by_name = BTreeMap::new();
        for values in instances(&small.universe, action) {
            let is_enabled = finite::enabled(&small.universe, &formulas, action, &values);
            let Some((by, of_paper)) = paper::action(&small.universe, action.name, &values) else {
                assert!(
                    !is_enabled || says_minus_infinity(action),
                    "{values:?} {state:#?}"
                );
                continue;
            };
            if is_enabled {
                enabled_by_formula.insert((by, of_paper));
            }
            by_name.insert((by, of_paper), values);
        }
        for ((by, of_paper), values) in by_name {
            let by_formula = enabled_by_formula.contains(&(by, of_paper));
            let by_paper = allowed_by_the_paper(state, by, &of_paper, is_printed);
            // Messages of A.1 reach their addressee only.
            let is_addressed = match &of_paper {
                Action::ReceiveLastVote(b, _) | Action::ReceiveVoted(b, _) => {
                    state.owner(*b) == Some(by)
                }
                _ => true,
            };
            assert_eq!(
                by_formula,
                by_paper && is_addressed,
                "{by}: {of_paper} in\n{state:#?}"
            );
            seen.note(action.name, by_formula);
            if by_formula && has_its_number(state, by, &of_paper) {
                let mut next = state.clone();
                take(&mut next, by, &of_paper);
                let after = successor(&small.universe, &formulas, action, &values);
                let expected = paper::from_paper(&small.universe, &next);
                assert_eq!(after, expected, "{by}: {of_paper} in\n{state:#?}");
                all.push((action.name, next));
            }
        }
    }
    all
}

/// −∞ is no number of a message of A.1. Where none was sent, nothing is enabled with it.
fn says_minus_infinity(action: &Described) -> bool {
    matches!(action.name, "Start Polling")
}

/// Whether the step has the number and the ballot that it needs. Without (against I9 and I10),
/// the description sends −∞ or drops a vote where A.1 in Rust sends nothing or adds a ballot.
fn has_its_number(state: &Paper, by: synod_math::Priest, action: &Action<Decree>) -> bool {
    match action {
        Action::SendNextBallot | Action::StartPolling(..) | Action::SendBeginBallot => {
            state.last_tried(by).is_some()
        }
        Action::ReceiveBeginBallot(b, d, quorum) => state.ballots.contains_key(&(*b, *d, *quorum)),
        _ => true,
    }
}

/// A state in which one value is another.
fn disturbed(small: &Small, state: &Paper, random: &mut Random) -> Option<Paper> {
    let Small { universe, quorums } = small;
    let formulas = paper::from_paper(universe, state);
    let formulas = random.disturbed(universe, SYMBOLS, &formulas);
    let disturbed = paper::to_paper(universe, quorums.clone(), &formulas).ok()?;
    // Some states of a universe are no states of A.1: a quorum of nobody.
    let mut ballots = disturbed.ballots.keys();
    let has_quorums = ballots.all(|(_, _, quorum)| !quorum.is_empty());
    has_quorums.then_some(disturbed)
}

/// Walks through A.1, with disturbances, and compares everything on the way.
fn walk(small: &Small, (system, is_printed): (&System, bool), steps: usize, seed: u64) {
    let mut random = Random(seed);
    let mut seen = Seen::default();
    let mut state = small.initial();
    for step in 0..steps {
        if step % 60 == 0 {
            state = small.initial();
        }
        compare_conjuncts(small, system, &state, &mut seen);
        for _ in 0..5 {
            if let Some(disturbed) = disturbed(small, &state, &mut random) {
                compare_conjuncts(small, system, &disturbed, &mut seen);
            }
        }
        let mut next = compare_actions(small, (system, is_printed), &state, &mut seen);
        next.retain(|(name, next)| {
            // Few attempts, so that some of them come to an end.
            let is_new = matches!(*name, "Try New Ballot" | "Lose Slip");
            *next != state && (!is_new || state == small.initial() || random.below(20) == 0)
        });
        state = match next.len() {
            0 => small.initial(),
            count => next.swap_remove(random.below(count)).1,
        };
        if random.below(20) == 0 {
            state = disturbed(small, &state, &mut random).unwrap_or(state);
        }
    }
    let all = system.actions.iter().map(|action| action.name);
    for name in all.chain(system.invariant.iter().map(|conjunct| conjunct.name)) {
        // The types of synod_paper are those of TypeOK.
        let always = ["TypeOK"].contains(&name);
        assert!(
            seen.0[name] == [!always, true],
            "{name} was seen as {:?}",
            seen.0[name]
        );
    }
}

#[test]
fn every_conjunct_and_action_is_that_of_synod_paper_along_disturbed_runs() {
    let small = Small::new(3, &[0, 1, 3], 2);
    walk(&small, (&basic::repaired(), false), 300, 1);
    walk(&small, (&basic::printed(), true), 350, 5);
}

#[test]
fn every_conjunct_and_action_is_that_of_synod_paper_in_every_state_of_one_priest() {
    let small = Small::new(1, &[0], 1);
    let system = basic::repaired();
    let mut seen = Seen::default();
    let states = one_priest::every_state(&small.initial());
    assert_eq!(states.len(), 16 * 21 * 3 * 64);
    for state in states {
        compare_conjuncts(&small, &system, &state, &mut seen);
        compare_actions(&small, (&system, false), &state, &mut seen);
    }
}

/// Compares everything in every state that A.1 reaches, slips that are lost included.
fn explore(small: &Small) {
    let system = basic::repaired();
    let mut seen = Seen::default();
    let mut open = vec![small.initial()];
    let mut reached = BTreeSet::from([paper::from_paper(&small.universe, &open[0])]);
    while let Some(state) = open.pop() {
        compare_conjuncts(small, &system, &state, &mut seen);
        for (_, next) in compare_actions(small, (&system, false), &state, &mut seen) {
            if reached.insert(paper::from_paper(&small.universe, &next)) {
                open.push(next);
            }
        }
    }
    // Every action is taken somewhere.
    for action in system.actions {
        assert!(seen.0[action.name][1], "{}", action.name);
    }
}

#[test]
fn every_conjunct_and_action_is_that_of_synod_paper_in_every_state_that_is_reached() {
    explore(&Small::new(3, &[0], 2));
    explore(&Small::new(2, &[0, 1], 1));
}
