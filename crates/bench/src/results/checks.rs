//! Tables of run specs, and how they are checked for them.

use super::document::Section;
use super::kept::{Check, here_and_now};
use super::markdown::{code, count, memory, seconds, table};
use crate::failure::Failure;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use synod_specs::{Expect, RunSpec, Size, parse};

/// The words with which a command begins that checks run specs.
const CHECK: &str = "synod check ";

/// A run spec that a command checks.
pub(super) struct Selected {
    /// Its path.
    pub path: String,
    /// The options of the command, without `--size`.
    pub options: String,
    /// What it says.
    pub spec: RunSpec,
}

impl Selected {
    /// Whether this is its check.
    pub(super) fn is_of(&self, check: &Check) -> bool {
        self.path == check.spec && self.options == check.options
    }

    /// Its name in its folder, and the options.
    fn name(&self) -> String {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let name = code(name.trim_end_matches(".toml"));
        match &*self.options {
            "" => name,
            options => format!("{name} {}", code(options)),
        }
    }

    /// Checks it, in a process of its own: so the peak of memory is that of this check.
    pub(super) fn check(&self, root: &Path) -> Result<Check, Failure> {
        let synod = std::env::current_exe()?.with_file_name("synod");
        let mut command = Command::new(synod);
        command.args(["check", &self.path, "--format", "json"]);
        command.args(self.options.split_whitespace());
        let output = command
            .current_dir(root)
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("{command:?}: {error}"))?;
        let line = String::from_utf8_lossy(&output.stdout);
        let line: Value = serde_json::from_str(&line)
            .map_err(|_| format!("{}: no report; {}", self.path, output.status))?;
        if line["as_expected"] != true {
            let why = [&line["differences"], &line["reason"]].map(Value::to_string);
            return Err(format!("{} is not as expected: {}", self.path, why.join(", ")).into());
        }
        let number = |key: &str| line[key].as_u64().unwrap_or_default();
        let copies = &line["exploration"]["copies"];
        let copy = |key: &str| copies[key].as_u64();
        let violated = line["properties"].as_array().into_iter().flatten();
        let violated = violated.filter(|it| it["kind"] == "always" && it["verdict"] == "violated");
        let length = |property: &Value| {
            let length = property["length"].as_u64()?.try_into().ok()?;
            Some((property["name"].as_str()?.to_owned(), length))
        };
        Ok(Check {
            spec: self.path.clone(),
            options: self.options.clone(),
            measured: here_and_now(),
            verdict: line["verdict"].as_str().unwrap_or_default().to_owned(),
            states: number("states") - copy("states").unwrap_or(0),
            worst_case: line["worst_case"]["deltas"].as_f64(),
            copies: copy("states"),
            depth: number("depth").try_into()?,
            generated: Some(number("generated") - copy("transitions").unwrap_or(0)),
            elapsed_seconds: rounded(line["elapsed_seconds"].as_f64().unwrap_or_default()),
            peak_memory_bytes: line["peak_memory_bytes"].as_u64(),
            collision_probability: line["collision_probability"].as_f64(),
            made_of: serde_json::from_value(line["made_of"].clone())?,
            violated: violated.filter_map(length).collect(),
        })
    }
}

/// To a thousandth: more says nothing about a time.
pub(super) fn rounded(seconds: f64) -> f64 {
    (seconds * 1e3).round() / 1e3
}

/// Whether a section is a table of run specs.
pub(super) fn has_specs(section: &Section) -> bool {
    let mut commands = section.commands.iter();
    commands.any(|command| command.starts_with(CHECK))
}

/// The run specs that the commands of a section check, each once: those that are named,
/// and those that are in a folder that is named and not larger than `--size` says. A
/// folder within that folder is a section of its own.
pub(super) fn selected(root: &Path, section: &Section) -> Result<Vec<Selected>, Failure> {
    let mut all: Vec<Selected> = Vec::new();
    for command in &section.commands {
        let Some(arguments) = command.strip_prefix(CHECK) else {
            continue;
        };
        let mut words = arguments.split_whitespace().peekable();
        let mut paths = Vec::new();
        while let Some(path) = words.next_if(|word| !word.starts_with('-')) {
            paths.push(path);
        }
        let mut options: Vec<_> = words.collect();
        let size = options.iter().position(|option| *option == "--size");
        let size = size.and_then(|at| options.drain(at..(at + 2).min(options.len())).nth(1));
        let size = Size::of_name(size.unwrap_or_default());
        for path in paths {
            for (path, spec) in specs(root, path, size)? {
                let options = options.join(" ");
                if !all
                    .iter()
                    .any(|it| it.path == path && it.options == options)
                {
                    all.push(Selected {
                        path,
                        options,
                        spec,
                    });
                }
            }
        }
    }
    Ok(all)
}

/// A run spec, or those in a folder up to this size, with their paths.
fn specs(root: &Path, path: &str, size: Size) -> Result<Vec<(String, RunSpec)>, Failure> {
    let about = |error: Failure| format!("{path}: {error}");
    let is_folder = root.join(path).is_dir();
    let mut paths = vec![path.to_owned()];
    if is_folder {
        let entries = fs::read_dir(root.join(path)).map_err(|error| about(error.into()))?;
        let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let files = files.filter(|file| file.extension().is_some_and(|end| end == "toml"));
        let names = files.filter_map(|file| Some(file.file_name()?.to_str()?.to_owned()));
        paths = names.map(|name| format!("{path}/{name}")).collect();
        paths.sort_unstable();
    }
    let mut specs = Vec::new();
    for path in paths {
        let about = |error: Failure| format!("{path}: {error}");
        let text = fs::read_to_string(root.join(&path)).map_err(|error| about(error.into()))?;
        let spec = parse(&text).map_err(|error| about(error.into()))?;
        if !is_folder || spec.size <= size {
            specs.push((path, spec));
        }
    }
    Ok(specs)
}

/// A run spec and its check.
struct Row<'a> {
    selected: &'a Selected,
    check: &'a Check,
}

/// What a column of a table of run specs shows of each.
type Cell = fn(&Row<'_>) -> String;

/// The columns that there are, by name.
const COLUMNS: &[(&str, Cell)] = &[
    ("spec", |row| row.selected.name()),
    ("says", |row| row.selected.spec.about.clone()),
    ("bounds", |row| bounds(&row.selected.spec)),
    ("result", result),
    ("states", |row| count(row.check.states)),
    ("worst case", |row| {
        known(row.check.worst_case, |deltas| format!("{deltas}Δ"))
    }),
    ("depth", |row| row.check.depth.to_string()),
    ("transitions", |row| known(row.check.generated, count)),
    ("time", |row| seconds(row.check.elapsed_seconds)),
    ("memory", |row| known(row.check.peak_memory_bytes, memory)),
    ("a collision", |row| {
        known(row.check.collision_probability, probability)
    }),
    ("made of", made_of),
];

/// The bounds, and which rule is not as in the paper.
fn bounds(spec: &RunSpec) -> String {
    let mutant = spec.mutant.map(|mutant| format!("; {mutant}"));
    spec.bounds.clone() + &mutant.unwrap_or_default()
}

fn probability(probability: f64) -> String {
    format!("{probability:.1e}")
}

fn known<F>(figure: Option<F>, written: fn(F) -> String) -> String {
    figure.map_or_else(String::new, written)
}

/// What is violated and what the spec says holds all the same; or that all claims hold.
fn result(row: &Row<'_>) -> String {
    let broken = &row.check.violated;
    if broken.is_empty() {
        return row.check.verdict.clone();
    }
    let breaks = format!("breaks {}", lengths(broken));
    match &row.selected.spec.expect {
        Expect::Violated { holds, .. } if !holds.is_empty() => {
            let verb = if holds.len() == 1 { "holds" } else { "hold" };
            format!("{breaks}; {} {verb}", holds.join(", "))
        }
        _ => breaks,
    }
}

/// Claims with the steps of their counterexamples, the shortest first.
fn lengths(violated: &BTreeMap<String, u32>) -> String {
    let mut violated: Vec<_> = violated.iter().collect();
    violated.sort_by_key(|&(_, length)| *length);
    let claims = violated
        .iter()
        .map(|(name, length)| format!("{name} {length}"));
    claims.collect::<Vec<_>>().join(", ")
}

fn made_of(row: &Row<'_>) -> String {
    let parts = row.check.made_of.iter();
    let parts = parts.map(|(part, many)| format!("{} {}", count(*many), part.replace('_', " ")));
    parts.collect::<Vec<_>>().join(", ")
}

/// A table of the run specs that were selected for a section.
pub(super) fn table_of(
    section: &Section,
    selected: &[Selected],
    checks: &[Check],
) -> Result<String, Failure> {
    let mut rows = Vec::new();
    for selected in selected {
        let check = checks.iter().find(|check| selected.is_of(check));
        let check = check.ok_or_else(|| {
            let (path, name) = (&selected.path, &section.name);
            format!("{path} was not measured yet: run scripts/results {name}")
        })?;
        rows.push(Row { selected, check });
    }
    rows.sort_by_key(|row| row.check.states);
    let table = match &*section.kind {
        "specs" => of_specs(&section.columns, &rows)?,
        "mutants" => of_mutants(&rows),
        "reductions" => of_reductions(&rows),
        kind => return Err(format!("there are no tables {kind:?} of run specs").into()),
    };
    let mut columns = section.columns.iter();
    Ok(
        if columns.any(|column| column == "time" || column == "memory") {
            format!("{table}\n{}\n", measured(&rows))
        } else {
            table
        },
    )
}

/// A row for each run spec.
fn of_specs(columns: &[String], rows: &[Row<'_>]) -> Result<String, Failure> {
    let mut cells = vec![Vec::new(); rows.len()];
    for column in columns {
        let known = COLUMNS.iter().find(|(name, _)| name == column);
        let Some((_, cell)) = known else {
            let names: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
            let names = names.join(", ");
            return Err(format!("there is no column {column:?}; there are {names}").into());
        };
        for (cells, row) in cells.iter_mut().zip(rows) {
            cells.push(cell(row));
        }
    }
    Ok(table(columns, &cells))
}

/// A row for each mutant: what its run specs expect to be violated, and what else was on
/// the way there, each with the fewest steps.
fn of_mutants(rows: &[Row<'_>]) -> String {
    let mut mutants: BTreeMap<&str, [BTreeMap<String, u32>; 2]> = BTreeMap::new();
    let mut order = Vec::new();
    for Row { selected, check } in rows {
        let mutant = selected.spec.mutant.unwrap_or("the paper's protocol");
        if !order.contains(&mutant) {
            order.push(mutant);
        }
        let [expected, others] = mutants.entry(mutant).or_default();
        let is_expected = |name: &str| matches!(&selected.spec.expect, Expect::Violated { property, .. } if property == name);
        for (name, &length) in &check.violated {
            let of = if is_expected(name) {
                &mut *expected
            } else {
                &mut *others
            };
            let fewest = of.entry(name.clone()).or_insert(length);
            *fewest = length.min(*fewest);
        }
        others.retain(|name, _| !expected.contains_key(name));
    }
    let rows = order.iter().map(|mutant| {
        let [expected, others] = &mutants[mutant];
        vec![(*mutant).to_owned(), lengths(expected), lengths(others)]
    });
    let head = ["mutant", "breaks, after steps", "and on the way there"];
    table(&head, &rows.collect::<Vec<_>>())
}

/// A row for each two run specs that differ in nothing but `reductions`.
fn of_reductions(rows: &[Row<'_>]) -> String {
    const KEY: &str = "reductions";
    let mut pairs = Vec::new();
    for full in rows {
        let settings = &full.selected.spec.settings;
        for reduced in rows {
            let mut rest = reduced.selected.spec.settings.clone();
            let Some(reductions) = rest.remove(KEY).filter(|_| rest == *settings) else {
                continue;
            };
            let bounds = full.selected.spec.bounds.clone();
            let [all, fewer] = [full, reduced].map(|row| count(row.check.states));
            pairs.push(vec![bounds, all, code(&reductions), fewer]);
        }
    }
    let head = ["bounds", "states", "reductions", "states that are left"];
    table(&head, &pairs)
}

/// When and where all rows were measured, by name those that were not measured with most
/// of the others.
fn measured(rows: &[Row<'_>]) -> String {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in rows {
        let group = groups.entry(&row.check.measured).or_default();
        group.push(row.selected.name());
    }
    let most = groups.iter().max_by_key(|(_, names)| names.len());
    let Some((&most, _)) = most else {
        return String::new();
    };
    let mut texts = vec![format!("Measured: {most}")];
    for (when, names) in groups.iter().filter(|(when, _)| **when != most) {
        texts.push(format!("{}: {when}", names.join(", ")));
    }
    texts.join("; ") + "."
}
