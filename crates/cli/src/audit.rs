//! `synod audit`: of foreign traces, and of what nodes wrote.

mod against;

use crate::args::AuditOptions;
use crate::diagnostics::Complaint;
#[cfg(feature = "node")]
use crate::nodes;
use crate::status::Status;

/// Audits what the options name.
///
/// # Errors
/// There is nothing that can be audited.
pub(crate) fn audit(options: &AuditOptions) -> Result<Status, Complaint> {
    if let Some(spec) = &options.against {
        return against::audit(options, spec);
    }
    if let Some(option) = options.limits.given() {
        let message = format!("{option} is for --against");
        return Err(Complaint::about(message, "leave it out"));
    }
    #[cfg(feature = "node")]
    return nodes::audit::audit(options);
    // Without nodes, the command line requires it.
    #[cfg(not(feature = "node"))]
    return Err(Complaint::about("there is no --against", "name a run spec"));
}
