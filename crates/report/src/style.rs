//! The colours of text for people, shared by reports and the command line.
//!
//! # Examples
//! ```
//! use synod_report::style::GOOD;
//!
//! assert_eq!(format!("{GOOD}yes{GOOD:#}"), "\u{1b}[32myes\u{1b}[0m");
//! ```

use anstyle::{AnsiColor, Style};

/// A result that is as expected.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// A result that is not as expected, or an error.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// A result that is undecided, or a warning.
pub const OPEN: Style = AnsiColor::Yellow.on_default();
/// Text that stands out: headings and names.
pub const BOLD: Style = Style::new().bold();
/// Text that stands back: labels and remarks.
pub const DIM: Style = Style::new().dimmed();
