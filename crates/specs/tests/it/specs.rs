//! Which run specs are read, and which are refused with which error.

use synod_specs::{Expect, PROTOCOLS, Size, SpecError, parse};

const GOOD: &str = r#"
about = "A claim."
protocol = "basic"
priests = 2
decrees = ["a"]
"#;

/// The good spec with this line added.
fn with(line: &str) -> Result<synod_specs::RunSpec, SpecError> {
    parse(&format!("{GOOD}{line}\n"))
}

/// The error about the good spec with one line replaced: the text at its place, the message and
/// the help.
fn refused(from: &str, to: &str) -> (String, String, String) {
    assert!(GOOD.contains(from));
    let text = GOOD.replace(from, to);
    let error = parse(&text).err().expect("it is refused");
    (text[error.span].to_owned(), error.message, error.help)
}

fn refused_line(line: &str) -> (String, String, String) {
    refused(
        "decrees = [\"a\"]\n",
        &format!("decrees = [\"a\"]\n{line}\n"),
    )
}

fn words(text: (String, String, String)) -> [String; 3] {
    [text.0, text.1, text.2]
}

#[test]
fn keys_that_are_left_out_have_defaults() {
    let spec = parse(GOOD).ok().unwrap();
    assert_eq!(spec.size, Size::Small);
    assert_eq!(spec.bounds, "2 priests, ballots 0 1, decree a");
    assert_eq!(spec.expect, Expect::HOLDS);
}

#[test]
fn every_key_is_read() {
    let spec = with(
        "tryers = [2]\nattempts = 2\nquorums = { weights = [2, 1] }\nforgetful = true\n\
         mutant = \"nextBal forgotten with the slip\"\nsize = \"large\"\n\
         [expect]\nverdict = \"violated\"\nproperty = \"I7\"\nlength = 5\n\
         holds = [\"I1\"]",
    );
    let spec = spec.ok().unwrap();
    assert_eq!(
        spec.bounds,
        "2 priests, ballots 1 3, decree a, weights 2 1, forgetful"
    );
    assert_eq!(spec.size, Size::Large);
    assert_eq!(spec.mutant, Some("nextBal forgotten with the slip"));
    let expect = Expect::Violated {
        property: "I7".to_owned(),
        length: Some(5),
        holds: vec!["I1".to_owned()],
    };
    assert_eq!(spec.expect, expect);
}

#[test]
fn the_complete_protocol_has_crashes_and_mutants_of_its_own() {
    let complete = GOOD.replace("basic", "complete");
    let spec = parse(&format!(
        "{complete}crashes = 2\nmutant = \"recover without nextBal\"\n"
    ));
    let spec = spec.ok().unwrap();
    assert_eq!(spec.bounds, "2 priests, ballots 0 1, decree a, 2 crashes");
    assert_eq!(spec.mutant, Some("recover without nextBal"));
}

#[test]
fn the_complete_protocol_refuses_a_decree_that_no_tryer_proposes() {
    let two = GOOD
        .replace("basic", "complete")
        .replace(r#"["a"]"#, r#"["a", "b"]"#);
    let spec = parse(&two).ok().unwrap();
    assert_eq!(spec.bounds, "2 priests, ballots 0 1, decrees a b");
    let error = parse(&format!("{two}tryers = [1]\n")).err().unwrap();
    assert_eq!(&two[error.span.clone()], r#"["a", "b"]"#);
    assert!(
        error.message.starts_with("nobody proposes \"b\""),
        "{error}"
    );
    assert!(error.help.starts_with("add 2 to `tryers`"), "{error}");
    let three = two.replace("\"b\"", "\"b\", \"c\"");
    let error = parse(&three).err().unwrap();
    assert!(
        error.message.contains("more decrees than priests"),
        "{error}"
    );
}

#[test]
fn an_unknown_key_is_refused_with_the_one_that_was_meant() {
    assert_eq!(
        words(refused("priests = 2", "preists = 2")),
        [
            "preists",
            "unknown key `preists`",
            "did you mean `priests`?"
        ]
    );
    let (_, message, help) = refused_line("colour = \"red\"");
    assert_eq!(message, "unknown key `colour`");
    assert!(
        help.starts_with("the keys are about, protocol, priests"),
        "{help}"
    );
    assert!(
        !help.contains("crashes"),
        "a key of other protocols: {help}"
    );
}

#[test]
fn a_wrong_type_is_refused_with_an_example() {
    assert_eq!(
        words(refused("priests = 2", "priests = \"two\"")),
        [
            "\"two\"",
            "`priests` takes a whole number, not negative; this is a string",
            "write it like `priests = 3`"
        ]
    );
    for (from, to) in [
        ("priests = 2", "priests = -1"),
        ("priests = 2", "priests = 2.5"),
        ("decrees = [\"a\"]", "decrees = \"a\""),
        ("decrees = [\"a\"]", "decrees = [1]"),
        ("about = \"A claim.\"", "about = 1979-05-27"),
    ] {
        let (at, message, _) = refused(from, to);
        assert!(message.contains(" takes "), "{message}");
        assert!(to.contains(&at));
    }
}

#[test]
fn impossible_bounds_are_refused_at_their_place() {
    for (from, to, at, message) in [
        ("priests = 2", "priests = 0", "0", "0 priests"),
        ("priests = 2", "priests = 6", "6", "6 priests"),
        ("decrees = [\"a\"]", "decrees = []", "[]", "0 decrees"),
        (
            "decrees = [\"a\"]",
            "decrees = [\"a\", \"a\"]",
            "[\"a\", \"a\"]",
            "decree \"a\" is named twice",
        ),
        (
            "decrees = [\"a\"]",
            "decrees = [\" \"]",
            "[\" \"]",
            "a decree has no name that can be shown",
        ),
    ] {
        let (found_at, found, _) = refused(from, to);
        assert_eq!((found_at.as_str(), found.as_str()), (at, message));
    }
    // Characters that move the text beside them, or cannot be written in a report.
    for character in [
        "\\u001b",
        "\\u202e",
        "\\u2066",
        "\\ufeff",
        "\\uffff",
        "\\U0010FFFE",
    ] {
        let named = format!("decrees = [\"a{character}\"]");
        let (_, found, _) = refused("decrees = [\"a\"]", &named);
        assert_eq!(found, "a decree has no name that can be shown");
    }
    for (line, at, message) in [
        ("tryers = []", "[]", "nobody may start ballots"),
        ("tryers = [3]", "[3]", "tryer 3 is not a priest"),
        ("tryers = [0]", "[0]", "tryer 0 is not a priest"),
        ("tryers = [1, 1]", "[1, 1]", "tryer 1 is named twice"),
        ("attempts = 0", "0", "0 attempts"),
        (
            "attempts = 9223372036854775807",
            "9223372036854775807",
            "the tryers may start 18446744073709551614 ballots in all",
        ),
        (
            "quorums = { weights = [1] }",
            "{ weights = [1] }",
            "1 weights for 2 priests",
        ),
        (
            "quorums = { weights = [0, 0] }",
            "{ weights = [0, 0] }",
            "all `weights` are 0: no set of priests has more than half of the weight",
        ),
        (
            "quorums = { weight = [1, 1] }",
            "weight",
            "unknown key `weight`",
        ),
        (
            "quorums = \"all\"",
            "\"all\"",
            "`quorums` takes \"majority\" or weights; this is a string",
        ),
    ] {
        let (found_at, found, _) = refused_line(line);
        assert_eq!((found_at.as_str(), found.as_str()), (at, message), "{line}");
    }
}

#[test]
fn bounds_for_which_a_state_has_no_room_are_refused() {
    let (at, message, _) = refused("priests = 2\n", "priests = 5\nattempts = 3\n");
    assert_eq!(at, "5");
    assert!(
        message.starts_with("these bounds need room for"),
        "{message}"
    );
}

#[test]
fn a_missing_key_is_named_with_an_example() {
    for key in ["about", "protocol", "priests", "decrees"] {
        let others: Vec<_> = GOOD.lines().filter(|line| !line.starts_with(key)).collect();
        let text = others.join("\n");
        let error = parse(&text).err().expect("it is refused");
        assert_eq!(error.message, format!("`{key}` is missing"));
        assert!(error.help.contains(&format!("`{key} = ")), "{}", error.help);
    }
}

#[test]
fn names_that_do_not_exist_are_refused_with_those_that_do() {
    let [at, message, help] = words(refused("protocol = \"basic\"", "protocol = \"raft\""));
    assert_eq!(
        (at.as_str(), message.as_str()),
        ("\"raft\"", "`protocol` cannot be \"raft\"")
    );
    assert!(help.starts_with("use \"preliminary\", \"basic\", "));
    for protocol in PROTOCOLS {
        assert!(help.contains(&format!("{:?}", protocol.name)), "{help}");
    }
    let (_, message, help) = refused_line("mutant = \"two\"");
    assert_eq!(message, "there is no mutant \"two\" of this protocol");
    assert!(help.contains("\"two decrees in one ballot\""), "{help}");
    let (_, message, help) = refused_line("[expect]\nverdict = \"violated\"\nproperty = \"I8\"");
    assert_eq!(message, "`property` cannot be \"I8\"");
    assert!(help.contains("\"I7\""), "{help}");
}

#[test]
fn keys_without_effect_are_refused() {
    let preliminary = GOOD.replace("basic", "preliminary");
    for line in ["forgetful = true", "mutant = \"two decrees in one ballot\""] {
        let error = parse(&format!("{preliminary}{line}\n")).err().unwrap();
        assert!(
            error
                .message
                .ends_with("is not for protocol \"preliminary\"")
        );
    }
    let complete = GOOD.replace("basic", "complete");
    for line in [
        "forgetful = true",
        "mutant = \"two decrees in one ballot\"",
        "mutant = \"recover without nextBal\"",
        "crashes = 256",
    ] {
        assert!(parse(&format!("{complete}{line}\n")).is_err(), "{line}");
    }
    for line in [
        "crashes = 1",
        "mutant = \"nextBal forgotten with the slip\"",
        "[expect]\nverdict = \"holds\"\nlength = 3",
        "[expect]\nverdict = \"violated\"\nproperty = \"I7\"\nstates = 3",
    ] {
        assert!(with(line).is_err(), "{line}");
    }
}

#[test]
fn a_spec_may_begin_in_every_state_in_which_i_holds() {
    let spec = with("inductive = [\"I\", \"I9\"]\nmessages = \"the largest set\"");
    let spec = spec.ok().unwrap();
    assert_eq!(
        spec.bounds,
        "2 priests, ballots 0 1, decree a, \
         from every state with I I9 and the largest set of messages"
    );
    let spec = with("attempts = 1\ntryers = [1]\ninductive = [\"I\"]").ok();
    assert!(
        spec.unwrap()
            .bounds
            .ends_with("with I and every set of messages"),
        "every set is the default"
    );
    // The claims are I and the conjuncts that the spec adds to it; claims about reachable states
    // are not made.
    let expect = "[expect]\nverdict = \"violated\"\nproperty = ";
    let claimed = |claim: &str| {
        let key = "inductive = [\"I\", \"I8\"]\nmessages = \"the largest set\"";
        with(&format!("{key}\n{expect}\"{claim}\"")).is_ok()
    };
    assert!(claimed("I7") && claimed("I8") && claimed("Consistency") && claimed("types"));
    assert!(!claimed("I9") && !claimed("refines ballots"));
}

#[test]
fn an_impossible_inductive_spec_is_refused_with_a_remedy() {
    let (at, message, help) = refused_line("inductive = [\"I8\"]");
    assert_eq!(at, "[\"I8\"]");
    assert_eq!(
        message,
        "`inductive` must begin with \"I\" and name nothing twice"
    );
    assert!(help.contains("inductive = [\"I\", \"I8\""), "{help}");
    for line in ["inductive = []", "inductive = [\"I\", \"I8\", \"I8\"]"] {
        assert_eq!(refused_line(line).1, message);
    }
    let (at, message, help) = refused_line("inductive = [\"I\", \"I11\"]");
    assert_eq!(
        (at.as_str(), message.as_str()),
        ("\"I11\"", "`inductive` cannot be \"I11\"")
    );
    assert_eq!(help, "use \"I\", \"I8\", \"I9\" or \"I10\"");
    let (_, message, _) = refused_line("messages = \"every set\"");
    assert_eq!(message, "`messages` has no effect without `inductive`");
    let (at, message, _) = refused("priests = 2\n", "priests = 3\ninductive = [\"I\"]\n");
    assert_eq!(at, "3");
    assert_eq!(message, "priests × tryers × ballots is 27: too many states");
    let (_, message, help) = refused_line("attempts = 2\ninductive = [\"I\"]");
    assert_eq!(
        message,
        "I7 may allow 25 messages, which have 2^25 sets: too many"
    );
    assert!(help.contains("messages = \"the largest set\""), "{help}");
    for protocol in ["preliminary", "complete", "parliament", "paxos"] {
        for line in ["inductive = [\"I\"]", "messages = \"every set\""] {
            let text = match protocol {
                "parliament" => GOOD
                    .replace("decrees", "requests")
                    .replace("\"a\"", "\"read\""),
                "paxos" => PAXOS.to_owned(),
                _ => GOOD.to_owned(),
            };
            let text = text.replace("basic", protocol);
            let error = parse(&format!("{text}{line}\n")).err().unwrap();
            let key = line.split(' ').next().unwrap();
            let expected = format!("`{key}` is not for protocol {protocol:?}");
            assert_eq!(error.message, expected);
        }
    }
}

const PAXOS: &str = r#"
about = "A claim."
protocol = "paxos"
priests = 3
ballots = 4
decrees = ["a", "b"]
"#;

/// The error about the spec of `Paxos` with one line replaced.
fn paxos_refused(from: &str, to: &str) -> [String; 3] {
    assert!(PAXOS.contains(from));
    let text = PAXOS.replace(from, to);
    let error = parse(&text).err().expect("it is refused");
    [text[error.span].to_owned(), error.message, error.help]
}

#[test]
fn paxos_has_ballots_without_owners() {
    let spec = parse(PAXOS).ok().unwrap();
    assert_eq!(spec.protocol, "paxos");
    assert_eq!(spec.bounds, "3 acceptors, ballots 0 1 2 3, decrees a b");
    let one = PAXOS
        .replace("priests = 3", "priests = 1")
        .replace("ballots = 4", "ballots = 1")
        .replace("[\"a\", \"b\"]", "[\"a\"]");
    let spec = parse(&one).ok().unwrap();
    assert_eq!(spec.bounds, "1 acceptor, ballot 0, decree a");
}

#[test]
fn paxos_with_too_many_ballots_is_refused_with_the_largest_number() {
    let help = "with 3 priests and 2 decrees it must be 1 to 14: a state has room for no more";
    assert_eq!(
        paxos_refused("ballots = 4", "ballots = 15"),
        ["15", "15 ballots", help]
    );
    assert_eq!(
        paxos_refused("ballots = 4", "ballots = 0"),
        ["0", "0 ballots", help]
    );
    assert_eq!(
        paxos_refused("ballots = 4\n", ""),
        [
            "",
            "`ballots` is missing",
            "add a line such as `ballots = 3`"
        ]
    );
    assert_eq!(paxos_refused("priests = 3", "priests = 6")[1], "6 priests");
    assert_eq!(
        paxos_refused("\"b\"]", "\"a\"]")[1],
        "decree \"a\" is named twice"
    );
}

#[test]
fn keys_of_the_synod_are_refused_for_paxos_and_the_other_way_round() {
    for line in [
        "tryers = [1]",
        "attempts = 1",
        "quorums = \"majority\"",
        "forgetful = false",
        "crashes = 0",
        "mutant = \"two decrees in one ballot\"",
    ] {
        let key = line.split(' ').next().unwrap();
        let [_, message, _] = paxos_refused("ballots = 4\n", &format!("ballots = 4\n{line}\n"));
        assert_eq!(message, format!("`{key}` is not for protocol \"paxos\""));
    }
    for protocol in ["preliminary", "basic", "complete"] {
        let text = GOOD.replace("basic", protocol);
        let error = parse(&format!("{text}ballots = 2\n")).err().unwrap();
        assert_eq!(
            error.message,
            format!("`ballots` is not for protocol {protocol:?}")
        );
        assert!(error.help.contains("`tryers` and `attempts`"));
    }
    let [_, _, help] = paxos_refused(
        "\"b\"]",
        "\"b\"]\n[expect]\nverdict = \"violated\"\nproperty = \"I7\"",
    );
    assert_eq!(help, "use \"Consistency\" or \"panic-freedom\"");
}

#[test]
fn a_mutant_that_could_begin_too_many_ballots_is_refused() {
    let text = GOOD
        .replace("priests = 2", "priests = 3")
        .replace("[\"a\"]", "[\"a\", \"b\"]");
    let error = parse(&format!("{text}mutant = \"two decrees in one ballot\"\n"));
    assert!(error.err().unwrap().message.contains("different ballots"));
}

#[test]
fn text_that_is_not_toml_is_refused_at_its_place() {
    let error = parse("about = \"x\"\nprotocol == 3\n").err().unwrap();
    assert_eq!(error.span.start, 22);
}

#[test]
fn the_remedy_of_a_text_that_is_not_toml_is_about_its_line() {
    let help = |from: &str, to: &str| refused(from, to).2;
    assert_eq!(
        help("priests = 2", "priests = 2\npriests = 3"),
        "line 4 sets `priests` already: keep one of them"
    );
    assert_eq!(
        help("priests = 2", "priests = 2,549"),
        "write a number without commas: `priests = 2549`"
    );
    assert_eq!(
        help("priests = 2", "priests ="),
        "say after `priests =` what its value is; a text stands in quotes"
    );
    assert_eq!(
        help("protocol = \"basic\"", "protocol = basic"),
        "write a text in quotes: `protocol = \"…\"`"
    );
}

#[test]
fn a_key_of_the_spec_below_expect_belongs_above_it() {
    let expect = "[expect]\nverdict = \"holds\"\n";
    for line in ["crashes = 1", "protocol = \"basic\""] {
        let key = line.split(' ').next().unwrap();
        let error = parse(&format!("{expect}{line}\n")).err().unwrap();
        assert_eq!(error.help, format!("`{key}` belongs above `[expect]`"));
    }
}

#[test]
fn a_value_that_is_nearly_a_name_is_refused_with_that_name() {
    let (_, _, help) = refused_line("mutant = \"two decrees in a ballot\"");
    assert_eq!(help, "did you mean \"two decrees in one ballot\"?");
    let expect = "[expect]\nverdict = \"violated\"\nproperty = \"consistency\"";
    assert_eq!(refused_line(expect).2, "did you mean \"Consistency\"?");
}

#[test]
fn a_key_that_is_there_is_to_be_changed_and_not_added() {
    let mutant = "mutant = \"nextBal forgotten with the slip\"";
    let help = |line: &str| refused_line(&format!("{line}{mutant}")).2;
    assert_eq!(help(""), "add a line `forgetful = true`");
    assert_eq!(
        help("forgetful = false\n"),
        "change the line of `forgetful` to `forgetful = true`"
    );
}

const SYMMETRIC: &str = "\"b\"]\nreductions = [\"symmetry\"]\n";

#[test]
fn paxos_up_to_symmetry_says_so_among_its_bounds() {
    let text = PAXOS.replace("\"b\"]\n", SYMMETRIC);
    let spec = parse(&text).ok().unwrap();
    let bounds = "3 acceptors, ballots 0 1 2 3, decrees a b, up to symmetry";
    assert_eq!(spec.bounds, bounds);
    assert!(spec.settings.contains_key("reductions"));
    let none = PAXOS.replace("\"b\"]\n", "\"b\"]\nreductions = []\n");
    let spec = parse(&none).ok().unwrap();
    assert_eq!(spec.bounds, "3 acceptors, ballots 0 1 2 3, decrees a b");
}

#[test]
fn a_reduction_that_there_is_not_or_that_has_no_effect_is_refused() {
    let unknown = SYMMETRIC.replace("symmetry", "symmetries");
    let [at, message, help] = paxos_refused("\"b\"]\n", &unknown);
    assert_eq!(at, "\"symmetries\"");
    assert_eq!(message, "`reductions` cannot be \"symmetries\"");
    assert!(help.contains("\"symmetry\""), "{help}");
    let one = PAXOS.replace("priests = 3", "priests = 1");
    let one = one.replace("[\"a\", \"b\"]", "[\"a\"]\nreductions = [\"symmetry\"]");
    let error = parse(&one).err().unwrap();
    assert_eq!(&one[error.span], "[\"symmetry\"]");
    assert_eq!(
        error.message,
        "\"symmetry\" has no effect: nothing is interchangeable within these bounds"
    );
    let two = one.replace("priests = 1", "priests = 2");
    assert!(parse(&two).is_ok());
}

#[test]
fn the_number_of_unreduced_states_is_expected_only_up_to_symmetry() {
    let expect = "[expect]\nverdict = \"holds\"\nstates = 10\nunreduced = 100\n";
    let symmetric = format!("{SYMMETRIC}{expect}");
    let spec = parse(&PAXOS.replace("\"b\"]\n", &symmetric)).ok().unwrap();
    let Expect::Holds {
        states, unreduced, ..
    } = spec.expect
    else {
        panic!("it holds");
    };
    assert_eq!((states, unreduced), (Some(10), Some(100)));
    let [at, message, help] = paxos_refused("\"b\"]\n", &format!("\"b\"]\n{expect}"));
    assert_eq!(at, "100");
    assert_eq!(
        message,
        "`unreduced` has no effect: every state is explored"
    );
    assert!(help.contains("reductions = [\"symmetry\"]"), "{help}");
    let fewer = symmetric.replace("100", "9");
    let [at, message, _] = paxos_refused("\"b\"]\n", &fewer);
    assert_eq!(at, "9");
    assert_eq!(message, "`unreduced` is 9, but `states` is 10");
}

#[test]
fn basic_and_preliminary_have_symmetry_and_mutants_and_inductive_specs_have_none() {
    let good = GOOD.replace("[\"a\"]", "[\"a\", \"b\"]");
    let good = format!("{good}reductions = [\"symmetry\"]\n");
    for protocol in ["basic", "preliminary"] {
        let spec = parse(&good.replace("basic", protocol)).ok().unwrap();
        assert!(spec.bounds.ends_with("up to symmetry"), "{}", spec.bounds);
    }
    for (line, message) in [
        (
            "mutant = \"two decrees in one ballot\"",
            "`reductions` are not for mutants",
        ),
        (
            "inductive = [\"I\"]",
            "`reductions` are not for `inductive`",
        ),
    ] {
        let text = good.replace("[\"a\", \"b\"]", "[\"a\"]");
        let text = format!("{text}{line}\n");
        let error = parse(&text).err().unwrap();
        assert_eq!(error.message, message);
        assert_eq!(&text[error.span], "[\"symmetry\"]");
    }
}

#[test]
fn symmetry_is_refused_for_states_of_more_than_128_bits() {
    let large = GOOD.replace(
        "priests = 2",
        "priests = 5\ntryers = [1, 2, 3, 4]\nattempts = 1",
    );
    let large = large.replace("[\"a\"]", "[\"a\", \"b\"]");
    assert!(parse(&large).is_ok());
    let text = format!("{large}reductions = [\"symmetry\"]\n");
    let error = parse(&text).err().unwrap();
    assert_eq!(&text[error.span], "[\"symmetry\"]");
    assert_eq!(
        error.message,
        "\"symmetry\" is only for states of at most 128 bits, and these need more"
    );
    assert_eq!(error.help, "leave it out, or choose smaller bounds");
}
