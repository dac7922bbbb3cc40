//! The two systems, and how their nodes are started.

use super::protocol::Protocol;
use crate::failure::Failure;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A system that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum System {
    /// Three nodes of Synod.
    Synod,
    /// Three members of etcd.
    Etcd,
}

/// Where a node listens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addresses {
    /// For the other nodes.
    pub peers: SocketAddr,
    /// For clients.
    pub clients: SocketAddr,
    /// For its page of status and metrics.
    pub http: SocketAddr,
}

impl System {
    /// The name of the system.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Synod => "synod",
            Self::Etcd => "etcd",
        }
    }

    /// The version of the system, if it is installed.
    pub(crate) fn version(self) -> Option<String> {
        let program = self.program().ok()?;
        let output = Command::new(program)
            .arg("--version")
            .stderr(Stdio::null())
            .output()
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let word = text.lines().next()?.split_whitespace().last()?;
        output.status.success().then(|| word.to_owned())
    }

    /// The protocol of its clients, each of which has a connection of its own.
    pub(crate) fn protocol(self) -> Protocol {
        match self {
            Self::Synod => Protocol::Resp,
            Self::Etcd => Protocol::Grpc,
        }
    }

    fn program(self) -> Result<PathBuf, Failure> {
        match self {
            Self::Synod => Ok(std::env::current_exe()?.with_file_name("synod")),
            Self::Etcd => Ok(PathBuf::from("etcd")),
        }
    }

    /// The command that runs the node `all[index]`, with its data in `folder`.
    pub(crate) fn command(
        self,
        index: usize,
        all: &[Addresses],
        folder: &Path,
    ) -> Result<Command, Failure> {
        let mut command = Command::new(self.program()?);
        let own = all[index];
        let id = index + 1;
        let peers = |name: &dyn Fn(usize, SocketAddr) -> String| {
            let peers = (1..).zip(all).map(|(id, one)| name(id, one.peers));
            peers.collect::<Vec<_>>().join(",")
        };
        match self {
            Self::Synod => {
                let peers = peers(&|id, address| format!("{id}={address}"));
                command.arg("node").args(["--id", &id.to_string()]);
                command.args(["--cluster", "bench", "--peers", &peers]);
                command.arg("--folder").arg(folder);
                command.args(["--clients", &own.clients.to_string()]);
                command.args(["--http", &own.http.to_string()]);
                // The node's input is a pipe from this process, so the node ends when
                // this process does, in whatever way.
                command.arg("--end-with-input");
            }
            Self::Etcd => {
                let clients = format!("http://{}", own.clients);
                let own = format!("http://{}", own.peers);
                let cluster = peers(&|id, address| format!("member{id}=http://{address}"));
                command.args(["--name", &format!("member{id}")]);
                command.arg("--data-dir").arg(folder);
                command.args(["--listen-client-urls", &clients]);
                command.args(["--advertise-client-urls", &clients]);
                command.args(["--listen-peer-urls", &own]);
                command.args(["--initial-advertise-peer-urls", &own]);
                command.args(["--initial-cluster", &cluster]);
                command.args(["--initial-cluster-token", "bench"]);
            }
        }
        Ok(command)
    }
}
