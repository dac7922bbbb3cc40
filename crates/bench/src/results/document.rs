//! The sections of `docs/results.md`: each is a table between two comments, below the
//! commands that make it.
//!
//! ````markdown
//! ```console
//! $ synod check specs/complete --size large
//! ```
//!
//! <!-- results: specs complete | spec | bounds | states | depth | time -->
//!
//! | spec | bounds | …
//!
//! <!-- end of results -->
//! ````
//!
//! The first comment says what kind of table it is, which name the section has, and
//! which columns are wanted, where the kind leaves a choice.

use crate::failure::Failure;
use std::ops::Range;

const BEGIN: &str = "<!-- results: ";
const END: &str = "<!-- end of results -->";

/// A table and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// By which `scripts/results` knows it.
    pub name: String,
    /// What kind of table it is.
    pub kind: String,
    /// The columns that are wanted.
    pub columns: Vec<String>,
    /// The commands that stand above the table, since the heading or the last table.
    pub commands: Vec<String>,
    /// Where the table is in the text.
    table: Range<usize>,
}

/// All sections of a document.
///
/// # Errors
/// A comment is not what it should be.
pub(super) fn sections(text: &str) -> Result<Vec<Section>, Failure> {
    let (mut sections, mut commands, mut open) = (Vec::new(), Vec::new(), None);
    let mut end = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let begin = end;
        end += line.len();
        let line = line.trim_end();
        let wrong = |why: &str| Err(format!("docs/results.md:{number}: {why}").into());
        if let Some(comment) = line.strip_prefix(BEGIN) {
            let Some(mut section) = section(comment) else {
                return wrong("write `<!-- results: KIND NAME | column | … -->`");
            };
            section.commands = std::mem::take(&mut commands);
            section.table = end..end;
            if open.replace(section).is_some() {
                return wrong("the table before has no `<!-- end of results -->`");
            }
        } else if line == END {
            let Some(mut section) = open.take() else {
                return wrong("no table begins before its end");
            };
            section.table.end = begin;
            sections.push(section);
        } else if open.is_some() {
            // The table.
        } else if let Some(command) = line.strip_prefix("$ ") {
            commands.push(command.to_owned());
        } else if line.starts_with("## ") {
            commands.clear();
        }
    }
    match open {
        None => Ok(sections),
        Some(Section { name, .. }) => Err(format!("docs/results.md: {name} has no end").into()),
    }
}

/// What the first comment says.
fn section(comment: &str) -> Option<Section> {
    let mut cells = comment.strip_suffix(" -->")?.split(" | ");
    let (kind, name) = cells.next()?.split_once(' ')?;
    Some(Section {
        name: name.to_owned(),
        kind: kind.to_owned(),
        columns: cells.map(str::to_owned).collect(),
        commands: Vec::new(),
        table: 0..0,
    })
}

/// A document whose tables were written anew.
pub(super) struct Written {
    /// The document. A table that cannot be written is as it was.
    pub text: String,
    /// Why tables cannot be written.
    pub failures: Vec<String>,
}

/// Writes every table of a document anew.
///
/// # Errors
/// A comment is not what it should be.
pub(super) fn with_tables(
    text: &str,
    table: impl Fn(&Section) -> Result<String, Failure>,
) -> Result<Written, Failure> {
    let (mut written, mut end) = (String::new(), 0);
    let mut failures = Vec::new();
    for section in sections(text)? {
        match table(&section) {
            Ok(table) => {
                written += &text[end..section.table.start];
                written.extend(["\n", table.trim_end(), "\n\n"]);
                end = section.table.end;
            }
            Err(error) => failures.push(format!("section {}: {error}", section.name)),
        }
    }
    let text = written + &text[end..];
    Ok(Written { text, failures })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
## One
$ first
$ second
<!-- results: specs a | spec | states -->
$ no command: a table
<!-- end of results -->
$ third
<!-- results: mutants b -->
<!-- end of results -->
The end.
";

    #[test]
    fn a_section_has_the_commands_above_it_and_its_columns() {
        let sections = sections(TEXT).unwrap();
        let [a, b] = &sections[..] else {
            panic!("{sections:?}")
        };
        assert_eq!((&*a.name, &*a.kind), ("a", "specs"));
        assert_eq!(a.columns, ["spec", "states"]);
        assert_eq!(a.commands, ["first", "second"]);
        assert_eq!((&*b.name, &*b.kind), ("b", "mutants"));
        assert_eq!(b.commands, ["third"]);
    }

    #[test]
    fn only_tables_are_written() {
        let table = |section: &Section| Ok(format!("table {}", section.name));
        let written = with_tables(TEXT, table).unwrap().text;
        let wanted = TEXT.replace("$ no command: a table", "\ntable a\n");
        let wanted = wanted.replace("b -->\n", "b -->\n\ntable b\n\n");
        assert_eq!(written, wanted);
        assert_eq!(with_tables(&written, table).unwrap().text, written);
    }

    #[test]
    fn a_table_that_cannot_be_written_stays_as_it_was() {
        let table = |section: &Section| match &*section.name {
            "b" => Ok("table b".to_owned()),
            _ => Err("it was not measured".into()),
        };
        let written = with_tables(TEXT, table).unwrap();
        assert_eq!(
            written.text,
            TEXT.replace("b -->\n", "b -->\n\ntable b\n\n")
        );
        assert_eq!(written.failures, ["section a: it was not measured"]);
    }

    #[test]
    fn a_comment_that_is_wrong_is_refused_with_its_line() {
        let wrong = |text: &str| sections(text).unwrap_err().to_string();
        assert!(wrong("\n<!-- results: specs -->\n").contains("docs/results.md:2"));
        assert!(wrong(END).contains("no table begins"));
        assert!(wrong("<!-- results: specs a -->\n").contains("a has no end"));
    }
}
