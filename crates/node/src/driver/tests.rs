//! A driver of a process that is no legislator: what its host sees, in order.

use super::{Driver, Host, Reaction, Timers};
use std::convert::Infallible;
use std::time::Duration;
use synod_process::{Input, InputOf, Outputs, OutputsOf, Process};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Does what it is asked for: each request is what it puts out.
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

/// Writes down what it is to do.
#[derive(Default)]
struct Witness {
    seen: Vec<String>,
    awaited: Option<u8>,
}

impl Host<Obedient> for Witness {
    type Event = Vec<Order>;
    type Error = Infallible;

    fn take(&mut self, orders: Vec<Order>, _: &Obedient) -> Option<Reaction<Obedient>> {
        Some(Reaction::Input(Input::Propose(orders)))
    }

    fn time_of(&self, (): ()) -> Duration {
        Duration::from_millis(1)
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

/// What the host sees of one batch.
async fn seen(host: Witness, batch: Vec<Vec<Order>>) -> Vec<String> {
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
async fn one_commit_for_a_batch_and_nothing_leaves_before_a_record_that_precedes_it() {
    use Order::{Record, Send};
    let batch = vec![vec![Send(1), Record(2), Send(3)], vec![Record(4), Send(5)]];
    let expected = ["sends 1", "commits [2, 4]", "sends 3", "sends 5"];
    assert_eq!(seen(Witness::default(), batch).await, expected);
}

#[tokio::test]
async fn what_nobody_waits_for_is_committed_with_what_somebody_does() {
    use Order::{Record, Tell};
    let batch = || vec![vec![Record(1), Tell(1)], vec![Record(2), Tell(2)]];
    assert_eq!(seen(Witness::default(), batch()).await, [""; 0]);
    let host = Witness {
        awaited: Some(2),
        ..Witness::default()
    };
    let expected = ["commits [1, 2]", "tells 1", "tells 2"];
    assert_eq!(seen(host, batch()).await, expected);
}

#[tokio::test]
async fn a_timer_comes_back_after_its_time_and_the_host_says_when_it_ends() {
    let (sender, mut events) = mpsc::channel(1);
    let mut driver = Driver::new(Obedient::recover(&(), 0, ()), Witness::default());
    sender.send(vec![Order::SetTimer]).await.unwrap();
    driver.serve(&mut events).await.unwrap();
    assert_eq!(driver.host.seen, ["sends 255"]);
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_timer_is_due_once_and_when_its_time_has_passed() {
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
fn a_timer_that_is_set_again_begins_anew_and_one_that_is_cancelled_is_never_due() {
    let (start, mut timers) = (Instant::now(), Timers::new());
    timers.set('a', start + SECOND);
    timers.set('a', start + 2 * SECOND);
    assert_eq!(timers.take_due(start + SECOND), None);
    timers.cancel('a');
    assert_eq!(timers.take_due(start + 2 * SECOND), None);
}
