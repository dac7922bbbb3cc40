//! Figures are written into the text of a spec, and nothing else changes.

use std::collections::BTreeMap;
use synod_specs::{Because, Expect, NotRewritten, parse, repin};

/// The begin of a spec with comments and spaces of its own.
const ABOVE: &str = "# A spec.\nabout  =  \"One.\"   # why\nprotocol = \"basic\"\n\n\
                     priests  = 1\ndecrees  = [ \"a\" ]\n";

fn because(text: &str) -> Because {
    text.parse().unwrap()
}

fn figures(states: u64, depth: u32) -> Expect {
    Expect::Holds {
        states: Some(states),
        unreduced: None,
        depth: Some(depth),
        levels: None,
        actions: None,
        worst: None,
    }
}

/// The text of a spec with this end, with other figures.
fn repinned(end: &str, new: &Expect, reason: &str) -> Result<String, NotRewritten> {
    let text = format!("{ABOVE}{end}");
    let spec = parse(&text).unwrap();
    let text = repin(&spec, &text, new, "2026-11-29", &because(reason))?;
    let end = text.strip_prefix(ABOVE);
    Ok(end.expect("what stands above is as before").to_owned())
}

#[test]
fn figures_are_replaced_and_comments_order_and_spaces_stay() {
    let end = "\n# The figures of the paper.\n[expect]\ndepth   = 0x10 # deep\nverdict = \"holds\"\n\n# many\nstates  = 2_260\n# the end";
    assert_eq!(
        repinned(end, &figures(2259, 15), "a priest may retry").unwrap(),
        "\n# The figures of the paper.\n# 2026-11-29: 2259 states, were 2260, depth 15, was 16: a priest may retry\n[expect]\ndepth   = 15 # deep\nverdict = \"holds\"\n\n# many\nstates  = 2259\n# the end"
    );
}

#[test]
fn the_newest_reason_stands_above_the_others_and_has_as_many_lines_as_it_was_given() {
    let end = "\n# Why.\n# 2026-01-02: 9 states, were 8: the first\n#   change\n[expect]\nverdict = \"holds\"\nstates = 9\ndepth = 3\n";
    let text = repinned(end, &figures(1, 3), "two lines,\n\n  the second\n").unwrap();
    assert_eq!(
        text,
        "\n# Why.\n# 2026-11-29: 1 state, were 9: two lines,\n#\n#     the second\n# 2026-01-02: 9 states, were 8: the first\n#   change\n[expect]\nverdict = \"holds\"\nstates = 1\ndepth = 3\n"
    );
}

#[test]
fn what_is_not_pinned_yet_is_added_in_the_column_of_the_keys() {
    let told = "# 2026-11-29: 6 states, depth 4, not pinned before: new\n";
    assert_eq!(
        repinned("", &figures(6, 4), "new").unwrap(),
        format!("\n{told}[expect]\nverdict = \"holds\"\nstates  = 6\ndepth   = 4\n")
    );
    assert_eq!(
        repinned("[expect]\nverdict = \"holds\"", &figures(6, 4), "new").unwrap(),
        format!("{told}[expect]\nverdict = \"holds\"\nstates  = 6\ndepth   = 4")
    );
    let end = "mutant = \"two decrees in one ballot\"\n[expect]\nverdict  = \"violated\"\nproperty = \"B3\"\n";
    let new = Expect::Violated {
        property: "B3".to_owned(),
        length: Some(4),
        holds: Vec::new(),
    };
    let text = repinned(end, &new, "new").unwrap();
    assert!(
        text.ends_with("property = \"B3\"\nlength   = 4\n"),
        "{text}"
    );
}

#[test]
fn the_number_of_unreduced_states_is_pinned_beside_the_states() {
    let above = "about = \"A.\"\nprotocol = \"paxos\"\npriests = 3\nballots = 1\n\
                 decrees = [\"a\"]\nreductions = [\"symmetry\"]\n";
    let text = format!("{above}[expect]\nverdict = \"holds\"\nstates = 9\nunreduced = 20\n");
    let new = Expect::Holds {
        states: Some(9),
        unreduced: Some(21),
        depth: None,
        levels: None,
        actions: None,
        worst: None,
    };
    let spec = parse(&text).unwrap();
    let text = repin(&spec, &text, &new, "2026-11-29", &because("new")).unwrap();
    let told = "# 2026-11-29: 21 unreduced, were 20: new\n";
    assert_eq!(
        text,
        format!("{above}{told}[expect]\nverdict = \"holds\"\nstates = 9\nunreduced = 21\n")
    );
}

#[test]
fn a_table_in_a_line_or_with_dots_is_rewritten_too() {
    for (end, rewritten) in [
        (
            "expect = { verdict = \"holds\", states = 9 , depth = 3 }\n",
            "expect = { verdict = \"holds\", states = 6 , depth = 4 }\n",
        ),
        (
            "expect.verdict = \"holds\"\nexpect.states = 9\nexpect.depth = 3\n",
            "expect.verdict = \"holds\"\nexpect.states = 6\nexpect.depth = 4\n",
        ),
    ] {
        let text = repinned(end, &figures(6, 4), "new").unwrap();
        assert!(text.ends_with(rewritten), "{text}");
        assert_eq!(text.lines().count(), end.lines().count() + 1, "{text}");
    }
}

#[test]
fn levels_and_actions_keep_their_form_when_they_grow_and_shrink() {
    let new = |levels: &[u64], actions: &[(&str, u64)]| {
        let actions = actions
            .iter()
            .map(|&(name, count)| (name.to_owned(), count));
        Expect::Holds {
            states: None,
            unreduced: None,
            depth: None,
            levels: Some(levels.to_vec()),
            actions: Some(actions.collect::<BTreeMap<_, _>>()),
            worst: None,
        }
    };
    let actions = [("Send NextBallot", 7), ("Try New Ballot", 2)];
    let end = "[expect]\nverdict = \"holds\"\nlevels = [\n  1, # one\n  6,\n]\nactions = { \"Try New Ballot\" = 1 }\n";
    let text = repinned(end, &new(&[1, 7, 8], &actions), "new").unwrap();
    assert_eq!(
        text,
        "# 2026-11-29: levels from 2 on, 2 actions: new\n[expect]\nverdict = \"holds\"\nlevels = [\n  1, # one\n  7,\n  8,\n]\nactions = { \"Try New Ballot\" = 2, \"Send NextBallot\" = 7 }\n"
    );
    let end = "[expect]\nverdict = \"holds\"\nlevels = [1]\n[expect.actions]\n\"Try New Ballot\" = 2 # two\n";
    let text = repinned(end, &new(&[1, 7, 8], &actions), "new").unwrap();
    assert!(
        text.ends_with("levels = [1, 7, 8]\n[expect.actions]\n\"Try New Ballot\" = 2 # two\n\"Send NextBallot\" = 7\n"),
        "{text}"
    );
    let end = "[expect]\nverdict = \"holds\"\nlevels = [1, 2, 3 ]\nactions = {}\n";
    let text = repinned(end, &new(&[1], &actions[..1]), "new").unwrap();
    assert!(text.contains("levels = [1 ]\n"), "{text}");
}

#[test]
fn line_ends_and_a_byte_order_mark_stay() {
    let text = format!("\u{FEFF}{ABOVE}[expect]\nverdict = \"holds\"\nstates = 9\ndepth = 3\n");
    let text = text.replace('\n', "\r\n");
    let spec = parse(&text).unwrap_or_else(|error| panic!("{error}"));
    let new = repin(
        &spec,
        &text,
        &figures(6, 3),
        "2026-11-29",
        &because("new\nlaw"),
    )
    .unwrap();
    let told = "# 2026-11-29: 6 states, were 9: new\r\n#   law\r\n[expect]";
    let expected = text.replace("[expect]", told).replace("= 9", "= 6");
    assert_eq!(new, expected);
    let mixed = text.replacen("\r\n", "\n", 1);
    let refused = repin(&spec, &mixed, &figures(6, 3), "2026-11-29", &because("new"));
    assert_eq!(refused, Err(NotRewritten::OtherParts));
}

#[test]
fn levels_and_actions_are_read_and_refused_with_their_place() {
    let read = |end: &str| parse(&format!("{ABOVE}[expect]\nverdict = \"holds\"\n{end}"));
    let spec = read("levels = [1, 2]\nactions = { \"Send NextBallot\" = 12 }\n");
    let Expect::Holds {
        levels, actions, ..
    } = spec.ok().unwrap().expect
    else {
        panic!("it holds");
    };
    assert_eq!(levels, Some(vec![1, 2]));
    assert_eq!(actions.unwrap()["Send NextBallot"], 12);
    for (end, at, message) in [
        (
            "levels = 3",
            "3",
            "`levels` takes a list; this is a whole number",
        ),
        ("levels = []", "[]", "each level has at least one state"),
        (
            "levels = [1, 0]",
            "[1, 0]",
            "each level has at least one state",
        ),
        (
            "states = 4\nlevels = [1, 2]",
            "[1, 2]",
            "the levels have 3 states together, but `states` is 4",
        ),
        (
            "depth = 3\nlevels = [1, 2]",
            "[1, 2]",
            "there are 2 levels, but `depth` is 3",
        ),
        (
            "actions = { \"Send NextBalot\" = 1 }",
            "\"Send NextBalot\"",
            "`actions` cannot have \"Send NextBalot\"",
        ),
        (
            "actions = { \"Send NextBallot\" = -1 }",
            "-1",
            "`actions` takes a whole number, not negative; this is negative",
        ),
    ] {
        let error = read(end).err().unwrap();
        assert!(error.message.starts_with(message), "{error}");
        let text = format!("{ABOVE}[expect]\nverdict = \"holds\"\n{end}");
        assert_eq!(&text[error.span], at);
    }
}
