//! The options of `synod node` from a configuration file and from the environment, beside those of the
//! command line. What is given nearer goes before: the command line before the environment before the file.
//!
//! They become options of the command line, so that each option is described once. Each is tried alone
//! first, so that a complaint can say where it stands.

mod file;

use crate::args::Arguments;
use crate::diagnostics::Complaint;
use clap::error::{ContextKind, ErrorKind};
use clap::{ArgAction, Command, CommandFactory};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::ops::Range;

/// The prefix of an environment variable that sets an option. The rest of the variable's name is the name of
/// the option in capitals, with `_` for `-`.
const PREFIX: &str = "SYNOD_NODE_";

/// An option that is given elsewhere than on the command line.
struct Setting {
    /// The name of the option, without its hyphens.
    name: String,
    /// The value of the option; `true` or `false` for an option that takes none.
    value: Value,
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Text(String),
    Switch(bool),
}

/// Where an option is given.
enum Place {
    Variable(String),
    File {
        path: String,
        text: String,
        span: Range<usize>,
    },
}

impl Place {
    /// Whether an option can be given here. A file is found by the option `config`, and with
    /// `check-config` in it no node would ever start.
    fn may_have(&self, name: &str) -> bool {
        match self {
            Self::Variable(_) => name != "help",
            Self::File { .. } => !["help", file::OPTION, "check-config"].contains(&name),
        }
    }

    fn complaint(&self, message: String, help: impl Into<String>) -> Complaint {
        match self {
            Self::Variable(name) => Complaint::about(format!("{name}: {message}"), help),
            Self::File { path, text, span } => Complaint::Within {
                path: path.clone(),
                text: text.clone(),
                span: span.clone(),
                message,
                help: help.into(),
            },
        }
    }
}

/// Adds to a command line of `synod node` what is given elsewhere. Others stay as they are.
///
/// # Errors
/// A file cannot be read; there is no such option; or its value is wrong.
pub(crate) fn complete(
    mut line: Vec<OsString>,
    variables: impl Iterator<Item = (String, String)>,
) -> Result<Vec<OsString>, Complaint> {
    if line.get(1).is_none_or(|verb| verb != "node") {
        return Ok(line);
    }
    let command = node_command();
    let mut known = given(&line);
    if known.contains("help") {
        return Ok(line);
    }
    let of_environment = variables.filter_map(|(name, value)| of_variable(name, value));
    let mut settings: Vec<_> = of_environment.collect();
    settings.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(path) = file::named(&line, &settings) {
        settings.extend(file::read(&path)?);
    }
    for setting in settings {
        let option = as_option(&command, &setting)?;
        if known.insert(setting.name.clone()) {
            line.extend(option);
        }
    }
    Ok(line)
}

fn node_command() -> Command {
    let arguments = Arguments::command();
    let node = arguments.find_subcommand("node").cloned();
    node.unwrap_or_default()
        .mut_args(|argument| argument.required(false))
}

/// The names of the options of a command line.
fn given(line: &[OsString]) -> BTreeSet<String> {
    let words = line.iter().skip(2).filter_map(|word| word.to_str());
    let names = words.filter_map(|word| match word {
        "-h" => Some("help"),
        word => word.strip_prefix("--"),
    });
    names
        .map(|name| name.split('=').next().unwrap_or(name).to_owned())
        .collect()
}

fn of_variable(variable: String, value: String) -> Option<Setting> {
    let name = variable.strip_prefix(PREFIX)?;
    let value = match value.as_str() {
        "true" => Value::Switch(true),
        "false" => Value::Switch(false),
        _ => Value::Text(value),
    };
    Some(Setting {
        name: name.to_ascii_lowercase().replace('_', "-"),
        value,
        place: Place::Variable(variable),
    })
}

/// The option as a word of the command line; none for one that is off.
fn as_option(command: &Command, setting: &Setting) -> Result<Option<OsString>, Complaint> {
    let Setting { name, value, place } = setting;
    let mut arguments = command.get_arguments();
    let argument = arguments.find(|argument| argument.get_long() == Some(name));
    let Some(argument) = argument.filter(|_| place.may_have(name)) else {
        let names = command.get_arguments().filter_map(clap::Arg::get_long);
        let names: Vec<_> = names.filter(|name| place.may_have(name)).collect();
        let help = format!("the options are: {}", names.join(", "));
        return Err(place.complaint(format!("there is no option `{name}`"), help));
    };
    let is_switch = matches!(argument.get_action(), ArgAction::SetTrue);
    let option = match value {
        Value::Switch(true) if is_switch => format!("--{name}"),
        Value::Switch(false) if is_switch => return Ok(None),
        Value::Text(text) if !is_switch => format!("--{name}={text}"),
        Value::Text(text) => {
            let message = format!("`{name}` is on or off, and not {text:?}");
            return Err(place.complaint(message, "write true or false"));
        }
        Value::Switch(_) => {
            let message = format!("`{name}` takes a value");
            let help = "`synod node --help` explains the options";
            return Err(place.complaint(message, help));
        }
    };
    match command.clone().try_get_matches_from(["node", &option]) {
        Err(error) if error.kind() == ErrorKind::ValueValidation => Err(place.complaint(
            reason(&error, name),
            "`synod node --help` explains the options",
        )),
        // clap may refuse this line because other options are missing. Those are looked for later,
        // in the whole command line.
        _ => Ok(Some(option.into())),
    }
}

/// Why clap refuses the value of the option `name`. The usage that clap adds is left out.
fn reason(error: &clap::Error, name: &str) -> String {
    let value = error.get(ContextKind::InvalidValue);
    let value = value.map(ToString::to_string).unwrap_or_default();
    match std::error::Error::source(error) {
        Some(source) => format!("`{name}` cannot be {value:?}: {source}"),
        None => format!("`{name}` cannot be {value:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(line: &[&str], variables: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let words = line.iter().map(OsString::from).collect();
        let variables = variables.iter();
        let variables = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        match complete(words, variables) {
            Ok(line) => Ok(line
                .into_iter()
                .map(|word| word.into_string().unwrap())
                .collect()),
            Err(complaint) => Err(complaint.in_a_line()),
        }
    }

    #[test]
    fn variables_are_options_unless_the_command_line_has_them() {
        let variables = [
            ("SYNOD_NODE_ID", "2"),
            ("SYNOD_NODE_PRESENCE", "50ms"),
            ("SYNOD_NODE_TRACE", "true"),
            ("SYNOD_NODE_INSECURE", "false"),
            ("SYNOD_THEME", "dark"),
        ];
        let line = completed(&["synod", "node", "--id", "1"], &variables).unwrap();
        let expected = ["synod", "node", "--id", "1", "--presence=50ms", "--trace"];
        assert_eq!(line, expected);
        assert_eq!(completed(&["synod", "check"], &variables).unwrap().len(), 2);
        let help = ["synod", "node", "--help"];
        assert_eq!(completed(&help, &variables).unwrap(), help);
    }

    #[test]
    fn a_variable_that_is_wrong_is_named() {
        let line = ["synod", "node"];
        for (name, value, expected) in [
            (
                "SYNOD_NODE_ABSENT",
                "1",
                "SYNOD_NODE_ABSENT: there is no option `absent`",
            ),
            (
                "SYNOD_NODE_ID",
                "0",
                "SYNOD_NODE_ID: `id` cannot be \"0\": it must be a whole number from 1 to 64",
            ),
            (
                "SYNOD_NODE_TRACE",
                "yes",
                "SYNOD_NODE_TRACE: `trace` is on or off, and not \"yes\"",
            ),
            ("SYNOD_NODE_ID", "true", "SYNOD_NODE_ID: `id` takes a value"),
        ] {
            let refused = completed(&line, &[(name, value)]).unwrap_err();
            assert_eq!(refused, expected);
        }
    }

    #[test]
    fn every_option_of_the_node_can_be_given_elsewhere() {
        let command = node_command();
        let count = command.get_arguments().count();
        assert!(count > 15, "{count}");
        for argument in command.get_arguments() {
            let name = argument.get_long().unwrap();
            if name != "help" {
                let variable = format!("{PREFIX}{}", name.to_ascii_uppercase().replace('-', "_"));
                let setting = of_variable(variable, String::new()).unwrap();
                assert_eq!(setting.name, name);
            }
        }
    }
}
