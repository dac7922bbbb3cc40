//! Run specs of the basic protocol (§2.3, A.1): as it is, or a mutant of it, from the initial
//! state or from every state in which the invariant I holds (A.2).

mod inductive;

use crate::bounds::{
    ATTEMPTS, BALLOTS_ARE_OWNED, DECREES, MUTANT, PRIESTS, QUORUMS, TRYERS, decrees, mutant,
    no_room, refuse_unless, synod_bounds,
};
use crate::error::SpecError;
use crate::protocol::{Asked, Instead, Protocol};
use crate::read::{Key, SpecTable, flag};
use crate::reductions::{REDUCTIONS, asks_for_symmetry, describe_symmetry, too_large_for_symmetry};
use crate::visit::{ViewError, Viewer, Visit, Visitor};
use inductive::{INDUCTIVE, MESSAGES, inductive};
use synod_models::basic::inductive::Inductive;
use synod_models::basic::mutants::{MUTANTS, Mutant};
use synod_models::basic::{self};
use synod_models::packing::Packing;

pub(crate) struct Basic;

const FORGETFUL: Key = Key::new("forgetful", "forgetful = true");

/// The model, by the states in which it begins and by what a search holds of states.
// Its size does not matter: each spec has one.
#[allow(clippy::large_enum_variant)]
#[derive(Clone)]
pub(crate) enum Model {
    /// It begins in the initial state; states are numbers.
    Packed(basic::Basic<Packing>),
    /// It begins in the initial state; states are held as they are, since it is a mutant, or
    /// since its bounds are too large for numbers.
    Whole(basic::Basic),
    /// It begins in every state in which I holds.
    Inductive(Inductive),
}

impl Visit for Model {
    fn visit<V: Visitor>(&self, visitor: V) -> V::Output {
        match self {
            Self::Packed(model) => visitor.visit(model),
            Self::Whole(model) => visitor.visit(model),
            Self::Inductive(model) => visitor.visit(model),
        }
    }
}

impl Protocol for Basic {
    const NAME: &'static str = "basic";
    const KEYS: &'static [Key] = &[
        PRIESTS, TRYERS, ATTEMPTS, DECREES, QUORUMS, FORGETFUL, INDUCTIVE, MESSAGES, REDUCTIONS,
        MUTANT,
    ];
    const INSTEAD: Instead = &[
        BALLOTS_ARE_OWNED,
        (
            "crashes",
            "to have slips lost, add a line `forgetful = true`",
        ),
    ];
    type Model = Model;

    fn mutants() -> Vec<&'static str> {
        MUTANTS.iter().map(|mutant| mutant.name).collect()
    }

    fn read(spec: &SpecTable<'_>) -> Result<Asked<Model>, SpecError> {
        let (bounds, mut descriptions) = synod_bounds(spec, &decrees(spec)?)?;
        let forgetful = spec.optional(FORGETFUL, flag)?.unwrap_or(false);
        if forgetful {
            descriptions.push("forgetful".to_owned());
        }
        let all: Vec<&'static Mutant> = MUTANTS.iter().collect();
        let mutant = mutant(spec, &all, |mutant| mutant.name)?;
        let model = match mutant {
            Some(mutant) => {
                let help = spec.set_to(FORGETFUL, "forgetful = true");
                refuse_unless(
                    forgetful || !mutant.needs_forgetful,
                    spec,
                    mutant.name,
                    &help,
                )?;
                mutant.model(bounds, forgetful)
            }
            None => basic::Basic::new(bounds, forgetful),
        };
        let model = model.map_err(|error| no_room(spec, &error))?;
        let is_reduced = asks_for_symmetry(spec, mutant.is_some())?;
        let model = match inductive(spec, &model)? {
            Some(_) if is_reduced => {
                return Err(spec.refused(
                    REDUCTIONS,
                    "`reductions` are not for `inductive`",
                    "leave it out: every state in which I holds is looked at",
                ));
            }
            Some((model, begins)) => {
                descriptions.push(begins);
                Model::Inductive(model)
            }
            None if is_reduced => {
                let packed = model.packed();
                let packed = packed.ok_or_else(|| too_large_for_symmetry(spec))?;
                descriptions.push(describe_symmetry(spec, packed.is_symmetric())?);
                Model::Packed(packed.with_symmetry())
            }
            None => model.packed().map_or(Model::Whole(model), Model::Packed),
        };
        Ok(Asked {
            model,
            mutant: mutant.map(|mutant| mutant.name),
            drops: mutant.map(|mutant| mutant.drops),
            bounds: descriptions,
        })
    }

    fn view<V: Viewer>(model: &Model, viewer: V) -> Result<V::Output, ViewError> {
        match model {
            Model::Packed(model) => Ok(viewer.view(model.clone())),
            Model::Whole(model) => Ok(viewer.view(model.clone())),
            Model::Inductive(_) => Err(ViewError {
                message: "it begins in every state in which I holds: too many for Stateright's page",
                help: "leave out --ui stateright",
            }),
        }
    }
}
