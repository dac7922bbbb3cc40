//! What checks a folder on every push, for each host of repositories.

use super::{File, no_option, quoted};
use crate::args::Ci;
use crate::version::REVISION;
use std::fs;
use std::path::{Path, PathBuf};

const WORKFLOW: &str = ".github/workflows/synod.yml";
const WORKFLOW_TEXT: &str = include_str!("github.yml");

const PART: &str = ".gitlab/synod.yml";
const PART_TEXT: &str = include_str!("gitlab.yml");
/// It has other parts as well, as a rule.
const WHOLE: &str = ".gitlab-ci.yml";
const WHOLE_TEXT: &str = "include:\n  - local: .gitlab/synod.yml\n";
const INCLUDE: &str = "
Add an entry to your `include` there:
  - local: .gitlab/synod.yml
Its job is in the stage `test`, which must be in `stages` if the file has any.";

/// The host that the remotes of a repository name, or else its files.
pub(super) fn suggested(root: &Path) -> Ci {
    let config = fs::read_to_string(git_folder(root).join("config")).unwrap_or_default();
    let is_gitlab = remotes(&config).find_map(|url| {
        let host = host(url)?.to_lowercase();
        let is_gitlab = host.contains("gitlab");
        (is_gitlab || host.contains("github")).then_some(is_gitlab)
    });
    let has_gitlab = || root.join(WHOLE).exists() && !root.join(".github").exists();
    if is_gitlab.unwrap_or_else(has_gitlab) {
        Ci::Gitlab
    } else {
        Ci::Github
    }
}

/// The folder with the config of a repository. In a worktree and in a submodule `.git` is a file
/// that says where it is; of a worktree there is one more such file.
fn git_folder(root: &Path) -> PathBuf {
    let git = root.join(".git");
    let Ok(text) = fs::read_to_string(&git) else {
        return git;
    };
    let Some(named) = text.trim_end().strip_prefix("gitdir: ") else {
        return git;
    };
    let own = root.join(named);
    match fs::read_to_string(own.join("commondir")) {
        Ok(common) => own.join(common.trim_end()),
        Err(_) => own,
    }
}

/// The addresses in the sections `[remote …]` of a config of git.
fn remotes(config: &str) -> impl Iterator<Item = &str> {
    let mut is_remote = false;
    config.lines().map(str::trim).filter_map(move |line| {
        if let Some(section) = line.strip_prefix('[') {
            let name = section.split([' ', '\t', ']', '"']).next();
            is_remote = name.is_some_and(|name| name.eq_ignore_ascii_case("remote"));
        }
        let (key, value) = line.split_once('=').filter(|_| is_remote)?;
        let is_url = key.trim_end().eq_ignore_ascii_case("url");
        is_url.then(|| value.trim().trim_matches('"'))
    })
}

/// The host of an address: of `https://me@host:port/path` or `me@host:path`. A folder has none.
fn host(url: &str) -> Option<&str> {
    let around = match url.split_once("://") {
        Some((_, rest)) => rest.split('/').next()?,
        None => url.split_once(':')?.0,
    };
    if around.contains('/') {
        return None;
    }
    let host = around.rsplit('@').next()?;
    host.split(':').next()
}

/// What lets a host check the folder `below` of its repository.
pub(super) fn files(ci: Ci, root: &Path, below: &Path) -> Vec<File> {
    let below = match below {
        root if root == Path::new("") => PathBuf::from("."),
        below => no_option(below),
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
                text: filled(PART_TEXT, &quoted(&below)),
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
                else_do: (!includes_part(root)).then_some(INCLUDE),
            },
        ],
    }
}

/// Whether the pipeline has the part already, by its name or by a pattern for its folder.
fn includes_part(root: &Path) -> bool {
    let text = fs::read_to_string(root.join(WHOLE)).unwrap_or_default();
    text.lines().any(|line| {
        let code = line.split('#').next().unwrap_or_default();
        code.contains(PART) || code.contains(".gitlab/*")
    })
}

/// The revision that can be fetched: that of a program built from unchanged files.
fn revision() -> Option<&'static str> {
    REVISION.filter(|revision| !revision.ends_with("-dirty"))
}

fn filled(template: &str, folder: &str) -> String {
    let text = match revision() {
        Some(revision) => template
            .replace("'REVISION'", &format!("'{revision}'"))
            .replace("@REVISION", &format!("@{revision}")),
        // Where nothing stands, the host says what is missing.
        None => template.replace("'REVISION'", "''"),
    };
    // Last: the name of the folder is not to be filled in.
    text.replace("FOLDER", folder)
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
