//! Ports that stay free while their node is dead.
//!
//! A port that the system hands out may be handed out again to any outgoing
//! connection as soon as a node is killed, and the node could not come back.
//! These are from below that range.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Far longer than a process takes to run its program.
const MOMENT: Duration = Duration::from_secs(5);

const FIRST: u32 = 10_000;
const COUNT: u32 = 22_000;

/// How many were tried by this process.
static TRIED: AtomicU32 = AtomicU32::new(0);

/// A port at which nobody listens, and that was not given to anybody else.
///
/// # Errors
///
/// There is none left.
pub fn free() -> io::Result<u16> {
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

/// Listens at a port that was free. It may seem taken for a moment: a process
/// that another thread starts just now has all open files of this one until it
/// runs its program, and a listener that was closed here meanwhile is open
/// there.
pub(crate) fn listen(port: u16) -> io::Result<TcpListener> {
    let end = Instant::now() + MOMENT;
    loop {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Err(error) if error.kind() == ErrorKind::AddrInUse && Instant::now() < end => {
                thread::sleep(MOMENT / 100);
            }
            done => return done,
        }
    }
}
