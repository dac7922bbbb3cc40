//! COMMAND: what commands there are, in the form of Redis 7.

use super::table::COMMANDS;
use super::{CommandEntry, MANY};
use crate::clients::arguments::is;
use crate::clients::client_request::CommandPart;
use synod_resp::Encoder;

/// Answers COMMAND.
pub(in crate::clients) fn tell(out: &mut Encoder, part: &CommandPart) {
    match part {
        CommandPart::Count => out.integer(COMMANDS.len()),
        CommandPart::List => {
            out.array(COMMANDS.len());
            for entry in COMMANDS {
                out.bulk(name(entry).as_bytes());
            }
        }
        CommandPart::Info(names) if names.is_empty() => {
            out.array(COMMANDS.len());
            for entry in COMMANDS {
                info(out, entry);
            }
        }
        CommandPart::Info(names) => {
            out.array(names.len());
            for name in names {
                match COMMANDS.iter().find(|entry| is(name, entry.name)) {
                    Some(entry) => info(out, entry),
                    None => out.nil_array(),
                }
            }
        }
        CommandPart::Docs(names) => {
            let is_asked = |entry: &&CommandEntry| {
                names.is_empty() || names.iter().any(|name| is(name, entry.name))
            };
            let asked = || COMMANDS.iter().filter(is_asked);
            out.map(asked().count());
            asked().for_each(|entry| docs(out, entry));
        }
    }
}

fn name(entry: &CommandEntry) -> String {
    entry.name.to_ascii_lowercase()
}

/// The name, arity, flags and places of keys; and that there are no categories, hints, further
/// specifications of keys and subcommands.
fn info(out: &mut Encoder, entry: &CommandEntry) {
    out.array(10);
    out.bulk(name(entry).as_bytes());
    out.integer(arity(entry));
    let flags = entry.details.access.iter();
    out.set(flags.len());
    flags.for_each(|flag| out.simple(flag));
    let (first, last, step) = entry.details.keys;
    for place in [first, last, step] {
        out.integer(place);
    }
    out.set(0);
    for _ in 0..3 {
        out.array(0);
    }
}

/// How many arguments there are with the name; if there may be more, the least number, negated.
fn arity(entry: &CommandEntry) -> i64 {
    let (least, most) = entry.arity.clone().into_inner();
    let with_name = i64::try_from(least).map_or(i64::MAX, |least| least + 1);
    if least == most { with_name } else { -with_name }
}

fn docs(out: &mut Encoder, entry: &CommandEntry) {
    out.bulk(name(entry).as_bytes());
    let texts = [
        ("summary", entry.details.summary),
        ("group", entry.details.group),
        ("since", "synod"),
        ("complexity", complexity(entry)),
    ];
    out.map(texts.len());
    for (name, text) in texts {
        out.bulk(name.as_bytes());
        out.bulk(text.as_bytes());
    }
}

fn complexity(entry: &CommandEntry) -> &'static str {
    match (entry.counted, *entry.arity.end()) {
        (None, _) => "O(1)",
        (Some(_), MANY) => "O(n log m), with n arguments and m keys in the map",
        (Some(_), _) => "O(log m), with m keys in the map",
    }
}
