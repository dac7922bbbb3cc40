//! Run specs of the complete protocol (§2.4): the code that ships, or a mutant of it; as it may
//! behave at any time, or from an instant on at which time passes.

use super::shipped::{A_CRASH_LOSES_THE_SLIP, crashes_and_mutant, view_actors};
use super::time::{InTime, TIME, pace};
use crate::bounds::{
    ATTEMPTS, BALLOTS_ARE_OWNED, CRASHES, DECREES, MUTANT, PRIESTS, QUORUMS, TRYERS, decrees,
    describe_crashes, refused_at, synod_bounds,
};
use crate::error::SpecError;
use crate::protocol::{Asked, Instead, Protocol};
use crate::read::{Key, SpecTable};
use crate::visit::{ViewError, Viewer};
use synod_models::complete::mutants::Mutant;
use synod_models::complete::{self, Candidate, timed};
use synod_models::timed::Before;
use synod_vocabulary::time::Elapsed;

pub(crate) struct Complete;

/// The values of `before`; without `elected`, which only the parliament has.
const BEFORES: &[Before] = &[Before::Nothing, Before::Asked, Before::Anything];

impl Protocol for Complete {
    const NAME: &'static str = "complete";
    const KEYS: &'static [Key] = &[
        PRIESTS, TRYERS, ATTEMPTS, DECREES, QUORUMS, CRASHES, TIME, MUTANT,
    ];
    const INSTEAD: Instead = &[BALLOTS_ARE_OWNED, A_CRASH_LOSES_THE_SLIP];
    type Model = InTime<Candidate>;

    fn mutants() -> Vec<&'static str> {
        Mutant::ALL.map(Mutant::name).to_vec()
    }

    fn read(spec: &SpecTable<'_>) -> Result<Asked<Self::Model>, SpecError> {
        let (bounds, mut descriptions) = synod_bounds(spec, &decrees(spec)?)?;
        let (crashes, mutant) =
            crashes_and_mutant(spec, &Mutant::ALL, Mutant::name, Mutant::needs_crashes)?;
        descriptions.extend(describe_crashes(crashes));
        let model = match pace(spec, &bounds, crashes, BEFORES)? {
            Some((pace, description)) => {
                descriptions.push(description);
                timed::world(bounds, mutant, crashes, &pace).map(InTime::Timed)
            }
            None => complete::world(bounds, mutant, crashes).map(InTime::World),
        };
        Ok(Asked {
            model: model.map_err(|error| refused_at(spec, &error))?,
            mutant: mutant.map(Mutant::name),
            drops: None,
            bounds: descriptions,
        })
    }

    fn longest(model: &Self::Model, worst: Elapsed) -> Option<Self::Model> {
        model.ending_at(worst)
    }

    fn view_actors<V: Viewer>(model: &Self::Model, viewer: V) -> Result<V::Output, ViewError> {
        view_actors(model.without_time()?, complete::as_actors, viewer)
    }
}
