//! Claims of runs: the verdicts are those of the definition, on graphs so small that every way
//! to run for ever can be listed.

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use stateright::{Checker, Model, Property};
use std::collections::BTreeSet;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;
use synod_checker::{
    Actions, CheckError, Checkpointing, Counterexample, Expectation, Explored, Extras, Fairness,
    Kinds, MemoryLimit, ModelReport, Problem, Progress, Question, Reason, RunClaim, SearchOptions,
    StateMemory, Verdict, check_runs,
};
use synod_vocabulary::{Form, Structure, Symmetric, Symmetry};

/// A graph whose edges have kinds.
#[derive(Clone, Debug, Default)]
struct Graph {
    initial: Vec<usize>,
    /// Each with the states before and after it, and its kind.
    edges: Vec<(usize, usize, usize)>,
    from: BTreeSet<usize>,
    to: BTreeSet<usize>,
    outside: BTreeSet<usize>,
}

/// An edge.
type Edge = (usize, usize, usize);

/// A state that the model panics to enter.
const NOWHERE: usize = usize::MAX;

const KINDS: [&str; 3] = ["a", "b", "c"];

impl Model for Graph {
    type State = usize;
    type Action = Edge;

    fn init_states(&self) -> Vec<usize> {
        self.initial.clone()
    }

    fn actions(&self, state: &usize, actions: &mut Vec<Edge>) {
        actions.extend(self.edges.iter().filter(|edge| edge.0 == *state));
    }

    fn next_state(&self, _: &usize, edge: Edge) -> Option<usize> {
        assert_ne!(edge.1, NOWHERE, "there is no such state");
        Some(edge.1)
    }

    fn within_boundary(&self, state: &usize) -> bool {
        !self.outside.contains(state)
    }
}

/// The same graph with the property that Stateright's own checker is asked.
struct Eventually(Graph);

impl Model for Eventually {
    type State = usize;
    type Action = Edge;

    fn init_states(&self) -> Vec<usize> {
        self.0.init_states()
    }

    fn actions(&self, state: &usize, actions: &mut Vec<Edge>) {
        self.0.actions(state, actions);
    }

    fn next_state(&self, state: &usize, edge: Edge) -> Option<usize> {
        self.0.next_state(state, edge)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::eventually("to", |model, state| {
            model.0.to.contains(state)
        })]
    }
}

/// To which kinds runs are fair, and whether strongly.
type Fair = Vec<(usize, bool)>;

fn extras() -> Extras<Graph> {
    let names = KINDS.map(str::to_owned).to_vec();
    Extras {
        kinds: Some(Kinds {
            names,
            of: |_, edge| edge.2,
        }),
        ..Extras::default()
    }
}

fn problem(graph: &Graph, question: Question) -> Arc<Problem<Graph>> {
    Problem::new(graph.clone(), extras(), question, &Arc::default()).unwrap()
}

fn decide(graph: &Graph, claim: RunClaim<Graph>) -> ModelReport<Graph> {
    let problem = problem(graph, Question::default());
    check_runs(&problem, &[claim], &SearchOptions::default()).unwrap()
}

fn eventually() -> RunClaim<Graph> {
    RunClaim::eventually("to", |graph: &Graph, state| graph.to.contains(state))
}

fn leads_to() -> RunClaim<Graph> {
    RunClaim::leads_to(
        "from leads to to",
        |graph: &Graph, state| graph.from.contains(state),
        |graph, state| graph.to.contains(state),
    )
}

fn fair_to(claim: RunClaim<Graph>, fair: &Fair) -> RunClaim<Graph> {
    fair.iter().fold(claim, |claim, (kind, is_strong)| {
        let actions = Actions::Kind(KINDS[*kind].to_owned());
        claim.fair(if *is_strong {
            Fairness::Strong(actions)
        } else {
            Fairness::Weak(actions)
        })
    })
}

/// The graph of these edges, all of the kind a, that begins in 0.
fn graph(edges: &[(usize, usize)], to: &[usize]) -> Graph {
    Graph {
        initial: vec![0],
        edges: edges.iter().map(|(from, to)| (*from, *to, 0)).collect(),
        to: to.iter().copied().collect(),
        ..Graph::default()
    }
}

impl Graph {
    fn reachable(&self, from: &BTreeSet<usize>, is_in: impl Fn(usize) -> bool) -> BTreeSet<usize> {
        let mut reached: BTreeSet<_> = from.iter().copied().filter(|state| is_in(*state)).collect();
        loop {
            let next = self.edges.iter().filter(|edge| reached.contains(&edge.0));
            let next: Vec<_> = next
                .map(|edge| edge.1)
                .filter(|state| is_in(*state))
                .collect();
            let before = reached.len();
            reached.extend(next);
            if reached.len() == before {
                return reached;
            }
        }
    }

    fn is_inside(&self, state: usize) -> bool {
        !self.outside.contains(&state)
    }

    /// The states in which a run can wait for `to`.
    fn open(&self, has_from: bool) -> BTreeSet<usize> {
        let initial = self.initial.iter().copied().collect();
        let begins = if has_from {
            let all = self.reachable(&initial, |state| self.is_inside(state));
            all.intersection(&self.from).copied().collect()
        } else {
            initial
        };
        self.reachable(&begins, |state| {
            self.is_inside(state) && !self.to.contains(&state)
        })
    }

    fn enables(&self, state: usize, kind: usize) -> bool {
        self.edges
            .iter()
            .any(|edge| edge.0 == state && edge.2 == kind)
    }

    /// Whether a run that takes exactly these edges again and again, and is in exactly these
    /// states, is fair: word for word the definition.
    fn is_fair(&self, states: &BTreeSet<usize>, edges: &[Edge], fair: &Fair) -> bool {
        fair.iter().all(|(kind, is_strong)| {
            let is_taken = edges.iter().any(|edge| edge.2 == *kind);
            let mut enabled = states.iter().map(|state| self.enables(*state, *kind));
            let is_enabled = if *is_strong {
                enabled.any(|it| it)
            } else {
                enabled.all(|it| it)
            };
            is_taken || !is_enabled
        })
    }

    /// The verdict by the definition. A run takes some set of edges again and again; so every set
    /// of edges is tried, whether it hangs together and is fair.
    fn verdict(&self, has_from: bool, fair: &Fair) -> Verdict {
        let open = self.open(has_from);
        let is_dead = |state: &usize| self.edges.iter().all(|edge| edge.0 != *state);
        if open.iter().any(is_dead) {
            return Verdict::Violated;
        }
        let inside = self
            .edges
            .iter()
            .filter(|edge| open.contains(&edge.0) && open.contains(&edge.1));
        let inside: Vec<Edge> = inside.copied().collect();
        for set in 1..1_u32 << inside.len() {
            let edges = (0..inside.len()).filter(|place| set & 1 << place != 0);
            let edges: Vec<Edge> = edges.map(|place| inside[place]).collect();
            let states: BTreeSet<_> = edges.iter().flat_map(|edge| [edge.0, edge.1]).collect();
            let of_edges = Self {
                edges: edges.clone(),
                ..Self::default()
            };
            let hangs_together = states
                .iter()
                .all(|state| of_edges.reachable(&[*state].into(), |_| true) == states);
            if hangs_together && self.is_fair(&states, &edges, fair) {
                return Verdict::Violated;
            }
        }
        let leaves = self
            .edges
            .iter()
            .any(|edge| open.contains(&edge.0) && !self.is_inside(edge.1));
        if leaves {
            Verdict::Inconclusive
        } else {
            Verdict::Holds
        }
    }

    /// The number of steps of a shortest way to one of some states, with the claim open at its
    /// end: by pairs of a state and whether the claim is open.
    fn distance(&self, has_from: bool, targets: &BTreeSet<usize>) -> usize {
        let enter = |state: usize| {
            let begins = !has_from || self.from.contains(&state);
            let open = begins && !self.to.contains(&state);
            let waits = has_from.then_some((state, false));
            waits.into_iter().chain(open.then_some((state, true)))
        };
        let initial = self.initial.iter().filter(|state| self.is_inside(**state));
        let mut level: BTreeSet<_> = initial.flat_map(|state| enter(*state)).collect();
        for distance in 0.. {
            if level
                .iter()
                .any(|(state, is_open)| *is_open && targets.contains(state))
            {
                return distance;
            }
            let steps = level.iter().flat_map(|(state, is_open)| {
                let edges = self
                    .edges
                    .iter()
                    .filter(|edge| edge.0 == *state && self.is_inside(edge.1));
                edges.flat_map(move |edge| {
                    let stays = *is_open && !self.to.contains(&edge.1);
                    let waits = if *is_open { None } else { Some(edge.1) };
                    waits
                        .into_iter()
                        .flat_map(enter)
                        .chain(stays.then_some((edge.1, true)))
                })
            });
            level = steps.collect();
            assert!(distance < 99, "no way to {targets:?}");
        }
        unreachable!()
    }

    fn assert_is_a_lasso(&self, found: &Counterexample<usize, Edge>, has_from: bool, fair: &Fair) {
        let cycle = found.cycle.as_ref().unwrap();
        let states: Vec<_> = found.steps.iter().map(|step| step.state).collect();
        let edges: Vec<_> = found.steps[1..]
            .iter()
            .map(|step| step.action.unwrap())
            .collect();
        assert!(self.initial.contains(&states[0]));
        for (pair, edge) in states.windows(2).zip(&edges) {
            assert!(self.edges.contains(edge));
            assert_eq!((edge.0, edge.1), (pair[0], pair[1]));
        }
        assert!(!has_from && cycle.since == 0 || self.from.contains(&states[cycle.since]));
        assert!(
            states[cycle.since..]
                .iter()
                .all(|state| !self.to.contains(state))
        );
        assert!(cycle.since <= cycle.back_to);
        let last = states[states.len() - 1];
        assert_eq!(last, states[cycle.back_to]);
        if cycle.back_to + 1 == states.len() {
            assert!(
                self.edges.iter().all(|edge| edge.0 != last),
                "stuck at {last}"
            );
        } else {
            let around = states[cycle.back_to..].iter().copied().collect();
            assert!(self.is_fair(&around, &edges[cycle.back_to..], fair));
        }
        assert!(!found.is_shortest);
        assert_eq!(
            self.distance(has_from, &[last].into()),
            cycle.back_to,
            "a shorter way"
        );
    }
}

fn any_graph() -> impl Strategy<Value = Graph> {
    (2_usize..7).prop_flat_map(|size| {
        let edges = btree_set((0..size, 0..size, 0..KINDS.len()), 1..10);
        let marked = |most| btree_set(0..size, 0..most);
        let sets = (
            marked(3),
            marked(2),
            prop_oneof![3 => Just(BTreeSet::new()), 1 => marked(2)],
        );
        (vec(0..size, 1..3), edges, sets).prop_map(|(initial, edges, (from, to, outside))| Graph {
            initial,
            edges: edges.into_iter().collect(),
            from,
            to,
            outside,
        })
    })
}

fn any_fairness() -> impl Strategy<Value = Fair> {
    vec((0..KINDS.len(), any::<bool>()), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn verdicts_are_those_of_the_definition_and_lassos_show_them(
        graph in any_graph(),
        fair in any_fairness(),
    ) {
        for has_from in [false, true] {
            let claim = if has_from { leads_to() } else { eventually() };
            let report = decide(&graph, fair_to(claim, &fair));
            assert_eq!(report.verdict, graph.verdict(has_from, &fair));
            assert_eq!(report.properties[0].expectation, Expectation::Eventually);
            assert_eq!(report.verdict == Verdict::Violated, report.counterexamples.len() == 1);
            for found in &report.counterexamples {
                graph.assert_is_a_lasso(found, has_from, &fair);
            }
        }
    }

    #[test]
    fn a_deadlock_is_the_nearest_state_without_steps_that_is_not_final(graph in any_graph()) {
        let claim = RunClaim::no_deadlock("no deadlock", |graph: &Graph, state| graph.to.contains(state));
        let report = decide(&graph, claim);
        let initial = graph.initial.iter().copied().collect();
        let reachable = graph.reachable(&initial, |state| graph.is_inside(state));
        let is_dead = |state: &usize| {
            !graph.to.contains(state) && graph.edges.iter().all(|edge| edge.0 != *state)
        };
        let dead: BTreeSet<_> = reachable.into_iter().filter(is_dead).collect();
        assert_eq!(report.verdict == Verdict::Violated, !dead.is_empty());
        for found in &report.counterexamples {
            let last = found.steps.last().unwrap().state;
            assert!(dead.contains(&last) && found.cycle.is_none());
            let without = Graph { to: BTreeSet::new(), ..graph.clone() };
            assert_eq!(without.distance(false, &dead), found.length());
        }
    }

    #[test]
    fn a_set_of_actions_is_fair_by_name_by_closure_and_one_of_each_alike(
        graph in any_graph(),
        strong in any::<bool>(),
    ) {
        let fairness = |actions| if strong { Fairness::Strong(actions) } else { Fairness::Weak(actions) };
        let each = Actions::each(|_: &Graph, edge: &Edge| Some(KINDS[edge.2].to_owned()));
        let such = |kind| Actions::such(move |_: &Graph, edge: &Edge| edge.2 == kind);
        let by_kind = fair_to(leads_to(), &vec![(0, strong), (1, strong), (2, strong)]);
        let by_closure = (0..3).fold(leads_to(), |claim, kind| claim.fair(fairness(such(kind))));
        let [kind, closure, each] = [by_kind, by_closure, leads_to().fair(fairness(each))]
            .map(|claim| decide(&graph, claim));
        assert_eq!(kind.verdict, closure.verdict);
        assert_eq!(kind.verdict, each.verdict);
    }

    #[test]
    fn claims_that_are_decided_together_have_the_verdicts_that_they_have_alone(
        graph in any_graph(),
        fair in vec(any_fairness(), 1..5),
    ) {
        let problem = problem(&graph, Question::default());
        let claims: Vec<_> = fair.iter().map(|fair| fair_to(leads_to(), fair)).collect();
        let together = check_runs(&problem, &claims, &SearchOptions::default()).unwrap();
        for (property, fair) in together.properties.iter().zip(&fair) {
            assert_eq!(property.verdict, graph.verdict(true, fair));
        }
    }
}

/// Whether Stateright's own checker finds a violation: breadth-first, and depth-first.
fn stateright_finds(graph: &Graph) -> [bool; 2] {
    let checker = || Eventually(graph.clone()).checker();
    let breadth = checker().spawn_bfs().join().discovery("to");
    let depth = checker().spawn_dfs().join().discovery("to");
    [breadth.is_some(), depth.is_some()]
}

fn states(found: &Counterexample<usize, Edge>) -> Vec<usize> {
    found.steps.iter().map(|step| step.state).collect()
}

#[test]
fn a_cycle_violates_what_should_come_although_stateright_says_nothing() {
    let cycle = graph(&[(0, 1), (1, 2), (2, 1), (2, 3)], &[3]);
    assert_eq!(stateright_finds(&cycle), [false; 2]);
    let report = decide(&cycle, eventually());
    let found = &report.counterexamples[0];
    assert_eq!(states(found), [0, 1, 2, 1]);
    assert_eq!(found.cycle.as_ref().unwrap().back_to, 1);
}

#[test]
fn a_state_that_is_reached_with_and_without_what_should_come_is_no_excuse_for_the_other_way() {
    let join = graph(&[(0, 1), (0, 2), (1, 3), (2, 3)], &[2]);
    let other_join = graph(&[(0, 1), (0, 2), (1, 3), (2, 3)], &[1]);
    let found = [&join, &other_join].map(stateright_finds);
    for search in 0..2 {
        assert!(found.iter().any(|found| !found[search]), "{found:?}");
    }
    for join in [join, other_join] {
        let report = decide(&join, eventually());
        assert_eq!(report.verdict, Verdict::Violated);
        let found = &report.counterexamples[0];
        assert_eq!(found.length(), 2);
        assert_eq!(
            found.cycle.as_ref().unwrap().back_to,
            2,
            "it is stuck at the end"
        );
    }
}

#[test]
fn a_process_that_crashes_and_recovers_for_ever_makes_no_progress_although_stateright_says_nothing()
{
    // 0 is up, 1 is down, 2 is done.
    let crashes = Graph {
        edges: vec![(0, 1, 0), (1, 0, 1), (0, 2, 2)],
        ..graph(&[], &[2])
    };
    assert_eq!(stateright_finds(&crashes), [false; 2]);
    let verdict = |fair: Fair| decide(&crashes, fair_to(eventually(), &fair)).verdict;
    assert_eq!(verdict(vec![]), Verdict::Violated);
    assert_eq!(
        verdict(vec![(2, false)]),
        Verdict::Violated,
        "while it is down, it can do nothing"
    );
    assert_eq!(verdict(vec![(2, true)]), Verdict::Holds);
}

#[test]
fn a_step_to_its_own_state_can_be_taken_for_ever_unless_another_is_due() {
    let waits = Graph {
        edges: vec![(0, 0, 0), (0, 1, 1)],
        ..graph(&[], &[1])
    };
    let verdict = |fair: Fair| decide(&waits, fair_to(eventually(), &fair)).verdict;
    assert_eq!(verdict(vec![]), Verdict::Violated);
    assert_eq!(verdict(vec![(0, false)]), Verdict::Violated);
    assert_eq!(verdict(vec![(1, false)]), Verdict::Holds);
}

#[test]
fn the_cycle_goes_where_fairness_demands_and_no_further() {
    // A ring of 0 to 5, and a chord from 1 back to 0.
    let mut edges: Vec<_> = (0..6).map(|state| (state, (state + 1) % 6, 0)).collect();
    edges.extend([(1, 0, 1), (3, 2, 2)]);
    let ring = Graph {
        edges,
        ..graph(&[], &[])
    };
    let length =
        |fair: Fair| decide(&ring, fair_to(eventually(), &fair)).counterexamples[0].length();
    assert_eq!(length(vec![]), 2);
    assert_eq!(length(vec![(1, true)]), 2);
    assert_eq!(length(vec![(2, false)]), 2, "it is not always enabled");
    assert_eq!(
        length(vec![(1, true), (2, true)]),
        2,
        "where it is enabled is not visited"
    );
}

#[test]
fn a_bound_is_no_end_of_a_run() {
    // From 1 a step leads out of the boundary, so nobody knows whether 3 comes then.
    let cut = Graph {
        outside: [2].into(),
        ..graph(&[(0, 1), (1, 2), (2, 3)], &[3])
    };
    let report = decide(&cut, eventually());
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert_eq!(report.reason, Some(Reason::LeavesBounds("to".to_owned())));
    let deadlock = RunClaim::no_deadlock("no deadlock", |_: &Graph, _| false);
    assert_eq!(decide(&cut, deadlock).verdict, Verdict::Holds);
    let reached_before = Graph {
        to: [1].into(),
        ..cut
    };
    assert_eq!(
        decide(&reached_before, eventually()).verdict,
        Verdict::Holds
    );
}

#[test]
fn no_limit_leads_to_a_yes() {
    let line: Vec<_> = (0..5000).map(|state| (state, state + 1)).collect();
    let line = graph(&line, &[5000]);
    let ask = |question: Question, options: &SearchOptions| {
        check_runs(&problem(&line, question), &[eventually()], options).unwrap()
    };
    let none = SearchOptions::default();
    assert_eq!(ask(Question::default(), &none).verdict, Verdict::Holds);

    let limit = NonZeroU64::new(100).unwrap();
    let few = ask(
        Question {
            max_states: Some(limit),
            ..Question::default()
        },
        &none,
    );
    assert_eq!(
        (few.verdict, few.reason),
        (Verdict::Inconclusive, Some(Reason::StateLimit(limit)))
    );

    let no_time = Question {
        timeout: Some(Duration::ZERO),
        ..Question::default()
    };
    let report = ask(no_time, &none);
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert_eq!(report.reason, Some(Reason::TimeLimit(Duration::ZERO)));

    let limit = MemoryLimit {
        bytes: 1 << 10,
        of: None,
    };
    let memory = Some(StateMemory {
        bytes: 1 << 10,
        limit: limit.clone(),
    });
    let report = ask(
        Question::default(),
        &SearchOptions {
            memory,
            ..none.clone()
        },
    );
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert_eq!(report.reason, Some(Reason::MemoryLimit(limit)));

    let progress = Arc::new(Progress::new());
    progress.interrupt();
    let problem = Problem::new(line.clone(), extras(), Question::default(), &progress).unwrap();
    let report = check_runs(&problem, &[eventually()], &none).unwrap();
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert_eq!(report.reason, Some(Reason::Interrupted));
}

#[test]
fn a_model_that_panics_has_no_verdict() {
    let report = decide(&graph(&[(0, 1), (1, NOWHERE)], &[1]), eventually());
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert!(
        matches!(report.reason, Some(Reason::ModelPanicked(_))),
        "{:?}",
        report.reason
    );
}

#[test]
fn a_checkpoint_is_refused() {
    let checkpoint = Checkpointing {
        file: "runs".into(),
        every: Duration::ZERO,
    };
    let options = SearchOptions {
        checkpoint: Some(checkpoint),
        ..SearchOptions::default()
    };
    let problem = problem(&graph(&[], &[]), Question::default());
    let refused = check_runs(&problem, &[eventually()], &options).err();
    assert_eq!(refused, Some(CheckError::CheckpointOfRuns("runs".into())));
}

#[test]
fn an_unknown_kind_is_refused_with_those_that_there_are() {
    let claim = eventually().weakly_fair(Actions::Kind("d".to_owned()));
    let problem = problem(&graph(&[], &[]), Question::default());
    let refused = check_runs(&problem, &[claim], &SearchOptions::default())
        .err()
        .unwrap();
    assert_eq!(
        refused.to_string(),
        r#"there is no kind of actions "d"; there are a, b, c"#
    );
}

/// Two processes that do the same, each of which may step: the state is whose turn it was.
#[derive(Clone)]
struct Two;

impl Model for Two {
    type State = [bool; 2];
    type Action = usize;

    fn init_states(&self) -> Vec<[bool; 2]> {
        vec![[false; 2]]
    }

    fn actions(&self, _: &[bool; 2], actions: &mut Vec<usize>) {
        actions.extend([0, 1]);
    }

    fn next_state(&self, state: &[bool; 2], process: usize) -> Option<[bool; 2]> {
        let mut next = *state;
        next[process] = !next[process];
        Some(next)
    }
}

impl Structure for Two {
    type Held = [bool; 2];

    fn form(&self) -> Form<Self> {
        Form {
            symmetry: Some(Symmetry::of_images()),
            ..Form::WHOLE
        }
    }
}

impl Symmetric for Two {
    type Key = [bool; 2];

    fn images(&self, &[one, other]: &[bool; 2], images: &mut Vec<[bool; 2]>) {
        images.extend([[one, other], [other, one]]);
    }

    fn key(&self, state: &[bool; 2]) -> [bool; 2] {
        *state
    }
}

#[test]
fn a_model_up_to_symmetry_is_refused_because_fairness_by_name_is_lost() {
    let model = Arc::new(Two);
    let progress = Arc::default();
    let orbits = Explored::problem(&model, Extras::default(), Question::default(), &progress);
    let claim = RunClaim::eventually("both", |_, state: &[bool; 2]| *state == [true; 2]);
    let refused = check_runs(&orbits.unwrap(), &[claim], &SearchOptions::default()).err();
    assert_eq!(refused, Some(CheckError::RunsUpToSymmetry));
}
