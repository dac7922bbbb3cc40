//! Finds and runs the program TLC.

use super::{TlcRun, interruption, read_output};
use crate::dump::DumpError;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program TLC, and the limits of its runs.
#[derive(Clone, Debug)]
pub struct Program {
    start: Start,
    /// The memory of the Java machine, in the form of its option -Xmx. `None`: Java's
    /// default.
    pub heap: Option<String>,
    /// The time after which a run is ended. `None`: never.
    pub timeout: Option<Duration>,
}

#[derive(Clone, Debug)]
enum Start {
    /// Java with this jar.
    Jar(PathBuf),
    /// The program `tlc`.
    OnThePath,
}

/// The message for users if TLC is missing.
pub const MISSING: &str = "TLC was not found. It is the file tla2tools.jar of the releases of \
github.com/tlaplus/tlaplus, and needs Java 11 or later. Then:
  export TLA2TOOLS_JAR=/path/to/tla2tools.jar
A program `tlc` on the path is found too.";

/// Why TLC has not been run.
#[derive(Debug, thiserror::Error)]
pub enum TlcError {
    /// TLC was not found.
    #[error("{MISSING}")]
    Missing,
    /// `TLA2TOOLS_JAR` names something that is not a file.
    #[error("TLA2TOOLS_JAR is {}, which is not a file", .0.display())]
    NoJar(PathBuf),
    /// TLC could not be started, or its files could not be written or read.
    #[error("TLC could not be run: {0}")]
    Io(#[from] io::Error),
    /// The output of TLC has a state that cannot be read.
    #[error("the output of TLC cannot be read: {0}")]
    Output(#[from] DumpError),
}

impl Program {
    /// Finds TLC: the jar that `TLA2TOOLS_JAR` names, or `tlc` on the path.
    ///
    /// # Errors
    /// [`TlcError::Missing`], or [`TlcError::NoJar`].
    pub fn find() -> Result<Self, TlcError> {
        Ok(Self {
            start: start()?,
            heap: None,
            timeout: None,
        })
    }

    fn command(&self, folder: &Path) -> Command {
        let mut command = match &self.start {
            Start::Jar(jar) => {
                let mut java = Command::new("java");
                java.args(self.heap.iter().map(|heap| format!("-Xmx{heap}")));
                java.arg("-XX:+UseParallelGC").arg("-cp").arg(jar);
                java.arg("tlc2.TLC");
                java
            }
            Start::OnThePath => {
                let mut tlc = Command::new("tlc");
                if let Some(heap) = &self.heap {
                    tlc.env("JAVA_TOOL_OPTIONS", format!("-Xmx{heap}"));
                }
                tlc
            }
        };
        command.current_dir(folder).stdin(Stdio::null());
        // One worker, because the depth is not exact with more. `-deadlock` turns the
        // check for deadlocks off: a protocol that has ended is no error.
        command.args([
            "-workers",
            "1",
            "-deadlock",
            "-nowarning",
            "-noGenerateSpecTE",
        ]);
        command
    }
}

fn start() -> Result<Start, TlcError> {
    if let Some(jar) = std::env::var_os("TLA2TOOLS_JAR").filter(|jar| !jar.is_empty()) {
        let jar = PathBuf::from(jar);
        return match jar.canonicalize() {
            Ok(whole) if whole.is_file() => Ok(Start::Jar(whole)),
            _ => Err(TlcError::NoJar(jar)),
        };
    }
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let is_there = std::env::split_paths(&paths).any(|folder| folder.join("tlc").is_file());
    is_there
        .then_some(Start::OnThePath)
        .ok_or(TlcError::Missing)
}

/// A temporary folder with copies of the modules, in which TLC runs and writes its files.
/// It is removed when it is dropped.
pub struct Workplace {
    folder: TempDir,
}

/// The file of TLC's standard output and standard error.
const OUTPUT: &str = "output";

/// The file of the dump. TLC adds the suffix to the name `states`.
const DUMP: &str = "states.dump";

impl Drop for Workplace {
    fn drop(&mut self) {
        interruption::end(self.folder.path());
    }
}

impl Workplace {
    /// A workplace with the modules of a folder.
    ///
    /// # Errors
    /// The modules cannot be copied.
    pub fn new(modules: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("synod-twins-").tempdir()?;
        interruption::begin(folder.path());
        for entry in fs::read_dir(modules)? {
            let path = entry?.path();
            if let (Some(name), true) = (
                path.file_name(),
                path.extension().is_some_and(|e| e == "tla"),
            ) {
                fs::copy(&path, folder.path().join(name))?;
            }
        }
        Ok(Self { folder })
    }

    /// Adds a module with this text.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn add_module(&self, name: &str, text: &str) -> io::Result<()> {
        fs::write(self.folder.path().join(name).with_extension("tla"), text)
    }

    /// Lets TLC explore a module with this configuration and, if wanted, dump the states.
    ///
    /// # Errors
    /// TLC cannot be started, or its output cannot be read. A run that fails or does not
    /// finish is no error: see [`TlcRun::ending`].
    pub fn run(
        &self,
        tlc: &Program,
        module: &str,
        config: &str,
        with_dump: bool,
    ) -> Result<TlcRun, TlcError> {
        let folder = self.folder.path();
        fs::write(folder.join("run.cfg"), config)?;
        let output = folder.join(OUTPUT);
        let mut command = tlc.command(folder);
        command.args(["-metadir", "meta", "-config", "run.cfg"]);
        if with_dump {
            command.args(["-dump", "states"]);
        }
        let written = File::create(&output)?;
        command
            .arg(module)
            .stderr(written.try_clone()?)
            .stdout(written);
        let status = self.finish(command.spawn()?, tlc.timeout)?;
        let run = read_output(&String::from_utf8_lossy(&fs::read(&output)?))?;
        Ok(match status {
            Some(status) if status.code().is_none() => run.unfinished("TLC was killed"),
            Some(_) => run,
            None => run.unfinished("TLC was stopped after the timeout"),
        })
    }

    /// Waits for the end of TLC. `None` if the timeout came first: then TLC was killed.
    fn finish(&self, tlc: Child, timeout: Option<Duration>) -> io::Result<Option<ExitStatus>> {
        let folder = self.folder.path();
        interruption::runs(folder, tlc);
        let start = Instant::now();
        while timeout.is_none_or(|timeout| start.elapsed() < timeout) {
            if let Some(status) = interruption::status(folder)? {
                return Ok(Some(status));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        interruption::stop(folder)?;
        Ok(None)
    }

    /// The states that TLC has dumped.
    ///
    /// # Errors
    /// There is no dump.
    pub fn dump(&self) -> io::Result<BufReader<File>> {
        Ok(BufReader::new(File::open(self.folder.path().join(DUMP))?))
    }
}
