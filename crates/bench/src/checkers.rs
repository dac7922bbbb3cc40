//! Compares checkers on the same model: Synod's search, Stateright's breadth-first
//! search on the same `Model`, and SPIN and TLC, if they are installed, on the twins in
//! `benches/peers`.

pub(crate) mod process;

use crate::failure::Failure;
use process::{Measured, measure, succeed};
use serde_json::{Value, json};
use stateright::Checker;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use synod_specs::{Checkable, Visitor, parse};
use synod_terminal::{note, say_line};

/// The options of the comparison with other checkers.
#[derive(clap::Args)]
pub(crate) struct CheckersBenchOptions {
    /// Write a line of JSON for each checker
    #[arg(long)]
    json: bool,
    /// How many threads explore; each checker also runs with one
    #[arg(long, value_name = "N", default_value_t = 2)]
    threads: usize,
    /// The run spec whose model is explored
    #[arg(default_value = "specs/paxos/four-ballots-hold.toml")]
    spec: PathBuf,
}

/// Runs all checkers and prints a row for each.
pub(crate) fn measure_all(options: &CheckersBenchOptions) -> Result<(), Failure> {
    say(options, &compare(&options.spec, options.threads)?);
    Ok(())
}

fn compare(spec: &Path, threads: usize) -> Result<Vec<Measured>, Failure> {
    let mut results = Vec::new();
    let this = std::env::current_exe()?;
    let synod = this.with_file_name("synod");
    for threads in widths(threads) {
        let mut ours = Command::new(&synod);
        ours.arg("check").arg(spec).args(["--format", "json"]);
        ours.args(["--threads", &threads.to_string()]);
        let name = format!("synod, {}", plural(threads));
        results.push(measure(&name, ours, |output| {
            let line: Value = serde_json::from_str(output).ok()?;
            line["states"].as_u64()
        })?);
    }
    for threads in widths(threads) {
        let mut theirs = Command::new(&this);
        theirs.arg("stateright").arg(spec).arg(threads.to_string());
        let name = format!("Stateright BFS, {}", plural(threads));
        results.push(measure(&name, theirs, |output| output.trim().parse().ok())?);
    }
    if let Some(ballots) = paxos_ballots(spec) {
        results.extend(spin(ballots)?);
        results.extend(tlc(ballots, threads)?);
    }
    Ok(results)
}

fn plural(threads: usize) -> String {
    let plural = if threads == 1 { "" } else { "s" };
    format!("{threads} thread{plural}")
}

/// The numbers of threads with which each checker runs: one, and as many as wanted.
fn widths(threads: usize) -> Vec<usize> {
    let mut widths = vec![1, threads];
    widths.dedup();
    widths
}

/// Explores the model of a spec with Stateright alone, and prints how many states it has.
pub(crate) fn stateright(spec: &Path, threads: usize) -> Result<(), Failure> {
    struct Count(usize);
    impl Visitor for Count {
        type Output = usize;

        fn visit<M: Checkable>(self, model: &M) -> usize {
            let checker = model.clone().checker().threads(self.0);
            checker.spawn_bfs().join().unique_state_count()
        }
    }
    let about = |error: Failure| format!("{}: {error}", spec.display());
    let text = fs::read_to_string(spec).map_err(|error| about(error.into()))?;
    let spec = parse(&text).map_err(|error| about(error.into()))?;
    say_line!("{}", spec.visit(Count(threads)));
    Ok(())
}

/// How many ballots the spec has; none if the twins cannot check it.
fn paxos_ballots(spec: &Path) -> Option<u64> {
    let table: toml::Table = fs::read_to_string(spec).ok()?.parse().ok()?;
    let number = |key: &str| table.get(key)?.as_integer();
    let decrees = table.get("decrees")?.as_array()?.len();
    let is_twin =
        table.get("protocol")?.as_str()? == "paxos" && number("priests")? == 3 && decrees == 2;
    u64::try_from(number("ballots")?).ok().filter(|_| is_twin)
}

fn peers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../benches/peers")
}

fn is_installed(program: &str, argument: &str) -> bool {
    let run = Command::new(program)
        .arg(argument)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    run.is_ok_and(|status| status.success())
}

fn spin(ballots: u64) -> Result<Option<Measured>, Failure> {
    if !is_installed("spin", "-V") || !is_installed("cc", "--version") {
        note!("without SPIN: it needs `spin` and `cc` on the path (Debian: spin, gcc)");
        return Ok(None);
    }
    let folder = tempfile::tempdir()?;
    let model = peers().join("paxos.pml");
    let mut generate = Command::new("spin");
    generate
        .arg("-a")
        .arg(format!("-DBALLOTS={ballots}"))
        .arg(fs::canonicalize(model)?);
    succeed(generate.current_dir(folder.path()))?;
    let mut compile = Command::new("cc");
    let options = [
        "-O3",
        "-DSAFETY",
        "-DNOREDUCE",
        "-DNOFAIR",
        "-DMEMLIM=16000",
        "-o",
        "pan",
        "pan.c",
    ];
    succeed(compile.args(options).current_dir(folder.path()))?;
    let mut pan = Command::new(folder.path().join("pan"));
    pan.args(["-m10000", "-w24"]).current_dir(folder.path());
    let result = measure("SPIN, 1 core", pan, |output| {
        let line = output
            .lines()
            .find(|line| line.contains("states, stored"))?;
        // 8220065, or 8.220065e+06 where there are more.
        let number = line.split_whitespace().next()?.parse::<f64>().ok()?;
        format!("{number:.0}").parse().ok()
    })?;
    Ok(Some(result))
}

fn tlc(ballots: u64, threads: usize) -> Result<Option<Measured>, Failure> {
    let config = peers().join(format!("MCPaxos{ballots}.cfg"));
    let Ok(classes) = std::env::var("TLA2TOOLS_JAR") else {
        note!("without TLC: TLA2TOOLS_JAR does not name tla2tools.jar");
        return Ok(None);
    };
    if !config.exists() || !is_installed("java", "-version") {
        note!(
            "without TLC: there is no java on the path, or no {}",
            config.display()
        );
        return Ok(None);
    }
    let folder = tempfile::tempdir()?;
    for name in ["Paxos.tla".to_owned(), format!("MCPaxos{ballots}.cfg")] {
        fs::copy(peers().join(&name), folder.path().join(&name))?;
    }
    let mut java = Command::new("java");
    java.args(["-XX:+UseParallelGC", "-cp", &classes, "tlc2.TLC"]);
    java.args(["-workers", &threads.to_string(), "-config"]);
    java.arg(format!("MCPaxos{ballots}.cfg")).arg("Paxos.tla");
    java.current_dir(folder.path());
    let result = measure(&format!("TLC, {threads} workers"), java, |output| {
        let mut lines = output.lines().rev();
        let last = lines.find(|line| line.contains("distinct states found"))?;
        let before = last.split(" distinct states found").next()?;
        before
            .split_whitespace()
            .last()?
            .replace(',', "")
            .parse()
            .ok()
    })?;
    Ok(Some(result))
}

#[allow(clippy::cast_precision_loss)] // Figures to read.
fn say(options: &CheckersBenchOptions, results: &[Measured]) {
    let spec = options.spec.display();
    // Ratios are to Synod with as many threads as were asked for.
    let Some(ours) = results.get(widths(options.threads).len() - 1) else {
        return;
    };
    if !options.json {
        say_line!("{spec}");
        say_line!(
            "{:26}{:>14}{:>10}{:>14}{:>14}{:>8}",
            "",
            "states",
            "time",
            "states/s",
            "bytes/state",
            "ratio"
        );
    }
    for result in results {
        let seconds = result.elapsed.as_secs_f64();
        let per_second = result.states as f64 / seconds;
        let bytes = result.peak_bytes as f64 / result.states as f64;
        let ratio = seconds / ours.elapsed.as_secs_f64();
        if options.json {
            let line = json!({
                "schema": 1,
                "spec": spec.to_string(),
                "checker": result.checker,
                "states": result.states,
                "elapsed_seconds": seconds,
                "peak_memory_bytes": result.peak_bytes,
                "states_per_second": per_second,
                "bytes_per_state": bytes,
                "ratio": ratio,
            });
            say_line!("{line}");
        } else {
            say_line!(
                "{:26}{:>14}{seconds:>8.2} s{per_second:>14.0}{bytes:>14.1}{ratio:>8.2}",
                result.checker,
                result.states
            );
        }
    }
}
