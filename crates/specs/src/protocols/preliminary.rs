//! Run specs of the preliminary protocol (§2.2), in which priests remember everything.

use crate::bounds::{
    ATTEMPTS, BALLOTS_ARE_OWNED, DECREES, PRIESTS, QUORUMS, TRYERS, decrees, no_room, synod_bounds,
};
use crate::error::SpecError;
use crate::protocol::{Asked, Instead, Protocol};
use crate::read::{Key, SpecTable};
use crate::reductions::{REDUCTIONS, asks_for_symmetry, describe_symmetry, too_large_for_symmetry};
use crate::visit::{Visit, Visitor};
use synod_models::packing::Packing;
use synod_models::preliminary;

pub(crate) struct Preliminary;

/// The model, by what a search holds of states.
// Its size does not matter: each spec has one.
#[allow(clippy::large_enum_variant)]
#[derive(Clone)]
pub(crate) enum Model {
    /// Numbers.
    Packed(preliminary::Preliminary<Packing>),
    /// The states themselves, since the bounds are too large for numbers.
    Whole(preliminary::Preliminary),
}

impl Visit for Model {
    fn visit<V: Visitor>(&self, visitor: V) -> V::Output {
        match self {
            Self::Packed(model) => visitor.visit(model),
            Self::Whole(model) => visitor.visit(model),
        }
    }
}

const REMEMBERED: &str = "leave it out: in the preliminary protocol priests remember everything";

impl Protocol for Preliminary {
    const NAME: &'static str = "preliminary";
    const KEYS: &'static [Key] = &[PRIESTS, TRYERS, ATTEMPTS, DECREES, QUORUMS, REDUCTIONS];
    const INSTEAD: Instead = &[
        BALLOTS_ARE_OWNED,
        ("forgetful", REMEMBERED),
        ("crashes", REMEMBERED),
        ("mutant", REMEMBERED),
    ];
    type Model = Model;

    fn read(spec: &SpecTable<'_>) -> Result<Asked<Model>, SpecError> {
        let (bounds, mut descriptions) = synod_bounds(spec, &decrees(spec)?)?;
        let model = preliminary::Preliminary::new(bounds);
        let model = model.map_err(|error| no_room(spec, &error))?;
        let model = if asks_for_symmetry(spec, false)? {
            let packed = model.packed();
            let packed = packed.ok_or_else(|| too_large_for_symmetry(spec))?;
            descriptions.push(describe_symmetry(spec, packed.is_symmetric())?);
            Model::Packed(packed.with_symmetry())
        } else {
            model.packed().map_or(Model::Whole(model), Model::Packed)
        };
        Ok(Asked {
            model,
            mutant: None,
            drops: None,
            bounds: descriptions,
        })
    }
}
