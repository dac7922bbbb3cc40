//! The command lines of `synod explore`, and of its other doors: `synod step` and `synod mcp`.

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
    #[arg(long, value_name = "FILE", requires = "spec", conflicts_with_all = ["port", "actors"])]
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

/// Step through the states of a run spec in the terminal.
///
/// Shows a state: what the last step changed, the ballots as the paper's Figure 1, the claims
/// that are violated; and the steps that are possible next, numbered. A number takes a step, u
/// undoes it, v loads a shortest run to a violation, h lists the commands. Commands are read from
/// standard input, a line each, so they may come from a file or a pipe as well.
#[derive(Args, Debug)]
#[command(after_long_help = STEP_EXAMPLES)]
pub(crate) struct StepOptions {
    /// The run spec: a file, or the name of a built-in one (see `synod list`).
    pub(crate) spec: PathBuf,
}

const STEP_EXAMPLES: &str = "\
Examples:
  synod step basic/two-competing-priests-hold
      Walk through the basic protocol: a number and Enter take a step.
  synod step basic/mutants/ignoring-prevVotes-breaks-B3
      Type v: the shortest run that breaks B3. Then b and n walk along it.
  printf '1\\n1\\ns\\n' | synod step SPEC
      Two steps and all variables, from a script.

Exit status: 0 the input has ended, or q was typed; 2 bad usage or bad spec.";

/// Serve the explorer to an assistant, by the Model Context Protocol.
///
/// An assistant starts this command itself, and asks over standard input and output. Register the
/// command synod with the argument mcp in its settings. Its tools are list, show, check, step,
/// explain and trace: they find run specs, check them, and tell how a violation comes about.
/// docs/explorer.md has an example.
#[derive(Args, Debug)]
#[command(after_long_help = MCP_EXAMPLES)]
pub(crate) struct McpOptions {
    /// A run spec to serve beside the built-in ones: a file. What it says is read once.
    pub(crate) spec: Option<PathBuf>,
}

const MCP_EXAMPLES: &str = "\
Example, for clients that keep their servers in a JSON file:
  {\"mcpServers\": {\"synod\": {\"command\": \"synod\", \"args\": [\"mcp\"]}}}

Exit status: 0 the input has ended; 2 bad usage, or the client does not speak the
protocol.";
