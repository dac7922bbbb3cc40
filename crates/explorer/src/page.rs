//! The page: plain files, which are part of the program; and a run as one file of its own.

use crate::played::Played;
use serde_json::json;
use std::fmt::Write;

/// A file of the page.
pub(crate) struct File {
    pub name: &'static str,
    pub text: &'static str,
}

impl File {
    /// Its media type.
    #[cfg(feature = "server")]
    pub fn media_type(&self) -> &'static str {
        match self.name.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            _ => "text/javascript; charset=utf-8",
        }
    }
}

/// All files of the page: those of the folder `page`, as `build.rs` has found them.
const FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// The module that an exported run begins with.
const PLAYER: &str = "player.js";

/// The stylesheets, in order.
const STYLES: [&str; 2] = ["pictures.css", "style.css"];

/// The file of this name.
pub(crate) fn file(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == name)
}

/// Runs as one file, which needs nothing else: the modules are in its import map.
pub(crate) fn of_films(films: &[&Played]) -> String {
    let mut names: Vec<_> = films.iter().map(|played| played.name()).collect();
    names.dedup();
    whole(&names.join(", "), "", &player(films))
}

/// A page that says something, and then plays runs, if there are any.
pub(crate) fn of_report(title: &str, section: &str, films: &[Played]) -> String {
    let films: Vec<_> = films.iter().collect();
    let player = (!films.is_empty()).then(|| player(&films));
    whole(title, section, &player.unwrap_or_default())
}

fn whole(title: &str, section: &str, player: &str) -> String {
    let styles = STYLES.iter().filter_map(|name| file(name));
    let styles: String = styles.map(|style| style.text).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{styles}</style>\n</head>\n<body>\n\
         {section}{player}</body>\n</html>\n",
        title = in_markup(title),
    )
}

/// What plays runs: it builds the page behind what is there.
fn player(films: &[&Played]) -> String {
    let imports: serde_json::Map<_, _> = modules(PLAYER)
        .into_iter()
        .map(|file| (format!("synod/{}", file.name), data_url(file.text).into()))
        .collect();
    format!(
        "<noscript>This page plays a run of a protocol. It needs JavaScript.</noscript>\n\
         <script type=\"importmap\">{imports}</script>\n\
         <script type=\"application/json\" id=\"films\">{films}</script>\n\
         <script type=\"module\">import \"synod/{PLAYER}\";</script>\n",
        imports = in_script(&json!({ "imports": imports }).to_string()),
        films = in_script(&json!(films).to_string()),
    )
}

/// A module and all that it imports.
fn modules(first: &str) -> Vec<&'static File> {
    let mut found: Vec<_> = file(first).into_iter().collect();
    let mut next = 0;
    while let Some(module) = found.get(next) {
        for imported in imported(module.text).filter_map(file) {
            if !found.iter().any(|known| known.name == imported.name) {
                found.push(imported);
            }
        }
        next += 1;
    }
    found
}

/// The names of the modules that a module imports.
fn imported(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split("\"synod/").skip(1);
    names.filter_map(|rest| rest.split('"').next())
}

/// A module as a URL that holds all of it.
fn data_url(text: &str) -> String {
    let mut url = "data:text/javascript;charset=utf-8,".to_owned();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => url.push(byte.into()),
            b' ' | b'(' | b')' | b'{' | b'}' | b'[' | b']' | b'.' | b',' | b';' | b':' | b'='
            | b'/' | b'*' | b'+' | b'-' | b'_' | b'!' | b'?' | b'@' | b'$' | b'|' | b'~'
            | b'\'' => {
                url.push(byte.into());
            }
            // Writing to a String cannot fail.
            byte => _ = write!(url, "%{byte:02X}"),
        }
    }
    url
}

/// JSON within a script: nothing in it ends the script.
fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// A text in markup: nothing in it is markup.
pub(crate) fn in_markup(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\t' => c,
        c if c.is_control() => '\u{FFFD}',
        c => c,
    };
    let text: String = text.chars().map(shown).collect();
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}
