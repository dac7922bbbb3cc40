//! Replicate a state machine of your own: a queue of jobs, the same at three legislators (replicas).
//! Run it with `cargo run --example a_state_machine_of_ones_own`.
//!
//! Here the processes live in one thread, and a simulation is their driver. A driver on a network
//! does the same with a disk, sockets and clocks: it carries out the outputs of each input in order,
//! and makes a `Record` durable before any `Send` after it.

use std::collections::VecDeque;
use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;
use synod_math::Quorums;
use synod_process::simulation::{Simulation, StepResultOf};
use synod_process::{Input, Output};
use synod_protocol::Timer;
use synod_protocol::parliament::{Legislator, News, Parliament, Request, RequestId};
use synod_protocol::parliament::{Settings, Shipped};
use synod_protocol::state_machine::StateMachine;

/// Jobs, in the order in which they were added.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Queue(VecDeque<&'static str>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Command {
    Add(&'static str),
    Take,
    /// A question is a command, too: so its answer has a place in the order of commands.
    Length,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Response {
    Taken(Option<&'static str>),
    Length(usize),
}

impl StateMachine for Queue {
    type Command = Command;
    type Response = Response;
    type Entry = &'static str;

    /// It must be deterministic: the result depends on the state and the command only. Then all replicas
    /// that carry out the same commands in the same order have the same queue.
    fn apply(&mut self, command: &Command) -> Response {
        match command {
            Command::Take => return Response::Taken(self.0.pop_front()),
            Command::Add(job) => self.0.push_back(job),
            Command::Length => {}
        }
        Response::Length(self.0.len())
    }

    /// A snapshot of the queue: its jobs, one by one.
    fn entries(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().copied()
    }

    fn restore(entries: impl IntoIterator<Item = &'static str>) -> Self {
        Self(entries.into_iter().collect())
    }
}

type Cluster = Simulation<Legislator<Queue>>;
type Step = StepResultOf<Legislator<Queue>>;

/// Delivers every message that follows from a step, and writes the answers. Every process learns
/// them; the one to which the client is connected would reply.
fn settle(cluster: &mut Cluster, mut step: Step, out: &mut impl Write) -> io::Result<()> {
    loop {
        for output in &step.outputs {
            let Output::Tell(news) = output else { continue };
            let answer = match news {
                News::Law { answer, .. } => answer.as_ref(),
                News::Answered(answer) => Some(answer),
                // Ask again later.
                News::Declined { .. } | News::Snapshot { .. } | News::Readmitted => None,
            };
            if let Some(answer) = answer {
                let (number, response) = (answer.number, &answer.response);
                writeln!(out, "  {}: decree {number}, {response:?}", step.who)?;
            }
        }
        let next = cluster.letters().next().map(|(number, _)| number);
        match next.and_then(|number| cluster.deliver(number)) {
            Some(delivered) => step = delivered,
            None => return Ok(()),
        }
    }
}

/// Writes how three processes pass requests, although one of them crashes before each.
pub(crate) fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let parliament = Parliament {
        quorums: Arc::new(Quorums::majority(3)?),
        settings: Settings::DEFAULT,
        variant: Shipped,
    };
    let all: Vec<_> = parliament.quorums.priests().iter().collect();
    let (first, last) = (all[0], all[2]);
    let mut cluster = Cluster::new(all.into_iter().map(|who| (who, parliament.clone())));

    // Time is an input. This timer runs out if the process has not heard of one with a higher name
    // for long enough; then it becomes president (leader).
    let step = cluster.time_out(last, Timer::Absence);
    let step = step.ok_or("the timer is set")?;
    settle(&mut cluster, step, out)?;

    // Any process can be asked. Request 2 comes twice, as from a client that has heard no answer.
    // Before each request the process crashes, which leaves it nothing but its ledger. It recognizes
    // the request by its id, so the request is carried out once.
    let (add, take) = (Command::Add("print"), Command::Take);
    for (sequence, command) in [(1, add), (2, take.clone()), (2, take), (3, Command::Length)] {
        cluster.crash(first);
        cluster.recover(first);
        writeln!(out, "request {sequence} to {first}: {command:?}")?;
        let client = 7;
        let id = RequestId { client, sequence };
        let step = cluster.give(first, Input::Propose(Request { id, command }));
        settle(&mut cluster, step, out)?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout().lock())
}
