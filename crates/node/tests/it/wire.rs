//! `synod_node::wire`: messages, decrees and votes as bytes.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use synod_math::{BallotNumber, Cast, Priest, PriestSet};
use synod_node::wire::{
    self, FileDigest, FrameBody, LARGEST_CHUNK, LARGEST_COMMAND, LARGEST_NUMBER, Malformed,
    SnapshotSummary, Transfer,
};
use synod_node::{Command, Decree, Map, Message, SharedCommand};
use synod_protocol::parliament::{
    Declined, DecreeNumber, Law, LawEntry, Life, Request, RequestId, Told,
};
use synod_protocol::state_machine::map::{Condition, Entry, Lifetime, Only, Response};

fn ballot() -> impl Strategy<Value = BallotNumber> {
    (0..=LARGEST_NUMBER).prop_map(BallotNumber)
}

fn at() -> impl Strategy<Value = DecreeNumber> {
    (0..=LARGEST_NUMBER).prop_map(DecreeNumber)
}

/// The number of a decree. Decrees are numbered from 1.
fn decree_at() -> impl Strategy<Value = DecreeNumber> {
    (1..=LARGEST_NUMBER).prop_map(DecreeNumber)
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..20)
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        Just(Condition::Always),
        Just(Condition::IfAbsent),
        Just(Condition::IfPresent),
        bytes().prop_map(Condition::IfEqual),
    ]
}

/// A command that a batch may have.
fn step() -> impl Strategy<Value = Command> {
    let keys = || vec(bytes(), 0..4);
    prop_oneof![
        bytes().prop_map(|key| Command::Get { key }),
        (bytes(), bytes(), condition()).prop_map(|(key, value, condition)| Command::Set {
            key,
            value,
            condition
        }),
        bytes().prop_map(|key| Command::Delete { key }),
        (bytes(), any::<i64>()).prop_map(|(key, by)| Command::Increment { key, by }),
        (bytes(), bytes(), condition()).prop_map(|(key, value, condition)| Command::Exchange {
            key,
            value,
            condition
        }),
        bytes().prop_map(|key| Command::Take { key }),
        (bytes(), bytes()).prop_map(|(key, value)| Command::Append { key, value }),
        bytes().prop_map(|key| Command::Length { key }),
        keys().prop_map(|keys| Command::Count { keys }),
        keys().prop_map(|keys| Command::GetMany { keys }),
        keys().prop_map(|keys| Command::DeleteMany { keys }),
        keys().prop_map(|keys| Command::Watch { keys }),
        (vec((bytes(), bytes()), 0..4), any::<bool>()).prop_map(|(pairs, if_all_absent)| {
            Command::SetMany {
                pairs,
                if_all_absent,
            }
        }),
        (proptest::option::of(bytes()), any::<u32>())
            .prop_map(|(after, most)| Command::Keys { after, most }),
        any::<u64>().prop_map(|now| Command::Tell { now }),
        (bytes(), bytes(), condition(), lifetime(), any::<bool>()).prop_map(
            |(key, value, condition, lifetime, is_exchange)| Command::SetFor {
                key,
                value,
                condition,
                lifetime,
                is_exchange
            }
        ),
        (bytes(), lifetime()).prop_map(|(key, lifetime)| Command::Expire { key, lifetime }),
        bytes().prop_map(|key| Command::Persist { key }),
        bytes().prop_map(|key| Command::TimeLeft { key }),
        bytes().prop_map(|key| Command::Deadline { key }),
        (bytes(), lifetime(), only()).prop_map(|(key, lifetime, only)| Command::ExpireIf {
            key,
            lifetime,
            only
        }),
        (bytes(), proptest::option::of(lifetime()))
            .prop_map(|(key, lifetime)| Command::GetFor { key, lifetime }),
        (bytes(), any::<(i64, i64)>()).prop_map(|(key, (start, end))| Command::Range {
            key,
            start,
            end
        }),
        (bytes(), any::<u32>(), bytes()).prop_map(|(key, at, value)| Command::Overwrite {
            key,
            at,
            value
        }),
    ]
}

fn only() -> impl Strategy<Value = Only> {
    prop_oneof![
        Just(Only::WithoutOne),
        Just(Only::WithOne),
        Just(Only::Later),
        Just(Only::Earlier),
        Just(Only::EarlierThanOne),
    ]
}

fn lifetime() -> impl Strategy<Value = Lifetime> {
    prop_oneof![
        Just(Lifetime::Keep),
        any::<(u64, u64)>().prop_map(|(milliseconds, now)| Lifetime::For { milliseconds, now }),
        any::<u64>().prop_map(|at| Lifetime::Until { at }),
        any::<(u64, u64)>().prop_map(|(at, now)| Lifetime::UntilFrom { at, now }),
        any::<(u64, u64)>().prop_map(|(milliseconds, now)| Lifetime::AtLeast { milliseconds, now }),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let watched = vec((bytes(), 0..4_u64), 0..2);
    prop_oneof![
        6 => step(),
        1 => vec(step(), 0..4).prop_map(|commands| Command::Batch { commands }),
        1 => (watched, vec(step(), 0..4)).prop_map(|(watched, commands)| Command::Transaction {
            watched,
            commands
        }),
    ]
}

fn id() -> impl Strategy<Value = RequestId> {
    any::<(u64, u64)>().prop_map(|(client, sequence)| RequestId { client, sequence })
}

fn request() -> impl Strategy<Value = Request<SharedCommand>> {
    (id(), command()).prop_map(|(id, command)| Request {
        id,
        command: command.into(),
    })
}

fn decree() -> impl Strategy<Value = Decree> {
    prop_oneof![Just(Decree::OliveDay), request().prop_map(Decree::Request)]
}

fn cast() -> impl Strategy<Value = Cast<Decree>> {
    (ballot(), decree()).prop_map(|(number, decree)| Cast { number, decree })
}

fn told() -> impl Strategy<Value = Told<SharedCommand>> {
    prop_oneof![
        decree().prop_map(Told::Passed),
        cast().prop_map(Told::Voted)
    ]
}

fn life() -> impl Strategy<Value = Option<Life>> {
    proptest::option::of(any::<u64>().prop_map(Life))
}

/// The law after any decrees in a row.
fn law() -> impl Strategy<Value = Law<Map>> {
    vec(decree(), 0..8).prop_map(|decrees| {
        let mut law = Law::default();
        for decree in &decrees {
            law.pass(decree);
        }
        law
    })
}

fn message() -> impl Strategy<Value = Message> {
    let priest = (0..Priest::LIMIT).prop_map(|index| Priest::new(index).unwrap());
    let last_vote = (
        ballot(),
        at(),
        proptest::option::of(at()),
        btree_map(decree_at(), told(), 0..8),
        vec(decree_at(), 0..8),
    );
    let begin_ballot = (ballot(), decree_at(), decree(), any::<u64>(), at());
    let why = prop_oneof![
        Just(Declined::NoPresident),
        Just(Declined::Full),
        Just(Declined::Superseded),
    ];
    prop_oneof![
        (ballot(), at(), life()).prop_map(|(number, known, life)| Message::NextBallot {
            number,
            known,
            life
        }),
        last_vote.prop_map(
            |(number, above, through, told, missing)| Message::LastVote {
                number,
                life: None,
                above,
                through,
                told,
                missing
            }
        ),
        begin_ballot.prop_map(|(number, at, decree, quorum, passed)| {
            let quorum = PriestSet::from_bits(quorum);
            Message::BeginBallot {
                number,
                at,
                decree,
                quorum,
                passed,
            }
        }),
        (ballot(), decree_at(), priest).prop_map(|(number, at, priest)| Message::Voted {
            number,
            at,
            priest
        }),
        (decree_at(), decree()).prop_map(|(at, decree)| Message::Success { at, decree }),
        ballot().prop_map(|next_bal| Message::Refused { next_bal }),
        (at(), proptest::option::of(ballot()))
            .prop_map(|(known, next_bal)| Message::Present { known, next_bal }),
        request().prop_map(|request| Message::Forwarded { request }),
        (id(), why).prop_map(|(id, why)| Message::Declined { id, why }),
        (ballot(), at(), life()).prop_map(|(number, above, life)| Message::NextPart {
            number,
            above,
            life
        }),
        law().prop_map(|law| Message::Snapshot { law }),
    ]
}

fn transfer() -> impl Strategy<Value = Transfer> {
    let digest = || any::<[u8; 32]>().prop_map(FileDigest);
    let size = 0..=LARGEST_NUMBER;
    let chunk = vec(any::<u8>(), 1..200);
    prop_oneof![
        (at(), size, digest()).prop_map(|(through, size, digest)| {
            Transfer::Offer(SnapshotSummary {
                through,
                size,
                digest,
            })
        }),
        (digest(), any::<u64>()).prop_map(|(digest, offset)| Transfer::Want { digest, offset }),
        (digest(), any::<u64>(), chunk).prop_map(|(digest, offset, bytes)| Transfer::Chunk {
            digest,
            offset,
            bytes: bytes.into(),
        }),
    ]
}

proptest! {
    #[test]
    fn an_encoded_message_is_decoded_unchanged_but_not_with_a_byte_less_or_more(message in message()) {
        let bytes = wire::encode_message(message.clone());
        prop_assert_eq!(wire::decode_message(&bytes).unwrap(), message);
        prop_assert!(wire::decode_message(&bytes[..bytes.len() - 1]).is_err());
        let more = [bytes, vec![0]].concat();
        prop_assert!(wire::decode_message(&more).is_err());
    }

    #[test]
    fn a_message_is_neither_an_introduction_nor_a_farewell(message in message()) {
        let bytes = wire::encode_message(message.clone());
        prop_assert_eq!(wire::decode_body(&bytes).unwrap(), FrameBody::Message(message));
    }

    #[test]
    fn a_part_of_a_transfer_is_decoded_unchanged_but_not_with_a_byte_less_or_more(
        transfer in transfer()
    ) {
        let body = wire::encode_transfer_body(transfer.clone());
        prop_assert_eq!(wire::decode_body(&body).unwrap(), FrameBody::Transfer(transfer));
        prop_assert!(wire::decode_message(&body).is_err());
        prop_assert!(wire::decode_body(&body[..body.len() - 1]).is_err());
        prop_assert!(wire::decode_body(&[body, vec![0]].concat()).is_err());
    }

    #[test]
    fn decrees_and_votes_are_decoded_unchanged(cast in cast()) {
        let bytes = wire::encode_vote(cast.clone());
        prop_assert_eq!(&wire::decode_vote(&bytes).unwrap(), &cast);
        let bytes = wire::encode_decree(cast.decree.clone());
        prop_assert_eq!(wire::decode_decree(&bytes).unwrap(), cast.decree);
    }

    #[test]
    fn any_bytes_are_decoded_or_refused(bytes in vec(any::<u8>(), 0..200)) {
        // A decoded message is the same after it is encoded and decoded again.
        if let Ok(message) = wire::decode_message(&bytes) {
            let again = wire::encode_message(message.clone());
            prop_assert_eq!(wire::decode_message(&again).unwrap(), message);
        }
        let _ = wire::decode_body(&[&[0xFE], bytes.as_slice()].concat());
        let _ = wire::decode_decree(&bytes);
        let _ = wire::decode_vote(&bytes);
    }

    #[test]
    fn a_message_with_changed_bytes_is_decoded_or_refused(
        message in message(),
        changes in vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = wire::encode_message(message);
        for (index, byte) in changes {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        let _ = wire::decode_message(&bytes);
    }
}

#[test]
fn an_empty_body_is_a_farewell_and_no_message() {
    assert_eq!(
        wire::decode_body(wire::FAREWELL).unwrap(),
        FrameBody::Farewell
    );
    assert!(wire::decode_message(wire::FAREWELL).is_err());
    // An introduction that was cut off after its first byte.
    assert!(wire::decode_body(&[0xFF]).is_err());
}

#[test]
fn an_announced_length_takes_no_memory() {
    // A LastVote that announces 2⁶² votes, and a Success with a key of 2⁶² bytes.
    for start in [[1, 0, 0].as_slice(), &[4, 1, 1, 1, 1, 0]] {
        let length = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40];
        assert!(wire::decode_message(&[start, &length].concat()).is_err());
    }
}

#[test]
fn a_chunk_is_not_empty_and_not_longer_than_a_node_sends() {
    let decoded = |length| {
        let chunk = Transfer::Chunk {
            digest: FileDigest([1; 32]),
            offset: 0,
            bytes: vec![0; length].into(),
        };
        wire::decode_body(&wire::encode_transfer_body(chunk))
    };
    for length in [1, LARGEST_CHUNK] {
        assert!(decoded(length).is_ok());
    }
    for length in [0, LARGEST_CHUNK + 1] {
        assert_eq!(decoded(length), Err(Malformed::Chunk(length)));
    }
    // A chunk that announces 2⁶² bytes.
    let length = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40];
    let start = [0xFE, 2].into_iter().chain([1; 32]).chain([0]);
    let forged: Vec<_> = start.chain(length).collect();
    assert!(wire::decode_body(&forged).is_err());
}

/// The bytes of each part of a transfer, which all nodes of this version must write.
#[test]
fn the_bytes_of_transfers_do_not_change() {
    let digest = FileDigest([9; 32]);
    let offer = Transfer::Offer(SnapshotSummary {
        through: DecreeNumber(300),
        size: 5,
        digest,
    });
    let (offset, bytes) = (2, b"olive".as_slice().into());
    let chunk = Transfer::Chunk {
        digest,
        offset,
        bytes,
    };
    let said = wire::encode_transfer_body;
    assert_eq!(
        said(offer),
        [&[0xFE, 0, 0xac, 2, 5], digest.0.as_slice()].concat()
    );
    let want = Transfer::Want { digest, offset };
    assert_eq!(said(want), [&[0xFE, 1], digest.0.as_slice(), &[2]].concat());
    let expected = [&[0xFE, 2], digest.0.as_slice(), b"\x02\x05olive"].concat();
    assert_eq!(said(chunk), expected);
}

#[test]
fn numbers_that_no_legislator_uses_are_refused() {
    let message = |number| Message::Refused {
        next_bal: BallotNumber(number),
    };
    let largest = wire::encode_message(message(LARGEST_NUMBER));
    assert!(wire::decode_message(&largest).is_ok());
    let larger = wire::encode_message(message(LARGEST_NUMBER + 1));
    assert!(wire::decode_message(&larger).is_err());
    let priest = [3, 1, 1, 64];
    assert!(wire::decode_message(&priest).is_err());
}

/// The longest frame has room for a LastVote with commands of this size, and not of a larger one.
#[test]
fn a_command_that_is_larger_than_a_client_may_send_is_refused() {
    let of = |length| Request {
        id: RequestId {
            client: 1,
            sequence: 1,
        },
        command: Command::Delete {
            key: vec![0; length],
        }
        .into(),
    };
    let at = DecreeNumber(1);
    let said = |length| {
        let (request, decree) = (of(length), Decree::Request(of(length)));
        let cast = Cast {
            number: BallotNumber(1),
            decree: decree.clone(),
        };
        let told = [Told::Passed(decree.clone()), Told::Voted(cast)];
        let told = told.map(|told| Message::LastVote {
            number: BallotNumber(1),
            life: None,
            above: DecreeNumber(0),
            through: None,
            told: [(at, told)].into(),
            missing: Vec::new(),
        });
        let others = [
            Message::Forwarded { request },
            Message::Success {
                at,
                decree: decree.clone(),
            },
            Message::BeginBallot {
                number: BallotNumber(1),
                at,
                decree,
                quorum: PriestSet::EMPTY,
                passed: DecreeNumber(0),
            },
        ];
        told.into_iter().chain(others)
    };
    for message in said(LARGEST_COMMAND) {
        assert_eq!(
            wire::decode_message(&wire::encode_message(message.clone())).unwrap(),
            message
        );
    }
    for message in said(LARGEST_COMMAND + 1) {
        let refused = wire::decode_message(&wire::encode_message(message));
        assert!(matches!(refused, Err(Malformed::TooLarge(_))));
    }
}

#[test]
fn a_decree_with_the_number_0_is_refused() {
    // `passed` tells that all decrees up to a number are passed. With `passed: 0`, that would include
    // a decree with the number 0.
    let begin_ballot = |at| {
        wire::encode_message(Message::BeginBallot {
            number: BallotNumber(3),
            at: DecreeNumber(at),
            decree: Decree::OliveDay,
            quorum: PriestSet::from_bits(1),
            passed: DecreeNumber(0),
        })
    };
    assert!(wire::decode_message(&begin_ballot(1)).is_ok());
    assert!(wire::decode_message(&begin_ballot(0)).is_err());
}

/// The bytes of each kind of message, which all nodes of this version must write.
#[test]
fn the_bytes_of_messages_do_not_change() {
    let (b, n) = (BallotNumber, DecreeNumber);
    let (number, at, decree) = (b(3), n(2), Decree::OliveDay);
    let vote = Cast {
        number: b(1),
        decree: Decree::OliveDay,
    };
    let said = |message| wire::encode_message(message);
    let known = n(4);
    let life = None;
    let next_ballot = Message::NextBallot {
        number,
        known,
        life,
    };
    assert_eq!(said(next_ballot), [0, 3, 4, 0]);
    let last_vote = Message::LastVote {
        number,
        life,
        above: n(0),
        through: None,
        told: [
            (n(300), Told::Voted(vote.clone())),
            (n(2), Told::Passed(Decree::OliveDay)),
        ]
        .into(),
        missing: vec![n(6), n(5)],
    };
    let told = [1, 3, 0, 0, 0, 2, 2, 0, 0, 0xac, 2, 1, 1, 0, 2, 6, 5];
    assert_eq!(said(last_vote), told);
    let begin_ballot = Message::BeginBallot {
        number,
        at,
        decree: decree.clone(),
        quorum: PriestSet::from_bits(5),
        passed: n(1),
    };
    assert_eq!(said(begin_ballot), [2, 3, 2, 0, 5, 1]);
    let priest = Priest::new(1).unwrap();
    assert_eq!(said(Message::Voted { number, at, priest }), [3, 3, 2, 1]);
    assert_eq!(said(Message::Success { at, decree }), [4, 2, 0]);
    assert_eq!(said(Message::Refused { next_bal: b(9) }), [5, 9]);
    for (next_bal, bytes) in [(None, &[6, 4, 0][..]), (Some(b(9)), &[6, 4, 1, 9])] {
        assert_eq!(said(Message::Present { known, next_bal }), bytes);
    }
    let above = n(8);
    let life = Some(Life(5));
    let next_part = Message::NextPart {
        number,
        above,
        life,
    };
    assert_eq!(said(next_part), [9, 3, 8, 1, 5]);
    let law = Law::restore(n(2), [LawEntry::State(Entry::Value([7].into(), [].into()))]);
    assert_eq!(said(Message::Snapshot { law }), [10, 2, 1, 0, 1, 7, 0]);
    let watches = [
        LawEntry::State(Entry::Watched([7].into(), 3)),
        LawEntry::State(Entry::LastWatch(4)),
        LawEntry::State(Entry::Deadline([7].into(), 5)),
        LawEntry::State(Entry::Time(4)),
    ];
    let law = Law::restore(n(2), watches);
    assert_eq!(
        said(Message::Snapshot { law }),
        [10, 2, 4, 2, 1, 7, 3, 3, 4, 4, 1, 7, 5, 5, 4]
    );
    assert_eq!(wire::encode_vote(vote), [1, 0]);
}

/// A command is written as these bytes.
fn has_bytes(command: Command, bytes: &[u8]) {
    let id = RequestId {
        client: 5,
        sequence: 300,
    };
    let forwarded = wire::encode_message(Message::Forwarded {
        request: Request {
            id,
            command: command.into(),
        },
    });
    assert_eq!(forwarded, [b"\x07\x05\xac\x02", bytes].concat());
}

/// The bytes of each command and condition, in messages and on disk.
#[test]
fn the_bytes_of_commands_do_not_change() {
    let key = || b"k".to_vec();
    let set = |condition| Command::Set {
        key: key(),
        value: b"vw".to_vec(),
        condition,
    };
    for (command, bytes) in [
        (Command::Get { key: key() }, &b"\x00\x01k"[..]),
        (set(Condition::Always), b"\x01\x01k\x02vw\x00"),
        (set(Condition::IfAbsent), b"\x01\x01k\x02vw\x01"),
        (set(Condition::IfPresent), b"\x01\x01k\x02vw\x02"),
        (set(Condition::IfEqual(key())), b"\x01\x01k\x02vw\x03\x01k"),
        (Command::Delete { key: key() }, b"\x02\x01k"),
        (Command::Increment { key: key(), by: -3 }, b"\x03\x01k\x05"),
    ] {
        has_bytes(command, bytes);
    }
    let declined = |why| {
        let id = RequestId {
            client: 1,
            sequence: 2,
        };
        wire::encode_message(Message::Declined { id, why })
    };
    for (why, index) in [
        (Declined::NoPresident, 0),
        (Declined::Full, 1),
        (Declined::Superseded, 2),
    ] {
        assert_eq!(declined(why), [8, 1, 2, index]);
    }
}

/// The bytes of the commands of format 4, and of those of many keys.
#[test]
fn the_bytes_of_later_commands_do_not_change() {
    let key = || b"k".to_vec();
    for (command, bytes) in [
        (
            Command::Exchange {
                key: key(),
                value: key(),
                condition: Condition::Always,
            },
            &b"\x04\x01k\x01k\x00"[..],
        ),
        (Command::Take { key: key() }, b"\x05\x01k"),
        (
            Command::Append {
                key: key(),
                value: b"vw".to_vec(),
            },
            b"\x06\x01k\x02vw",
        ),
        (Command::Length { key: key() }, b"\x07\x01k"),
        (Command::Count { keys: vec![key()] }, b"\x08\x01\x01k"),
        (
            Command::GetMany {
                keys: vec![key(); 2],
            },
            b"\x09\x02\x01k\x01k",
        ),
        (
            Command::SetMany {
                pairs: vec![(key(), b"vw".to_vec())],
                if_all_absent: true,
            },
            b"\x0a\x01\x01k\x02vw\x01",
        ),
        (Command::DeleteMany { keys: vec![key()] }, b"\x0b\x01\x01k"),
        (
            Command::Keys {
                after: Some(key()),
                most: 300,
            },
            b"\x0c\x01\x01k\xac\x02",
        ),
        (Command::Watch { keys: vec![key()] }, b"\x0d\x01\x01k"),
        (
            Command::Batch {
                commands: vec![Command::Get { key: key() }, Command::Take { key: key() }],
            },
            b"\x0e\x02\x00\x01k\x05\x01k",
        ),
        (
            Command::Transaction {
                watched: vec![(key(), 300)],
                commands: vec![Command::Get { key: key() }],
            },
            b"\x0f\x01\x01k\xac\x02\x01\x00\x01k",
        ),
        (Command::Tell { now: 300 }, b"\x10\xac\x02"),
        (
            Command::SetFor {
                key: key(),
                value: b"vw".to_vec(),
                condition: Condition::IfAbsent,
                lifetime: Lifetime::Keep,
                is_exchange: true,
            },
            b"\x11\x01k\x02vw\x01\x00\x01",
        ),
        (
            Command::Expire {
                key: key(),
                lifetime: Lifetime::For {
                    milliseconds: 7,
                    now: 300,
                },
            },
            b"\x12\x01k\x01\x07\xac\x02",
        ),
        (
            Command::Expire {
                key: key(),
                lifetime: Lifetime::Until { at: 300 },
            },
            b"\x12\x01k\x02\xac\x02",
        ),
        (
            Command::Expire {
                key: key(),
                lifetime: Lifetime::UntilFrom { at: 7, now: 300 },
            },
            b"\x12\x01k\x03\x07\xac\x02",
        ),
        (Command::Persist { key: key() }, b"\x13\x01k"),
        (Command::TimeLeft { key: key() }, b"\x14\x01k"),
    ] {
        has_bytes(command, bytes);
    }
}

/// The bytes of the commands that are new in formats 5 and 6.
#[test]
fn the_bytes_of_the_latest_commands_do_not_change() {
    let key = || b"k".to_vec();
    for (command, bytes) in [
        (Command::Deadline { key: key() }, &b"\x15\x01k"[..]),
        (
            Command::Expire {
                key: key(),
                lifetime: Lifetime::AtLeast {
                    milliseconds: 7,
                    now: 300,
                },
            },
            b"\x12\x01k\x04\x07\xac\x02",
        ),
        (
            Command::ExpireIf {
                key: key(),
                lifetime: Lifetime::Until { at: 300 },
                only: Only::Later,
            },
            b"\x16\x01k\x02\xac\x02\x02",
        ),
        (
            Command::GetFor {
                key: key(),
                lifetime: None,
            },
            b"\x17\x01k\x00",
        ),
        (
            Command::GetFor {
                key: key(),
                lifetime: Some(Lifetime::Until { at: 300 }),
            },
            b"\x17\x01k\x01\x02\xac\x02",
        ),
        (
            Command::Range {
                key: key(),
                start: 2,
                end: -1,
            },
            b"\x18\x01k\x04\x01",
        ),
        (
            Command::Overwrite {
                key: key(),
                at: 300,
                value: b"vw".to_vec(),
            },
            b"\x19\x01k\xac\x02\x02vw",
        ),
    ] {
        has_bytes(command, bytes);
    }
}

/// The bytes of each response, in snapshots.
#[test]
fn the_bytes_of_responses_do_not_change() {
    let value = || Some([b'v'].into());
    for (response, bytes) in [
        (Response::Value(None), &b"\x00\x00"[..]),
        (Response::Value(value()), b"\x00\x01\x01v"),
        (Response::Set(true), b"\x01\x01"),
        (Response::Deleted(false), b"\x02\x00"),
        (Response::Number(-3), b"\x03\x05"),
        (Response::NotANumber, b"\x04"),
        (Response::Overflow, b"\x05"),
        (
            Response::Values(vec![value(), None]),
            b"\x06\x02\x01\x01v\x00",
        ),
        (
            Response::Keys {
                keys: vec![[b'k'].into()],
                are_all: true,
            },
            b"\x07\x01\x01k\x01",
        ),
        (Response::Watched(vec![300]), b"\x08\x01\xac\x02"),
        (
            Response::Many([Response::NotANumber, Response::Set(true)].into()),
            b"\x09\x02\x01\x04\x02\x01\x01",
        ),
        (Response::Changed, b"\x0a"),
        (Response::TooLarge, b"\x0b"),
    ] {
        let entry = LawEntry::Answer(answer(response));
        let expected = [b"\x01\x05\x06\x07", bytes].concat();
        assert_eq!(wire::encode_law_entry(entry.clone()), expected);
        assert_eq!(wire::decode_law_entry(&expected), Ok(entry));
    }
}

/// An answer with the bytes 5, 6 and 7 before its response.
fn answer(response: Response) -> synod_node::Answer {
    synod_node::Answer {
        id: RequestId {
            client: 5,
            sequence: 6,
        },
        number: DecreeNumber(7),
        response,
    }
}

/// Bytes from outside could nest without end, and decoding them would take all of the stack.
#[test]
fn commands_and_responses_in_each_other_are_refused_however_deep() {
    for depth in [1, 100_000] {
        let nested = b"\x0e\x01".repeat(depth);
        let bytes = [b"\x07\x05\x06\x0e\x01", &nested[..], b"\x0e\x00"].concat();
        let refused = wire::decode_message(&bytes);
        assert!(matches!(refused, Err(Malformed::Format(_))), "{refused:?}");
    }
    let many = Response::Many([Response::Many([].into())].into());
    let bytes = wire::encode_law_entry(LawEntry::Answer(answer(many)));
    assert_eq!(wire::decode_law_entry(&bytes), Err(Malformed::Nested));
}
