//! The figures as a table for people, and as lines of JSON for programs.

use super::measure::{Gap, LoadFigures, Shape};
use crate::systems::system::System;
use serde_json::{Value, json};

/// The figures of one system under one load, in one round.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub system: System,
    pub shape: Shape,
    pub round: usize,
    pub writes_per_second: f64,
    /// Latencies, in milliseconds.
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
    pub failures: u64,
    /// Microseconds of processor time that the nodes took for each write.
    pub nodes: f64,
    /// The same of the clients.
    pub generator: f64,
    /// How many processors the nodes kept busy.
    pub nodes_busy: f64,
    /// How many processors the clients kept busy.
    pub generator_busy: f64,
    pub leader_changed: bool,
}

/// One kill of the leader: the gaps in the service.
#[derive(Debug, Clone, Copy)]
pub(super) struct GapRow {
    pub system: System,
    pub round: usize,
    /// Milliseconds without a write after the leader was killed.
    pub gone: f64,
    /// Milliseconds without a write after the node came back.
    pub back: f64,
    pub failures: u64,
}

impl Row {
    /// The figures in the units that are shown.
    #[allow(clippy::cast_precision_loss)] // Figures to read.
    pub(super) fn new(system: System, shape: Shape, round: usize, figures: &LoadFigures) -> Self {
        let latencies = &figures.recording.latencies;
        let writes = latencies.len() as f64;
        let at = |quantile| latencies.value_at_quantile(quantile) as f64 / 1e3;
        let elapsed = figures.elapsed.as_secs_f64();
        let (nodes, generator) = (figures.nodes, figures.generator);
        Self {
            system,
            shape,
            round,
            writes_per_second: writes / elapsed,
            p50: at(0.5),
            p99: at(0.99),
            max: latencies.max() as f64 / 1e3,
            failures: figures.recording.failures,
            nodes: nodes.as_secs_f64() * 1e6 / writes.max(1.0),
            generator: generator.as_secs_f64() * 1e6 / writes.max(1.0),
            nodes_busy: nodes.as_secs_f64() / elapsed,
            generator_busy: generator.as_secs_f64() / elapsed,
            leader_changed: figures.leader_changed,
        }
    }

    /// The line of JSON.
    pub(super) fn json(&self) -> Value {
        json!({
            "schema": 1,
            "kind": "load",
            "system": self.system.name(),
            "round": self.round,
            "clients": self.shape.clients.count,
            "together": self.shape.clients.together,
            "connections": self.shape.connections,
            "to": if self.shape.to_leader { "leader" } else { "all" },
            "writes_per_second": self.writes_per_second,
            "p50_ms": self.p50,
            "p99_ms": self.p99,
            "max_ms": self.max,
            "failures": self.failures,
            "leader_changed": self.leader_changed,
            "nodes_processor_us_per_write": self.nodes,
            "generator_processor_us_per_write": self.generator,
            "nodes_processors": self.nodes_busy,
            "generator_processors": self.generator_busy,
        })
    }

    /// The row of the table.
    fn line(&self) -> String {
        let name = if self.shape.connections < self.shape.clients.count {
            format!(
                "{}, {} connections",
                self.system.name(),
                self.shape.connections
            )
        } else {
            self.system.name().to_owned()
        };
        format!(
            "  {name:24}{:>10.0}{:>10.2}{:>10.2}{:>10.2}{:>10}{:>10.0} {:>7}{:>10.0} {:>7}{}",
            self.writes_per_second,
            self.p50,
            self.p99,
            self.max,
            self.failures,
            self.nodes,
            format!("({:.2})", self.nodes_busy),
            self.generator,
            format!("({:.2})", self.generator_busy),
            if self.leader_changed {
                "  the leader changed"
            } else {
                ""
            },
        )
    }
}

impl GapRow {
    /// The gap in the units that are shown.
    pub(super) fn new(system: System, round: usize, gap: &Gap) -> Self {
        Self {
            system,
            round,
            gone: gap.gone.as_secs_f64() * 1e3,
            back: gap.back.as_secs_f64() * 1e3,
            failures: gap.failures,
        }
    }

    /// The line of JSON.
    pub(super) fn json(&self) -> Value {
        json!({
            "schema": 1,
            "kind": "gap",
            "system": self.system.name(),
            "round": self.round,
            "gap_ms": self.gone,
            "gap_at_return_ms": self.back,
            "failures": self.failures,
        })
    }
}

/// The medians over all rounds, as JSON.
pub(super) fn medians(rows: &[Row], gaps: &[GapRow]) -> Vec<Value> {
    let mut ways = Vec::new();
    for row in rows {
        if !ways.contains(&(row.system, row.shape)) {
            ways.push((row.system, row.shape));
        }
    }
    let loads = ways
        .into_iter()
        .filter_map(|(system, shape)| Some(over_all(rows, system, shape)?.json()));
    let gaps = [System::Synod, System::Etcd]
        .into_iter()
        .filter_map(|system| {
            let own: Vec<&GapRow> = gaps.iter().filter(|gap| gap.system == system).collect();
            let row = GapRow {
                system,
                round: 0,
                gone: median(own.iter().map(|gap| gap.gone).collect())?,
                back: median(own.iter().map(|gap| gap.back).collect())?,
                failures: own.iter().map(|gap| gap.failures).sum(),
            };
            Some(row.json())
        });
    let mut lines: Vec<Value> = loads.chain(gaps).collect();
    for line in &mut lines {
        // In place of the number of a round.
        line["round"] = "median".into();
    }
    lines
}

/// Over all rounds: the medians, the largest latency of all, and the sum of all
/// failures.
fn over_all(rows: &[Row], system: System, shape: Shape) -> Option<Row> {
    let rows: Vec<&Row> = rows
        .iter()
        .filter(|row| row.system == system && row.shape == shape)
        .collect();
    let middle = |figure: fn(&Row) -> f64| median(rows.iter().map(|row| figure(row)).collect());
    Some(Row {
        system,
        shape,
        round: 0,
        writes_per_second: middle(|row| row.writes_per_second)?,
        p50: middle(|row| row.p50)?,
        p99: middle(|row| row.p99)?,
        max: rows.iter().map(|row| row.max).fold(0.0, f64::max),
        failures: rows.iter().map(|row| row.failures).sum(),
        nodes: middle(|row| row.nodes)?,
        generator: middle(|row| row.generator)?,
        nodes_busy: middle(|row| row.nodes_busy)?,
        generator_busy: middle(|row| row.generator_busy)?,
        leader_changed: rows.iter().any(|row| row.leader_changed),
    })
}

fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    let middle = numbers.len().checked_sub(1)?;
    Some(f64::midpoint(
        numbers[middle / 2],
        numbers[middle.div_ceil(2)],
    ))
}

/// The table for people. Of each system it shows the way to connect with more writes a
/// second.
pub(super) fn table(rows: &[Row], gaps: &[GapRow]) -> String {
    let mut lines = vec![
        format!(
            "  {:24}{:>10}{:>30}{:>10}{:>36}",
            "", "", "latency, ms         ", "", "processor, µs a write (busy)"
        ),
        format!(
            "  {:24}{:>10}{:>10}{:>10}{:>10}{:>10}{:>18}{:>18}",
            "", "writes/s", "p50", "p99", "max", "failures", "nodes", "clients"
        ),
    ];
    let mut told = Vec::new();
    for Shape {
        clients, to_leader, ..
    } in rows.iter().map(|row| row.shape)
    {
        if told.contains(&(clients, to_leader)) {
            continue;
        }
        told.push((clients, to_leader));
        let nodes = match (to_leader, clients.count) {
            (true, _) => "the leader",
            (false, 1) => "another node",
            (false, _) => "all nodes",
        };
        lines.push(format!("{clients}, connected to {nodes}"));
        let best = |system| {
            let like = |row: &&Row| {
                row.system == system
                    && (row.shape.clients, row.shape.to_leader) == (clients, to_leader)
            };
            let shapes = rows.iter().filter(like).map(|row| row.shape);
            let all = shapes.filter_map(|shape| over_all(rows, system, shape));
            all.max_by(|a, b| a.writes_per_second.total_cmp(&b.writes_per_second))
        };
        let (ours, theirs) = (best(System::Synod), best(System::Etcd));
        lines.extend([ours, theirs].iter().flatten().map(Row::line));
        if let (Some(ours), Some(theirs)) = (ours, theirs) {
            lines.push(format!(
                "  {:24}{:>10.2}{:>10.2}{:>10.2}",
                "synod / etcd",
                ours.writes_per_second / theirs.writes_per_second,
                ours.p50 / theirs.p50,
                ours.p99 / theirs.p99,
            ));
        }
    }
    lines.extend(gap_lines(gaps, "is killed", |gap| gap.gone));
    lines.extend(gap_lines(gaps, "comes back", |gap| gap.back));
    lines.join("\n")
}

fn gap_lines(gaps: &[GapRow], when: &str, of: fn(&GapRow) -> f64) -> Vec<String> {
    let mut lines = Vec::new();
    if !gaps.is_empty() {
        lines.push(format!(
            "the leader {when} under 50 clients, ms without a write"
        ));
    }
    for system in [System::Synod, System::Etcd] {
        let own = gaps.iter().filter(|gap| gap.system == system);
        let own: Vec<f64> = own.map(of).collect();
        let each: Vec<String> = own.iter().map(|gap| format!("{gap:.0}")).collect();
        if let Some(middle) = median(own) {
            let (name, each) = (system.name(), each.join(", "));
            lines.push(format!("  {name:24}{middle:>10.0}  (median of {each})"));
        }
    }
    lines
}
