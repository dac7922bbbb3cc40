//! Writing what specs expect: `--update` and `--review`.

mod review;

use crate::args::PinOptions;
use crate::diagnostics::Complaint;
use crate::progress::Interruption;
use crate::specs::{Entry, FoundSpec, Origin};
use review::Review;
use std::collections::BTreeMap;
use std::fs;
use synod_checker::{Report, Verdict};
use synod_report::comparison::{told_actions, told_levels};
use synod_report::{Comparison, Trace, WholeFile, compare, worst_case};
use synod_specs::{Because, Expect, repin};
use synod_terminal::note;
use synod_vocabulary::PANIC_FREEDOM;

/// What is to be written, and why.
pub(super) struct Pins<'a> {
    because: Option<&'a Because>,
    /// None if nobody is asked.
    review: Option<Review>,
}

/// # Errors
/// A spec to be checked is no file.
pub(super) fn refuse_built_in(options: &PinOptions, entries: &[Entry]) -> Result<(), Complaint> {
    let mut built_in = entries.iter().filter_map(|entry| match entry {
        Entry::Spec(found) if matches!(found.origin, Origin::Embedded(_)) => Some(found),
        _ => None,
    });
    match built_in.next().filter(|_| options.because.is_some()) {
        Some(FoundSpec { name, .. }) => Err(Complaint::about(
            format!("{name} is built in: what it expects cannot be written"),
            format!("check a file of your own: `synod show {name} > FILE` writes one"),
        )),
        None => Ok(()),
    }
}

impl<'a> Pins<'a> {
    pub(super) fn new(options: &'a PinOptions, interruption: &Interruption) -> Self {
        Self {
            because: options.because.as_ref(),
            review: options.review.then(|| Review::new(interruption)),
        }
    }

    /// The spec as it is now, if this result was written into its file.
    ///
    /// # Errors
    /// The result is not to be written, or cannot be.
    pub(super) fn write(
        &mut self,
        found: &FoundSpec,
        report: &Report<Trace>,
    ) -> Result<Option<FoundSpec>, Complaint> {
        let (Some(because), Some(file)) = (self.because, found.origin.file()) else {
            return Ok(None);
        };
        let name = &found.name;
        let Some(new) = new_pins(found, report)? else {
            return Ok(None);
        };
        let today = chrono::Utc::now().date_naive().to_string();
        let text = repin(&found.spec, &found.text, &new, &today, because);
        let text = text.map_err(|error| {
            let help = format!("write it by hand: {}", figures(&new));
            Complaint::about(format!("{name}: not pinned anew: {error}"), help)
        })?;
        let is_wanted = self
            .review
            .as_mut()
            .is_none_or(|review| review.wants(found, &text));
        if !is_wanted {
            return Ok(None);
        }
        let is_as_read = fs::read(file).is_ok_and(|bytes| bytes == found.text.as_bytes());
        if !is_as_read {
            return Err(Complaint::about(
                format!("{name}: not pinned anew: the file has changed since it was read"),
                "check it again",
            ));
        }
        WholeFile::prepare(file)
            .and_then(|file| file.write(text.as_bytes()))
            .map_err(|error| {
                let help = "the file is as before; it and its folder must be writable";
                Complaint::about(format!("{name}: not pinned anew: {error}"), help)
            })?;
        found.with_text(text).map(Some)
    }
}

/// What the spec should expect; none if it does, or if the run cannot tell.
///
/// # Errors
/// The verdict is another one. That is what the check is for.
fn new_pins(found: &FoundSpec, report: &Report<Trace>) -> Result<Option<Expect>, Complaint> {
    let expect = &found.spec.expect;
    let name = &found.name;
    let comparison = compare(report, expect);
    if comparison == Comparison::AsExpected && expect.pins_a_figure() {
        return Ok(None);
    }
    if comparison == Comparison::Undecided || report.reason.is_some() {
        note!("{name}: not pinned anew: the run was inconclusive");
        return Ok(None);
    }
    if let Some((changed, by_hand)) = changed_verdict(expect, report) {
        return Err(Complaint::about(
            format!("{name}: not pinned anew: {changed}, and only figures are written"),
            format!("if that is right, write it into the file by hand: {by_hand}"),
        ));
    }
    let new = with_figures(expect, report);
    if new.is_none() {
        let engine = &report.method.engine;
        note!("{name}: not pinned anew: the engine `{engine}` does not tell all its figures");
    }
    Ok(new)
}

/// Which verdict is another one, and what would have to be written; none if only figures differ.
fn changed_verdict(expect: &Expect, report: &Report<Trace>) -> Option<(String, String)> {
    let verdict = |name: &str| report.property(name).map(|property| property.verdict);
    match expect {
        Expect::Holds { .. } if report.verdict == Verdict::Violated => {
            let violated = report.properties.iter();
            let mut violated = violated.filter(|found| found.verdict == Verdict::Violated);
            let first = violated.next()?;
            Some((
                format!("it expects that all holds, but {} is violated", first.name),
                format!("`verdict = \"violated\"` and `property = {:?}`", first.name),
            ))
        }
        Expect::Holds { .. } => None,
        Expect::Violated {
            property, holds, ..
        } => {
            if verdict(property) != Some(Verdict::Violated) {
                let by_hand = match report.verdict {
                    Verdict::Holds => "`verdict = \"holds\"`",
                    _ => "another `property`",
                };
                let changed = format!("it expects that {property} is violated, which it is not");
                return Some((changed, by_hand.to_owned()));
            }
            let is_wrong = |name: &&String| verdict(name) != Some(Verdict::Holds);
            let panics = (property != PANIC_FREEDOM && verdict(PANIC_FREEDOM).is_some())
                .then_some(PANIC_FREEDOM);
            let wrong = holds.iter().find(is_wrong).map(String::as_str).or(panics)?;
            Some((
                format!("it expects that {wrong} holds, which it does not"),
                "other `holds`".to_owned(),
            ))
        }
    }
}

/// The same expectation with the figures of a run; none if the engine does not tell them all.
fn with_figures(expect: &Expect, report: &Report<Trace>) -> Option<Expect> {
    if !report.method.finds_nearest {
        return None;
    }
    let is_new = !expect.pins_a_figure();
    Some(match expect {
        Expect::Holds {
            states,
            unreduced,
            depth,
            levels,
            actions,
            worst,
        } => {
            let found = report.exploration.as_ref();
            let told_unreduced = found.and_then(|found| found.unreduced);
            Expect::Holds {
                states: (is_new || states.is_some()).then_some(report.states),
                unreduced: match unreduced {
                    Some(_) => Some(told_unreduced?),
                    None => told_unreduced.filter(|_| is_new),
                },
                depth: (is_new || depth.is_some()).then_some(report.depth),
                levels: match levels {
                    Some(_) => Some(told_levels(found)?.to_vec()),
                    None => None,
                },
                actions: match actions {
                    Some(old) => Some(with_old(old, &told_actions(found)?)),
                    None => None,
                },
                worst: match worst {
                    Some(_) => Some(worst_case(report)?),
                    None => worst_case(report).filter(|_| is_new),
                },
            }
        }
        Expect::Violated {
            property, holds, ..
        } => Expect::Violated {
            property: property.clone(),
            length: Some(report.property(property)?.length?),
            holds: holds.clone(),
        },
    })
}

/// The transitions by action. One that was named stays, although it is never taken any more.
fn with_old(old: &BTreeMap<String, u64>, found: &BTreeMap<&str, u64>) -> BTreeMap<String, u64> {
    let never = old.keys().map(|name| (name.clone(), 0));
    let found = found
        .iter()
        .map(|(name, count)| ((*name).to_owned(), *count));
    never.chain(found).collect()
}

/// The figures, for a person who writes them.
fn figures(expect: &Expect) -> String {
    let figures = match expect {
        Expect::Holds {
            states,
            unreduced,
            depth,
            ..
        } => [
            states.map(|states| format!("states = {states}")),
            unreduced.map(|unreduced| format!("unreduced = {unreduced}")),
            depth.map(|depth| format!("depth = {depth}")),
        ],
        Expect::Violated { length, .. } => [
            length.map(|length| format!("length = {length}")),
            None,
            None,
        ],
    };
    figures.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
