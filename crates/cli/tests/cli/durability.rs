//! A node writes its records as late as the model-checked order `votes when they count` allows, and no later. The
//! model syncs all records at once; the node orders those of each decree number, because the instances of different
//! numbers do not depend on each other. So they are compared number by number.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use synod_math::{Priest, Quorums};
use synod_models::parliament::synced::{is_no_vote, is_synced_before};
use synod_node::driver::{Driver, Host, Subjects};
use synod_node::{Command, Ledger, Legislator, Message, Note, Request, durability};
use synod_process::{Input, InputOf, Output, OutputOf, Process};
use synod_protocol::Timer;
use synod_protocol::parliament::{News, Parliament, RequestId, Settings, Shipped};

type Outputs = Vec<OutputOf<Legislator>>;

/// The environment of a legislator, which judges each output that leaves.
#[derive(Default)]
struct Judge {
    /// All outputs so far, in the order of the legislator.
    made: Outputs,
    /// Which of them have left.
    has_left: Vec<bool>,
    /// The records among the first so many are durable.
    durable: usize,
    timers: BTreeSet<Timer>,
    sent: Vec<(Priest, Message)>,
    /// How many outputs have left before a record ahead of them was durable.
    early: usize,
}

impl Host<Legislator> for Judge {
    type Event = ();
    type Error = Infallible;

    fn take(&mut self, (): (), _: &Legislator) -> Option<InputOf<Legislator>> {
        None
    }

    fn see(&mut self, output: &OutputOf<Legislator>) {
        match output {
            Output::SetTimer(timer) => {
                self.timers.insert(*timer);
            }
            Output::CancelTimer(timer) => {
                self.timers.remove(timer);
            }
            _ => {}
        }
        self.made.push(output.clone());
        self.has_left.push(false);
    }

    /// Timers end when the test says so.
    fn time_of(&self, _: Timer) -> Option<Duration> {
        None
    }

    fn subjects(&self, output: &OutputOf<Legislator>) -> Subjects {
        durability::subjects(output)
    }

    fn commit(&mut self, _: Vec<Note>) -> Result<(), Infallible> {
        self.durable = self.made.len();
        Ok(())
    }

    fn send(&mut self, to: Priest, message: Message) {
        self.leaves(&Output::Send {
            to,
            message: message.clone(),
        });
        self.sent.push((to, message));
    }

    fn tell(&mut self, news: <Legislator as Process>::News) {
        self.leaves(&Output::Tell(news));
    }
}

impl Judge {
    fn leaves(&mut self, output: &OutputOf<Legislator>) {
        let is_it = |&at: &usize| !self.has_left[at] && self.made[at] == *output;
        let at = (0..self.made.len()).find(is_it).unwrap();
        self.has_left[at] = true;
        for before in self.durable..at {
            let Output::Record(record) = &self.made[before] else {
                continue;
            };
            self.early += 1;
            assert!(
                !depends(output, record) || may_lose(record, &self.made[before + 1..=at]),
                "{output:?} leaves before {record:?} is durable"
            );
        }
    }
}

/// Whether a crash may lose a record when the last of these outputs has left, all of which come after it: the order of
/// the model, in the instance of the record's decree number.
fn may_lose(record: &Note, after: &[OutputOf<Legislator>]) -> bool {
    let is_sync = |output: &OutputOf<Legislator>| match output {
        Output::Record(other) if is_no_vote(other) => true,
        _ => is_synced_before(output) && depends(output, record),
    };
    !is_no_vote(record) && !after.iter().any(is_sync)
}

/// Whether an output is about the decree number of a record, or one of them is about all numbers.
fn depends(output: &OutputOf<Legislator>, record: &Note) -> bool {
    let (Note::PrevVote(of, _) | Note::Outcome(of, _)) = record else {
        return !is_about_none(output);
    };
    match output {
        Output::Record(Note::PrevVote(at, _) | Note::Outcome(at, _)) => of == at,
        Output::Send { message, .. } => match message {
            Message::BeginBallot { at, passed, .. } => of == at || of <= passed,
            Message::Voted { at, .. } | Message::Success { at, .. } => of == at,
            _ => !is_about_none(output),
        },
        Output::Tell(News::Law { number, .. }) => of <= number,
        Output::Tell(News::Answered(answer)) => *of <= answer.number,
        _ => !is_about_none(output),
    }
}

/// Whether an output hands a request on, or back: then nothing in the ledger stands behind it.
fn is_about_none(output: &OutputOf<Legislator>) -> bool {
    matches!(
        output,
        Output::Send {
            message: Message::Forwarded { .. } | Message::Declined { .. },
            ..
        } | Output::Tell(News::Declined { .. })
    )
}

/// Numbers that look random, from a linear congruential generator.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % limit
    }
}

/// A legislator in his environment.
type Judged = Driver<Legislator, Judge>;

/// Runs three legislators, who take their inputs in batches, and returns how many decrees are law and how many outputs
/// left early.
fn run(seed: u64) -> (u64, usize) {
    let mut random = Random(seed);
    let parliament = Parliament {
        quorums: Arc::new(Quorums::majority(3).unwrap()),
        settings: Settings::DEFAULT,
        variant: Shipped,
    };
    let legislator = |index| {
        let me = Priest::new(index).unwrap();
        let recovered = Legislator::recover(&parliament, me, Ledger::default());
        Driver::new(recovered, Judge::default())
    };
    let mut legislators: Vec<Judged> = (0..3).map(legislator).collect();
    let mut on_their_way: Vec<(usize, Priest, Message)> = Vec::new();
    for step in 0..400 {
        let me = random.below(3);
        let driver = &mut legislators[me];
        for _ in 0..random.below(8) {
            let input = next(&mut random, me, step, &driver.host, &mut on_their_way);
            if let Some(input) = input {
                driver.give(input);
            }
        }
        driver.carry_out().unwrap();
        let sent = std::mem::take(&mut driver.host.sent).into_iter();
        let from = Priest::new(me).unwrap();
        on_their_way.extend(sent.map(|(to, message)| (to.index(), from, message)));
    }
    let law = legislators.iter().map(|it| it.process.law().through().0);
    let early = legislators.iter().map(|it| it.host.early);
    (law.max().unwrap(), early.sum())
}

/// A message for this legislator, mostly; a request or the end of a timer now and then.
fn next(
    random: &mut Random,
    me: usize,
    step: u64,
    host: &Judge,
    on_their_way: &mut Vec<(usize, Priest, Message)>,
) -> Option<InputOf<Legislator>> {
    if random.below(60) == 0 {
        let timers: Vec<_> = host.timers.iter().copied().collect();
        let timer = (!timers.is_empty()).then(|| timers[random.below(timers.len())]);
        return timer.map(Input::Timeout);
    }
    if random.below(6) == 0 {
        let id = RequestId {
            client: random.below(1000) as u64,
            sequence: step,
        };
        let command = Command::Delete { key: vec![1] };
        return Some(Input::Propose(Request {
            id,
            command: command.into(),
        }));
    }
    let mine = on_their_way.iter().enumerate();
    let mine: Vec<_> = mine.filter(|(_, it)| it.0 == me).map(|it| it.0).collect();
    let chosen = (!mine.is_empty()).then(|| mine[random.below(mine.len().min(4))])?;
    let (_, from, message) = on_their_way.remove(chosen);
    Some(Input::Receive { from, message })
}

#[test]
fn a_node_writes_no_record_later_than_the_checked_order_allows() {
    let (mut law, mut early) = (0, 0);
    for seed in 0..200 {
        let (length, left) = run(seed);
        law += length;
        early += left;
    }
    assert!(law > 1000 && early > 1000, "{law} decrees, {early} outputs");
}
