//! A trace is read as it was written, also after its process was killed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test may fail like the test itself"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use synod_math::{BallotNumber, Cast, Priest, PriestSet};
use synod_protocol::output::Action as Of;
use synod_protocol::parliament::{DecreeNumber, Law, Request, RequestId, Slip};
use synod_protocol::state_machine::map::{Condition, Lifetime, Only};
use synod_trace::{
    Action, Command, Decree, Entry, Event, Identity, Ledger, ParseError, Reader, Trace, TraceError,
    TraceOptions, files,
};

const AT: DecreeNumber = DecreeNumber(7);
const B: BallotNumber = BallotNumber(4);

fn identity() -> Identity {
    Identity {
        cluster: "paxos".to_owned(),
        me: priest(1),
        legislators: 3,
    }
}

fn priest(index: usize) -> Priest {
    Priest::new(index).unwrap()
}

fn quorum() -> PriestSet {
    [priest(0), priest(2)].into_iter().collect()
}

fn request(command: Command) -> Decree {
    let id = RequestId {
        client: u64::MAX,
        sequence: 3,
    };
    Decree::Request(Request {
        id,
        command: command.into(),
    })
}

/// A decree of every kind, with keys that are UTF-8 and keys that are not.
fn decrees() -> Vec<Decree> {
    let (text, bytes) = ("key \"1\"\n".as_bytes().to_vec(), vec![0xff, 0, 7]);
    let set = |condition| Command::Set {
        key: text.clone(),
        value: bytes.clone(),
        condition,
    };
    let commands = [
        Command::Get { key: bytes.clone() },
        set(Condition::Always),
        set(Condition::IfAbsent),
        set(Condition::IfPresent),
        set(Condition::IfEqual(bytes.clone())),
        Command::Delete { key: text.clone() },
        Command::Increment {
            key: text.clone(),
            by: i64::MIN,
        },
    ];
    let mut commands = commands.to_vec();
    commands.extend(commands_of_many(&text, &bytes));
    let watched = vec![(text, 7), (bytes, u64::MAX)];
    let batch = Command::Batch {
        commands: commands.clone(),
    };
    let transaction = Command::Transaction {
        watched,
        commands: commands.clone(),
    };
    commands.extend([batch, transaction]);
    let mut decrees = vec![Decree::OliveDay];
    decrees.extend(commands.into_iter().map(request));
    decrees
}

/// The commands that came later.
fn commands_of_many(text: &[u8], bytes: &[u8]) -> Vec<Command> {
    let (key, value) = (text.to_vec(), bytes.to_vec());
    let keys = vec![key.clone(), value.clone()];
    vec![
        Command::Exchange {
            key: key.clone(),
            value: value.clone(),
            condition: Condition::IfEqual(value.clone()),
        },
        Command::Take { key: key.clone() },
        Command::Append {
            key: key.clone(),
            value: value.clone(),
        },
        Command::Length { key: key.clone() },
        Command::Count { keys: keys.clone() },
        Command::GetMany { keys: keys.clone() },
        Command::SetMany {
            pairs: vec![(key.clone(), value.clone()), (value.clone(), key.clone())],
            if_all_absent: true,
        },
        Command::DeleteMany { keys: keys.clone() },
        Command::Keys {
            after: None,
            most: 7,
        },
        Command::Keys {
            after: Some(value),
            most: u32::MAX,
        },
        Command::Watch { keys },
        Command::Tell { now: u64::MAX },
        Command::SetFor {
            key: key.clone(),
            value: key.clone(),
            condition: Condition::IfAbsent,
            lifetime: Lifetime::Keep,
            is_exchange: true,
        },
        Command::Expire {
            key: key.clone(),
            lifetime: Lifetime::For {
                milliseconds: 1,
                now: 2,
            },
        },
        Command::Expire {
            key: key.clone(),
            lifetime: Lifetime::Until { at: 3 },
        },
        Command::Expire {
            key: key.clone(),
            lifetime: Lifetime::UntilFrom { at: 3, now: 2 },
        },
        Command::Expire {
            key: key.clone(),
            lifetime: Lifetime::AtLeast {
                milliseconds: 1,
                now: 2,
            },
        },
        Command::Persist { key: key.clone() },
        Command::TimeLeft { key: key.clone() },
        Command::Deadline { key: key.clone() },
        Command::ExpireIf {
            key: key.clone(),
            lifetime: Lifetime::Until { at: 3 },
            only: Only::EarlierThanOne,
        },
        Command::GetFor {
            key: key.clone(),
            lifetime: None,
        },
        Command::GetFor {
            key: key.clone(),
            lifetime: Some(Lifetime::Until { at: 3 }),
        },
        Command::Range {
            key: key.clone(),
            start: 0,
            end: -1,
        },
        Command::Overwrite {
            at: u32::MAX,
            value: key.clone(),
            key,
        },
    ]
}

/// Every action that legislators name.
fn actions() -> Vec<Action> {
    let votes = decrees().into_iter().enumerate();
    let votes: BTreeMap<_, _> = votes
        .map(|(at, decree)| (DecreeNumber(at as u64), Cast { number: B, decree }))
        .collect();
    let mut actions = vec![
        Action::Everywhere(Of::TryNewBallot(B)),
        Action::Everywhere(Of::SendNextBallot),
        Action::Everywhere(Of::ReceiveNextBallot(B)),
        Action::SendLastVote {
            above: AT,
            through: None,
        },
        Action::SendSnapshot { through: AT },
        Action::ReceiveSnapshot { through: AT },
        Action::ReceiveLastVote {
            through: Some(AT),
            number: B,
            priest: priest(2),
            above: AT,
            votes: Arc::new(votes),
            passed: BTreeSet::from([AT, AT.next()]),
        },
        Action::At(AT, Of::SendBeginBallot),
        Action::At(AT, Of::SendVoted),
        Action::At(AT, Of::ReceiveVoted(B, priest(0))),
        Action::At(AT, Of::Succeed),
        Action::At(AT, Of::SendSuccess),
        Action::At(AT, Of::LearnFromVotes),
    ];
    for decree in decrees() {
        actions.extend([
            Action::At(AT, Of::StartPolling(quorum(), decree.clone())),
            Action::At(AT, Of::ReceiveBeginBallot(B, decree.clone(), quorum())),
            Action::At(AT, Of::ReceiveSuccess(decree)),
        ]);
    }
    actions
}

fn ledger() -> Ledger {
    let mut ledger = Ledger::new();
    ledger.last_tried = Some(B);
    ledger.next_bal = Some(B);
    let decrees = decrees().into_iter().enumerate();
    let numbered = decrees.map(|(at, decree)| (DecreeNumber(at as u64 + 1), decree));
    // The law, a gap at number 4, and decrees beyond the gap.
    ledger.decrees = numbered.filter(|(at, _)| at.0 != 4).collect();
    let decree = Decree::OliveDay;
    let vote = Cast { number: B, decree };
    ledger.votes.insert(DecreeNumber(4), vote);
    ledger
}

fn write(folder: &Path, actions: &[Action]) {
    let options = TraceOptions::within(folder);
    let mut trace = Trace::open(&options, &identity(), &ledger()).unwrap();
    trace.write(actions.iter()).unwrap();
}

fn read(folder: &Path) -> Result<(Vec<Entry>, u64), TraceError> {
    let mut reader = Reader::open(&folder.join(synod_trace::FILE), u64::MAX)?;
    let mut entries = Vec::new();
    while let Some(line) = reader.next_line()? {
        entries.push(line.entry);
    }
    Ok((entries, reader.torn()))
}

fn append(folder: &Path, bytes: &[u8]) {
    let file = folder.join(synod_trace::FILE);
    let mut file = OpenOptions::new().append(true).open(file).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn actions_are_read_as_they_were_written() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &actions());
    let (entries, torn) = read(folder.path()).unwrap();
    assert_eq!(torn, 0);
    for (position, entry) in entries.iter().enumerate() {
        let line = position as u64 + 1;
        assert_eq!((entry.line, entry.node), (line, identity().me));
    }
    let Event::Recover(recovered) = &entries[0].event else {
        panic!("the first line of a life is Recover");
    };
    let known = DecreeNumber(3);
    assert_eq!((&recovered.identity, recovered.known), (&identity(), known));
    let mut beyond = ledger();
    beyond.decrees = beyond.decrees.split_off(&known.next());
    assert_eq!(recovered.ledger, beyond);
    assert!(recovered.has_passed(known) && !recovered.has_passed(known.next()));
    let did = entries[1..].iter().map(|entry| match &entry.event {
        Event::Did(action) => action.clone(),
        other => panic!("the trace has a second life, or file: {other:?}"),
    });
    assert_eq!(did.collect::<Vec<_>>(), actions());
}

#[test]
fn a_full_file_gets_a_number_and_the_next_says_where_the_legislator_stands() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = TraceOptions::within(folder.path());
    (options.file_size, options.files) = (1000, Some(2));
    let mut trace = Trace::open(&options, &identity(), &ledger()).unwrap();
    for _ in 0..5 {
        trace.write(actions().iter()).unwrap();
        trace.turn(&ledger(), &Slip::Idle).unwrap();
        let trying = Slip::Trying {
            answers: BTreeMap::new(),
            parts: BTreeMap::new(),
        };
        trace.turn(&ledger(), &trying).unwrap();
    }
    let full = files::full(&options.file).unwrap();
    assert_eq!(full.keys().copied().collect::<Vec<_>>(), [4, 5]);
    let all = files::open(&options.file).unwrap();
    let numbers: Vec<_> = all.iter().map(|(number, ..)| *number).collect();
    assert_eq!(numbers, [4, 5, 6]);
    let mut count = None;
    for (_, file, opened) in all {
        let mut reader = Reader::of(&file, opened, u64::MAX);
        let first = reader.next_line().unwrap().unwrap();
        let Event::Continue(now) = first.entry.event else {
            panic!("the first line of a file is Continue");
        };
        assert_eq!((now.recovered.known, now.presided), (DecreeNumber(3), None));
        // The lines are numbered through all files.
        assert!(count.is_none_or(|last: u64| last + 1 == first.entry.line));
        count = Some(first.entry.line);
        while let Some(line) = reader.next_line().unwrap() {
            count = Some(line.entry.line);
        }
    }
}

/// A ledger with the decrees up to `last`; those up to `cut` are cut off.
fn cut_ledger(cut: u64, last: u64) -> Ledger {
    let mut ledger = Ledger::new();
    let numbers = (cut + 1..=last).map(DecreeNumber);
    ledger.decrees = numbers.map(|at| (at, Decree::OliveDay)).collect();
    ledger.snapshot = Law::restore(DecreeNumber(cut), []);
    ledger
}

#[test]
fn full_files_below_the_cut_of_the_ledger_are_removed_if_that_is_asked_for() {
    let kept = |is_cut: bool| {
        let folder = tempfile::tempdir().unwrap();
        let mut options = TraceOptions::within(folder.path());
        (options.file_size, options.is_cut) = (1000, is_cut);
        let mut kept = Vec::new();
        for life in [
            &[(0, 10), (0, 20), (15, 30)][..],
            &[(15, 40), (35, 50), (60, 70)],
        ] {
            let before = cut_ledger(life[0].0, life[0].1);
            let mut trace = Trace::open(&options, &identity(), &before).unwrap();
            for (cut, last) in life {
                trace.write(actions().iter()).unwrap();
                trace.turn(&cut_ledger(*cut, *last), &Slip::Idle).unwrap();
                let full = files::full(&options.file).unwrap();
                kept.push(full.into_keys().collect::<Vec<_>>());
            }
        }
        kept
    };
    let all: Vec<_> = (1..=6).map(|last| (1..=last).collect::<Vec<_>>()).collect();
    assert_eq!(kept(false), all);
    // The first file ended with decree 10. The new life began with decree 40, so that its own
    // cut does not tell that the files before it lie below.
    let some = [&[1][..], &[1, 2], &[2, 3], &[2, 3, 4], &[2, 3, 4, 5], &[6]];
    assert_eq!(kept(true), some);
}

#[test]
fn a_line_that_was_cut_off_is_ended_by_the_next_life() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &actions());
    let lines = read(folder.path()).unwrap().0.len();
    append(folder.path(), br#"{"line":40,"node":2,"act"#);
    let of_one_life = read(folder.path()).unwrap();
    assert_eq!((of_one_life.0.len(), of_one_life.1), (lines, 0));
    write(folder.path(), &actions());
    let (entries, torn) = read(folder.path()).unwrap();
    assert_eq!((entries.len(), torn), (2 * lines, 1));
}

#[test]
fn a_line_that_was_not_cut_off_and_cannot_be_decoded_is_refused() {
    for (line, why) in [
        ("nonsense", "not a line of a trace"),
        (
            r#"{"line":1,"node":1,"action":"Succeed"}"#,
            "a line of Succeed without `at`",
        ),
        (
            r#"{"line":1,"node":0,"action":"Send NextBallot"}"#,
            "there is no legislator 0",
        ),
        (
            r#"{"line":1,"node":1,"action":"Recover","schema":2}"#,
            "schema 2; this program reads and writes 1",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &[]);
        append(folder.path(), line.as_bytes());
        append(folder.path(), b"\n");
        let error = read(folder.path()).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        assert!(matches!(error, TraceError::Line { line: 2, .. }));
    }
}

/// Other programs read traces. This line is the format that they rely on.
#[test]
fn a_line_is_an_object_with_the_names_of_a_1() {
    let folder = tempfile::tempdir().unwrap();
    let polling = Of::StartPolling(quorum(), request(Command::Get { key: vec![0xff] }));
    write(folder.path(), &[Action::At(AT, polling)]);
    let text = fs::read_to_string(folder.path().join(synod_trace::FILE)).unwrap();
    assert_eq!(
        text.lines().nth(1).unwrap(),
        r#"{"line":2,"node":2,"at":7,"action":"Start Polling","quorum":[1,3],"decree":{"request":{"client":18446744073709551615,"sequence":3,"command":{"get":{"key":{"hex":"ff"}}}}}}"#
    );
    let empty = synod_trace::parse::parse(b"{}");
    assert!(matches!(empty, Err(ParseError::Json(_))));
}
