//! Tests of the command line: each runs the program `synod`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // In helpers of tests as in tests.

mod architecture;
mod audit;
mod backup;
mod browser;
mod built_in;
mod cert;
mod checkpoint;
mod choice;
mod client;
mod command;
mod comparing;
mod conformance;
mod distributed;
mod docs;
mod explorer;
mod folders;
mod help;
mod init;
mod interruption;
mod json;
mod junit;
mod mcp;
mod memory;
mod modules;
mod node;
mod overwriting;
mod pinning;
mod prove;
mod reports;
mod service;
mod settings;
mod simulation;
mod specs;
mod streams;
mod watch;
