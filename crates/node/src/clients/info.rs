//! INFO: how the node does, as lines of `name:value` under headings.

use crate::config::Identity;
use crate::ledger_identity::LedgerId;
use crate::rollback::Refusal;
use crate::status::Status;
use std::fmt::{Display, Write};

/// What INFO is asked of.
pub(super) struct InfoSource<'a> {
    pub(super) identity: &'a Identity,
    pub(super) status: &'a Status,
    pub(super) connected: usize,
    pub(super) uptime_seconds: u64,
}

/// The sections with these names, or all if none is named.
pub(super) fn text(subject: &InfoSource<'_>, sections: &[Vec<u8>]) -> String {
    let (identity, status) = (subject.identity, subject.status);
    let mut text = String::new();
    let mut section = |name: &str, lines: &[(&str, &dyn Display)]| {
        let is_wanted = sections.is_empty()
            || sections.iter().any(|wanted| {
                wanted.eq_ignore_ascii_case(name.as_bytes())
                    || [&b"all"[..], b"default", b"everything"]
                        .iter()
                        .any(|all| wanted.eq_ignore_ascii_case(all))
            });
        if is_wanted {
            let gap = if text.is_empty() { "" } else { "\r\n" };
            // A String takes whatever is written to it.
            let _ = write!(text, "{gap}# {name}\r\n");
            for (name, value) in lines {
                let _ = write!(text, "{name}:{value}\r\n");
            }
        }
    };
    section(
        "Server",
        &[
            ("synod_version", &env!("CARGO_PKG_VERSION")),
            ("uptime_in_seconds", &subject.uptime_seconds),
        ],
    );
    section("Clients", &[("connected_clients", &subject.connected)]);
    section(
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
            ("refused", &or_none(status.refusal)),
            ("in_flight", &status.in_flight),
            ("waiting", &status.waiting),
        ],
    );
    section("Keyspace", &[("keys", &status.keys)]);
    text
}

/// The ledger that he lacks, if he does.
fn lost_ledger(status: &Status) -> Option<LedgerId> {
    match status.refusal {
        Some(Refusal::Loss(loss)) => Some(loss.remembered.ledger),
        _ => None,
    }
}

/// Nothing after the colon if there is none.
fn or_none(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
