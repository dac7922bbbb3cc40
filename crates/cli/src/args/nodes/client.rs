//! The command line of `synod client`.

use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// Send commands to a node.
///
/// Sends the command in the arguments, or one a line from standard input. Speaks the Redis protocol, and prints replies as redis-cli does: with their types
/// on a terminal, and bare elsewhere.
#[derive(Args, Debug)]
#[command(after_long_help = commands_and_examples())]
pub(crate) struct ClientOptions {
    /// Where nodes listen for clients. If a node cannot be reached, or answers TRYAGAIN or LOADING (it has not carried
    /// out the request and will not), the next one is asked.
    #[arg(
        long,
        short,
        value_name = "HOST:PORT,...",
        value_delimiter = ',',
        default_value = "127.0.0.1:7379"
    )]
    pub(crate) address: Vec<String>,

    /// Use TLS, with the certificates in this folder, as `synod cert` makes them. A node must have one for the host
    /// in its address.
    #[arg(long, value_name = "DIR")]
    pub(crate) tls: Option<PathBuf>,

    /// Say to nodes that this user asks: see `synod node --users`. The password is the value of SYNOD_PASSWORD; if it
    /// is not set, it is asked for on the terminal.
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,

    /// How long to wait for a reply from a node that says nothing. A node that cannot carry out a command says so
    /// after its own --patience (5s).
    #[arg(long, value_name = "TIME", value_parser = super::span, default_value = "10s")]
    pub(crate) timeout: Duration,

    /// Print each reply as JSON, one a line. Bytes that are not UTF-8 are lost.
    #[arg(long, conflicts_with = "no_raw")]
    pub(crate) json: bool,

    /// Print replies with their types even if standard output is no terminal.
    #[arg(long)]
    pub(crate) no_raw: bool,

    /// The command and its arguments. Without them, commands are read from standard input.
    #[arg(value_name = "COMMAND", trailing_var_arg = true)]
    pub(crate) command: Vec<OsString>,
}

fn commands_and_examples() -> String {
    format!("Commands:\n{}\n\n{EXAMPLES}", synod_node::clients::HELP)
}

const EXAMPLES: &str = "\
Examples:
  synod client SET colour olive
  synod client --address 127.0.0.1:7379,127.0.0.1:7380 GET colour
  printf 'INCR n\\nGET n\\n' | synod client
  SYNOD_PASSWORD=… synod client --user app GET colour

Exit status: 0 every reply was good; 1 a reply was an error, or none came;
2 bad usage.";
