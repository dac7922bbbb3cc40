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
use std::ffi::{OsStr, OsString};
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

    const fn is_variable(&self) -> bool {
        matches!(self, Self::Variable(_))
    }

    fn empty(&self, name: &str) -> Complaint {
        self.complaint(
            format!("`{name}` is empty"),
            "give a value, or leave it out",
        )
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
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Vec<OsString>, Complaint> {
    if line.get(1).is_none_or(|verb| verb != "node") {
        return Ok(line);
    }
    let command = node_command();
    let mut known = given(&line);
    if known.contains("help") {
        return Ok(line);
    }
    let of_environment = variables.filter_map(|(name, value)| of_variable(&name, &value));
    let mut settings = of_environment.collect::<Result<Vec<_>, _>>()?;
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

/// `None` if the variable is for others. One that is not text is refused: without it, a node could let in everybody.
fn of_variable(variable: &OsStr, value: &OsStr) -> Option<Result<Setting, Complaint>> {
    let variable = variable.to_string_lossy();
    let name = variable.strip_prefix(PREFIX)?;
    let name = name.to_ascii_lowercase().replace('_', "-");
    let place = Place::Variable(variable.into_owned());
    Some(match value.to_str() {
        None => {
            let message = format!("{} is not UTF-8", value.display());
            let help = format!("give it on the command line: --{name}");
            Err(place.complaint(message, help))
        }
        Some("") => Err(place.empty(&name)),
        Some(text) => Ok(Setting {
            value: Value::Text(text.to_owned()),
            name,
            place,
        }),
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
        Value::Text(text) if text.is_empty() => return Err(place.empty(name)),
        Value::Text(text) if !is_switch => format!("--{name}={text}"),
        // In the environment everything is text.
        Value::Text(text) if place.is_variable() && text == "true" => format!("--{name}"),
        Value::Text(text) if place.is_variable() && text == "false" => return Ok(None),
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
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
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
            (
                "SYNOD_NODE_ID",
                "true",
                "SYNOD_NODE_ID: `id` cannot be \"true\": it must be a whole number from 1 to 64",
            ),
            ("SYNOD_NODE_USERS", "", "SYNOD_NODE_USERS: `users` is empty"),
            (
                "SYNOD_NODE_CONFIG",
                "",
                "SYNOD_NODE_CONFIG: `config` is empty",
            ),
        ] {
            let refused = completed(&line, &[(name, value)]).unwrap_err();
            assert_eq!(refused, expected);
        }
    }

    /// Without it, the node would let in everybody.
    #[test]
    fn a_variable_that_is_no_text_is_refused() {
        use std::os::unix::ffi::OsStringExt;
        let value = OsString::from_vec(b"us\xe9rs.toml".to_vec());
        let variables = [("SYNOD_NODE_USERS".into(), value)];
        let line = vec!["synod".into(), "node".into()];
        let refused = complete(line, variables.into_iter()).unwrap_err();
        let expected = "SYNOD_NODE_USERS: us\u{fffd}rs.toml is not UTF-8";
        assert_eq!(refused.in_a_line(), expected);
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
                let setting = of_variable(variable.as_ref(), "1".as_ref()).unwrap();
                let setting = setting.map_err(|complaint| complaint.in_a_line());
                assert_eq!(setting.map(|setting| setting.name), Ok(name.to_owned()));
            }
        }
    }
}
