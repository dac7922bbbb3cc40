//! The driver with a process that is not a legislator: what its host is told to do, in order.

use super::{Driver, Host, Timers};
use std::convert::Infallible;
use std::time::Duration;
use synod_process::{Input, InputOf, Outputs, OutputsOf, Process};
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
    /// The news for which a client waits.
    awaited: Option<u8>,
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

    fn awaits(&self, news: &u8) -> bool {
        self.awaited == Some(*news)
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

#[tokio::test]
async fn records_that_no_client_awaits_are_committed_with_one_that_a_client_does() {
    use Order::{Record, Tell};
    let batch = || vec![vec![Record(1), Tell(1)], vec![Record(2), Tell(2)]];
    assert_eq!(seen(Log::default(), batch()).await, [""; 0]);
    let host = Log {
        awaited: Some(2),
        ..Log::default()
    };
    let expected = ["commits [1, 2]", "tells 1", "tells 2"];
    assert_eq!(seen(host, batch()).await, expected);
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
