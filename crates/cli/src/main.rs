//! `synod`: checks the protocols of "The Part-Time Parliament", and runs them.
//!
//! One file for each verb; modules that verbs share lie beside them.

mod args;
mod audit;
mod check;
mod diagnostics;
mod diff;
mod engines;
mod explore;
mod files;
mod find;
mod init;
mod library;
mod list;
mod man;
mod mcp;
mod memory;
#[cfg(feature = "node")]
mod nodes;
mod output;
mod parting;
mod progress;
mod prove;
mod saved;
mod searches;
mod show;
mod specs;
mod status;
mod step;
mod traces;
mod version;

use crate::args::{Arguments, ThemeName, Verb};
use crate::diagnostics::{Complaint, refuse, warn};
use crate::status::Status;
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, Parser, ValueEnum};
use signal_hook::consts::SIGXFSZ;
use std::process::ExitCode;
use std::sync::Arc;
use synod_report::style::{Theme, use_theme};
use synod_terminal::{note, say};

fn main() -> ExitCode {
    // With this handler, a file that has reached its size limit (ulimit -f) is an error
    // where it is written. Without it, SIGXFSZ would end the process.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
    use_theme(theme());
    #[cfg(feature = "node")]
    let read = read_command_line();
    #[cfg(not(feature = "node"))]
    let read = Ok(Arguments::try_parse());
    let status = match read {
        Ok(Ok(arguments)) => run(arguments.verb).unwrap_or_else(|complaint| refuse(&complaint)),
        Ok(Err(error)) => say_of_usage(error),
        Err(complaint) => refuse(&complaint),
    };
    let lost = output::lost_output();
    lost.map_or(status, |complaint| refuse(&complaint)).into()
}

/// The command line, with what the configuration file of a node and the environment add.
#[cfg(feature = "node")]
fn read_command_line() -> Result<clap::error::Result<Arguments>, Complaint> {
    let line = nodes::settings::complete(std::env::args_os().collect(), std::env::vars_os())?;
    Ok(Arguments::try_parse_from(line))
}

/// The theme that the environment names. A name that is none is no reason to do nothing.
fn theme() -> Theme {
    let name = std::env::var("SYNOD_THEME").unwrap_or_default();
    match ThemeName::from_str(&name, true) {
        Ok(theme) => return theme.into(),
        Err(_) if name.is_empty() => {}
        Err(_) => warn(&format!(
            "SYNOD_THEME is `{name}`, and the themes are dark, light and plain"
        )),
    }
    Theme::default()
}

/// Does it.
///
/// # Errors
/// Nothing can be done with what was given.
fn run(verb: Verb) -> Result<Status, Complaint> {
    match verb {
        Verb::Check(options) => check::check(&options),
        Verb::Diff(options) => diff::diff(&options),
        Verb::Find(options) => find::find(&options),
        Verb::List(options) => list::list(&options),
        Verb::Show(options) => show::show(&options),
        Verb::Init(options) => init::init(&options),
        Verb::Explore(options) => explore::explore(&options),
        Verb::Learn(options) => explore::learn(&options),
        Verb::Step(options) => step::step(&options),
        Verb::Mcp(options) => mcp::mcp(&options),
        Verb::Traces(options) => traces::traces(&options),
        Verb::Audit(options) => audit::audit(&options),
        Verb::Prove(options) => prove::prove(&options),
        #[cfg(feature = "node")]
        Verb::OfNodes(verb) => nodes::run(verb),
        Verb::Completions { shell } => {
            let (mut command, mut script) = (Arguments::command(), Vec::new());
            clap_complete::generate(shell, &mut command, "synod", &mut script);
            say(&String::from_utf8_lossy(&script));
            Ok(Status::AsExpected)
        }
        Verb::Man(options) => man::man(&options),
    }
}

/// The verbs that only a program with the feature `node` has.
const VERBS_OF_NODES: [&str; 6] = ["cluster", "client", "node", "backup", "restore", "cert"];

/// Adds what may be meant by a verb that there is not, where clap does not say it.
fn add_tip(error: &mut clap::Error) {
    /// Of 1, at which names are equal.
    const CLOSE: f64 = 0.8;
    let verb = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(verb)) => verb.clone(),
        _ => return,
    };
    if !cfg!(feature = "node") && VERBS_OF_NODES.contains(&&*verb) {
        let tip = "this program was built without the feature `node`, which has it".to_owned();
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(
            ContextKind::Suggested,
            ContextValue::StyledStrs(vec![tip.into()]),
        );
        return;
    }
    if error.get(ContextKind::SuggestedSubcommand).is_some() {
        return;
    }
    if verb == "version" {
        let tip = "`synod --version` tells the version".to_owned().into();
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
        return;
    }
    let command = Arguments::command();
    let verbs = command.get_subcommands().map(clap::Command::get_name);
    let close = verbs.filter(|name| strsim::jaro_winkler(name, &verb) >= CLOSE);
    let close: Vec<_> = close.map(str::to_owned).collect();
    if !close.is_empty() {
        error.insert(
            ContextKind::SuggestedSubcommand,
            ContextValue::Strings(close),
        );
    }
}

/// Reports what is wrong with the command line, or prints the help that it asks for.
fn say_of_usage(mut error: clap::Error) -> Status {
    add_tip(&mut error);
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        note(text.trim_end_matches('\n'));
        return Status::BadInput;
    }
    say(&text);
    Status::AsExpected
}
