//! 𝓑 as variables of a state, and as a picture in the form of the paper's Figure 1: as data
//! ([`of()`]), in characters, and as SVG for Stateright's Explorer ([`draw`]).

mod of;

pub use of::of;
pub(crate) use of::{of_instances, without_conditions};

use std::fmt::Write;
use synod_math::{Ballot, BallotSet, Priest, PriestSet};
use synod_vocabulary::{Field, Value};

/// The caption of every picture.
const CAPTION: &str = "𝓑 in the end (quorums; voters in brackets)";

const ROW: usize = 30;
const COLUMN: usize = 34;
const NUMBER_AT: usize = 34;
const DECREE_AT: usize = 54;
const CHARACTER: usize = 9;

/// 𝓑 as two variables: the ballots without their voters, and Votes(𝓑). A step that adds
/// a vote then changes only the second.
pub(crate) fn ballot_fields(ballots: &BallotSet<String>) -> [Field; 2] {
    let begun = ballots.iter().map(|ballot| {
        let (number, decree, quorum) = (ballot.number(), ballot.decree(), ballot.quorum());
        format!("ballot {number} on {decree} with {quorum}")
    });
    [
        Field::of_all("𝓑", Value::set(begun)).with_key("ballots"),
        Field::of_all("Votes(𝓑)", Value::set(synod_math::votes(ballots))).with_key("votes"),
    ]
}

/// Draws a set of ballots as SVG, in the form of the paper's Figure 1: each ballot has a
/// row with its number, its decree and its quorum, and each voter has a box. A voter
/// outside the quorum has a dashed box. A successful ballot is shaded.
///
/// ```
/// assert!(synod_models::figure::draw(&[]).contains("no ballots yet"));
/// ```
pub fn draw(ballots: &[Ballot<String>]) -> String {
    let layout = Layout::of(ballots);
    let (width, height) = (layout.width(), ROW * ballots.len().max(1) + 8);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"serif\" font-size=\"18\" \
         fill=\"currentColor\" stroke=\"none\" role=\"img\">\n<title>𝓑, as the paper's Figure 1</title>\n"
    );
    if ballots.is_empty() {
        text(&mut svg, 4, ROW - 8, "start", "no ballots yet");
    }
    for (row, ballot) in ballots.iter().enumerate() {
        layout.draw_ballot(&mut svg, row, ballot);
    }
    svg.push_str("</svg>\n");
    svg
}

/// The methods of a model for Stateright's Explorer: the names of steps, and the drawing
/// of 𝓑 for states.
macro_rules! named_and_drawn {
    () => {
        fn format_action(&self, action: &Self::Action) -> String {
            self.step_name(action)
        }

        fn as_svg(&self, path: stateright::Path<Self::State, Self::Action>) -> Option<String> {
            Some($crate::figure::draw(&self.named_ballots(path.last_state())))
        }
    };
}
pub(crate) use named_and_drawn;

struct Layout {
    priests: PriestSet,
    priests_at: usize,
}

impl Layout {
    fn of(ballots: &[Ballot<String>]) -> Self {
        let mentioned = ballots.iter().fold(PriestSet::EMPTY, |set, ballot| {
            set.union(ballot.quorum()).union(ballot.voters())
        });
        let last = mentioned.iter().last().map_or(0, |last| last.index() + 1);
        let decrees = ballots.iter().map(|ballot| ballot.decree().chars().count());
        Self {
            priests: PriestSet::first(last),
            priests_at: DECREE_AT + CHARACTER * decrees.max().unwrap_or(0) + 16,
        }
    }

    fn width(&self) -> usize {
        (self.priests_at + COLUMN * self.priests.len() + 4).max(160)
    }

    fn draw_ballot(&self, svg: &mut String, row: usize, ballot: &Ballot<String>) {
        let top = ROW * row + 4;
        let baseline = top + 20;
        if ballot.is_successful() {
            let width = self.width() - 4;
            rectangle(
                svg,
                (2, top),
                (width, ROW - 4),
                "fill=\"#9fd49f\" fill-opacity=\"0.55\"",
            );
        }
        text(
            svg,
            NUMBER_AT,
            baseline,
            "end",
            &ballot.number().to_string(),
        );
        text(svg, DECREE_AT, baseline, "start", ballot.decree());
        for priest in ballot.quorum().union(ballot.voters()).iter() {
            self.draw_priest(svg, top, ballot, priest);
        }
    }

    fn draw_priest(&self, svg: &mut String, top: usize, ballot: &Ballot<String>, priest: Priest) {
        let left = self.priests_at + COLUMN * priest.index();
        if ballot.voters().contains(priest) {
            let is_in_quorum = ballot.quorum().contains(priest);
            let dash = if is_in_quorum {
                ""
            } else {
                " stroke-dasharray=\"3 3\""
            };
            let style = format!("fill=\"none\" stroke=\"currentColor\"{dash}");
            rectangle(svg, (left + 4, top + 1), (COLUMN - 8, ROW - 6), &style);
        }
        text(
            svg,
            left + COLUMN / 2,
            top + 20,
            "middle",
            &priest.to_string(),
        );
    }
}

fn rectangle(svg: &mut String, at: (usize, usize), size: (usize, usize), style: &str) {
    let ((x, y), (width, height)) = (at, size);
    // Writing to a String cannot fail.
    let _ = writeln!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"2\" {style}/>"
    );
}

fn text(svg: &mut String, x: usize, y: usize, anchor: &str, content: &str) {
    let content = content
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let _ = writeln!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{content}</text>"
    );
}
