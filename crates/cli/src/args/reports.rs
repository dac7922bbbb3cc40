//! The reports that are written beside what is on standard output.

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The options on reports.
#[derive(Args, Debug)]
pub(crate) struct ReportOptions {
    /// Write a report too, beside what is on standard output; may be given several times. A file is written at the
    /// end, whole or not at all, also after Ctrl-C.
    ///
    /// json=FILE: one JSON object a spec (docs/report.schema.json). junit=FILE: JUnit. html=FILE: a page that says
    /// what came out and plays the counterexamples. gitlab=FILE: GitLab's Code Quality. markdown=FILE: the summary
    /// of a job, with counterexamples drawn. github: annotations on standard output, and the summary added to the
    /// file that $GITHUB_STEP_SUMMARY names.
    #[arg(long = "report", value_name = "KIND=FILE", value_parser = OsStringValueParser::new().try_map(|given| report(&given)), help_heading = "Reports")]
    pub(crate) reports: Vec<Wanted>,

    /// Write the counterexample to every violated property to this file, a JSON object a line. A file that exists
    /// is replaced at the end.
    #[arg(long, value_name = "FILE", value_parser = OsStringValueParser::new().try_map(trace_file), help_heading = "Reports")]
    pub(crate) trace_out: Option<PathBuf>,
}

impl ReportOptions {
    /// Whether counterexamples are to be played.
    pub(crate) fn play(&self) -> bool {
        let mut reports = self.reports.iter();
        reports.any(|report| matches!(report, Wanted::Html(_)))
    }

    /// Whether counterexamples are to be drawn.
    pub(crate) fn draw(&self) -> bool {
        let mut reports = self.reports.iter();
        reports.any(|report| matches!(report, Wanted::Markdown(_) | Wanted::GitHub))
    }
}

/// A report that is wanted, and its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Json(PathBuf),
    Junit(PathBuf),
    Html(PathBuf),
    GitLab(PathBuf),
    Markdown(PathBuf),
    GitHub,
}

impl Wanted {
    /// What the command line says, and the file; none if it has none.
    pub(crate) fn file(&self) -> Option<(String, &Path)> {
        let (kind, file) = match self {
            Self::Json(file) => ("json", file),
            Self::Junit(file) => ("junit", file),
            Self::Html(file) => ("html", file),
            Self::GitLab(file) => ("gitlab", file),
            Self::Markdown(file) => ("markdown", file),
            Self::GitHub => return None,
        };
        Some((format!("--report {kind}="), file))
    }
}

/// A report that is written to a file.
type ToFile = fn(PathBuf) -> Wanted;

/// The kinds that take a file.
const KINDS: &[(&str, ToFile)] = &[
    ("json", Wanted::Json),
    ("junit", Wanted::Junit),
    ("html", Wanted::Html),
    ("gitlab", Wanted::GitLab),
    ("markdown", Wanted::Markdown),
];

/// The report that the command line names.
pub(super) fn report(given: &OsStr) -> Result<Wanted, String> {
    let bytes = given.as_bytes();
    let mut parts = bytes.splitn(2, |byte| *byte == b'=');
    let kind = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let file = parts.next();
    if kind == "github" {
        return match file {
            None => Ok(Wanted::GitHub),
            Some(_) => Err("github has no file: it is `--report github`".to_owned()),
        };
    }
    let Some((_, make)) = KINDS.iter().find(|(name, _)| *name == kind) else {
        let names: Vec<_> = KINDS
            .iter()
            .map(|(name, _)| format!("{name}=FILE"))
            .collect();
        return Err(format!("it must be github or one of {}", names.join(", ")));
    };
    match file {
        None | Some(b"") => Err(format!("it needs a file: `--report {kind}=FILE`")),
        Some(b"-") => Err(format!(
            "it needs a file, such as /dev/stdout: `--report {kind}=FILE`"
        )),
        Some(file) => Ok(make(OsStr::from_bytes(file).into())),
    }
}

fn trace_file(given: OsString) -> Result<PathBuf, String> {
    let file = PathBuf::from(given);
    if file.extension().is_some_and(|ending| ending == "html") {
        let file = file.display();
        return Err(format!(
            "it is a file of JSON; for a page that plays them write `--report html={file}`"
        ));
    }
    Ok(file)
}
