//! The engines of this crate that are tested. `synod-distributed` has a module of the same
//! name with its engine.

use crate::options::Options;
use stateright::Model;
use std::hash::Hash;
use synod_checker::{Levels, Order, Stateright};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    #[default]
    Levels,
    Stateright,
    StaterightDfs,
}

/// Every engine.
pub const ENGINES: [Engine; 3] = [Engine::Levels, Engine::Stateright, Engine::StaterightDfs];

/// The engine that the options name, with its own options.
pub fn make<M>(options: &Options) -> Box<dyn synod_checker::Engine<M>>
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
{
    let threads = options.threads;
    let stateright = |order| Box::new(Stateright { threads, order });
    match options.engine {
        Engine::Levels => Box::new(Levels {
            threads,
            search: options.search(),
        }),
        Engine::Stateright => stateright(Order::BreadthFirst),
        Engine::StaterightDfs => stateright(Order::DepthFirst),
    }
}
