//! How two runs of a spec differ: [`Difference::between`] compares their lines of JSON, level
//! by level, action by action and property by property.

use crate::json::{self, Line, Property};
use crate::plurals::{plural, steps};
use indicatif::HumanCount;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use synod_checker::sketch::{Differing, Sketch, remainder, weight};
use synod_checker::{Expectation, LevelSketch, SetFingerprint, Verdict};

/// How a run differs from an earlier one, and where to look for a state in which they part.
///
/// # Examples
/// ```
/// use synod_report::difference::Difference;
/// use synod_report::json::Line;
///
/// # let text = include_str!("../examples/counterexample.json");
/// let old = Line::read(text)?;
/// assert!(Difference::between(&old, &old).is_none());
/// let mut new = old.clone();
/// new.states = Some(1_000);
/// let difference = Difference::between(&old, &new).ok_or("they differ")?;
/// assert!(difference.sentences[0].starts_with("1,000 states in all, were "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What is different, a sentence each. Never empty.
    pub sentences: Vec<String>,
    /// Where to look for a state in which the runs part; none if the lines do not tell.
    pub trail: Option<Trail>,
}

/// Where two runs part: the first level on which they differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// The level, from 1.
    pub level: u32,
    /// Fingerprints of states that may be on this level of one run only.
    pub states: Vec<Differing>,
    /// Fingerprints of states on the level before it, from which other steps may be taken in
    /// one run than in the other. Each has the weights of the steps that are new, less those
    /// of the steps that are gone.
    pub sources: Vec<Differing>,
    /// The actions by which fewer transitions lead to the level than before.
    pub lost: Vec<String>,
}

impl Trail {
    /// Whether a state may be on the level of the new run only.
    pub fn is_gained(&self, state: SetFingerprint) -> bool {
        self.has_weight(state, 1)
    }

    /// Whether a state may be on the level of the old run only.
    pub fn is_lost(&self, state: SetFingerprint) -> bool {
        self.has_weight(state, Differing::LOST)
    }

    fn has_weight(&self, state: SetFingerprint, weight: u64) -> bool {
        let key = remainder(state.0);
        let mut states = self.states.iter();
        states.any(|it| it.key == key && it.weight == weight)
    }

    /// Whether other steps may be taken from a state of the level before.
    pub fn is_source(&self, state: SetFingerprint) -> bool {
        let key = remainder(state.0);
        self.sources.iter().any(|it| it.key == key)
    }

    /// Which of the steps from a state is the only one that the new run takes and the old one
    /// did not; none if there are several, or others are gone. `next` are the fingerprints of
    /// the states that the steps lead to.
    pub fn new_step(&self, state: SetFingerprint, next: &[SetFingerprint]) -> Option<usize> {
        let key = remainder(state.0);
        let mut sources = self.sources.iter().filter(|it| it.key == key);
        sources.find_map(|source| {
            let is_it = |next: &SetFingerprint| weight(next.0) == source.weight;
            next.iter().position(is_it)
        })
    }
}

impl Difference {
    /// How the new run differs from the old one; none if they are alike. Times, memory,
    /// engines and threads do not count. Levels are compared as far as both runs have come.
    ///
    /// States are told apart by their fingerprints if both runs have the same hash of
    /// states, and else by their numbers alone.
    pub fn between(old: &Line, new: &Line) -> Option<Self> {
        let levels = Levels::of(old, new);
        let first = levels.first();
        let mut sentences = settings(old, new);
        sentences.extend(levels.remark());
        if let Some(first) = &first {
            sentences.extend(levels.tell(first));
        }
        sentences.extend(totals(old, new));
        sentences.extend(actions(old, new));
        sentences.extend(properties(old, new));
        let trail = first.and_then(|first| levels.trail(&first));
        (!sentences.is_empty()).then_some(Self { sentences, trail })
    }
}

/// What tells states apart in a run: two runs have the same fingerprints of the same states only
/// if it is equal.
fn hash_of(line: &Line) -> (Option<u64>, Option<u32>, Option<u32>) {
    (line.seed, line.fingerprint_bits, line.exact_bits)
}

/// What was asked: the bounds, the protocol, the mutant.
fn settings(old: &Line, new: &Line) -> Vec<String> {
    let settings = [
        ("protocol", &old.protocol, &new.protocol),
        ("mutant", &old.mutant, &new.mutant),
        ("bounds", &old.bounds, &new.bounds),
    ];
    let differ = settings.into_iter().filter(|(_, old, new)| old != new);
    let none = "none".to_owned();
    let told = differ.map(|(name, old, new)| {
        let [old, new] = [old, new].map(|it| it.as_ref().unwrap_or(&none));
        format!("{name}: {new}, was: {old}")
    });
    told.collect()
}

/// The levels of two runs.
struct Levels<'a> {
    old: Run<'a>,
    new: Run<'a>,
    /// How many levels both have.
    common: usize,
    /// Whether their states are told apart by the same fingerprints.
    is_hashed_alike: bool,
}

/// What a line says of levels.
#[derive(Clone, Copy)]
struct Run<'a> {
    levels: &'a [u64],
    fingerprints: &'a [SetFingerprint],
    sketches: &'a [LevelSketch],
    line: &'a Line,
    /// Whether the last level is the end of the space, and not where the run ended early.
    is_whole: bool,
}

impl<'a> Run<'a> {
    fn of(line: &'a Line) -> Self {
        let counts = line.exploration.as_ref().map(|it| &it.counts);
        Self {
            levels: counts.map_or(&[], |it| &it.levels),
            fingerprints: counts.map_or(&[], |it| &it.fingerprints),
            sketches: counts.map_or(&[], |it| &it.sketches),
            is_whole: is_whole(line),
            line,
        }
    }

    /// By action the transitions that leave a level; none if the run did not explore them.
    fn left(&self, level: usize) -> Option<BTreeMap<&'a str, u64>> {
        let counts = &self.line.exploration.as_ref()?.counts;
        let actions = counts.actions.iter();
        let left = actions.map(|it| Some((it.name.as_str(), *it.levels.get(level)?)));
        left.collect()
    }

    /// The sketch of the states of a level; none if there are no sketches. Of a level that does
    /// not exist it is empty.
    fn states_of(&self, level: usize) -> Option<&'a Sketch> {
        static NOTHING: LazyLock<Sketch> = LazyLock::new(Sketch::default);
        if level >= self.levels.len() && !self.sketches.is_empty() {
            return Some(&NOTHING);
        }
        self.sketches.get(level).map(|it| &it.states)
    }

    fn steps_of(&self, level: usize) -> Option<&'a Sketch> {
        self.sketches.get(level)?.steps.as_ref()
    }
}

/// Whether a run has explored everything: then each action has been counted on every level.
fn is_whole(line: &Line) -> bool {
    let Some(exploration) = &line.exploration else {
        return false;
    };
    let counts = &exploration.counts;
    let has_left_all = |level: &Vec<u64>| level.len() == counts.levels.len();
    let mut actions = counts.actions.iter();
    let is_told = !counts.actions.is_empty() && actions.all(|it| has_left_all(&it.levels));
    line.reason.is_none() && (is_told || line.verdict == json::Verdict::Holds)
}

/// The first difference, and on which level it is (from 0).
enum First {
    /// Other states are on the level.
    States(usize),
    /// Other transitions lead to the level, although the same states are on it.
    Transitions(usize),
    /// One of the spaces ends before this level, the other does not.
    End(usize),
}

impl<'a> Levels<'a> {
    fn of(old: &'a Line, new: &'a Line) -> Self {
        let (old, new) = (Run::of(old), Run::of(new));
        let has_same = hash_of(old.line) == hash_of(new.line);
        let begins_alike = old.fingerprints.first() == new.fingerprints.first();
        Self {
            common: old.levels.len().min(new.levels.len()),
            is_hashed_alike: has_same && begins_alike && !old.fingerprints.is_empty(),
            old,
            new,
        }
    }

    /// Why states are told apart by their numbers alone, if they are.
    fn remark(&self) -> Option<String> {
        let (old, new) = (self.old, self.new);
        let has_both = !old.fingerprints.is_empty() && !new.fingerprints.is_empty();
        if !has_both || self.is_hashed_alike || old.levels.first() != new.levels.first() {
            return None;
        }
        if old.fingerprints.first() == new.fingerprints.first() {
            return None; // Another seed or width, which says nothing about the states.
        }
        let is_other_hash = hash_of(old.line) != hash_of(new.line);
        (!is_other_hash).then(|| {
            "the initial states are others, or are made of other fields: so all levels are compared \
             by their numbers of states alone"
                .to_owned()
        })
    }

    fn first(&self) -> Option<First> {
        let (old, new) = (self.old, self.new);
        for level in 0..self.common {
            let differ =
                self.is_hashed_alike && old.fingerprints.get(level) != new.fingerprints.get(level);
            if differ || old.levels[level] != new.levels[level] {
                return Some(First::States(level));
            }
            if self.have_other_transitions(level) {
                return Some(First::Transitions(level + 1));
            }
        }
        let ends = |run: &Run<'_>| run.is_whole && run.levels.len() == self.common;
        let is_longer = |run: &Run<'_>| run.levels.len() > self.common;
        let differ = (ends(&old) && is_longer(&new)) || (ends(&new) && is_longer(&old));
        differ.then_some(First::End(self.common))
    }

    /// Whether other transitions leave a level, and both runs have explored them. If other
    /// states are on the next level, these are the difference that is told.
    fn have_other_transitions(&self, level: usize) -> bool {
        let (old, new) = (self.old, self.new);
        let next = |run: &Run<'_>| {
            (run.levels.get(level + 1).copied(), {
                let fingerprint = run.fingerprints.get(level + 1).copied();
                fingerprint.filter(|_| self.is_hashed_alike)
            })
        };
        if next(&old) != next(&new) {
            return false;
        }
        let counts = old.left(level).zip(new.left(level));
        let sketches = old.steps_of(level).zip(new.steps_of(level));
        let sketches = sketches.filter(|_| self.is_hashed_alike);
        counts.is_some_and(|(old, new)| old != new)
            || sketches.is_some_and(|(old, new)| !old.is_alike(new))
    }

    fn tell(&self, first: &First) -> Vec<String> {
        let (First::States(level) | First::Transitions(level) | First::End(level)) = *first;
        let [old, new] = [self.old, self.new].map(|run| run.levels.get(level).copied());
        let [was, is] = [old, new].map(Option::unwrap_or_default);
        let same = if self.is_hashed_alike {
            "the same"
        } else {
            "as many"
        };
        let here = match first {
            First::States(_) if was == is => {
                format!(
                    "level {}: other states, though {} as before",
                    level + 1,
                    states(is)
                )
            }
            First::States(_) | First::End(_) => {
                format!(
                    "level {}: {}, were {}",
                    level + 1,
                    states(is),
                    HumanCount(was)
                )
            }
            First::Transitions(_) => format!("level {}: {same} states", level + 1),
        };
        let before = match level {
            0 => String::new(),
            1 => format!(" (level 1 has {same} states)"),
            _ => format!(" (levels 1 to {level} have {same} states)"),
        };
        let mut told = vec![format!("{here}{before}")];
        if level > 0 {
            told.extend(self.transitions_to(level));
        }
        told
    }

    /// By action how many transitions lead to a level: before and now, if not as many.
    fn changes_to(&self, level: usize) -> Option<Vec<(&'a str, u64, u64)>> {
        let before = level.checked_sub(1)?;
        let (old, new) = (self.old.left(before)?, self.new.left(before)?);
        let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
        let counts = names.into_iter().map(|name| {
            let [was, is] = [&old, &new].map(|of| of.get(name).copied().unwrap_or(0));
            (*name, was, is)
        });
        Some(counts.filter(|(_, was, is)| was != is).collect())
    }

    fn transitions_to(&self, level: usize) -> Option<String> {
        let changes = self.changes_to(level)?.into_iter();
        let changes = changes
            .map(|(name, was, is)| format!("{name} {} ({})", HumanCount(is), signed(was, is)));
        let changes: Vec<_> = changes.collect();
        Some(if changes.is_empty() {
            format!("transitions from level {level}: as many by each action, to other states")
        } else {
            format!("transitions from level {level}: {}", changes.join(", "))
        })
    }

    fn trail(&self, first: &First) -> Option<Trail> {
        let (First::States(level) | First::Transitions(level) | First::End(level)) = *first;
        if !self.is_hashed_alike {
            return None;
        }
        let states = self.old.states_of(level).zip(self.new.states_of(level));
        let states = states.map(|(old, new)| new.differing(old));
        let mut states = states.unwrap_or_default();
        states.retain(|it| it.weight == 1 || it.weight == Differing::LOST);
        let sources = level.checked_sub(1).map(|before| {
            let (old, new) = (self.old.steps_of(before), self.new.steps_of(before));
            old.zip(new).map(|(old, new)| new.differing(old))
        });
        let changes = self.changes_to(level).into_iter().flatten();
        let lost = changes.filter(|(_, was, is)| is < was);
        let trail = Trail {
            level: level as u32 + 1,
            lost: lost.map(|(name, ..)| name.to_owned()).collect(),
            states,
            sources: sources.flatten().unwrap_or_default(),
        };
        (!trail.states.is_empty() || !trail.sources.is_empty()).then_some(trail)
    }
}

fn states(count: u64) -> String {
    format!("{} {}", HumanCount(count), plural(count, "state", "states"))
}

/// How much more or less it is.
fn signed(was: u64, is: u64) -> String {
    if is >= was {
        format!("+{}", HumanCount(is - was))
    } else {
        format!("−{}", HumanCount(was - is))
    }
}

/// The numbers of states and levels; how far the runs have come, if one has ended early.
fn totals(old: &Line, new: &Line) -> Vec<String> {
    let has_levels = |line: &Line| line.exploration.is_some();
    if has_levels(old) && has_levels(new) && is_whole(old) != is_whole(new) {
        let [was, is] = [old, new].map(|line| {
            let depth = line.depth.unwrap_or_default();
            let end = if is_whole(line) { "to the end, " } else { "" };
            format!("{end}to level {depth}")
        });
        return vec![format!("explored {is}, before {was}")];
    }
    let mut told = Vec::new();
    if let (Some(was), Some(is)) = (old.states, new.states)
        && was != is
    {
        told.push(format!("{} in all, were {}", states(is), HumanCount(was)));
    }
    if let (Some(was), Some(is)) = (old.depth, new.depth)
        && was != is
    {
        told.push(format!("depth {is}, was {was}"));
    }
    told
}

/// Which actions have gained or lost transitions in the whole run, if both are whole.
fn actions(old: &Line, new: &Line) -> Option<String> {
    if !is_whole(old) || !is_whole(new) {
        return None;
    }
    let counts = |line: &'_ Line| -> BTreeMap<String, (u64, Option<SetFingerprint>)> {
        let exploration = line.exploration.iter();
        let actions = exploration.flat_map(|it| &it.counts.actions);
        let counts = actions.map(|it| (it.name.clone(), (it.enabled, it.fingerprint)));
        counts.collect()
    };
    let (old, new) = (counts(old), counts(new));
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let changes = names.into_iter().filter_map(|name| {
        let [was, is] = [&old, &new].map(|of| of.get(name).map_or(0, |it| it.0));
        match (old.get(name), new.get(name)) {
            (None, Some(_)) => Some(format!("{name} {} (new)", HumanCount(is))),
            (Some(_), None) => Some(format!("{name} (gone, had {})", HumanCount(was))),
            _ if was != is => Some(format!("{name} {} ({})", HumanCount(is), signed(was, is))),
            _ => None,
        }
    });
    let changes: Vec<_> = changes.collect();
    (!changes.is_empty()).then(|| format!("transitions in all: {}", changes.join(", ")))
}

/// What is said of properties in one run and not in the other.
fn properties(old: &Line, new: &Line) -> Vec<String> {
    let mut told = Vec::new();
    if old.verdict != new.verdict {
        told.push(format!("verdict: {}, was: {}", new.verdict, old.verdict));
    }
    let of = |line: &'_ Line| -> BTreeMap<String, Property> {
        let properties = line.properties.iter().cloned();
        properties.map(|it| (it.report.name.clone(), it)).collect()
    };
    let (were, are) = (of(old), of(new));
    let names: BTreeSet<_> = were.keys().chain(are.keys()).collect();
    let (mut opened, mut closed) = (Vec::new(), Vec::new());
    for name in names {
        match (were.get(name), are.get(name)) {
            (Some(was), Some(is)) => match (said(was), said(is)) {
                (Some(was), Some(is)) if was != is => {
                    told.push(format!("{name}: {is}, was: {was}"));
                }
                (Some(_), None) => opened.push(name.as_str()),
                (None, Some(_)) => closed.push(name.as_str()),
                _ => {}
            },
            (None, Some(_)) => told.push(format!("{name}: claimed now, and was not before")),
            (Some(_), None) => told.push(format!("{name}: not claimed any more")),
            (None, None) => {}
        }
    }
    let are_told = [("left open now", opened), ("left open before", closed)];
    let are_told = are_told.iter().filter(|(_, names)| !names.is_empty());
    told.extend(are_told.map(|(what, names)| format!("{what}: {}", names.join(", "))));
    told
}

/// What is said of a property; none if it was left open.
fn said(property: &Property) -> Option<String> {
    let report = &property.report;
    if report.verdict == Verdict::Inconclusive {
        return None;
    }
    Some(match (report.expectation, report.length) {
        (Expectation::Always, Some(length)) => {
            format!("{} after {}", report.verdict, steps(length))
        }
        (Expectation::Sometimes, Some(length)) => format!("first after {}", steps(length)),
        _ => report.verdict.to_string(),
    })
}
