//! What becomes of this process when the system refuses it memory, as it does
//! within a limit on addresses (`ulimit -v`): Rust then aborts.

use signal_hook::consts::SIGABRT;
use signal_hook::flag::register_conditional_shutdown;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Tells the allocator of the GNU C library how many arenas to make.
const ARENAS: &str = "MALLOC_ARENA_MAX";

/// The exit status of a run that ended before it could tell.
const INCONCLUSIVE: i32 = 5;

/// Lets the process end with status 5 where it would abort: memory can be
/// refused in the middle of anything, and Rust says on standard error how much
/// was asked for. The limits are watched, so that this is rare.
pub(crate) fn end_as_inconclusive_where_it_is_refused() {
    reserve_no_addresses();
    // Without it the process aborts.
    let _ = register_conditional_shutdown(SIGABRT, INCONCLUSIVE, Arc::new(AtomicBool::new(true)));
}

/// The allocator of the GNU C library reserves 64 MiB of addresses for each
/// thread, used or not: within a limit on them they would be gone at once. It
/// reads this variable only when a process begins, so this one begins anew.
fn reserve_no_addresses() {
    if std::env::var_os(ARENAS).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    let mut arguments = std::env::args_os();
    let mut again = Command::new(program);
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    // It returns only if that fails; then addresses are short, and no more.
    let _ = again.args(arguments).env(ARENAS, "1").exec();
}
