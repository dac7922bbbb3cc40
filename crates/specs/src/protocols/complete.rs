//! Run specs of the complete protocol (§2.4): the code that ships, or a mutant of it; as it may
//! behave at any time, or from an instant on at which time passes.

mod time;

use super::shipped::{A_CRASH_LOSES_THE_SLIP, crashes_and_mutant, view_actors};
use crate::bounds::{
    ATTEMPTS, BALLOTS_ARE_OWNED, CRASHES, DECREES, MUTANT, PRIESTS, QUORUMS, TRYERS, decrees,
    describe_crashes, refused_at, synod_bounds,
};
use crate::error::SpecError;
use crate::protocol::{Asked, Instead, Protocol};
use crate::read::{Key, SpecTable};
use crate::visit::{ViewCopy, ViewError, Viewer, Visit, Visitor};
use synod_models::complete::mutants::Mutant;
use synod_models::complete::timed::{self, Timed};
use synod_models::complete::{self, Candidate};
use synod_models::world::World;
use synod_vocabulary::time::Elapsed;
use time::{TIME, pace};

pub(crate) struct Complete;

/// The model, by whether time passes.
// Its size does not matter: each spec has one.
#[allow(clippy::large_enum_variant)]
#[derive(Clone)]
pub(crate) enum Model {
    World(World<Candidate>),
    Timed(Timed),
}

impl Visit for Model {
    fn visit<V: Visitor>(&self, visitor: V) -> V::Output {
        match self {
            Self::World(model) => visitor.visit(model),
            Self::Timed(model) => visitor.visit(model),
        }
    }
}

impl Protocol for Complete {
    const NAME: &'static str = "complete";
    const KEYS: &'static [Key] = &[
        PRIESTS, TRYERS, ATTEMPTS, DECREES, QUORUMS, CRASHES, TIME, MUTANT,
    ];
    const INSTEAD: Instead = &[BALLOTS_ARE_OWNED, A_CRASH_LOSES_THE_SLIP];
    type Model = Model;

    fn mutants() -> Vec<&'static str> {
        Mutant::ALL.map(Mutant::name).to_vec()
    }

    fn read(spec: &SpecTable<'_>) -> Result<Asked<Model>, SpecError> {
        let (bounds, mut descriptions) = synod_bounds(spec, &decrees(spec)?)?;
        let (crashes, mutant) =
            crashes_and_mutant(spec, &Mutant::ALL, Mutant::name, Mutant::needs_crashes)?;
        descriptions.extend(describe_crashes(crashes));
        let model = match pace(spec, &bounds, crashes)? {
            Some((pace, description)) => {
                descriptions.push(description);
                timed::world(bounds, mutant, crashes, pace).map(Model::Timed)
            }
            None => complete::world(bounds, mutant, crashes).map(Model::World),
        };
        Ok(Asked {
            model: model.map_err(|error| refused_at(spec, &error))?,
            mutant: mutant.map(Mutant::name),
            drops: None,
            bounds: descriptions,
        })
    }

    fn longest(model: &Model, worst: Elapsed) -> Option<Model> {
        match model {
            Model::World(_) => None,
            Model::Timed(model) => Some(Model::Timed(model.clone().ending_at(worst))),
        }
    }

    fn view<V: Viewer>(model: &Model, viewer: V) -> Result<V::Output, ViewError> {
        Ok(model.visit(ViewCopy(viewer)))
    }

    fn view_actors<V: Viewer>(model: &Model, viewer: V) -> Result<V::Output, ViewError> {
        match model {
            Model::World(model) => view_actors(model, complete::as_actors, viewer),
            Model::Timed(_) => Err(ViewError {
                message: "time passes in it, and Stateright's actors have no clocks",
                help: "leave out --actors, or name a spec without `[time]`",
            }),
        }
    }
}
