//! Reading one run spec, with errors that say what would be right.

use super::{FOLDER, embedded};
use crate::diagnostics::Complaint;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use synod_specs::{RunSpec, SpecError, parse};

/// A larger file is no run spec.
const MAX_BYTES: u64 = 1 << 20;

/// Reads one file.
pub(super) fn read(path: &Path) -> Result<RunSpec, Complaint> {
    parsed(path, &text(path)?)
}

/// The text of a file that may be a spec.
pub(super) fn text(path: &Path) -> Result<String, Complaint> {
    refuse_what_is_no_spec(path)?;
    let bytes = read_some(path).map_err(|error| unreadable(path, &error))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..valid]);
        let line = 1 + before.matches('\n').count();
        Complaint::file(
            path,
            format!("line {line} is not UTF-8 (byte {valid} of the file)"),
            "save the file as UTF-8",
        )
    })
}

/// Reads a text that comes from here.
pub(super) fn parsed(path: &Path, text: &str) -> Result<RunSpec, Complaint> {
    parse(text).map_err(|error| within(path, text, error))
}

/// The file, or its first part if it has grown since its length was looked at.
fn read_some(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> Complaint {
    let is_link = path.is_symlink();
    let help = match error.kind() {
        io::ErrorKind::NotFound if is_link => {
            "this is a link to a file that is gone: remove the link".to_owned()
        }
        io::ErrorKind::NotFound => name_instead(path),
        io::ErrorKind::PermissionDenied => {
            "run specs and their folders must be readable".to_owned()
        }
        _ => "name a run spec, or a folder with run specs".to_owned(),
    };
    Complaint::file(path, error, &help)
}

/// What to name instead of a file that is not there.
fn name_instead(path: &Path) -> String {
    if path == Path::new(FOLDER) {
        return "there is no folder specs/ here; `synod check` alone checks the built-in run specs"
            .to_owned();
    }
    embedded::meant(path).unwrap_or_else(|| {
        "name a run spec, a folder with run specs, or a built-in spec: `synod list` shows those"
            .to_owned()
    })
}

/// A device or a pipe may never end, and a run spec is a page.
fn refuse_what_is_no_spec(path: &Path) -> Result<(), Complaint> {
    let help = "a run spec is a text file of a page or so";
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(Complaint::file(path, "not a file", help)),
        Ok(found) if found.len() > MAX_BYTES => {
            let size = format!("{} bytes, but {MAX_BYTES} at most", found.len());
            Err(Complaint::file(path, size, help))
        }
        // What cannot be found or read says so when it is read.
        _ => Ok(()),
    }
}

fn within(path: &Path, text: &str, error: SpecError) -> Complaint {
    Complaint::Within {
        path: path.display().to_string(),
        text: text.to_owned(),
        span: error.span,
        message: error.message,
        help: error.help,
    }
}
