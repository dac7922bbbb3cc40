//! How many specs were left out because of their size.

use std::collections::BTreeMap;
use synod_specs::Size;

/// Counts them by size.
#[derive(Default)]
pub(super) struct LeftOut(BTreeMap<Size, usize>);

impl LeftOut {
    pub(super) fn add(&mut self, size: Size) {
        *self.0.entry(size).or_default() += 1;
    }

    /// How many there are and which option checks them; None if there are none.
    pub(super) fn description(&self) -> Option<String> {
        let (largest, _) = self.0.last_key_value()?;
        let counts = self.0.iter().map(|(size, count)| match count {
            1 => format!("1 spec of size {}", size.name()),
            _ => format!("{count} specs of size {}", size.name()),
        });
        let counts = counts.collect::<Vec<_>>().join(", ");
        Some(format!(
            "{counts}: --size {} checks them too",
            largest.name()
        ))
    }
}
