//! Solvers as processes: each reads a script from its standard input.
//!
//! ```no_run
//! use std::time::Duration;
//! use synod_proof::smt::script;
//! use synod_proof::solver::{Program, Solver, Verdict};
//! use synod_proof::targets::Target;
//!
//! let z3 = Program::found(Solver::Z3)?;
//! let obligation = &Target::named("math").unwrap().obligations()[0];
//! let answer = z3.decide(&script(obligation), Duration::from_secs(60));
//! assert_eq!(answer.verdict, Verdict::Unsat);
//! # Ok::<(), synod_proof::solver::Absent>(())
//! ```

use crate::child::{self, Ended};
use std::ffi::OsString;
use std::fmt;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A solver that decides scripts of SMT-LIB 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Solver {
    /// Z3.
    Z3,
    /// cvc5.
    Cvc5,
}

impl Solver {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Z3, Self::Cvc5];

    /// The name, which is also that of the program and of Debian's package.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Z3 => "z3",
            Self::Cvc5 => "cvc5",
        }
    }

    /// The environment variable that names the program.
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Z3 => "SYNOD_Z3",
            Self::Cvc5 => "SYNOD_CVC5",
        }
    }

    /// The ways to ask: the options of the program. The next is tried if the one before it did
    /// not decide. Quantifiers are instantiated by triggers first.
    const fn ways(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Z3 => &[&["-in"], &["-in", "smt.random_seed=7"]],
            Self::Cvc5 => &[
                &["--lang=smt2"],
                &["--lang=smt2", "--finite-model-find"],
                &["--lang=smt2", "--full-saturate-quant"],
            ],
        }
    }
}

impl fmt::Display for Solver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The program of a solver cannot be run.
#[derive(Debug)]
pub struct Absent {
    /// The solver.
    pub solver: Solver,
    /// The program that was tried.
    pub program: OsString,
    /// Why it cannot be run.
    pub why: String,
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = self.program.display();
        write!(
            f,
            "the solver {} cannot be run as `{program}`: {}",
            self.solver, self.why
        )
    }
}

impl std::error::Error for Absent {}

impl Absent {
    /// How to get it.
    pub fn help(&self) -> String {
        let (name, variable) = (self.solver, self.solver.variable());
        format!("Debian: apt-get install {name}; or set {variable} to the path of the program")
    }
}

/// What a solver says of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No structure satisfies the script: the obligation is proved.
    Unsat,
    /// Some structure does: the obligation is refuted.
    Sat,
    /// The solver could not tell, and why.
    Unknown(String),
}

impl Verdict {
    /// SMT-LIB's word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Unsat => "unsat",
            Self::Sat => "sat",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// A verdict, and how long it took.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The verdict.
    pub verdict: Verdict,
    /// The time until it was there.
    pub elapsed: Duration,
}

/// Ends the programs that are [stopped by](Program::stopped_by) it.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Ends it.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it has been ended.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The program of a solver, which has told its version.
#[derive(Clone, Debug)]
pub struct Program {
    solver: Solver,
    path: OsString,
    version: String,
    stop: Stop,
}

/// How long a program has to tell its version.
const FOR_ITS_VERSION: Duration = Duration::from_secs(10);

impl Program {
    /// The program that the environment names, or else the one on the path.
    ///
    /// # Errors
    /// It cannot be run.
    pub fn found(solver: Solver) -> Result<Self, Absent> {
        let named = std::env::var_os(solver.variable()).filter(|path| !path.is_empty());
        Self::at(solver, named.unwrap_or_else(|| solver.name().into()))
    }

    /// This program.
    ///
    /// # Errors
    /// It cannot be run, or it does not tell a version of this solver.
    pub fn at(solver: Solver, path: OsString) -> Result<Self, Absent> {
        let mut command = Command::new(&path);
        let ended = child::run(command.arg("--version"), "", FOR_ITS_VERSION, &|| false);
        let version = ended
            .map_err(|error| error.to_string())
            .and_then(|ended| version(solver, &ended));
        match version {
            Ok(version) => Ok(Self {
                solver,
                path,
                version,
                stop: Stop::default(),
            }),
            Err(why) => Err(Absent {
                solver,
                program: path,
                why,
            }),
        }
    }

    /// The same program, which ends, and answers nothing more, after this stop.
    #[must_use]
    pub fn stopped_by(mut self, stop: &Stop) -> Self {
        self.stop = stop.clone();
        self
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.is_stopped()
    }

    /// The solver.
    pub const fn solver(&self) -> Solver {
        self.solver
    }

    /// What the program says of its version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Decides a script within the time. All ways to ask share the time.
    pub fn decide(&self, script: &str, limit: Duration) -> Answer {
        let begun = Instant::now();
        let mut verdict = Verdict::Unknown("the time was over".to_owned());
        let ways = self.solver.ways();
        for (index, way) in ways.iter().enumerate() {
            let left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() || self.is_stopped() {
                break;
            }
            let more = u32::try_from(ways.len() - index).unwrap_or(1);
            match self.ask(way, script, left / more) {
                Verdict::Unknown(why) => verdict = Verdict::Unknown(why),
                decided => {
                    verdict = decided;
                    break;
                }
            }
        }
        let elapsed = begun.elapsed();
        Answer { verdict, elapsed }
    }

    fn ask(&self, way: &[&str], script: &str, limit: Duration) -> Verdict {
        match self.output(way, script, limit) {
            Ok(ended) => verdict(&ended),
            Err(error) => Verdict::Unknown(format!("the program cannot be run: {error}")),
        }
    }

    /// What the program says of the script.
    pub(crate) fn output(
        &self,
        way: &[&str],
        script: &str,
        limit: Duration,
    ) -> std::io::Result<Ended> {
        let mut command = Command::new(&self.path);
        child::run(command.args(way), script, limit, &|| self.is_stopped())
    }
}

/// The verdict in what a program wrote. An error anywhere makes it void, and so does another word, or
/// an end that is not good.
fn verdict(ended: &Ended) -> Verdict {
    let mut lines = ended.text.lines();
    if let Some(error) = lines.find(|line| line.starts_with("(error")) {
        return Verdict::Unknown(error.to_owned());
    }
    match ended.text.trim() {
        "unsat" if ended.is_good() => Verdict::Unsat,
        "sat" if ended.is_good() => Verdict::Sat,
        "unknown" if ended.is_good() => Verdict::Unknown("the solver gave up".to_owned()),
        _ => Verdict::Unknown(ended.in_words()),
    }
}

/// The first line that a program tells of its version. Both solvers begin theirs with their names, or
/// have them in it; so one program is not taken for both.
fn version(solver: Solver, ended: &Ended) -> Result<String, String> {
    let line = ended.text.lines().next().unwrap_or_default().trim();
    if !ended.is_good() {
        return Err(format!("--version: {}", ended.in_words()));
    }
    if !line.to_lowercase().contains(solver.name()) {
        return Err(format!(
            "what it tells of its version does not name {solver}: {line:?}"
        ));
    }
    Ok(line.to_owned())
}
