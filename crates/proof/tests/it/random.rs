//! Numbers that repeat, and states that they disturb.

use synod_proof::finite::{State, Universe};
use synod_proof::term::{Sort, Symbol};

pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    /// The state in which one value of one of these symbols is another.
    pub fn disturbed(&mut self, universe: &Universe, symbols: &[&Symbol], state: &State) -> State {
        let symbol = symbols[self.below(symbols.len())];
        let arguments: Vec<_> = symbol
            .arguments
            .iter()
            .map(|sort| self.below(universe.size(*sort)))
            .collect();
        let limit = match symbol.result {
            Sort::Truth => 2,
            sort => universe.size(sort),
        };
        let mut state = state.clone();
        state.set(symbol.name, &arguments, self.below(limit));
        state
    }
}
