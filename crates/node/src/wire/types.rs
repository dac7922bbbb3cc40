//! The format: what is written and read. No meaning here beyond the layout.

use serde::{Deserialize, Serialize};
use synod_protocol::parliament;
use synod_protocol::state_machine::map;

#[derive(Serialize, Deserialize)]
pub(super) enum Message {
    NextBallot {
        number: u64,
        known: u64,
    },
    LastVote {
        number: u64,
        above: u64,
        told: Vec<(u64, Told)>,
        missing: Vec<u64>,
    },
    BeginBallot {
        number: u64,
        at: u64,
        decree: Decree,
        quorum: u64,
        passed: u64,
    },
    Voted {
        number: u64,
        at: u64,
        priest: u8,
    },
    Success {
        at: u64,
        decree: Decree,
    },
    Refused {
        next_bal: u64,
    },
    Present {
        known: u64,
        next_bal: Option<u64>,
    },
    Forwarded {
        request: Request,
    },
    Declined {
        #[serde(with = "RequestId")]
        id: parliament::RequestId,
        #[serde(with = "Declined")]
        why: parliament::Declined,
    },
}

#[derive(Serialize, Deserialize)]
pub(super) enum Told {
    Passed(Decree),
    Voted(Cast),
}

#[derive(Serialize, Deserialize)]
pub(super) struct Cast {
    pub(super) number: u64,
    pub(super) decree: Decree,
}

#[derive(Serialize, Deserialize)]
pub(super) enum Decree {
    OliveDay,
    Request(Request),
}

#[derive(Serialize, Deserialize)]
pub(super) struct Request {
    #[serde(with = "RequestId")]
    pub(super) id: parliament::RequestId,
    #[serde(with = "synod_trace::command::Command")]
    pub(super) command: map::Command,
}

/// The layout of the type of the same name.
#[derive(Serialize, Deserialize)]
#[serde(remote = "parliament::RequestId")]
pub(super) struct RequestId {
    client: u64,
    sequence: u64,
}

/// The layout of the type of the same name.
#[derive(Serialize, Deserialize)]
#[serde(remote = "parliament::Declined")]
pub(super) enum Declined {
    NoPresident,
    Full,
    Superseded,
}
