//! The command line of `synod step`.

use clap::Args;
use std::path::PathBuf;

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
  echo v | synod step SPEC
      The last state of a shortest violation, for a script.

Exit status: 0 the input has ended, or q was typed; 2 bad usage or bad spec.";
