//! Threads for work that can wait.

use rustix::process::setpriority_process;
use std::io;
use std::thread::{Builder, JoinHandle};

/// The niceness of these threads: the legislator and the clients come first.
const NICENESS: i32 = 10;

/// Starts a thread that gets the processor when no other thread of the node needs it.
///
/// # Errors
///
/// If the operating system has no thread.
pub fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    Builder::new().name(name.to_owned()).spawn(move || {
        // In Linux this is the priority of the calling thread alone. If it cannot be set, the
        // work is done with the usual one.
        let _ = setpriority_process(None, NICENESS);
        work();
    })
}
