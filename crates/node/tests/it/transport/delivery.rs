//! Messages arrive, in order.

use super::*;
use synod_node::wire::Transfer;
use synod_protocol::parliament::{Decree, DecreeNumber, Request, RequestId};

#[tokio::test]
async fn two_hear_each_other_in_order() {
    let (ends, _) = ends(2, |_, _| ()).await;
    let [mut one, mut two]: [End; 2] = ends.try_into().ok().unwrap();
    connect((1, &mut one), (2, &mut two)).await;
    connect((2, &mut two), (1, &mut one)).await;
    for number in 1..=1000 {
        one.send(2, number);
        if number % 10 == 0 {
            two.links.push(priest(1), message(number));
        }
    }
    two.links.flush();
    for number in 1..=1000 {
        assert_eq!(two.next().await, (1, message(number)));
    }
    for number in (10..=1000).step_by(10) {
        assert_eq!(one.next().await, (2, message(number)));
    }
}

#[tokio::test]
async fn each_of_three_hears_the_two_others() {
    let (mut ends, _) = ends(3, |_, _| ()).await;
    for (from, to) in [(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2)] {
        let [sender, receiver] = ends.get_disjoint_mut([from - 1, to - 1]).unwrap();
        connect((from, sender), (to, receiver)).await;
        for number in 1..=100 {
            sender.send(to, number);
        }
        for number in 1..=100 {
            assert_eq!(receiver.next().await, (from, message(number)));
        }
    }
}

#[tokio::test]
async fn the_largest_command_of_a_client_arrives() {
    let (ends, _) = ends(2, |_, _| ()).await;
    let [mut one, mut two]: [End; 2] = ends.try_into().ok().unwrap();
    connect((1, &mut one), (2, &mut two)).await;
    let value = vec![7; wire::LARGEST_COMMAND - 1];
    let success = |number| Message::Success {
        at: DecreeNumber(number),
        decree: Decree::Request(Request {
            id: RequestId {
                client: 1,
                sequence: number,
            },
            command: synod_node::Command::Set {
                key: vec![1],
                value: value.clone(),
                condition: synod_protocol::state_machine::map::Condition::Always,
            }
            .into(),
        }),
    };
    for number in 1..=64 {
        one.links.push(priest(2), success(number));
    }
    one.links.flush();
    for number in 1..=64 {
        assert_eq!(two.next().await, (1, success(number)));
    }
}

#[tokio::test]
async fn a_message_longer_than_a_frame_is_dropped_and_later_ones_arrive() {
    let (ends, _) = ends(2, |_, _| ()).await;
    let [mut one, mut two]: [End; 2] = ends.try_into().ok().unwrap();
    connect((1, &mut one), (2, &mut two)).await;
    let key = vec![0; transport::frame::LARGEST];
    one.links.push(
        priest(2),
        Message::Forwarded {
            request: Request {
                id: RequestId {
                    client: 1,
                    sequence: 1,
                },
                command: synod_node::Command::Get { key }.into(),
            },
        },
    );
    one.send(2, 1);
    assert_eq!(two.next().await, (1, message(1)));
}

#[tokio::test]
async fn a_peer_that_was_absent_is_connected_again() {
    let (ends, configs) = ends(2, |_, _| ()).await;
    let [mut one, mut two]: [End; 2] = ends.try_into().ok().unwrap();
    for _ in 0..3 {
        connect((1, &mut one), (2, &mut two)).await;
        connect((2, &mut two), (1, &mut one)).await;
        drop(two);
        one.send(2, 1);
        sleep(Duration::from_millis(200)).await;
        two = End::start_again(&configs[1]).await;
    }
}

#[tokio::test]
async fn frames_that_exceed_the_queue_of_an_absent_peer_are_dropped_and_counted() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let numbers = recorder.handle();
    let (listener_of_one, address) = listener().await;
    let (listener_of_two, other) = listener().await;
    drop(listener_of_two);
    let config = config(1, &[address, other]);
    let mut one = metrics::with_local_recorder(&recorder, || End::start(listener_of_one, &config));
    let most = transport::queue::QueueBounds::DEFAULT.frames as u64;
    for number in 0..most + 10 {
        one.send(2, number);
    }
    let text = numbers.render();
    assert!(
        text.contains("synod_frames_dropped_total{peer=\"2\"} 10\n"),
        "{text}"
    );
    // The peer connects within two seconds: the frames that fitted into the queue arrive in order.
    let two = self::config(2, &[address, other]);
    let mut two = End::start_again(&two).await;
    assert_eq!(two.next().await, (1, message(0)));
    assert_eq!(two.next().await, (1, message(1)));
}

#[tokio::test]
async fn a_farewell_arrives_after_all_messages_before_it() {
    let (mut ends, _) = ends(2, |_, _| {}).await;
    let [sender, receiver] = ends.get_disjoint_mut([0, 1]).unwrap();
    connect((1, sender), (2, receiver)).await;
    for number in 1..=10 {
        sender.send(2, number);
    }
    sender.links.say_farewell().await;
    // Dropping the sender discards everything that is not written yet.
    ends.remove(0);
    let receiver = &mut ends[0];
    for number in 1..=10 {
        assert_eq!(receiver.next().await, (1, message(number)));
    }
    let last = timeout(LONG, receiver.events.recv()).await.unwrap();
    assert!(
        matches!(last, Some(Event::Farewell { from }) if from == priest(1)),
        "{last:?}"
    );
}

fn chunk(offset: u64) -> Transfer {
    Transfer::Chunk {
        digest: wire::FileDigest([1; 32]),
        offset,
        bytes: vec![7; wire::LARGEST_CHUNK].into(),
    }
}

#[tokio::test]
async fn a_transfer_neither_drops_nor_overtakes_messages() {
    let (ends, _) = ends(2, |_, _| ()).await;
    let [mut one, mut two]: [End; 2] = ends.try_into().ok().unwrap();
    let transfers = one.links.transfers();
    assert!(
        !transfers.send(priest(1), chunk(0)),
        "there is no such peer"
    );
    connect((1, &mut one), (2, &mut two)).await;
    let mut sent = 0;
    for number in 1..=1000 {
        while transfers.send(priest(2), chunk(sent)) {
            sent += 1;
        }
        one.send(2, number);
    }
    let (mut numbers, mut chunks) = (1..=1000, 0);
    while !numbers.is_empty() || chunks < sent {
        match timeout(LONG, two.events.recv()).await.unwrap().unwrap() {
            Event::Message { message: next, .. } => {
                assert_eq!(next, message(numbers.next().unwrap()));
            }
            Event::Transfer { from, transfer } => {
                assert_eq!((from, transfer), (priest(1), chunk(chunks)));
                chunks += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(sent >= 16);
}
