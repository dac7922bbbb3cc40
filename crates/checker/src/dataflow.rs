//! The same search, level by level, on Timely Dataflow: over the threads of
//! several processes, for spaces that outgrow the memory of one machine.
//!
//! Each state has an owner, which its fingerprint names. Each worker keeps the
//! fingerprints of the states that it owns, in the set that the engine `levels`
//! has, and expands those; what it reaches goes to the owner as flat bytes
//! ([`packet`]). A level ends everywhere before the next begins ([`search`]), so
//! every count that is made of whole levels is that of any other engine, and so
//! is the length of each counterexample. Which states are on the way to it may
//! differ from run to run: the first that reaches a state is its predecessor,
//! and is kept in a file ([`trail`]).
//!
//! If a process is lost, or a connection, the run is over for all and has no
//! verdict; from a checkpoint ([`saving`]) it goes on, with as many processes as
//! there are then.
//!
//! | file | |
//! |---|---|
//! | [`hosts`], [`hello`], [`greeting`], [`meeting`], [`links`] | the other processes, and how they meet |
//! | [`crew`], [`task`], [`place`] | the workers of a process |
//! | [`search`], [`settle`], [`expand`] | the dataflow and its operators |
//! | [`part`], [`inbox`], [`outbox`], [`packet`], [`recent`] | what a worker has, gets and sends |
//! | [`standing`] | what follows after a level, the same for all |
//! | [`saving`], [`pieces`], [`trail`] | checkpoints, their files, predecessors |
//! | [`way_back`] | from a violation to an initial state |
//! | [`failure`] | why it ended for all |

mod crew;
mod expand;
mod failure;
mod greeting;
mod hello;
pub mod hosts;
mod inbox;
mod links;
mod meeting;
mod outbox;
mod packet;
mod part;
mod pieces;
mod place;
mod recent;
mod saving;
mod search;
mod settle;
mod standing;
mod task;
mod trail;
mod way_back;

use crate::conclude;
use crate::coverage::{Distribution, Exploration};
use crate::engine::CheckError;
use crate::fingerprint::Fingerprint;
use crate::levels::{Findings, Search, Ways};
use crate::options::{Extras, Options};
use crate::progress::{Phase, Progress};
use crate::properties::violations;
use crate::report::{Reason, Report};
use crew::{Crew, Outcome};
use failure::Cause;
use hello::Hello;
use links::{Link, Links};
use place::Place;
use standing::{Decision, Standing};
use stateright::Model;
use std::hash::Hash;
use std::sync::Arc;
use task::Task;

/// Checks every property of a model, with the other processes if there are any.
///
/// # Errors
/// The states cannot be bytes; another process cannot be reached; a checkpoint
/// cannot be used; or the model panics.
pub(crate) fn check<M>(
    model: M,
    extras: &Extras<M>,
    options: &Options,
    progress: &Arc<Progress>,
) -> Result<Report<M>, CheckError>
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Hash + Send + Sync + 'static,
{
    let Some(storage) = extras.storage else {
        return Err(CheckError::NotStored);
    };
    let task = Arc::new(Task::new(model, extras.clone(), storage, options, progress));
    if let Some(to) = &options.checkpoint {
        saving::remove_trails_of_nothing(to);
    }
    let Links { links, hellos } = meet(&task)?;
    let was_whole = hellos.iter().any(|hello| hello.was_whole);
    let pieces: Vec<_> = hellos.into_iter().map(|hello| hello.pieces).collect();
    let resume = pieces::choose(&pieces);
    if let (Some(to), None) = (&options.checkpoint, &resume) {
        if was_whole {
            return Err(CheckError::Checkpoint {
                file: to.file.clone(),
                why: "some of its parts are not here: bring them, or remove what there is to \
                      begin anew"
                    .to_owned(),
            });
        }
        // The first was never finished. Nobody writes before all have begun.
        pieces::remove(to, |_| true);
    }
    let place = Place {
        index: 0,
        workers: options.threads.get(),
        processes: links.len(),
    };
    let crew = Crew {
        task: Arc::clone(&task),
        place,
        process: task.process(),
        resume,
    };
    let findings = findings_of(&task, place, crew.work(links))?;
    let search = Search::new(&task.model, extras, options, progress);
    let report = conclude::report_of_levels(&search, findings, options);
    if let (Some(to), None) = (&options.checkpoint, &report.reason) {
        pieces::remove_all(to);
    }
    Ok(report)
}

/// Connects to the other processes, if there are any; what all say.
fn meet<M: Model>(task: &Task<M>) -> Result<Links, CheckError> {
    let options = &task.options;
    let pieces = match &options.checkpoint {
        Some(to) => pieces::pieces(to).map_err(|error| CheckError::Checkpoint {
            file: to.file.clone(),
            why: error.to_string(),
        })?,
        None => Vec::new(),
    };
    let hello = Hello {
        // All write checkpoints, or none does.
        identity: task
            .identity()
            .with("checkpoints", &options.checkpoint.is_some()),
        processes: options.hosts.as_ref().map_or(1, |h| h.processes() as u64),
        workers: options.threads.get() as u64,
        process: task.process() as u64,
        was_whole: options.checkpoint.as_ref().is_some_and(pieces::was_whole),
        pieces,
    };
    let Some(hosts) = &options.hosts else {
        return Ok(Links {
            links: vec![None],
            hellos: vec![hello],
        });
    };
    let stopped = || {
        let goes_on = task.limits.goes_on();
        task.progress.stopped().filter(|_| !goes_on)
    };
    let connect = || links::connect(hosts, &hello, &task.failure, &stopped);
    task.progress.during(Phase::Connecting, connect)
}

fn findings_of<M: Model>(
    task: &Task<M>,
    place: Place,
    worked: Result<Vec<Outcome>, Cause>,
) -> Result<Findings, CheckError> {
    let outcomes = match worked {
        Ok(outcomes) => outcomes,
        Err(cause) => {
            return Ok(Findings {
                reason: reason_of(task, cause)?,
                ..nothing_more(task, place)
            });
        }
    };
    let states_here = outcomes.iter().map(|outcome| outcome.states).sum();
    let Some(outcome) = outcomes.into_iter().next() else {
        return Ok(nothing_more(task, place));
    };
    let findings = findings(task, place, &outcome.standing, states_here);
    let reason = match outcome.decision {
        Decision::Stopped => task.progress.stopped(),
        // Whoever stops a run that is decided comes too late.
        _ => None,
    };
    Ok(Findings {
        is_exhausted: outcome.decision == Decision::Exhausted,
        reason,
        ways: Some(outcome.ways.into_iter().collect()),
        ..findings
    })
}

/// Why a run has no verdict that was ended so.
fn reason_of<M: Model>(task: &Task<M>, cause: Cause) -> Result<Option<Reason>, CheckError> {
    match cause {
        Cause::Here(error) => Err(error),
        Cause::Lost { process, host } => Ok(Some(Reason::Lost { process, host })),
        Cause::Disunited => Ok(task.progress.stopped()),
        Cause::Unanswered { who, patience } => {
            let why = task.progress.stopped();
            let why = why.map_or_else(String::new, |why| why.to_string());
            Ok(Some(Reason::Unanswered { why, who, patience }))
        }
    }
}

/// A run that was cut off says what it had seen and found, and nothing of what
/// that means.
fn nothing_more<M: Model>(task: &Task<M>, place: Place) -> Findings {
    let (seen, found) = (task.progress.snapshot(), task.progress.findings());
    let nearest = task.properties.iter().map(|property| {
        let found = found.iter().find(|found| found.property == property.name)?;
        // Of the state nothing is known here: there is no way to it.
        let nowhere = Fingerprint {
            first: 0,
            second: 0,
        };
        Some((found.steps + 1, nowhere))
    });
    let standing = Standing {
        nearest: nearest.collect(),
        ..Standing::default()
    };
    let findings = findings(task, place, &standing, 0);
    Findings {
        states: seen.states,
        generated: seen.generated,
        depth: seen.depth,
        reason: task.progress.stopped(),
        exploration: Exploration {
            // How many states each process had is known to that process alone.
            distribution: None,
            ..findings.exploration
        },
        ..findings
    }
}

fn findings<M: Model>(
    task: &Task<M>,
    place: Place,
    standing: &Standing,
    states_here: u64,
) -> Findings {
    let tally = &standing.counted.tally;
    let exchanged = standing.counted.exchanged;
    Findings {
        states: standing.states(),
        generated: tally.generated,
        depth: standing.depth(),
        nearest: standing.nearest.clone(),
        is_exhausted: false,
        reason: None,
        trail: None,
        ways: Some(Ways::new()),
        exploration: Exploration {
            copies: None, // Who has a state without its marks is not looked up.
            levels: standing.levels.clone(),
            branching: tally.branching.branching(),
            actions: tally.by_kind(task.extras.names()),
            resumed_at: standing.resumed_at,
            stored: standing.counted.stored,
            distribution: Some(Distribution {
                processes: place.processes,
                workers: place.peers(),
                states_here,
                states_exchanged: exchanged.states,
                bytes_exchanged: exchanged.bytes,
                bytes_abroad: exchanged.bytes_abroad,
            }),
        },
    }
}

/// The states to which a way is wanted: for each violated property its nearest.
fn targets<M: Model>(task: &Task<M>, standing: &Standing) -> Vec<(u32, Fingerprint)> {
    let violations = violations(&task.properties, &standing.nearest);
    violations.into_iter().map(|found| found.target).collect()
}

/// The other end of every connection notices.
fn cut(links: &[Option<Link>]) {
    for link in links.iter().flatten() {
        link.cut();
    }
}
