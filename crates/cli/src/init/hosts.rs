//! What checks a folder on every push, for each host of repositories.

use super::{File, quoted};
use crate::args::Ci;
use crate::version::REVISION;
use std::fs;
use std::path::Path;

const WORKFLOW: &str = ".github/workflows/synod.yml";
const WORKFLOW_TEXT: &str = include_str!("github.yml");

const PART: &str = ".gitlab/synod.yml";
const PART_TEXT: &str = include_str!("gitlab.yml");
/// It has other parts as well, as a rule.
const WHOLE: &str = ".gitlab-ci.yml";
const WHOLE_TEXT: &str = "include:\n  - local: .gitlab/synod.yml\n";

/// The host that the remotes of a repository name, or else its files.
pub(super) fn suggested(root: &Path) -> Ci {
    // In a worktree of git this is no folder; then the files decide.
    let config = fs::read_to_string(root.join(".git/config")).unwrap_or_default();
    let mut lines = config.lines().map(str::trim_start);
    let is_gitlab = lines.find_map(|line| {
        let url = line.strip_prefix("url")?;
        let is_gitlab = url.contains("gitlab");
        (is_gitlab || url.contains("github")).then_some(is_gitlab)
    });
    let has_gitlab = || root.join(WHOLE).exists() && !root.join(".github").exists();
    if is_gitlab.unwrap_or_else(has_gitlab) {
        Ci::Gitlab
    } else {
        Ci::Github
    }
}

/// What lets a host check the folder `below` of its repository.
pub(super) fn files(ci: Ci, root: &Path, below: &Path) -> Vec<File> {
    let below = match below {
        root if root == Path::new("") => Path::new("."),
        below => below,
    };
    match ci {
        Ci::Github => vec![File {
            path: root.join(WORKFLOW),
            text: filled(WORKFLOW_TEXT, &below.display().to_string()),
            what_it_is: fill_in(
                "has GitHub check the folder on every push.",
                "the owner",
                "owner and revision",
            ),
            else_do: None,
        }],
        Ci::Gitlab => vec![
            File {
                path: root.join(PART),
                text: filled(PART_TEXT, &quoted(below)),
                what_it_is: fill_in(
                    "has GitLab check the folder on every push.",
                    "SYNOD_REPOSITORY",
                    "SYNOD_REPOSITORY and SYNOD_REVISION",
                ),
                else_do: None,
            },
            File {
                path: root.join(WHOLE),
                text: WHOLE_TEXT.to_owned(),
                what_it_is: format!("includes {PART}."),
                else_do: Some("\nAdd to it: include: [{ local: .gitlab/synod.yml }]"),
            },
        ],
    }
}

/// The revision that can be fetched: that of a program built from unchanged files.
fn revision() -> Option<&'static str> {
    REVISION.filter(|revision| !revision.ends_with("-dirty"))
}

fn filled(template: &str, folder: &str) -> String {
    let text = template.replace("FOLDER", folder);
    let Some(revision) = revision() else {
        // Where nothing stands, the host says what is missing.
        return text.replace("'REVISION'", "''");
    };
    text.replace("'REVISION'", &format!("'{revision}'"))
        .replace("@REVISION", &format!("@{revision}"))
}

/// What a file does, and what is to be filled in there: one thing, or both if this build is of
/// no revision that could be fetched.
fn fill_in(what_it_is: &str, one: &str, both: &str) -> String {
    match revision() {
        Some(_) => format!("{what_it_is}\nFill in {one} of Synod there."),
        None => format!(
            "{what_it_is}\nFill in {both} of Synod there: this build of Synod\n\
             is of no revision that could be fetched."
        ),
    }
}
