//! A program that reads a text and writes one, within a time. With it end the processes that it
//! has begun: a solver may be a script that begins another program.

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// What became of a program.
pub(crate) struct Ended {
    /// None if its time was over before it ended.
    status: Option<ExitStatus>,
    /// What it wrote on standard output.
    pub(crate) text: String,
    errors: String,
}

impl Ended {
    /// Whether it ended by itself, and without complaint.
    pub(crate) fn is_good(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// How it ended, and the first line that it wrote.
    pub(crate) fn in_words(&self) -> String {
        /// In letters: programs have been seen to write a megabyte without an end of line.
        const LINE: usize = 200;
        let Some(status) = self.status else {
            return "the time was over".to_owned();
        };
        let mut lines = self.errors.lines().chain(self.text.lines());
        let line = lines.find(|line| !line.trim().is_empty());
        let line: String = line.unwrap_or_default().chars().take(LINE).collect();
        match line.trim() {
            "" => format!("{status}, and nothing was written"),
            line => format!("{status}: {}", line.escape_debug()),
        }
    }
}

/// How often a program that runs is looked at.
const LOOKED_AT: Duration = Duration::from_millis(5);

/// Has the program read the text, and waits until it ends, its time is over or it is to stop.
pub(crate) fn run(
    command: &mut Command,
    text: &str,
    limit: Duration,
    is_stopped: &dyn Fn() -> bool,
) -> io::Result<Ended> {
    let begun = Instant::now();
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut running = Running(command.spawn()?);
    let child = &mut running.0;
    // In threads: a program that waits for one of them must not hold up the others.
    let (output, errors) = (read(child.stdout.take()), read(child.stderr.take()));
    let (input, text) = (child.stdin.take(), text.to_owned());
    let writer = thread::spawn(move || input.map(|mut input| input.write_all(text.as_bytes())));
    let is_in_time = loop {
        if running.has_ended()? {
            break true;
        }
        if begun.elapsed() >= limit || is_stopped() {
            break false;
        }
        thread::sleep(LOOKED_AT);
    };
    let status = running.end()?;
    // A program that has not read everything leaves a broken pipe; how it ended says why.
    let _ = writer.join();
    Ok(Ended {
        status: is_in_time.then_some(status),
        text: output.join().unwrap_or_default(),
        errors: errors.join().unwrap_or_default(),
    })
}

/// Reads to the end. A program that writes more than any answer has is left with a broken pipe.
fn read(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    /// In bytes.
    const LONGEST: u64 = 64 << 20;
    thread::spawn(move || {
        let mut bytes = vec![];
        // What was read before an error is what there is.
        let _ = pipe.map(|pipe| pipe.take(LONGEST).read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// A process that ends with this value, and with it all that it has begun.
struct Running(Child);

impl Running {
    /// Whether it has ended. It is not waited for, so that its number stays its own.
    fn has_ended(&self) -> io::Result<bool> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let ended = waitid(WaitId::Pid(Pid::from_child(&self.0)), options)?;
        Ok(ended.is_some())
    }

    fn end(&mut self) -> io::Result<ExitStatus> {
        // Nobody of its group may be left.
        let _ = kill_process_group(Pid::from_child(&self.0), Signal::KILL);
        self.0.wait()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Once it was waited for, its number may be that of another process.
        if !matches!(self.0.try_wait(), Ok(Some(_))) {
            let _ = self.end();
        }
    }
}
