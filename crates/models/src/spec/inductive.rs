//! What a run spec says of the basic protocol that begins wherever I holds.

use super::read::Reader;
use super::{SpecError, SpecModel};
use crate::basic::Basic;
use crate::basic::inductive::{Conjunct, Inductive, Sent};
use crate::spec::parse::refuse_key;

/// Keys that no other protocol has.
const KEYS: [&str; 2] = ["inductive", "messages"];

/// More choices than these are too many states to keep at once.
const MOST_MESSAGES: usize = 13;
const MOST_CHOICES: usize = 16;

/// Other protocols have no I.
pub(super) fn refuse_inductive(spec: &Reader<'_>, protocol: &str) -> Result<(), SpecError> {
    for key in KEYS {
        let help = "leave it out: it is for protocol \"basic\"";
        refuse_key(spec, key, protocol, help)?;
    }
    Ok(())
}

/// The model that the spec asks for: from the initial state, or from wherever I
/// holds.
pub(super) fn perhaps_inductive(spec: &Reader<'_>, basic: Basic) -> Result<SpecModel, SpecError> {
    let Some((conjuncts, sent)) = inductive(spec)? else {
        return Ok(SpecModel::Basic(basic));
    };
    let model = Inductive::new(basic, conjuncts, sent);
    refuse_too_many(spec, &model, sent)?;
    Ok(SpecModel::Inductive(model))
}

/// What a spec says of it, as a person reads it.
pub(super) fn described(spec: &Reader<'_>) -> Result<Option<String>, SpecError> {
    Ok(inductive(spec)?.map(|(conjuncts, sent)| {
        let others = conjuncts.into_iter().map(Conjunct::name);
        let all: Vec<_> = std::iter::once("I").chain(others).collect();
        let (all, sent) = (all.join(" "), sent.name());
        format!("from every state with {all} and {sent} of messages")
    }))
}

fn inductive(spec: &Reader<'_>) -> Result<Option<(Vec<Conjunct>, Sent)>, SpecError> {
    let sent = spec.optional("messages", |spec, key, value| {
        spec.choice(key, value, &Sent::ALL, Sent::name)
    })?;
    let Some(all) = spec.optional("inductive", |spec, key, value| {
        spec.list(key, value, conjunct)
    })?
    else {
        return match sent {
            None => Ok(None),
            Some(_) => Err(SpecError {
                message: "`messages` says nothing without `inductive`".to_owned(),
                span: spec.span_of("messages"),
                help: "leave it out, or add a line `inductive = [\"I\"]`".to_owned(),
            }),
        };
    };
    let is_twice = |position: usize| all[..position].contains(&all[position]);
    if all.first() != Some(&None) || (0..all.len()).any(is_twice) {
        return Err(SpecError {
            message: "`inductive` begins with \"I\", and has nothing twice".to_owned(),
            span: spec.span_of("inductive"),
            help: "write it like `inductive = [\"I\", \"I8\", \"I9\", \"I10\"]`".to_owned(),
        });
    }
    let conjuncts = all.into_iter().flatten().collect();
    Ok(Some((conjuncts, sent.unwrap_or_default())))
}

/// I itself is none: it is always there.
fn conjunct(
    spec: &Reader<'_>,
    key: &'static str,
    value: &toml::Spanned<toml::de::DeValue<'_>>,
) -> Result<Option<Conjunct>, SpecError> {
    let known = Conjunct::ALL.map(Some);
    let all: Vec<_> = std::iter::once(None).chain(known).collect();
    spec.choice(key, value, &all, |conjunct| {
        conjunct.map_or("I", Conjunct::name)
    })
}

fn refuse_too_many(spec: &Reader<'_>, model: &Inductive, sent: Sent) -> Result<(), SpecError> {
    let choices = model.choices();
    if choices > MOST_CHOICES {
        return Err(SpecError {
            message: format!("priests × tryers × ballots is {choices}: too many states"),
            span: spec.span_of("priests"),
            help: format!("with `inductive` it must be {MOST_CHOICES} at most"),
        });
    }
    let messages = model.most_messages();
    if sent == Sent::EverySet && messages > MOST_MESSAGES {
        return Err(SpecError {
            message: format!("I7 may allow {messages} messages, and 2^{messages} sets of them"),
            span: spec.span_of("inductive"),
            help: "add a line `messages = \"the largest set\"`, which is enough".to_owned(),
        });
    }
    Ok(())
}
