//! How long what the paper promises takes with real nodes, in units of Δ: see `TimesBenchOptions`.

use crate::failure::Failure;
use serde_json::{Value, json};
use std::fmt;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};
use synod_resp::Reply;
use synod_terminal::{note, say_line};
use synod_trials::cluster::{Cluster, Setup};
use synod_trials::proxy::Mode;

/// How long the nodes may take to begin, or to answer at all.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a node is asked whether it has got on.
const LOOK: Duration = Duration::from_millis(1);

/// The limits of Δ.
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_millis(200);

/// Measures how long what the paper promises takes with three real nodes.
///
/// Every message between two nodes takes the time Δ, in a proxy. The worst cases in units of Δ are those
/// that `synod check specs/time` computes (docs/time.md). What a node itself needs, for its disk above all,
/// comes on top: the larger Δ is, the less it shows.
#[derive(Debug, clap::Args)]
pub(crate) struct TimesBenchOptions {
    /// How long every message between two nodes takes
    #[arg(long, value_name = "TIME", default_value = "100ms", value_parser = humantime::parse_duration)]
    delta: Duration,
    /// How often each time is measured
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// The presence period, in units of Δ
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..))]
    presence: u32,
    /// T, the time without a word after which a node becomes president, in units of Δ
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..))]
    absence: u32,
    /// Write a line of JSON for each time
    #[arg(long)]
    json: bool,
}

/// A time that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// From a request at the president to his answer: BeginBallot and Voted.
    AnswerOfThePresident,
    /// From a request at the president to the law of everybody: then Success.
    LawOfEverybody,
    /// From a request at another legislator to his answer: the request is forwarded first.
    AnswerOfAnother,
    /// From the moment in which the president stops to another president: the election.
    AnotherPresident,
    /// The same to the first answer of the other president, who has to be promised his ballot first.
    AnswerOfTheNext,
}

impl What {
    const ALL: [Self; 5] = [
        Self::AnswerOfThePresident,
        Self::LawOfEverybody,
        Self::AnswerOfAnother,
        Self::AnotherPresident,
        Self::AnswerOfTheNext,
    ];

    /// The worst case with this T, in units of Δ.
    const fn worst(self, absence: u32) -> u32 {
        match self {
            Self::AnswerOfThePresident => 2,
            Self::LawOfEverybody => 3,
            Self::AnswerOfAnother => 4,
            // The last Present of the one who stops arrives after Δ.
            Self::AnotherPresident => absence + 1,
            Self::AnswerOfTheNext => absence + 1 + 4,
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::AnswerOfThePresident => "a request at the president, until he answers",
            Self::LawOfEverybody => "the same, until it is law for everybody",
            Self::AnswerOfAnother => "a request at another legislator, until he answers",
            Self::AnotherPresident => "the president stops, until there is another one",
            Self::AnswerOfTheNext => "the same, until the other one has answered a request",
        })
    }
}

/// Measures each time in turn, on new nodes, and prints it beside its worst case.
pub(crate) fn measure_all(options: &TimesBenchOptions) -> Result<(), Failure> {
    if options.delta < SHORTEST || options.delta > LONGEST {
        return Err(format!(
            "--delta must be from {SHORTEST:?} to {LONGEST:?}: clients wait for a second"
        )
        .into());
    }
    if options.absence <= options.presence {
        return Err(
            "--absence must be larger than --presence: otherwise presidents depose each other"
                .into(),
        );
    }
    let folder = tempfile::tempdir()?;
    let mut cluster = Delayed::start(options, folder.path().into())?;
    if !options.json {
        let (delta, presence, absence) = (options.delta, options.presence, options.absence);
        say_line!(
            "Δ = {delta:?}, presence every {presence}Δ, T = {absence}Δ, {} rounds",
            options.rounds
        );
        say_line!(
            "{:<52}  {:>6}  {:>7}  {:>7}",
            "in units of Δ",
            "worst",
            "median",
            "longest"
        );
    }
    for what in What::ALL {
        let mut measured = Vec::new();
        for round in 1..=options.rounds {
            note!("{what}: round {round} of {} …", options.rounds);
            measured.push(cluster.measure(what)?);
        }
        measured.sort_unstable();
        let row = Row::of(what, &measured, options);
        if options.json {
            say_line!("{}", row.json());
        } else {
            say_line!("{row}");
        }
    }
    Ok(())
}

/// Three nodes whose messages take the time Δ.
struct Delayed {
    cluster: Cluster,
    /// How many values have been written.
    written: u64,
}

impl Delayed {
    fn start(options: &TimesBenchOptions, folder: PathBuf) -> Result<Self, Failure> {
        let delta = options.delta;
        let program = std::env::current_exe()?.with_file_name("synod");
        let mut setup = Setup::new(program, folder);
        let length = |name, deltas| format!("--{name}={}ms", (delta * deltas).as_millis());
        setup.arguments = vec![
            length("presence", options.presence),
            length("absence", options.absence),
            // An answer takes 2Δ, and what the nodes need themselves.
            length("round", 3),
            "--patience=1s".to_owned(),
        ];
        let cluster = Cluster::start(setup)?;
        let by = delta..delta + Duration::from_micros(1);
        for from in cluster.ids() {
            for to in cluster.ids() {
                cluster.link(from, to, Mode::Delayed { by: by.clone() });
            }
        }
        cluster.wait_until_serving(&cluster.ids(), PATIENCE)?;
        Ok(Self {
            cluster,
            written: 0,
        })
    }

    fn measure(&mut self, what: What) -> Result<Duration, Failure> {
        let president = self.settled()?;
        let other = self.cluster.ids().into_iter().find(|&id| id != president);
        let other = other.ok_or("there is one node only")?;
        let begun = Instant::now();
        match what {
            What::AnswerOfThePresident => self.write(president)?,
            What::AnswerOfAnother => self.write(other)?,
            What::LawOfEverybody => {
                self.write(president)?;
                self.wait_for_the_law(president)?;
            }
            What::AnotherPresident | What::AnswerOfTheNext => {
                self.cluster.pause(president)?;
                let next = self.next_president(president)?;
                if what == What::AnswerOfTheNext {
                    self.write(next)?;
                }
                let elapsed = begun.elapsed();
                self.cluster.resume(president)?;
                return Ok(elapsed);
            }
        }
        Ok(begun.elapsed())
    }

    /// The president, as soon as all nodes answer and name the same one.
    fn settled(&self) -> Result<u32, Failure> {
        let ids = self.cluster.ids();
        self.cluster.wait_until_serving(&ids, PATIENCE)?;
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let mut named = ids.iter().map(|&id| self.cluster.info(id, "president"));
            let first = named.next().flatten();
            let is_one = first.is_some() && named.all(|other| other == first);
            if let Some(president) = first.filter(|_| is_one) {
                return Ok(president.parse()?);
            }
            thread::sleep(LOOK);
        }
        Err("the nodes do not agree on a president".into())
    }

    /// Waits until a node other than this one considers itself president.
    fn next_president(&self, former: u32) -> Result<u32, Failure> {
        let begun = Instant::now();
        let ids = self.cluster.ids();
        while begun.elapsed() < PATIENCE {
            let mut others = ids.iter().filter(|&&id| id != former);
            let presides = |id: u32| self.cluster.info(id, "president") == Some(id.to_string());
            if let Some(&next) = others.find(|&&id| presides(id)) {
                return Ok(next);
            }
            thread::sleep(LOOK);
        }
        Err("no other node becomes president".into())
    }

    fn write(&mut self, id: u32) -> Result<(), Failure> {
        self.written += 1;
        let value = self.written.to_string();
        match self.cluster.ask(id, &["SET", "synod-bench", &value])? {
            Reply::Simple(_) => Ok(()),
            reply => Err(format!("node {id} answers {reply:?}").into()),
        }
    }

    /// Waits until the law of every node goes as far as this node's does now.
    fn wait_for_the_law(&self, president: u32) -> Result<(), Failure> {
        let through = |id| -> Option<u64> { self.cluster.info(id, "law_length")?.parse().ok() };
        let wanted = through(president).ok_or("the president does not tell his law")?;
        let begun = Instant::now();
        for id in self.cluster.ids() {
            while through(id).is_none_or(|law| law < wanted) {
                if begun.elapsed() > PATIENCE {
                    return Err(format!("node {id} does not learn of decree {wanted}").into());
                }
                thread::sleep(LOOK);
            }
        }
        Ok(())
    }
}

/// A time, in units of Δ.
struct Row {
    what: What,
    worst: u32,
    median: f64,
    longest: f64,
    delta: Duration,
}

impl Row {
    /// Of times in ascending order, at least one.
    fn of(what: What, measured: &[Duration], options: &TimesBenchOptions) -> Self {
        let in_deltas = |time: Duration| time.as_secs_f64() / options.delta.as_secs_f64();
        Self {
            what,
            worst: what.worst(options.absence),
            median: in_deltas(measured[measured.len() / 2]),
            longest: in_deltas(measured[measured.len() - 1]),
            delta: options.delta,
        }
    }

    fn json(&self) -> Value {
        json!({
            "schema": 1,
            "kind": "time",
            "what": self.what.to_string(),
            "delta_ms": self.delta.as_secs_f64() * 1e3,
            "worst": self.worst,
            "median": self.median,
            "longest": self.longest,
        })
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            worst,
            median,
            longest,
            ..
        } = self;
        write!(f, "{what:<52}  {worst:>6}  {median:>7.2}  {longest:>7.2}")
    }
}
