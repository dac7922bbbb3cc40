//! `synod list`: the run specs that are built in.

use crate::args::{ListFormat, ListOptions};
use crate::diagnostics::Complaint;
use crate::output::{BOLD, DIM, say};
use crate::specs::{self, FoundSpec, embedded};
use crate::status::Status;
use serde_json::json;
use std::fmt::Write;
use synod_report::plurals::plural;
use synod_specs::Expect;
use synod_terminal::wrapped;

const SIZE: usize = 8;

/// The version of the objects of `--format json`. It changes when a field goes or
/// changes its meaning, not when one is added.
const SCHEMA: u32 = 1;

/// Lists those whose names begin with what is wanted; if there are none, those that have it
/// in their names.
///
/// # Errors
/// There are none.
pub(crate) fn list(options: &ListOptions) -> Result<Status, Complaint> {
    let specs = wanted(&options.prefix)?;
    say(&match options.format {
        ListFormat::Human => table(&specs),
        ListFormat::Json => lines(&specs),
    });
    Ok(Status::AsExpected)
}

fn wanted(prefix: &str) -> Result<Vec<FoundSpec>, Complaint> {
    let plain = embedded::plain(prefix);
    let chosen = |is_wanted: fn(&str, &str) -> bool| {
        let specs = embedded::all().filter(move |spec| is_wanted(spec.name, plain));
        specs.map(specs::built_in).collect::<Result<Vec<_>, _>>()
    };
    let mut specs = chosen(|name, prefix| name.starts_with(prefix))?;
    if specs.is_empty() {
        specs = chosen(|name, part| name.contains(part))?;
    }
    if specs.is_empty() {
        let help = embedded::meant(prefix.as_ref());
        let help = help.unwrap_or_else(|| "`synod list` shows all names".to_owned());
        return Err(Complaint::about(
            format!("no built-in run spec has {prefix:?} in its name"),
            help,
        ));
    }
    Ok(specs)
}

/// Two lines a spec. The name comes last: it is long, and nothing has to stand beside it.
fn table(specs: &[FoundSpec]) -> String {
    let heading = "expected verdict";
    let verdicts: Vec<_> = specs
        .iter()
        .map(|found| expected(&found.spec.expect))
        .collect();
    let lengths = verdicts.iter().map(|verdict| verdict.chars().count());
    let width = lengths.fold(heading.len(), usize::max);
    let mut text = format!("{BOLD}{:SIZE$}{heading:width$}  name{BOLD:#}\n", "size");
    for (FoundSpec { name, spec, .. }, verdict) in specs.iter().zip(verdicts) {
        let (size, about) = (spec.size.name(), wrapped(&spec.about, 4));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{size:SIZE$}{verdict:width$}  {name}");
        let _ = writeln!(text, "{DIM}    {about}{DIM:#}");
    }
    let count = specs.len();
    let noun = plural(count as u64, "spec", "specs");
    let _ = writeln!(
        text,
        "\n{count} {noun}. `synod show NAME` prints one, `synod check NAME` checks it."
    );
    text
}

/// In the words of a report.
fn expected(expect: &Expect) -> String {
    match expect {
        Expect::Holds { .. } => "holds".to_owned(),
        Expect::Violated {
            property,
            length: Some(length),
            ..
        } => format!("violates {property} in {length}"),
        Expect::Violated { property, .. } => format!("violates {property}"),
    }
}

/// A JSON object a line, with the fields that `synod check --format json` has too.
fn lines(specs: &[FoundSpec]) -> String {
    let lines = specs.iter().map(|FoundSpec { name, spec, .. }| {
        let line = json!({
            "schema": SCHEMA,
            "spec": name,
            "about": spec.about,
            "protocol": spec.protocol,
            "mutant": spec.mutant,
            "bounds": spec.bounds,
            "size": spec.size.name(),
            "expected": spec.expect,
        });
        format!("{line}\n")
    });
    lines.collect()
}
