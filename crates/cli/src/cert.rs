//! `synod cert`.

use crate::args::CertOptions;
use crate::diagnostics::Complaint;
use crate::output::say;
use crate::status::Status;
use synod_node::certificates::CertificateError;
use synod_node::certificates::make::{DAYS, Order, make};

/// Makes certificates, and says which and how to use them.
///
/// # Errors
/// There can be none as they are ordered.
pub(crate) fn cert(options: CertOptions) -> Result<Status, Complaint> {
    let order = Order {
        cluster: options.cluster,
        nodes: options.nodes,
        hosts: options.hosts,
        folder: options.out,
    };
    make(&order).map_err(|error| Complaint::about(error.to_string(), help(&error)))?;
    announce(&order);
    Ok(Status::AsExpected)
}

fn announce(order: &Order) {
    let Order {
        cluster,
        nodes,
        folder,
        ..
    } = order;
    let folder = folder.display();
    say(&format!(
        "\
Certificates of cluster {cluster}, valid for {DAYS} days, in {folder}:
  authority.crt             everybody needs it
  authority.key             signs others; no node needs it: keep it elsewhere
  node-N.crt, node-N.key    of node N, which are 1 to {nodes}
  client.crt, client.key    of clients

A node takes a folder with authority.crt and its own two files: --tls {folder}
A client: redis-cli --tls --cacert {folder}/authority.crt --cert {folder}/client.crt \
--key {folder}/client.key
"
    ));
}

/// What to do about it.
fn help(error: &CertificateError) -> &'static str {
    match error {
        CertificateError::Cluster(_) => "choose such a name",
        CertificateError::Nodes(_) => "give a number of nodes that there can be",
        CertificateError::Host(_) => "write it like node.example.org, 192.0.2.1 or 2001:db8::1",
        CertificateError::Exists(_) => "name another folder",
        _ => "make sure that the folder can be written to",
    }
}
