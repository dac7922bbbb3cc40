//! §4: the law of a ledger, and the commands of texts.

use std::collections::BTreeMap;
use synod_models::parliament::law::{Law, carried_out, law_of};
use synod_models::parliament::setting::{Command, Commands, Decree, MAX_REQUESTS, RequestError};
use synod_protocol::parliament::DecreeNumber;

fn read(texts: &[&str]) -> Result<Commands, RequestError> {
    let texts: Vec<_> = texts.iter().map(|&text| text.to_owned()).collect();
    Commands::parse(&texts)
}

/// The decrees that grant these requests, in their order.
fn granting(texts: &[&str]) -> Vec<Decree> {
    let commands = read(texts).unwrap();
    commands.requests().map(Decree::Request).collect()
}

/// A ledger with these decrees at these numbers.
fn ledger<const N: usize>(decrees: [(u64, Decree); N]) -> BTreeMap<DecreeNumber, Decree> {
    let numbered = decrees.map(|(number, decree)| (DecreeNumber(number), decree));
    numbered.into()
}

/// The number of decrees of a law, and the value of the register.
fn contents(law: Law) -> (u64, Option<u8>) {
    (law.through.0, law.state.value)
}

#[test]
fn a_gap_stops_the_law() {
    let [a, b] = granting(&["write a", "write b"])[..] else {
        unreachable!()
    };
    assert_eq!(contents(law_of(&ledger([]))), (0, None));
    assert_eq!(contents(law_of(&ledger([(2, a)]))), (0, None));
    assert_eq!(contents(law_of(&ledger([(1, a), (3, b)]))), (1, Some(0)));
    let whole = ledger([(1, a), (2, Decree::OliveDay), (3, b)]);
    assert_eq!(contents(law_of(&whole)), (3, Some(1)));
}

#[test]
fn a_request_that_was_granted_twice_is_carried_out_once() {
    let [a, b] = granting(&["write a", "write b"])[..] else {
        unreachable!()
    };
    assert_eq!(contents(carried_out([a, b, a].iter())), (3, Some(1)));
    let twice = ledger([(1, a), (2, b), (3, a)]);
    assert_eq!(contents(law_of(&twice)), (3, Some(1)));
    // The same command from two clients is two requests.
    let [a, b, again] = granting(&["write a", "write b", "write a"])[..] else {
        unreachable!()
    };
    assert_eq!(contents(carried_out([a, b, again].iter())), (3, Some(0)));
}

#[test]
fn a_swap_writes_only_if_the_register_is_as_expected() {
    let swaps = granting(&["swap nothing a", "swap b c", "swap a b"]);
    let after = |count: usize| contents(carried_out(swaps[..count].iter()));
    // The values are numbered as they come: a, b, c.
    assert_eq!(after(1), (1, Some(0)));
    assert_eq!(after(2), (2, Some(0)));
    assert_eq!(after(3), (3, Some(1)));
}

#[test]
fn commands_are_read_from_texts() {
    let commands = read(&["read", "write x", " swap  x y ", "swap nothing x"]).unwrap();
    let expected = [
        Command::Read,
        Command::Write(0),
        Command::CompareAndSet {
            expected: Some(0),
            new: 1,
        },
        Command::CompareAndSet {
            expected: None,
            new: 0,
        },
    ];
    assert_eq!(commands.commands, expected);
    assert_eq!(commands.values, ["x", "y"]);
}

#[test]
fn no_two_requests_have_the_same_name() {
    let commands = read(&["read", "write x", "read", "read"]).unwrap();
    assert_eq!(commands.names, ["read", "write x", "read (2)", "read (3)"]);
    let decrees = commands.decrees();
    assert_eq!(
        decrees,
        ["the olive day", "read", "write x", "read (2)", "read (3)"]
    );
}

#[test]
fn a_text_that_is_not_a_command_is_refused() {
    for text in [
        "",
        "write",
        "write a b",
        "swap a",
        "swap a b c",
        "Read",
        "erase",
    ] {
        let unknown = RequestError::Unknown(text.to_owned());
        assert_eq!(read(&[text]), Err(unknown), "{text:?}");
    }
    assert_eq!(read(&[]), Err(RequestError::Count(0)));
    let many = vec!["read"; MAX_REQUESTS + 1];
    assert_eq!(read(&many), Err(RequestError::Count(MAX_REQUESTS + 1)));
    assert!(read(&many[1..]).is_ok());
}
