//! Requests that a client sends together, without waiting for replies.

use super::alone::{Alone, LONG};
use super::attempts::Stage;
use synod_node::event::Reply;
use synod_node::{Answer, Command, Request, Response};
use synod_protocol::parliament::{Declined, DecreeNumber};

fn answer(request: &Request, response: Response) -> Reply {
    Reply::Answer(Answer {
        id: request.id,
        number: DecreeNumber(1),
        response,
    })
}

fn increment(key: &str) -> Command {
    let key = key.into();
    Command::Increment { key, by: 1 }
}

#[test]
fn what_arrives_together_is_one_request_and_is_answered_in_order() {
    let mut stage = Stage::with(LONG);
    let mut client = stage.connect();
    client.says("INCR a\r\nGET b\r\nINCR c\r\n", "");
    let (request, reply) = stage.next();
    let commands = vec![
        increment("a"),
        Command::Get { key: b"b".to_vec() },
        increment("c"),
    ];
    assert_eq!(*request.command, Command::Batch { commands });
    let responses = [
        Response::Number(1),
        Response::Value(None),
        Response::NotANumber,
    ];
    reply
        .send(answer(&request, Response::Many(responses.into())))
        .unwrap();
    client.says(
        "",
        ":1\r\n$-1\r\n-ERR value is not an integer or out of range\r\n",
    );
}

/// A batch is one request: after any loss, all of it is asked again under the same id, or none of it was
/// carried out. So the order within a connection holds whatever happens.
#[test]
fn a_batch_is_asked_again_as_a_whole() {
    let mut stage = Stage::with(LONG);
    let mut client = stage.connect();
    client.says("INCR a\r\nINCR b\r\n", "");
    let (first, reply) = stage.next();
    reply.send(Reply::AskAgain).unwrap();
    let (second, reply) = stage.next();
    assert_eq!(first, second);
    reply.send(Reply::Declined(Declined::NoPresident)).unwrap();
    let (third, reply) = stage.next();
    assert_eq!(first, third);
    let responses = [Response::Number(1), Response::Number(1)];
    reply
        .send(answer(&third, Response::Many(responses.into())))
        .unwrap();
    client.says("", ":1\r\n:1\r\n");
}

/// Otherwise a client that does not read would cost as much memory as all that it asks for.
#[test]
fn many_bytes_of_answers_are_written_before_the_rest_is_carried_out() {
    let mut stage = Stage::with(LONG);
    let mut client = stage.connect();
    client.says("GET a\r\nGET b\r\n", "");
    let (request, reply) = stage.next();
    // The state machine stops when the responses become too large.
    let value = "x".repeat(100_000);
    let large = Response::Value(Some(value.as_bytes().into()));
    let some = Response::Many([large].into());
    reply.send(answer(&request, some)).unwrap();
    client.says("", &format!("$100000\r\n{value}\r\n"));
    let (request, reply) = stage.next();
    assert_eq!(*request.command, Command::Get { key: b"b".to_vec() });
    reply.send(answer(&request, Response::Value(None))).unwrap();
    client.says("", "$-1\r\n");
}

#[test]
fn what_arrives_meanwhile_is_the_next_request() {
    let mut stage = Stage::with(LONG);
    let mut client = stage.connect();
    client.says("INCR a\r\n", "");
    let (request, reply) = stage.next();
    assert_eq!(*request.command, increment("a"));
    client.says("INCR b\r\nINCR c\r\n", "");
    reply.send(answer(&request, Response::Number(1))).unwrap();
    client.says("", ":1\r\n");
    let (request, _reply) = stage.next();
    let commands = vec![increment("b"), increment("c")];
    assert_eq!(*request.command, Command::Batch { commands });
}

/// The state machine stops when the answers become too large; the rest is the next request.
#[test]
fn what_a_batch_has_no_answers_to_is_asked_next() {
    let mut stage = Stage::with(LONG);
    let mut client = stage.connect();
    client.says("INCR a\r\nINCR b\r\nINCR c\r\n", "");
    let (request, reply) = stage.next();
    reply
        .send(answer(
            &request,
            Response::Many([Response::Number(1)].into()),
        ))
        .unwrap();
    let (rest, reply) = stage.next();
    let commands = vec![increment("b"), increment("c")];
    assert_eq!(*rest.command, Command::Batch { commands });
    assert!(rest.id.sequence > request.id.sequence);
    let responses = [Response::Number(2), Response::Number(3)];
    reply
        .send(answer(&rest, Response::Many(responses.into())))
        .unwrap();
    client.says("", ":1\r\n:2\r\n:3\r\n");
}

/// Each command of a batch has the same fate.
#[test]
fn every_command_of_a_lost_batch_is_answered() {
    let mut stage = Stage::with(std::time::Duration::from_millis(100));
    let mut client = stage.connect();
    client.says("INCR a\r\nINCR b\r\nPING\r\n", "");
    std::thread::spawn(move || {
        while let Some(synod_node::event::Event::Request { reply, .. }) =
            stage.events.blocking_recv()
        {
            let _ = reply.send(Reply::Declined(Declined::NoPresident));
        }
    });
    let declined =
        "-TRYAGAIN the request was not carried out: no president is known: try again soon\r\n";
    client.says("", &format!("{declined}{declined}+PONG\r\n"));
}

/// Values of 100 KiB: a batch of their GETs is cut several times.
#[test]
fn a_pipeline_with_large_answers_is_answered_in_order() {
    let alone = Alone::start();
    let mut client = alone.connect();
    let value = "v".repeat(100 << 10);
    let bulk = format!("${}\r\n{value}\r\n", value.len());
    client.says(format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n{bulk}"), "+OK\r\n");
    let said = "GET k\r\nINCR n\r\n".repeat(20);
    let heard: Vec<_> = (1..=20).map(|n| format!("{bulk}:{n}\r\n")).collect();
    client.says(said, &heard.concat());
}

#[test]
fn a_long_pipeline_takes_few_decrees() {
    let alone = Alone::start();
    alone.preside();
    let said = "*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n".repeat(5000);
    let heard: Vec<_> = (1..=5000).map(|n| format!(":{n}\r\n")).collect();
    alone.connect().says(said, &heard.concat());
    let law = alone.node.handle.status().law.0;
    assert!(law < 500, "{law}");
}
