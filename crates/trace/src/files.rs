//! The files of a trace: the present one, and before it the full ones, which have numbers.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The full files of a trace, in the order in which they were written, by number. `present` is
/// the file that is being written, such as `trace.jsonl`; the full ones are `trace.1.jsonl` and so
/// on.
///
/// # Errors
///
/// The folder cannot be read.
pub fn full(present: &Path) -> io::Result<BTreeMap<u64, PathBuf>> {
    let folder = match present.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if let Some(number) = number(present, &name) {
            files.insert(number, present.with_file_name(name));
        }
    }
    Ok(files)
}

/// The name of a full file.
pub(crate) fn numbered(present: &Path, number: u64) -> PathBuf {
    let mut ending = number.to_string();
    if let Some(extension) = present.extension() {
        ending = format!("{ending}.{}", extension.to_string_lossy());
    }
    present.with_extension(ending)
}

fn number(present: &Path, name: &OsStr) -> Option<u64> {
    let stem = present.file_stem()?.to_str()?;
    let rest = name.to_str()?.strip_prefix(stem)?.strip_prefix('.')?;
    let number = rest.split('.').next()?.parse().ok()?;
    (numbered(present, number).file_name() == Some(name)).then_some(number)
}

/// Opens all files of a trace, in order, as they are at one moment. Each has its number; that of
/// the present one is the next. An open file can be read although it is renamed or removed.
///
/// # Errors
///
/// A file cannot be opened.
pub fn open(present: &Path) -> io::Result<Vec<(u64, PathBuf, File)>> {
    let mut attempts = 1..ATTEMPTS;
    loop {
        let before = full(present)?;
        let next = before.keys().next_back().map_or(1, |last| last + 1);
        let all = before
            .clone()
            .into_iter()
            .chain([(next, present.to_owned())]);
        let opened = all.map(|(number, file)| {
            let opened = File::open(&file)?;
            Ok((number, file, opened))
        });
        let opened: io::Result<Vec<_>> = opened.collect();
        // The writer renames the present file before it makes the next one. If it has begun a new
        // file meanwhile, there is another full one.
        let is_whole = opened.is_ok() || attempts.next().is_none();
        if is_whole && full(present)? == before {
            return opened;
        }
        std::thread::sleep(PAUSE);
    }
}

/// How often files that are missing are looked for.
const ATTEMPTS: u32 = 5;

/// The time before each repetition.
const PAUSE: Duration = Duration::from_millis(20);
