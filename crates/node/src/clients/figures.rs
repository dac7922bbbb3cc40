//! What is counted of requests, for `/metrics`.

use crate::Command;
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use std::time::Duration;
use synod_protocol::state_machine::map::Condition;

/// What kind of command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Get,
    Set,
    Cas,
    Delete,
    Increment,
    /// GET of the node's own law.
    Read,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::Get,
        Self::Set,
        Self::Cas,
        Self::Delete,
        Self::Increment,
        Self::Read,
    ];

    pub(super) const fn of(command: &Command) -> Self {
        match command {
            Command::Get { .. } => Self::Get,
            Command::Set {
                condition: Condition::IfEqual(_),
                ..
            } => Self::Cas,
            Command::Set { .. } => Self::Set,
            Command::Delete { .. } => Self::Delete,
            Command::Increment { .. } => Self::Increment,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Set => "set",
            Self::Cas => "cas",
            Self::Delete => "del",
            Self::Increment => "incr",
            Self::Read => "read",
        }
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With an answer.
    Answered,
    /// It is certain that it was not carried out.
    Declined,
    /// It is not known.
    Unknown,
}

impl End {
    const ALL: [Self; 3] = [Self::Answered, Self::Declined, Self::Unknown];

    const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Declined => "declined",
            Self::Unknown => "unknown",
        }
    }
}

/// The counters, looked up once: a request only adds to them.
#[derive(Clone, Debug)]
pub(super) struct Figures {
    kinds: [(Histogram, [Counter; End::ALL.len()]); Kind::ALL.len()],
    /// Connections that are open.
    pub(super) connected: Gauge,
    /// Requests that were none.
    pub(super) malformed: Counter,
    /// Connections that were one too many.
    pub(super) turned_away: Counter,
}

impl Figures {
    /// Those of the recorder of this process, if it has one by now; else they
    /// count nothing.
    pub(super) fn new() -> Self {
        let of = |kind: Kind| {
            let counters = End::ALL.map(|end| {
                counter!("synod_requests_total",
                    "command" => kind.name(), "outcome" => end.name())
            });
            (
                histogram!("synod_request_seconds", "command" => kind.name()),
                counters,
            )
        };
        Self {
            kinds: Kind::ALL.map(of),
            connected: gauge!("synod_clients_connected"),
            malformed: counter!("synod_clients_malformed_total"),
            turned_away: counter!("synod_clients_turned_away_total"),
        }
    }

    /// One request more.
    pub(super) fn count(&self, kind: Kind, end: End, time: Duration) {
        let (seconds, counters) = &self.kinds[kind as usize];
        seconds.record(time);
        counters[end as usize].increment(1);
    }
}
