//! The report `gitlab`: GitLab's Code Quality, which is shown in a merge request.

use crate::places::relative;
use crate::summary::{Grade, Summary, Told, cut, in_a_line};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use synod_checker::fingerprint::fingerprint;

/// What a merge request shows of a result is one line.
const LONGEST_DESCRIPTION: usize = 1000;

/// A result that a person should look at.
#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// An issue for each result that a person should look at, the loudest first.
pub(crate) fn text(summary: &Summary, root: &Path) -> String {
    let mut seen = BTreeMap::new();
    let told = summary.sorted().into_iter();
    let issues = told.filter_map(|told| Issue::of(told, root, &mut seen));
    let issues: Vec<_> = issues.collect();
    // Serialization cannot fail: there are strings, numbers and lists only.
    serde_json::to_string_pretty(&issues).unwrap_or_default() + "\n"
}

impl Issue {
    fn of<'a>(
        told: &'a Told,
        root: &Path,
        seen: &mut BTreeMap<(&'static str, &'a str), u64>,
    ) -> Option<Self> {
        let (check_name, severity) = match told.grade {
            Grade::Escaped => ("synod/not-caught", "blocker"),
            Grade::NotAsExpected => ("synod/not-as-expected", "critical"),
            Grade::NotChecked => ("synod/not-checked", "critical"),
            Grade::Inconclusive => ("synod/inconclusive", "major"),
            Grade::Changed => ("synod/changed", "minor"),
            Grade::AsExpected | Grade::LeftOut => return None,
        };
        let before = seen.entry((check_name, &told.name)).or_default();
        *before += 1;
        let description = format!("{}: {}", told.title(), told.sentences().join("; "));
        let (path, begin) = match &told.place {
            Some((file, line)) => (relative(file, root), *line),
            // GitLab wants a path.
            None => (told.name.clone(), 1),
        };
        Some(Self {
            description: cut(&in_a_line(&description), LONGEST_DESCRIPTION),
            check_name,
            fingerprint: identity(check_name, &told.name, *before),
            severity,
            location: Location {
                path,
                lines: Lines { begin },
            },
        })
    }
}

/// What tells an issue from others, and is the same in the next run: so GitLab tells what is new.
fn identity(check: &str, name: &str, occurrence: u64) -> String {
    let of = |half: u8| fingerprint(&(half, check, name, occurrence));
    format!("{:016x}{:016x}", of(1), of(2))
}
