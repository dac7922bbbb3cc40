//! Options that the chosen engine does not have.

use crate::args::{CheckOptions, Format, Wanted};
use crate::diagnostics::Complaint;
use crate::engines::{DEFAULT, EngineEntry};

/// # Errors
/// An option is for other engines.
pub(super) fn refuse_for_other_engines(
    options: &CheckOptions,
    engine: &EngineEntry,
) -> Result<(), Complaint> {
    let given = [
        ("--workers", options.workers.is_some()),
        ("--hosts", options.hosts.is_some()),
        ("--threads", options.threads.is_some()),
        ("--seed", options.seed.is_some()),
        ("--fingerprint", options.fingerprint.is_some()),
        ("--coverage", options.coverage),
        ("--checkpoint", options.checkpoint.is_some()),
    ];
    let mut given = given.iter().filter(|(_, is_given)| *is_given);
    let Some((option, _)) = given.find(|(option, _)| !engine.takes(option)) else {
        return Ok(());
    };
    let takers = EngineEntry::takers(option);
    let names: Vec<_> = takers.iter().map(|name| format!("`{name}`")).collect();
    let engines = match &names[..] {
        [one] => format!("the engine {one}"),
        [others @ .., last] => format!("the engines {} and {last}", others.join(", ")),
        [] => "no engine".to_owned(),
    };
    let help = if *option == "--threads" && engine.takes("--workers") {
        "say with --workers how many workers each process has".to_owned()
    } else if takers.contains(&DEFAULT) {
        "leave it out, or leave out --engine".to_owned()
    } else {
        format!("leave it out, or add --engine {}", takers.join(" or "))
    };
    Err(Complaint::about(format!("{option} is for {engines}"), help))
}

/// Process 0 reports the results; the others write none.
///
/// # Errors
/// An option is for another process.
pub(super) fn refuse_for_other_processes(options: &CheckOptions) -> Result<(), Complaint> {
    let given = [
        ("--trace-out", options.written.trace_out.is_some()),
        ("--report", !options.written.reports.is_empty()),
        ("--because", options.pins.because.is_some()),
    ];
    let is_another = options.process.is_some_and(|process| process > 0);
    match given.iter().find(|(_, is_given)| is_another && *is_given) {
        Some((option, _)) => Err(Complaint::about(
            format!("{option} is for process 0, which reports the results"),
            "leave it out here",
        )),
        None => Ok(()),
    }
}

/// Of what a format always shows, or never, there is nothing to choose.
///
/// # Errors
/// An option is for other formats.
pub(super) fn refuse_for_other_formats(options: &CheckOptions) -> Result<(), Complaint> {
    if options.format != Format::Human && options.written.reports.contains(&Wanted::GitHub) {
        return Err(Complaint::about(
            "--report github writes to standard output, where --format writes too",
            "leave out --format, or write its report to a file with --report KIND=FILE",
        ));
    }
    let github = options.written.reports.iter();
    if github.filter(|report| **report == Wanted::GitHub).count() > 1 {
        return Err(Complaint::about(
            "--report github is given twice",
            "give it once: every annotation would be written twice",
        ));
    }
    let (option, formats) = match options.format {
        Format::Json | Format::Junit if options.terminal.verbose => ("--verbose", "human"),
        Format::Json | Format::Junit if options.terminal.quiet => ("--quiet", "human"),
        Format::Junit if options.coverage => ("--coverage", "human and json"),
        _ => return Ok(()),
    };
    Err(Complaint::about(
        format!("{option} is for --format {formats}"),
        "leave it out, or choose another format",
    ))
}
