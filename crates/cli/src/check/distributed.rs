//! Checks by several processes together: their addresses, and what the processes other
//! than 0 report.

use crate::args::CheckOptions;
use crate::diagnostics::Complaint;
use indicatif::{HumanBytes, HumanCount};
use std::fs;
use std::sync::Arc;
use synod_checker::Reason;
use synod_distributed::{Hosts, parse_hosts};
use synod_report::plurals::plural;
use synod_report::{Checked, Listener, Subject, WriteError};
use synod_terminal::note;

const HELP: &str = "a hosts file has one `host:port` a line, that of process 0 first";

/// The processes of the check, if there are several. This process listens from now on.
///
/// # Errors
/// The file with the hosts is not as it should be, or this process cannot
/// listen where it says.
pub(super) fn hosts(options: &CheckOptions) -> Result<Option<Arc<Hosts>>, Complaint> {
    let (Some(path), Some(process)) = (&options.hosts, options.process) else {
        return Ok(None);
    };
    let text = fs::read_to_string(path).map_err(|error| Complaint::file(path, error, HELP))?;
    let hosts = parse_hosts(&text).map_err(|error| match error.line {
        None => Complaint::file(path, &error, HELP),
        Some(line) => Complaint::file(path, format!("line {line}: {error}"), HELP),
    })?;
    if process >= hosts.len() {
        let last = hosts.len() - 1;
        return Err(Complaint::about(
            format!(
                "there is no process {process}: {} has {} {}",
                path.display(),
                hosts.len(),
                plural(hosts.len() as u64, "host", "hosts"),
            ),
            format!("--process takes a number from 0 to {last}"),
        ));
    }
    let own = hosts[process].to_string();
    let hosts = Hosts::listen(hosts, process, options.connect_timeout).map_err(|error| {
        Complaint::about(
            format!("cannot listen at {own}: {error}"),
            format!("line {} of the hosts file must be an address of this machine, with a port that is free", process + 1),
        )
    })?;
    if !hosts.are_all_here() {
        warn();
    }
    Ok(Some(Arc::new(hosts)))
}

fn warn() {
    note!(
        "warning: the connections between the processes are neither encrypted nor authenticated; \
         use a private network"
    );
}

/// Why no further spec can be checked, if another process has left.
pub(super) fn others_left(reason: Option<&Reason>) -> Option<String> {
    match reason.map(Reason::cause) {
        Some(lost @ (Reason::ConnectionLost(_) | Reason::Unanswered { .. })) => {
            Some(lost.to_string())
        }
        Some(
            left @ Reason::Elsewhere {
                is_interrupted: true,
                ..
            },
        ) => Some(left.to_string()),
        _ => None,
    }
}

/// The report of a process other than 0: one line for each spec, on standard error.
pub(super) struct Aside {
    pub(super) process: usize,
}

impl Listener for Aside {
    fn checked(&mut self, checked: &Checked<'_>) {
        let Checked {
            subject, outcome, ..
        } = checked;
        let report = &outcome.report;
        let spread = report.exploration.as_ref();
        let spread = spread.and_then(|exploration| exploration.distribution);
        let states = HumanCount(report.states);
        let states = match spread {
            Some(spread) => {
                let here = spread.states_here;
                let noun = plural(here, "state", "states");
                format!("{} {noun} here of {states}", HumanCount(here))
            }
            None => format!("{states} {}", plural(report.states, "state", "states")),
        };
        let memory = outcome.peak_memory.map_or_else(String::new, |bytes| {
            format!(", peak memory {}", HumanBytes(bytes))
        });
        let reason = report.reason.as_ref();
        let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
        note!(
            "process {}: {}: {}{reason}, {states}{memory}",
            self.process,
            subject.name,
            report.verdict,
        );
    }

    fn not_run(&mut self, subject: &Subject<'_>, why: &str, _: bool) {
        note!("process {}: {}: not run: {why}", self.process, subject.name);
    }

    fn done(&mut self, _: Option<&str>) -> Result<(), WriteError> {
        Ok(())
    }
}
