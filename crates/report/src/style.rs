//! The colours of what people read.

use anstyle::{AnsiColor, Style};

/// Something is as it should be.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Something is not.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// Something is open.
pub const OPEN: Style = AnsiColor::Yellow.on_default();
/// What stands out.
pub const BOLD: Style = Style::new().bold();
/// What does not.
pub const DIM: Style = Style::new().dimmed();
