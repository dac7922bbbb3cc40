//! The interface of the explorer, through its public border, with a model of two processes.

#![allow(clippy::unwrap_used, clippy::panic)] // Tests.

mod avoidance;
mod exports;
mod initial;
mod letters;
mod places;
mod searches;
#[cfg(feature = "server")]
mod served;
mod step;
