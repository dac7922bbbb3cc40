//! A request is tried until it has an outcome, always under the same id. The test plays the driver.

use super::alone::{ANY, Client, LONG, config};
use std::time::Duration;
use synod_math::Priest;
use synod_node::clients::{self, ServeOptions};
use synod_node::event::{Event, Reply};
use synod_node::handle::Handle;
use synod_node::rollback::{Difference, Refusal};
use synod_node::status::Status;
use synod_node::{Answer, Request, Response};
use synod_protocol::parliament::{Declined, DecreeNumber};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot, watch};

/// How many events wait for the driver.
const EVENTS: usize = 16;

/// A server of clients whose requests come to the test.
pub struct Stage {
    pub events: mpsc::Receiver<Event>,
    handle: Handle,
    address: std::net::SocketAddr,
    _status: watch::Sender<Status>,
    runtime: Runtime,
}

impl Stage {
    pub fn with(patience: Duration) -> Self {
        let runtime = Runtime::new().unwrap();
        let (sender, events) = mpsc::channel(EVENTS);
        let (status_sender, status) = watch::channel(Status::default());
        let listener = runtime.block_on(TcpListener::bind(ANY)).unwrap();
        let address = listener.local_addr().unwrap();
        let options = ServeOptions {
            patience,
            ..ServeOptions::of(&config(&TempDir::new().unwrap()), None).unwrap()
        };
        let handle = Handle::new(sender, status);
        runtime.spawn(clients::serve(listener, handle.clone(), options));
        Self {
            events,
            handle,
            address,
            _status: status_sender,
            runtime,
        }
    }

    pub fn connect(&self) -> Client {
        Client::of(self.address)
    }

    pub fn next(&mut self) -> (Request, oneshot::Sender<Reply>) {
        match self.events.blocking_recv() {
            Some(Event::Request { request, reply }) => (request, reply),
            other => panic!("{other:?}"),
        }
    }
}

fn number(request: &Request, number: i64) -> Reply {
    Reply::Answer(Answer {
        id: request.id,
        number: DecreeNumber(1),
        response: Response::Number(number),
    })
}

#[test]
fn a_request_without_a_reply_is_repeated_under_the_same_id() {
    let mut stage = Stage::with(LONG);
    let mut client = stage.connect();
    client.says("INCR n\r\n", "");
    let (first, _kept) = stage.next();
    let (second, lost) = stage.next();
    let (third, reply) = stage.next();
    assert_eq!((&first, &first), (&second, &third));
    drop(lost.send(Reply::Declined(Declined::NoPresident)));
    reply.send(number(&third, 1)).unwrap();
    client.says("", ":1\r\n");
    client.says("INCR n\r\n", "");
    let (next, reply) = stage.next();
    assert_eq!(next.id.client, first.id.client);
    assert!(next.id.sequence > first.id.sequence);
    reply.send(number(&next, 2)).unwrap();
    client.says("", ":2\r\n");
}

#[test]
fn a_request_that_is_declined_is_repeated_under_the_same_id() {
    let mut stage = Stage::with(LONG);
    let mut client = stage.connect();
    client.says("INCR n\r\n", "");
    let (first, reply) = stage.next();
    reply.send(Reply::Declined(Declined::NoPresident)).unwrap();
    let (second, reply) = stage.next();
    reply.send(Reply::Declined(Declined::Full)).unwrap();
    let (third, reply) = stage.next();
    assert_eq!((&first, &first), (&second, &third));
    reply.send(number(&third, 1)).unwrap();
    client.says("", ":1\r\n");
}

#[test]
fn a_request_is_repeated_under_the_same_id_when_there_is_a_new_president() {
    let mut stage = Stage::with(LONG);
    let mut client = stage.connect();
    client.says("INCR n\r\n", "");
    let (first, reply) = stage.next();
    reply.send(Reply::AskAgain).unwrap();
    let (second, reply) = stage.next();
    assert_eq!(first, second);
    reply.send(number(&second, 1)).unwrap();
    client.says("", ":1\r\n");
}

#[test]
fn a_request_that_is_declined_each_time_is_certainly_not_carried_out() {
    let mut stage = Stage::with(Duration::from_millis(100));
    let mut client = stage.connect();
    client.says("INCR n\r\n", "");
    std::thread::spawn(move || {
        while let Some(Event::Request { reply, .. }) = stage.events.blocking_recv() {
            let _ = reply.send(Reply::Declined(Declined::NoPresident));
        }
    });
    client.says(
        "",
        "-TRYAGAIN the request was not carried out: no president is known: try again soon\r\n",
    );
}

/// Asserts that the client is told that the outcome is unknown, after `play` has played the driver.
fn is_not_known(patience: Duration, why: &str, play: impl FnOnce(&mut Stage)) {
    let mut stage = Stage::with(patience);
    let mut client = stage.connect();
    client.says("INCR n\r\n", "");
    play(&mut stage);
    client.says(
        "",
        &format!(
            "-UNKNOWN the outcome of this request is not known: {why}; \
             it was carried out, or may still be, or never is\r\n"
        ),
    );
}

#[test]
fn a_request_with_an_attempt_without_a_reply_may_have_been_carried_out() {
    let patience = Duration::from_millis(700);
    is_not_known(patience, "no reply has come in time", |stage| {
        let (_, _kept) = stage.next();
        let (_, reply) = stage.next();
        reply.send(Reply::Declined(Declined::Full)).unwrap();
        let (_, kept) = stage.next();
        std::mem::forget(kept);
    });
}

#[test]
fn a_request_that_was_proposed_and_then_given_up_may_have_been_carried_out() {
    is_not_known(LONG * 60, "this node is shutting down", |stage| {
        let (_, reply) = stage.next();
        reply.send(Reply::GivenUp(Declined::NoPresident)).unwrap();
        let (_, reply) = stage.next();
        reply.send(Reply::NotMade).unwrap();
    });
}

#[test]
fn when_a_node_ends_before_it_replies_the_outcome_is_unknown_at_once() {
    is_not_known(LONG * 60, "this node is shutting down", |stage| {
        drop(stage.next());
    });
    is_not_known(LONG * 60, "this node is shutting down", |stage| {
        let (_, _kept) = stage.next();
        let (_, reply) = stage.next();
        reply.send(Reply::NotMade).unwrap();
    });
}

/// Asserts that the client is told that its request was certainly not carried out.
fn is_not_carried_out(why: &str, client: &mut Client) {
    let told = format!("-TRYAGAIN the request was not carried out: {why}\r\n");
    client.says("", &told);
}

#[test]
fn a_request_whose_attempts_an_ending_node_has_not_made_is_certainly_not_carried_out() {
    let mut stage = Stage::with(LONG * 60);
    let mut client = stage.connect();
    client.says("INCR n\r\n", "");
    stage.next().1.send(Reply::NotMade).unwrap();
    is_not_carried_out("this node is shutting down", &mut client);
    client.says("INCR n\r\n", "");
    let (_, reply) = stage.next();
    reply.send(Reply::Declined(Declined::NoPresident)).unwrap();
    let (_, reply) = stage.next();
    reply.send(Reply::NotMade).unwrap();
    is_not_carried_out("this node is shutting down", &mut client);
    // An attempt was not answered in time, because it waited at the driver; it was not sent.
    client.says("INCR n\r\n", "");
    let (_, _kept) = stage.next();
    stage.next().1.send(Reply::NeverMade).unwrap();
    is_not_carried_out("this node is shutting down", &mut client);
    // A driver that has ended has taken no request.
    stage.events.close();
    client.says("INCR n\r\n", "");
    is_not_carried_out("this node is shutting down", &mut client);
}

fn a_refusal() -> Refusal {
    Refusal::Difference(Difference {
        one: Priest::new(0).unwrap(),
        other: Priest::new(1).unwrap(),
        at: 3,
    })
}

#[test]
fn a_request_that_a_refused_node_has_not_forwarded_is_certainly_not_carried_out() {
    let mut stage = Stage::with(LONG * 60);
    let mut client = stage.connect();
    client.says("INCR n\r\n", "");
    let (_, reply) = stage.next();
    reply.send(Reply::Declined(Declined::NoPresident)).unwrap();
    let (_, reply) = stage.next();
    reply.send(Reply::Refused(a_refusal())).unwrap();
    is_not_carried_out(&a_refusal().to_string(), &mut client);
}

#[test]
fn a_request_that_a_node_forwarded_before_it_was_refused_may_have_been_carried_out() {
    is_not_known(LONG * 60, "this node may not take part", |stage| {
        let (first, reply) = stage.next();
        reply.send(Reply::AskAgain).unwrap();
        let (second, reply) = stage.next();
        assert_eq!(first, second);
        reply.send(Reply::Refused(a_refusal())).unwrap();
    });
}

#[test]
fn a_request_that_the_driver_has_no_room_for_is_certainly_not_carried_out() {
    let stage = Stage::with(Duration::from_millis(600));
    let mut clients: Vec<_> = (0..EVENTS).map(|_| stage.connect()).collect();
    for client in &mut clients {
        client.says("INCR n\r\n", "");
    }
    while stage.events.len() < EVENTS {
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut one_too_many = stage.connect();
    one_too_many.says("INCR n\r\n", "");
    is_not_carried_out("this node has too much to do", &mut one_too_many);
}

#[test]
fn a_node_that_ends_closes_connections_after_their_last_replies() {
    let mut stage = Stage::with(LONG);
    let (mut idle, mut busy) = (stage.connect(), stage.connect());
    idle.says("PING\r\n", "+PONG\r\n");
    busy.says("INCR n\r\nINCR n\r\n", "");
    let (first, reply) = stage.next();
    stage.runtime.block_on(stage.handle.end());
    assert_eq!(idle.rest(), "");
    reply.send(number(&first, 1)).unwrap();
    let refused = "-TRYAGAIN the request was not carried out: this node is shutting down\r\n";
    assert_eq!(busy.rest(), format!(":1\r\n{refused}"));
}

#[test]
fn a_request_that_a_later_one_superseded_may_have_been_carried_out() {
    let why = "a later request has been passed under its id";
    is_not_known(LONG, why, |stage| {
        let (_, reply) = stage.next();
        reply.send(Reply::Declined(Declined::Superseded)).unwrap();
    });
}

#[test]
fn connections_one_after_the_other_have_the_same_client_id() {
    let mut stage = Stage::with(LONG);
    let mut ids = Vec::new();
    for _ in 0..3 {
        let mut client = stage.connect();
        client.says("INCR n\r\n", "");
        let (request, reply) = stage.next();
        reply.send(number(&request, 1)).unwrap();
        assert_eq!(client.last_words("QUIT\r\n"), ":1\r\n+OK\r\n");
        ids.push(request.id);
    }
    let mut at_once: Vec<_> = (0..3).map(|_| stage.connect()).collect();
    let mut clients = std::collections::BTreeSet::new();
    for client in &mut at_once {
        client.says("INCR n\r\n", "");
        clients.insert(stage.next().0.id.client);
    }
    assert_eq!(clients.len(), 3);
    assert!(ids.windows(2).all(|two| two[0] < two[1]));
    assert!(ids.iter().all(|id| id.client == ids[0].client));
}
