//! The keys `inductive` and `messages`: the basic protocol begins in every state in which the
//! invariant I holds, so that a run shows whether I is inductive (no step breaks it).

use crate::bounds::PRIESTS;
use crate::error::SpecError;
use crate::read::{Key, SpecTable, choice_of, list_of};
use synod_models::basic::Basic;
use synod_models::basic::inductive::{Conjunct, Inductive, Sent};

pub(super) const INDUCTIVE: Key =
    Key::new("inductive", "inductive = [\"I\", \"I8\", \"I9\", \"I10\"]");
pub(super) const MESSAGES: Key = Key::new("messages", "messages = \"the largest set\"");

/// With more messages, or more choices, there are too many initial states to keep in memory.
const MOST_MESSAGES: usize = 13;
const MOST_CHOICES: usize = 16;

/// The model that begins in every state in which I holds, if the spec asks for it, and its
/// initial states in words.
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
    // `None` stands for I itself, which always comes first.
    let others = Conjunct::ALL.map(Some);
    let known: Vec<_> = std::iter::once(None).chain(others).collect();
    let conjunct = choice_of(&known, |one| one.map_or("I", Conjunct::name));
    let Some(all) = spec.optional(INDUCTIVE, list_of(conjunct))? else {
        return match sent {
            None => Ok(None),
            Some(_) => Err(spec.refused(
                MESSAGES,
                "`messages` has no effect without `inductive`",
                "leave it out, or add a line `inductive = [\"I\"]`",
            )),
        };
    };
    let is_twice = |position: usize| all[..position].contains(&all[position]);
    if all.first() != Some(&None) || (0..all.len()).any(is_twice) {
        return Err(spec.refused(
            INDUCTIVE,
            "`inductive` must begin with \"I\" and name nothing twice",
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
            format!("I7 may allow {messages} messages, which have 2^{messages} sets: too many"),
            format!(
                "{}, which is enough",
                spec.set_to(MESSAGES, "messages = \"the largest set\"")
            ),
        ));
    }
    Ok(())
}
