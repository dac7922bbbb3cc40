//! `synod diff`.

use crate::args::{DiffOptions, TextFormat};
use crate::diagnostics::Complaint;
use crate::status::Status;
use crate::{parting, saved};
use serde::Deserialize;
use serde_json::json;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use synod_checker::sketch::Differing;
use synod_report::difference::{Difference, Trail};
use synod_report::json::{self, Line, SCHEMA, Verdict};
use synod_report::style::{BAD, BOLD, GOOD};
use synod_report::{Change, FoundState, Parting, since};
use synod_terminal::{note, say, say_line};
use tempfile::Builder;

/// Compares the runs of all specs.
///
/// # Errors
/// A program or a file cannot be used.
pub(crate) fn diff(options: &DiffOptions) -> Result<Status, Complaint> {
    let [old, new] = [&options.old, &options.new].map(|path| Side::of(path));
    let (old, new) = (old?, new?);
    if options.specs.is_empty() && (old.is_program() || new.is_program()) {
        return Err(Complaint::about(
            "a program needs run specs to check",
            "name them after OLD and NEW: `synod diff OLD NEW SPEC`",
        ));
    }
    let (were, are) = (old.lines(&options.specs)?, new.lines(&options.specs)?);
    let mut status = Status::AsExpected;
    for line in &are {
        if line.verdict == Verdict::Error {
            return Err(not_checked(&options.new, line));
        }
        let Some(before) = were.iter().find(|it| it.spec == line.spec) else {
            say_of_one_side(options, &line.spec, "old");
            status = status.max(Status::NotAsExpected);
            continue;
        };
        if before.verdict == Verdict::Error {
            return Err(not_checked(&options.old, before));
        }
        let asked = |side, line| Asked { side, line };
        let of_spec = Compared::of(options, &asked(&old, before), &asked(&new, line));
        status = status.max(of_spec.status(before, line));
        of_spec.say(options, &line.spec);
    }
    for line in &were {
        if are.iter().all(|it| it.spec != line.spec) {
            say_of_one_side(options, &line.spec, "new");
            status = status.max(Status::NotAsExpected);
        }
    }
    Ok(status)
}

/// A spec that one of the two could not check.
fn not_checked(side: &Path, line: &Line) -> Complaint {
    let reason = line.reason.as_deref().unwrap_or_default();
    let message = format!("could not check {}: {reason}", line.spec);
    Complaint::file(side, message, "name specs that both can check")
}

/// A spec that one of the two runs does not have.
fn say_of_one_side(options: &DiffOptions, spec: &str, missing: &str) {
    let sentence = format!("the {missing} run does not have this spec");
    let mut compared = Compared::none(options);
    compared.change.differences.push(sentence);
    compared.say(options, spec);
}

/// What is different about one spec.
struct Compared {
    /// Without differences if nothing is.
    change: Change,
}

impl Compared {
    fn none(options: &DiffOptions) -> Self {
        Self {
            change: Change {
                since: options.old.display().to_string(),
                differences: Vec::new(),
                partings: Vec::new(),
            },
        }
    }

    fn of(options: &DiffOptions, old: &Asked<'_>, new: &Asked<'_>) -> Self {
        let mut compared = Self::none(options);
        if let Some(difference) = Difference::between(old.line, new.line) {
            let trail = difference.trail.as_ref();
            compared.change.partings =
                trail.map_or_else(Vec::new, |trail| partings(trail, old, new));
            compared.change.differences = difference.sentences;
        }
        compared
    }

    fn status(&self, before: &Line, after: &Line) -> Status {
        let is_open = |line: &Line| line.as_expected.is_none();
        if is_open(before) || is_open(after) {
            Status::Inconclusive
        } else if self.change.differences.is_empty() {
            Status::AsExpected
        } else {
            Status::NotAsExpected
        }
    }

    fn say(&self, options: &DiffOptions, spec: &str) {
        if options.format == TextFormat::Json {
            return say_line!("{}", self.json(options, spec));
        }
        if self.change.differences.is_empty() {
            return say_line!("{GOOD}✓{GOOD:#} {BOLD}{spec}{BOLD:#}: no difference");
        }
        say_line!("{BAD}✗{BAD:#} {BOLD}{spec}{BOLD:#}");
        say(&since(&self.change, options.verbose));
    }

    fn json(&self, options: &DiffOptions, spec: &str) -> serde_json::Value {
        json!({
            "schema": SCHEMA,
            "spec": spec,
            "new": options.new.display().to_string(),
            "change": json::Change::of(&self.change),
        })
    }
}

/// States in which the runs part, as far as programs can be asked: one from which other steps
/// can be taken, or else states that are on their level on one side only.
fn partings(trail: &Trail, old: &Asked<'_>, new: &Asked<'_>) -> Vec<Parting> {
    let sources = sources(trail, old, new);
    if !sources.is_empty() {
        return sources;
    }
    let gained = |state: &FoundState| trail.is_gained(state.fingerprint);
    let state = new.first(trail.level, keys_of(trail, 1), gained);
    let gained = state.map(|state| parting::on_one_side(trail, "the new run", &state));
    let lost = |state: &FoundState| trail.is_lost(state.fingerprint);
    let state = old.first(trail.level, keys_of(trail, Differing::LOST), lost);
    let lost = state.map(|state| parting::on_one_side(trail, "the old run", &state));
    gained.into_iter().chain(lost).collect()
}

fn sources(trail: &Trail, old: &Asked<'_>, new: &Asked<'_>) -> Vec<Parting> {
    let Some(before) = trail.level.checked_sub(1).filter(|level| *level > 0) else {
        return Vec::new();
    };
    let is_source = |state: &FoundState| trail.is_source(state.fingerprint);
    let keys = trail.sources.iter().map(|it| it.key);
    let [was, is] = [old, new].map(|asked| asked.first(before, keys.clone(), is_source));
    match (was, is) {
        (Some(was), Some(is)) if was.fingerprint == is.fingerprint => {
            parting::source_of_both(trail, &was, &is)
        }
        (None, Some(is)) => vec![parting::source(trail, &is)],
        _ => Vec::new(),
    }
}

fn keys_of(trail: &Trail, weight: u64) -> impl Iterator<Item = u64> + Clone {
    let states = trail.states.iter();
    states
        .filter(move |it| it.weight == weight)
        .map(|it| it.key)
}

/// One of the two that are compared.
enum Side {
    /// A program of synod.
    Program(PathBuf),
    /// A run that was saved.
    Saved(Vec<Line>),
}

impl Side {
    /// # Errors
    /// It is neither.
    fn of(path: &Path) -> Result<Self, Complaint> {
        let help = "name a program of synod, or a file that `synod check --report json=FILE` wrote";
        let mut first = [0];
        let read = File::open(path).and_then(|mut file| file.read(&mut first));
        match read {
            Err(error) => Err(Complaint::file(path, error, help)),
            Ok(_) if first == *b"{" => Ok(Self::Saved(saved::read(path)?)),
            Ok(_) => Ok(Self::Program(
                path.canonicalize().unwrap_or_else(|_| path.to_owned()),
            )),
        }
    }

    const fn is_program(&self) -> bool {
        matches!(self, Self::Program(_))
    }

    /// The results of these specs; of all if none is named.
    ///
    /// # Errors
    /// The program cannot check them, or the saved run does not have them.
    fn lines(&self, specs: &[PathBuf]) -> Result<Vec<Line>, Complaint> {
        match self {
            Self::Saved(lines) if specs.is_empty() => Ok(lines.clone()),
            Self::Saved(lines) => {
                let has = |spec: &Path| {
                    let mut lines = lines.iter();
                    lines.any(|line| Path::new(&line.spec).starts_with(spec))
                };
                if let Some(spec) = specs.iter().find(|spec| !has(spec)) {
                    let help = "name a spec or a folder as the saved run names it";
                    return Err(Complaint::file(spec, "not in the saved run", help));
                }
                let is_named = |line: &&Line| {
                    let mut named = specs.iter();
                    named.any(|spec| Path::new(&line.spec).starts_with(spec))
                };
                Ok(lines.iter().filter(is_named).cloned().collect())
            }
            Self::Program(program) => {
                note!("{} checks", program.display());
                let report = Builder::new().prefix("synod-").suffix(".json").tempfile();
                let report = report.map_err(|error| no_synod(program, error))?;
                output(program, |command| {
                    let mut json = OsString::from("json=");
                    json.push(report.path());
                    command.arg("check").arg("--report").arg(json).args(specs);
                })?;
                saved::read(report.path()).map_err(|_| no_synod(program, "it told no result"))
            }
        }
    }
}

/// What a program writes. Its notes and errors go where those of this program go.
///
/// # Errors
/// It cannot be run.
fn output(program: &Path, arguments: impl FnOnce(&mut Command)) -> Result<String, Complaint> {
    let mut command = Command::new(program);
    arguments(&mut command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output();
    let output = output.map_err(|error| no_synod(program, error))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn no_synod(program: &Path, why: impl std::fmt::Display) -> Complaint {
    let help =
        "OLD and NEW are programs of synod, or files that `synod check --report json=FILE` wrote";
    Complaint::file(program, why, help)
}

/// A side that is asked for states of a spec.
struct Asked<'a> {
    side: &'a Side,
    line: &'a Line,
}

/// What `synod find --format json` prints, as far as it is of use here.
#[derive(Deserialize)]
struct Answer {
    found: Vec<FoundState>,
}

impl Asked<'_> {
    /// The first state on a level with one of these fingerprints, of which this is true; none
    /// if there is none, or the side cannot be asked.
    fn first(
        &self,
        level: u32,
        keys: impl Iterator<Item = u64>,
        is_it: impl Fn(&FoundState) -> bool,
    ) -> Option<FoundState> {
        let Side::Program(program) = self.side else {
            return None;
        };
        let keys: Vec<_> = keys.map(|key| format!("{key:016x}")).collect();
        if keys.is_empty() {
            return None;
        }
        let text = output(program, |command| {
            let level = level.to_string();
            command.args([
                "find",
                &self.line.spec,
                "--format",
                "json",
                "--level",
                &level,
            ]);
            command.args(keys.iter().map(OsStr::new));
        });
        let answer: Answer = serde_json::from_str(&text.ok()?).ok()?;
        answer.found.into_iter().find(is_it)
    }
}
