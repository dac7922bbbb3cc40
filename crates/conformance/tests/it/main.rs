//! Tests of test traces, and of the judge of foreign ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Tests.
