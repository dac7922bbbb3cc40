//! The replies that clients get.

mod alone;
mod attempts;
mod commands;
mod expiry;
mod following;
mod http;
mod libraries;
mod pipelines;
mod redis;
mod scanning;
mod starting;
mod tls;
mod transactions;
mod unfriendly;
mod users;
mod versions;

pub use alone::{Client, LONG, until};
pub(crate) use http::ask_at;
