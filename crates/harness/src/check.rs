//! A check: what is asked of a model, and how far it is searched.

use crate::at::At;
use crate::checked::{Checked, EXPECTED};
use crate::properties::{Asked, WithProperties};
use crate::replayed::{self, Saved};
use crate::runs::Runs;
use stateright::{Expectation, Model};
use std::any::type_name;
use std::fmt::Debug;
use std::hash::Hash;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::Path;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;
use synod_checker::{
    CheckError, Checkpointing, Counterexample, Explored, Extras, Hashing, Identity, Levels,
    ModelReport, Problem, Question, RunClaim, SearchOptions, Storage, Until, Width, and_runs,
    catch, check_runs,
};
use synod_explorer::{Entry, Played, export};
use synod_report::Outcome;
use synod_vocabulary::{Describe, Stored, Structure, Symmetric, Witness};

/// Begins the check of a model that describes itself, such as a
/// [`World`](synod_world::World) of processes. What the model claims is asked, and
/// [`always`](Check::always) and [`sometimes`](Check::sometimes) ask more. The [crate]'s page
/// checks a world; [`check_model`](crate::check_model) is for any other model of Stateright.
pub fn check<M: Describe<State: Hash> + 'static>(model: M) -> Check<M> {
    let claims = model.claims();
    let own = model.properties().into_iter().map(|property| {
        let claim = claims.iter().find(|claim| claim.name == property.name);
        Asked::own(property, claim.copied())
    });
    let asked = own.collect();
    Check {
        model: WithProperties::new(model, asked),
        threads: available_parallelism().unwrap_or(NonZeroUsize::MIN),
        search: SearchOptions::default(),
        question: Question::default(),
        storage: None,
        runs: Runs::default(),
        #[cfg(feature = "distributed")]
        workers: None,
    }
}

/// A question about a model: its properties, and limits of the search. [`check()`] begins one,
/// [`run`](Check::run) answers it.
#[must_use = "nothing is checked before `run`"]
pub struct Check<M: Model<State: Hash>> {
    pub(crate) model: WithProperties<M>,
    threads: NonZeroUsize,
    search: SearchOptions,
    question: Question,
    storage: Option<Storage<WithProperties<M>>>,
    pub(crate) runs: Runs<M>,
    #[cfg(feature = "distributed")]
    workers: Option<(NonZeroUsize, Option<Arc<synod_distributed::Hosts>>)>,
}

impl<M> Check<M>
where
    M: Describe + Send + Sync + 'static,
    M::State: Clone + Debug + Eq + Hash + Send + Sync + 'static,
{
    /// Asks that this holds in every state. The error is the witness, a sentence that says
    /// what is wrong; [`ensure!`](synod_vocabulary::ensure!) writes it.
    pub fn always(
        mut self,
        name: &'static str,
        holds: impl Fn(At<'_, M>) -> Result<(), Witness> + Send + Sync + 'static,
    ) -> Self {
        self.model.asked.push(Asked::always(name, holds));
        self
    }

    /// Asks that this happens in some state. Without such a property a check says little: in a
    /// model that does nothing, everything holds.
    pub fn sometimes(
        mut self,
        name: &'static str,
        happens: impl Fn(At<'_, M>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.model
            .asked
            .push(Asked::new(name, Expectation::Sometimes, happens));
        self
    }

    /// Leaves out the states for which this does not hold, and what is reached only through
    /// them.
    pub fn within(mut self, is_within: impl Fn(At<'_, M>) -> bool + Send + Sync + 'static) -> Self {
        self.model.bounds.push(Box::new(is_within));
        self
    }

    /// Explores one of all states that differ only in names: of processes that do the same, for
    /// example, or of values that nobody compares. The closure gives, for each change of names,
    /// the state with the other names; all changes together, and what comes of one after
    /// another. The counterexample of a property is as short as without it, and told with the
    /// names that the model has on that path.
    ///
    /// That the names make no difference is compared in some of the states, properties and
    /// steps alike. If they do, the check is inconclusive and says what differs.
    /// [`Checked::assert_unreduced_states`] asserts how many states there are in all.
    ///
    /// ```
    /// use stateright::Model;
    /// use synod_harness::check_model;
    ///
    /// /// Two counters that do the same, up to 3.
    /// struct Counters;
    ///
    /// impl Model for Counters {
    ///     type State = [u8; 2];
    ///     type Action = usize;
    ///
    ///     fn init_states(&self) -> Vec<[u8; 2]> {
    ///         vec![[0; 2]]
    ///     }
    ///
    ///     fn actions(&self, counts: &[u8; 2], actions: &mut Vec<usize>) {
    ///         actions.extend((0..2).filter(|&counter| counts[counter] < 3));
    ///     }
    ///
    ///     fn next_state(&self, counts: &[u8; 2], counter: usize) -> Option<[u8; 2]> {
    ///         let mut next = *counts;
    ///         next[counter] += 1;
    ///         Some(next)
    ///     }
    /// }
    ///
    /// check_model(Counters)
    ///     .up_to_symmetry(|at| vec![[at.state[1], at.state[0]]])
    ///     .rank(|at| u32::from(at.state[0] + at.state[1]))
    ///     .sometimes("both are up", |at| *at.state == [3, 3])
    ///     .run()
    ///     .assert_holds()
    ///     .assert_states(10)
    ///     .assert_unreduced_states(16);
    /// ```
    ///
    /// A [`World`](synod_world::World) makes the images of its states itself, if it is told which
    /// processes are [interchangeable](synod_world::World::interchangeable): then this is
    /// `up_to_symmetry(|at| at.model.images(at.state))`.
    pub fn up_to_symmetry(
        mut self,
        images: impl Fn(At<'_, M>) -> Vec<M::State> + Send + Sync + 'static,
    ) -> Self {
        self.model.images = Some(Box::new(images));
        self
    }

    /// Forgets states that cannot be reached any more, so that a search needs less memory. The
    /// closure gives a number that every step makes larger: how many messages were sent, for
    /// example, if none is ever taken back. If a step does not, the check is inconclusive.
    /// [`up_to_symmetry`](Check::up_to_symmetry) has an example.
    pub fn rank(mut self, rank: impl Fn(At<'_, M>) -> u32 + Send + Sync + 'static) -> Self {
        self.model.rank = Some(Box::new(rank));
        self
    }

    /// The number of threads that search. By default it is that of the processors.
    ///
    /// # Panics
    /// If it is 0.
    pub fn threads(mut self, threads: usize) -> Self {
        let threads = NonZeroUsize::new(threads);
        assert!(threads.is_some(), "a check needs at least 1 thread");
        self.threads = threads.unwrap_or(NonZeroUsize::MIN);
        self
    }

    /// The most distinct states: a check that meets more is inconclusive. By default there is
    /// no limit.
    ///
    /// # Panics
    /// If it is 0.
    pub fn max_states(mut self, states: u64) -> Self {
        let states = NonZeroU64::new(states);
        assert!(states.is_some(), "a check meets at least 1 state");
        self.question.max_states = states;
        self
    }

    /// The time after which a check that is not done is inconclusive. By default there is no
    /// limit.
    pub const fn timeout(mut self, time: Duration) -> Self {
        self.question.timeout = Some(time);
        self
    }

    /// States are told apart by 128 bits instead of 64. So it is practically impossible that
    /// two states are taken for one, and each takes 8 more bytes.
    pub fn wide_fingerprints(mut self) -> Self {
        let seed = self.search.hashing.seed();
        self.search.hashing = Hashing::new(seed, Width::Bits128);
        self
    }

    /// Goes on after a violation, until every property has its verdict. By default the check
    /// ends at the first violation.
    pub fn keep_going(mut self) -> Self {
        self.question.until = Until::Exhausted;
        self
    }

    /// Goes on until this property is violated, whatever other properties are. A panic ends the
    /// check all the same.
    pub fn until_violated(mut self, name: &str) -> Self {
        self.question.until = Until::Violation(name.to_owned());
        self
    }

    /// Searches every state, level by level, so that a counterexample is a shortest one.
    /// O(states · (successors + properties)) time, 7 to 10 bytes a state and the states of two
    /// levels.
    ///
    /// If the environment variable `SYNOD_REPLAY` names the file of a counterexample of this
    /// check, which a failing assertion has written, only its steps are taken.
    ///
    /// # Panics
    /// If `SYNOD_REPLAY` names a file that cannot be read, or a run that is not possible in
    /// this model any more: with the first step that is not.
    pub fn run(mut self) -> Checked {
        let name = replayed::name_of_check();
        let saved = Saved::asked_for(&name);
        if let Some(saved) = &saved {
            self.model.only = Some(saved.walk(&self.model));
            // What happens in some state need not happen in this run.
            self.model.asked.retain(Asked::is_of_each_state);
            self.runs.keep(|claim| saved.goes_on_for_ever(claim));
        }
        let runs = self.runs.claims();
        let extras = Extras {
            storage: self.storage,
            ..Extras::described(&self.model)
        };
        if self.storage.is_some() {
            self.question.identity = identity(&self.model);
        }
        let levels = Levels {
            threads: self.threads,
            search: self.search.clone(),
        };
        let (model, progress) = (Arc::new(self.model), Arc::default());
        let question = self.question.clone();
        let problem = Explored::problem(&model, extras, question, &progress);
        let mut page = None;
        let outcome = problem.and_then(|problem| {
            #[cfg(feature = "distributed")]
            let report = match self.workers {
                Some((workers, hosts)) => {
                    let search = self.search;
                    let engine = synod_distributed::Timely {
                        workers,
                        hosts,
                        search,
                    };
                    synod_checker::check(&problem, &engine)
                }
                None => synod_checker::check(&problem, &levels),
            }?;
            #[cfg(not(feature = "distributed"))]
            let report = synod_checker::check(&problem, &levels)?;
            let report = problem.model().told(report);
            let until = self.question.until.clone();
            let left = |timeout: Duration| timeout.saturating_sub(report.elapsed);
            let question = Question {
                timeout: self.question.timeout.map(left),
                ..self.question
            };
            let decide = || decide(&model, question, &runs, &levels.search);
            let report = and_runs(report, &until, &runs, decide)?;
            let found = report.counterexamples.first();
            page = found.map(|found| {
                let property = &report.properties[found.property].name;
                page_of(&name, property, &model, found)
            });
            Ok::<_, CheckError>(Outcome::of(&*model, report, &EXPECTED, None))
        });
        Checked {
            name,
            model: type_name::<M>(),
            outcome,
            page,
            is_replayed: saved.is_some(),
        }
    }

    /// Serves the states to a browser, on this port of this machine (0 is any that is free),
    /// until the program is ended.
    ///
    /// # Errors
    /// The port is in use.
    #[cfg(feature = "explorer")]
    pub fn explore(self, port: u16) -> std::io::Result<()> {
        use synod_explorer::{Interface, Server, Shown, Single, Spec};
        let extras = Extras::described(&self.model);
        let name = type_name::<M>();
        let entry = Entry {
            name: name.to_owned(),
            ..Entry::default()
        };
        let spec = Spec::of(entry, Arc::new(Shown::new(Arc::new(self.model), extras)));
        let server = Server::listen(Interface::new(Single(spec), self.search), port)?;
        anstream::eprintln!(
            "open http://{}/ in a browser; Ctrl-C ends it",
            server.address()?
        );
        server.serve()
    }
}

impl<M> Check<M>
where
    M: Describe + Stored + Send + Sync + 'static,
    M::State: Clone + Debug + Eq + Hash + Send + Sync + 'static,
{
    /// Writes a checkpoint to this file, from time to time between two levels. If the file
    /// exists, the check goes on from it; it is removed when the check is done. The states must
    /// be writable as bytes: those of a [`World`](synod_world::World) are if messages, requests
    /// and timers have serde, and others if the model has
    /// [`StoredBy`](synod_vocabulary::StoredBy).
    ///
    /// A checkpoint of another check is refused. That is found by the names of the model and of
    /// the properties, by the first 1000 states, and, in a world, by the processes: each is run
    /// again when the checkpoint is read.
    pub fn checkpoint(mut self, file: impl AsRef<Path>, every: Duration) -> Self {
        self.search.checkpoint = Some(Checkpointing {
            file: file.as_ref().to_owned(),
            every,
        });
        self.storing()
    }

    /// Searches with so many workers on Timely Dataflow instead of threads, and with those of
    /// other processes, which run the same check on other machines
    /// ([`Hosts::listen`](synod_distributed::Hosts::listen)). The assertions are for process 0.
    ///
    /// # Panics
    /// If there are no workers.
    #[cfg(feature = "distributed")]
    pub fn workers(mut self, workers: usize, hosts: Option<Arc<synod_distributed::Hosts>>) -> Self {
        let workers = NonZeroUsize::new(workers);
        assert!(workers.is_some(), "a check needs at least 1 worker");
        self.workers = workers.map(|workers| (workers, hosts));
        self.storing()
    }

    fn storing(mut self) -> Self {
        self.storage = Some(Storage {
            write: Stored::write_state,
            read_own: Stored::read_own_state,
            read: |model, dictionary, bytes| model.read_state(dictionary, bytes),
            write_context: Stored::write_context,
            read_context: Stored::read_context,
        });
        self
    }
}

/// Decides claims of runs, on the whole model.
fn decide<M>(
    model: &Arc<WithProperties<M>>,
    question: Question,
    runs: &[RunClaim<WithProperties<M>>],
    search: &SearchOptions,
) -> Result<ModelReport<WithProperties<M>>, CheckError>
where
    M: Describe + Send + Sync + 'static,
    M::State: Clone + Debug + Eq + Hash + Send + Sync + 'static,
{
    let extras = Extras::described(&**model);
    let problem = Problem::of_shared(Arc::clone(model), extras, question, &Arc::default())?;
    check_runs(&problem, runs, search)
}

/// A page that plays a counterexample.
fn page_of<M: Describe<State: Clone + Hash>>(
    name: &str,
    property: &str,
    model: &WithProperties<M>,
    found: &Counterexample<M::State, M::Action>,
) -> String {
    let entry = Entry {
        name: name.to_owned(),
        property: Some(property.to_owned()),
        ..Entry::default()
    };
    let played = Played::of_counterexample(model, entry, found);
    export::page([&played])
}

/// How many states are compared to tell whether a checkpoint is of the same model.
const COMPARED: usize = 1000;

/// What must be the same in a run that goes on from a checkpoint.
fn identity<M>(model: &WithProperties<M>) -> Identity
where
    M: Describe + 'static,
    M::State: Clone + Debug + Eq + Hash + Send + Sync + 'static,
{
    let names: Vec<_> = model.asked.iter().map(Asked::name).collect();
    let mut states = Vec::new();
    // A panic is for the search to find: here it only leaves out the states that follow.
    _ = catch(|| {
        model.for_each_initial(&mut |state| {
            states.push(state);
            std::ops::ControlFlow::Continue(())
        });
    });
    // Not the whole space, so that states that are equal may be repeated.
    let mut next = 0;
    while next < states.len() && states.len() < COMPARED {
        let after = catch(|| {
            let after = model.next_states(&states[next]).into_iter();
            let within = after.filter(|state| model.within_boundary(state));
            within.collect::<Vec<_>>()
        });
        states.extend(after.unwrap_or_default());
        next += 1;
    }
    let fingerprints = states.iter().map(synod_checker::fingerprint::fingerprint);
    let form = model.form();
    let orbits = form.symmetry.as_ref().map(|symmetry| {
        let representatives = states
            .iter()
            .map(|state| catch(|| model.key(&(symmetry.representative)(model, state))).ok());
        representatives.collect::<Vec<_>>()
    });
    let ranks = form.rank.map(|rank| {
        let ranks = states.iter().map(|state| catch(|| rank(model, state)).ok());
        ranks.collect::<Vec<_>>()
    });
    Identity::default()
        .with("model", &type_name::<M>())
        .with("properties", &names)
        .with("first states", &fingerprints.collect::<Vec<_>>())
        .with("symmetry of the first states", &orbits)
        .with("ranks of the first states", &ranks)
}
