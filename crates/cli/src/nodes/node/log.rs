//! The log of a node.

use crate::args::{LogFormat, LogLevel, LogOptions};
use std::io::{self, IsTerminal};
use tracing_subscriber::fmt;

/// Has the lines of the log written to standard error from now on.
pub(super) fn begin(options: LogOptions) {
    let lines = fmt()
        .with_writer(io::stderr)
        // Otherwise it reports to standard error that it cannot write there, and panics.
        .log_internal_errors(false)
        .with_target(false)
        .with_max_level(tracing::Level::from(options.log_level))
        .with_ansi(io::stderr().is_terminal());
    match options.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}

impl From<LogLevel> for tracing::Level {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
        }
    }
}
