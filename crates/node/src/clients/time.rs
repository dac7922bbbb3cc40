//! Time, which the law is told: how long values last, and the clock of the president.
//!
//! As long as a key expires, the node that presides tells the law the time, ten times a second, as a request
//! of its own. A key is removed by the first such decree after its deadline, so it lasts a little longer than
//! it was to: some [`TICK`] and the time that a decree takes.

use super::Shared;
use super::attempts::Requester;
use super::command_error::CommandError;
use crate::Command;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use synod_protocol::state_machine::integer::integer;
use synod_protocol::state_machine::map::Lifetime;
use tokio::time::sleep;

/// How often the law is told the time.
const TICK: Duration = Duration::from_millis(100);

/// What a number in a command counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    milliseconds: i64,
    /// Whether it counts since 1970, and not from now on.
    is_since_1970: bool,
}

impl Unit {
    pub(super) const SECONDS: Self = Self {
        milliseconds: 1000,
        is_since_1970: false,
    };

    pub(super) const MILLISECONDS: Self = Self {
        milliseconds: 1,
        is_since_1970: false,
    };

    pub(super) const fn since_1970(self) -> Self {
        Self {
            is_since_1970: true,
            ..self
        }
    }

    /// That of an option of SET.
    pub(super) fn of_set(option: &[u8]) -> Option<Self> {
        Some(match option.to_ascii_uppercase().as_slice() {
            b"EX" => Self::SECONDS,
            b"PX" => Self::MILLISECONDS,
            b"EXAT" => Self::SECONDS.since_1970(),
            b"PXAT" => Self::MILLISECONDS.since_1970(),
            _ => return None,
        })
    }
}

/// The lifetime of a value that is set. It must be positive.
pub(super) fn lifetime(
    unit: Unit,
    amount: &[u8],
    name: &'static str,
) -> Result<Lifetime, CommandError> {
    let lifetime = lifetime_or_over(unit, amount, name)?;
    lifetime.ok_or(CommandError::ExpireTime(name))
}

/// A lifetime; `None` if it is over.
pub(super) fn lifetime_or_over(
    unit: Unit,
    amount: &[u8],
    name: &'static str,
) -> Result<Option<Lifetime>, CommandError> {
    let amount = integer(amount).ok_or(CommandError::Integer)?;
    let milliseconds = amount.checked_mul(unit.milliseconds);
    let milliseconds = milliseconds.ok_or(CommandError::ExpireTime(name))?;
    let Some(milliseconds) = u64::try_from(milliseconds).ok().filter(|it| *it > 0) else {
        return Ok(None);
    };
    let now = now();
    if unit.is_since_1970 {
        let at = milliseconds;
        return Ok(Some(Lifetime::UntilFrom { at, now }));
    }
    // As in Redis, a time that no clock can tell is none.
    if milliseconds > (i64::MAX as u64).saturating_sub(now) {
        return Err(CommandError::ExpireTime(name));
    }
    Ok(Some(Lifetime::AtLeast { milliseconds, now }))
}

/// How many milliseconds are left until a deadline, by the clock of this machine.
pub(super) fn left(deadline: i64) -> i64 {
    let now = i64::try_from(now()).unwrap_or(i64::MAX);
    deadline.saturating_sub(now).max(0)
}

/// Milliseconds since 1970, by the clock of this machine.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as u64)
}

/// Tells the law the time while this node presides and a key expires. Never ends by itself.
pub(super) async fn tell(shared: Arc<Shared>) {
    let (handle, sessions) = (shared.handle.clone(), Arc::clone(&shared.sessions));
    let mut requester = Requester::new(handle, shared.options.patience, sessions);
    loop {
        sleep(TICK).await;
        let status = shared.handle.status();
        if status.is_president && status.expiring > 0 {
            // If it fails, the next one tells a later time.
            let _ = requester.ask(&Command::Tell { now: now() }.into()).await;
        }
    }
}
