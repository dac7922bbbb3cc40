//! A run as a text: a page of its own, a Mermaid diagram, or ITF.

use crate::explored::processes_of;
use crate::film::{Film, View};
use crate::library::Spec;
use crate::place::place_of;
use crate::played::Played;
use crate::{page, report};
use serde::Deserialize;
use serde_json::json;
use std::fmt::Write;
use std::hash::Hash;
use synod_checker::Counterexample;
use synod_report::trace::TraceStep;
use synod_report::{Itf, Summary};
use synod_vocabulary::{Describe, Happening};

/// How a run is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    /// A page that plays it, with everything in one file.
    Html,
    /// A sequence diagram of Mermaid.
    Mermaid,
    /// The Informal Trace Format of Apalache and Quint.
    Itf,
}

impl Form {
    /// The end of the names of such files.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Mermaid => "mmd",
            Self::Itf => "itf.json",
        }
    }
}

/// The name of the file for a run of a spec.
pub(crate) fn file_name(spec: &str, form: Form) -> String {
    let stem = spec.rsplit('/').next().unwrap_or(spec);
    let stem = stem.strip_suffix(".toml").unwrap_or(stem);
    let stem = stem.replace(|c: char| !c.is_alphanumeric() && c != '-', "-");
    format!("{stem}.{}", form.extension())
}

/// A page that plays runs, with everything in one file.
pub fn page<'a>(films: impl IntoIterator<Item = &'a Played>) -> String {
    page::of_films(&films.into_iter().collect::<Vec<_>>())
}

/// The page of a whole check: what came out, and then the runs to be played.
pub fn report(summary: &Summary, films: &[Played]) -> String {
    page::of_report("Synod: a report", &report::section(summary), films)
}

/// A counterexample of a model as a sequence diagram of Mermaid.
pub fn diagram<M: Describe<State: Clone + Hash>>(
    model: &M,
    found: &Counterexample<M::State, M::Action>,
) -> String {
    let film = Film::of(model, &place_of(model, found), 0);
    mermaid(&processes_of(model), &film.views)
}

/// The text of a run.
pub(crate) fn text(spec: &Spec, film: Film, form: Form) -> String {
    match form {
        Form::Html => page([&Played::of(spec, film)]),
        Form::Mermaid => mermaid(&spec.model.processes(), &film.views),
        Form::Itf => itf(&spec.entry.name, &film),
    }
}

fn itf(spec: &str, film: &Film) -> String {
    let steps: Vec<TraceStep> = film.views.iter().map(View::trace_step).collect();
    let mut written = Itf::of_all([&steps[..]]).write(spec, &steps, None);
    if let (Some(begin), Some(meta)) = (&film.begin, written.get_mut("#meta")) {
        meta["begin"] = json!(begin);
    }
    Itf::text(&written)
}

/// A sequence diagram: each arrow is a message that arrives, each note a step without one.
fn mermaid(processes: &[String], views: &[View]) -> String {
    let mut text = "sequenceDiagram\n".to_owned();
    // Writing to a String cannot fail.
    for (number, process) in processes.iter().enumerate() {
        _ = writeln!(text, "  participant p{number} as {}", quoted(process));
    }
    let place = |name: &str| processes.iter().position(|process| process == name);
    for view in views {
        let (Some(does), Some(to)) = (&view.does, view.process.as_deref().and_then(place)) else {
            if let (Some(action), Some(last)) = (&view.action, processes.len().checked_sub(1)) {
                _ = writeln!(text, "  Note over p0,p{last}: {}", quoted(action));
            }
            continue;
        };
        let from = view
            .receives
            .as_ref()
            .and_then(|message| message.from.as_deref());
        match (&view.receives, from.and_then(place)) {
            (Some(message), Some(from)) => {
                let is_crash = matches!(view.happens, Happening::Crash | Happening::LosesLedger);
                let crash = if is_crash { "-x" } else { "->>" };
                _ = writeln!(text, "  p{from}{crash}p{to}: {}", quoted(&message.name));
            }
            _ => _ = writeln!(text, "  Note over p{to}: {}", quoted(does)),
        }
        for violation in &view.violations {
            let said = format!("{} is violated: {}", violation.claim, violation.witness);
            _ = writeln!(text, "  Note over p{to}: {}", quoted(&said));
        }
    }
    text
}

/// A text without the signs that have a meaning in Mermaid.
fn quoted(text: &str) -> String {
    let escaped = text.replace('#', "#35;").replace(';', "#59;");
    escaped
        .replace('\n', " ")
        .replace(':', "#58;")
        .replace('%', "#37;")
        .replace('<', "#lt;")
        .replace('>', "#gt;")
}
