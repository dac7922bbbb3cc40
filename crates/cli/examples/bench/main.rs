//! Measures Synod next to others, on this machine, in one run: its search next
//! to other checkers and to itself distributed (`timely`), its nodes (`node`)
//! next to etcd's members.
//!
//! `scripts/bench` runs it.

#![allow(clippy::print_stdout, clippy::print_stderr)] // It is a program.

mod checkers;
mod node;
mod timely;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, rest)) if first == "node" => node::main(rest),
        Some((first, rest)) if first == "timely" => timely::main(rest),
        _ => checkers::main(arguments),
    }
}
