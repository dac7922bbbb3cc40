//! `synod prove`.

mod json;
mod junit;
mod mutant;
mod table;

use crate::args::{ProveFormat, ProveOptions, Wanted};
use crate::diagnostics::Complaint;
use crate::output::say;
use crate::status::Status;
use std::collections::BTreeSet;
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
use synod_report::WholeFile;
use synod_terminal::{note, signals};

/// Proves what the options name.
///
/// # Errors
/// Nothing can be proved, or a report cannot be written.
pub(crate) fn prove(options: &ProveOptions) -> Result<Status, Complaint> {
    if options.list {
        say(&table::targets());
        return Ok(Status::AsExpected);
    }
    if options.why {
        say(&synod_proof::needed::all_told());
        return Ok(Status::AsExpected);
    }
    if let Some(name) = &options.mutant {
        return mutant::mutant(name, options.time_limit);
    }
    let chosen = chosen(options)?;
    let programs = programs(options)?;
    let reports = reports(&options.reports)?;
    if let Some(folder) = &options.keep {
        keep(folder, &chosen)?;
    }
    let stop = Stop::default();
    let handler = stop.clone();
    // Without a handler Ctrl-C ends the process, as it does anywhere.
    let _ = signals::watch(move || handler.stop());
    let proved: Vec<_> = chosen
        .into_iter()
        .map(|(target, obligations)| decided(options, target, &obligations, &programs, &stop))
        .collect();
    for (kind, file) in &reports {
        write(*kind, file, &proved)?;
    }
    if options.format == ProveFormat::Human {
        say(&table::summary(&proved, &programs));
    }
    Ok(proved
        .iter()
        .map(Proved::status)
        .max()
        .unwrap_or(Status::AsExpected))
}

/// What became of the obligations of a target.
struct Proved {
    target: &'static Target,
    decided: Vec<Decided>,
}

/// An obligation with the answers of the solvers. There is none of a solver that was not asked
/// before the end.
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
}

/// The targets that are named, or else all, with the obligations that are asked for.
fn chosen(options: &ProveOptions) -> Result<Vec<(&'static Target, Vec<Obligation>)>, Complaint> {
    let targets = match &options.targets[..] {
        [] => TARGETS.iter().collect(),
        names => named(names)?,
    };
    let is_asked_for = |obligation: &Obligation| {
        let name = obligation.name();
        options.only.is_empty() || options.only.iter().any(|part| name.contains(part))
    };
    let of_target = |target: &'static Target| {
        let mut obligations = target.obligations();
        obligations.retain(is_asked_for);
        (target, obligations)
    };
    let mut chosen: Vec<_> = targets.into_iter().map(of_target).collect();
    chosen.retain(|(_, obligations)| !obligations.is_empty());
    if chosen.is_empty() {
        let message = "no obligation has a name with the text of --only";
        let help = "`synod prove --solver z3 --format json` tells all names";
        return Err(Complaint::about(message, help));
    }
    Ok(chosen)
}

fn named(names: &[String]) -> Result<Vec<&'static Target>, Complaint> {
    let target = |name: &String| {
        Target::named(name).ok_or_else(|| {
            let known: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
            let message = format!("there is no target {name:?}");
            Complaint::about(message, format!("the targets are {}", known.join(", ")))
        })
    };
    names.iter().map(target).collect()
}

fn programs(options: &ProveOptions) -> Result<Vec<Program>, Complaint> {
    let solvers = match options.solver {
        Some(name) => vec![name.into()],
        None => Solver::ALL.to_vec(),
    };
    solvers.into_iter().map(program).collect()
}

fn program(solver: Solver) -> Result<Program, Complaint> {
    let missing = |absent: Absent| Complaint::about(absent.to_string(), absent.help());
    Program::found(solver).map_err(missing)
}

/// Writes the obligations as files.
fn keep(folder: &Path, chosen: &[(&'static Target, Vec<Obligation>)]) -> Result<(), Complaint> {
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
    stop: &Stop,
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
    let (mut told, mut progress) = (0, Progress::new(target, obligations.len() * programs.len()));
    decide_all(
        obligations,
        programs,
        &settings,
        stop,
        |index, solver, answer| {
            decided[index].answers[solver].1 = Some(answer);
            progress.one_more();
            while let Some(next) = decided.get(told).filter(|next| next.is_answered()) {
                say(&match options.format {
                    ProveFormat::Human => table::row(next),
                    ProveFormat::Json => json::lines(target, next),
                });
                told += 1;
            }
        },
    );
    // After Ctrl-C, what was not told yet.
    for next in &decided[told..] {
        say(&match options.format {
            ProveFormat::Human => table::row(next),
            ProveFormat::Json => json::lines(target, next),
        });
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

/// A kind of report that is a file.
#[derive(Clone, Copy)]
enum Kind {
    Json,
    Junit,
}

/// The files of the reports, which are tried before anything is proved.
fn reports(wanted: &[Wanted]) -> Result<Vec<(Kind, WholeFile)>, Complaint> {
    let mut paths = BTreeSet::new();
    let file = |wanted: &Wanted| {
        let (kind, path) = match wanted {
            Wanted::Json(path) => (Kind::Json, path),
            Wanted::Junit(path) => (Kind::Junit, path),
            _ => {
                let message = "a proof has no report of this kind";
                return Err(Complaint::about(message, "write json=FILE or junit=FILE"));
            }
        };
        if !paths.insert(path.clone()) {
            let message = "two reports are to be written to this file";
            return Err(Complaint::file(
                path,
                message,
                "give each report a file of its own",
            ));
        }
        let file = WholeFile::prepare(path).map_err(|error| unwritable(path, error))?;
        Ok((kind, file))
    };
    wanted.iter().map(file).collect()
}

fn unwritable(path: &Path, error: std::io::Error) -> Complaint {
    Complaint::file(path, error, "name a file that can be written")
}

fn write(kind: Kind, file: &WholeFile, proved: &[Proved]) -> Result<(), Complaint> {
    let text = match kind {
        Kind::Json => proved
            .iter()
            .flat_map(|proved| {
                proved
                    .decided
                    .iter()
                    .map(|one| json::lines(proved.target, one))
            })
            .collect(),
        Kind::Junit => junit::report(proved)?,
    };
    let path = file.path().to_owned();
    file.write(text.as_bytes())
        .map_err(|error| unwritable(&path, error))
}
