//! `synod mcp`.

use crate::args::McpOptions;
use crate::diagnostics::Complaint;
use crate::explore::interface;
use crate::status::Status;
use synod_explorer::mcp;

/// Serves the explorer to an assistant until the input ends.
///
/// # Errors
/// The spec cannot be shown, or the client does not speak the protocol.
pub(crate) fn mcp(options: &McpOptions) -> Result<Status, Complaint> {
    let interface = interface(options.spec.as_deref())?;
    mcp::serve(interface, env!("CARGO_PKG_VERSION")).map_err(|error| {
        let help = "start it from a client of the Model Context Protocol";
        Complaint::about(error.to_string(), help)
    })?;
    Ok(Status::AsExpected)
}
