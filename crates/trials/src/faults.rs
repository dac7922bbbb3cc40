//! What goes wrong in a trial, and when: all of it follows from the seed.
//!
//! There are lanes, which know nothing of each other: nodes that are killed, a
//! president who is stopped, links that fail, and clocks that jump. In each, one
//! fault is over before the next begins. Ledgers are lost while nothing else goes
//! wrong, since only those who are there know that they are (see
//! `loss`).

use crate::proxy::Mode;
use crate::random::Random;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

/// Of so many kills each has a calm after it, in which progress may be made.
const BURST: u32 = 10;

/// Which faults there are.
#[derive(Clone, Debug)]
pub struct Faults {
    /// Decides all of it.
    pub seed: u64,
    /// How many nodes there are.
    pub nodes: u32,
    /// How long something goes wrong.
    pub duration: Duration,
    /// How many nodes are killed, at least.
    pub kills: u32,
    /// How long a node stays dead.
    pub downtime: Range<Duration>,
    /// Whether the president is stopped now and then.
    pub pauses: bool,
    /// Whether links fail in these ways, one after the other.
    pub links: Vec<LinkFault>,
    /// Whether ledgers are lost in these ways, one after the other. Not of two
    /// nodes: without the one, the other is no majority, and can pass nothing
    /// that the one could learn.
    pub losses: Vec<Loss>,
    /// Whether the clocks of nodes jump.
    pub clocks: bool,
}

/// How a ledger is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// The folder of a node is removed.
    Wiped,
    /// An older copy of the folder of a node is put in its place.
    Restored,
}

/// All ways in which ledgers are lost.
pub(crate) const LOSSES: [Loss; 2] = [Loss::Wiped, Loss::Restored];

/// How links fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkFault {
    /// The nodes are parted in two; nothing passes from one part to the other.
    Partition,
    /// Nothing passes from one node to another, or to all others, but the other
    /// way it does.
    OneWay,
    /// Frames are lost on every link.
    Lossy,
    /// Frames are late on every link.
    Delayed,
}

/// All ways in which links fail.
pub(crate) const LINK_FAULTS: [LinkFault; 4] = [
    LinkFault::Partition,
    LinkFault::OneWay,
    LinkFault::Lossy,
    LinkFault::Delayed,
];

/// Something that is done to the nodes or the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A node is killed.
    Kill(u32),
    /// A node that was killed comes back.
    Restart(u32),
    /// Whoever presides is stopped.
    PausePresident,
    /// Whoever was stopped goes on.
    Resume,
    /// Links fail.
    Fail(LinkFault, Vec<Link>),
    /// All links are well.
    Mend,
    /// The ledger of a node is lost, and found again or replaced.
    Lose(Loss, u32),
    /// The clock of a node is so many seconds ahead of this machine's.
    SetClock(u32, i64),
}

/// What happens to what one node says to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Who says it.
    pub from: u32,
    /// To whom.
    pub to: u32,
    /// What happens to it.
    pub mode: Mode,
}

impl Faults {
    /// What is done, and when, the earliest first.
    pub(crate) fn schedule(&self) -> Vec<(Duration, Action)> {
        let mut random = Random::new(self.seed);
        let mut actions = self.kill(&mut random.split());
        if self.pauses {
            actions.extend(self.pause(&mut random.split()));
        }
        if !self.links.is_empty() {
            actions.extend(self.fail(&mut random.split()));
        }
        // After what was there before: seeds keep their faults.
        if !self.losses.is_empty() && self.nodes > 2 {
            actions.extend(self.lose(&mut random.split()));
        }
        if self.clocks {
            actions.extend(self.set_clocks(&mut random.split()));
        }
        actions.sort_by_key(|(at, _)| *at);
        actions
    }

    fn kill(&self, random: &mut Random) -> Vec<(Duration, Action)> {
        let mut actions = Vec::new();
        let bursts = self.kills.div_ceil(BURST).max(1);
        let burst = self.duration / bursts;
        // Two thirds of a burst are for the kills.
        let pause = burst * 2 / 3 / BURST;
        let mut back: BTreeMap<u32, Duration> = BTreeMap::new();
        let (mut kills, mut turn) = (0, 0);
        while kills < self.kills {
            let at = burst * (turn / BURST) + pause * (turn % BURST);
            let at = at + random.within(&(Duration::ZERO..pause / 2));
            turn += 1;
            let alive = |node: &u32| back.get(node).is_none_or(|back| *back < at);
            let mut nodes: Vec<u32> = (1..=self.nodes).filter(alive).collect();
            // Now and then, the lights go out.
            if !random.chance(10) {
                nodes = match nodes.len() {
                    0 => continue,
                    length => vec![nodes[random.index(length)]],
                };
            }
            for node in nodes {
                let after = at + random.within(&self.downtime);
                back.insert(node, after);
                actions.push((at, Action::Kill(node)));
                actions.push((after, Action::Restart(node)));
                kills += 1;
            }
        }
        actions
    }

    fn pause(&self, random: &mut Random) -> Vec<(Duration, Action)> {
        let (well, ill) = (milliseconds(500..3_000), milliseconds(200..2_500));
        self.alternate(random, &well, &ill, |_| {
            (Action::PausePresident, Action::Resume)
        })
    }

    fn fail(&self, random: &mut Random) -> Vec<(Duration, Action)> {
        let (well, ill) = (milliseconds(300..2_000), milliseconds(500..3_000));
        let mut turn = 0;
        self.alternate(random, &well, &ill, |random| {
            let fault = self.links[turn % self.links.len()];
            turn += 1;
            (Action::Fail(fault, self.links(fault, random)), Action::Mend)
        })
    }

    fn lose(&self, random: &mut Random) -> Vec<(Duration, Action)> {
        let pause = milliseconds(8_000..25_000);
        let first = random.within(&pause) / 2;
        let mut losses = self.losses.iter().cycle();
        self.now_and_then(random, first, &pause, |random| {
            let loss = losses.next().copied().unwrap_or(Loss::Wiped);
            Action::Lose(loss, self.node(random))
        })
    }

    fn set_clocks(&self, random: &mut Random) -> Vec<(Duration, Action)> {
        let pause = milliseconds(300..4_000);
        let first = random.within(&pause);
        self.now_and_then(random, first, &pause, |random| {
            let node = self.node(random);
            // A moment, an hour, years: forwards or back.
            let most = [2, 7_200, 600_000_000][random.index(3)];
            let ahead = random.below(most).cast_signed() - (most / 2).cast_signed();
            Action::SetClock(node, ahead)
        })
    }

    /// Any node.
    fn node(&self, random: &mut Random) -> u32 {
        random.below(self.nodes.into()) as u32 + 1
    }

    /// From the first on, with pauses, until there is no more time.
    fn now_and_then(
        &self,
        random: &mut Random,
        first: Duration,
        pause: &Range<Duration>,
        mut next: impl FnMut(&mut Random) -> Action,
    ) -> Vec<(Duration, Action)> {
        let mut actions = Vec::new();
        let mut at = first;
        while at < self.duration {
            actions.push((at, next(random)));
            at += random.within(pause);
        }
        actions
    }

    /// One after the other, with pauses, until there is no more time.
    fn alternate(
        &self,
        random: &mut Random,
        well: &Range<Duration>,
        ill: &Range<Duration>,
        mut next: impl FnMut(&mut Random) -> (Action, Action),
    ) -> Vec<(Duration, Action)> {
        let mut actions = Vec::new();
        let mut at = random.within(well);
        while at < self.duration {
            let (begin, end) = next(random);
            actions.push((at, begin));
            at += random.within(ill);
            actions.push((at, end));
            at += random.within(well);
        }
        actions
    }

    fn links(&self, fault: LinkFault, random: &mut Random) -> Vec<Link> {
        let all = 1..=self.nodes;
        let pairs = all.clone().flat_map(|from| {
            let others = (1..=self.nodes).filter(move |to| *to != from);
            others.map(move |to| (from, to))
        });
        let nothing = |random: &mut Random| {
            let modes = [Mode::Cut, Mode::Swallow, Mode::Hold];
            modes[random.index(modes.len())].clone()
        };
        let link = |(from, to), mode| Link { from, to, mode };
        match fault {
            LinkFault::Partition => {
                let mode = nothing(random);
                // Neither part is empty.
                let parts = random.below((1 << (self.nodes - 1)) - 1) + 1;
                let part = |node: u32| parts >> (node - 1) & 1;
                let parted = pairs.filter(|(from, to)| part(*from) != part(*to));
                parted.map(|pair| link(pair, mode.clone())).collect()
            }
            LinkFault::OneWay => {
                let mode = nothing(random);
                let (one, other) = (self.node(random), self.node(random));
                let (is_from, is_all) = (random.chance(50), random.chance(50));
                let ways = pairs.filter(|(from, to)| {
                    let (here, there) = if is_from { (from, to) } else { (to, from) };
                    *here == one && (is_all || one == other || *there == other)
                });
                ways.map(|pair| link(pair, mode.clone())).collect()
            }
            LinkFault::Lossy => {
                let lossy = pairs.map(|pair| {
                    let percent = 5 + random.below(46) as u8;
                    link(pair, Mode::Lossy { percent })
                });
                lossy.collect()
            }
            LinkFault::Delayed => {
                let delayed = pairs.map(|pair| {
                    let least = random.below(100);
                    let by = milliseconds(least..least + 1 + random.below(300));
                    link(pair, Mode::Delayed { by })
                });
                delayed.collect()
            }
        }
    }
}

fn milliseconds(range: Range<u64>) -> Range<Duration> {
    Duration::from_millis(range.start)..Duration::from_millis(range.end)
}

impl fmt::Display for LinkFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Partition => "partition",
            Self::OneWay => "one-way partition",
            Self::Lossy => "lossy links",
            Self::Delayed => "delayed links",
        })
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Wiped => "wiped ledger",
            Self::Restored => "restored older ledger",
        })
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kill(node) => write!(f, "kill node {node}"),
            Self::Restart(node) => write!(f, "restart node {node}"),
            Self::PausePresident => write!(f, "stop the president"),
            Self::Resume => write!(f, "let the president go on"),
            Self::Mend => write!(f, "mend all links"),
            Self::Lose(loss, node) => write!(f, "{loss} of node {node}"),
            Self::SetClock(node, ahead) => {
                write!(f, "the clock of node {node} jumps to {ahead:+} s")
            }
            Self::Fail(fault, links) => {
                write!(f, "{fault}:")?;
                for Link { from, to, mode } in links {
                    write!(f, " {from}→{to} ")?;
                    match mode {
                        Mode::Pass => write!(f, "well")?,
                        Mode::Lossy { percent } => write!(f, "loses {percent} %")?,
                        Mode::Delayed { by } => write!(f, "late by {by:?}")?,
                        Mode::Swallow => write!(f, "swallows")?,
                        Mode::Hold => write!(f, "holds")?,
                        Mode::Cut => write!(f, "cut")?,
                    }
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(seed: u64) -> Faults {
        Faults {
            seed,
            nodes: 3,
            duration: Duration::from_secs(60),
            kills: 100,
            downtime: milliseconds(10..400),
            pauses: true,
            links: LINK_FAULTS.to_vec(),
            losses: LOSSES.to_vec(),
            clocks: true,
        }
    }

    #[test]
    fn a_seed_repeats_its_faults() {
        assert_eq!(faults(1).schedule(), faults(1).schedule());
        assert_ne!(faults(1).schedule(), faults(2).schedule());
    }

    #[test]
    fn there_are_as_many_as_asked_for_and_each_ends() {
        for seed in 0..50 {
            let schedule = faults(seed).schedule();
            assert!(schedule.is_sorted_by_key(|(at, _)| *at));
            let count =
                |is: fn(&Action) -> bool| schedule.iter().filter(|(_, action)| is(action)).count();
            let kills = count(|action| matches!(action, Action::Kill(_)));
            assert!((100..110).contains(&kills), "{kills}");
            assert_eq!(kills, count(|action| matches!(action, Action::Restart(_))));
            let pauses = count(|action| *action == Action::PausePresident);
            assert!(pauses > 5);
            assert_eq!(pauses, count(|action| *action == Action::Resume));
            let fails = count(|action| matches!(action, Action::Fail(..)));
            assert!(fails > 5);
            assert_eq!(fails, count(|action| *action == Action::Mend));
            for loss in LOSSES {
                let is = |(_, action): &&(_, Action)| matches!(action, Action::Lose(of, _) if *of == loss);
                assert!(schedule.iter().find(is).is_some());
            }
            assert!(count(|action| matches!(action, Action::SetClock(..))) > 10);
            // No node is killed while it is dead.
            let mut alive = [true; 3];
            for (_, action) in &schedule {
                match action {
                    Action::Kill(node) => {
                        assert!(std::mem::replace(&mut alive[*node as usize - 1], false));
                    }
                    Action::Restart(node) => alive[*node as usize - 1] = true,
                    Action::Fail(_, links) => assert!(!links.is_empty()),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn a_partition_goes_both_ways_and_has_two_parts() {
        let mut random = Random::new(5);
        for _ in 0..100 {
            let links = faults(1).links(LinkFault::Partition, &mut random);
            assert_eq!(links.len(), 4, "{links:?}");
            for link in &links {
                let back = |other: &Link| (other.from, other.to) == (link.to, link.from);
                assert!(links.iter().any(back));
            }
            let links = faults(1).links(LinkFault::OneWay, &mut random);
            assert!(matches!(links.len(), 1 | 2), "{links:?}");
        }
    }
}
