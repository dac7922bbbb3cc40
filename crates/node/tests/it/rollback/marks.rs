//! The rollback detectors of several nodes, without a network: what they tell each other of ledgers
//! and laws.

use crate::common::identity;
use crate::transport::priest;
use synod_node::ledger_identity::{History, Life};
use synod_node::rollback::{LedgerMetadata, Refusal, RollbackDetector};
use synod_node::{Command, Decree, Request};
use synod_protocol::parliament::RequestId;

/// A ledger's history after one further life, with so many commits, and at the beginning of the next.
fn continued(mut history: History, commits: u64) -> History {
    history.begin_life().unwrap();
    let (&number, &life) = history.lives.last_key_value().unwrap();
    history.lives.insert(number, Life { commits, ..life });
    history.begin_life().unwrap();
    history
}

fn new() -> History {
    continued(History::new().unwrap(), 0)
}

fn detector(number: usize, history: &History) -> RollbackDetector {
    let kept = LedgerMetadata {
        history: history.clone(),
        ..LedgerMetadata::new().unwrap()
    };
    RollbackDetector::new(&identity(number - 1, 5), kept)
}

/// `from` connects to `to` and sends it a batch of messages.
fn talk(from: (usize, &RollbackDetector), to: (usize, &RollbackDetector)) {
    let answer = to.1.introduce(priest(from.0));
    from.1.meet(priest(to.0), &answer);
    let shown = answer.met.iter().find(|(of, _)| *of == priest(from.0));
    let shown = shown.map(|(_, mark)| *mark);
    let said = from.1.introduce(priest(to.0));
    to.1.hear(priest(from.0), &said, shown).unwrap();
}

fn has_lost(detector: &RollbackDetector) -> bool {
    matches!(detector.refusal(), Some(Refusal::Loss(_)))
}

#[test]
fn a_ledger_that_continues_is_accepted() {
    let (mut history, peer) = (new(), detector(2, &new()));
    for _ in 0..5 {
        let node = detector(1, &history);
        talk((1, &node), (2, &peer));
        talk((2, &peer), (1, &node));
        assert_eq!(node.refusal(), None);
        history = continued(history, 7);
    }
}

#[test]
fn a_node_hears_from_a_peer_that_its_ledger_is_a_new_one_or_an_older_copy() {
    let old = new();
    let peer = detector(2, &new());
    talk((1, &detector(1, &continued(old.clone(), 3))), (2, &peer));
    for lacking in [new(), old.clone(), continued(old, 1000)] {
        let node = detector(1, &lacking);
        talk((2, &peer), (1, &node));
        assert!(has_lost(&node));
        // What it tells of its ledger then does not replace what the peer remembers.
        talk((1, &node), (2, &peer));
        assert!(peer.is_refused(priest(1)));
        let again = detector(1, &lacking);
        talk((2, &peer), (1, &again));
        assert!(has_lost(&again));
    }
}

#[test]
fn a_node_hears_through_a_president_what_others_remember_of_its_ledger() {
    let old = new();
    let (president, other) = (detector(5, &new()), detector(4, &new()));
    talk((3, &detector(3, &old)), (5, &president));
    talk((3, &detector(3, &continued(old.clone(), 3))), (4, &other));
    let restored = detector(3, &continued(old, 0));
    talk((5, &president), (3, &restored));
    assert_eq!(
        restored.refusal(),
        None,
        "the president does not know of the later state"
    );
    talk((4, &other), (5, &president));
    talk((5, &president), (3, &restored));
    let Some(Refusal::Loss(loss)) = restored.refusal() else {
        panic!("the loss is not detected");
    };
    assert_eq!(loss.by, priest(4));
}

/// Otherwise two nodes that have lost their ledgers might answer each other.
#[test]
fn a_node_is_known_to_have_lost_nothing_once_all_others_have_told_what_they_remember() {
    let lost = new();
    let others: Vec<_> = (2..=5)
        .map(|number| (number, detector(number, &new())))
        .collect();
    let (last, last_detector) = &others[3];
    talk((1, &detector(1, &lost)), (*last, last_detector));
    for (history, expected) in [(continued(lost, 0), true), (new(), false)] {
        let node = detector(1, &history);
        for (number, other) in &others {
            assert!(!node.has_lost_nothing());
            talk((*number, other), (1, &node));
        }
        assert_eq!(node.has_lost_nothing(), expected);
    }
}

#[test]
fn a_mark_is_not_remembered_before_its_node_could_detect_a_loss() {
    let old = new();
    let peer = detector(2, &new());
    let before = detector(1, &old);
    talk((1, &before), (2, &peer));
    // The handshake of the next life comes first, and then a batch of the last life, which was under
    // way.
    let next = detector(1, &continued(old.clone(), 0));
    let answer = peer.introduce(priest(1));
    let shown = answer.met[0].1;
    next.meet(priest(2), &answer);
    let longer = detector(1, &continued(old, 3));
    talk((1, &longer), (2, &peer));
    let late = peer.hear(priest(1), &next.introduce(priest(2)), Some(shown));
    assert!(late.is_err());
    next.meet(priest(2), &peer.introduce(priest(1)));
    assert!(has_lost(&next));
}

#[test]
fn a_ledger_whose_loss_was_accepted_takes_part() {
    let (lost, peer) = (new(), detector(2, &new()));
    talk((1, &detector(1, &lost)), (2, &peer));
    let mut replaced = new();
    replaced.accept([lost.ledger]).unwrap();
    let node = detector(1, &replaced);
    for _ in 0..2 {
        talk((1, &node), (2, &peer));
        talk((2, &peer), (1, &node));
    }
    assert_eq!(node.refusal(), None);
    // If the lost ledger returns, it is refused: peers have met its replacement.
    let returned = detector(1, &continued(lost, 0));
    talk((2, &peer), (1, &returned));
    assert!(has_lost(&returned));
}

fn decree(number: u64) -> Decree {
    Decree::Request(Request {
        id: RequestId {
            client: 1,
            sequence: number,
        },
        command: Command::Delete { key: vec![7] }.into(),
    })
}

/// Each sends the other a batch, twice: at first they learn how long the other's law is, and then the
/// laws are compared at the shorter length.
fn compare(one: (usize, &RollbackDetector), other: (usize, &RollbackDetector)) {
    for _ in 0..2 {
        talk(one, other);
        talk(other, one);
    }
}

#[test]
fn laws_that_differ_are_detected_whichever_is_longer() {
    for (longer, shorter) in [(1, 2), (2, 1)] {
        let (one, other) = (detector(1, &new()), detector(2, &new()));
        for (node, &length) in [(&one, &longer), (&other, &shorter)] {
            (1..=length * 3).for_each(|number| node.pass(decree(number)));
        }
        compare((1, &one), (2, &other));
        assert_eq!(
            (one.refusal(), other.refusal()),
            (None, None),
            "one law is a prefix of the other"
        );
        one.pass(Decree::OliveDay);
        other.pass(decree(99));
        other.pass(decree(100));
        one.pass(decree(98));
        compare((1, &one), (2, &other));
        assert!(differs(&one) && differs(&other));
        // A third node does not take their word: it only compares its own law.
        let third = detector(3, &new());
        talk((2, &other), (3, &third));
        assert_eq!(third.refusal(), None);
        third.pass(decree(1));
        compare((2, &other), (3, &third));
        assert_eq!(third.refusal(), None);
    }
}

fn differs(node: &RollbackDetector) -> bool {
    matches!(node.refusal(), Some(Refusal::Difference(_)))
}

/// A node with the folder of another cluster stops, but no other node does.
#[test]
fn the_law_of_a_ledger_that_is_not_the_one_that_was_met_stops_no_other_node() {
    let (one, other) = (detector(1, &new()), detector(2, &new()));
    (1..=3).for_each(|number| one.pass(decree(number)));
    (1..=3).for_each(|number| other.pass(decree(number)));
    compare((1, &one), (2, &other));
    assert_eq!((one.refusal(), other.refusal()), (None, None));
    for length in [1, 3, 5] {
        let foreign = detector(1, &new());
        (1..=length).for_each(|number| foreign.pass(decree(100 + number)));
        for _ in 0..2 {
            // In the handshake, the node with the foreign ledger may be the first to send.
            other.meet(priest(1), &foreign.introduce(priest(2)));
            foreign.meet(priest(2), &other.introduce(priest(1)));
            let said = foreign.introduce(priest(2));
            assert!(said.is_refused && said.digest.is_none());
            other.hear(priest(1), &said, None).unwrap();
            assert!(has_lost(&foreign));
            assert_eq!(other.refusal(), None);
        }
    }
}

/// A forged introduction stops a node only until the real peer sends its own.
#[test]
fn a_forged_difference_of_laws_ends_when_the_peer_itself_is_heard() {
    let (one, other) = (detector(1, &new()), detector(2, &new()));
    (1..=3).for_each(|number| one.pass(decree(number)));
    (1..=3).for_each(|number| other.pass(decree(number)));
    compare((1, &one), (2, &other));
    let mut forged = one.introduce(priest(2));
    forged.digest.as_mut().unwrap().digest += 1;
    other.meet(priest(1), &forged);
    assert!(differs(&other));
    one.meet(priest(2), &other.introduce(priest(1)));
    assert!(one.is_refused(priest(2)));
    talk((1, &one), (2, &other));
    assert_eq!(other.refusal(), None);
    // The node takes part again, without a restart.
    talk((2, &other), (1, &one));
    assert!(!one.is_refused(priest(2)));
}
