//! Whatever a legislator sends fits into a frame.

use std::sync::Arc;
use synod_math::{BallotNumber, Cast, Priest, Quorums};
use synod_node::config::SETTINGS;
use synod_node::transport::frame;
use synod_node::wire::{self, LARGEST_COMMAND};
use synod_node::{Command, Decree, Ledger, Legislator, Message, Request};
use synod_process::{Input, Output, Process};
use synod_protocol::parliament::{DecreeNumber, Parliament, RequestId, Shipped};

/// A decree with a key of this length.
fn decree(at: u64, length: usize) -> Decree {
    let id = RequestId {
        client: u64::MAX,
        sequence: at,
    };
    let key = vec![b'k'; length];
    Decree::Request(Request {
        id,
        command: Command::Get { key }.into(),
    })
}

/// A legislator with decrees of this length at the odd numbers, and votes at the even ones.
fn with(length: usize, numbers: u64) -> Legislator {
    let parliament = Parliament {
        quorums: Arc::new(Quorums::majority(3).unwrap()),
        settings: SETTINGS,
        variant: Shipped,
    };
    let mut ledger = Ledger::new();
    for at in 1..=numbers {
        let (number, decree) = (DecreeNumber(at), decree(at, length));
        if at % 2 == 1 {
            ledger.decrees.insert(number, decree);
        } else {
            let cast = Cast {
                number: BallotNumber(0),
                decree,
            };
            ledger.votes.insert(number, cast);
        }
    }
    Legislator::recover(&parliament, Priest::new(0).unwrap(), ledger).0
}

#[test]
fn the_parts_of_a_last_vote_fit_into_frames_and_tell_every_number_once() {
    let president = Priest::new(1).unwrap();
    let number = BallotNumber(1);
    for (length, numbers) in [(LARGEST_COMMAND, 100), (0, 100_000), (1000, 9000)] {
        let mut legislator = with(length, numbers);
        let (mut told_so_far, mut parts) = (Vec::new(), 0);
        let mut asked = Message::NextBallot {
            number,
            known: DecreeNumber::ZERO,
            life: None,
        };
        loop {
            let outputs = legislator.handle(Input::Receive {
                from: president,
                message: asked,
            });
            let last_votes = outputs
                .outputs
                .into_iter()
                .filter_map(|output| match output {
                    Output::Send { message, .. } => Some(message),
                    _ => None,
                });
            let last_vote = last_votes.last().unwrap();
            assert!(wire::encode_message(last_vote.clone()).len() <= frame::LARGEST);
            parts += 1;
            let Message::LastVote { told, through, .. } = last_vote else {
                panic!("{last_vote:?}");
            };
            told_so_far.extend(told.into_keys());
            let Some(above) = through else { break };
            asked = Message::NextPart {
                number,
                above,
                life: None,
            };
        }
        assert!(parts > 1);
        assert!(
            told_so_far
                .iter()
                .copied()
                .eq((1..=numbers).map(DecreeNumber))
        );
    }
}
