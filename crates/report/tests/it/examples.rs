//! The example reads what the crate writes.

#[path = "../../examples/read_a_counterexample.rs"]
#[expect(dead_code, reason = "its `main` is cargo's to call")]
mod read_a_counterexample;

use read_a_counterexample::{RECORDED, run};
use synod_report::json::{Line, Verdict};

/// What the example prints for these lines.
fn told(lines: &str) -> Result<String, String> {
    let mut out = Vec::new();
    let read = run(lines.as_bytes(), &mut out);
    read.map_err(|error| error.to_string())?;
    String::from_utf8(out).map_err(|error| error.to_string())
}

#[test]
fn the_recorded_counterexample_is_read() {
    let expected = "\
specs/basic/mutants/a-forgotten-nextBal-breaks-I7.toml: violated
I7 fails in 5 steps
LastVote(0, null_Α) was sent: the nextBal of Α is −∞, below 0
  Α: Try New Ballot 0: lastTried[Α]: −∞ → 0; status[Α]: idle → trying
  Α: Send NextBallot: 𝓜 + NextBallot(0)
  Α: Receive NextBallot(0): nextBal[Α]: −∞ → 0
  Α: Send LastVote: 𝓜 + LastVote(0, null_Α)
  Α: Lose Slip: nextBal[Α]: 0 → −∞; status[Α]: trying → idle
in the end nextBal of Α is −∞
in the end nextBal of Β is −∞
";
    assert_eq!(told(RECORDED).unwrap(), expected);
}

#[test]
fn a_line_without_counterexample_says_why() {
    let mut line = Line::read(RECORDED).unwrap();
    line.spec = "a".to_owned();
    line.verdict = Verdict::Inconclusive;
    line.reason = Some("interrupted".to_owned());
    line.counterexample = None;
    let line = serde_json::to_string(&line).unwrap();
    assert_eq!(told(&line).unwrap(), "a: inconclusive (interrupted)\n");
}

#[test]
fn another_format_is_refused() {
    let line = RECORDED.replacen("\"schema\":1", "\"schema\":2", 1);
    let refusal = "schema 2; this program reads schema 1";
    assert_eq!(told(&line).unwrap_err(), refusal);
}
