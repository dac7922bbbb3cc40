//! Stepping by lines of text.

use crate::letters::{Letters, interface, two};
use synod_explorer::Stepper;
use synod_terminal::plain;

/// What a walk answers to each of these lines.
fn answers(model: Letters, lines: &[&str]) -> Vec<String> {
    let interface = interface(model);
    let go_on = &mut |_: &_| true;
    let mut stepper = Stepper::new(&interface, "letters", go_on).unwrap();
    let answers = lines.iter().map(|line| {
        let answer = stepper.answer(line);
        plain(&answer.unwrap_or_else(|| "the end".to_owned()))
    });
    answers.collect()
}

/// What it answers to the last of these lines.
fn last(model: Letters, lines: &[&str]) -> String {
    answers(model, lines).pop().unwrap()
}

#[test]
fn a_number_takes_the_step_with_this_number_and_shows_what_it_changed() {
    assert_eq!(
        last(two(), &["1"]),
        "step 1: A: Send\n  sent[A]: 0 → 1\n\n\
         A  1  Send\n\
         B  2  Receive\n   3  Receive (2)  objection: a letter is read\n"
    );
}

#[test]
fn undo_and_redo_lose_nothing_and_a_new_move_ends_redoing() {
    let answers = answers(
        two(),
        &["1", "2", "undo", "u", "u", "r", "r", "r", "u", "3", "r"],
    );
    let [one, two, ..] = &answers[..] else {
        panic!("{answers:?}");
    };
    assert_eq!(&answers[2], one);
    assert!(
        answers[3].starts_with("the initial state"),
        "{}",
        answers[3]
    );
    assert_eq!(answers[4], "there is nothing to undo\n");
    assert_eq!(&answers[5], one);
    assert_eq!(&answers[6], two);
    assert_eq!(answers[7], "there is nothing to redo\n");
    assert!(answers[9].contains("lost[B]: 0 → 1"), "{}", answers[9]);
    assert_eq!(answers[10], "there is nothing to redo\n");
}

#[test]
fn a_violation_is_a_run_to_walk_along_and_undo_returns_from_it() {
    let lines = [
        "1", "v", "b", "b", "n", "n", "n", "p", "u", "u", "u", "u", "u",
    ];
    let answers = answers(two(), &lines);
    assert!(answers[1].contains("few is violated after 4 steps; no run is shorter"));
    assert!(
        answers[1].contains("few is violated: B has read 2\n"),
        "{}",
        answers[1]
    );
    assert!(answers[2].contains("`n` goes on along the run (1 left): B: Receive"));
    assert!(answers[3].starts_with("step 2: "), "{}", answers[3]);
    assert_eq!(answers[4], answers[2]);
    assert!(answers[5].starts_with("step 4: "), "{}", answers[5]);
    assert!(
        answers[6].starts_with("this is the end of the run"),
        "{}",
        answers[6]
    );
    assert_eq!(answers[7].lines().count(), 4);
    assert_eq!(answers[12], answers[0]);
}

#[test]
fn a_violation_that_a_state_had_before_is_named_and_not_told_again() {
    let answers = answers(
        Letters {
            most: Some(3),
            ..two()
        },
        &["v", "1"],
    );
    assert!(
        answers[0].contains("few is violated: B has read 2"),
        "{}",
        answers[0]
    );
    assert!(answers[1].contains("still violated: few"), "{}", answers[1]);
    assert!(!answers[1].contains("violates few"), "{}", answers[1]);
}

#[test]
fn wrong_input_is_answered_by_one_line_that_says_what_would_be_right() {
    for (line, right) in [
        ("x", "a number from 1 to 3 takes a step"),
        ("9", "a number from 1 to 3 takes a step"),
        ("0", "a number from 1 to 3 takes a step"),
        ("-1", "a number from 1 to 3 takes a step"),
        ("1 2", "a number from 1 to 3 takes a step"),
        ("u u", "takes nothing more"),
        ("v nonsense", "there are few"),
        ("e nonsense", "there are a letter is lost"),
        ("s nonsense", "`s` shows all"),
        ("i", "there is only one initial state"),
        ("f", "`s` shows the variables"),
        ("w", "names no step"),
    ] {
        let answer = last(two(), &["1", line]);
        assert!(answer.contains(right), "{line}: {answer}");
        assert_eq!(answer.lines().count(), 1, "{line}: {answer}");
    }
}

#[test]
fn steps_that_lead_out_of_the_bounds_are_counted_and_have_no_number() {
    let lines = ["1", "1"];
    let answer = last(Letters::default(), &lines);
    assert!(answer.contains("B  1  Receive\n"), "{answer}");
    assert!(
        answer.ends_with("1 more step leads out of the bounds\n"),
        "{answer}"
    );
}

#[test]
fn why_names_the_guard_and_messages_are_counted() {
    assert_eq!(
        last(two(), &["w"]),
        "B: Receive\n  no letter is on its way\n"
    );
    assert_eq!(last(two(), &["w RECEIVE"]), last(two(), &["why"]));
    assert_eq!(last(two(), &["m"]), "no message may arrive\n");
    assert_eq!(
        last(two(), &["1", "1", "m"]),
        "letter from A to B (2 times)\n"
    );
}

#[test]
fn the_state_is_shown_by_process_and_an_example_is_found_by_some_of_its_words() {
    let state = "A\n          sent = 0\nB\n          read = 0\n          lost = 0\n";
    assert_eq!(last(two(), &["s"]), state);
    assert_eq!(last(two(), &["s lost"]), "B\n          lost = 0\n");
    assert_eq!(last(two(), &["e"]), "examples:\n  a letter is lost\n");
    let answer = last(two(), &["e lost"]);
    assert!(
        answer.starts_with("a letter is lost happens after 2 steps"),
        "{answer}"
    );
}

#[test]
fn an_initial_state_is_found_by_its_text_and_begun_in_by_its_number() {
    let many = Letters {
        initial: 120,
        ..two()
    };
    let answers = answers(
        many,
        &["i read[B] = 11", "i", "+", "i 117", "link", "i 120", "u"],
    );
    assert_eq!(answers[0].lines().next().unwrap(), "11  read[B] = 11");
    assert!(
        answers[1].contains("\n9  read[B] = 9\n`+` lists more"),
        "{}",
        answers[1]
    );
    assert!(
        answers[2].starts_with("10  read[B] = 10\n"),
        "{}",
        answers[2]
    );
    assert!(
        answers[3].contains("read[B] = 117\n  it is number 117"),
        "{}",
        answers[3]
    );
    assert!(
        answers[4].contains("/#spec=letters&number=117&id="),
        "{}",
        answers[4]
    );
    assert!(
        answers[5].contains("there are not so many"),
        "{}",
        answers[5]
    );
    assert!(answers[6].contains("it is number 0"), "{}", answers[6]);
}

#[test]
fn a_link_names_the_steps_in_words() {
    let answer = last(two(), &["1", "3", "l"]);
    let (json, page) = answer.split_once('\n').unwrap();
    assert_eq!(
        json,
        r#"{"begin":null,"spec":"letters","steps":["A: Send","B: Receive (2)"]}"#
    );
    let steps = "/#spec=letters&step=A%3A+Send&step=B%3A+Receive+%282%29&end=";
    assert!(page.starts_with(steps), "{page}");
    assert!(page.ends_with("&at=2\n"), "{page}");
}

#[test]
fn after_a_panic_the_walk_goes_back() {
    let panics = Letters {
        panics: true,
        ..two()
    };
    let answers = answers(panics, &["v panic-freedom", "s", "1", "b", "q"]);
    assert!(
        answers[0].contains("panic-freedom is violated: panic: B reads"),
        "{}",
        answers[0]
    );
    assert!(
        answers[0].ends_with("no step is possible\n"),
        "{}",
        answers[0]
    );
    assert_eq!(
        answers[1],
        "there is no state after a panic: `u` goes back\n"
    );
    assert!(
        answers[2].contains("no step is possible here, `u` goes back"),
        "{}",
        answers[2]
    );
    assert!(answers[3].starts_with("step 3: "), "{}", answers[3]);
    assert_eq!(answers[4], "the end");
}

#[test]
fn a_search_that_is_stopped_ends_and_the_walk_goes_on() {
    let interface = interface(Letters::default());
    let go_on = &mut |_: &_| false;
    let mut stepper = Stepper::new(&interface, "letters", go_on).unwrap();
    let answer = plain(&stepper.answer("v panic-freedom").unwrap());
    assert_eq!(answer, "nothing was found: the search was stopped\n");
    assert!(stepper.answer("1").unwrap().contains("A: Send"));
}
