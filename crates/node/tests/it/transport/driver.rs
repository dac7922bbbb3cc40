//! The promise of the driver, as the peer of a node sees it: whatever the node tells is on its disk.

use super::{End, LONG, config, listener, priest};
use std::time::Duration;
use synod_math::{BallotNumber, PriestSet};
use synod_node::config::Config;
use synod_node::event::{Event, Reply};
use synod_node::ledger_identity::Mark;
use synod_node::rollback::RollbackDetector;
use synod_node::wire::Introduction;
use synod_node::{Command, Decree, Ledger, Message, Request, ledger, node};
use synod_protocol::parliament::{DecreeNumber, RequestId};
use tempfile::TempDir;
use tokio::time::{Instant, sleep, timeout};

/// The ballot of the peer, which is legislator 2 of 2.
const BALLOT: BallotNumber = BallotNumber(1);

/// A node, legislator 1 of 2, which will not preside; and the transport of its peer, which the test
/// plays.
async fn node_and_peer(folder: &TempDir) -> (node::Node, End, Config) {
    let ((peers, its_address), (own, own_address)) = (listener().await, listener().await);
    let addresses = [own_address, its_address];
    let mut first = config(1, &addresses);
    first.folder = folder.path().join("ledger");
    first.timing.presence = Duration::from_millis(50);
    first.timing.absence = LONG;
    drop(own);
    let node = node::start(&first).await.unwrap();
    (node, End::start(peers, &config(2, &addresses)), first)
}

fn on_disk(config: &Config) -> Ledger {
    ledger::read(&config.folder).unwrap().ledger
}

/// Sends a message from the peer to the node.
fn say(peer: &mut End, message: Message) {
    peer.links.push(priest(1), message);
    peer.links.flush();
}

/// Sends a message until the node answers with something other than Present.
async fn ask(peer: &mut End, message: &Message) -> Message {
    let end = Instant::now() + LONG;
    while Instant::now() < end {
        say(peer, message.clone());
        for _ in 0..10 {
            let (_, answer) = peer.next().await;
            if !matches!(answer, Message::Present { .. }) {
                return answer;
            }
        }
    }
    panic!("no answer to {message:?}");
}

fn next_ballot() -> Message {
    Message::NextBallot {
        number: BALLOT,
        known: DecreeNumber::ZERO,
        life: None,
    }
}

fn success() -> Message {
    Message::Success {
        at: DecreeNumber(1),
        decree: Decree::OliveDay,
    }
}

fn begin_ballot(at: u64) -> Message {
    Message::BeginBallot {
        number: BALLOT,
        at: DecreeNumber(at),
        decree: Decree::OliveDay,
        quorum: PriestSet::first(2),
        passed: DecreeNumber(at - 1),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promise_and_each_vote_are_on_disk_before_the_peer_hears_of_them() {
    let folder = TempDir::new().unwrap();
    let (_node, mut peer, config) = node_and_peer(&folder).await;
    let answer = ask(&mut peer, &next_ballot()).await;
    assert!(matches!(answer, Message::LastVote { number, .. } if number == BALLOT));
    assert_eq!(on_disk(&config).next_bal, Some(BALLOT));
    for at in 1..=50 {
        let answer = ask(&mut peer, &begin_ballot(at)).await;
        let known = on_disk(&config);
        let expected = Message::Voted {
            number: BALLOT,
            at: DecreeNumber(at),
            priest: priest(1),
        };
        assert_eq!(answer, expected);
        assert_eq!(known.prev_bal(DecreeNumber(at)), Some(BALLOT));
        assert_eq!(known.decrees.len() as u64, at - 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decree_that_no_client_awaits_is_on_disk_with_the_next_present() {
    let folder = TempDir::new().unwrap();
    let (_node, mut peer, config) = node_and_peer(&folder).await;
    let end = Instant::now() + LONG;
    loop {
        // Messages may be lost until the two are connected.
        say(&mut peer, success());
        let (_, message) = peer.next().await;
        if let Message::Present { known, .. } = message
            && known == DecreeNumber(1)
        {
            break;
        }
        assert!(
            Instant::now() < end,
            "it never tells that it knows the decree"
        );
    }
    assert_eq!(on_disk(&config).decrees.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_told_to_end_leaves_all_that_it_knows_on_disk() {
    let folder = TempDir::new().unwrap();
    let (node, mut peer, config) = node_and_peer(&folder).await;
    while node.handle.status().law == DecreeNumber::ZERO {
        say(&mut peer, success());
        sleep(Duration::from_millis(10)).await;
    }
    node.handle.end().await;
    node.end.await.unwrap().unwrap();
    assert_eq!(on_disk(&config).decrees.len(), 1);
}

/// Otherwise a node that is killed would forget that it has met a ledger, and would accept another
/// one in its place.
#[tokio::test(flavor = "multi_thread")]
async fn the_mark_of_a_new_ledger_is_on_disk_although_nothing_else_is_written() {
    let folder = TempDir::new().unwrap();
    let (_node, mut peer, config) = node_and_peer(&folder).await;
    let present = Message::Present {
        known: DecreeNumber::ZERO,
        next_bal: None,
    };
    let end = Instant::now() + LONG;
    loop {
        say(&mut peer, present.clone());
        sleep(Duration::from_millis(10)).await;
        let found = ledger::read(&config.folder).unwrap();
        assert_eq!(found.ledger, Ledger::new());
        if let Some(mark) = found.metadata.met.get(&priest(2)) {
            assert_eq!(mark.ledger, peer.detector.ledger());
            break;
        }
        assert!(Instant::now() < end, "it is not written");
    }
}

fn request(sequence: u64) -> Request {
    let id = RequestId {
        client: 7,
        sequence,
    };
    let command = Command::Increment {
        key: b"n".to_vec(),
        by: 1,
    };
    Request {
        id,
        command: command.into(),
    }
}

/// Makes the peer remember a mark of legislator 1's ledger that this ledger does not cover.
fn remember_more(detector: &RollbackDetector) {
    let met = detector.introduce(priest(1)).met;
    let (_, mark) = met.into_iter().find(|(of, _)| *of == priest(1)).unwrap();
    let said = Introduction {
        own: Mark {
            commits: mark.commits + 1000,
            ..mark
        },
        is_refused: false,
        met: vec![],
        relayed: vec![],
        law: 0,
        digest: None,
    };
    detector.hear(priest(1), &said, Some(mark)).unwrap();
}

/// A request that was forwarded to the president may still be carried out. A later one is not
/// forwarded.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_lost_its_ledger_does_not_deny_what_it_has_forwarded() {
    let folder = TempDir::new().unwrap();
    let (node, mut peer, _) = node_and_peer(&folder).await;
    ask(&mut peer, &next_ballot()).await;
    let waiting = node.handle.request(request(1)).await.unwrap();
    let forwarded = async { while !matches!(peer.next().await.1, Message::Forwarded { .. }) {} };
    timeout(LONG, forwarded).await.unwrap();
    remember_more(&peer.detector);
    say(&mut peer, next_ballot());
    let told = timeout(LONG, waiting).await.unwrap();
    assert!(matches!(told, Ok(Reply::AskAgain)));
    let later = node.handle.request(request(1)).await.unwrap();
    assert!(matches!(later.await, Ok(Reply::Refused(_))));
    while let Ok(event) = peer.events.try_recv() {
        let message = Message::Forwarded {
            request: request(1),
        };
        assert!(!matches!(event, Event::Message { message: m, .. } if m == message));
    }
}
