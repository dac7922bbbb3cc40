//! Ports that stay free while their node is dead.
//!
//! A port that the system hands out may be handed out again to any outgoing
//! connection as soon as a node is killed, and the node could not come back.
//! These are from below that range.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

const FIRST: u32 = 10_000;
const COUNT: u32 = 22_000;

/// How many were tried by this process.
static TRIED: AtomicU32 = AtomicU32::new(0);

/// A port at which nobody listens, and that was not given to anybody else.
pub(crate) fn free() -> io::Result<u16> {
    // Other processes start elsewhere.
    let begin = std::process::id().wrapping_mul(613);
    for _ in 0..COUNT {
        let tried = TRIED.fetch_add(1, Ordering::Relaxed);
        let port = (FIRST + begin.wrapping_add(tried) % COUNT) as u16;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    Err(ErrorKind::AddrInUse.into())
}
