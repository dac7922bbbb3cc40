//! Measures Synod next to others, on this machine, in one run: its search next
//! to other checkers and to itself distributed (`timely`), its nodes (`node`)
//! next to etcd's members.
//!
//! `scripts/bench` runs it.

mod checkers;
mod node;
mod timely;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let status = match arguments.split_first() {
        Some((first, rest)) if first == "node" => node::main(rest),
        Some((first, rest)) if first == "timely" => timely::main(rest),
        _ => checkers::main(arguments),
    };
    match synod_terminal::lost() {
        None => status,
        Some(error) => {
            synod_terminal::note!("standard output: {error}");
            ExitCode::from(2)
        }
    }
}
