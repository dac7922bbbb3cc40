//! From claims of runs to a report.

use super::claim::{Actions, Asks, Fairness, RunClaim};
use super::fair::Demands;
use super::graph::{Exploring, Graph, Labels, Mark, Numbers, hashing};
use super::lasso::{Lasso, Open, shortest_path};
use crate::error::CheckError;
use crate::fingerprint::collision_probability;
use crate::kernel::path::actions_twice;
use crate::kernel::search::SearchOptions;
use crate::panics;
use crate::problem::{Problem, Until};
use crate::report::{
    Counterexample, Cycle, Expectation, Method, ModelReport, PropertyReport, Reason, Report, Step,
    Verdict,
};
use stateright::Model;
use std::hash::Hash;
use std::ops::ControlFlow;

/// The most claims of runs at once: a word of 64 bits has two bits for each.
pub const MAX_RUN_CLAIMS: usize = 32;

/// The name of this way of checking, in reports.
const ENGINE: &str = "graph";

/// Decides claims of the runs of a model, on its whole graph: see [`crate::liveness`]. The
/// properties of the model are not looked at.
///
/// ```
/// # use stateright::Model;
/// # use synod_checker::{CheckError, Extras, Problem, Question, Verdict};
/// use synod_checker::{Actions, RunClaim, SearchOptions, check_runs};
///
/// /// A door that swings for ever, unless somebody locks it while it is shut.
/// struct Door;
///
/// impl Model for Door {
///     type State = &'static str;
///     type Action = &'static str;
///
///     fn init_states(&self) -> Vec<&'static str> {
///         vec!["open"]
///     }
///
///     fn actions(&self, door: &&'static str, actions: &mut Vec<&'static str>) {
///         actions.extend(match *door {
///             "open" => vec!["shut"],
///             "shut" => vec!["open", "locked"],
///             _ => vec![],
///         });
///     }
///
///     fn next_state(&self, _: &&'static str, next: &'static str) -> Option<&'static str> {
///         Some(next)
///     }
/// }
///
/// let locked = || RunClaim::eventually("it is locked", |_: &Door, door: &&'static str| {
///     *door == "locked"
/// });
/// let locks = || Actions::such(|_: &Door, action: &&'static str| *action == "locked");
/// let claims = [
///     // Again and again nobody can lock it, so weak fairness is not enough.
///     locked().weakly_fair(locks()),
///     locked().strongly_fair(locks()),
/// ];
/// let problem = Problem::new(Door, Extras::default(), Question::default(), &Default::default())?;
/// let report = check_runs(&problem, &claims, &SearchOptions::default())?;
/// let verdicts: Vec<_> = report.properties.iter().map(|claim| claim.verdict).collect();
/// assert_eq!(verdicts, [Verdict::Violated, Verdict::Holds]);
/// let lasso = &report.counterexamples[0];
/// let states: Vec<_> = lasso.steps.iter().map(|step| step.state).collect();
/// assert_eq!(states, ["open", "shut", "open"]);
/// assert_eq!(lasso.cycle.as_ref().unwrap().back_to, 0);
/// # Ok::<(), CheckError>(())
/// ```
///
/// # Errors
/// [`CheckError::RunsUpToSymmetry`], [`CheckError::CheckpointOfRuns`],
/// [`CheckError::UnknownKind`], or [`CheckError::TooManyProperties`].
pub fn check_runs<M>(
    problem: &Problem<M>,
    claims: &[RunClaim<M>],
    options: &SearchOptions,
) -> Result<ModelReport<M>, CheckError>
where
    M: Model,
    M::State: Clone + Hash,
{
    refuse(problem, claims, options)?;
    let (graph, numbers, labels) = Exploring::new(problem, claims, options).run();
    let mut deciding = Deciding {
        problem,
        options,
        graph,
        numbers,
        labels,
        properties: Vec::new(),
        counterexamples: Vec::new(),
        reason: None,
    };
    for (place, claim) in claims.iter().enumerate() {
        deciding.decide(place, claim);
    }
    Ok(deciding.report())
}

/// A report on a search of the states of a model, with what is to be said of its runs. If the
/// search has seen everything, `runs` is called to decide these claims, by [`check_runs`] on the
/// whole model, without reductions. Otherwise they are left open.
///
/// # Errors
/// Those of `runs`.
pub fn and_runs<M: Model>(
    searched: ModelReport<M>,
    until: &Until,
    claims: &[RunClaim<M>],
    runs: impl FnOnce() -> Result<ModelReport<M>, CheckError>,
) -> Result<ModelReport<M>, CheckError> {
    if claims.is_empty() {
        return Ok(searched);
    }
    let goes_on = searched.counterexamples.is_empty() || *until == Until::Exhausted;
    if searched.reason.is_none() && goes_on {
        return Ok(searched.and(runs()?));
    }
    let mut report = searched;
    report.properties.extend(open(claims));
    report.verdict = report.verdict.and(Verdict::Inconclusive);
    Ok(report)
}

/// A report on claims that nobody has decided yet, for a run that is given up.
pub fn runs_so_far<M: Model>(
    problem: &Problem<M>,
    claims: &[RunClaim<M>],
    options: &SearchOptions,
) -> ModelReport<M> {
    let seen = problem.progress.snapshot();
    Report {
        verdict: Verdict::Inconclusive,
        reason: Some(problem.stopped().unwrap_or(Reason::Interrupted)),
        states: seen.states,
        generated: seen.generated,
        depth: seen.depth,
        collision_probability: 0.0,
        exploration: None,
        elapsed: problem.limits.elapsed(),
        method: method(problem, options),
        properties: open(claims).collect(),
        counterexamples: Vec::new(),
    }
}

/// The claims as what nobody has decided.
fn open<M: Model>(claims: &[RunClaim<M>]) -> impl Iterator<Item = PropertyReport> + '_ {
    claims.iter().map(|claim| PropertyReport {
        name: claim.name.clone(),
        expectation: claim.expectation(),
        verdict: Verdict::Inconclusive,
        length: None,
    })
}

fn method<M: Model>(problem: &Problem<M>, options: &SearchOptions) -> Method {
    problem.exactly(Method {
        engine: ENGINE.to_owned(),
        threads: 1,
        processes: None,
        seed: options.hashing.seed(),
        fingerprint: hashing(options).width(),
        exact: None,
        finds_nearest: true,
    })
}

/// Refuses what cannot be decided soundly.
fn refuse<M: Model>(
    problem: &Problem<M>,
    claims: &[RunClaim<M>],
    options: &SearchOptions,
) -> Result<(), CheckError> {
    if problem.extras.stands_for.is_some() {
        return Err(CheckError::RunsUpToSymmetry);
    }
    if let Some(checkpoint) = &options.checkpoint {
        return Err(CheckError::CheckpointOfRuns(checkpoint.file.clone()));
    }
    if claims.len() > MAX_RUN_CLAIMS {
        return Err(CheckError::TooManyProperties {
            count: claims.len(),
            most: MAX_RUN_CLAIMS,
        });
    }
    let known = problem.extras.names();
    let fair = claims.iter().flat_map(|claim| &claim.fair);
    let unknown = fair
        .map(Fairness::actions)
        .find_map(|actions| match actions {
            Actions::Kind(name) if !known.contains(name) => Some(name),
            _ => None,
        });
    match unknown {
        None => Ok(()),
        Some(name) => Err(CheckError::UnknownKind {
            name: name.clone(),
            known: known.to_vec(),
        }),
    }
}

/// The claims, one after the other.
struct Deciding<'a, M: Model> {
    problem: &'a Problem<M>,
    options: &'a SearchOptions,
    graph: Graph,
    numbers: Numbers,
    labels: Labels<'a, M>,
    properties: Vec<PropertyReport>,
    counterexamples: Vec<Counterexample<M::State, M::Action>>,
    reason: Option<Reason>,
}

impl<M> Deciding<'_, M>
where
    M: Model,
    M::State: Clone + Hash,
{
    fn decide(&mut self, place: usize, claim: &RunClaim<M>) {
        let found = if self.problem.stopped().is_some() {
            Err(None)
        } else {
            self.found(place, claim)
        };
        let property = |expectation, verdict, length| PropertyReport {
            name: claim.name.clone(),
            expectation,
            verdict,
            length,
        };
        let expectation = claim.expectation();
        let (verdict, length) = match found {
            Ok(None) => (Verdict::Holds, None),
            Ok(Some(lasso)) => {
                let counterexample = self.counterexample(place, expectation, &lasso);
                if let Some(counterexample) = counterexample {
                    self.counterexamples.push(counterexample);
                    (Verdict::Violated, Some(lasso.edges.len() as u32))
                } else {
                    let why = self.problem.stopped().unwrap_or(Reason::Collision);
                    self.reason.get_or_insert(why);
                    (Verdict::Inconclusive, None)
                }
            }
            Err(why) => {
                if let Some(why) = why.or_else(|| self.problem.stopped()) {
                    self.reason.get_or_insert(why);
                }
                (Verdict::Inconclusive, None)
            }
        };
        self.properties.push(property(expectation, verdict, length));
    }

    /// A lasso that violates a claim; none if the claim holds. An error if it is not known, with
    /// the reason, or without one if the run was stopped.
    fn found(&self, place: usize, claim: &RunClaim<M>) -> Result<Option<Lasso>, Option<Reason>> {
        let graph = &self.graph;
        let Asks::LeadsTo { from, .. } = &claim.asks else {
            return Ok(shortest_path(graph, |state| {
                graph.is_dead(state) && !graph.has(state, place, Mark::To)
            }));
        };
        let open = Open::of(graph, place, from.is_some());
        let demands = demands(graph, place, claim);
        let goes_on = || self.problem.limits.goes_on();
        let fair = demands.components(graph, open.states.clone(), &goes_on);
        if !goes_on() {
            return Err(None);
        }
        let lasso = open.lasso(&fair, &demands);
        if lasso.is_none() && open.states.iter().any(|state| graph.is_cut(*state)) {
            return Err(Some(Reason::LeavesBounds(claim.name.clone())));
        }
        Ok(lasso)
    }

    /// The states and actions of a lasso. None if the model does not repeat them.
    fn counterexample(
        &mut self,
        property: usize,
        expectation: Expectation,
        lasso: &Lasso,
    ) -> Option<Counterexample<M::State, M::Action>> {
        let mut steps = vec![Step {
            action: None,
            state: self.initial(lasso.first)?,
        }];
        for edge in &lasso.edges {
            let last = &steps[steps.len() - 1].state;
            let step = self.step(&last.clone(), *edge)?;
            steps.push(step);
        }
        Some(Counterexample {
            property,
            steps,
            is_shortest: expectation == Expectation::Always,
            seed: None,
            panic: None,
            cycle: (expectation == Expectation::Eventually).then_some(Cycle {
                since: lasso.since,
                back_to: lasso.back_to,
            }),
        })
    }

    fn initial(&self, number: u32) -> Option<M::State> {
        let (problem, mut found) = (self.problem, None);
        problem.extras.for_each_initial(problem.model(), |state| {
            if self.number_of(&state) != Some(number) {
                return ControlFlow::Continue(());
            }
            found = Some(state);
            ControlFlow::Break(())
        });
        found
    }

    fn number_of(&self, state: &M::State) -> Option<u32> {
        let fingerprint = self.problem.fingerprint(hashing(self.options), state);
        self.numbers.get(&fingerprint).copied()
    }

    /// The step along an edge.
    fn step(&mut self, from: &M::State, edge: usize) -> Option<Step<M::State, M::Action>> {
        let model = self.problem.model();
        let (target, label) = (self.graph.target(edge), self.graph.labels[edge]);
        let actions = panics::catch(|| actions_twice(model, from).collect::<Vec<_>>()).ok()?;
        for (action, again) in actions {
            if self.labels.of(self.problem, &mut self.graph, &again) != Some(label) {
                continue;
            }
            let next = panics::catch(|| {
                let next = model.next_state(from, action);
                next.filter(|next| model.within_boundary(next))
            });
            let next = next.ok().flatten();
            if let Some(state) = next.filter(|next| self.number_of(next) == Some(target)) {
                return Some(Step {
                    action: Some(again),
                    state,
                });
            }
        }
        None
    }

    fn report(mut self) -> ModelReport<M> {
        let is = |verdict| move |property: &PropertyReport| property.verdict == verdict;
        let verdict = if self.properties.iter().any(is(Verdict::Violated)) {
            Verdict::Violated
        } else if self.properties.iter().all(is(Verdict::Holds)) {
            Verdict::Holds
        } else {
            Verdict::Inconclusive
        };
        self.counterexamples.sort_by_key(Counterexample::length);
        let method = method(self.problem, self.options);
        let states = self.graph.len() as u64;
        Report {
            verdict,
            reason: self.reason,
            states,
            generated: self.graph.generated,
            depth: self.graph.depth,
            collision_probability: match method.exact {
                Some(_) => 0.0,
                None => collision_probability(states, method.fingerprint),
            },
            exploration: None,
            elapsed: self.problem.limits.elapsed(),
            method,
            properties: self.properties,
            counterexamples: self.counterexamples,
        }
    }
}

fn demands<M: Model>(graph: &Graph, place: usize, claim: &RunClaim<M>) -> Demands {
    let strong = graph.sets.iter().map(|(of, fairness)| {
        let is_asked = *of == place;
        is_asked.then(|| claim.fair[*fairness].is_strong())
    });
    Demands {
        strong: strong.collect(),
    }
}
