//! The command lines of the verbs about run specs that check nothing:
//! `synod list`, `synod show` and `synod init`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// List the built-in run specs, and what each expects.
///
/// These are the specs of the paper's protocols that come with this program: their
/// sizes, expected verdicts, and what each is about. `synod show NAME` prints one,
/// `synod check NAME` checks it.
#[derive(Args, Debug)]
pub(crate) struct ListOptions {
    /// Only those whose names begin with this, such as basic or basic/mutants, or else those that contain it.
    #[arg(default_value = "", hide_default_value = true)]
    pub(crate) prefix: String,

    /// What to write on standard output.
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    pub(crate) format: ListFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A table to read.
    Human,
    /// A JSON object a line, one for each spec.
    Json,
}

/// Print a built-in run spec.
///
/// To change one, write it to a file: `synod show NAME > FILE`.
#[derive(Args, Debug)]
pub(crate) struct ShowOptions {
    /// The name, as `synod list` shows it.
    pub(crate) name: PathBuf,
}

/// Begin run specs of your own, with a check on every push.
///
/// Writes a run spec that explains every line to DIR. In a git repository it also writes
/// what checks DIR on every push: a GitHub workflow, .github/workflows/synod.yml, or a part of
/// the configuration of GitLab, .gitlab/synod.yml. A file that exists is never overwritten.
#[derive(Args, Debug)]
#[command(after_long_help = INIT_EXAMPLES)]
pub(crate) struct InitOptions {
    /// A folder for run specs and nothing else. It is made if it is not there.
    #[arg(value_name = "DIR", default_value = "specs")]
    pub(crate) folder: PathBuf,

    /// Which host checks DIR. Default: what the remotes or the files of the repository suggest, or else GitHub.
    #[arg(long, value_enum)]
    pub(crate) ci: Option<Ci>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ci {
    /// GitHub Actions.
    Github,
    /// GitLab CI/CD.
    Gitlab,
}

const INIT_EXAMPLES: &str = "\
Examples:
  synod init
      Write a first spec.
  synod check specs
      Check it.

Exit status: 0 something was written; 2 all is there already, or cannot be written.";
