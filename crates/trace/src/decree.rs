//! The layout of decrees in a trace, and conversions from and to the protocol's type.

use crate::{Command, Decree, command};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use synod_protocol::parliament::{Request, RequestId};

/// A decree as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum DecreeJson<'a> {
    /// The olive-day decree: a no-op that fills a gap.
    OliveDay,
    /// A request of a client.
    Request {
        /// The client's number.
        client: u64,
        /// The request's number among those of its client.
        sequence: u64,
        /// The command to be carried out.
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
    fn from(json: DecreeJson<'_>) -> Self {
        match json {
            DecreeJson::OliveDay => Self::OliveDay,
            DecreeJson::Request {
                client,
                sequence,
                command,
            } => Self::Request(Request {
                id: RequestId { client, sequence },
                command: command.into_owned().into(),
            }),
        }
    }
}
