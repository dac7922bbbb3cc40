//! The driver with a process that is not a legislator: what its host is told to do, in order.

use super::{Driver, Host, Subjects, Timers};
use std::convert::Infallible;
use std::time::Duration;
use synod_process::{Input, InputOf, Output, OutputOf, Outputs, OutputsOf, Process};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// A process whose requests are lists of outputs, which it makes.
struct Obedient;

#[derive(Clone, Copy)]
enum Order {
    Record(u8),
    Send(u8),
    Tell(u8),
    SetTimer,
}

impl Process for Obedient {
    type Id = u8;
    type Settings = ();
    type Ledger = ();
    type Message = u8;
    type Request = Vec<Order>;
    type Timer = ();
    type Record = u8;
    type News = u8;
    type Action = ();
    type Ignored = ();

    fn recover((): &(), _: u8, (): ()) -> (Self, OutputsOf<Self>) {
        (Self, Outputs::new())
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        let mut out = Outputs::new();
        match input {
            Input::Propose(orders) => orders.into_iter().for_each(|order| match order {
                Order::Record(record) => out.record(record),
                Order::Send(message) => out.send(0, message),
                Order::Tell(news) => out.tell(news),
                Order::SetTimer => out.set_timer(()),
            }),
            Input::Timeout(()) => out.send(0, u8::MAX),
            Input::Receive { .. } => {}
        }
        out
    }

    fn apply((): &mut (), _: u8) {}
}

/// A host that logs what it is told to do.
#[derive(Default)]
struct Log {
    seen: Vec<String>,
    /// What outputs are about, if not about everything.
    subjects: Option<fn(&OutputOf<Obedient>) -> Subjects>,
    /// A message that it has the process send beside those of the next batch.
    added: Option<u8>,
}

impl Host<Obedient> for Log {
    type Event = Vec<Order>;
    type Error = Infallible;

    fn take(&mut self, orders: Vec<Order>, _: &Obedient) -> Option<InputOf<Obedient>> {
        Some(Input::Propose(orders))
    }

    fn time_of(&self, (): ()) -> Option<Duration> {
        Some(Duration::from_millis(1))
    }

    fn adds(&mut self, _: &Obedient) -> Option<OutputsOf<Obedient>> {
        let mut out = Outputs::new();
        out.send(0, self.added.take()?);
        Some(out)
    }

    fn may_end(&self) -> bool {
        self.seen.iter().any(|seen| seen == "sends 255")
    }

    fn subjects(&self, output: &OutputOf<Obedient>) -> Subjects {
        let subjects = self.subjects.map(|subjects| subjects(output));
        subjects.unwrap_or(Subjects::Everything)
    }

    fn commit(&mut self, records: Vec<u8>) -> Result<(), Infallible> {
        self.seen.push(format!("commits {records:?}"));
        Ok(())
    }

    fn send(&mut self, _: u8, message: u8) {
        self.seen.push(format!("sends {message}"));
    }

    fn tell(&mut self, news: u8) {
        self.seen.push(format!("tells {news}"));
    }
}

/// What the host is told to do because of one batch.
async fn seen(host: Log, batch: Vec<Vec<Order>>) -> Vec<String> {
    let (sender, mut events) = mpsc::channel(16);
    for orders in batch {
        sender.send(orders).await.unwrap();
    }
    drop(sender);
    let mut driver = Driver::new(Obedient::recover(&(), 0, ()), host);
    driver.serve(&mut events).await.unwrap();
    driver.host.seen
}

#[tokio::test]
async fn a_batch_has_one_commit_and_no_output_leaves_before_a_record_that_precedes_it() {
    use Order::{Record, Send};
    let batch = vec![vec![Send(1), Record(2), Send(3)], vec![Record(4), Send(5)]];
    let expected = ["sends 1", "commits [2, 4]", "sends 3", "sends 5"];
    assert_eq!(seen(Log::default(), batch).await, expected);
}

#[tokio::test]
async fn what_the_host_adds_to_a_batch_leaves_after_the_records_of_the_batch() {
    use Order::{Record, Send};
    let batch = vec![vec![Send(1), Record(2), Send(3)]];
    let host = Log {
        added: Some(4),
        ..Log::default()
    };
    let expected = ["sends 1", "commits [2]", "sends 3", "sends 4"];
    assert_eq!(seen(host, batch).await, expected);
}

/// Numbers below 10 are a subject each. A record of 10 or more is one for which nothing waits, and another
/// output of 10 or more is about its last digit and those below.
fn by_number(output: &OutputOf<Obedient>) -> Subjects {
    match *output {
        Output::Record(10..) => Subjects::Nothing,
        Output::Send { message, .. } if message >= 10 => Subjects::Through(u64::from(message % 10)),
        Output::Record(number) | Output::Tell(number) => Subjects::One(number.into()),
        Output::Send { message, .. } => Subjects::One(message.into()),
        _ => Subjects::Everything,
    }
}

async fn seen_by_number(batch: Vec<Vec<Order>>) -> Vec<String> {
    let host = Log {
        subjects: Some(by_number),
        ..Log::default()
    };
    seen(host, batch).await
}

#[tokio::test]
async fn an_output_waits_for_the_records_of_its_subject_and_for_no_others() {
    use Order::{Record, Send, Tell};
    let batch = vec![
        vec![Send(1), Record(1), Send(1), Tell(1)],
        vec![Send(2), Record(2), Send(2)],
        vec![Send(10), Send(11), Send(3)],
    ];
    let expected = [
        "sends 1",
        "sends 2",
        "sends 10",
        "sends 3",
        "commits [1, 2]",
        "sends 1",
        "sends 2",
        "sends 11",
        "tells 1",
    ];
    assert_eq!(seen_by_number(batch).await, expected);
}

#[tokio::test]
async fn records_for_which_nothing_waits_are_committed_with_the_next_one() {
    use Order::{Record, Send, Tell};
    let early = || vec![Record(10), Tell(1), Send(19)];
    assert_eq!(seen_by_number(vec![early()]).await, ["sends 19", "tells 1"]);
    let batch = vec![early(), vec![Record(2), Tell(2)]];
    let expected = ["sends 19", "tells 1", "commits [10, 2]", "tells 2"];
    assert_eq!(seen_by_number(batch).await, expected);
}

#[tokio::test]
async fn a_timer_fires_after_its_time_and_the_driver_ends_when_the_host_allows_it() {
    let (sender, mut events) = mpsc::channel(1);
    let mut driver = Driver::new(Obedient::recover(&(), 0, ()), Log::default());
    sender.send(vec![Order::SetTimer]).await.unwrap();
    driver.serve(&mut events).await.unwrap();
    assert_eq!(driver.host.seen, ["sends 255"]);
}

#[test]
fn a_timer_that_the_host_ends_early_does_not_fire_again() {
    let mut driver = Driver::new(Obedient::recover(&(), 0, ()), Log::default());
    driver.give(Input::Propose(vec![Order::SetTimer]));
    assert!(driver.timers.next_end().is_some());
    driver.give(Input::Timeout(()));
    assert_eq!(driver.timers.next_end(), None);
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_timer_is_due_once_after_its_time_has_passed() {
    let (start, mut timers) = (Instant::now(), Timers::new());
    timers.set('b', start + 2 * SECOND);
    timers.set('a', start + SECOND);
    assert_eq!(timers.next_end(), Some(start + SECOND));
    assert_eq!(timers.take_due(start), None);
    let later = start + 2 * SECOND;
    let due: Vec<_> = std::iter::from_fn(|| timers.take_due(later)).collect();
    assert_eq!(due, ['a', 'b']);
    assert_eq!(timers.next_end(), None);
}

#[test]
fn a_timer_that_is_set_again_starts_over_and_a_cancelled_one_is_never_due() {
    let (start, mut timers) = (Instant::now(), Timers::new());
    timers.set('a', start + SECOND);
    timers.set('a', start + 2 * SECOND);
    assert_eq!(timers.take_due(start + SECOND), None);
    timers.cancel('a');
    assert_eq!(timers.take_due(start + 2 * SECOND), None);
}
