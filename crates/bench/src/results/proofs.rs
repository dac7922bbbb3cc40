//! The table of `synod prove`: of each target, how many obligations each solver has proved.

use super::kept::Output;
use super::markdown::{seconds, table};
use serde_json::{Value, json};

/// The answers of a solver to the obligations of a target, counted: there are thousands of answers.
pub(super) fn counted(answers: &[Value]) -> Vec<Value> {
    const KEYS: [&str; 3] = ["target", "solver", "version"];
    let mut counts: Vec<Value> = vec![];
    for answer in answers {
        let is_alike = |count: &Value| KEYS.iter().all(|key| count[key] == answer[key]);
        let place = counts.iter().position(is_alike).unwrap_or_else(|| {
            let [target, solver, version] = KEYS.map(|key| answer[key].clone());
            counts.push(json!({
                "target": target, "solver": solver, "version": version,
                "obligations": 0, "unsat": 0, "seconds": 0.0,
            }));
            counts.len() - 1
        });
        let count = &mut counts[place];
        count["obligations"] = (whole(count, "obligations") + 1).into();
        let is_proved = answer["verdict"] == "unsat";
        count["unsat"] = (whole(count, "unsat") + u64::from(is_proved)).into();
        let all = time(count) + time(answer);
        count["seconds"] = ((all * 1e3).round() / 1e3).into();
    }
    counts
}

fn whole(count: &Value, key: &str) -> u64 {
    count[key].as_u64().unwrap_or_default()
}

fn time(count: &Value) -> f64 {
    count["seconds"].as_f64().unwrap_or_default()
}

fn word<'a>(count: &'a Value, key: &str) -> &'a str {
    count[key].as_str().unwrap_or_default()
}

/// The different values of a key, in their order.
fn all<'a>(counts: &'a [Value], key: &str) -> Vec<&'a str> {
    let mut all = vec![];
    for count in counts {
        if !all.contains(&word(count, key)) {
            all.push(word(count, key));
        }
    }
    all
}

/// A row of each target, with a column of each solver.
pub(super) fn table_of(output: &Output) -> String {
    let counts = &output.lines;
    let solvers = all(counts, "solver");
    let of = |key: &'static str, name: &str| {
        let name = name.to_owned();
        counts.iter().filter(move |count| word(count, key) == name)
    };
    let row = |name: &str, counts: Vec<&Value>| {
        let of_solver = |solver: &&str| {
            let own: Vec<_> = counts
                .iter()
                .filter(|it| word(it, "solver") == *solver)
                .collect();
            let time = seconds(own.iter().map(|count| time(count)).sum());
            let sum = |key| own.iter().map(|count| whole(count, key)).sum::<u64>();
            match (sum("unsat"), sum("obligations")) {
                (proved, all) if proved == all => format!("all `unsat`, {time}"),
                (proved, all) => format!("{proved} of {all} `unsat`, {time}"),
            }
        };
        let own = counts.iter().filter(|it| word(it, "solver") == solvers[0]);
        let obligations: u64 = own.map(|count| whole(count, "obligations")).sum();
        let cells = [name.to_owned(), super::markdown::count(obligations)];
        cells
            .into_iter()
            .chain(solvers.iter().map(of_solver))
            .collect()
    };
    let targets = all(counts, "target").into_iter();
    let mut rows: Vec<Vec<String>> = targets
        .map(|name| row(&super::markdown::code(name), of("target", name).collect()))
        .collect();
    rows.push(row("together", counts.iter().collect()));
    let head = [&["target", "obligations"][..], &solvers].concat();
    let versions = all(counts, "version").join("; ");
    let elapsed = output.elapsed_seconds.map(seconds).unwrap_or_default();
    format!(
        "{}\n{versions}. All of it took {elapsed}.\n",
        table(&head, &rows)
    )
}

#[cfg(test)]
mod tests {
    use super::super::Results;
    use super::*;
    use synod_proof::targets::TARGETS;

    fn answer(target: &str, solver: &str, verdict: &str) -> Value {
        let version = format!("{solver} 1");
        json!({
            "target": target, "solver": solver, "version": version, "verdict": verdict,
            "seconds": 0.25,
        })
    }

    #[test]
    fn answers_are_counted_for_each_target_and_solver() {
        let counts = counted(&[
            answer("math", "z3", "unsat"),
            answer("math", "cvc5", "unknown"),
            answer("math", "z3", "unsat"),
            answer("math", "cvc5", "unsat"),
        ]);
        let output = Output {
            command: String::new(),
            measured: String::new(),
            elapsed_seconds: Some(1.0),
            lines: counts,
        };
        let text = table_of(&output);
        assert!(
            text.contains("| `math` | 2 | all `unsat`, 0.5 s | 1 of 2 `unsat`, 0.5 s |"),
            "{text}"
        );
        assert!(
            text.contains("z3 1; cvc5 1. All of it took 1.0 s."),
            "{text}"
        );
    }

    /// Where an obligation was added, `scripts/results proofs` proves everything again.
    #[test]
    fn each_solver_has_proved_as_many_obligations_of_each_target_as_there_are() {
        let kept = Results::of_checkout().kept.output("proofs").unwrap();
        for solver in ["z3", "cvc5"] {
            let own = kept
                .lines
                .iter()
                .filter(|count| word(count, "solver") == solver);
            let proved: Vec<_> = own
                .map(|count| (word(count, "target"), whole(count, "unsat")))
                .collect();
            let expected = TARGETS
                .iter()
                .map(|target| (target.name, target.obligations().len() as u64));
            assert_eq!(proved, expected.collect::<Vec<_>>(), "{solver}");
        }
    }
}
