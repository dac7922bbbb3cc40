//! What a run spec of the parliament says: requests in place of decrees, and
//! how many of everything there may be at once.

use super::describe::{described, listed};
use super::inductive::refuse_inductive;
use super::parse::{bounds, crashes, index, mutant, refuse_key, refuse_unless, refused_at};
use super::read::Reader;
use super::{SpecError, SpecModel};
use crate::bounds::{Bounds, plural};
use crate::parliament::mutants::Mutant;
use crate::parliament::setting::{Commands, MAX_DECREE_NUMBERS, Plan, RequestError};
use crate::world::World;
use crate::world::reductions::Reductions;
use synod_math::Priest;
use synod_protocol::parliament::{Chosen, Order, Settings, VotedTo};

/// Keys that no other protocol has, and why.
const KEYS: [&str; 11] = [
    "requests",
    "asked",
    "retries",
    "numbers",
    "in_flight",
    "waiting",
    "batch",
    "order",
    "voted_to",
    "linearizability",
    "reductions",
];

/// The keys of the parliament are for no other protocol.
pub(super) fn refuse_parliament(spec: &Reader<'_>, protocol: &str) -> Result<(), SpecError> {
    for key in KEYS {
        let help = "leave it out: it is for protocol \"parliament\"";
        refuse_key(spec, key, protocol, help)?;
    }
    Ok(())
}

/// The model, and its bounds as a person reads them.
pub(super) fn parliament(spec: &Reader<'_>) -> Result<(SpecModel, String), SpecError> {
    refuse_others(spec)?;
    refuse_inductive(spec, "parliament")?;
    let commands = commands(spec)?;
    let bounds = bounds(spec, &commands.decrees())?;
    let plan = plan(spec, &bounds, commands)?;
    let described = words(spec, &bounds, &plan)?;
    let model = World::parliament(bounds, &plan);
    let model = model.map_err(|error| refused_at(spec, &error))?;
    Ok((SpecModel::Parliament(model), described))
}

fn refuse_others(spec: &Reader<'_>) -> Result<(), SpecError> {
    for (key, help) in [
        (
            "ballots",
            "say who may start how many of his own with `tryers` and `attempts`",
        ),
        (
            "decrees",
            "say what is asked for: `requests = [\"write a\", \"read\"]`",
        ),
        (
            "forgetful",
            "a crash loses the slip: say how many with `crashes = 1`",
        ),
    ] {
        refuse_key(spec, key, "parliament", help)?;
    }
    Ok(())
}

fn commands(spec: &Reader<'_>) -> Result<Commands, SpecError> {
    let texts = spec.required("requests", |spec, key, value| {
        spec.list(key, value, Reader::text)
    })?;
    Commands::parse(&texts).map_err(|error| {
        let text = error.to_string();
        let (message, help) = match (&error, text.split_once("; ")) {
            (RequestError::Unknown(_) | RequestError::Count(_), Some((message, help))) => {
                (message.to_owned(), help.to_owned())
            }
            (_, None) => (text, "ask for less".to_owned()),
        };
        SpecError {
            message,
            span: spec.span_of("requests"),
            help,
        }
    })
}

fn plan(spec: &Reader<'_>, bounds: &Bounds, commands: Commands) -> Result<Plan, SpecError> {
    let requests = commands.commands.len();
    let numbers = at_least_1(spec, "numbers")?.unwrap_or(requests);
    if numbers > MAX_DECREE_NUMBERS {
        return Err(SpecError {
            message: format!("`numbers` is {numbers}"),
            span: spec.span_of("numbers"),
            help: format!("it must be 1 to {MAX_DECREE_NUMBERS}"),
        });
    }
    let asked = asked(spec, bounds, requests)?;
    let retries = spec.optional("retries", Reader::flag)?.unwrap_or(false);
    if retries && asked.is_some() {
        return Err(SpecError {
            message: "with `retries` everybody may be asked for everything".to_owned(),
            span: spec.span_of("asked"),
            help: "leave out `asked`, or `retries`".to_owned(),
        });
    }
    let crashes = crashes(spec)?;
    let mutant = mutant(spec, &Mutant::ALL, Mutant::name)?;
    if let Some(mutant) = mutant {
        let shows = crashes > 0 || !mutant.needs_crashes();
        refuse_unless(shows, spec, mutant.name(), "add a line `crashes = 1`")?;
    }
    let reductions = reductions(spec, crashes, mutant)?;
    let linearizability = spec.optional("linearizability", Reader::flag)?;
    Ok(Plan {
        commands,
        asked,
        retries,
        numbers,
        settings: settings(spec, numbers, requests)?,
        variant: variant(spec)?,
        remembers_clients: linearizability.unwrap_or(false),
        crashes,
        mutant,
        reductions,
    })
}

/// What is left out, by name. Not of a mutant: it breaks what the reductions
/// rest on.
fn reductions(
    spec: &Reader<'_>,
    crashes: u8,
    mutant: Option<Mutant>,
) -> Result<Reductions, SpecError> {
    let names = spec.optional("reductions", |spec, key, value| {
        spec.list(key, value, |spec, key, value| {
            spec.choice(key, value, &[USELESS, WEAKER], |name| name)
        })
    })?;
    let names = names.unwrap_or_default();
    if mutant.is_some() && !names.is_empty() {
        return Err(SpecError {
            message: "`reductions` are not for mutants".to_owned(),
            span: spec.span_of("reductions"),
            help: "leave it out: a mutant breaks the rules on which they rest".to_owned(),
        });
    }
    if crashes == 0 && names.contains(&WEAKER) {
        return Err(SpecError {
            message: format!("{WEAKER:?} says nothing when nobody crashes"),
            span: spec.span_of("reductions"),
            help: "leave it out, or add a line `crashes = 1`".to_owned(),
        });
    }
    Ok(Reductions {
        useless_messages: names.contains(&USELESS),
        weaker_crashes: names.contains(&WEAKER),
    })
}

const USELESS: &str = "useless messages";
const WEAKER: &str = "weaker crashes";

fn variant(spec: &Reader<'_>) -> Result<Chosen, SpecError> {
    let order = spec.optional("order", |spec, key, value| {
        spec.choice(
            key,
            value,
            &[Order::Any, Order::Ascending],
            |order| match order {
                Order::Any => "any",
                Order::Ascending => "ascending",
            },
        )
    })?;
    let voted_to = spec.optional("voted_to", |spec, key, value| {
        let all = [VotedTo::President, VotedTo::Everybody];
        spec.choice(key, value, &all, |voted_to| match voted_to {
            VotedTo::President => "president",
            VotedTo::Everybody => "everybody",
        })
    })?;
    Ok(Chosen::new(
        order.unwrap_or(Order::Ascending),
        voted_to.unwrap_or(VotedTo::President),
    ))
}

fn settings(spec: &Reader<'_>, numbers: usize, requests: usize) -> Result<Settings, SpecError> {
    Ok(Settings {
        in_flight: at_least_1(spec, "in_flight")?.unwrap_or(numbers),
        waiting: spec
            .optional("waiting", Reader::count)?
            .map_or(requests, index),
        batch: at_least_1(spec, "batch")?.unwrap_or(numbers),
    })
}

fn at_least_1(spec: &Reader<'_>, key: &'static str) -> Result<Option<usize>, SpecError> {
    let count = spec.optional(key, Reader::count)?;
    if count == Some(0) {
        return Err(SpecError {
            message: format!("`{key}` is 0"),
            span: spec.span_of(key),
            help: "it must be at least 1".to_owned(),
        });
    }
    Ok(count.map(index))
}

/// Who is asked for each request, as legislators counted from 1.
fn asked(
    spec: &Reader<'_>,
    bounds: &Bounds,
    requests: usize,
) -> Result<Option<Vec<Priest>>, SpecError> {
    let asked = spec.optional("asked", |spec, key, value| {
        spec.list(key, value, Reader::count)
    })?;
    let Some(asked) = asked else {
        return Ok(None);
    };
    let refused = |message: String, help: String| SpecError {
        message,
        span: spec.span_of("asked"),
        help,
    };
    if asked.len() != requests {
        let message = format!(
            "{} are asked, for {}",
            asked.len(),
            plural(requests, "request")
        );
        let help = "name one legislator for each request, in their order";
        return Err(refused(message, help.to_owned()));
    }
    let priests = bounds.priest_count();
    let legislator = |number: &u64| {
        let position = index(*number).checked_sub(1);
        let position = position.filter(|&position| position < priests);
        position.and_then(Priest::new).ok_or_else(|| {
            let message = format!("legislator {number} is asked, but there is none of this number");
            refused(message, format!("they are 1 to {priests}"))
        })
    };
    asked
        .iter()
        .map(legislator)
        .collect::<Result<_, _>>()
        .map(Some)
}

fn words(spec: &Reader<'_>, bounds: &Bounds, plan: &Plan) -> Result<String, SpecError> {
    let numbers: Vec<_> = (1..=plan.numbers)
        .map(|number| number.to_string())
        .collect();
    let requests: Vec<_> = plan
        .commands
        .names
        .iter()
        .map(|name| format!("{name:?}"))
        .collect();
    let mut words = vec![
        described(spec, bounds)?,
        listed("decree number", &numbers),
        listed("request", &requests),
    ];
    let settings = &plan.settings;
    if settings.in_flight < plan.numbers {
        words.push(format!("{} in flight", settings.in_flight));
    }
    if settings.waiting < plan.commands.commands.len() {
        words.push(format!("{} waiting", settings.waiting));
    }
    if settings.batch < plan.numbers {
        words.push(format!("{} sent at once", settings.batch));
    }
    if plan.retries {
        words.push("asked of everybody".to_owned());
    }
    if let Some(asked) = &plan.asked {
        let asked: Vec<_> = asked.iter().map(Priest::to_string).collect();
        words.push(format!("asked of {}", asked.join(" ")));
    }
    if plan.variant.order == Order::Any {
        words.push("votes in any order".to_owned());
    }
    if plan.variant.voted_to == VotedTo::Everybody {
        words.push("Voted to everybody".to_owned());
    }
    if plan.reductions.useless_messages {
        words.push(format!("without {USELESS}"));
    }
    if plan.reductions.weaker_crashes {
        words.push(format!("without {WEAKER}"));
    }
    if plan.remembers_clients {
        words.push("clients remembered".to_owned());
    }
    Ok(words.join(", "))
}
