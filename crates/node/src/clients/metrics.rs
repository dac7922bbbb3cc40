//! What is counted of requests, for `/metrics`.

use super::commands;
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use std::time::Duration;

/// Under which name a GET of the node's own law is counted.
pub(super) const OWN_LAW: &str = "read";

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
pub(super) struct ClientMetrics {
    /// By the name under which requests are counted: a handful.
    requests: Vec<(&'static str, RequestMetrics)>,
    /// Connections that are open.
    pub(super) connected: Gauge,
    /// Requests that were none.
    pub(super) malformed: Counter,
    /// Connections that were one too many.
    pub(super) turned_away: Counter,
}

#[derive(Clone, Debug)]
struct RequestMetrics {
    seconds: Histogram,
    ends: [Counter; End::ALL.len()],
}

impl RequestMetrics {
    fn of(name: &'static str) -> Self {
        Self {
            seconds: histogram!("synod_request_seconds", "command" => name),
            ends: End::ALL.map(|end| {
                counter!("synod_requests_total",
                    "command" => name, "outcome" => end.name())
            }),
        }
    }
}

impl ClientMetrics {
    /// Those of the recorder of this process, if it has one by now; else they
    /// count nothing.
    pub(super) fn new() -> Self {
        let names = commands::counted().into_iter().chain([OWN_LAW]);
        Self {
            requests: names.map(|name| (name, RequestMetrics::of(name))).collect(),
            connected: gauge!("synod_clients_connected"),
            malformed: counter!("synod_clients_malformed_total"),
            turned_away: counter!("synod_clients_turned_away_total"),
        }
    }

    /// One request more.
    pub(super) fn count(&self, name: &str, end: End, time: Duration) {
        let found = self.requests.iter().find(|(known, _)| *known == name);
        if let Some((_, RequestMetrics { seconds, ends })) = found {
            seconds.record(time);
            ends[end as usize].increment(1);
        }
    }
}
