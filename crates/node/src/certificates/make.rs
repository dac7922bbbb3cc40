//! Makes an authority and what it signs: for tests, and for clusters whose
//! owner has no authority of his own.
//!
//! | file | of | for |
//! |---|---|---|
//! | `authority.crt`, `authority.key` | the authority | signs the others |
//! | `node-N.crt`, `node-N.key` | legislator N | both sides of TLS |
//! | `client.crt`, `client.key` | clients | the side that dials |
//!
//! The keys are ECDSA ones of P-256, each file its owner's alone.

use super::authority::{Authority, Signed, Use};
use super::{CertificateError, check_cluster, client_name, files, node_name};
use rustls::pki_types::ServerName;
use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use synod_math::Priest;

pub use super::authority::DAYS;

/// By which names a node on this machine is reached.
const HERE: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// What to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The name of the cluster.
    pub cluster: String,
    /// How many nodes it has.
    pub nodes: usize,
    /// By which names and addresses, beside those of this machine, clients
    /// reach nodes.
    pub hosts: Vec<String>,
    /// Where to put the files. It is made if it is not there, its owner's
    /// alone; one that is there stays as open as it is.
    pub folder: PathBuf,
}

/// A file, what it is to hold, and who may read it (in the bits of Unix).
struct CertificateFile {
    file: PathBuf,
    text: String,
    mode: u32,
}

/// Makes the files; which ones.
///
/// # Errors
///
/// If one of them exists: then nothing is changed. If the order makes no sense,
/// or something cannot be written.
pub fn make(order: &Order) -> Result<Vec<PathBuf>, CertificateError> {
    let items = items(order)?;
    let exists = |item: &&CertificateFile| item.file.symlink_metadata().is_ok();
    if let Some(item) = items.iter().find(exists) {
        return Err(CertificateError::Exists(item.file.clone()));
    }
    let at = |file: &Path| {
        let file = file.to_owned();
        move |source| CertificateError::Unwritable { file, source }
    };
    make_folder(&order.folder).map_err(at(&order.folder))?;
    for (position, item) in items.iter().enumerate() {
        if let Err(error) = item.write() {
            // All of them or none: some would keep the next attempt from its work.
            let mut made = items[..position].iter();
            made.try_for_each(|made| fs::remove_file(&made.file))
                .map_err(at(&order.folder))?;
            return Err(at(&item.file)(error));
        }
    }
    Ok(items.into_iter().map(|item| item.file).collect())
}

fn items(order: &Order) -> Result<Vec<CertificateFile>, CertificateError> {
    let (cluster, nodes) = (order.cluster.as_str(), order.nodes);
    check_cluster(cluster)?;
    if !(1..=Priest::LIMIT).contains(&nodes) {
        return Err(CertificateError::Nodes(nodes));
    }
    let is_no_host = |host: &&String| ServerName::try_from(host.as_str()).is_err();
    if let Some(host) = order.hosts.iter().find(is_no_host) {
        return Err(CertificateError::Host(host.clone()));
    }
    let authority = Authority::new(cluster)?;
    let mut items = order.pair(files::AUTHORITY, authority.own());
    let hosts = order.hosts.iter().map(String::as_str);
    let hosts: BTreeSet<_> = HERE.into_iter().chain(hosts).collect();
    for number in 1..=nodes {
        let mut names = vec![node_name(number, cluster)];
        names.extend(hosts.iter().map(ToString::to_string));
        let signed = authority.sign(names, Use::Node)?;
        items.extend(order.pair(&format!("node-{number}.crt"), signed));
    }
    let signed = authority.sign(vec![client_name(cluster)], Use::Client)?;
    items.extend(order.pair("client.crt", signed));
    Ok(items)
}

impl Order {
    /// The two files of a certificate.
    fn pair(&self, name: &str, signed: Signed) -> Vec<CertificateFile> {
        let file = self.folder.join(name);
        let key = file.with_extension("key");
        vec![
            CertificateFile {
                file,
                text: signed.certificate,
                mode: 0o644,
            },
            CertificateFile {
                file: key,
                text: signed.key,
                mode: 0o600,
            },
        ]
    }
}

impl CertificateFile {
    /// A new file, never one that is there. Its bits are right from the first
    /// moment on.
    fn write(&self) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, self.mode);
        let mut file = options.open(&self.file)?;
        let written = file.write_all(self.text.as_bytes());
        written.and_then(|()| file.sync_all()).inspect_err(|_| {
            // A part of it is of no use; the error says more than this one could.
            let _ = fs::remove_file(&self.file);
        })
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
