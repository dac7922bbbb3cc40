//! What run specs of shipped code share: crashes, mutants and actors.

use crate::bounds::{CRASHES, crashes, mutant, refuse_unless};
use crate::error::SpecError;
use crate::read::SpecTable;
use crate::visit::{ViewError, Viewable, Viewer};
use synod_models::world::{Actors, Refined, World};
use synod_world::actors::DescribedActors;
use synod_world::reductions::Reductions;

/// The help on the key `forgetful`.
pub(super) const A_CRASH_LOSES_THE_SLIP: (&str, &str) = (
    "forgetful",
    "a crash loses the slip: give the number of crashes instead, as in `crashes = 1`",
);

/// How many crashes there may be, and the mutant that the spec selects. A mutant that has no
/// effect without crashes is refused if there are none.
pub(super) fn crashes_and_mutant<T: Copy>(
    spec: &SpecTable<'_>,
    all: &[T],
    name: impl Fn(T) -> &'static str,
    needs_crashes: impl Fn(T) -> bool,
) -> Result<(u8, Option<T>), SpecError> {
    let crashes = crashes(spec)?;
    let mutant = mutant(spec, all, &name)?;
    if let Some(mutant) = mutant {
        let shows = crashes > 0 || !needs_crashes(mutant);
        let help = spec.set_to(CRASHES, "crashes = 1");
        refuse_unless(shows, spec, name(mutant), &help)?;
    }
    Ok((crashes, mutant))
}

/// Calls the viewer with the actors of a world. Worlds with crashes or reductions are refused:
/// Stateright's `ActorModel` keeps state through a crash that a process would lose, and has no
/// reductions.
pub(super) fn view_actors<P: Refined, V: Viewer>(
    world: &World<P>,
    as_actors: fn(&World<P>) -> Actors<P>,
    viewer: V,
) -> Result<V::Output, ViewError>
where
    DescribedActors<P, P::Setting>: Viewable,
{
    if world.crashes() > 0 {
        return Err(ViewError {
            message: "its processes crash, and Stateright's actors keep state that a crash loses",
            help: "leave out --actors, or name a spec without crashes",
        });
    }
    if world.reductions() != Reductions::default() {
        return Err(ViewError {
            message: "it has reductions, and Stateright's actors have none",
            help: "leave out --actors, or name a spec without reductions",
        });
    }
    Ok(viewer.view(DescribedActors(as_actors(world))))
}
