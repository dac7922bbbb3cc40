//! The replies that clients get.

mod alone;
mod attempts;
mod commands;
mod http;
mod redis;
mod starting;
mod tls;
mod unfriendly;

pub use alone::{Client, LONG, until};
