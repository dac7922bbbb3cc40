//! Legislators with real ledgers and real traces, in one thread. The order of events is
//! drawn from a seed.

use crate::common::{identity, in_memory};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use synod_math::{Priest, Quorums};
use synod_node::driver::{Driver, Host, Subjects};
use synod_node::durability;
use synod_node::ledger::{self, DiskLedger, KeptSnapshot};
use synod_node::snapshot::{self, SnapshotHeader};
use synod_node::{Action, Command, Map, Message, Note, Request, Response, SharedCommand, wire};
use synod_process::{Input, InputOf, Output, OutputOf, Process as _};
use synod_protocol::Timer;
use synod_protocol::parliament::{
    Chosen, DecreeNumber, Law, Life, News, Order, Parliament, RequestId, Settings, VotedTo,
};
use synod_protocol::state_machine::map::Condition;
use synod_trace::{self as trace, Trace};
use tempfile::TempDir;

/// A generator of pseudo-random numbers (splitmix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        count > 0 && self.below(count) == 0
    }
}

/// How often faults happen: never if 0, otherwise once in so many cases on average.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    pub(crate) loss: usize,
    pub(crate) duplicate: usize,
    pub(crate) reorder: usize,
    pub(crate) crash: usize,
    /// How rarely a timer expires that begins a ballot.
    pub(crate) patience: usize,
    pub(crate) settings: Settings,
    pub(crate) voted_to: VotedTo,
    /// The size of a file of a trace, and how many full ones are kept.
    pub(crate) trace: (u64, Option<usize>),
}

type Legislator = synod_protocol::parliament::Legislator<Map, Chosen>;

/// The digests of the laws of which somebody has taken a snapshot. One who receives a snapshot knows
/// its digest from the file.
type Digests = Rc<RefCell<BTreeMap<DecreeNumber, u64>>>;

/// The host of a legislator: its ledger, its trace and its messages.
struct Disk {
    ledger: DiskLedger,
    trace: Trace,
    file: PathBuf,
    /// The name of the cluster, and the number of its legislators.
    cluster: (String, usize),
    digests: Digests,
    /// Messages on their way to other legislators.
    sent: Vec<(Priest, Message)>,
    chance: Chance,
    /// The point after the next commit at which the process is to be killed.
    kill: Option<Kill>,
    /// The same, once that commit has happened.
    dies: Option<Kill>,
}

/// The process was killed.
struct Killed;

impl Host<Legislator> for Disk {
    type Event = InputOf<Legislator>;
    type Error = Killed;

    fn take(&mut self, event: InputOf<Legislator>, _: &Legislator) -> Option<InputOf<Legislator>> {
        Some(event)
    }

    /// The test itself decides when a timer expires.
    fn time_of(&self, _: Timer) -> Option<Duration> {
        Some(Duration::ZERO)
    }

    fn see(&mut self, output: &OutputOf<Legislator>) {
        match output {
            Output::Tell(News::Law { decree, .. }) => self.ledger.detector().pass(decree.clone()),
            Output::Record(Note::Snapshot(law)) => self.write_snapshot(law),
            _ => {}
        }
    }

    fn subjects(&self, output: &OutputOf<Legislator>) -> Subjects {
        durability::subjects(output)
    }

    fn commit(&mut self, notes: Vec<Note>) -> Result<(), Killed> {
        self.ledger.commit(notes).unwrap();
        self.dies = self.kill;
        self.dies_at(Kill::AfterCommit)
    }

    fn trace(&mut self, actions: &[Action]) -> Result<(), Killed> {
        let length = || fs::metadata(&self.file).unwrap().len();
        let before = length();
        self.trace.write(actions.iter()).unwrap();
        if self.dies == Some(Kill::InTrace) {
            let written = length() - before;
            let rest = self.chance.below(written as usize + 1) as u64;
            cut(&self.file, before + rest);
        }
        self.dies_at(Kill::InTrace)?;
        self.dies_at(Kill::AfterTrace)
    }

    fn all_is_traced(&mut self, legislator: &Legislator) -> Result<(), Killed> {
        let turned = self.trace.turn(legislator.ledger(), legislator.slip());
        turned.unwrap();
        Ok(())
    }

    fn send(&mut self, to: Priest, message: Message) {
        if self.dies != Some(Kill::Amid) || !self.chance.one_in(3) {
            self.sent.push((to, message));
        }
    }

    fn tell(&mut self, _: News<SharedCommand, Response>) {}
}

impl Disk {
    /// Writes the file to which the ledger is going to refer.
    fn write_snapshot(&mut self, law: &Law<Map>) {
        let through = law.through();
        let own = self.ledger.detector().law_digest(through);
        let mut digests = self.digests.borrow_mut();
        let law_digest = *digests.entry(through).or_insert_with(|| own.unwrap());
        let header = SnapshotHeader {
            cluster: self.cluster.0.clone(),
            legislators: self.cluster.1,
            through,
            law_digest,
        };
        let folder = self.file.parent().unwrap();
        let entries = law.entries().map(wire::encode_law_entry);
        let summary = snapshot::write(folder, &header, entries).unwrap();
        self.ledger.refer_to(KeptSnapshot {
            summary,
            law_digest,
        });
        self.ledger.detector().begin_after(through, law_digest);
    }

    fn dies_at(&self, point: Kill) -> Result<(), Killed> {
        if self.dies == Some(point) {
            Err(Killed)
        } else {
            Ok(())
        }
    }
}

pub(crate) struct Cluster {
    pub(crate) folder: TempDir,
    nodes: Vec<Option<Driver<Legislator, Disk>>>,
    network: Vec<(Priest, Priest, Message)>,
    chance: Chance,
    weather: Weather,
    digests: Digests,
    asked: u64,
    pub(crate) crashes: usize,
    losses: u64,
}

/// Where a process may be killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kill {
    AfterCommit,
    InTrace,
    AfterTrace,
    Amid,
}

impl Cluster {
    pub(crate) fn new(count: usize, seed: u64, weather: Weather) -> Self {
        let mut cluster = Self {
            folder: in_memory(),
            nodes: (0..count).map(|_| None).collect(),
            network: Vec::new(),
            chance: Chance(seed),
            weather,
            digests: Digests::default(),
            asked: 0,
            crashes: 0,
            losses: 0,
        };
        for index in 0..count {
            cluster.start(index);
        }
        cluster
    }

    pub(crate) fn folders(&self) -> Vec<PathBuf> {
        (0..self.nodes.len()).map(|index| self.of(index)).collect()
    }

    pub(crate) fn of(&self, index: usize) -> PathBuf {
        self.folder.path().join((index + 1).to_string())
    }

    pub(crate) fn trace(&self, index: usize) -> PathBuf {
        self.of(index).join(trace::FILE)
    }

    fn start(&mut self, index: usize) {
        let identity = identity(index, self.nodes.len());
        let folder = self.of(index);
        let (ledger, known) = DiskLedger::open(&folder, &identity).unwrap();
        let mut options = trace::TraceOptions::within(&folder);
        (options.file_size, options.files) = self.weather.trace;
        let trace = Trace::open(&options, &identity, &known).unwrap();
        let parliament = Parliament {
            quorums: Arc::new(Quorums::majority(self.nodes.len()).unwrap()),
            settings: self.weather.settings,
            variant: Chosen::new(Order::Ascending, self.weather.voted_to),
        };
        let recovered = Legislator::recover(&parliament, identity.me, known);
        let disk = Disk {
            ledger,
            trace,
            cluster: (identity.cluster, identity.legislators),
            digests: Rc::clone(&self.digests),
            file: self.trace(index),
            sent: Vec::new(),
            chance: Chance(self.chance.below(usize::MAX) as u64),
            kill: None,
            dies: None,
        };
        self.nodes[index] = Some(Driver::new(recovered, disk));
        self.carry_out(index, None);
    }

    /// A legislator loses its ledger, and its trace too if `with_trace`. It is a learner from now on.
    pub(crate) fn lose(&mut self, index: usize, with_trace: bool) {
        self.nodes[index] = None;
        let folder = self.of(index);
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let is_trace = path
                .extension()
                .is_some_and(|extension| extension == "jsonl");
            if with_trace || !is_trace {
                fs::remove_file(path).unwrap();
            }
        }
        self.losses += 1;
        let identity = identity(index, self.nodes.len());
        let (mut ledger, _) = DiskLedger::open(&folder, &identity).unwrap();
        ledger
            .commit(vec![Note::Learner(Life(self.losses))])
            .unwrap();
        drop(ledger);
        self.start(index);
    }

    pub(crate) fn is_learner(&self, index: usize) -> bool {
        match &self.nodes[index] {
            Some(node) => node.process.is_learner(),
            None => ledger::read(&self.of(index)).unwrap().ledger.is_learner,
        }
    }

    /// Removes the first files of each trace, up to another moment in each.
    pub(crate) fn remove_first_files(&mut self) {
        for index in 0..self.nodes.len() {
            let full = trace::files::full(&self.trace(index)).unwrap();
            let gone = self.chance.below(full.len() + 1);
            for file in full.values().take(gone) {
                fs::remove_file(file).unwrap();
            }
        }
    }

    /// Lets other processes read the ledgers while they are written.
    pub(crate) fn show(&self) {
        for node in self.nodes.iter().flatten() {
            node.host.ledger.serve_readers().unwrap();
        }
    }

    /// Ends every legislator, which closes its ledger.
    pub(crate) fn stop(&mut self) {
        self.nodes.iter_mut().for_each(|node| *node = None);
    }

    /// Carries out this many batches, each of a random legislator, with crashes.
    pub(crate) fn run(&mut self, batches: usize) {
        for _ in 0..batches {
            let index = self.chance.below(self.nodes.len());
            if self.nodes[index].is_none() {
                self.start(index);
            }
            for _ in 0..=self.chance.below(8) {
                if let Some(input) = self.one_input(index) {
                    self.node(index).give(input);
                }
            }
            let kill = self.chance.one_in(self.weather.crash).then(|| {
                let points = [
                    Kill::AfterCommit,
                    Kill::InTrace,
                    Kill::AfterTrace,
                    Kill::Amid,
                ];
                points[self.chance.below(4)]
            });
            self.carry_out(index, kill);
            if kill.is_some() {
                self.crashes += 1;
                self.nodes[index] = None;
            }
        }
    }

    /// Carries out rounds with this many requests each: one legislator presides, and every
    /// message arrives in the next round and in order.
    pub(crate) fn flood(&mut self, rounds: usize, requests: usize) {
        let president = self.nodes.len() - 1;
        for round in 0..rounds {
            for index in 0..self.nodes.len() {
                let (mine, others) = std::mem::take(&mut self.network)
                    .into_iter()
                    .partition(|(_, to, _)| to.index() == index);
                self.network = others;
                let mine: Vec<(Priest, Priest, Message)> = mine;
                let mut inputs: Vec<_> = mine
                    .into_iter()
                    .map(|(from, _, message)| Input::Receive { from, message })
                    .collect();
                if index == president && round == 0 {
                    inputs.extend(self.time_out(index, Timer::Absence));
                }
                if index == president {
                    inputs.extend((0..requests).map(|_| Input::Propose(self.request())));
                }
                for input in inputs {
                    self.node(index).give(input);
                }
                self.carry_out(index, None);
            }
        }
    }

    fn one_input(&mut self, index: usize) -> Option<InputOf<Legislator>> {
        match self.chance.below(40) {
            0 | 1 if !self.chance.one_in(self.weather.patience) => self.receive(index),
            0 => self.time_out(index, Timer::Absence),
            1 => self.time_out(index, Timer::Round),
            2 => self.time_out(index, Timer::Snapshot),
            3..=5 => self.time_out(index, Timer::Presence),
            6..=12 => Some(Input::Propose(self.request())),
            _ => self.receive(index),
        }
    }

    fn node(&mut self, index: usize) -> &mut Driver<Legislator, Disk> {
        self.nodes[index].as_mut().unwrap()
    }

    fn time_out(&mut self, index: usize, timer: Timer) -> Option<InputOf<Legislator>> {
        let was_set = self.node(index).timers.cancel(timer);
        was_set.then_some(Input::Timeout(timer))
    }

    fn receive(&mut self, index: usize) -> Option<InputOf<Legislator>> {
        let to = Priest::new(index).unwrap();
        let letters = self.network.iter().enumerate();
        let mut letters = letters.filter(|(_, letter)| letter.1 == to);
        // Mostly the oldest message is received: otherwise no ballot succeeds.
        let late = if self.chance.one_in(self.weather.reorder) {
            self.chance.below(12)
        } else {
            0
        };
        let (position, _) = letters.nth(late)?;
        if self.chance.one_in(self.weather.loss) {
            self.network.remove(position);
            return None;
        }
        let (from, _, message) = if self.chance.one_in(self.weather.duplicate) {
            self.network[position].clone()
        } else {
            self.network.remove(position)
        };
        Some(Input::Receive { from, message })
    }

    fn request(&mut self) -> Request {
        self.asked += 1;
        let client = self.chance.below(4) as u64;
        // Some requests are repeated, at any legislator.
        let sequence = self.asked - u64::from(self.chance.one_in(5)).min(self.asked - 1);
        let key = match self.chance.below(3) {
            0 => vec![0xff, self.chance.below(3) as u8],
            _ => format!("key {}", self.chance.below(5)).into_bytes(),
        };
        let value = sequence.to_string().into_bytes();
        let command = match self.chance.below(5) {
            0 => Command::Get { key },
            1 => Command::Delete { key },
            2 => Command::Increment { key, by: -3 },
            3 => Command::Set {
                key,
                value,
                condition: Condition::IfEqual(b"1".to_vec()),
            },
            _ => Command::Set {
                key,
                value,
                condition: Condition::Always,
            },
        };
        Request {
            id: RequestId { client, sequence },
            command: command.into(),
        }
    }

    /// Carries out the outputs of the inputs so far, up to the point of the kill.
    fn carry_out(&mut self, index: usize, kill: Option<Kill>) {
        let commits_all = self.chance.one_in(2);
        let node = self.node(index);
        node.host.kill = kill;
        let mut result = node.carry_out();
        if kill.is_some() && commits_all {
            // Also commit outcomes, which the kill otherwise loses.
            result = result.and_then(|()| node.commit());
        }
        assert!(kill.is_some() || result.is_ok());
        let me = node.process.me();
        let sent = std::mem::take(&mut node.host.sent).into_iter();
        self.network
            .extend(sent.map(|(to, message)| (me, to, message)));
        // Old messages are dropped, because a network that keeps all of them gets slower
        // and slower.
        let most = 50 * self.weather.settings.in_flight;
        if self.network.len() > most {
            self.network.drain(..most / 2);
        }
    }
}

pub(crate) fn cut(file: &Path, length: u64) {
    let file = OpenOptions::new().write(true).open(file).unwrap();
    file.set_len(length).unwrap();
}
