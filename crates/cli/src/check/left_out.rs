//! Which specs were left out, and why.

use crate::specs::{Cost, FoundSpec, Omitted};
use std::collections::BTreeMap;
use std::time::Duration;
use synod_specs::Size;

/// How many specs are named in a sentence.
const NAMED: usize = 8;

/// Counts them by the reason.
#[derive(Default)]
pub(super) struct LeftOut {
    by_size: BTreeMap<Size, usize>,
    /// In words, with their number.
    others: BTreeMap<String, usize>,
    /// The budget, and each spec with its cost.
    for_budget: Option<(Duration, Vec<String>)>,
}

impl LeftOut {
    pub(super) fn add(&mut self, found: &FoundSpec, omitted: &Omitted) {
        match omitted {
            Omitted::Size => *self.by_size.entry(found.spec.size).or_default() += 1,
            Omitted::Unchanged { .. } | Omitted::Shard(_) => {
                *self.others.entry(why(found, omitted)).or_default() += 1;
            }
            Omitted::Budget { budget, cost } => {
                let (_, specs) = self.for_budget.get_or_insert((*budget, Vec::new()));
                specs.push(format!("{} ({})", found.name, took(*cost)));
            }
        }
    }

    /// How many there are, why, and which option checks them; None if there are none.
    pub(super) fn description(&self) -> Option<String> {
        let by_size = self.by_size.last_key_value().map(|(largest, _)| {
            let counts = self.by_size.iter();
            let counts = counts.map(|(size, n)| format!("{} of size {}", specs(*n), size.name()));
            let counts = counts.collect::<Vec<_>>().join(", ");
            format!("{counts}: --size {} checks them too", largest.name())
        });
        let others = self.others.iter();
        let others = others.map(|(why, count)| format!("{}: {why}", specs(*count)));
        let for_budget = self.for_budget.iter().map(|(budget, left)| {
            let count = specs(left.len());
            let named = left.iter().take(NAMED).map(String::as_str);
            let named = named.collect::<Vec<_>>().join(", ");
            let more = match left.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(", and {more} more, which other reports name"),
            };
            format!("{count} for the budget of {}: {named}{more}", told(*budget))
        });
        let all: Vec<_> = by_size
            .into_iter()
            .chain(others)
            .chain(for_budget)
            .collect();
        (!all.is_empty()).then(|| all.join("; "))
    }
}

fn specs(count: usize) -> String {
    match count {
        1 => "1 spec".to_owned(),
        _ => format!("{count} specs"),
    }
}

/// Why a spec was left out, in a few words.
pub(super) fn why(found: &FoundSpec, omitted: &Omitted) -> String {
    match omitted {
        Omitted::Size => format!("--size {} checks it too", found.spec.size.name()),
        Omitted::Unchanged { since } => format!("unchanged since {since}"),
        Omitted::Shard(shard) => format!("in other shards than {shard}"),
        Omitted::Budget { budget, cost } => {
            format!("the budget of {} ({})", told(*budget), took(*cost))
        }
    }
}

fn took(cost: Cost) -> String {
    let time = told(cost.time);
    if cost.is_known {
        format!("took {time}")
    } else {
        format!("taken for {time}")
    }
}

/// A time as options take it, without more digits than matter.
pub(super) fn told(time: Duration) -> String {
    let digit: u32 = match time.as_secs() {
        0 => 1_000_000,
        1..=59 => 100_000_000,
        _ => 1_000_000_000,
    };
    let nanos = u128::from(digit);
    let rounded = time.as_nanos().div_ceil(nanos) * nanos;
    let rounded = u64::try_from(rounded).map_or(time, Duration::from_nanos);
    humantime::format_duration(rounded).to_string()
}
