//! Ports that stay free while their node does not run.
//!
//! If the operating system chose the port of a node, it could give the same port to any
//! outgoing connection as soon as the node is killed, and the node could not start again.
//! The ports of this module are below the range from which the system chooses.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Far longer than a new process takes from its start until it runs its program.
const MOMENT: Duration = Duration::from_secs(5);

const FIRST: u32 = 10_000;
const COUNT: u32 = 22_000;

/// How many ports this process has tried.
static TRIED: AtomicU32 = AtomicU32::new(0);

/// A port of this machine at which no process listens, and that this function has not
/// returned before in this process.
///
/// ```
/// let port = synod_trials::ports::free()?;
/// std::net::TcpListener::bind(("127.0.0.1", port))?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Every port in the range is in use.
pub fn free() -> io::Result<u16> {
    // Each process begins at another port, so that two processes rarely try the same.
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

/// Listens at a port that was free. The port may seem in use for a moment: a process that
/// another thread starts at the same time has copies of all open files of this process
/// until it runs its own program, among them a listener that this process has closed.
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
