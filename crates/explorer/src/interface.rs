//! The interface of the explorer: calls by name, with JSON in and JSON out. The server, the
//! tools for assistants and the terminal make the same calls.

use crate::explored::{Explored, Wanted};
use crate::export::{self, Form};
use crate::import;
use crate::library::{DrawnBallot, Entry, Library, Spec};
use crate::place::Place;
use crate::refusal::Refusal;
use crate::searches::Searches;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use synod_checker::{PANIC_FREEDOM, SearchOptions};

/// A call: its name, what it is for, and how it is answered.
pub struct Call {
    /// The name.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// The arguments, each with what it means.
    pub arguments: &'static [Argument],
    answer: fn(&Interface, Value) -> Result<Value, Refusal>,
}

/// Refuses arguments that a call does not have: they would have no effect.
pub(crate) fn refuse_unknown(arguments: &[Argument], body: &Value) -> Result<(), Refusal> {
    let known: Vec<_> = arguments.iter().map(|known| known.name).collect();
    let Value::Object(body) = body else {
        return Err(Refusal::new(
            "the arguments are no JSON object",
            "send a JSON object",
        ));
    };
    match body.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(unknown("argument", name, &known)),
        None => Ok(()),
    }
}

/// An argument of a [`Call`].
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// Its JSON type: `string`, `integer`, `number`, `boolean`, `array` or `object`.
    pub kind: &'static str,
    /// Whether a call without it is refused.
    pub is_required: bool,
    /// What it means.
    pub about: &'static str,
}

pub(crate) const fn required(
    name: &'static str,
    kind: &'static str,
    about: &'static str,
) -> Argument {
    Argument {
        name,
        kind,
        is_required: true,
        about,
    }
}

pub(crate) const fn optional(
    name: &'static str,
    kind: &'static str,
    about: &'static str,
) -> Argument {
    Argument {
        is_required: false,
        ..required(name, kind, about)
    }
}

const SPEC: Argument = required(
    "spec",
    "string",
    "The name of the spec, as `specs` lists it.",
);
const BEGIN: Argument = optional(
    "begin",
    "object",
    "The initial state, as `initial` gives it; needed only if there are several.",
);
const STEPS: Argument = optional(
    "steps",
    "array",
    "The steps of the run from the initial state, in words, as `choices` names them.",
);
const SEARCH: Argument = required("search", "integer", "The number of the search.");

/// All calls.
pub const CALLS: &[Call] = &[
    Call {
        name: "specs",
        about: "Lists the specs that can be explored, and what each expects.",
        arguments: &[],
        answer: |interface, _| {
            let library = &interface.library;
            Ok(json!({ "opened": library.opened(), "specs": library.entries() }))
        },
    },
    Call {
        name: "spec",
        about: "Tells of a spec: its text, bounds, processes, and what it claims.",
        arguments: &[SPEC],
        answer: |interface, body| {
            let OfSpec { spec } = arguments(body)?;
            Ok(told(&*interface.open(&spec)?))
        },
    },
    Call {
        name: "initial",
        about: "Lists initial states, for a spec that has several.",
        arguments: &[
            SPEC,
            optional(
                "from",
                "integer",
                "The number of the first one. Default: 0.",
            ),
            optional("count", "integer", "How many at most. Default: 50."),
            optional("filter", "string", "Words that the variables must contain."),
        ],
        answer: |interface, body| {
            let asked: OfInitial = arguments(body)?;
            let spec = interface.open(&asked.spec)?;
            let count = asked.count.unwrap_or(50).clamp(1, 1000);
            let (from, filter) = (asked.from, &asked.filter);
            json_of(&spec.model.initial(from, count, filter))
        },
    },
    Call {
        name: "run",
        about: "Takes a run, and shows each of its states: variables, messages on their way, \
                ballots, and the claims that it violates.",
        arguments: &[
            SPEC,
            BEGIN,
            STEPS,
            optional(
                "from",
                "integer",
                "The number of the first state to show. Default: 0.",
            ),
        ],
        answer: |interface, body| {
            let asked: OfRun = arguments(body)?;
            let spec = interface.open(&asked.place.spec)?;
            json_of(&spec.model.film(&asked.place.place, asked.from))
        },
    },
    Call {
        name: "choices",
        about: "Lists the steps that are possible after a run, with what each would change and \
                which claims it would violate.",
        arguments: &[SPEC, BEGIN, STEPS],
        answer: |interface, body| {
            let (spec, place) = interface.place(body)?;
            let choices = spec.model.choices(&place);
            let choices = choices.map_err(|changed| Refusal::of_changed(&changed))?;
            Ok(json!({ "choices": choices }))
        },
    },
    Call {
        name: "forbidden",
        about: "Lists steps that are not possible after a run, each with the guard that forbids it.",
        arguments: &[SPEC, BEGIN, STEPS],
        answer: |interface, body| {
            let (spec, place) = interface.place(body)?;
            let steps = spec.model.forbidden(&place);
            let steps = steps.map_err(|changed| Refusal::of_changed(&changed))?;
            Ok(json!({ "steps": steps }))
        },
    },
    Call {
        name: "search",
        about: "Begins a search for a shortest run: to a violation of a claim (`for` is \
                {\"violation\": NAME}, or null for any claim), or to an example of what happens \
                in some state ({\"example\": NAME}). `searched` has its result.",
        arguments: &[SPEC, required("for", "object", "What to look for.")],
        answer: |interface, body| {
            let asked: OfSearch = arguments(body)?;
            let spec = interface.open(&asked.spec)?;
            let wanted = asked.wanted.known_in(&*spec.model)?;
            Ok(interface.begin(&spec, wanted))
        },
    },
    Call {
        name: "check",
        about: "Begins the check of the whole space within the bounds: a verdict on every property. \
                `searched` has its result.",
        arguments: &[SPEC],
        answer: |interface, body| {
            let OfSpec { spec } = arguments(body)?;
            let spec = interface.open(&spec)?;
            Ok(interface.begin(&spec, Wanted::Everything))
        },
    },
    Call {
        name: "avoidable",
        about: "Begins a search for the step of a run after which the violation of a claim could \
                not be avoided any more. `searched` has its result.",
        arguments: &[
            SPEC,
            BEGIN,
            STEPS,
            required("claim", "string", "The claim."),
        ],
        answer: |interface, body| {
            let asked: OfAvoidance = arguments(body)?;
            let spec = interface.open(&asked.place.spec)?;
            if !is_claim(&*spec.model, &asked.claim) {
                return Err(unknown("claim", &asked.claim, &names(&*spec.model)));
            }
            let wanted = Wanted::Avoidance(asked.place.place, asked.claim);
            Ok(interface.begin(&spec, wanted))
        },
    },
    Call {
        name: "searched",
        about: "Tells how far a search has come, and its result.",
        arguments: &[SEARCH],
        answer: |interface, body| {
            let OfNumber { search } = arguments(body)?;
            interface
                .searches
                .told(search)
                .ok_or_else(|| no_search(search))
        },
    },
    Call {
        name: "cancel",
        about: "Stops a search.",
        arguments: &[SEARCH],
        answer: |interface, body| {
            let OfNumber { search } = arguments(body)?;
            interface
                .searches
                .cancel(search)
                .ok_or_else(|| no_search(search))?;
            Ok(json!({}))
        },
    },
    Call {
        name: "export",
        about: "Writes a run as a page of its own, as a Mermaid diagram, or in the Informal Trace Format.",
        arguments: &[
            SPEC,
            BEGIN,
            STEPS,
            required("as", "string", "`html`, `mermaid` or `itf`."),
        ],
        answer: |interface, body| {
            let asked: OfExport = arguments(body)?;
            let spec = interface.open(&asked.place.spec)?;
            let film = spec.model.film(&asked.place.place, 0);
            if let Some(changed) = &film.changed {
                return Err(Refusal::of_changed(changed));
            }
            let file = export::file_name(&spec.entry.name, asked.form);
            Ok(json!({ "file": file, "text": export::text(&spec, film, asked.form) }))
        },
    },
    Call {
        name: "import",
        about: "Finds the run of a trace in the Informal Trace Format, by its actions.",
        arguments: &[SPEC, required("itf", "string", "The text of the trace.")],
        answer: |interface, body| {
            let asked: OfImport = arguments(body)?;
            let spec = interface.open(&asked.spec)?;
            json_of(&import::itf(&*spec.model, &asked.itf)?)
        },
    },
    Call {
        name: "judge",
        about: "Judges ballots that somebody has drawn by B1, B2 and B3.",
        arguments: &[required(
            "ballots",
            "array",
            "Objects with number, decree, quorum and voters.",
        )],
        answer: |interface, body| {
            let OfBallots { ballots } = arguments(body)?;
            json_of(&interface.library.judge(&ballots)?)
        },
    },
];

#[derive(Deserialize)]
struct OfSpec {
    spec: String,
}

#[derive(Deserialize)]
struct OfInitial {
    spec: String,
    #[serde(default)]
    from: u64,
    count: Option<usize>,
    #[serde(default)]
    filter: String,
}

#[derive(Deserialize)]
struct PlaceOfSpec {
    spec: String,
    #[serde(flatten)]
    place: Place,
}

#[derive(Deserialize)]
struct OfRun {
    #[serde(flatten)]
    place: PlaceOfSpec,
    #[serde(default)]
    from: usize,
}

#[derive(Deserialize)]
struct OfSearch {
    spec: String,
    #[serde(rename = "for")]
    wanted: AskedFor,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum AskedFor {
    Violation(Option<String>),
    Example(String),
}

#[derive(Deserialize)]
struct OfAvoidance {
    #[serde(flatten)]
    place: PlaceOfSpec,
    claim: String,
}

#[derive(Deserialize)]
struct OfExport {
    #[serde(flatten)]
    place: PlaceOfSpec,
    #[serde(rename = "as")]
    form: Form,
}

#[derive(Deserialize)]
struct OfImport {
    spec: String,
    itf: String,
}

#[derive(Deserialize)]
struct OfNumber {
    search: usize,
}

#[derive(Deserialize)]
struct OfBallots {
    ballots: Vec<DrawnBallot>,
}

impl AskedFor {
    /// What is looked for, if the model has it.
    fn known_in(self, model: &dyn Explored) -> Result<Wanted, Refusal> {
        match self {
            Self::Violation(None) => Ok(Wanted::Violation(None)),
            Self::Violation(Some(name)) if is_claim(model, &name) => {
                Ok(Wanted::Violation(Some(name)))
            }
            Self::Violation(Some(name)) => Err(unknown("claim", &name, &names(model))),
            Self::Example(name) => {
                let partners = model.partners();
                if partners.contains(&name.as_str()) {
                    Ok(Wanted::Example(name))
                } else {
                    Err(unknown("example", &name, &partners))
                }
            }
        }
    }
}

fn names(model: &dyn Explored) -> Vec<&'static str> {
    model.claims().iter().map(|claim| claim.name).collect()
}

/// Whether a search can look for the violation of this.
fn is_claim(model: &dyn Explored, name: &str) -> bool {
    name == PANIC_FREEDOM || names(model).contains(&name)
}

fn unknown(what: &str, name: &str, known: &[&str]) -> Refusal {
    let help = match known {
        [] => "there are none".to_owned(),
        known => format!("there are {}", known.join(", ")),
    };
    Refusal::new(format!("there is no {what} {name:?}"), help)
}

fn no_search(number: usize) -> Refusal {
    let error = format!("there is no search {number}");
    Refusal::new(error, "`search`, `check` and `avoidable` give numbers")
}

/// The arguments of a call.
pub(crate) fn arguments<T: DeserializeOwned>(body: Value) -> Result<T, Refusal> {
    let read = serde_json::from_value(body);
    read.map_err(|error| {
        let help = "docs/explorer.md has the arguments of each call";
        Refusal::new(error.to_string(), help)
    })
}

pub(crate) fn json_of(value: &impl Serialize) -> Result<Value, Refusal> {
    let value = serde_json::to_value(value);
    value.map_err(|error| Refusal::new(error.to_string(), "ask for something else"))
}

/// What is told of a spec.
fn told(spec: &Spec) -> Value {
    let model = &spec.model;
    // Two are enough to know that there are several.
    let initial = model.initial(0, 2, "").states.len();
    let mut told = serde_json::to_value(&spec.entry).unwrap_or_default();
    let more = json!({
        "text": spec.text,
        "paper": spec.paper,
        "processes": model.processes(),
        "claims": model.claims(),
        "partners": model.partners(),
        "initial": (initial > 1).then(|| json!({ "count_at_least": initial })),
    });
    if let (Value::Object(told), Value::Object(more)) = (&mut told, more) {
        told.extend(more);
    }
    told
}

/// A library with its searches: answers calls.
pub struct Interface {
    library: Box<dyn Library>,
    opened: Mutex<HashMap<String, Arc<Spec>>>,
    searches: Searches,
    options: SearchOptions,
}

impl Interface {
    /// Of a library. Searches have these options.
    pub fn new(library: impl Library + 'static, options: SearchOptions) -> Self {
        Self {
            library: Box::new(library),
            opened: Mutex::default(),
            searches: Searches::default(),
            options,
        }
    }

    /// Answers a call. Any thread may call at any time.
    ///
    /// # Errors
    /// There is no such call, or its arguments are not right.
    pub fn call(&self, name: &str, body: Value) -> Result<Value, Refusal> {
        let call = CALLS.iter().find(|call| call.name == name);
        let call = call.ok_or_else(|| {
            let known: Vec<_> = CALLS.iter().map(|call| call.name).collect();
            unknown("call", name, &known)
        })?;
        refuse_unknown(call.arguments, &body)?;
        (call.answer)(self, body)
    }

    /// All specs of the library.
    pub fn entries(&self) -> Vec<Entry> {
        self.library.entries()
    }

    /// A spec of the library. It is opened once.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn open(&self, name: &str) -> Result<Arc<Spec>, Refusal> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(spec) = opened.get(name) {
            return Ok(Arc::clone(spec));
        }
        let spec = Arc::new(self.library.open(name)?);
        opened.insert(name.to_owned(), Arc::clone(&spec));
        Ok(spec)
    }

    /// Waits for a search, which is named as `search` and its like name it. Returns what
    /// `searched` tells at last: when the search is done, or when `go_on`, which is asked again
    /// and again, says that nobody waits any longer. The search itself goes on then.
    ///
    /// # Errors
    /// There is no such search.
    pub fn wait(
        &self,
        search: &Value,
        go_on: &mut dyn FnMut(&Value) -> bool,
    ) -> Result<Value, Refusal> {
        loop {
            let told = self.call("searched", search.clone())?;
            if told["done"] == true || !go_on(&told) {
                return Ok(told);
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn place(&self, body: Value) -> Result<(Arc<Spec>, Place), Refusal> {
        let PlaceOfSpec { spec, place } = arguments(body)?;
        Ok((self.open(&spec)?, place))
    }

    fn begin(&self, spec: &Spec, wanted: Wanted) -> Value {
        let (name, model) = (&spec.entry.name, &spec.model);
        let number = self.searches.begin(name, wanted, model, &self.options);
        json!({ "search": number })
    }
}
