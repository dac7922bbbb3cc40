//! Test traces as files: ITF, or the JSON lines that [`Log::read`](crate::Log::read) reads.

use crate::cover::{Coverage, TestTrace};
use crate::log::SCHEMA;
use serde_json::{Value, json};
use synod_report::Itf;
use synod_report::json::state;
use synod_vocabulary::describe::by_process;

/// The form of a file with a test trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The Informal Trace Format of Apalache and Quint, for programs that drive an
    /// implementation.
    Itf,
    /// A JSON object a line: the schema in which implementations tell what they do.
    Lines,
}

impl Form {
    const fn ending(self) -> &'static str {
        match self {
            Self::Itf => "itf.json",
            Self::Lines => "jsonl",
        }
    }
}

impl Coverage {
    /// The traces as files: the name and the text of each. `source` says what they are traces
    /// of. With `enabled`, each state also names the steps that are possible there.
    pub fn files(&self, form: Form, source: &str, enabled: bool) -> Vec<(String, String)> {
        let itf = Itf::of_all(self.traces.iter().map(|trace| &trace.steps[..]));
        let width = self.traces.len().to_string().len().max(2);
        let files = self.traces.iter().enumerate().map(|(index, trace)| {
            let name = format!("trace-{:0width$}.{}", index + 1, form.ending());
            let text = match form {
                Form::Itf => {
                    let enabled = enabled.then_some(&trace.enabled[..]);
                    let mut written = itf.write(source, &trace.steps, enabled);
                    written["#meta"]["covers"] = json!(trace.covers);
                    Itf::text(&written)
                }
                Form::Lines => lines(trace, source, enabled),
            };
            (name, text)
        });
        files.collect()
    }
}

fn lines(trace: &TestTrace, source: &str, enabled: bool) -> String {
    let steps = trace.steps.iter().zip(&trace.enabled);
    let lines = steps.map(|(step, possible)| {
        let mut line = json!({ "state": state(&step.state) });
        if let Some(name) = &step.action {
            let (process, does) = by_process(name, &step.state);
            line["action"] = does.into();
            if let Some(process) = process {
                line["process"] = process.into();
            }
        } else {
            line["schema"] = SCHEMA.into();
            line["extra"] = json!({ "source": source, "covers": trace.covers });
        }
        if enabled {
            line["extra"]["enabled"] = json!(possible);
        }
        text(&line)
    });
    lines.collect()
}

fn text(line: &Value) -> String {
    format!("{line}\n")
}
