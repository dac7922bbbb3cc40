//! Run specs of the parliament (§3): requests instead of decrees, limits, and variants.

use super::shipped::{A_CRASH_LOSES_THE_SLIP, crashes_and_mutant, view_actors};
use super::time::{InTime, TIME, pace};
use crate::bounds::{
    ATTEMPTS, BALLOTS_ARE_OWNED, CRASHES, MUTANT, PRIESTS, QUORUMS, TRYERS, describe_crashes,
    index, listed, refused, refused_at, synod_bounds,
};
use crate::error::SpecError;
use crate::protocol::{Asked, Instead, Protocol};
use crate::read::{Key, SpecTable, choice_of, count, flag, list_of, text};
use crate::reductions::{REDUCTIONS_OF_WORLDS, reductions, refuse_for_mutants};
use crate::visit::{ViewError, Viewer};
use synod_math::Priest;
use synod_models::bounds::{Bounds, plural};
use synod_models::parliament::mutants::Mutant;
use synod_models::parliament::plan::Plan;
use synod_models::parliament::setting::{Commands, MAX_DECREE_NUMBERS};
use synod_models::parliament::synced::Synced;
use synod_models::parliament::{self, Candidate, timed};
use synod_models::timed::Before;
use synod_protocol::parliament::{Chosen, Order, Settings, VotedTo};
use synod_vocabulary::time::Elapsed;
use synod_world::reductions::Reductions;

pub(crate) struct Parliament;

const REQUESTS: Key = Key::new("requests", "requests = [\"write a\", \"read\"]");
const ASKED: Key = Key::new("asked", "asked = [1, 2]");
const RETRIES: Key = Key::new("retries", "retries = true");
const NUMBERS: Key = Key::new("numbers", "numbers = 2");
const IN_FLIGHT: Key = Key::new("in_flight", "in_flight = 1");
const WAITING: Key = Key::new("waiting", "waiting = 1");
const BATCH: Key = Key::new("batch", "batch = 1");
const MESSAGE_SIZE: Key = Key::new("message_size", "message_size = 1");
const SNAPSHOT_AFTER: Key = Key::new("snapshot_after", "snapshot_after = 1");
const KEPT: Key = Key::new("kept", "kept = 1");
const LOSSES: Key = Key::new("loses_a_ledger", "loses_a_ledger = true");
const ORDER: Key = Key::new("order", "order = \"ascending\"");
const VOTED_TO: Key = Key::new("voted_to", "voted_to = \"president\"");
const SYNCED: Key = Key::new("synced", "synced = \"all but outcomes\"");
const LINEARIZABILITY: Key = Key::new("linearizability", "linearizability = true");

impl Protocol for Parliament {
    const NAME: &'static str = "parliament";
    const KEYS: &'static [Key] = &[
        PRIESTS,
        TRYERS,
        ATTEMPTS,
        REQUESTS,
        ASKED,
        RETRIES,
        NUMBERS,
        IN_FLIGHT,
        WAITING,
        BATCH,
        MESSAGE_SIZE,
        SNAPSHOT_AFTER,
        KEPT,
        LOSSES,
        ORDER,
        VOTED_TO,
        SYNCED,
        LINEARIZABILITY,
        REDUCTIONS_OF_WORLDS,
        QUORUMS,
        CRASHES,
        TIME,
        MUTANT,
    ];
    const INSTEAD: Instead = &[
        BALLOTS_ARE_OWNED,
        (
            "decrees",
            "use requests instead: `requests = [\"write a\", \"read\"]`",
        ),
        A_CRASH_LOSES_THE_SLIP,
    ];
    type Model = InTime<Candidate>;

    fn mutants() -> Vec<&'static str> {
        Mutant::ALL.map(Mutant::name).to_vec()
    }

    fn read(spec: &SpecTable<'_>) -> Result<Asked<Self::Model>, SpecError> {
        let commands = commands(spec)?;
        let (bounds, descriptions) = synod_bounds(spec, &commands.decrees())?;
        let plan = plan(spec, &bounds, commands)?;
        let pace = pace(spec, &bounds, plan.crashes, &Before::ALL)?;
        let mut descriptions = describe_bounds(descriptions, &plan);
        let model = match pace {
            Some((pace, description)) => {
                refuse_without_effect(spec)?;
                descriptions.push(description);
                timed::world(&bounds, &plan, &pace).map(InTime::Timed)
            }
            None => parliament::world(&bounds, &plan).map(InTime::World),
        };
        Ok(Asked {
            model: model.map_err(|error| refused_at(spec, &error))?,
            mutant: plan.mutant.map(Mutant::name),
            drops: None,
            bounds: descriptions,
        })
    }

    fn longest(model: &Self::Model, worst: Elapsed) -> Option<Self::Model> {
        model.ending_at(worst)
    }

    fn view_actors<V: Viewer>(model: &Self::Model, viewer: V) -> Result<V::Output, ViewError> {
        view_actors(model.without_time()?, parliament::as_actors, viewer)
    }
}

/// Refuses what has no place in a parliament in time: its worst cases are about messages and timers, and
/// a reduction or a limit that rests on the bounds would not hold after T_el.
fn refuse_without_effect(spec: &SpecTable<'_>) -> Result<(), SpecError> {
    let all = [
        (
            REDUCTIONS_OF_WORLDS,
            "reductions rest on bounds, and T_el ends them",
        ),
        (
            SNAPSHOT_AFTER,
            "how long a snapshot takes depends on the disk",
        ),
        (LOSSES, "nobody loses a ledger"),
        (LINEARIZABILITY, "the worst case does not depend on answers"),
        (BATCH, "a legislator who is far behind would not preside"),
    ];
    for (key, why) in all {
        if spec.value(key).is_some() {
            let message = format!("{key} cannot be used with {TIME}: {why}");
            return Err(spec.refused(key, message, "leave it out"));
        }
    }
    Ok(())
}

fn commands(spec: &SpecTable<'_>) -> Result<Commands, SpecError> {
    let texts = spec.required(REQUESTS, list_of(text))?;
    Commands::parse(&texts).map_err(|error| refused(&error, spec.span_of(REQUESTS)))
}

fn plan(spec: &SpecTable<'_>, bounds: &Bounds, commands: Commands) -> Result<Plan, SpecError> {
    let requests = commands.commands.len();
    let numbers = at_least_1(spec, NUMBERS)?.unwrap_or(requests);
    if numbers > MAX_DECREE_NUMBERS {
        return Err(spec.refused(
            NUMBERS,
            format!("`numbers` is {numbers}"),
            format!("it must be 1 to {MAX_DECREE_NUMBERS}"),
        ));
    }
    let asked = asked(spec, bounds, requests)?;
    let retries = spec.optional(RETRIES, flag)?.unwrap_or(false);
    if retries && asked.is_some() {
        return Err(spec.refused(
            ASKED,
            "with `retries` every legislator may be asked for every request",
            "leave out `asked`, or `retries`",
        ));
    }
    let (crashes, mutant) =
        crashes_and_mutant(spec, &Mutant::ALL, Mutant::name, Mutant::needs_crashes)?;
    let losses = spec.optional(LOSSES, flag)?.map_or(0, u8::from);
    let reductions = reductions_of_plan(spec, crashes, losses, mutant)?;
    let variant = variant(spec)?;
    let synced = synced(spec, crashes, &variant)?;
    let linearizability = spec.optional(LINEARIZABILITY, flag)?;
    Ok(Plan {
        commands,
        asked,
        retries,
        numbers,
        settings: settings(spec, numbers, requests)?,
        variant,
        remembers_clients: linearizability.unwrap_or(false),
        crashes,
        losses,
        mutant,
        synced,
        reductions,
    })
}

/// Reads when records are durable, which matters only if there are crashes.
fn synced(spec: &SpecTable<'_>, crashes: u8, variant: &Chosen) -> Result<Synced, SpecError> {
    let synced = spec.optional(SYNCED, choice_of(&Synced::ALL, Synced::name))?;
    if synced.is_some() && crashes == 0 {
        return Err(spec.refused(
            SYNCED,
            "`synced` has no effect without crashes",
            format!("leave it out, or {}", spec.set_to(CRASHES, "crashes = 1")),
        ));
    }
    let synced = synced.unwrap_or_default();
    if synced == Synced::VotesWhenTheyCount && *variant != Chosen::SHIPPED {
        return Err(spec.refused(
            SYNCED,
            format!(
                "`synced` is {:?} with another `order` or `voted_to`",
                synced.name()
            ),
            "leave out `order` and `voted_to`: this is how the node, which has none, writes votes",
        ));
    }
    Ok(synced)
}

/// Reads the names of the reductions. Which have an effect depends on the rest of the plan.
fn reductions_of_plan(
    spec: &SpecTable<'_>,
    crashes: u8,
    losses: u8,
    mutant: Option<Mutant>,
) -> Result<Reductions, SpecError> {
    let names = reductions(spec, REDUCTIONS_OF_WORLDS, &[USELESS, WEAKER])?;
    refuse_for_mutants(spec, &names, mutant.is_some())?;
    if losses > 0 && names.contains(&USELESS) {
        return Err(spec.refused(
            REDUCTIONS_OF_WORLDS,
            format!("{USELESS:?} is not for ledgers that are lost"),
            "leave it out: a legislator who has forgotten something may use any message",
        ));
    }
    if crashes == 0 && names.contains(&WEAKER) {
        return Err(spec.refused(
            REDUCTIONS_OF_WORLDS,
            format!("{WEAKER:?} has no effect without crashes"),
            format!("leave it out, or {}", spec.set_to(CRASHES, "crashes = 1")),
        ));
    }
    Ok(Reductions {
        useless_messages: names.contains(&USELESS),
        weaker_crashes: names.contains(&WEAKER),
    })
}

const USELESS: &str = "useless messages";
const WEAKER: &str = "weaker crashes";

fn variant(spec: &SpecTable<'_>) -> Result<Chosen, SpecError> {
    let order = choice_of(&[Order::Any, Order::Ascending], |order| match order {
        Order::Any => "any",
        Order::Ascending => "ascending",
    });
    let order = spec.optional(ORDER, order)?;
    let all = [VotedTo::President, VotedTo::Everybody];
    let voted_to = choice_of(&all, |voted_to| match voted_to {
        VotedTo::President => "president",
        VotedTo::Everybody => "everybody",
    });
    let voted_to = spec.optional(VOTED_TO, voted_to)?;
    Ok(Chosen::new(
        order.unwrap_or(Order::Ascending),
        voted_to.unwrap_or(VotedTo::President),
    ))
}

fn settings(spec: &SpecTable<'_>, numbers: usize, requests: usize) -> Result<Settings, SpecError> {
    let snapshot = at_least_1(spec, SNAPSHOT_AFTER)?;
    let kept = spec.optional(KEPT, count)?;
    if kept.is_some() && snapshot.is_none() {
        return Err(spec.refused(
            KEPT,
            "`kept` has no effect without snapshots",
            format!(
                "leave it out, or {}",
                spec.set_to(SNAPSHOT_AFTER, "snapshot_after = 1")
            ),
        ));
    }
    Ok(Settings {
        in_flight: at_least_1(spec, IN_FLIGHT)?.unwrap_or(numbers),
        waiting: spec.optional(WAITING, count)?.map_or(requests, index),
        batch: at_least_1(spec, BATCH)?.unwrap_or(numbers),
        size: at_least_1(spec, MESSAGE_SIZE)?.unwrap_or(numbers),
        snapshot,
        kept: kept.map_or(0, index),
        ..Settings::DEFAULT
    })
}

fn at_least_1(spec: &SpecTable<'_>, key: Key) -> Result<Option<usize>, SpecError> {
    let count = spec.optional(key, count)?;
    if count == Some(0) {
        return Err(spec.refused(key, format!("{key} is 0"), "it must be at least 1"));
    }
    Ok(count.map(index))
}

/// Reads which legislator is asked for each request; they are counted from 1.
fn asked(
    spec: &SpecTable<'_>,
    bounds: &Bounds,
    requests: usize,
) -> Result<Option<Vec<Priest>>, SpecError> {
    let asked = spec.optional(ASKED, list_of(count))?;
    let Some(asked) = asked else {
        return Ok(None);
    };
    let refused = |message: String, help: String| spec.refused(ASKED, message, help);
    if asked.len() != requests {
        let message = format!(
            "`asked` names {} for {}",
            plural(asked.len(), "legislator"),
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
            let message = format!("`asked` names legislator {number}, who does not exist");
            refused(message, format!("the legislators are 1 to {priests}"))
        })
    };
    asked
        .iter()
        .map(legislator)
        .collect::<Result<_, _>>()
        .map(Some)
}

/// The parts of the description of the bounds: those of a synod, and those of the parliament.
fn describe_bounds(mut descriptions: Vec<String>, plan: &Plan) -> Vec<String> {
    let numbers: Vec<_> = (1..=plan.numbers)
        .map(|number| number.to_string())
        .collect();
    let requests: Vec<_> = plan
        .commands
        .names
        .iter()
        .map(|name| format!("{name:?}"))
        .collect();
    descriptions.extend(describe_crashes(plan.crashes));
    descriptions.extend((plan.losses > 0).then(|| "a ledger is lost".to_owned()));
    descriptions.extend([
        listed("decree number", &numbers),
        listed("request", &requests),
    ]);
    let settings = &plan.settings;
    let most_waiting = plan.commands.commands.len();
    let asked = plan.asked.iter().map(|asked| {
        let asked: Vec<_> = asked.iter().map(Priest::to_string).collect();
        format!("asked of {}", asked.join(" "))
    });
    let when = |says: bool, text: &str| says.then(|| text.to_owned());
    let of =
        |limit: usize, most: usize, text: &str| (limit < most).then(|| format!("{limit} {text}"));
    descriptions.extend(of(settings.in_flight, plan.numbers, "in flight"));
    descriptions.extend(of(settings.waiting, most_waiting, "waiting"));
    descriptions.extend(of(settings.batch, plan.numbers, "sent at once"));
    descriptions.extend(of(settings.size, plan.numbers, "in a message"));
    let snapshots = settings.snapshot.map(|after| {
        let kept = settings.kept;
        format!(
            "a snapshot after {} passed, {kept} kept",
            plural(after, "decree")
        )
    });
    descriptions.extend(snapshots);
    descriptions.extend(when(plan.retries, "asked of everybody"));
    descriptions.extend(asked);
    let (order, voted_to) = (plan.variant.order, plan.variant.voted_to);
    descriptions.extend(when(order == Order::Any, "votes in any order"));
    descriptions.extend(when(voted_to == VotedTo::Everybody, "Voted to everybody"));
    let synced =
        (plan.synced != Synced::default()).then(|| format!("synced: {}", plan.synced.name()));
    descriptions.extend(synced);
    let Reductions {
        useless_messages,
        weaker_crashes,
    } = plan.reductions;
    descriptions.extend(useless_messages.then(|| format!("without {USELESS}")));
    descriptions.extend(weaker_crashes.then(|| format!("without {WEAKER}")));
    descriptions.extend(when(plan.remembers_clients, "clients remembered"));
    descriptions
}
