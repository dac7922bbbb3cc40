//! Hyperlinks, where the terminal has them.

use std::io::{IsTerminal, stdout};
use std::path::Path;
use std::sync::LazyLock;
use supports_hyperlinks::Stream;
use url::Url;

/// A text that leads to a file, where standard output is a terminal that is known to support
/// hyperlinks; elsewhere the text alone. The variable `NO_COLOR` takes them away as well.
///
/// # Examples
/// ```
/// use std::path::Path;
///
/// let name = synod_terminal::link("the spec", Path::new("spec.toml"));
/// assert_eq!(synod_terminal::plain(&name), "the spec");
/// ```
pub fn link(text: &str, file: &Path) -> String {
    static IS_SUPPORTED: LazyLock<bool> = LazyLock::new(|| {
        // `supports_hyperlinks` can be told to say yes of a pipe too.
        stdout().is_terminal() && supports_hyperlinks::on(Stream::Stdout)
    });
    let target = IS_SUPPORTED.then(|| target(file)).flatten();
    target.map_or_else(|| text.to_owned(), |target| linked(text, &target))
}

fn target(file: &Path) -> Option<Url> {
    Url::from_file_path(file.canonicalize().ok()?).ok()
}

/// The sequence OSC 8.
fn linked(text: &str, target: &Url) -> String {
    format!("\u{1b}]8;;{target}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
}

#[cfg(test)]
mod tests {
    use super::{linked, target};
    use std::path::Path;

    #[test]
    fn the_target_is_a_whole_path_in_which_nothing_ends_the_sequence() {
        let folder = std::env::temp_dir().join(format!("synod {}\u{1b}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let target = target(&folder).unwrap();
        std::fs::remove_dir(&folder).unwrap();
        assert!(target.as_str().starts_with("file:///"), "{target}");
        assert!(target.as_str().ends_with("%1B"), "{target}");
        assert!(linked("it", &target).contains("\u{1b}\\it\u{1b}]8;;"));
    }

    #[test]
    fn a_file_that_is_not_there_has_no_target() {
        assert_eq!(target(Path::new("/no/such/file")), None);
    }
}
