//! What is written for people.

use synod_checker::Cycle;
use synod_report::style::{BAD, GOOD, LOUD, OPEN, Theme};
use synod_report::trace::{Trace, TraceStep};
use synod_report::{Change, Parting, since};
use synod_terminal::plain;

fn change(steps: usize) -> Change {
    let step = |number: usize| TraceStep {
        action: (number > 0).then(|| format!("Α: Act {number}")),
        kind: None,
        changes: match number {
            0 => Vec::new(),
            _ => vec![format!("lastTried[Α]: {} → {number}", number - 1)],
        },
        state: Vec::new(),
    };
    Change {
        since: "the pins of specs/one.toml".to_owned(),
        differences: vec![
            "level 5 is the first that differs: 12 states, and it had 11".to_owned(),
            "Send NextBallot gained 4 transitions".to_owned(),
        ],
        partings: vec![Parting {
            about: "This state was not reached before.".to_owned(),
            steps: (0..=steps).map(step).collect(),
        }],
    }
}

fn told(steps: usize, is_whole: bool) -> String {
    plain(&since(&change(steps), is_whole))
}

#[test]
fn a_change_tells_since_when_and_what_and_the_whole_path_if_it_fits_on_a_screen() {
    let expected = "  since the pins of specs/one.toml
    level 5 is the first that differs: 12 states, and it had 11
    Send NextBallot gained 4 transitions
    This state was not reached before.

    1  Α: Act 1
         lastTried[Α]: 0 → 1
    2  Α: Act 2
         lastTried[Α]: 1 → 2

";
    assert_eq!(told(2, false), expected);
}

#[test]
fn of_a_path_that_does_not_fit_the_last_steps_are_told_and_how_many_are_left_out() {
    let text = told(20, false);
    assert!(text.lines().count() <= 24, "{text}");
    let steps = text.matches(": Act ").count();
    let left_out = format!("{} steps before are left out; -v shows all\n", 20 - steps);
    assert!(text.contains(&left_out), "{text}");
    assert!(text.contains("20  Α: Act 20\n"), "{text}");
    assert!(steps > 5, "{text}");
}

#[test]
fn all_steps_are_told_where_all_is_asked_for() {
    let text = told(20, true);
    assert_eq!(text.matches(": Act ").count(), 20);
    assert!(!text.contains("left out"), "{text}");
}

/// How bright the colour of this number is among the 256 of terminals: WCAG 2, relative luminance.
fn luminance(colour: u8) -> f64 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let place = usize::from(colour - 16);
    let parts = [place / 36, place / 6 % 6, place % 6].map(|part| {
        let part = f64::from(LEVELS[part]) / 255.0;
        if part <= 0.03928 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
}

fn contrast(colour: u8, ground: f64) -> f64 {
    let (a, b) = (luminance(colour) + 0.05, ground + 0.05);
    a.max(b) / a.min(b)
}

#[test]
fn every_colour_can_be_read_on_the_ground_of_its_theme() {
    const BLACK: f64 = 0.0;
    const WHITE: f64 = 1.0;
    let colours = |theme: Theme| [GOOD, BAD, LOUD, OPEN].map(|role| theme.colour(role).unwrap());
    for colour in colours(Theme::Dark) {
        assert!(contrast(colour, BLACK) >= 4.5, "{colour}");
    }
    for colour in colours(Theme::Light) {
        assert!(contrast(colour, WHITE) >= 4.5, "{colour}");
    }
    // No colour has 4.5 on both: WCAG asks for 3 of bold or large text.
    for colour in colours(Theme::Either) {
        assert!(contrast(colour, BLACK) >= 3.0, "{colour}");
        assert!(contrast(colour, WHITE) >= 3.0, "{colour}");
    }
}

/// A run of three steps that goes on for ever.
fn for_ever(since: usize, back_to: usize) -> String {
    let step = |number: usize| TraceStep {
        action: (number > 0).then(|| format!("Α: Act {number}")),
        kind: None,
        changes: Vec::new(),
        state: Vec::new(),
    };
    plain(&synod_report::told(&Trace {
        property: "an outcome".to_owned(),
        witness: None,
        is_shortest: false,
        seed: None,
        steps: (0..=3).map(step).collect(),
        cycle: Some(Cycle { since, back_to }),
        figure: None,
    }))
}

#[test]
fn a_run_that_goes_on_for_ever_is_told_as_its_beginning_and_the_steps_that_repeat() {
    let expected = "
  an outcome is violated after 3 steps (and so on for ever)

    1  Α: Act 1

  from here on it waits:

    2  Α: Act 2

  and then, again and again:

    3  Α: Act 3
";
    assert_eq!(for_ever(1, 2), expected);
}

#[test]
fn a_run_that_is_stuck_says_so() {
    let expected = "
  an outcome is violated after 3 steps (and so on for ever)

    1  Α: Act 1
    2  Α: Act 2
    3  Α: Act 3

  and then it is stuck: no step is possible
";
    assert_eq!(for_ever(0, 3), expected);
}
