//! Measures three nodes of Synod beside three members of etcd: see `NodeBenchOptions`.
//!
//! | module | what it has |
//! |---|---|
//! | `options` | the command line |
//! | `measure` | one figure: writes a second, or a gap in the service |
//! | `report` | the figures as a table and as JSON |

mod measure;
mod options;
mod report;

use crate::failure::Failure;
use crate::systems::cluster::Cluster;
use crate::systems::system::System;
use crate::systems::{self, SHARED};
use measure::Shape;
use options::Clients;
pub(crate) use options::NodeBenchOptions;
use report::{GapRow, Row};
use std::path::Path;
use synod_terminal::{is_closed, note, say_line};

/// Measures the systems in turns, and prints the figures.
pub(crate) fn measure_all(options: &NodeBenchOptions) -> Result<(), Failure> {
    systems::until_interrupted(run(options))
}

async fn run(options: &NodeBenchOptions) -> Result<(), Failure> {
    let (folder, systems) = options.systems.begin()?;
    if !options.systems.json {
        say_line!(
            "values of {} bytes at random over {} keys; medians of {} × {} s",
            options.value_bytes,
            options.keys,
            options.rounds,
            options.seconds
        );
    }
    let mut rows = Vec::new();
    let mut gaps = Vec::new();
    for round in 1..=options.rounds {
        for &system in &systems {
            if is_closed() {
                return Err("interrupted: the results are no longer read".into());
            }
            turn(system, round, options, &folder, &mut rows, &mut gaps)
                .await
                .map_err(|problem| format!("{}: {problem}", system.name()))?;
        }
    }
    if options.systems.json {
        for line in report::medians(&rows, &gaps) {
            say_line!("{line}");
        }
    } else {
        say_line!("{}", report::table(&rows, &gaps));
    }
    Ok(())
}

/// One round of one system, on new nodes.
async fn turn(
    system: System,
    round: usize,
    options: &NodeBenchOptions,
    folder: &Path,
    rows: &mut Vec<Row>,
    gaps: &mut Vec<GapRow>,
) -> Result<(), Failure> {
    let mut cluster = Cluster::start(system, folder, &[]).await?;
    let told = format!("{}, round {round} of {}", system.name(), options.rounds);
    for shape in shapes(system, &options.clients) {
        let nodes = if shape.to_leader { "the leader" } else { "all" };
        let (clients, connections) = (shape.clients, shape.connections);
        note!("{told}: {clients}, {connections} connections to {nodes} …");
        let figures = measure::figures(&mut cluster, options, shape).await?;
        let row = Row::new(system, shape, round, &figures);
        if let Some(why) = figures.recording.last_failure {
            note!("{} attempts failed, the last one: {why}", row.failures);
        }
        if options.systems.json {
            say_line!("{}", row.json());
        }
        rows.push(row);
    }
    for kill in 1..=options.kills {
        note!("{told}: kill {kill} of {} …", options.kills);
        let gap = measure::gap(&mut cluster, options).await?;
        let row = GapRow::new(system, round, &gap);
        if options.systems.json {
            say_line!("{}", row.json());
        }
        gaps.push(row);
    }
    Ok(())
}

/// Each number of clients, connected to the leader and to all nodes. etcd is also
/// measured over shared connections, as its own clients use them.
fn shapes(system: System, clients: &[Clients]) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for &clients in clients {
        for to_leader in [true, false] {
            let mut ways = vec![clients.count];
            if system == System::Etcd && clients.count > SHARED {
                ways.push(SHARED);
            }
            shapes.extend(ways.into_iter().map(|connections| Shape {
                clients,
                connections,
                to_leader,
            }));
        }
    }
    shapes
}
