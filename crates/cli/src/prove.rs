//! `synod prove`.

mod json;
mod junit;
mod mutant;
mod reports;
mod table;

use crate::args::{ProveFormat, ProveOptions};
use crate::diagnostics::Complaint;
use crate::output::say;
use crate::status::Status;
use std::fs;
use std::io::IsTerminal;
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread::available_parallelism;
use std::time::Instant;
use synod_proof::obligation::Obligation;
use synod_proof::smt;
use synod_proof::solver::{Absent, Answer, Program, Solver, Stop, Verdict};
use synod_proof::targets::{TARGETS, Target};
use synod_proof::work::{Settings, decide_all};
use synod_terminal::{note, signals};

/// Proves what the options name.
///
/// # Errors
/// Nothing can be proved, or a report cannot be written.
pub(crate) fn prove(options: &ProveOptions) -> Result<Status, Complaint> {
    if options.list {
        return list(options);
    }
    if options.why {
        say(&synod_proof::needed::all_told());
        return Ok(Status::AsExpected);
    }
    if let Some(name) = &options.mutant {
        return mutant::mutant(name, options.time_limit);
    }
    let chosen = chosen(options)?;
    let stop = stopped_by_signals();
    let programs = programs(options, &stop)?;
    let reports = reports::prepared(&options.reports)?;
    if let Some(folder) = &options.keep {
        keep(folder, &chosen)?;
    }
    let proved: Vec<_> = chosen
        .into_iter()
        .map(|(target, obligations)| decided(options, target, &obligations, &programs))
        .collect();
    if options.format == ProveFormat::Human {
        say(&table::summary(&proved, &programs));
    }
    reports::write(&reports, &proved, &programs)?;
    Ok(proved
        .iter()
        .map(Proved::status)
        .max()
        .unwrap_or(Status::AsExpected))
}

/// Prints the targets, or the obligations that are chosen.
fn list(options: &ProveOptions) -> Result<Status, Complaint> {
    if options.targets.is_empty() && options.only.is_empty() {
        say(&table::targets());
    } else {
        say(&table::obligations(&chosen(options)?));
    }
    Ok(Status::AsExpected)
}

/// A target with the obligations of it that are asked for.
type Chosen = (&'static Target, Vec<Obligation>);

/// What became of the obligations of a target.
struct Proved {
    target: &'static Target,
    decided: Vec<Decided>,
}

/// An obligation with the answers of the solvers. There is none of a solver that was not asked, or
/// did not answer, before the end.
struct Decided {
    obligation: Obligation,
    answers: Vec<(Solver, Option<Answer>)>,
}

impl Proved {
    fn status(&self) -> Status {
        let status = self.decided.iter().map(Decided::status).max();
        status.unwrap_or(Status::AsExpected)
    }
}

impl Decided {
    /// Refuted by one is refuted, and proved is what all proved.
    fn status(&self) -> Status {
        let of_answer = |answer: &Option<Answer>| match answer.as_ref().map(|it| &it.verdict) {
            Some(Verdict::Unsat) => Status::AsExpected,
            Some(Verdict::Sat) => Status::NotAsExpected,
            Some(Verdict::Unknown(_)) | None => Status::Inconclusive,
        };
        let answers = self.answers.iter().map(|(_, answer)| of_answer(answer));
        answers.max().unwrap_or(Status::Inconclusive)
    }

    fn is_answered(&self) -> bool {
        self.answers.iter().all(|(_, answer)| answer.is_some())
    }

    fn has_an_answer(&self) -> bool {
        self.answers.iter().any(|(_, answer)| answer.is_some())
    }
}

/// The targets that are named, or else all, with the obligations that are asked for.
fn chosen(options: &ProveOptions) -> Result<Vec<Chosen>, Complaint> {
    let targets = match &options.targets[..] {
        [] => TARGETS.iter().collect(),
        names => named(names)?,
    };
    let all = targets
        .into_iter()
        .map(|target| (target, target.obligations()));
    let mut chosen: Vec<Chosen> = all.collect();
    for part in &options.only {
        let mut names = chosen.iter().flat_map(|(_, obligations)| obligations);
        if !names.any(|obligation| obligation.name().contains(part)) {
            let message = format!("no obligation has a name with the text of --only {part:?}");
            let targets = options.targets.join(" ");
            let help = match &*targets {
                "" => "`synod prove --list TARGET` prints the names of a target's obligations"
                    .to_owned(),
                targets => format!("`synod prove --list {targets}` prints all names"),
            };
            return Err(Complaint::about(message, help));
        }
    }
    let is_asked_for = |obligation: &Obligation| {
        let name = obligation.name();
        options.only.is_empty() || options.only.iter().any(|part| name.contains(part))
    };
    for (_, obligations) in &mut chosen {
        obligations.retain(is_asked_for);
    }
    chosen.retain(|(_, obligations)| !obligations.is_empty());
    Ok(chosen)
}

/// The targets with these names, each once.
fn named(names: &[String]) -> Result<Vec<&'static Target>, Complaint> {
    let mut targets: Vec<&'static Target> = vec![];
    for name in names {
        let target = Target::named(name).ok_or_else(|| {
            let known: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
            let message = format!("there is no target {name:?}");
            Complaint::about(message, format!("the targets are {}", known.join(", ")))
        })?;
        if targets.iter().all(|it| it.name != target.name) {
            targets.push(target);
        }
    }
    Ok(targets)
}

/// A stop by Ctrl-C.
fn stopped_by_signals() -> Stop {
    let stop = Stop::default();
    let handler = stop.clone();
    // Without a handler Ctrl-C ends the process, as it does anywhere.
    let _ = signals::watch(move || handler.stop());
    stop
}

fn programs(options: &ProveOptions, stop: &Stop) -> Result<Vec<Program>, Complaint> {
    let solvers = match options.solver {
        Some(name) => vec![name.into()],
        None => Solver::ALL.to_vec(),
    };
    solvers
        .into_iter()
        .map(|solver| program(solver, stop))
        .collect()
}

fn program(solver: Solver, stop: &Stop) -> Result<Program, Complaint> {
    let missing = |absent: Absent| Complaint::about(absent.to_string(), absent.help());
    let program = Program::found(solver).map_err(missing)?;
    Ok(program.stopped_by(stop))
}

/// Writes the obligations as files.
fn keep(folder: &Path, chosen: &[Chosen]) -> Result<(), Complaint> {
    let help = "name a folder that can be written with --keep";
    for (target, obligations) in chosen {
        let folder = folder.join(target.name);
        fs::create_dir_all(&folder).map_err(|error| Complaint::file(&folder, error, help))?;
        for obligation in obligations {
            let file = folder.join(obligation.file_name());
            fs::write(&file, smt::script(obligation))
                .map_err(|error| Complaint::file(&file, error, help))?;
        }
    }
    Ok(())
}

/// Decides the obligations of a target, and tells each as soon as those before it are told.
fn decided(
    options: &ProveOptions,
    target: &'static Target,
    obligations: &[Obligation],
    programs: &[Program],
) -> Proved {
    let cores = || available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let settings = Settings {
        jobs: options.jobs.unwrap_or_else(cores),
        time_limit: options.time_limit,
    };
    let of_solvers = || {
        programs
            .iter()
            .map(|program| (program.solver(), None))
            .collect()
    };
    let mut decided: Vec<_> = obligations
        .iter()
        .map(|obligation| Decided {
            obligation: obligation.clone(),
            answers: of_solvers(),
        })
        .collect();
    if options.format == ProveFormat::Human {
        say(&table::heading(target));
    }
    let in_format = |decided: &Decided| match options.format {
        ProveFormat::Human => table::row(decided),
        ProveFormat::Json => json::lines(target, decided, programs),
    };
    let (mut told, mut progress) = (0, Progress::new(target, obligations.len() * programs.len()));
    decide_all(obligations, programs, &settings, |index, solver, answer| {
        decided[index].answers[solver].1 = Some(answer);
        progress.one_more();
        while let Some(next) = decided.get(told).filter(|next| next.is_answered()) {
            say(&in_format(next));
            told += 1;
        }
    });
    // After Ctrl-C, what was not told yet. A table has nothing of what has no answer at all.
    for next in &decided[told..] {
        if next.has_an_answer() || options.format == ProveFormat::Json {
            say(&in_format(next));
        }
    }
    Proved { target, decided }
}

/// How much is decided, told on standard error where nobody watches the table grow.
struct Progress {
    name: &'static str,
    of: usize,
    done: usize,
    last: Instant,
}

impl Progress {
    fn new(target: &Target, of: usize) -> Self {
        Self {
            name: target.name,
            of,
            done: 0,
            last: Instant::now(),
        }
    }

    fn one_more(&mut self) {
        /// In seconds.
        const PAUSE: u64 = 10;
        self.done += 1;
        if std::io::stdout().is_terminal() || self.last.elapsed().as_secs() < PAUSE {
            return;
        }
        self.last = Instant::now();
        note(&format!(
            "{}: {} of {} answers",
            self.name, self.done, self.of
        ));
    }
}
