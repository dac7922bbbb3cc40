//! Compares checkers on one model, Lamport's published `Paxos`, with more and more ballots:
//! Synod's search, Stateright's breadth-first search on the same `Model`, and others, if they are
//! installed, on the twins in `benches/peers`.
//!
//! | module | what it has |
//! |---|---|
//! | `contenders` | the checkers, and how each is started |
//! | `process` | what a process takes |
//! | `plot` | states against seconds and memory, drawn |

mod contenders;
pub(crate) mod plot;
pub(crate) mod process;

use crate::failure::Failure;
use contenders::{BALLOTS_OF_SPIN, Contender, Counts, Peers, Reduction};
use process::{Limits, run};
use serde_json::{Value, json};
use stateright::Checker;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use synod_specs::{Checkable, Visitor, parse};
use synod_terminal::{note, say_line};

/// The options of the comparison with other checkers.
#[derive(clap::Args)]
pub(crate) struct CheckersBenchOptions {
    /// Write a line of JSON for each run
    #[arg(long)]
    json: bool,
    /// How many threads explore; Synod and Stateright also run with one
    #[arg(long, value_name = "N", default_value_t = 2)]
    threads: usize,
    /// How many ballots the models have
    #[arg(
        long,
        value_name = "N,N…",
        value_delimiter = ',',
        default_values_t = [2, 3, 4],
        value_parser = clap::value_parser!(u64).range(2..=15)
    )]
    ballots: Vec<u64>,
    /// Leave out checkers whose name begins like this
    #[arg(long, value_name = "NAME")]
    without: Vec<String>,
    /// Stop a checker after this time, and try no larger model with it
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = humantime::parse_duration)]
    timeout: Duration,
    /// Stop a checker that needs more memory, and try no larger model with it
    #[arg(long, value_name = "SIZE", default_value = "16GiB")]
    max_memory: bytesize::ByteSize,
    /// Also draw states against seconds and memory, as SVG
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
}

/// The outcome of one run of a checker.
struct Row {
    ballots: u64,
    contender: Contender,
    outcome: Outcome,
    elapsed: Duration,
    user: Duration,
    peak_bytes: u64,
}

enum Outcome {
    Complete(Counts),
    /// It was stopped, because it took more time or memory.
    Stopped(&'static str),
    /// It was not started, because it was stopped with fewer ballots.
    LeftOut,
}

/// Runs all checkers and prints a row for each.
pub(crate) fn measure_all(options: &CheckersBenchOptions) -> Result<(), Failure> {
    let peers = Peers::installed();
    let mut stopped = BTreeSet::new();
    let mut lines = Vec::new();
    if !options.json {
        say_head();
    }
    for &ballots in &options.ballots {
        if !BALLOTS_OF_SPIN.contains(&ballots) {
            note!("without SPIN for {ballots} ballots: its twins have 2 to 5");
        }
        let mut rows = Vec::new();
        for contender in peers.contenders(ballots, options.threads)? {
            let is_out = |name: &String| contender.checker.starts_with(&**name);
            if !options.without.iter().any(is_out) {
                rows.push(row(options, ballots, contender, &mut stopped)?);
            }
        }
        agree(&rows)?;
        let ours = seconds_of_ours(&rows, options.threads);
        for row in &rows {
            let line = row.line(ours);
            if options.json {
                say_line!("{line}");
            } else {
                row.say(&line);
            }
            lines.push(line);
        }
    }
    match &options.plot {
        Some(path) => Ok(fs::write(path, plot::of(&lines)?)
            .map_err(|error| format!("{}: {error}", path.display()))?),
        None => Ok(()),
    }
}

/// Runs a contender, unless it was stopped with fewer ballots.
fn row(
    options: &CheckersBenchOptions,
    ballots: u64,
    mut contender: Contender,
    stopped: &mut BTreeSet<(&'static str, usize, String)>,
) -> Result<Row, Failure> {
    let this = (
        contender.checker,
        contender.threads,
        contender.flags.clone(),
    );
    if stopped.contains(&this) {
        return Ok(Row {
            ballots,
            contender,
            outcome: Outcome::LeftOut,
            elapsed: Duration::ZERO,
            user: Duration::ZERO,
            peak_bytes: 0,
        });
    }
    let limits = Limits {
        time: options.timeout,
        memory: options.max_memory.as_u64(),
    };
    let Contender {
        checker, threads, ..
    } = contender;
    let name = format!(
        "{ballots} ballots: {checker}, {threads} of {}",
        contender.flags
    );
    let mut command = std::mem::replace(&mut contender.command, Command::new(checker));
    command.current_dir(contender.folder.path());
    let run = run(&name, command, limits)?;
    let outcome =
        if let Some(why) = run.stopped {
            stopped.insert(this);
            Outcome::Stopped(why)
        } else {
            let counts = (contender.counts)(&run.output);
            Outcome::Complete(counts.ok_or_else(|| {
                format!("{name}: it does not say that all is well:\n{}", run.output)
            })?)
        };
    Ok(Row {
        ballots,
        contender,
        outcome,
        elapsed: run.elapsed,
        user: run.user,
        peak_bytes: run.peak_bytes,
    })
}

/// How long Synod took for all states with as many threads as were asked for.
fn seconds_of_ours(rows: &[Row], threads: usize) -> Option<f64> {
    let ours = rows.iter().find(|row| {
        let Contender {
            checker, reduction, ..
        } = row.contender;
        (checker, reduction, row.contender.threads) == ("Synod", Reduction::None, threads)
    });
    ours.map(|row| row.elapsed.as_secs_f64())
}

/// Whoever explores all states counts as many; whoever explores fewer, not more than that, and not
/// fewer than there are orbits, if these are counted.
fn agree(rows: &[Row]) -> Result<(), Failure> {
    let complete = || {
        rows.iter().filter_map(|row| match row.outcome {
            Outcome::Complete(counts) => Some((&row.contender, counts)),
            _ => None,
        })
    };
    let mut full = complete().filter(|(by, _)| by.reduction == Reduction::None);
    let Some((_, all)) = full.next() else {
        return Ok(());
    };
    let orbits = complete().find_map(|(_, counts)| counts.unreduced.map(|_| counts.states));
    for (by, counts) in complete() {
        let few = match by.reduction {
            Reduction::None => all.states,
            Reduction::Symmetry => orbits.unwrap_or(1),
            Reduction::PartialOrder => 1,
        };
        let is_possible = (few..=all.states).contains(&counts.states)
            && counts.unreduced.is_none_or(|sum| sum == all.states);
        if !is_possible {
            let why = format!(
                "{} ({}) counts {counts:?}, where there are {} states",
                by.checker, by.flags, all.states
            );
            return Err(why.into());
        }
    }
    Ok(())
}

fn say_head() {
    say_line!(
        "{:>7}  {:22}{:>7}  {:14}{:>12}{:>13}{:>10}{:>10}{:>10}{:>8}{:>8}  flags",
        "ballots",
        "checker",
        "threads",
        "reduction",
        "states",
        "transitions",
        "seconds",
        "user",
        "MiB",
        "B/state",
        "ratio"
    );
}

impl Row {
    #[allow(clippy::cast_precision_loss)] // Figures to read.
    fn line(&self, seconds_of_ours: Option<f64>) -> Value {
        let Contender {
            checker,
            threads,
            reduction,
            flags,
            ..
        } = &self.contender;
        let mut line = json!({
            "schema": 2,
            "ballots": self.ballots,
            "checker": checker,
            "threads": threads,
            "reduction": reduction.name(),
            "flags": flags,
        });
        let seconds = self.elapsed.as_secs_f64();
        line["outcome"] = match self.outcome {
            Outcome::Complete(counts) => {
                line["states"] = json!(counts.states);
                line["transitions"] = json!(counts.transitions);
                line["unreduced_states"] = json!(counts.unreduced);
                line["bytes_per_state"] = json!(self.peak_bytes as f64 / counts.states as f64);
                line["ratio"] = json!(seconds_of_ours.map(|ours| seconds / ours));
                json!("complete")
            }
            Outcome::Stopped(why) => json!(why),
            Outcome::LeftOut => {
                line["outcome"] = json!("left out");
                return line;
            }
        };
        line["elapsed_seconds"] = json!(seconds);
        line["user_seconds"] = json!(self.user.as_secs_f64());
        line["peak_memory_bytes"] = json!(self.peak_bytes);
        line
    }

    fn say(&self, line: &Value) {
        let figure = |key: &str, digits: usize| {
            let number = line[key].as_f64();
            number.map_or(String::new(), |number| format!("{number:.digits$}"))
        };
        let mebibytes = line["peak_memory_bytes"].as_f64();
        let mebibytes = mebibytes.map(|bytes| format!("{:.0}", bytes / f64::from(1 << 20)));
        let states = match self.outcome {
            Outcome::Complete(_) => figure("states", 0),
            Outcome::Stopped(why) => why.to_owned(),
            Outcome::LeftOut => "left out".to_owned(),
        };
        let by = &self.contender;
        say_line!(
            "{:>7}  {:22}{:>7}  {:14}{states:>12}{:>13}{:>10}{:>10}{:>10}{:>8}{:>8}  {}",
            self.ballots,
            by.checker,
            by.threads,
            by.reduction.name(),
            figure("transitions", 0),
            figure("elapsed_seconds", 2),
            figure("user_seconds", 2),
            mebibytes.unwrap_or_default(),
            figure("bytes_per_state", 1),
            figure("ratio", 2),
            by.flags
        );
    }
}

/// Explores the model of a spec with Stateright alone, and prints how many states it has, and how
/// many transitions.
pub(crate) fn stateright(spec: &Path, threads: usize) -> Result<(), Failure> {
    struct Count(usize);
    impl Visitor for Count {
        type Output = (usize, usize);

        fn visit<M: Checkable>(self, model: &M) -> (usize, usize) {
            let checker = model.clone().checker().threads(self.0);
            let checker = checker.spawn_bfs().join();
            (checker.unique_state_count(), checker.state_count())
        }
    }
    let about = |error: Failure| format!("{}: {error}", spec.display());
    let text = fs::read_to_string(spec).map_err(|error| about(error.into()))?;
    let spec = parse(&text).map_err(|error| about(error.into()))?;
    let (states, transitions) = spec.visit(Count(threads));
    say_line!("{states} {transitions}");
    Ok(())
}
