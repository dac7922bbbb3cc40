//! The tools: their names, what they teach, and their arguments.

use super::answers::{self, Answer};
use crate::interface::{Argument, Interface, optional, refuse_unknown, required};
use crate::refusal::Refusal;
use crate::step::GoOn;
use rmcp::model::{JsonObject, ToolAnnotations};
use serde_json::{Value, json};

/// A tool for assistants.
pub(super) struct Tool {
    /// Its name.
    name: &'static str,
    /// Its name for people.
    title: &'static str,
    /// What it does, and when to use it.
    about: &'static str,
    /// Its arguments.
    arguments: &'static [Argument],
    answer: fn(&Interface, Value, &mut GoOn<'_>) -> Result<Answer, Refusal>,
}

const SPEC: Argument = required(
    "spec",
    "string",
    "The name of a run spec, exactly as `list` gives it.",
);
const STEPS: Argument = optional(
    "steps",
    "array",
    "The run: the names of its steps from the initial state, in order, exactly as `step` or `trace` \
     gives them. Default: none, the initial state.",
);
const BEGIN: Argument = optional(
    "begin",
    "object",
    "The initial state, as `step` or `trace` gives it: {\"number\": 17, \"id\": \"a1b2\"}. Only for \
     specs with several initial states; default: the first.",
);
const SECONDS: Argument = optional(
    "seconds",
    "number",
    "How long to wait. Default: 60. The search goes on afterwards: the same call waits for it again.",
);

/// All tools.
pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "list",
        title: "List run specs",
        about: "Lists the run specs: protocols with bounds, and what each is expected to show. Small \
                ones take seconds to check, medium ones minutes, large ones hours.",
        arguments: &[optional(
            "filter",
            "string",
            "Words that must all be in the name, description, size or expected verdict, such as \
             \"basic small violated\".",
        )],
        answer: answers::list,
    },
    Tool {
        name: "show",
        title: "Show a run spec",
        about: "Tells all about one run spec: its text, bounds, processes, what it claims of every \
                state (with the sentence of the paper), the examples that some state must be, and for \
                a mutant the rule that it drops and the name of the same spec without the mutant.",
        arguments: &[SPEC],
        answer: answers::show,
    },
    Tool {
        name: "check",
        title: "Check a run spec",
        about: "Explores every state of a run spec within its bounds, and gives the verdict (holds, \
                violated or inconclusive), the counts, every property, and how often each action was \
                taken. Use `trace` to see how a violated claim goes wrong.",
        arguments: &[SPEC, SECONDS],
        answer: answers::check,
    },
    Tool {
        name: "step",
        title: "Step through a run spec",
        about: "Takes a run and shows its last state: what the last step changed, all variables, \
                the messages that may arrive, the ballots as in the paper's Figure 1, the claims that \
                are violated; and the names of the steps that are possible next. Append one of these \
                names to `steps` to go on. Begin with no steps.",
        arguments: &[
            SPEC,
            BEGIN,
            STEPS,
            optional(
                "forbidden",
                "boolean",
                "Whether to list the steps that are not possible too, each with the guard that \
                 forbids it. Default: false.",
            ),
            optional(
                "initial",
                "string",
                "Instead of a run: list initial states whose variables contain these words (empty: \
                 all), for a spec with several.",
            ),
            optional(
                "from",
                "integer",
                "With `initial`: the number of the first one to look at. Default: 0.",
            ),
        ],
        answer: answers::step,
    },
    Tool {
        name: "explain",
        title: "Explain a claim or a step",
        about: "Explains a claim or a step in the state that a run leads to. Of a claim: what it \
                means, whether it holds there, and if not, a witness and the ballots. Of a step: what \
                it would change and violate, or the guard that forbids it.",
        arguments: &[
            SPEC,
            BEGIN,
            STEPS,
            optional(
                "claim",
                "string",
                "The name of a claim or of an example, as `show` lists them.",
            ),
            optional("step", "string", "The name of a step, or some words of it."),
        ],
        answer: answers::explain,
    },
    Tool {
        name: "trace",
        title: "Tell a shortest run",
        about: "Searches for a shortest run to a violation, or to an example, and tells it step by \
                step with what each changes. The run can be passed on to `step` and `explain`.",
        arguments: &[
            SPEC,
            optional(
                "violation",
                "string",
                "The claim to be violated, as `show` lists it. Default: the one that the spec expects \
                 to be violated, or else any.",
            ),
            optional(
                "example",
                "string",
                "Search for this example instead of a violation, as `show` lists it.",
            ),
            SECONDS,
        ],
        answer: answers::trace,
    },
];

impl Tool {
    pub(super) fn named(name: &str) -> Result<&'static Self, Refusal> {
        let found = TOOLS.iter().find(|tool| tool.name == name);
        found.ok_or_else(|| {
            let known: Vec<_> = TOOLS.iter().map(|tool| tool.name).collect();
            let help = format!("there are {}", known.join(", "));
            Refusal::new(format!("there is no tool {name:?}"), help)
        })
    }

    /// Answers a call. While it waits for a search, it asks `go_on`.
    ///
    /// # Errors
    /// The arguments are not right.
    pub(super) fn answer(
        &self,
        interface: &Interface,
        arguments: Value,
        go_on: &mut GoOn<'_>,
    ) -> Result<Answer, Refusal> {
        refuse_unknown(self.arguments, &arguments)?;
        (self.answer)(interface, arguments, go_on)
    }

    /// The tool as the protocol describes it.
    pub(super) fn described(&self) -> rmcp::model::Tool {
        let annotations = ToolAnnotations::new().read_only(true).open_world(false);
        rmcp::model::Tool::new(self.name, self.about, self.schema())
            .with_title(self.title)
            .with_annotations(annotations)
    }

    /// The JSON schema of the arguments.
    fn schema(&self) -> JsonObject {
        let properties: JsonObject = self
            .arguments
            .iter()
            .map(|argument| (argument.name.to_owned(), schema(argument)))
            .collect();
        let required = self.arguments.iter().filter(|of| of.is_required);
        let required: Vec<_> = required.map(|argument| argument.name).collect();
        let schema = json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        });
        match schema {
            Value::Object(schema) => schema,
            _ => JsonObject::new(),
        }
    }
}

fn schema(argument: &Argument) -> Value {
    let mut schema = json!({ "type": argument.kind, "description": argument.about });
    match argument.kind {
        "array" => schema["items"] = json!({ "type": "string" }),
        "object" => {
            schema["properties"] = json!({
                "number": { "type": "integer", "minimum": 0 },
                "id": { "type": "string" },
            });
            schema["required"] = json!(["number", "id"]);
        }
        "number" | "integer" => schema["minimum"] = json!(0),
        _ => {}
    }
    schema
}
