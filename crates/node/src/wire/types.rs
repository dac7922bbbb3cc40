//! The format: what is written and read. No meaning here beyond the layout.

use serde::{Deserialize, Serialize};

/// Bytes, written at once and not one by one.
pub(super) type Bytes = serde_bytes::ByteBuf;

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
        id: RequestId,
        why: Declined,
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
    pub(super) id: RequestId,
    pub(super) command: Command,
}

#[derive(Serialize, Deserialize)]
pub(super) struct RequestId {
    pub(super) client: u64,
    pub(super) sequence: u64,
}

#[derive(Serialize, Deserialize)]
pub(super) enum Declined {
    NoPresident,
    Full,
    Superseded,
}

#[derive(Serialize, Deserialize)]
pub(super) enum Command {
    Get {
        key: Bytes,
    },
    Set {
        key: Bytes,
        value: Bytes,
        condition: Condition,
    },
    Delete {
        key: Bytes,
    },
    Increment {
        key: Bytes,
        by: i64,
    },
}

#[derive(Serialize, Deserialize)]
pub(super) enum Condition {
    Always,
    IfAbsent,
    IfPresent,
    IfEqual(Bytes),
}
