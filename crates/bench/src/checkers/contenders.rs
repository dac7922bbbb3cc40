//! The checkers that are compared, and how each is started.
//!
//! All explore Lamport's published `Paxos` with 3 acceptors and 2 decrees: Synod and Stateright
//! the model of a run spec, the others the twins in `benches/peers`.

use super::process::succeed;
use crate::failure::Failure;
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use synod_terminal::note;
use tempfile::TempDir;

/// The reduction by which a checker explores fewer states than there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reduction {
    None,
    Symmetry,
    PartialOrder,
}

impl Reduction {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Symmetry => "symmetry",
            Self::PartialOrder => "partial order",
        }
    }
}

/// The numbers of states and transitions that a checker reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub states: u64,
    pub transitions: Option<u64>,
    /// How many states there are without the reduction, if the checker tells it.
    pub unreduced: Option<u64>,
}

/// A checker, ready to explore one model.
pub(super) struct Contender {
    pub checker: &'static str,
    /// How many threads explore.
    pub threads: usize,
    pub reduction: Reduction,
    /// The options of the checker, without the model and the number of threads.
    pub flags: String,
    pub command: Command,
    /// Reads the counts from what the program writes.
    pub counts: fn(&str) -> Option<Counts>,
    /// Where the command is to run; it may write there.
    pub folder: TempDir,
}

/// The checkers that are installed, with their options.
pub(super) struct Peers {
    has_spin: bool,
    /// How TLC is started, if it can be.
    tlc: Option<Vec<String>>,
    has_tla_rs: bool,
    has_tlaplusplus: bool,
}

/// What SPIN's verifiers are compiled with in each case.
const PAN: &str = "-O3 -DSAFETY -DNOFAIR -DNOBOUNDCHECK";
/// Each twin for SPIN, and the best exact compression of its states: the second wants to know how
/// many bytes they have, at most.
const TWINS: [(&str, &str, &str); 2] = [
    ("SPIN, paxos.pml", "paxos.pml", "-DCOLLAPSE"),
    ("SPIN, paxos-tuned.pml", "paxos-tuned.pml", "-DMA=24"),
];
/// How many ballots the twins for SPIN have.
pub(super) const BALLOTS_OF_SPIN: std::ops::RangeInclusive<u64> = 2..=5;

impl Peers {
    /// Looks which checkers are installed, and says which are not and how to get them.
    pub(super) fn installed() -> Self {
        let has_spin = is_installed("spin", "-V") && is_installed("cc", "--version");
        if !has_spin {
            note!("without SPIN: it needs `spin` and `cc` (Debian: apt-get install spin gcc)");
        }
        let jar = std::env::var("TLA2TOOLS_JAR").ok();
        let tlc = match jar {
            Some(jar) if is_installed("java", "-version") => {
                let words = ["java", "-XX:+UseParallelGC", "-cp", &jar, "tlc2.TLC"];
                Some(words.map(str::to_owned).to_vec())
            }
            // It ends with an error, as it is told no model.
            _ => runs("tlc").then(|| vec!["tlc".to_owned()]),
        };
        if tlc.is_none() {
            note!(
                "without TLC: let TLA2TOOLS_JAR name tla2tools.jar (from the releases of \
                 github.com/tlaplus/tlaplus) and install java (Debian: default-jre-headless), or \
                 put a program tlc on the path"
            );
        }
        let has_tla_rs = is_installed("tla", "--version");
        if !has_tla_rs {
            note!("without tla-rs: it needs `tla` (cargo install tla-checker)");
        }
        let has_tlaplusplus = is_installed("tlaplusplus", "--help");
        if !has_tlaplusplus {
            note!("without tlaplusplus: build github.com/zoratu/tlaplusplus with cargo");
        }
        Self {
            has_spin,
            tlc,
            has_tla_rs,
            has_tlaplusplus,
        }
    }

    /// All contenders that can explore a model of so many ballots.
    pub(super) fn contenders(
        &self,
        ballots: u64,
        threads: usize,
    ) -> Result<Vec<Contender>, Failure> {
        let mut all = Vec::new();
        for reduction in [Reduction::None, Reduction::Symmetry] {
            for threads in widths(threads) {
                all.push(synod(ballots, threads, reduction)?);
            }
        }
        for threads in widths(threads) {
            all.push(stateright(ballots, threads)?);
        }
        if self.has_spin && BALLOTS_OF_SPIN.contains(&ballots) {
            for twin in TWINS {
                for reduction in [Reduction::None, Reduction::PartialOrder] {
                    for is_compressed in [false, true] {
                        all.push(spin(twin, ballots, reduction, is_compressed)?);
                    }
                }
            }
        }
        for reduction in [Reduction::None, Reduction::Symmetry] {
            if let Some(words) = &self.tlc {
                all.push(tlc(words, ballots, threads, reduction)?);
            }
            if self.has_tla_rs {
                all.push(tla_rs(ballots, reduction)?);
            }
        }
        if self.has_tlaplusplus {
            for reduction in [
                Reduction::None,
                Reduction::Symmetry,
                Reduction::PartialOrder,
            ] {
                all.push(tlaplusplus(ballots, threads, reduction)?);
            }
        }
        Ok(all)
    }
}

/// The numbers of threads with which a checker runs: one, and as many as wanted.
fn widths(threads: usize) -> Vec<usize> {
    let mut widths = vec![1, threads];
    widths.dedup();
    widths
}

fn is_installed(program: &str, argument: &str) -> bool {
    let status = quiet(program).arg(argument).status();
    status.is_ok_and(|status| status.success())
}

fn runs(program: &str) -> bool {
    quiet(program).status().is_ok()
}

fn quiet(program: &str) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(Stdio::null());
    command
}

fn peers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../benches/peers")
}

/// The run spec of so many ballots, in this folder.
fn spec(folder: &Path, ballots: u64, reduction: Reduction) -> Result<PathBuf, Failure> {
    let reductions = match reduction {
        Reduction::Symmetry => "reductions = [\"symmetry\"]\n",
        _ => "",
    };
    let text = format!(
        "about = \"Lamport's published Paxos, to compare checkers.\"\nprotocol = \"paxos\"\n\
         priests = 3\nballots = {ballots}\ndecrees = [\"a\", \"b\"]\n{reductions}\n\
         [expect]\nverdict = \"holds\"\n"
    );
    let path = folder.join("paxos.toml");
    fs::write(&path, text)?;
    Ok(path)
}

fn synod(ballots: u64, threads: usize, reduction: Reduction) -> Result<Contender, Failure> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(std::env::current_exe()?.with_file_name("synod"));
    command.arg("check");
    command.arg(spec(folder.path(), ballots, reduction)?);
    command.args(["--format", "json", "--threads", &threads.to_string()]);
    let flags = match reduction {
        Reduction::Symmetry => "reductions = [\"symmetry\"]",
        _ => "",
    };
    Ok(Contender {
        checker: "Synod",
        threads,
        reduction,
        flags: flags.to_owned(),
        command,
        counts: |output| {
            let line: Value = serde_json::from_str(output).ok()?;
            Some(Counts {
                states: line["states"]
                    .as_u64()
                    .filter(|_| line["verdict"] == "holds")?,
                transitions: line["generated"].as_u64(),
                unreduced: line["unreduced_states"].as_u64(),
            })
        },
        folder,
    })
}

fn stateright(ballots: u64, threads: usize) -> Result<Contender, Failure> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("stateright");
    command.arg(spec(folder.path(), ballots, Reduction::None)?);
    command.arg(threads.to_string());
    Ok(Contender {
        checker: "Stateright",
        threads,
        reduction: Reduction::None,
        flags: "spawn_bfs".to_owned(),
        command,
        counts: |output| {
            let mut numbers = output.split_whitespace().map(str::parse);
            Some(Counts {
                states: numbers.next()?.ok()?,
                transitions: numbers.next()?.ok(),
                unreduced: None,
            })
        },
        folder,
    })
}

/// One core: SPIN's search with several is for models of several processes.
fn spin(
    (checker, twin, compression): (&'static str, &str, &str),
    ballots: u64,
    reduction: Reduction,
    is_compressed: bool,
) -> Result<Contender, Failure> {
    let folder = tempfile::tempdir()?;
    let mut flags = PAN.to_owned();
    if reduction == Reduction::None {
        flags += " -DNOREDUCE";
    }
    if is_compressed {
        flags = format!("{flags} {compression}");
    }
    let of_run = ["-m10000", "-w24"];
    let mut generate = Command::new("spin");
    generate.args(["-a", &format!("-DBALLOTS={ballots}")]);
    generate.arg(fs::canonicalize(peers().join(twin))?);
    succeed(generate.current_dir(folder.path()))?;
    let mut compile = Command::new("cc");
    compile.args(flags.split(' '));
    compile.args(["-DMEMLIM=1000000", "-o", "pan", "pan.c"]);
    succeed(compile.current_dir(folder.path()))?;
    let mut command = Command::new(folder.path().join("pan"));
    command.args(of_run);
    Ok(Contender {
        checker,
        threads: 1,
        reduction,
        flags: format!("{flags}; pan {}", of_run.join(" ")),
        command,
        counts: |output| {
            // 8220065, or 8.220065e+06 where there are more.
            let number = |of: &str| {
                let line = output.lines().find(|line| line.contains(of))?;
                let number = line.split_whitespace().next()?.parse::<f64>().ok()?;
                format!("{number:.0}").parse().ok()
            };
            Some(Counts {
                states: number("states, stored").filter(|_| output.contains("errors: 0"))?,
                transitions: number(" transitions"),
                unreduced: None,
            })
        },
        folder,
    })
}

/// A folder with the twin in TLA+, and the configuration of so many ballots.
fn twin(ballots: u64, reduction: Reduction) -> Result<TempDir, Failure> {
    let folder = tempfile::tempdir()?;
    fs::copy(peers().join("Paxos.tla"), folder.path().join("Paxos.tla"))?;
    let config = fs::read_to_string(peers().join("MCPaxos.cfg"))?;
    let numbers: Vec<_> = (0..ballots).map(|ballot| ballot.to_string()).collect();
    let set = |line: &str| match line {
        line if line.trim_start().starts_with("Ballot =") => {
            format!("  Ballot = {{{}}}\n", numbers.join(", "))
        }
        line => format!("{line}\n"),
    };
    let mut config: String = config.lines().map(set).collect();
    if reduction == Reduction::Symmetry {
        config += "SYMMETRY Symmetry\n";
    }
    fs::write(folder.path().join("Paxos.cfg"), config)?;
    Ok(folder)
}

/// What TLC says in the end, and tlaplusplus too.
fn counts_of_tlc(output: &str) -> Option<Counts> {
    let mut lines = output.lines().rev();
    let last = lines.find(|line| line.contains(" distinct states found"))?;
    let number = |behind: &str| {
        let before = last.split(behind).next()?;
        let digits = before.split_whitespace().last()?.replace(',', "");
        digits.parse().ok()
    };
    Some(Counts {
        states: number(" distinct states found")?,
        transitions: number(" states generated"),
        unreduced: None,
    })
}

/// The command of a program and its arguments.
fn command_of(words: &[impl AsRef<OsStr>]) -> Command {
    let mut words = words.iter();
    let mut command = Command::new(words.next().map_or(OsStr::new("false"), AsRef::as_ref));
    command.args(words);
    command
}

fn tlc(
    words: &[String],
    ballots: u64,
    threads: usize,
    reduction: Reduction,
) -> Result<Contender, Failure> {
    let folder = twin(ballots, reduction)?;
    let mut command = command_of(words);
    command.args(["-workers", &threads.to_string()]);
    command.args(["-deadlock", "-config", "Paxos.cfg", "Paxos.tla"]);
    let flags = match reduction {
        Reduction::Symmetry => "-deadlock, SYMMETRY Symmetry",
        _ => "-deadlock",
    };
    Ok(Contender {
        checker: "TLC",
        threads,
        reduction,
        flags: flags.to_owned(),
        command,
        counts: |output| {
            counts_of_tlc(output).filter(|_| output.contains("No error has been found"))
        },
        folder,
    })
}

/// It has one thread.
fn tla_rs(ballots: u64, reduction: Reduction) -> Result<Contender, Failure> {
    let folder = twin(ballots, Reduction::None)?;
    let mut words = "tla Paxos.tla --config Paxos.cfg --allow-deadlock".to_owned();
    let mut flags = "--max-states 1000000000000 --max-depth 1000000".to_owned();
    if reduction == Reduction::Symmetry {
        flags += " --symmetry Acceptor --symmetry Value";
    }
    words = format!("{words} {flags}");
    let words: Vec<_> = words.split(' ').collect();
    Ok(Contender {
        checker: "tla-rs",
        threads: 1,
        reduction,
        command: command_of(&words),
        flags,
        counts: |output| {
            let number = |name: &str| {
                let lines = &mut output.lines();
                let rest = lines.find_map(|line| line.trim().strip_prefix(name))?;
                rest.trim().replace(',', "").parse().ok()
            };
            Some(Counts {
                states: number("Reachable states:")
                    .filter(|_| output.contains("No errors found"))?,
                transitions: number("Transitions:"),
                unreduced: None,
            })
        },
        folder,
    })
}

fn tlaplusplus(ballots: u64, threads: usize, reduction: Reduction) -> Result<Contender, Failure> {
    let folder = twin(ballots, reduction)?;
    let flags = match reduction {
        Reduction::None => "",
        Reduction::Symmetry => "SYMMETRY Symmetry",
        Reduction::PartialOrder => "--por",
    };
    let words = "tlaplusplus run-tla --module Paxos.tla --config Paxos.cfg --allow-deadlock";
    let words: Vec<_> = words.split(' ').collect();
    let mut command = command_of(&words);
    command.args(["--workers", &threads.to_string()]);
    if reduction == Reduction::PartialOrder {
        command.arg(flags);
    }
    Ok(Contender {
        checker: "tlaplusplus",
        threads,
        reduction,
        flags: flags.to_owned(),
        command,
        counts: |output| counts_of_tlc(output).filter(|_| !output.contains("violation=true")),
        folder,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_of_tlc_are_read_with_and_without_commas() {
        let counts = Some(Counts {
            states: 3921,
            transitions: Some(16_691),
            unreduced: None,
        });
        for line in [
            "16691 states generated, 3921 distinct states found, 0 states left on queue.",
            "Progress\n16,691 states generated, 3,921 distinct states found, 0 left\nend",
        ] {
            assert_eq!(counts_of_tlc(line), counts);
        }
        assert_eq!(counts_of_tlc("nothing"), None);
    }
}
