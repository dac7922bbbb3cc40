//! The program `scripts/tla`: compares the models with their TLA+ twins.

mod args;

use args::Arguments;
use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use synod_specs::Expect;
use synod_terminal::{is_closed, lost, note, say_line};
use synod_twins::instance::{Instance, Project};
use synod_twins::judge::{self, Judged, Judgement, steps};
use synod_twins::results::{Recorded, Results};
use synod_twins::tlc::{Program, clean_up_on_interruption};

/// The result of the program. A later variant outweighs an earlier one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Equal,
    Inconclusive,
    Differs,
    BadInput,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Equal => 0,
            Status::Differs => 1,
            Status::BadInput => 2,
            Status::Inconclusive => 5,
        })
    }
}

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let run = run(&Arguments::parse());
    let run = run.and_then(|status| match lost() {
        None => Ok(status),
        Some(error) => Err(format!("standard output: {error}").into()),
    });
    let status = run.unwrap_or_else(|error| {
        note!("error: {error}");
        Status::BadInput
    });
    status.into()
}

fn run(arguments: &Arguments) -> Result<Status, Failure> {
    let project = Project(PathBuf::from("."));
    let instances = instances(&project, arguments)?;
    let results = project.modules().join("results.toml");
    let mut recorded =
        Results::read(&results).map_err(|error| format!("{}: {error}", results.display()))?;
    if arguments.list {
        list(&instances, &recorded);
        return Ok(Status::Equal);
    }
    if arguments.dump {
        return dump(&instances);
    }
    let mut status = Status::Equal;
    clean_up_on_interruption()?;
    let mut program = Program::find()?;
    program.heap.clone_from(&arguments.heap);
    program.timeout = arguments.timeout;
    for instance in &instances {
        if is_closed() {
            return Ok(status.max(Status::Inconclusive));
        }
        progress(instance);
        let judgement = judge::judge(instance, &project.modules(), &program)?;
        status = status.max(say(&instance.name, &judgement, &recorded));
        if let (true, Judged::Equal(new)) = (arguments.record, judgement.outcome) {
            recorded.record(new);
            // After each instance, because a long run may be interrupted.
            recorded.write(&results)?;
        }
    }
    Ok(status)
}

/// The instances that the arguments name, and those of the named folders that are not too
/// large.
fn instances(project: &Project, arguments: &Arguments) -> Result<Vec<Instance>, Failure> {
    let is_small = |instance: &Instance| instance.spec.size <= arguments.size;
    if arguments.paths.is_empty() {
        let all = project.instances(None)?.into_iter();
        return Ok(all.filter(is_small).collect());
    }
    let mut instances = Vec::new();
    for path in &arguments.paths {
        let found = project.instances(Some(path))?.into_iter();
        instances.extend(found.filter(|instance| path.is_file() || is_small(instance)));
    }
    Ok(instances)
}

fn list(instances: &[Instance], results: &Results) {
    for instance in instances {
        let spec = format!("specs/{}.toml", instance.name);
        let recorded = match results.of(&spec) {
            Some(recorded) => format!("{} ({})", figures(recorded), recorded.date),
            None => "not recorded".to_owned(),
        };
        say_line!("{spec}  {recorded}");
    }
}

fn dump(instances: &[Instance]) -> Result<Status, Failure> {
    for instance in instances {
        for state in judge::dump(instance)? {
            say_line!("{state}");
        }
    }
    Ok(Status::Equal)
}

fn progress(instance: &Instance) {
    let size = match &instance.spec.expect {
        Expect::Holds {
            states: Some(states),
            ..
        } => format!("{states} states"),
        Expect::Violated { property, .. } => format!("{property} breaks"),
        Expect::Holds { .. } => String::new(),
    };
    note!("… {}  {size}", instance.name);
}

fn say(name: &str, judgement: &Judgement, results: &Results) -> Status {
    let (tlc, rust) = (seconds(judgement.tlc_took), seconds(judgement.rust_took));
    let times = format!("TLC {tlc}, Rust {rust}");
    match &judgement.outcome {
        Judged::Equal(found) => {
            let remark = remark(found, results);
            say_line!("✓ {name}  {}  {times}{remark}", figures(found));
            Status::Equal
        }
        Judged::Differs(lines) => {
            say_line!("✗ {name}  {times}");
            for line in lines {
                say_line!("    {line}");
            }
            Status::Differs
        }
        Judged::Inconclusive(why) => {
            say_line!("? {name}  {why}  {times}");
            Status::Inconclusive
        }
    }
}

fn figures(found: &Recorded) -> String {
    match (&found.property, found.length, found.states, found.depth) {
        (Some(property), Some(length), ..) => format!("{property} breaks after {}", steps(length)),
        (.., Some(states), Some(depth)) => format!("{states} states, depth {depth}"),
        _ => "no figures".to_owned(),
    }
}

/// A remark if something else is recorded of the instance.
fn remark(found: &Recorded, results: &Results) -> String {
    match results.of(&found.spec) {
        Some(recorded) if figures(recorded) == figures(found) => String::new(),
        Some(recorded) => format!("  (recorded: {})", figures(recorded)),
        None => "  (not recorded)".to_owned(),
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
