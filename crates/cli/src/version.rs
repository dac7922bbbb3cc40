//! Which build of the program this is, in words.

use crate::engines;
use crate::specs::embedded;
use std::sync::LazyLock;

/// The git revision that the program was built from, where it is known.
pub(crate) const REVISION: Option<&str> = option_env!("SYNOD_REVISION");

/// What `synod --version` prints.
pub(crate) fn long() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let revision = REVISION.map(|revision| format!("revision {revision}, "));
        format!(
            "{}\nbuild:   {}{}, {}\nengines: {}\nspecs:   {} built in",
            env!("CARGO_PKG_VERSION"),
            revision.unwrap_or_default(),
            env!("SYNOD_PROFILE"),
            env!("SYNOD_TARGET"),
            engines::names(),
            embedded::all().count(),
        )
    });
    &TEXT
}
