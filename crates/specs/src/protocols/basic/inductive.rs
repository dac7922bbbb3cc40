//! What a run spec says of the basic protocol that begins wherever I holds.

use crate::bounds::PRIESTS;
use crate::error::SpecError;
use crate::read::{Key, SpecTable, choice_of, list_of};
use synod_models::basic::Basic;
use synod_models::basic::inductive::{Conjunct, Inductive, Sent};

pub(super) const INDUCTIVE: Key =
    Key::new("inductive", "inductive = [\"I\", \"I8\", \"I9\", \"I10\"]");
pub(super) const MESSAGES: Key = Key::new("messages", "messages = \"the largest set\"");

/// More choices than these are too many states to keep at once.
const MOST_MESSAGES: usize = 13;
const MOST_CHOICES: usize = 16;

/// The model that begins wherever I holds, if the spec asks for it, and where it
/// begins, as a person reads it.
pub(super) fn inductive(
    spec: &SpecTable<'_>,
    basic: &Basic,
) -> Result<Option<(Inductive, String)>, SpecError> {
    let Some((conjuncts, sent)) = begins(spec)? else {
        return Ok(None);
    };
    let names = conjuncts.iter().map(|conjunct| conjunct.name());
    let all: Vec<_> = std::iter::once("I").chain(names).collect();
    let description = format!(
        "from every state with {} and {} of messages",
        all.join(" "),
        sent.name()
    );
    let model = Inductive::new(basic.clone(), conjuncts, sent);
    refuse_too_many(spec, &model, sent)?;
    Ok(Some((model, description)))
}

fn begins(spec: &SpecTable<'_>) -> Result<Option<(Vec<Conjunct>, Sent)>, SpecError> {
    let sent = spec.optional(MESSAGES, choice_of(&Sent::ALL, Sent::name))?;
    // I itself is none: it is always there.
    let others = Conjunct::ALL.map(Some);
    let known: Vec<_> = std::iter::once(None).chain(others).collect();
    let conjunct = choice_of(&known, |one| one.map_or("I", Conjunct::name));
    let Some(all) = spec.optional(INDUCTIVE, list_of(conjunct))? else {
        return match sent {
            None => Ok(None),
            Some(_) => Err(spec.refused(
                MESSAGES,
                "`messages` says nothing without `inductive`",
                "leave it out, or add a line `inductive = [\"I\"]`",
            )),
        };
    };
    let is_twice = |position: usize| all[..position].contains(&all[position]);
    if all.first() != Some(&None) || (0..all.len()).any(is_twice) {
        return Err(spec.refused(
            INDUCTIVE,
            "`inductive` begins with \"I\", and has nothing twice",
            "write it like `inductive = [\"I\", \"I8\", \"I9\", \"I10\"]`",
        ));
    }
    let conjuncts = all.into_iter().flatten().collect();
    Ok(Some((conjuncts, sent.unwrap_or_default())))
}

fn refuse_too_many(spec: &SpecTable<'_>, model: &Inductive, sent: Sent) -> Result<(), SpecError> {
    let choices = model.choices();
    if choices > MOST_CHOICES {
        return Err(spec.refused(
            PRIESTS,
            format!("priests × tryers × ballots is {choices}: too many states"),
            format!("with `inductive` it must be {MOST_CHOICES} at most"),
        ));
    }
    let messages = model.most_messages();
    if sent == Sent::EverySet && messages > MOST_MESSAGES {
        return Err(spec.refused(
            INDUCTIVE,
            format!("I7 may allow {messages} messages, and 2^{messages} sets of them"),
            "add a line `messages = \"the largest set\"`, which is enough",
        ));
    }
    Ok(())
}
