//! `synod`: checks the protocols of "The Part-Time Parliament", and runs them.
//!
//! One file a verb; what verbs share lies beside them.

mod args;
mod audit;
mod build;
mod cert;
mod check;
mod client;
mod cluster;
mod diagnostics;
mod distributed;
mod explore;
mod memory;
mod node;
mod outcome;
mod output;
mod progress;
mod run;
mod specs;
mod status;
mod trace;

use crate::args::{Arguments, Verb};
use crate::status::Status;
use clap::{CommandFactory, Parser};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let status = match arguments.verb {
        Verb::Check(options) => check::check(&options),
        Verb::Explore(options) => explore::explore(&options),
        Verb::Node(options) => node::node(&options),
        Verb::Cluster(options) => cluster::cluster(&options),
        Verb::Cert(options) => cert::cert(options),
        Verb::Client(options) => client::client(&options),
        Verb::Audit(options) => audit::audit(&options),
        Verb::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(shell, &mut command, "synod", &mut std::io::stdout());
            Status::AsExpected
        }
    };
    status.into()
}
