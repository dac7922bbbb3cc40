//! The faults of a trial, and their schedule, which the seed determines.
//!
//! The faults are of six independent groups: kills of nodes, stops of the president,
//! failures of links, losses of ledgers, jumps of clocks, and absences of one node, the
//! straggler, which is away most of the time. A president is continued before the next
//! stop, and links are mended before they fail again. A ledger is lost while no other
//! fault is present, because a node learns of its loss from the other nodes (see `loss`).
//!
//! [`Faults`] configures them as a part of a [`TrialPlan`](crate::trial::TrialPlan), whose
//! [example](crate::trial#example) uses it.

use crate::proxy::Mode;
use crate::random::Random;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

/// The number of kills in a burst. After each burst there is a time without kills, in
/// which the cluster can make progress.
const BURST: u32 = 10;

/// The configuration of the faults.
#[derive(Clone, Debug)]
pub struct Faults {
    /// Determines which faults are injected, and when.
    pub seed: u64,
    /// The number of nodes.
    pub nodes: u32,
    /// How long faults are injected.
    pub duration: Duration,
    /// The least number of kills.
    pub kills: u32,
    /// The time from the kill of a node to its restart.
    pub downtime: Range<Duration>,
    /// Whether the president is stopped now and then.
    pub pauses: bool,
    /// The ways in which links fail, in turn. If empty, links do not fail.
    pub links: Vec<LinkFault>,
    /// The ways in which ledgers are lost, in turn. If empty, or if there are only two
    /// nodes, ledgers are not lost: the other of two nodes is no majority, so it can pass
    /// nothing that the node without its ledger could learn.
    pub losses: Vec<Loss>,
    /// Whether the clocks of nodes jump.
    pub clocks: bool,
    /// Whether one node, the straggler, is away most of the time: so it is far behind, again
    /// and again. It is spared the other kills.
    pub straggler: bool,
}

/// How a node is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// It is killed, and later started.
    Killed,
    /// It is stopped, and later continued.
    Stopped,
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
    /// The nodes are divided into two parts, and no frame passes between the parts.
    Partition,
    /// No frame passes in one direction between one node and another, or between one node
    /// and all others. In the opposite direction frames pass.
    OneWay,
    /// Some frames are lost on every link.
    Lossy,
    /// Frames are delayed on every link.
    Delayed,
}

/// All ways in which links fail.
pub(crate) const LINK_FAULTS: [LinkFault; 4] = [
    LinkFault::Partition,
    LinkFault::OneWay,
    LinkFault::Lossy,
    LinkFault::Delayed,
];

/// The begin or the end of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Kill a node.
    Kill(u32),
    /// Start a node that was killed.
    Restart(u32),
    /// Stop the president.
    PausePresident,
    /// Continue the nodes that were stopped.
    Resume,
    /// Set the modes of these links.
    Fail(LinkFault, Vec<Link>),
    /// Set all links to [`Mode::Pass`].
    Mend,
    /// Lose the ledger of a node; later, put it back or let the node accept the loss.
    Lose(Loss, u32),
    /// Set the clock of a node this many seconds ahead of the machine's clock.
    SetClock(u32, i64),
    /// The straggler leaves.
    Leave(Absence, u32),
    /// The straggler is back.
    Return(Absence, u32),
}

/// The mode of the link from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The sender.
    pub from: u32,
    /// The receiver.
    pub to: u32,
    /// What happens to the frames.
    pub mode: Mode,
}

impl Faults {
    /// All actions with their times, the earliest first.
    pub(crate) fn schedule(&self) -> Vec<(Duration, Action)> {
        let mut random = Random::new(self.seed);
        // It draws from numbers of its own, because the kills depend on it.
        let straggler = self.straggler(&mut Random::new(!self.seed));
        let mut actions = self.kill(
            straggler.as_ref().map(|(node, _)| *node),
            &mut random.split(),
        );
        if self.pauses {
            actions.extend(self.pause(&mut random.split()));
        }
        if !self.links.is_empty() {
            actions.extend(self.fail(&mut random.split()));
        }
        // Groups that were added later draw their random numbers later, so that a seed
        // keeps the faults that it had before.
        if !self.losses.is_empty() && self.nodes > 2 {
            actions.extend(self.lose(&mut random.split()));
        }
        if self.clocks {
            actions.extend(self.set_clocks(&mut random.split()));
        }
        actions.extend(straggler.into_iter().flat_map(|(_, absences)| absences));
        actions.sort_by_key(|(at, _)| *at);
        actions
    }

    /// The straggler and its absences.
    fn straggler(&self, random: &mut Random) -> Option<(u32, Vec<(Duration, Action)>)> {
        let node = self.straggler.then(|| self.node(random))?;
        let (here, away) = (milliseconds(1_500..4_000), milliseconds(6_000..14_000));
        let absences = self.alternate(random, &here, &away, |random| {
            let absences = [Absence::Killed, Absence::Stopped];
            let absence = absences[random.index(absences.len())];
            (Action::Leave(absence, node), Action::Return(absence, node))
        });
        Some((node, absences))
    }

    /// Kills nodes, but not the one that is `spared`.
    fn kill(&self, spared: Option<u32>, random: &mut Random) -> Vec<(Duration, Action)> {
        let mut actions = Vec::new();
        let bursts = self.kills.div_ceil(BURST).max(1);
        let burst = self.duration / bursts;
        // The kills take two thirds of the time of a burst; the last third is without kills.
        let pause = burst * 2 / 3 / BURST;
        let mut back: BTreeMap<u32, Duration> = BTreeMap::new();
        let (mut kills, mut turn) = (0, 0);
        while kills < self.kills {
            let at = burst * (turn / BURST) + pause * (turn % BURST);
            let at = at + random.within(&(Duration::ZERO..pause / 2));
            turn += 1;
            let alive = |node: &u32| back.get(node).is_none_or(|back| *back < at);
            let all = (1..=self.nodes).filter(|node| Some(*node) != spared);
            let mut nodes: Vec<u32> = all.filter(alive).collect();
            // In one case of ten, all nodes are killed at once.
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
        let (without, with) = (milliseconds(500..3_000), milliseconds(200..2_500));
        self.alternate(random, &without, &with, |_| {
            (Action::PausePresident, Action::Resume)
        })
    }

    fn fail(&self, random: &mut Random) -> Vec<(Duration, Action)> {
        let (without, with) = (milliseconds(300..2_000), milliseconds(500..3_000));
        let mut turn = 0;
        self.alternate(random, &without, &with, |random| {
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
            // Up to a second, an hour or years, forwards or back.
            let most = [2, 7_200, 600_000_000][random.index(3)];
            let ahead = random.below(most).cast_signed() - (most / 2).cast_signed();
            Action::SetClock(node, ahead)
        })
    }

    /// A random node.
    fn node(&self, random: &mut Random) -> u32 {
        random.below(self.nodes.into()) as u32 + 1
    }

    /// Actions from the time `first` on, with pauses between them, until the end.
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

    /// Faults with a begin and an end, one after the other, until the end of the trial:
    /// `without` is the time before each fault, `with` is how long it lasts.
    fn alternate(
        &self,
        random: &mut Random,
        without: &Range<Duration>,
        with: &Range<Duration>,
        mut next: impl FnMut(&mut Random) -> (Action, Action),
    ) -> Vec<(Duration, Action)> {
        let mut actions = Vec::new();
        let mut at = random.within(without);
        while at < self.duration {
            let (begin, end) = next(random);
            actions.push((at, begin));
            at += random.within(with);
            actions.push((at, end));
            at += random.within(without);
        }
        actions
    }

    fn links(&self, fault: LinkFault, random: &mut Random) -> Vec<Link> {
        let all = 1..=self.nodes;
        let pairs = all.clone().flat_map(|from| {
            let others = (1..=self.nodes).filter(move |to| *to != from);
            others.map(move |to| (from, to))
        });
        let blocking = |random: &mut Random| {
            let modes = [Mode::Cut, Mode::Swallow, Mode::Hold];
            modes[random.index(modes.len())].clone()
        };
        let link = |(from, to), mode| Link { from, to, mode };
        match fault {
            LinkFault::Partition => {
                let mode = blocking(random);
                // A bit for each node says its part. Neither part is empty.
                let parts = random.below((1 << (self.nodes - 1)) - 1) + 1;
                let part = |node: u32| parts >> (node - 1) & 1;
                let parted = pairs.filter(|(from, to)| part(*from) != part(*to));
                parted.map(|pair| link(pair, mode.clone())).collect()
            }
            LinkFault::OneWay => {
                let mode = blocking(random);
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
            Self::Resume => write!(f, "continue the stopped nodes"),
            Self::Mend => write!(f, "mend all links"),
            Self::Lose(loss, node) => write!(f, "{loss} of node {node}"),
            Self::SetClock(node, ahead) => {
                write!(f, "the clock of node {node} jumps to {ahead:+} s")
            }
            Self::Leave(Absence::Killed, node) => write!(f, "kill node {node}, the straggler"),
            Self::Return(Absence::Killed, node) => {
                write!(f, "restart node {node}, the straggler")
            }
            Self::Leave(Absence::Stopped, node) => write!(f, "stop node {node}, the straggler"),
            Self::Return(Absence::Stopped, node) => {
                write!(f, "continue node {node}, the straggler")
            }
            Self::Fail(fault, links) => {
                write!(f, "{fault}:")?;
                for Link { from, to, mode } in links {
                    write!(f, " {from}→{to} ")?;
                    match mode {
                        Mode::Pass => write!(f, "passes frames")?,
                        Mode::Lossy { percent } => write!(f, "loses {percent} %")?,
                        Mode::Delayed { by } => write!(f, "delays by {by:?}")?,
                        Mode::Swallow => write!(f, "loses all")?,
                        Mode::Hold => write!(f, "holds frames back")?,
                        Mode::Cut => write!(f, "closes connections")?,
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
    use std::collections::BTreeSet;

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
            straggler: false,
        }
    }

    #[test]
    fn a_seed_repeats_its_faults() {
        assert_eq!(faults(1).schedule(), faults(1).schedule());
        assert_ne!(faults(1).schedule(), faults(2).schedule());
    }

    #[test]
    fn there_are_as_many_faults_as_configured_and_each_has_an_end() {
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
            // No node is killed before its restart.
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
    fn a_straggler_is_away_most_of_the_time_and_is_not_killed_by_others() {
        for seed in 0..50 {
            let with = Faults {
                straggler: true,
                ..faults(seed)
            };
            let schedule = with.schedule();
            let (mut away, mut time, mut absences, mut stragglers) =
                (None, Duration::ZERO, 0, BTreeSet::new());
            for (at, action) in &schedule {
                match action {
                    Action::Leave(absence, node) => {
                        assert_eq!(away.replace((*absence, *node, *at)), None);
                        absences += 1;
                        stragglers.insert(*node);
                    }
                    Action::Return(absence, node) => {
                        let (how, who, since) = away.take().unwrap();
                        assert_eq!((how, who), (*absence, *node));
                        time += at.saturating_sub(since);
                    }
                    _ => {}
                }
            }
            assert_eq!(away, None, "it is back in the end");
            assert_eq!(stragglers.len(), 1);
            assert!(
                absences >= 3 && time > with.duration / 2,
                "{absences} in {time:?}"
            );
            let straggler = *stragglers.first().unwrap();
            assert!(
                schedule
                    .iter()
                    .all(|(_, action)| *action != Action::Kill(straggler))
            );
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
