//! The metrics of clients and their requests, for `/metrics`.

use super::commands;
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use std::time::Duration;

/// The name under which a GET from the node's own law is counted.
pub(super) const OWN_LAW: &str = "read";

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It was answered.
    Answered,
    /// It was certainly not carried out.
    Declined,
    /// It is unknown whether it was carried out.
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

/// The metrics, looked up once, so that a request only adds to them.
#[derive(Clone, Debug)]
pub(super) struct ClientMetrics {
    /// By the name under which requests are counted. There are few names.
    requests: Vec<(&'static str, RequestMetrics)>,
    /// Open connections.
    pub(super) connected: Gauge,
    /// Clients that follow the law.
    pub(super) following: Gauge,
    /// Connections closed because of malformed requests.
    pub(super) malformed: Counter,
    /// Connections refused because there were too many.
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
    /// The metrics of this process's recorder. They count nothing if it has no recorder yet.
    pub(super) fn new() -> Self {
        let names = commands::counted().into_iter().chain([OWN_LAW]);
        Self {
            requests: names.map(|name| (name, RequestMetrics::of(name))).collect(),
            connected: gauge!("synod_clients_connected"),
            following: gauge!("synod_clients_following"),
            malformed: counter!("synod_clients_malformed_total"),
            turned_away: counter!("synod_clients_turned_away_total"),
        }
    }

    /// Counts a request.
    pub(super) fn count(&self, name: &str, end: End, time: Duration) {
        let found = self.requests.iter().find(|(known, _)| *known == name);
        if let Some((_, RequestMetrics { seconds, ends })) = found {
            seconds.record(time);
            ends[end as usize].increment(1);
        }
    }
}
