//! Tests of reports, without a model and without a search.

#![allow(clippy::unwrap_used)] // In helpers of tests as in tests.

mod comparison;
mod examples;
mod formats;
mod human;
mod json;
mod schema;
mod whole_file;
