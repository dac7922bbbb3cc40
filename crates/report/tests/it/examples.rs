//! The example reads what is written.

#[path = "../../examples/read_a_counterexample.rs"]
#[expect(dead_code, reason = "its `main` is cargo's to call")]
mod read_a_counterexample;

use read_a_counterexample::{RECORDED, run};

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
in the end nextBal of Α is \"−∞\"
in the end nextBal of Β is \"−∞\"
";
    assert_eq!(told(RECORDED).unwrap(), expected);
}

#[test]
fn a_line_without_counterexample_says_why() {
    let line = r#"{"schema":1,"spec":"a","verdict":"inconclusive","reason":"interrupted","counterexample":null}"#;
    assert_eq!(told(line).unwrap(), "a: inconclusive (interrupted)\n");
}

#[test]
fn another_format_is_refused() {
    let line = RECORDED.replacen("\"schema\":1", "\"schema\":2", 1);
    assert_eq!(told(&line).unwrap_err(), "schema 2 is not 1");
}
