//! Solvers as processes: each reads a script from its standard input.
//!
//! ```no_run
//! use std::time::Duration;
//! use synod_proof::smt::script;
//! use synod_proof::solver::{Program, Solver, Stop, Verdict};
//! use synod_proof::targets::Target;
//!
//! let z3 = Program::found(Solver::Z3)?;
//! let obligation = &Target::named("math").unwrap().obligations()[0];
//! let answer = z3.decide(&script(obligation), Duration::from_secs(60), &Stop::default());
//! assert_eq!(answer.verdict, Verdict::Unsat);
//! # Ok::<(), synod_proof::solver::Absent>(())
//! ```

use std::ffi::OsString;
use std::fmt;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
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

/// Ends what is under way.
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
}

/// How often a process that runs is looked at.
const LOOKED_AT: Duration = Duration::from_millis(5);

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
    /// It cannot be run.
    pub fn at(solver: Solver, path: OsString) -> Result<Self, Absent> {
        match Command::new(&path).arg("--version").output() {
            Ok(output) => Ok(Self {
                solver,
                path,
                version: first_line(&output.stdout),
            }),
            Err(error) => Err(Absent {
                solver,
                program: path,
                why: error.to_string(),
            }),
        }
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
    pub fn decide(&self, script: &str, limit: Duration, stop: &Stop) -> Answer {
        let begun = Instant::now();
        let mut verdict = Verdict::Unknown("the time was over".to_owned());
        let ways = self.solver.ways();
        for (index, way) in ways.iter().enumerate() {
            let left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() || stop.is_stopped() {
                break;
            }
            let more = u32::try_from(ways.len() - index).unwrap_or(1);
            match self.ask(way, script, left / more, stop) {
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

    fn ask(&self, way: &[&str], script: &str, limit: Duration, stop: &Stop) -> Verdict {
        match self.output(way, script, limit, stop) {
            Ok(Some(text)) => verdict(&text),
            Ok(None) => Verdict::Unknown("the time was over".to_owned()),
            Err(error) => Verdict::Unknown(format!("the program failed: {error}")),
        }
    }

    /// What the program writes about the script; none if it was ended before.
    pub(crate) fn output(
        &self,
        way: &[&str],
        script: &str,
        limit: Duration,
        stop: &Stop,
    ) -> std::io::Result<Option<String>> {
        let begun = Instant::now();
        let mut command = Command::new(&self.path);
        command
            .args(way)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = Running(command.spawn()?);
        let (input, output) = (child.0.stdin.take(), child.0.stdout.take());
        let script = script.to_owned();
        // Both in threads: a program that waits for one of them must not hold up the other.
        let writer =
            thread::spawn(move || input.map(|mut input| input.write_all(script.as_bytes())));
        let reader = thread::spawn(move || {
            let mut text = String::new();
            let read = output.map(|mut output| output.read_to_string(&mut text));
            read.transpose().map(|_| text)
        });
        let is_in_time = loop {
            if child.0.try_wait()?.is_some() {
                break true;
            }
            if begun.elapsed() >= limit || stop.is_stopped() {
                break false;
            }
            thread::sleep(LOOKED_AT);
        };
        drop(child);
        // A program that has ended early leaves a broken pipe; what it wrote says why.
        let _ = writer.join();
        let text = reader.join().unwrap_or_else(|_| Ok(String::new()))?;
        Ok(is_in_time.then_some(text))
    }
}

/// A process that ends with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The verdict in what a program wrote. An error anywhere makes it void.
fn verdict(text: &str) -> Verdict {
    if let Some(error) = text.lines().find(|line| line.starts_with("(error")) {
        return Verdict::Unknown(error.to_owned());
    }
    match text.lines().next() {
        Some("unsat") => Verdict::Unsat,
        Some("sat") => Verdict::Sat,
        Some("unknown") => Verdict::Unknown("the solver gave up".to_owned()),
        other => Verdict::Unknown(format!(
            "no verdict: {}",
            other.unwrap_or("nothing was written")
        )),
    }
}

fn first_line(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.lines().next().unwrap_or_default().trim().to_owned()
}
