//! Which rule a step of a mutant breaks.

use super::history::History;
use super::law::law_of;
use super::replay::Replay;
use super::setting::Setting;
use super::{Candidate, asked};
use crate::replay::FORGOTTEN;
use crate::world::{Observed, Site};
use synod_protocol::parliament::DecreeNumber;

/// The rule of A.1 or of §3 that a step breaks after a history that breaks none.
pub(super) fn objection(
    setting: &Setting,
    from: &History,
    step: &Observed<'_, Candidate>,
) -> Option<String> {
    if from.past.has_diverged {
        return None;
    }
    let mut replay = Replay::of(setting, from, step);
    if replay.of_each.past.is_outside {
        return None; // Beyond the bounds nothing is known.
    }
    if let Some((place, why)) = &replay.of_each.refused {
        return Some(format!("at decree number {}: {why}", place + 1));
    }
    let agrees = replay.all_agree(from, step.after);
    replay.note_news(step.deeds, step.after);
    let to = &replay.history;
    // Decrees that are cut off are not there to be compared with.
    let is_law_right = |site: &Site<Candidate>| {
        let is_cut = site.ledger.is_cut_after(DecreeNumber::ZERO);
        is_cut || site.process.law() == law_of(&site.ledger.decrees)
    };
    let forgets = step.after.process.shipped().ledger() != &step.after.ledger;
    let rules = [
        (
            asked::in_vain(step),
            "who is asked for a decree that he has cut off sends the snapshot (§3.3.2)",
        ),
        (!agrees && forgets, FORGOTTEN),
        (
            !agrees,
            "his ledger or his slip is not what the actions of A.1 make of it",
        ),
        (
            to.passed_over && !from.passed_over,
            "a president may not propose at a number while he has neither proposed at a lower \
             one nor knows its decree (§3.1)",
        ),
        (
            to.taken_up_twice && !from.taken_up_twice,
            "a president does not propose a request again that he knows at another number (§3.1)",
        ),
        (
            to.law_out_of_order && !from.law_out_of_order,
            "decrees become law in the order of their numbers (§3.1)",
        ),
        (
            is_law_right(step.before) && !is_law_right(step.after),
            "the law is that of the decrees before the first gap, each request once (§3.1)",
        ),
    ];
    let broken = rules.into_iter().find(|(is_broken, _)| *is_broken);
    broken.map(|(_, rule)| rule.to_owned())
}
