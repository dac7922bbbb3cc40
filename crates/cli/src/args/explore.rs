//! The command line of `synod explore`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Look at the states of a run spec in a browser.
///
/// The page shows a run as a space-time diagram, the ballots as the paper's Figure 1, the state
/// of each process, and the steps that are possible next. One click shows how a wrong protocol
/// goes wrong, in the fewest steps. A link to a state outlives a build. The server is for this
/// machine only; Ctrl-C ends it. docs/explorer.md has more.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct ExploreOptions {
    /// The run spec to begin with: a file, or the name of a built-in one (see `synod list`). The page has all
    /// built-in ones.
    pub(crate) spec: Option<PathBuf>,

    /// Which page to serve.
    #[arg(long, value_enum, default_value_t = Ui::Own)]
    pub(crate) ui: Ui,

    /// Show the processes of the complete protocol, or of the parliament, as Stateright's actors, with a
    /// sequence diagram of the steps so far. For specs without crashes and reductions.
    #[arg(long, requires = "spec")]
    pub(crate) actors: bool,

    /// The port at 127.0.0.1; 0 for any that is free.
    #[arg(long, default_value_t = 3000)]
    pub(crate) port: u16,

    /// Serve nothing: write the shortest violation of the spec to this file, as a page that plays it (.html), a
    /// Mermaid diagram (.mmd), or a trace of Apalache and Quint (.itf.json). A file that exists is replaced.
    #[arg(long, value_name = "FILE", requires = "spec", conflicts_with_all = ["actors", "port", "ui"])]
    pub(crate) export: Option<PathBuf>,
}

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ui {
    /// Our own.
    #[value(name = "synod")]
    Own,
    /// That of Stateright's Explorer. Needs a spec without the key `inductive`.
    Stateright,
}

const EXAMPLES: &str = "\
Examples:
  synod explore
      Choose a spec on the page.
  synod explore basic/mutants/ignoring-prevVotes-breaks-B3
      Begin with a protocol that is wrong.
  synod explore SPEC --export run.html
      A file that plays the shortest violation, to attach to an issue.

Exit status: 0 a file was written; 2 bad usage or bad spec; 5 nothing was found
to write.";

/// Learn Paxos in ten minutes, in a browser.
///
/// A guided lesson: Figure 1 of the paper, what B3 asks, a rule dropped, the basic protocol by
/// hand, two presidents, and the error in the paper's own protocol. You say what will happen
/// before you see it. The server is for this machine only; Ctrl-C ends it.
#[derive(Args, Debug)]
pub(crate) struct LearnOptions {
    /// The port at 127.0.0.1; 0 for any that is free.
    #[arg(long, default_value_t = 3000)]
    pub(crate) port: u16,
}
