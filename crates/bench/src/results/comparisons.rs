//! Tables of commands other than `synod check`: how their lines of JSON are shown.

use super::document::Section;
use super::kept::Output;
use super::markdown::{code, count, memory, seconds, table};
use super::proofs;
use crate::failure::Failure;
use serde_json::Value;

/// The picture of the checkers, beside the document.
pub(super) const PLOT: &str = "pictures/checkers.svg";

/// The table of a section whose command reported this.
pub(super) fn table_of(section: &Section, output: &Output) -> Result<String, Failure> {
    if section.commands != [output.command.clone()] {
        let (now, kept) = (section.commands.join("; "), &output.command);
        let name = &section.name;
        let why = format!("{kept:?} was measured, not {now:?}: run scripts/results {name}");
        return Err(why.into());
    }
    let lines = &output.lines;
    let table = match &*section.kind {
        "checkers" => checkers(lines),
        "engines" => engines(lines),
        "nodes" => nodes(lines),
        "long" => long(lines),
        "proofs" => proofs::table_of(output),
        "text" => text(lines),
        kind => return Err(format!("there are no tables {kind:?}").into()),
    };
    Ok(format!("{table}\nMeasured: {}.\n", output.measured))
}

/// What is kept of what the command of a section wrote.
pub(super) fn lines(section: &Section, written: &str) -> Result<Vec<Value>, Failure> {
    if section.kind == "text" {
        return Ok(written.lines().map(Value::from).collect());
    }
    let lines = written.lines().map(serde_json::from_str);
    let lines = lines.collect::<Result<Vec<Value>, _>>()?;
    if section.kind == "proofs" {
        return Ok(proofs::counted(&lines));
    }
    // Of single rounds under load there are many; their medians are shown.
    let is_round = |line: &Value| line["kind"] == "load" && line["round"] != "median";
    Ok(lines.into_iter().filter(|line| !is_round(line)).collect())
}

fn text(lines: &[Value]) -> String {
    let lines: Vec<_> = lines.iter().filter_map(Value::as_str).collect();
    format!("```text\n{}\n```\n", lines.join("\n"))
}

fn number(line: &Value, key: &str) -> f64 {
    line[key].as_f64().unwrap_or_default()
}

#[allow(clippy::cast_sign_loss)] // No figure is negative.
fn whole(line: &Value, key: &str) -> String {
    count(number(line, key).round() as u64)
}

fn word<'a>(line: &'a Value, key: &str) -> &'a str {
    line[key].as_str().unwrap_or_default()
}

/// Checkers on the same model.
fn checkers(lines: &[Value]) -> String {
    let row = |line: &Value| {
        let figure =
            |key: &str, text: fn(f64) -> String| line[key].as_f64().map(text).unwrap_or_default();
        let amount = |key: &str| line[key].as_u64().map(count).unwrap_or_default();
        let states = match word(line, "outcome") {
            "complete" => amount("states"),
            incomplete => format!("*{incomplete}*"),
        };
        vec![
            amount("ballots"),
            word(line, "checker").to_owned(),
            amount("threads"),
            word(line, "reduction").to_owned(),
            states,
            amount("transitions"),
            figure("elapsed_seconds", seconds),
            figure("user_seconds", seconds),
            line["peak_memory_bytes"]
                .as_u64()
                .map(memory)
                .unwrap_or_default(),
            figure("bytes_per_state", |bytes| format!("{bytes:.1}")),
            figure("ratio", |ratio| format!("{ratio:.1}")),
            match word(line, "flags") {
                "" => String::new(),
                flags => code(flags),
            },
        ]
    };
    let head = [
        "ballots",
        "checker",
        "threads",
        "reduction",
        "states",
        "transitions",
        "time",
        "user time",
        "memory",
        "bytes a state",
        "times Synod's",
        "flags",
    ];
    let table = table(&head, &lines.iter().map(row).collect::<Vec<_>>());
    format!("{table}\n![States against seconds and memory]({PLOT})\n")
}

/// Our engines, on one machine and on several.
fn engines(lines: &[Value]) -> String {
    let row = |line: &Value| {
        let (states, sent) = (number(line, "states"), number(line, "states_exchanged"));
        let peaks = line["peak_memory_bytes"].as_array().into_iter().flatten();
        let peaks = peaks.filter_map(Value::as_f64);
        let peaks = peaks.map(|bytes| format!("{:.0}", bytes / f64::from(1 << 20)));
        let figure = |text: String| if sent > 0.0 { text } else { String::new() };
        let bytes = number(line, "bytes_exchanged") / sent;
        vec![
            word(line, "way").to_owned(),
            whole(line, "states"),
            seconds(number(line, "elapsed_seconds")),
            format!("{:.2}", number(line, "ratio")),
            figure(format!("{:.2}", sent / states)),
            figure(format!("{bytes:.0}")),
            peaks.collect::<Vec<_>>().join(", "),
        ]
    };
    let head = [
        "",
        "states",
        "time",
        "ratio",
        "sent a state",
        "bytes each",
        "MiB",
    ];
    table(&head, &lines.iter().map(row).collect::<Vec<_>>())
}

const SYSTEMS: [&str; 2] = ["synod", "etcd"];

/// Nodes and etcd: of each system the better of its ways to connect.
fn nodes(lines: &[Value]) -> String {
    let of_kind = |kind| lines.iter().filter(move |line| line["kind"] == kind);
    let mut shapes = Vec::new();
    for line in of_kind("load") {
        let shape = (&line["clients"], &line["together"], &line["to"]);
        if !shapes.contains(&shape) {
            shapes.push(shape);
        }
    }
    let mut rows = Vec::new();
    for shape in shapes {
        let alike = of_kind("load")
            .filter(|line| (&line["clients"], &line["together"], &line["to"]) == shape);
        let best = |system| {
            let own = alike.clone().filter(|line| line["system"] == system);
            let speed = |line: &&Value| number(line, "writes_per_second");
            own.max_by(|a, b| speed(a).total_cmp(&speed(b)))
        };
        let best = SYSTEMS.map(best);
        rows.extend(best.into_iter().flatten().map(load));
        if let [Some(ours), Some(theirs)] = best {
            let ratio = |key| format!("{:.2}", number(ours, key) / number(theirs, key));
            let ratios = ["writes_per_second", "p50_ms", "p99_ms"].map(ratio);
            let mut row = vec![String::new(), "*synod / etcd*".to_owned()];
            row.extend(ratios);
            row.resize(HEAD_OF_LOAD.len(), String::new());
            rows.push(row);
        }
    }
    let gaps: Vec<_> = of_kind("gap").collect();
    let mut parts = vec![table(&HEAD_OF_LOAD, &rows)];
    if !gaps.is_empty() {
        parts.push(table(&HEAD_OF_GAPS, &gap_rows(&gaps)));
    }
    parts.extend(machines(lines));
    parts.join("\n")
}

/// On which machine nodes were measured.
fn machines(lines: &[Value]) -> impl Iterator<Item = String> {
    let machines = lines.iter().filter(|line| line["kind"] == "machine");
    machines.map(|machine| {
        format!(
            "{}; load before {}; {}, where 4 KiB are durable after {:.2} ms.\n",
            word(machine, "systems"),
            machine["load"],
            word(machine, "file_system"),
            number(machine, "sync_ms"),
        )
    })
}

const HEAD_OF_LOAD: [&str; 8] = [
    "clients, connected to",
    "system",
    "writes/s",
    "p50, ms",
    "p99, ms",
    "longest, ms",
    "processor of the nodes, µs a write (processors busy)",
    "of the clients",
];

fn load(line: &Value) -> Vec<String> {
    let clients = number(line, "clients");
    let to = match (word(line, "to"), clients > 1.0) {
        ("leader", _) => "the leader",
        (_, true) => "all nodes",
        (_, false) => "another node",
    };
    let mut system = vec![word(line, "system").to_owned()];
    if number(line, "connections") < clients {
        system.push(format!("{} connections", line["connections"]));
    }
    if line["leader_changed"] == true {
        system.push("the leader changed".to_owned());
    }
    if number(line, "failures") > 0.0 {
        system.push(format!("{} attempts failed", line["failures"]));
    }
    let milliseconds = |key| format!("{:.2}", number(line, key));
    let processor = |whose: &str| {
        let spent = number(line, &format!("{whose}_processor_us_per_write"));
        let busy = number(line, &format!("{whose}_processors"));
        format!("{spent:.0} ({busy:.2})")
    };
    let [p50, p99, max] = ["p50_ms", "p99_ms", "max_ms"].map(milliseconds);
    let [nodes, generator] = ["nodes", "generator"].map(processor);
    vec![
        match line["together"].as_u64() {
            None | Some(1) => format!("{clients}, {to}"),
            Some(together) => format!("{clients}, each {together} values at a time, {to}"),
        },
        system.join(", "),
        whole(line, "writes_per_second"),
        p50,
        p99,
        max,
        nodes,
        generator,
    ]
}

const HEAD_OF_GAPS: [&str; 4] = [
    "under 50 clients",
    "system",
    "ms without a write (median)",
    "each time",
];

fn gap_rows(gaps: &[&Value]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (event, key) in [
        ("the leader is killed", "gap_ms"),
        ("the leader comes back", "gap_at_return_ms"),
    ] {
        for system in SYSTEMS {
            let own = gaps.iter().filter(|gap| gap["system"] == system);
            let (medians, each): (Vec<_>, Vec<_>) = own.partition(|gap| gap["round"] == "median");
            let joined = |gaps: Vec<&&Value>| {
                let gaps = gaps.iter().map(|gap| whole(gap, key));
                gaps.collect::<Vec<_>>().join(", ")
            };
            if !medians.is_empty() {
                let (median, each) = (joined(medians), joined(each));
                rows.push(vec![event.to_owned(), system.to_owned(), median, each]);
            }
        }
    }
    rows
}

/// Nodes after long histories, and when one was away.
fn long(lines: &[Value]) -> String {
    let of_kind = |kind| lines.iter().filter(move |line| line["kind"] == kind);
    let overwrites: Vec<_> = of_kind("overwrites").map(overwrites_row).collect();
    let away: Vec<_> = of_kind("away").map(away_row).collect();
    let tables = [
        (table(&HEAD_OF_OVERWRITES, &overwrites), overwrites),
        (table(&HEAD_OF_AWAY, &away), away),
    ];
    let tables = tables.into_iter().filter(|(_, rows)| !rows.is_empty());
    let mut parts: Vec<_> = tables.map(|(table, _)| table).collect();
    parts.extend(machines(lines));
    parts.join("\n")
}

const HEAD_OF_OVERWRITES: [&str; 9] = [
    "system",
    "requests",
    "a second",
    "p50, ms",
    "p99, ms",
    "memory of each node at most, MiB",
    "in the end",
    "disk of each node at most, MiB",
    "in the end",
];

fn overwrites_row(line: &Value) -> Vec<String> {
    let seen = &line["seen"];
    vec![
        with_remarks(word(line, "system").to_owned(), line, seen),
        format!("{} {}", whole(seen, "requests"), word(line, "what")),
        whole(seen, "per_second"),
        hundredths(seen, "p50_ms"),
        hundredths(seen, "p99_ms"),
        mebibytes(line, "highest_memory_bytes"),
        mebibytes(line, "memory_bytes"),
        mebibytes(line, "highest_disk_bytes"),
        mebibytes(line, "disk_bytes"),
    ]
}

const HEAD_OF_AWAY: [&str; 11] = [
    "system, the follower",
    "decrees missed",
    "back after",
    "writes/s until then",
    "p50, ms",
    "p99, ms",
    "p99 just before",
    "ratio",
    "p99 with all three",
    "longest, ms without a write",
    "memory of each node at most, MiB",
];

fn away_row(line: &Value) -> Vec<String> {
    let returning = &line["returning"];
    let name = format!("{}, {}", word(line, "system"), word(line, "left"));
    let back = match line["back_seconds"].as_f64() {
        Some(back) => format!("{back:.1} s"),
        None => format!("> {} s", line["patience_seconds"]),
    };
    vec![
        with_remarks(name, line, returning),
        whole(line, "missed"),
        back,
        whole(returning, "per_second"),
        hundredths(returning, "p50_ms"),
        hundredths(returning, "p99_ms"),
        hundredths(&line["without"], "p99_ms"),
        hundredths(line, "p99_ratio"),
        hundredths(&line["whole"], "p99_ms"),
        whole(returning, "pause_ms"),
        mebibytes(line, "highest_memory_bytes"),
    ]
}

fn with_remarks(name: String, line: &Value, seen: &Value) -> String {
    let mut words = vec![name];
    if line["leader_changed"] == true {
        words.push("the leader changed".to_owned());
    }
    if number(seen, "failures") > 0.0 {
        words.push(format!("{} attempts failed", seen["failures"]));
    }
    words.join(", ")
}

fn hundredths(line: &Value, key: &str) -> String {
    format!("{:.2}", number(line, key))
}

/// Of each node.
fn mebibytes(line: &Value, key: &str) -> String {
    let each = line[key].as_array().into_iter().flatten();
    let each = each.filter_map(Value::as_u64);
    let each = each.map(|bytes| count(bytes >> 20));
    each.collect::<Vec<_>>().join(", ")
}
