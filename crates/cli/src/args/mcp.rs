//! The command line of `synod mcp`.

use clap::Args;
use std::path::PathBuf;

/// Serve the explorer to an assistant, by the Model Context Protocol.
///
/// An assistant starts this command itself, and asks over standard input and output. Register the
/// command synod with the argument mcp in its settings. Its tools are list, show, check, step,
/// explain and trace: they find run specs, check them, and tell how a violation comes about.
/// docs/explorer.md has an example.
#[derive(Args, Debug)]
#[command(after_long_help = MCP_EXAMPLES)]
pub(crate) struct McpOptions {
    /// A run spec to serve beside the built-in ones: a file. What it says is read once.
    pub(crate) spec: Option<PathBuf>,
}

const MCP_EXAMPLES: &str = "\
Example, for clients that keep their servers in a JSON file:
  {\"mcpServers\": {\"synod\": {\"command\": \"synod\", \"args\": [\"mcp\"]}}}

Exit status: 0 the input has ended; 2 bad usage, or the client does not speak
the protocol.";
