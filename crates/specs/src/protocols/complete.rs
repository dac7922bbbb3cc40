//! Run specs of the complete protocol (§2.4): the code that ships, or a mutant of it.

use super::shipped::{A_CRASH_LOSES_THE_SLIP, crashes_and_mutant, view_actors};
use crate::bounds::{
    ATTEMPTS, BALLOTS_ARE_OWNED, CRASHES, DECREES, MUTANT, PRIESTS, QUORUMS, TRYERS, decrees,
    describe_crashes, refused_at, synod_bounds,
};
use crate::error::SpecError;
use crate::protocol::{Asked, Instead, Protocol};
use crate::read::{Key, SpecTable};
use crate::visit::{ViewError, Viewer};
use synod_models::complete::mutants::Mutant;
use synod_models::complete::{self, Candidate};
use synod_models::world::World;

pub(crate) struct Complete;

impl Protocol for Complete {
    const NAME: &'static str = "complete";
    const KEYS: &'static [Key] = &[PRIESTS, TRYERS, ATTEMPTS, DECREES, QUORUMS, CRASHES, MUTANT];
    const INSTEAD: Instead = &[BALLOTS_ARE_OWNED, A_CRASH_LOSES_THE_SLIP];
    type Model = World<Candidate>;

    fn mutants() -> Vec<&'static str> {
        Mutant::ALL.map(Mutant::name).to_vec()
    }

    fn read(spec: &SpecTable<'_>) -> Result<Asked<Self::Model>, SpecError> {
        let (bounds, mut descriptions) = synod_bounds(spec, &decrees(spec)?)?;
        let (crashes, mutant) =
            crashes_and_mutant(spec, &Mutant::ALL, Mutant::name, Mutant::needs_crashes)?;
        descriptions.extend(describe_crashes(crashes));
        let model =
            complete::world(bounds, mutant, crashes).map_err(|error| refused_at(spec, &error))?;
        Ok(Asked {
            model,
            mutant: mutant.map(Mutant::name),
            drops: None,
            bounds: descriptions,
        })
    }

    fn view_actors<V: Viewer>(model: &Self::Model, viewer: V) -> Result<V::Output, ViewError> {
        view_actors(model, complete::as_actors, viewer)
    }
}
