//! §4: the law, which is the state after the longest prefix of decrees without a gap.

use super::{SMALL, all_decrees, answer, at, ballot, gamma_presides, pass};
use crate::chamber::{ALPHA, BETA, GAMMA};
use crate::legislators::{Law, Ledger, Message, Note, Output, request};
use crate::legislators::{Legislators, Settings};
use std::sync::Arc;
use synod_math::{BallotNumber, Quorums};
use synod_process::Process as _;
use synod_protocol::Timer;
use synod_protocol::parliament::law::{CLIENTS, Known};
use synod_protocol::parliament::{
    self, Decree, DecreeNumber, News, Order, Parliament, Request, RequestId, Shipped,
};
use synod_protocol::state_machine::register::{Command, Response};

fn success(number: DecreeNumber, letter: char) -> Message {
    let decree = Decree::Request(request(letter));
    Message::Success { at: number, decree }
}

/// The law never goes beyond a gap. When the gap is filled, the decrees beyond it become law in order. §4
#[test]
fn the_law_never_passes_a_gap() {
    let mut chamber = Legislators::of(3, SMALL);
    for (number, letter) in [(2, 'b'), (4, 'd')] {
        let turn = chamber.forge(GAMMA, ALPHA, success(at(number), letter));
        assert_eq!(turn.told(), [""; 0]);
    }
    assert_eq!(chamber.present(ALPHA).law().through(), at(0));
    let turn = chamber.forge(GAMMA, ALPHA, success(at(1), 'a'));
    assert_eq!(turn.told(), ["law 1: a", "law 2: b"]);
    assert_eq!(chamber.present(ALPHA).law().state().value, Some('b'));
}

/// A request to write the letter only if nothing was written before.
fn if_nothing(letter: char) -> Request<Command<char>> {
    let command = Command::CompareAndSet {
        expected: None,
        new: letter,
    };
    Request {
        command,
        ..request(letter)
    }
}

/// A parliament in which a request is granted twice. In ballot 2 Α votes for x at 1 and for a at 2, and
/// Γ crashes before he votes. So Β is free in his ballot 4, with Γ; the client asks Β for a again, and it
/// is passed at 1. Then Γ presides, with Α, whose vote binds him at 2: a is passed again, and carried out
/// once. §4
fn granted_twice(order: Order) -> Legislators {
    let mut chamber = Legislators::of(3, Settings { order, ..SMALL });
    chamber.time_out(GAMMA, Timer::Absence);
    chamber.ask(GAMMA, 'x');
    chamber.request(GAMMA, if_nothing('a'));
    // Start Polling, the message and Send BeginBallot, twice.
    chamber.crash_after(GAMMA, 7);
    answer(&mut chamber, GAMMA, ALPHA);
    chamber.deliver("Γ→Α BeginBallot(2, 1: x)");
    chamber.deliver("Γ→Α BeginBallot(2, 2: a)");
    chamber.drop_all();
    chamber.recover(GAMMA);
    chamber.time_out(BETA, Timer::Absence);
    chamber.drop_all();
    chamber.time_out(BETA, Timer::Round);
    answer(&mut chamber, BETA, GAMMA);
    chamber.request(BETA, if_nothing('a'));
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["a"; 3]);
    chamber.time_out(GAMMA, Timer::Absence);
    answer(&mut chamber, GAMMA, ALPHA);
    chamber
}

/// A request may get two numbers, because an old vote binds a later president. The law carries it out
/// once, and gives the same answer twice. §4
#[test]
fn a_request_that_is_granted_twice_is_carried_out_once() {
    for order in [Order::Any, Order::Ascending] {
        let mut chamber = granted_twice(order);
        chamber.deliver("Γ→Α BeginBallot(5, 2: a)");
        let turn = chamber.deliver("Α→Γ Voted(5, 2, Α)");
        let answers = turn.outputs.iter().filter_map(|output| match output {
            Output::Tell(News::Law { answer, .. }) => *answer,
            _ => None,
        });
        let answers: Vec<_> = answers.map(|a| (a.number, a.response)).collect();
        assert_eq!(answers, [(at(1), Response::Swapped(true))]);
        chamber.deliver_all();
        assert_eq!(all_decrees(&chamber), ["aa"; 3]);
    }
}

/// A legislator who recovers computes the law from his ledger, and does not tell it again. §4
#[test]
fn the_law_is_rebuilt_from_the_ledger() {
    let mut chamber = gamma_presides(SMALL);
    pass(&mut chamber, "abc");
    let law = chamber.present(ALPHA).law().clone();
    chamber.crash(ALPHA);
    let turn = chamber.recover(ALPHA);
    assert_eq!(turn.told(), [""; 0]);
    assert_eq!(chamber.present(ALPHA).law(), &law);
    assert_eq!(chamber.ask(ALPHA, 'b').told(), ["answered b at 2"]);
}

/// A crash leaves the ledger: lastTried, nextBal, the votes, the decrees. Everything else is lost. §2.3,
/// §3.1
#[test]
fn a_crash_leaves_nothing_but_the_ledger() {
    let mut chamber = gamma_presides(SMALL);
    pass(&mut chamber, "a");
    for letter in ['b', 'c', 'd'] {
        chamber.ask(GAMMA, letter);
    }
    chamber.crash(GAMMA);
    chamber.recover(GAMMA);
    let (ledger, gamma) = (chamber.durable(GAMMA), chamber.present(GAMMA));
    assert_eq!(gamma.ledger(), ledger);
    let numbers = [ledger.last_tried, ledger.next_bal];
    assert_eq!(numbers, [Some(ballot(2)); 2]);
    let votes: Vec<(_, BallotNumber)> = ledger.votes.iter().map(|(&n, v)| (n, v.number)).collect();
    assert_eq!(votes, [(at(2), ballot(2)), (at(3), ballot(2))]);
    assert!(gamma.waiting().is_empty() && !gamma.is_president());
}

/// The law after one request of each of these clients (client, sequence), in this order.
fn law_of(clients: impl Iterator<Item = (u64, u64)>) -> synod_protocol::parliament::Law<Law> {
    let mut ledger = Ledger::new();
    for (number, (client, sequence)) in (1..).map(DecreeNumber).zip(clients) {
        let id = RequestId { client, sequence };
        let command = Command::Read;
        let decree = Decree::Request(Request { id, command });
        ledger.record(Note::Outcome(number, decree));
    }
    let parliament = Parliament {
        quorums: Arc::new(Quorums::majority(1).unwrap()),
        settings: parliament::Settings::DEFAULT,
        variant: Shipped,
    };
    let (legislator, _) = parliament::Legislator::<Law>::recover(&parliament, ALPHA, ledger);
    legislator.law().clone()
}

/// The law remembers the last answers of a limited number of clients; the client whose last request is
/// the oldest is forgotten first. §4
#[test]
fn the_law_forgets_the_client_who_asked_longest_ago() {
    let clients = CLIENTS as u64;
    // The first client asks again, before one client too many asks.
    let asked = (0..clients).map(|client| (client, 1)).chain([(0, 2)]);
    let law = law_of(asked.clone());
    let id = |client, sequence| RequestId { client, sequence };
    assert!(matches!(law.known(id(1, 1)), Known::Answered(_)));
    assert_eq!(law.known(id(0, 1)), Known::Superseded);
    let law = law_of(asked.chain([(clients, 1)]));
    assert_eq!(law.known(id(1, 1)), Known::Nothing);
    assert!(matches!(law.known(id(0, 2)), Known::Answered(_)));
    assert!(matches!(law.known(id(clients, 1)), Known::Answered(_)));
}
