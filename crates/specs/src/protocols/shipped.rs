//! What is said alike of the shipped code of every protocol.

use crate::visit::{Refusal, Viewable, Viewer};
use synod_models::world::{Actors, Refined, World};
use synod_world::actors::DescribedActors;
use synod_world::reductions::Reductions;

/// Shows the actors of a world without crashes and without reductions:
/// Stateright's `ActorModel` keeps through a crash what a process would lose.
pub(super) fn view_actors<P: Refined, V: Viewer>(
    world: &World<P>,
    as_actors: fn(&World<P>) -> Actors<P>,
    viewer: V,
) -> Result<V::Output, Refusal>
where
    DescribedActors<P, P::Setting>: Viewable,
{
    if world.crashes() > 0 {
        return Err(Refusal {
            message: "its processes crash, and Stateright's actors keep after a crash what is lost",
            help: "leave out --actors, or name a spec without crashes",
        });
    }
    if world.reductions() != Reductions::default() {
        return Err(Refusal {
            message: "it has reductions, and Stateright's actors leave nothing out",
            help: "leave out --actors, or name a spec without reductions",
        });
    }
    Ok(viewer.view(DescribedActors(as_actors(world))))
}
