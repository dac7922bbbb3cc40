//! Decrees in a trace: the types that are written and read, and nothing beyond
//! their layout.

use crate::{Command, Decree, command};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use synod_protocol::parliament::{Request, RequestId};

/// A decree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DecreeJson<'a> {
    /// The olive day.
    OliveDay,
    /// What a client asked for.
    Request {
        /// Who.
        client: u64,
        /// Which of his requests.
        sequence: u64,
        /// For what.
        #[serde(
            serialize_with = "command::Command::serialize",
            deserialize_with = "command::deserialize_owned"
        )]
        command: Cow<'a, Command>,
    },
}

impl<'a> From<&'a Decree> for DecreeJson<'a> {
    fn from(decree: &'a Decree) -> Self {
        match decree {
            Decree::OliveDay => Self::OliveDay,
            Decree::Request(request) => Self::Request {
                client: request.id.client,
                sequence: request.id.sequence,
                command: Cow::Borrowed(&request.command),
            },
        }
    }
}

impl From<DecreeJson<'_>> for Decree {
    fn from(words: DecreeJson<'_>) -> Self {
        match words {
            DecreeJson::OliveDay => Self::OliveDay,
            DecreeJson::Request {
                client,
                sequence,
                command,
            } => Self::Request(Request {
                id: RequestId { client, sequence },
                command: command.into_owned(),
            }),
        }
    }
}
