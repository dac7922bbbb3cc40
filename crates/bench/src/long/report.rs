//! The figures as tables for people, and as lines of JSON for programs.

use super::away::{AwayCase, AwayFigures, Leave};
use super::overwrites::{Phase, PhaseFigures};
use super::seen::Seen;
use crate::systems::load::Operation;
use crate::systems::system::System;
use crate::systems::usage::Usage;
use serde_json::{Value, json};

/// One system under requests of one kind.
pub(super) struct OverwritesRow {
    system: System,
    phase: Phase,
    figures: PhaseFigures,
}

/// One system, a follower of which was away.
pub(super) struct AwayRow {
    system: System,
    leave: Leave,
    case: AwayCase,
    figures: AwayFigures,
}

impl OverwritesRow {
    pub(super) fn new(system: System, phase: Phase, figures: PhaseFigures) -> Self {
        Self {
            system,
            phase,
            figures,
        }
    }

    fn name(&self) -> &'static str {
        match self.phase.operation {
            Operation::Put => "writes",
            Operation::Get => "reads",
        }
    }

    /// The line of JSON.
    pub(super) fn json(&self) -> Value {
        let PhaseFigures {
            seen,
            usage,
            leader_changed,
        } = &self.figures;
        json!({
            "schema": 1,
            "kind": "overwrites",
            "system": self.system.name(),
            "what": self.name(),
            "writes": self.phase.writes,
            "clients": self.phase.clients,
            "keys": self.phase.keys,
            "seen": seen.json(),
            "memory_bytes": memory(&usage.last),
            "highest_memory_bytes": memory(&usage.highest),
            "disk_bytes": disk(&usage.last),
            "highest_disk_bytes": disk(&usage.highest),
            "leader_changed": leader_changed,
        })
    }

    fn line(&self) -> String {
        let PhaseFigures {
            seen,
            usage,
            leader_changed,
        } = &self.figures;
        let name = format!("{}, {}", self.system.name(), self.name());
        format!(
            "  {name:15}{:>10}{:>9.0}{:>8.2}{:>8.2}{:>18}{:>18}{:>18}{:>18}{}{}",
            seen.requests,
            seen.per_second,
            seen.p50,
            seen.p99,
            mebibytes(&memory(&usage.highest)),
            mebibytes(&memory(&usage.last)),
            mebibytes(&disk(&usage.highest)),
            mebibytes(&disk(&usage.last)),
            failures(seen.failures),
            changed(*leader_changed),
        )
    }
}

impl AwayRow {
    pub(super) fn new(system: System, leave: Leave, case: AwayCase, figures: AwayFigures) -> Self {
        Self {
            system,
            leave,
            case,
            figures,
        }
    }

    /// By how much p99 is larger than just before.
    fn ratio(&self) -> f64 {
        self.figures.returning.p99 / self.figures.without.p99
    }

    /// The line of JSON.
    pub(super) fn json(&self) -> Value {
        let figures = &self.figures;
        json!({
            "schema": 1,
            "kind": "away",
            "system": self.system.name(),
            "left": self.leave.name(),
            "clients": self.case.clients,
            "keys": self.case.keys,
            "value_bytes": self.case.value_bytes,
            "missed": figures.missed,
            "back_seconds": figures.back.map(|back| back.as_secs_f64()),
            "patience_seconds": self.case.patience.as_secs(),
            "whole": figures.whole.json(),
            "without": figures.without.json(),
            "returning": figures.returning.json(),
            "p99_ratio": self.ratio(),
            "follower": figures.follower + 1,
            "highest_memory_bytes": memory(&figures.usage.highest),
            "leader_changed": figures.leader_changed,
        })
    }

    fn line(&self) -> String {
        let figures = &self.figures;
        let name = format!("{}, {}", self.system.name(), self.leave.name());
        let back = figures.back.map_or_else(
            || format!("> {}", self.case.patience.as_secs()),
            |back| format!("{:.2}", back.as_secs_f64()),
        );
        let Seen { p50, p99, .. } = figures.returning;
        format!(
            "  {name:15}{:>10}{back:>8}{:>10.0}{:>9.2}{:>9.2}{p50:>9.2}{p99:>9.2}{:>7.2}{:>9.0}{:>20}{}{}",
            figures.missed,
            figures.returning.per_second,
            figures.whole.p99,
            figures.without.p99,
            self.ratio(),
            figures.returning.pause,
            mebibytes(&memory(&figures.usage.highest)),
            failures(figures.returning.failures),
            changed(figures.leader_changed),
        )
    }
}

fn memory(usage: &[Usage]) -> Vec<u64> {
    usage.iter().map(|usage| usage.memory).collect()
}

fn disk(usage: &[Usage]) -> Vec<u64> {
    usage.iter().map(|usage| usage.disk).collect()
}

/// Of each node.
fn mebibytes(bytes: &[u64]) -> String {
    let each = bytes.iter().map(|bytes| (bytes >> 20).to_string());
    each.collect::<Vec<_>>().join(" ")
}

fn failures(failures: u64) -> String {
    match failures {
        0 => String::new(),
        some => format!("  {some} attempts failed"),
    }
}

fn changed(leader_changed: bool) -> &'static str {
    if leader_changed {
        "  the leader changed"
    } else {
        ""
    }
}

/// The table of overwrites and reads.
pub(super) fn overwrites_table(rows: &[OverwritesRow]) -> String {
    let mut lines = Vec::new();
    if let Some(OverwritesRow { phase, .. }) = rows.first() {
        lines.extend([
            format!(
                "overwrites of {} keys by {} clients, then reads; of each node the memory and the disk, MiB",
                phase.keys, phase.clients
            ),
            format!(
                "  {:15}{:>10}{:>9}{:>8}{:>8}{:>18}{:>18}{:>18}{:>18}",
                "", "requests", "a second", "p50, ms", "p99, ms",
                "memory: highest", "in the end", "disk: highest", "in the end"
            ),
        ]);
    }
    lines.extend(rows.iter().map(OverwritesRow::line));
    lines.join("\n")
}

/// The table of followers that were away.
pub(super) fn away_table(rows: &[AwayRow]) -> String {
    let mut lines = Vec::new();
    if let Some(AwayRow { case, .. }) = rows.first() {
        lines.extend([
            format!(
                "a follower was away while {} clients wrote values of {} bytes over {} keys, and returned while they wrote on",
                case.clients, case.value_bytes, case.keys
            ),
            format!(
                "  {:15}{:>10}{:>8}{:>10}{:>9}{:>9}{:>9}{:>9}{:>7}{:>9}{:>20}",
                "", "", "", "", "p99, ms:", "", "p50, ms:", "p99, ms:", "", "", "of each node"
            ),
            format!(
                "  {:15}{:>10}{:>8}{:>10}{:>9}{:>9}{:>9}{:>9}{:>7}{:>9}{:>20}",
                "", "missed", "back, s", "writes/s", "all", "without", "return", "return", "ratio",
                "gap, ms", "memory at most, MiB"
            ),
        ]);
    }
    lines.extend(rows.iter().map(AwayRow::line));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::systems::usage::UsageWatch;
    use std::time::Duration;

    fn seen(p99: f64) -> Seen {
        Seen {
            requests: 1000,
            per_second: 100.0,
            p50: 1.0,
            p99,
            pause: 20.0,
            failures: 0,
        }
    }

    fn usage() -> UsageWatch {
        let usage = |mebibytes: u64| {
            let (memory, disk) = (mebibytes << 20, mebibytes << 21);
            vec![Usage { memory, disk }; 3]
        };
        UsageWatch {
            last: usage(30),
            highest: usage(40),
        }
    }

    #[test]
    fn a_row_of_overwrites_says_what_is_left_behind() {
        let phase = Phase {
            operation: Operation::Get,
            requests: 1000,
            writes: 10_000,
            clients: 5,
            keys: 10,
        };
        let figures = PhaseFigures {
            seen: seen(3.0),
            usage: usage(),
            leader_changed: false,
        };
        let row = OverwritesRow::new(System::Synod, phase, figures);
        let json = row.json();
        assert_eq!(
            (&json["what"], &json["writes"]),
            (&json!("reads"), &json!(10_000))
        );
        assert_eq!(
            json["highest_disk_bytes"],
            json!([80 << 20, 80 << 20, 80 << 20])
        );
        let table = overwrites_table(&[row]);
        assert!(table.contains("of 10 keys by 5 clients"), "{table}");
        let last = table.lines().last().unwrap().split_whitespace();
        let wanted = "synod, reads 1000 100 1.00 3.00 40 40 40 30 30 30 80 80 80 60 60 60";
        assert_eq!(last.collect::<Vec<_>>().join(" "), wanted);
    }

    #[test]
    fn a_row_of_an_absence_compares_the_return_with_the_time_just_before() {
        let row = |back| {
            let case = AwayCase {
                decrees: 900,
                clients: 5,
                keys: 10,
                value_bytes: 100,
                patience: Duration::from_secs(7),
            };
            let figures = AwayFigures {
                missed: 1000,
                back,
                whole: seen(4.0),
                without: seen(2.0),
                returning: seen(3.0),
                usage: usage(),
                follower: 0,
                leader_changed: true,
            };
            AwayRow::new(System::Etcd, Leave::Stopped, case, figures)
        };
        let rows = [row(Some(Duration::from_millis(2500))), row(None)];
        assert_eq!(rows[0].json()["p99_ratio"], json!(1.5));
        assert_eq!(rows[0].json()["back_seconds"], json!(2.5));
        assert_eq!(rows[1].json()["back_seconds"], json!(null));
        let table = away_table(&rows);
        let lines: Vec<_> = table.lines().rev().map(str::trim).collect();
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(
            words(lines[1]),
            "etcd, stopped 1000 2.50 100 4.00 2.00 1.00 3.00 1.50 20 40 40 40 the leader changed"
        );
        assert!(
            words(lines[0]).starts_with("etcd, stopped 1000 > 7 100"),
            "{table}"
        );
    }
}
