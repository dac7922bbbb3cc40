//! Which run specs of a parliament are read, and which are refused with which error.

use synod_specs::{RunSpec, SpecError, parse};

const GOOD: &str = r#"
about = "A claim."
protocol = "parliament"
priests = 3
requests = ["write a", "read"]
"#;

/// The good spec with these lines added.
fn with(lines: &str) -> Result<RunSpec, SpecError> {
    parse(&format!("{GOOD}{lines}\n"))
}

/// The error about the good spec with this line added: the text at its place, the message and the
/// help.
fn refused(line: &str) -> [String; 3] {
    let text = format!("{GOOD}{line}\n");
    let error = parse(&text).err().expect(line);
    [text[error.span].to_owned(), error.message, error.help]
}

/// The same about the good spec with these requests.
fn refused_requests(requests: &str) -> [String; 3] {
    let text = GOOD.replace("[\"write a\", \"read\"]", requests);
    let error = parse(&text).err().expect(requests);
    [text[error.span].to_owned(), error.message, error.help]
}

#[test]
fn keys_that_are_left_out_have_defaults() {
    let spec = with("").ok().unwrap();
    assert_eq!(
        spec.bounds,
        "3 priests, ballots 0 1 2, decree numbers 1 2, requests \"write a\" \"read\""
    );
}

#[test]
fn every_key_is_read() {
    let spec = with(
        "tryers = [1, 2]\nattempts = 2\nnumbers = 3\nretries = true\nin_flight = 2\nwaiting = 1\n\
         batch = 2\norder = \"any\"\nvoted_to = \"everybody\"\nlinearizability = true\n\
         crashes = 1\nreductions = [\"useless messages\", \"weaker crashes\"]",
    );
    assert_eq!(
        spec.ok().unwrap().bounds,
        "3 priests, ballots 0 1 3 4, 1 crash, decree numbers 1 2 3, requests \"write a\" \"read\", \
         2 in flight, 1 waiting, 2 sent at once, asked of everybody, votes in any order, Voted to everybody, \
         without useless messages, without weaker crashes, clients remembered"
    );
    let spec = with("asked = [3, 1]\nnumbers = 1");
    assert_eq!(
        spec.ok().unwrap().bounds,
        "3 priests, ballots 0 1 2, decree number 1, requests \"write a\" \"read\", asked of Γ Α"
    );
}

#[test]
fn a_wrong_type_is_refused_with_an_example() {
    for line in [
        "numbers = \"2\"",
        "numbers = -1",
        "in_flight = 1.5",
        "waiting = true",
        "batch = []",
        "asked = 1",
        "asked = [\"1\", \"2\"]",
        "retries = 1",
        "linearizability = \"yes\"",
        "order = 1",
        "voted_to = [\"everybody\"]",
        "reductions = \"weaker crashes\"",
        "reductions = [1]",
        "crashes = \"1\"",
    ] {
        let (key, value) = line.split_once(" = ").unwrap();
        let [at, message, help] = refused(line);
        assert!(value.contains(&at), "{line}: {at}");
        assert!(message.starts_with(&format!("`{key}` takes ")), "{message}");
        assert!(help.contains(&format!("`{key} = ")), "{help}");
    }
}

#[test]
fn a_choice_that_does_not_exist_is_refused_with_those_that_do() {
    for (key, value, choices) in [
        ("order", "\"descending\"", "use \"any\" or \"ascending\""),
        (
            "voted_to",
            "\"nobody\"",
            "use \"president\" or \"everybody\"",
        ),
    ] {
        let expected = [
            value.to_owned(),
            format!("`{key}` cannot be {value}"),
            choices.to_owned(),
        ];
        assert_eq!(refused(&format!("{key} = {value}")), expected);
    }
    for (reduction, help) in [
        ("crashes", "did you mean \"weaker crashes\"?"),
        ("es", "use \"useless messages\" or \"weaker crashes\""),
    ] {
        assert_eq!(
            refused(&format!(
                "reductions = [\"useless messages\", \"{reduction}\"]"
            )),
            [
                format!("\"{reduction}\""),
                format!("`reductions` cannot be \"{reduction}\""),
                help.to_owned(),
            ]
        );
    }
    let [at, message, help] = refused("mutant = \"recover without nextBal\"");
    assert_eq!(at, "\"recover without nextBal\"");
    assert!(message.contains("there is no mutant"), "{message}");
    assert!(help.contains("\"a gap is skipped\""), "{help}");
}

#[test]
fn impossible_settings_are_refused_at_their_place() {
    for (line, at, message, help) in [
        (
            "numbers = 0",
            "0",
            "`numbers` is 0",
            "it must be at least 1",
        ),
        (
            "in_flight = 0",
            "0",
            "`in_flight` is 0",
            "it must be at least 1",
        ),
        ("batch = 0", "0", "`batch` is 0", "it must be at least 1"),
        ("numbers = 5", "5", "`numbers` is 5", "it must be 1 to 4"),
        (
            "asked = [1]",
            "[1]",
            "`asked` names 1 legislator for 2 requests",
            "name one legislator for each request, in their order",
        ),
        (
            "asked = [1, 4]",
            "[1, 4]",
            "`asked` names legislator 4, who does not exist",
            "the legislators are 1 to 3",
        ),
        (
            "asked = [0, 1]",
            "[0, 1]",
            "`asked` names legislator 0, who does not exist",
            "the legislators are 1 to 3",
        ),
        (
            "asked = [1, 1]\nretries = true",
            "[1, 1]",
            "with `retries` every legislator may be asked for every request",
            "leave out `asked`, or `retries`",
        ),
        (
            "mutant = \"a gap is skipped\"\nreductions = [\"weaker crashes\"]",
            "[\"weaker crashes\"]",
            "`reductions` are not for mutants",
            "leave it out: a mutant breaks the rules on which they rest",
        ),
        (
            "reductions = [\"weaker crashes\"]",
            "[\"weaker crashes\"]",
            "\"weaker crashes\" has no effect without crashes",
            "leave it out, or add a line `crashes = 1`",
        ),
    ] {
        assert_eq!(refused(line), [at, message, help], "{line}");
    }
    assert!(with("waiting = 0").is_ok());
    let [_, message, help] = refused("mutant = \"Voted sent before the vote is recorded\"");
    assert!(message.contains("Voted sent before"), "{message}");
    assert_eq!(help, "add a line `crashes = 1`");
}

#[test]
fn requests_that_a_register_does_not_have_are_refused() {
    let [at, message, help] = refused_requests("[\"write a\", \"erase\"]");
    assert_eq!(at, "[\"write a\", \"erase\"]");
    assert_eq!(message, "\"erase\" is no request to a register");
    assert!(
        help.starts_with("ask it to \"read\", \"write x\""),
        "{help}"
    );
    assert_eq!(
        refused_requests("[]"),
        ["[]", "0 requests", "it must be 1 to 6"]
    );
    let text = GOOD.replace("requests = [\"write a\", \"read\"]\n", "");
    let error = parse(&text).err().unwrap();
    assert_eq!(error.message, "`requests` is missing");
    assert!(error.help.contains("`requests = "), "{}", error.help);
}

#[test]
fn keys_of_the_synod_are_refused_for_a_parliament_and_the_other_way_round() {
    for line in ["decrees = [\"a\"]", "ballots = 2", "forgetful = true"] {
        let key = line.split(' ').next().unwrap();
        let [_, message, _] = refused(line);
        assert_eq!(
            message,
            format!("`{key}` is not for protocol \"parliament\"")
        );
    }
    let complete = GOOD
        .replace("parliament", "complete")
        .replace("requests = [\"write a\", \"read\"]", "decrees = [\"a\"]");
    for line in [
        "requests = [\"read\"]",
        "asked = [1]",
        "retries = true",
        "numbers = 1",
        "in_flight = 1",
        "waiting = 1",
        "batch = 1",
        "order = \"any\"",
        "voted_to = \"everybody\"",
        "linearizability = true",
    ] {
        let key = line.split(' ').next().unwrap();
        let error = parse(&format!("{complete}{line}\n")).err().expect(line);
        assert_eq!(
            error.message,
            format!("`{key}` is not for protocol \"complete\"")
        );
        assert_eq!(
            error.help,
            "leave it out: it is for protocol \"parliament\""
        );
    }
    let error = parse(&format!("{complete}reductions = []\n"))
        .err()
        .unwrap();
    assert_eq!(
        error.message,
        "`reductions` is not for protocol \"complete\""
    );
}
