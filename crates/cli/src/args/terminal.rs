//! How `synod check` uses the terminal.

use clap::{Args, ValueEnum};
use synod_report::style::Theme;

#[derive(Args, Debug)]
#[command(next_help_heading = "Terminal")]
pub(crate) struct TerminalOptions {
    /// Show the bounds, every property and the counterexample of each spec. Without this they are shown of a spec
    /// that is checked alone, or that does not do what it expects.
    #[arg(long, short)]
    pub(crate) verbose: bool,

    /// Show only what is not as expected, and the summary.
    #[arg(long, short, conflicts_with_all = ["verbose", "coverage"])]
    pub(crate) quiet: bool,

    /// Check again whenever a spec changes, until Ctrl-C; the exit status is that of the last run. When the program
    /// itself was built anew, the new one goes on.
    #[arg(long, conflicts_with_all = ["hosts", "checkpoint"])]
    pub(crate) watch: bool,

    /// For which ground the colours are chosen. Default: the value of SYNOD_THEME, or colours that can be read on
    /// both. NO_COLOR takes them away, CLICOLOR_FORCE=1 keeps them in a pipe.
    #[arg(long)]
    pub(crate) theme: Option<ThemeName>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ThemeName {
    /// Light colours, for a dark ground.
    Dark,
    /// Dark colours, for a light ground.
    Light,
    /// No colours.
    Plain,
}

impl From<ThemeName> for Theme {
    fn from(name: ThemeName) -> Self {
        match name {
            ThemeName::Dark => Self::Dark,
            ThemeName::Light => Self::Light,
            ThemeName::Plain => Self::Plain,
        }
    }
}
