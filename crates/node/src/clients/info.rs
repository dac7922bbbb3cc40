//! INFO: the state of the node, as lines of `name:value` under headings.

use crate::config::Identity;
use crate::ledger_identity::LedgerId;
use crate::rollback::Refusal;
use crate::status::Status;
use std::fmt::{Display, Write};

/// Clients choose by it what they may ask for: the version of Redis whose replies those of the node are.
const REDIS_VERSION: &str = "7.2.0";

/// The sources of the values.
pub(super) struct InfoSource<'a> {
    pub(super) identity: &'a Identity,
    pub(super) status: &'a Status,
    pub(super) connected: usize,
    pub(super) most_clients: usize,
    /// How many clients have connected.
    pub(super) accepted: u64,
    /// How many requests they have made.
    pub(super) asked: u64,
    /// How many clients were turned away.
    pub(super) turned_away: u64,
    pub(super) uptime_seconds: u64,
}

/// The text of some sections.
struct Sections<'a> {
    /// Their names, or none for all.
    wanted: &'a [Vec<u8>],
    text: String,
}

impl Sections<'_> {
    fn add(&mut self, name: &str, lines: &[(&str, &dyn Display)]) {
        if !self.is_wanted(name) {
            return;
        }
        let gap = if self.text.is_empty() { "" } else { "\r\n" };
        // Writing to a `String` cannot fail.
        let _ = write!(self.text, "{gap}# {name}\r\n");
        for (name, value) in lines {
            let _ = write!(self.text, "{name}:{value}\r\n");
        }
    }

    fn is_wanted(&self, name: &str) -> bool {
        let names = [name, "all", "default", "everything"];
        let is_one = |wanted: &Vec<u8>| {
            let mut names = names.iter();
            names.any(|name| wanted.eq_ignore_ascii_case(name.as_bytes()))
        };
        self.wanted.is_empty() || self.wanted.iter().any(is_one)
    }
}

/// The sections with these names, or all sections if no name is given.
pub(super) fn text(source: &InfoSource<'_>, sections: &[Vec<u8>]) -> String {
    let mut sections = Sections {
        wanted: sections,
        text: String::new(),
    };
    of_the_server(&mut sections, source);
    of_the_parliament(&mut sections, source);
    let Status { keys, expiring, .. } = source.status;
    let database = format!("keys={keys},expires={expiring},avg_ttl=0");
    let lines: [(&str, &dyn Display); 2] = [("keys", keys), ("db0", &database)];
    // As in Redis, a database without keys is not told.
    let told = if *keys == 0 { 1 } else { 2 };
    sections.add("Keyspace", &lines[..told]);
    sections.text
}

/// The sections that tools of Redis read.
fn of_the_server(sections: &mut Sections<'_>, source: &InfoSource<'_>) {
    let status = source.status;
    sections.add(
        "Server",
        &[
            ("synod_version", &env!("CARGO_PKG_VERSION")),
            ("redis_version", &REDIS_VERSION),
            ("redis_mode", &"standalone"),
            ("process_id", &std::process::id()),
            ("uptime_in_seconds", &source.uptime_seconds),
            ("uptime_in_days", &(source.uptime_seconds / (24 * 60 * 60))),
        ],
    );
    sections.add(
        "Clients",
        &[
            ("connected_clients", &source.connected),
            ("maxclients", &source.most_clients),
            ("blocked_clients", &0),
        ],
    );
    sections.add("Memory", &[("used_memory", &status.bytes)]);
    sections.add(
        "Stats",
        &[
            ("total_connections_received", &source.accepted),
            ("total_commands_processed", &source.asked),
            ("rejected_connections", &source.turned_away),
        ],
    );
    // Clients of Redis wait until `loading` is 0.
    let is_loading = u8::from(status.starting.is_some());
    sections.add(
        "Persistence",
        &[
            ("loading", &is_loading),
            ("starting", &or_none(status.starting)),
        ],
    );
}

/// The sections about the legislator, his ledger and his snapshots.
fn of_the_parliament(sections: &mut Sections<'_>, source: &InfoSource<'_>) {
    let (identity, status) = (source.identity, source.status);
    sections.add(
        "Parliament",
        &[
            ("id", &(identity.me.index() + 1)),
            ("cluster", &identity.cluster),
            ("legislators", &identity.legislators),
            ("role", &status.role()),
            (
                "president",
                &or_none(status.president.map(|p| p.index() + 1)),
            ),
            ("last_tried", &or_none(status.last_tried.map(|b| b.0))),
            ("next_bal", &or_none(status.next_bal.map(|b| b.0))),
            ("law_length", &status.law),
            ("ledger", &status.ledger),
            ("lost_ledger", &or_none(lost_ledger(status))),
            ("replaced_ledgers", &status.replaced),
            ("refused", &or_none(status.refusal)),
            ("in_flight", &status.in_flight),
            ("waiting", &status.waiting),
        ],
    );
    let snapshots = &status.snapshots;
    let sending = snapshots.transfers.sending.iter();
    let sending: Vec<_> = sending.map(ToString::to_string).collect();
    sections.add(
        "Snapshots",
        &[
            (
                "snapshot",
                &or_none(snapshots.in_ledger.map(|it| it.through)),
            ),
            (
                "snapshot_bytes",
                &or_none(snapshots.in_ledger.map(|it| it.size)),
            ),
            ("writing", &or_none(snapshots.writing)),
            ("decrees_kept", &status.decrees_kept),
            ("behind", &status.contact.behind),
            ("receiving", &or_none(snapshots.transfers.receiving)),
            ("sending", &sending.join(";")),
        ],
    );
}

/// The ledger that is lost, if one is.
fn lost_ledger(status: &Status) -> Option<LedgerId> {
    match status.refusal {
        Some(Refusal::Loss(loss)) => Some(loss.remembered.ledger),
        _ => None,
    }
}

/// A value as text; empty if there is none.
fn or_none(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
