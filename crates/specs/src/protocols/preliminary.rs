//! Run specs of the preliminary protocol (§2.2), in which priests remember everything.

use crate::bounds::{
    ATTEMPTS, BALLOTS_ARE_OWNED, DECREES, PRIESTS, QUORUMS, TRYERS, decrees, no_room, synod_bounds,
};
use crate::error::SpecError;
use crate::protocol::{Asked, Instead, Protocol};
use crate::read::{Key, SpecTable};
use synod_models::preliminary::Preliminary as Model;

pub(crate) struct Preliminary;

const REMEMBERED: &str = "leave it out: in the preliminary protocol priests remember everything";

impl Protocol for Preliminary {
    const NAME: &'static str = "preliminary";
    const KEYS: &'static [Key] = &[PRIESTS, TRYERS, ATTEMPTS, DECREES, QUORUMS];
    const INSTEAD: Instead = &[
        BALLOTS_ARE_OWNED,
        ("forgetful", REMEMBERED),
        ("crashes", REMEMBERED),
        ("mutant", REMEMBERED),
    ];
    type Model = Model;

    fn read(spec: &SpecTable<'_>) -> Result<Asked<Model>, SpecError> {
        let (bounds, descriptions) = synod_bounds(spec, &decrees(spec)?)?;
        let model = Model::new(bounds).map_err(|error| no_room(spec, &error))?;
        Ok(Asked {
            model,
            mutant: None,
            drops: None,
            bounds: descriptions,
        })
    }
}
