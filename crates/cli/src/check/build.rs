//! Which build of this program it is.

use crate::diagnostics::Complaint;
use std::fs::File;
use std::path::PathBuf;
use synod_checker::fingerprint::fingerprint_of_bytes;

/// A hash of this program. A checkpoint of another build is refused: what it
/// has seen was judged by other code.
///
/// # Errors
/// The program cannot be read: perhaps it was removed, or built again.
pub(super) fn identity() -> Result<u64, Complaint> {
    let read = |program: PathBuf| {
        let hash = File::open(&program).and_then(|mut file| fingerprint_of_bytes(&mut file));
        hash.map_err(|error| Complaint::file(&program, error, BUILD_HELP))
    };
    match std::env::current_exe() {
        Ok(program) => read(program),
        Err(error) => Err(Complaint::about(
            format!("cannot tell where this program is: {error}"),
            BUILD_HELP,
        )),
    }
}

const BUILD_HELP: &str = "checkpoints and other processes are only of use to the same build, \
                          which is told by the file of the program";
