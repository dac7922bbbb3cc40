//! What is said alike of the shipped code of every protocol.

use crate::bounds::{crashes, mutant, refuse_unless};
use crate::error::SpecError;
use crate::read::SpecTable;
use crate::visit::{ViewError, Viewable, Viewer};
use synod_models::world::{Actors, Refined, World};
use synod_world::actors::DescribedActors;
use synod_world::reductions::Reductions;

/// What to do instead of saying that slips may be lost.
pub(super) const A_CRASH_LOSES_THE_SLIP: (&str, &str) = (
    "forgetful",
    "a crash loses the slip: say how many with `crashes = 1`",
);

/// How many crashes there may be, and the mutant that the spec selects, if it shows
/// with so many.
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
        refuse_unless(shows, spec, name(mutant), "add a line `crashes = 1`")?;
    }
    Ok((crashes, mutant))
}

/// Shows the actors of a world without crashes and without reductions:
/// Stateright's `ActorModel` keeps through a crash what a process would lose.
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
            message: "its processes crash, and Stateright's actors keep after a crash what is lost",
            help: "leave out --actors, or name a spec without crashes",
        });
    }
    if world.reductions() != Reductions::default() {
        return Err(ViewError {
            message: "it has reductions, and Stateright's actors leave nothing out",
            help: "leave out --actors, or name a spec without reductions",
        });
    }
    Ok(viewer.view(DescribedActors(as_actors(world))))
}
