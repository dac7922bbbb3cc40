//! `synod cert`.

use crate::args::CertOptions;
use crate::diagnostics::Complaint;
use crate::output::say;
use crate::status::Status;
use synod_node::certificates::CertificateError;
use synod_node::certificates::make::{DAYS, Order, make};

/// Makes certificates, and explains how to use them.
///
/// # Errors
/// They cannot be made as they were ordered.
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
  authority.crt             all nodes and clients need it
  authority.key             signs certificates; no node needs it: keep it elsewhere
  node-N.crt, node-N.key    of node N, from 1 to {nodes}
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
        CertificateError::Cluster(_) => "choose another name for the cluster",
        CertificateError::Nodes(_) => "choose another number of nodes",
        CertificateError::Host(_) => "write it like node.example.org, 192.0.2.1 or 2001:db8::1",
        CertificateError::Exists(_) => "name another folder",
        _ => "make sure that the folder can be written to",
    }
}
