//! States of a universe.

use std::collections::BTreeMap;

/// A state in a universe: what each symbol of the state is for these arguments. What is not
/// here is 0: false, −∞, BLANK or the empty set.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct State {
    values: BTreeMap<(&'static str, Vec<usize>), usize>,
}

impl State {
    /// The value of a symbol.
    pub fn value(&self, symbol: &'static str, arguments: &[usize]) -> usize {
        let value = self.values.get(&(symbol, arguments.to_vec()));
        value.copied().unwrap_or_default()
    }

    /// Sets the value of a symbol.
    pub fn set(&mut self, symbol: &'static str, arguments: &[usize], value: usize) {
        let place = (symbol, arguments.to_vec());
        if value == 0 {
            self.values.remove(&place);
        } else {
            self.values.insert(place, value);
        }
    }

    /// The arguments for which a symbol is not 0, and what it is there.
    pub fn of(&self, symbol: &str) -> impl Iterator<Item = (&[usize], usize)> {
        let values = self.values.iter();
        values
            .filter(move |((name, _), _)| *name == symbol)
            .map(|((_, arguments), value)| (arguments.as_slice(), *value))
    }

    /// The symbols and arguments that have a value other than 0.
    pub fn cells(&self) -> Vec<(&'static str, Vec<usize>)> {
        self.values.keys().cloned().collect()
    }
}
