//! Numbers in sentences.

pub(crate) use synod_report::words::plural;
