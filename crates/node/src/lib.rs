//! Runs the model-checked [`Legislator`] of the parliament (§3) as a node of a replicated
//! key-value store, on a real network with real disks.
//!
//! A node sends no message before everything that the message depends on is on its disk.
//! The logic is [`synod_protocol::parliament`]; this crate adds what a protocol without
//! input and output lacks: a clock, a disk, a network and clients. It takes no decision of
//! the protocol: whatever it does to a legislator (withhold a message, end a timer early,
//! restart it from its ledger), a network, a clock and a crash can do as well.
//!
//! ```text
//! clients ─→ resp ─┐                        ┌─→ ledger (redb, fsync)
//!                  ├─→ driver ─→ Legislator ┼─→ trace (JSON lines)
//! peers ─→ transport ┘                      └─→ transport ─→ peers
//! ```
//!
//! # Where to begin
//!
//! | to | use |
//! |---|---|
//! | run a node (as `synod node` does) | [`node::start`], with a [`config::Config`] |
//! | ask a node (as `synod client` does) | [`clients::dial::Connection`] |
//! | read the ledger of a node (as `synod audit` does) | [`ledger::LedgerReader`] |
//! | make and restore backups (as `synod backup` and `synod restore` do) | [`backup`] |
//! | make certificates (as `synod cert` does) | [`certificates::make`] |
//! | run a process of one's own | [`driver::Driver`], with a [`driver::Host`] |
//!
//! A parliament of one, and a client of it:
//!
//! ```
//! use std::time::Duration;
//! use synod_math::Priest;
//! use synod_node::clients::dial::Connection;
//! use synod_node::config::{Config, Identity, SETTINGS, WithoutTls};
//! use synod_node::{node, timers::Timing};
//! use synod_resp::Reply;
//!
//! let folder = tempfile::tempdir()?;
//! let me = Priest::new(0).unwrap();
//! let any_port = "127.0.0.1:0".parse()?;
//! let config = Config {
//!     identity: Identity { cluster: "demo".to_owned(), me, legislators: 1 },
//!     peers: [(me, "127.0.0.1:7501".to_owned())].into(),
//!     folder: folder.path().join("node-1"),
//!     listen: any_port,
//!     clients: any_port,
//!     http: None,
//!     tls: None,
//!     without_tls: WithoutTls::LoopbackOnly,
//!     users: None,
//!     trace: None,
//!     timing: Timing::DEFAULT,
//!     settings: SETTINGS,
//!     patience: Duration::from_secs(5),
//! };
//! let runtime = tokio::runtime::Runtime::new()?;
//! let node = runtime.block_on(node::start(&config))?;
//!
//! let address = node.addresses.clients.to_string();
//! let mut client = Connection::open(&address, None, config.patience)?;
//! let reply = client.ask(&[b"INCR".to_vec(), b"visits".to_vec()])?;
//! assert_eq!(reply, Reply::Integer(1));
//! runtime.block_on(node.handle.end());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The modules, in the order in which to read them
//!
//! | module | contents |
//! |---|---|
//! | [`node`] | starts all parts of a node and connects them |
//! | [`config`] | the configuration of a node |
//! | [`event`] | the events that reach a node, and its replies |
//! | [`driver`] | the task that owns a process: inputs in, outputs out in order |
//! | [`durability`] | what has to be durable before an output of a legislator leaves |
//! | `host` | the legislator's environment for the driver: disk, network, clients |
//! | [`timers`] | how long the protocol's timers take |
//! | [`ledger`] | the legislator's ledger on disk |
//! | [`ledger_identity`] | the identity of a ledger, and how far it has come |
//! | [`rollback`] | detects that a ledger is lost, or is an older copy |
//! | [`snapshot`] | the law as of some decree, in a file, and how nodes send it to each other |
//! | [`backup`] | the law in a file, and new clusters that begin with it |
//! | [`wire`] | messages and records as bytes |
//! | [`transport`] | frames between legislators |
//! | [`certificates`] | TLS: certificates, and the check of them |
//! | [`clients`] | the Redis protocol: requests in, replies out |
//! | [`handle`] | how the servers of clients reach the driver |
//! | [`status`] | what a node shows of itself |
//! | [`stage`] | what a node does from its start until it takes part |
//! | [`http`] | health and metrics |
//! | `described` | what the metrics mean |
//! | `reread` | files that are read again when they change |
//! | `resources` | what a node uses of its machine |
//! | `accept` | accepts connections, in bounded number |
//! | [`files`] | how many files a node opens, and so how many clients it may serve |
//! | [`private`] | refuses folders and keys that other users could change or redirect |
//! | `types` | the protocol's types, for a law that is a map |
//!
//! Items without an example are parts of one of the entry points above, whose example
//! uses them.
//!
//! Absent: models, and any protocol but the one that is model-checked.

mod accept;
pub mod backup;
pub mod certificates;
pub mod clients;
pub mod config;
mod described;
pub mod driver;
pub mod durability;
pub mod event;
pub mod files;
pub mod handle;
mod host;
pub mod http;
pub mod ledger;
pub mod ledger_identity;
pub mod node;
pub mod private;
mod reread;
mod resources;
pub mod rollback;
pub mod snapshot;
pub mod stage;
pub mod status;
pub mod timers;
pub mod transport;
mod types;
pub mod wire;

pub use types::{
    Action, Answer, Command, Decree, Ledger, Legislator, Map, Message, Note, Request, Response,
    SharedCommand,
};
