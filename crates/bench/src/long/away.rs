//! A follower leaves while clients write, misses decrees, and comes back.

use super::Progress;
use super::seen::Seen;
use crate::failure::Failure;
use crate::systems::cluster::{Cluster, NODES};
use crate::systems::load::{self, LoadPlan};
use crate::systems::recorder::{LatencyRecorder, Recording};
use crate::systems::usage::UsageWatch;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use synod_terminal::note;
use tokio::time::{Instant, sleep};

/// How long clients write before anything is measured.
const WARM_UP: Duration = Duration::from_secs(2);
/// How long it is measured what they see while all nodes are there.
const WHOLE: Duration = Duration::from_secs(5);
/// The replies to clients are recorded in pieces of this time.
const PIECE: Duration = Duration::from_millis(250);
/// In less time there would be too few requests for a p99.
const LEAST: Duration = Duration::from_secs(1);
/// How many decrees may be on their way to one who has not fallen behind.
const IN_FLIGHT: u64 = 512;

/// A load, and how much of it the follower misses.
#[derive(Debug, Clone, Copy)]
pub(super) struct AwayCase {
    /// How many decrees pass at least until the follower returns.
    pub decrees: u64,
    pub clients: usize,
    pub keys: u64,
    pub value_bytes: usize,
    /// How long the follower may take.
    pub patience: Duration,
}

/// How the follower leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    /// It is killed, and started again.
    Killed,
    /// It is stopped (SIGSTOP), and continued (SIGCONT).
    Stopped,
}

/// The figures of one absence of the follower.
pub(super) struct AwayFigures {
    /// How many decrees were passed without the follower.
    pub missed: u64,
    /// How long it took until the follower was back; none if it took too long.
    pub back: Option<Duration>,
    /// The replies to clients while all nodes were there.
    pub whole: Seen,
    /// The replies to clients just before the return.
    pub without: Seen,
    /// The replies to clients from the return on until the follower was back.
    pub returning: Seen,
    /// The memory and the disk of each node, from the return on.
    pub usage: UsageWatch,
    /// The index of the follower.
    pub follower: usize,
    /// Whether another node leads than at the beginning, or none.
    pub leader_changed: bool,
}

impl Leave {
    fn leave(self, cluster: &mut Cluster, follower: usize) -> Result<(), Failure> {
        match self {
            Self::Killed => cluster.kill(follower),
            Self::Stopped => cluster.pause(follower)?,
        }
        Ok(())
    }

    fn come_back(self, cluster: &mut Cluster, follower: usize) -> Result<(), Failure> {
        match self {
            Self::Killed => cluster.run(follower),
            Self::Stopped => cluster.resume(follower),
        }
    }

    /// The word for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Stopped => "stopped",
        }
    }
}

/// Has a follower of `cluster` leave and come back while clients write.
pub(super) async fn figures(
    cluster: &mut Cluster,
    case: &AwayCase,
    leave: Leave,
) -> Result<AwayFigures, Failure> {
    let leader = cluster.leader().await?;
    let follower = (leader + 1) % NODES;
    let told = format!("{}, a follower is {}", cluster.system.name(), leave.name());
    let recorder = Arc::new(LatencyRecorder::new()?);
    let AwayCase {
        clients,
        keys,
        value_bytes,
        ..
    } = *case;
    let plan = LoadPlan::of_leader(cluster, leader, clients, keys, value_bytes);
    let clients = load::start(plan, &recorder).await?;
    sleep(WARM_UP).await;
    let begun = Instant::now();
    recorder.begin();
    sleep(WHOLE).await;
    let whole = Seen::of([&recorder.end()], begun.elapsed());
    leave.leave(cluster, follower)?;
    let mut pieces = Pieces::begin(&recorder, case.patience);
    let what = format!("{told}: {} decrees pass without it", case.decrees);
    let mut progress = Progress::new(what, case.decrees);
    while pieces.requests < case.decrees {
        sleep(PIECE).await;
        pieces.next();
        cluster.all_run()?;
        recorder.is_served()?;
        progress.tell(pieces.requests);
    }
    note!("{told}: it returns …");
    pieces.next();
    let returned = Instant::now();
    leave.come_back(cluster, follower)?;
    let mut usage = UsageWatch::default();
    let back = returned_after(cluster, leader, follower, case.patience, &mut usage).await?;
    if let Some(rest) = LEAST.checked_sub(returned.elapsed()) {
        sleep(rest).await;
    }
    usage.saw(cluster.usage());
    let took = returned.elapsed();
    let returning = Seen::of([&recorder.end()], took);
    drop(clients);
    let nothing = "nothing was recorded";
    Ok(AwayFigures {
        missed: pieces.requests,
        back,
        whole: whole.ok_or(nothing)?,
        without: pieces.last(took).ok_or(nothing)?,
        returning: returning.ok_or(nothing)?,
        usage,
        follower,
        leader_changed: cluster.leader().await.ok() != Some(leader),
    })
}

/// Waits until `follower` is back: how long that took, or none if it takes longer than
/// `patience`.
async fn returned_after(
    cluster: &mut Cluster,
    leader: usize,
    follower: usize,
    patience: Duration,
    usage: &mut UsageWatch,
) -> Result<Option<Duration>, Failure> {
    let begun = Instant::now();
    while begun.elapsed() < patience {
        usage.saw(cluster.usage());
        cluster.all_run()?;
        // A node that is silent, or does not answer in time, is not back.
        let (there, here) = (
            cluster.decrees(leader).await,
            cluster.decrees(follower).await,
        );
        if let (Ok(there), Ok(here)) = (there, here)
            && here + IN_FLIGHT >= there
        {
            return Ok(Some(begun.elapsed()));
        }
        sleep(Duration::from_millis(20)).await;
    }
    Ok(None)
}

/// What clients saw of late, in pieces.
struct Pieces<'a> {
    recorder: &'a LatencyRecorder,
    /// For how long pieces are kept at least.
    kept: Duration,
    /// With the time that each took.
    recordings: VecDeque<(Recording, Duration)>,
    begun: Instant,
    /// How many requests succeeded in all pieces, also in those that are not kept.
    requests: u64,
}

impl<'a> Pieces<'a> {
    fn begin(recorder: &'a LatencyRecorder, kept: Duration) -> Self {
        recorder.begin();
        Self {
            recorder,
            kept,
            recordings: VecDeque::new(),
            begun: Instant::now(),
            requests: 0,
        }
    }

    fn next(&mut self) {
        let recording = self.recorder.next();
        let now = Instant::now();
        self.requests += recording.latencies.len();
        self.recordings.push_back((recording, now - self.begun));
        self.begun = now;
        let all: Duration = self.recordings.iter().map(|(_, took)| *took).sum();
        if let Some((_, first)) = self.recordings.front()
            && all > self.kept + *first
        {
            self.recordings.pop_front();
        }
    }

    /// What clients saw in the last pieces, which took `wanted` together, or in all that
    /// there are.
    fn last(&self, wanted: Duration) -> Option<Seen> {
        let (mut took, mut count) = (Duration::ZERO, 0);
        for (_, piece) in self.recordings.iter().rev() {
            if took >= wanted {
                break;
            }
            took += *piece;
            count += 1;
        }
        let last = self.recordings.iter().rev().take(count);
        Seen::of(last.map(|(recording, _)| recording), took)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_pieces_are_as_long_as_wanted_and_old_ones_are_dropped() {
        let recorder = LatencyRecorder::new().unwrap();
        let mut pieces = Pieces::begin(&recorder, Duration::from_secs(100));
        for requests in 1..=5 {
            for _ in 0..requests {
                recorder.answered(Instant::now(), false);
            }
            pieces.next();
        }
        for (_, took) in &mut pieces.recordings {
            *took = Duration::from_secs(10);
        }
        assert_eq!(pieces.requests, 15);
        let requests = |seconds| pieces.last(Duration::from_secs(seconds)).unwrap().requests;
        assert_eq!([1, 10, 11, 1000].map(requests), [5, 5, 9, 15]);
        pieces.kept = Duration::from_secs(35);
        pieces.next();
        assert_eq!((pieces.recordings.len(), pieces.requests), (5, 15));
        assert_eq!(pieces.last(Duration::from_secs(1000)).unwrap().requests, 14);
    }
}
