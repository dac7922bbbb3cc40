//! Which of the specs that were found are checked, and in which order.

mod changed;
mod sources;

use super::costs::Costs;
use crate::args::{ChoiceOptions, Shard};
use crate::diagnostics::Complaint;
use crate::specs::{Cost, Entry, FoundSpec, Omitted};
use changed::Changed;
use std::cmp::Reverse;
use std::time::Duration;
use synod_checker::fingerprint::fingerprint;

/// The entries, of which those that are not chosen are left out. `here` says how long a spec
/// takes on this machine.
///
/// # Errors
/// What has changed cannot be told.
pub(super) fn choose(
    options: &ChoiceOptions,
    mut entries: Vec<Entry>,
    costs: &Costs,
    here: impl Fn(&FoundSpec) -> Cost,
) -> Result<Vec<Entry>, Complaint> {
    if let Some(since) = &options.changed_since {
        let changed = Changed::since(since)?;
        entries = leaving_out(entries, |found| {
            let since = since.clone();
            (!changed.has(found)).then_some(Omitted::Unchanged { since })
        });
    }
    if let Some(shard) = options.shard {
        entries = only_shard(entries, shard, costs);
    }
    Ok(match options.budget {
        Some(budget) => within(entries, budget, here),
        None => entries,
    })
}

/// The entries without those for which there is a reason.
fn leaving_out(
    entries: Vec<Entry>,
    mut why: impl FnMut(&FoundSpec) -> Option<Omitted>,
) -> Vec<Entry> {
    let entries = entries.into_iter().map(|entry| match entry {
        Entry::Spec(found) => match why(&found) {
            Some(omitted) => Entry::LeftOut(found, omitted),
            None => Entry::Spec(found),
        },
        other => other,
    });
    entries.collect()
}

fn specs(entries: &[Entry]) -> impl Iterator<Item = &FoundSpec> {
    entries.iter().filter_map(|entry| match entry {
        Entry::Spec(found) => Some(found),
        _ => None,
    })
}

/// Every spec is in one shard. Where costs are known, the longest comes first, and goes to the
/// shard that has the least to do.
fn only_shard(entries: Vec<Entry>, shard: Shard, costs: &Costs) -> Vec<Entry> {
    let shards = usize::try_from(shard.of.get()).unwrap_or(usize::MAX);
    let mut specs: Vec<_> = specs(&entries)
        .map(|found| (costs.of(found).time, found))
        .collect();
    specs.sort_by_key(|(time, found)| (Reverse(*time), &found.name));
    // More shards than specs have nothing to do.
    let mut loads = vec![Duration::ZERO; shards.min(specs.len())];
    let mut of_shard = Vec::new();
    for (time, found) in specs {
        let place = if costs.are_kept() {
            let least = loads.iter().enumerate().min_by_key(|(_, load)| **load);
            least.map_or(0, |(place, _)| place)
        } else {
            (fingerprint(&found.name) % shard.of.get()) as usize
        };
        if let Some(load) = loads.get_mut(place) {
            *load += time;
        }
        if place as u64 + 1 == shard.part.get() {
            of_shard.push(found.origin.clone());
        }
    }
    leaving_out(entries, |found| {
        (!of_shard.contains(&found.origin)).then(|| Omitted::Shard(shard.to_string()))
    })
}

/// Those that must be checked first, then the quickest as far as the budget goes.
fn within(entries: Vec<Entry>, budget: Duration, here: impl Fn(&FoundSpec) -> Cost) -> Vec<Entry> {
    let (mut first, mut others, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    let mut planned = Duration::ZERO;
    for entry in entries {
        match entry {
            Entry::Spec(found) if found.is_named || found.subject().must_fail() => {
                planned = planned.saturating_add(here(&found).time);
                first.push(Entry::Spec(found));
            }
            Entry::Spec(found) => others.push((here(&found), found)),
            other => rest.push(other),
        }
    }
    // The order of equals stays.
    others.sort_by_key(|(cost, _)| cost.time);
    for (cost, found) in others {
        planned = planned.saturating_add(cost.time);
        if planned <= budget {
            first.push(Entry::Spec(found));
        } else {
            rest.push(Entry::LeftOut(found, Omitted::Budget { budget, cost }));
        }
    }
    first.append(&mut rest);
    first
}
