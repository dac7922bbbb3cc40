//! The engine of this crate, and the engine with which it is compared.

use crate::options::Options;
use stateright::Model;
use std::hash::Hash;
use synod_checker::Levels;
use synod_distributed::Timely;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    #[default]
    Levels,
    Timely,
}

pub const ENGINES: [Engine; 2] = [Engine::Levels, Engine::Timely];

pub fn make<M>(options: &Options) -> Box<dyn synod_checker::Engine<M>>
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
{
    match options.engine {
        Engine::Levels => Box::new(Levels {
            threads: options.threads,
            search: options.search(),
        }),
        Engine::Timely => Box::new(Timely {
            workers: options.threads,
            hosts: None,
            search: options.search(),
        }),
    }
}
