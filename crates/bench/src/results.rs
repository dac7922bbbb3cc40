//! The tables of `docs/results.md`, written from what commands report: see
//! `ResultsOptions`.
//!
//! | module | what it has |
//! |---|---|
//! | `document` | the sections of the document, their commands, and where their tables are |
//! | `kept` | what was measured, as JSON in `docs/results` |
//! | `checks` | the tables of run specs |
//! | `comparisons` | the tables of other commands |
//! | `proofs` | the table of `synod prove` |
//! | `markdown` | how tables and figures are written |

mod checks;
mod comparisons;
mod document;
mod kept;
mod markdown;
mod proofs;

use crate::checkers::plot;
use crate::failure::Failure;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use document::{Section, Written};
use kept::{Kept, Output};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use synod_specs::Size;
use synod_terminal::{note, say_line};

/// Measures what docs/results.md shows, and writes its tables.
///
/// In docs/results.md each table stands between two comments, below the commands that
/// make it. For each SECTION these commands are run, what they report is kept as JSON
/// in docs/results, and the table is written from it. Everything else in the document is
/// written by hand, and stays.
///
/// A section is written when all its commands are done. If a run is interrupted or fails,
/// that section stays as it was. Times are worth keeping only from a quiet machine.
#[derive(clap::Args)]
#[command(
    override_usage = "scripts/results [OPTIONS] [SECTION]...",
    after_help = EXAMPLES
)]
pub(crate) struct ResultsOptions {
    /// The sections, as --list names them [default: all]
    #[arg(value_name = "SECTION")]
    sections: Vec<String>,
    /// Measure run specs up to this size again; other commands count as large
    #[arg(long, value_parser = sizes(), default_value = Size::Large.name())]
    size: Size,
    /// Measure nothing: write the tables from what is kept
    #[arg(long, conflicts_with = "list")]
    render: bool,
    /// Only say which sections there are, and how long they took
    #[arg(long)]
    list: bool,
}

const EXAMPLES: &str = "\
Examples:
  scripts/results --list
  scripts/results --size medium       every check that takes seconds or minutes
  scripts/results complete parliament
  scripts/results --render            after a change of the columns or of a run spec's words";

fn sizes() -> impl TypedValueParser<Value = Size> {
    PossibleValuesParser::new(Size::ALL.map(Size::name)).map(|name| Size::of_name(&name))
}

/// Measures the sections that are wanted, and writes the tables.
pub(crate) fn run(options: &ResultsOptions) -> Result<(), Failure> {
    let results = Results::of_checkout();
    let sections = results.wanted(&options.sections)?;
    if options.list {
        return results.list(&sections, options.size);
    }
    let mut checked = BTreeSet::new();
    for section in sections.iter().filter(|_| !options.render) {
        results.measure(section, options.size, &mut checked)?;
        // A table that is not complete yet may be in a section that is still to come.
        results.write()?;
    }
    match &results.write()?[..] {
        [] => Ok(()),
        failures => Err(failures.join("\n").into()),
    }
}

/// The document and what is kept beside it.
struct Results {
    root: PathBuf,
    document: PathBuf,
    kept: Kept,
}

impl Results {
    fn of_checkout() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        Self {
            document: root.join("docs/results.md"),
            kept: Kept(root.join("docs/results")),
            root,
        }
    }

    fn text(&self) -> Result<String, Failure> {
        let text = fs::read_to_string(&self.document);
        Ok(text.map_err(|error| format!("{}: {error}", self.document.display()))?)
    }

    /// The sections of these names, or all.
    fn wanted(&self, names: &[String]) -> Result<Vec<Section>, Failure> {
        let sections = document::sections(&self.text()?)?;
        if names.is_empty() {
            return Ok(sections);
        }
        let of_name = |name: &String| {
            let section = sections.iter().find(|section| section.name == *name);
            section.cloned().ok_or_else(|| {
                let known: Vec<_> = sections.iter().map(|section| &*section.name).collect();
                let known = known.join(", ");
                format!("there is no section {name:?}; the sections are {known}").into()
            })
        };
        names.iter().map(of_name).collect()
    }

    /// Names sections with the time that the last measurement of each took.
    fn list(&self, sections: &[Section], size: Size) -> Result<(), Failure> {
        for section in sections {
            let seconds = if checks::has_specs(section) {
                let selected = checks::selected(&self.root, section)?;
                let (checks, selected) = (self.kept.checks()?, selected.iter());
                let selected = selected.filter(|selected| selected.spec.size <= size);
                let own = selected.filter_map(|it| checks.iter().find(|check| it.is_of(check)));
                Some(own.map(|check| check.elapsed_seconds).sum())
            } else if size == Size::Large {
                self.kept.output(&section.name)?.elapsed_seconds
            } else {
                continue;
            };
            let time = seconds.map_or_else(|| "not known".to_owned(), markdown::seconds);
            say_line!("{:24}{time:>10}", section.name);
        }
        Ok(())
    }

    /// Runs the commands of a section and keeps what they report. A run spec that is in
    /// `checked` was checked for another section.
    fn measure(
        &self,
        section: &Section,
        size: Size,
        checked: &mut BTreeSet<(String, String)>,
    ) -> Result<(), Failure> {
        let name = &section.name;
        if !checks::has_specs(section) {
            if size == Size::Large {
                self.kept.keep_output(name, &self.output(section)?)?;
            }
            return Ok(());
        }
        let mut selected = checks::selected(&self.root, section)?;
        selected.retain(|it| {
            let is_new = !checked.contains(&(it.path.clone(), it.options.clone()));
            it.spec.size <= size && is_new
        });
        let mut checks = self.kept.checks()?;
        for (number, it) in (1..).zip(&selected) {
            note!("{name}: {number} of {}, {} …", selected.len(), it.path);
            let check = it.check(&self.root)?;
            checks.retain(|check| !it.is_of(check));
            checks.push(check);
        }
        checked.extend(selected.into_iter().map(|it| (it.path, it.options)));
        checks.retain(|check| self.root.join(&check.spec).exists());
        checks.sort_by(|a, b| (&a.spec, &a.options).cmp(&(&b.spec, &b.options)));
        self.kept.keep_checks(&checks)
    }

    /// Runs the command of a section that has no run specs.
    fn output(&self, section: &Section) -> Result<Output, Failure> {
        let [command] = &section.commands[..] else {
            return Err(format!("section {} has not one command", section.name).into());
        };
        note!("{}: {command} …", section.name);
        let mut words = command.split_whitespace();
        let program = match words.next().unwrap_or_default() {
            "synod" => std::env::current_exe()?.with_file_name("synod"),
            script => self.root.join(script),
        };
        let mut run = Command::new(program);
        run.args(words).args(match &*section.kind {
            "text" => &[][..],
            "proofs" => &["--format", "json"],
            _ => &["--json"],
        });
        let begun = Instant::now();
        let output = run.current_dir(&self.root).stderr(Stdio::inherit());
        let output = output
            .output()
            .map_err(|error| format!("{command}: {error}"))?;
        if !output.status.success() {
            return Err(format!("{command}: {}", output.status).into());
        }
        Ok(Output {
            command: command.clone(),
            measured: kept::here_and_now(),
            elapsed_seconds: Some(checks::rounded(begun.elapsed().as_secs_f64())),
            lines: comparisons::lines(section, &String::from_utf8(output.stdout)?)?,
        })
    }

    /// The document with its tables as they follow from what is kept.
    fn rendered(&self) -> Result<Written, Failure> {
        let checks = self.kept.checks()?;
        document::with_tables(&self.text()?, |section| {
            if checks::has_specs(section) {
                let selected = checks::selected(&self.root, section)?;
                checks::table_of(section, &selected, &checks)
            } else {
                comparisons::table_of(section, &self.kept.output(&section.name)?)
            }
        })
    }

    /// Where each picture is, and what it is as it follows from what is kept.
    fn pictures(&self) -> Result<Vec<(PathBuf, String)>, Failure> {
        let sections = document::sections(&self.text()?)?;
        let drawn = sections.iter().filter(|section| section.kind == "checkers");
        let picture = |section: &Section| {
            let path = self.document.with_file_name(comparisons::PLOT);
            Ok((path, plot::of(&self.kept.output(&section.name)?.lines)?))
        };
        drawn.map(picture).collect()
    }

    /// Writes the tables and pictures: why some of the tables cannot be written.
    fn write(&self) -> Result<Vec<String>, Failure> {
        let Written { text, failures } = self.rendered()?;
        kept::replace(&self.document, &text)?;
        for (path, picture) in self.pictures()? {
            kept::replace(&path, &picture)?;
        }
        Ok(failures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use checks::Selected;
    use kept::Check;
    use synod_specs::Expect;

    /// What is kept of a check and is not what its run spec pins.
    fn differences(selected: &Selected, check: &Check) -> Vec<String> {
        let length = |property: &String| check.violated.get(property).copied();
        let pairs = match &selected.spec.expect {
            Expect::Holds { states, depth, .. } => vec![
                (
                    "verdict",
                    check.verdict == "holds" && check.violated.is_empty(),
                ),
                ("states", states.is_none_or(|states| states == check.states)),
                ("depth", depth.is_none_or(|depth| depth == check.depth)),
            ],
            Expect::Violated {
                property,
                length: pinned,
                holds,
            } => vec![
                ("verdict", check.verdict == "violated"),
                ("property", length(property).is_some()),
                ("length", pinned.is_none() || *pinned == length(property)),
                ("holds", !holds.iter().any(|name| length(name).is_some())),
            ],
        };
        let differ = pairs.into_iter().filter(|(_, is_same)| !is_same);
        let path = &selected.path;
        differ
            .map(|(key, _)| format!("{path}: `{key}` of [expect]"))
            .collect()
    }

    #[test]
    fn no_table_of_the_document_was_written_by_hand() {
        let results = Results::of_checkout();
        let Written { text, failures } = results.rendered().unwrap();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
        let (rendered, text) = (text, results.text().unwrap());
        let lines = text.lines().zip(rendered.lines());
        let differs = lines.enumerate().find(|(_, (now, kept))| now != kept);
        assert!(
            text == rendered,
            "docs/results.md is not what docs/results says; `scripts/results --render` writes its \
             tables again. The first line that differs: {differs:#?}"
        );
    }

    #[test]
    fn pictures_are_drawn_from_what_is_kept() {
        for (path, picture) in Results::of_checkout().pictures().unwrap() {
            let drawn = fs::read_to_string(&path).unwrap();
            let path = path.display();
            assert!(
                drawn == picture,
                "`scripts/results --render` draws {path} again"
            );
        }
    }

    #[test]
    fn a_table_lacks_no_run_spec_that_its_commands_check() {
        let results = Results::of_checkout();
        let section = &results.wanted(&["complete".to_owned()]).unwrap()[0];
        let selected = checks::selected(&results.root, section).unwrap();
        let mut kept = results.kept.checks().unwrap();
        kept.retain(|check| !selected[0].is_of(check));
        let failure = checks::table_of(section, &selected, &kept).unwrap_err();
        let wanted = format!(
            "{} was not measured yet: run scripts/results complete",
            selected[0].path
        );
        assert_eq!(failure.to_string(), wanted);
    }

    #[test]
    fn every_check_that_is_kept_is_in_a_table_and_is_what_its_spec_expects() {
        let results = Results::of_checkout();
        let sections = results.wanted(&[]).unwrap();
        let sections = sections.iter().filter(|section| checks::has_specs(section));
        let selected =
            sections.flat_map(|section| checks::selected(&results.root, section).unwrap());
        let selected: Vec<_> = selected.collect();
        let mut wrong = Vec::new();
        for check in results.kept.checks().unwrap() {
            match selected.iter().find(|selected| selected.is_of(&check)) {
                Some(selected) => wrong.extend(differences(selected, &check)),
                None => wrong.push(format!("{}: is in no table", check.spec)),
            }
        }
        assert!(
            wrong.is_empty(),
            "`scripts/results SECTION` measures again:\n{}",
            wrong.join("\n")
        );
    }
}
