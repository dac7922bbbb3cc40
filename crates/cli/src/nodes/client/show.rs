//! Replies as redis-cli shows them, or as JSON.

use serde_json::Value;
use synod_resp::Reply;

/// How to show replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// With types, for people.
    Typed,
    /// Bare, for programs.
    Bare,
    /// A line of JSON.
    Json,
}

/// A reply as text, with the end of the line.
pub(super) fn show(reply: &Reply, style: Style) -> String {
    let text = match style {
        Style::Typed => typed(reply, 0),
        Style::Bare => bare(reply),
        Style::Json => json(reply).to_string(),
    };
    // A text of many lines, such as that of INFO, already ends with a newline.
    if matches!(reply, Reply::Bulk(_)) && text.ends_with('\n') {
        text
    } else {
        text + "\n"
    }
}

fn typed(reply: &Reply, indent: usize) -> String {
    match reply {
        Reply::Simple(text) => text.clone(),
        Reply::Error(text) => format!("(error) {text}"),
        Reply::Integer(number) => format!("(integer) {number}"),
        Reply::Bulk(None) | Reply::Array(None) => "(nil)".to_owned(),
        Reply::Bulk(Some(bytes)) => format!("\"{}\"", escaped(bytes)),
        Reply::Array(Some(replies)) if replies.is_empty() => "(empty array)".to_owned(),
        Reply::Array(Some(replies)) => {
            let width = replies.len().to_string().len();
            let lines = replies.iter().zip(1..).map(|(reply, number)| {
                let line = format!("{number:>width$}) ");
                let inner = typed(reply, indent + line.len());
                line + &inner
            });
            let lines: Vec<_> = lines.collect();
            lines.join(&format!("\n{}", " ".repeat(indent)))
        }
    }
}

/// As between double quotes.
fn escaped(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string().replace("\\'", "'")
}

fn bare(reply: &Reply) -> String {
    match reply {
        Reply::Simple(text) | Reply::Error(text) => text.clone(),
        Reply::Integer(number) => number.to_string(),
        Reply::Bulk(None) | Reply::Array(None) => String::new(),
        Reply::Bulk(Some(bytes)) => lossy(bytes),
        Reply::Array(Some(replies)) => {
            let lines: Vec<_> = replies.iter().map(bare).collect();
            lines.join("\n")
        }
    }
}

fn json(reply: &Reply) -> Value {
    match reply {
        Reply::Simple(text) => Value::from(text.as_str()),
        Reply::Error(text) => serde_json::json!({ "error": text }),
        Reply::Integer(number) => Value::from(*number),
        Reply::Bulk(None) | Reply::Array(None) => Value::Null,
        Reply::Bulk(Some(bytes)) => Value::from(lossy(bytes)),
        Reply::Array(Some(replies)) => replies.iter().map(json).collect(),
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bulk(text: &str) -> Reply {
        Reply::Bulk(Some(text.as_bytes().to_vec()))
    }

    #[test]
    fn replies_are_shown_with_types_bare_and_as_json() {
        let list = Reply::Array(Some(vec![
            bulk("a"),
            Reply::Array(Some(vec![Reply::Integer(1), Reply::Bulk(None)])),
        ]));
        let nothing = Reply::Array(Some(vec![]));
        for (reply, typed, bare, json) in [
            (Reply::Simple("OK".into()), "OK\n", "OK\n", "\"OK\"\n"),
            (
                Reply::Error("ERR x".into()),
                "(error) ERR x\n",
                "ERR x\n",
                "{\"error\":\"ERR x\"}\n",
            ),
            (Reply::Integer(7), "(integer) 7\n", "7\n", "7\n"),
            (Reply::Bulk(None), "(nil)\n", "\n", "null\n"),
            (
                bulk("it's\"\\\n"),
                "\"it's\\\"\\\\\\n\"\n",
                "it's\"\\\n",
                "\"it's\\\"\\\\\\n\"\n",
            ),
            (nothing, "(empty array)\n", "\n", "[]\n"),
            (
                list,
                "1) \"a\"\n2) 1) (integer) 1\n   2) (nil)\n",
                "a\n1\n\n",
                "[\"a\",[1,null]]\n",
            ),
        ] {
            assert_eq!(show(&reply, Style::Typed), typed);
            assert_eq!(show(&reply, Style::Bare), bare);
            assert_eq!(show(&reply, Style::Json), json);
        }
    }
}
