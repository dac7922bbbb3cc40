//! A configuration file: TOML, with the names of the options as its keys.

use super::{Place, Setting, Value};
use crate::diagnostics::Complaint;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The option that names the file.
pub(super) const OPTION: &str = "config";

const HELP: &str =
    "a configuration file is TOML, with a line like `presence = \"100ms\"` for each option";

/// The file that the command line names, or else the environment.
pub(super) fn named(line: &[OsString], settings: &[Setting]) -> Option<PathBuf> {
    let mut words = line.iter().skip(2);
    while let Some(word) = words.next() {
        match word.to_str()?.strip_prefix("--config") {
            Some("") => return words.next().map(PathBuf::from),
            Some(rest) if rest.starts_with('=') => return Some(PathBuf::from(&rest[1..])),
            _ => {}
        }
    }
    let mut settings = settings.iter();
    let setting = settings.find(|setting| setting.name == OPTION)?;
    match &setting.value {
        Value::Text(path) => Some(PathBuf::from(path)),
        Value::Switch(_) => None,
    }
}

/// The options in a file.
pub(super) fn read(path: &Path) -> Result<Vec<Setting>, Complaint> {
    let text = fs::read_to_string(path).map_err(|error| Complaint::file(path, error, HELP))?;
    let place = |span| Place::File {
        path: path.display().to_string(),
        text: text.clone(),
        span,
    };
    let table = DeTable::parse(&text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        place(span).complaint(error.message().to_owned(), HELP)
    })?;
    let entries = table.get_ref().iter();
    let settings = entries.map(|(key, value)| {
        let name = key.get_ref().to_string();
        let place = place(key.span().start..value.span().end);
        if name == OPTION {
            let help = "name it on the command line, or in SYNOD_NODE_CONFIG";
            return Err(place.complaint("a file cannot name another one".to_owned(), help));
        }
        let Some(value) = as_value(value) else {
            let message = format!("`{name}` cannot have such a value");
            return Err(place.complaint(message, HELP));
        };
        Ok(Setting { name, value, place })
    });
    settings.collect()
}

/// A value as it would be on the command line. Several are separated by commas, and the entries of a table
/// are written KEY=VALUE.
fn as_value(value: &Spanned<DeValue<'_>>) -> Option<Value> {
    Some(match value.get_ref() {
        DeValue::Boolean(is_on) => Value::Switch(*is_on),
        DeValue::Array(all) => {
            let all: Option<Vec<_>> = all.iter().map(as_text).collect();
            Value::Text(all?.join(","))
        }
        DeValue::Table(all) => {
            let pair = |(key, value): (&Spanned<_>, _)| {
                Some(format!("{}={}", key.get_ref(), as_text(value)?))
            };
            let all: Option<Vec<_>> = all.iter().map(pair).collect();
            Value::Text(all?.join(","))
        }
        _ => Value::Text(as_text(value)?),
    })
}

fn as_text(value: &Spanned<DeValue<'_>>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}
