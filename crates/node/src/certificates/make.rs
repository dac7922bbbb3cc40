//! Makes an authority and the certificates that it signs: for tests, and for clusters whose
//! operator has no certificate authority. `synod cert` calls [`make()`].
//!
//! | files | owner | use |
//! |---|---|---|
//! | `authority.crt`, `authority.key` | the authority | signs the others |
//! | `node-N.crt`, `node-N.key` | legislator N | both sides of TLS |
//! | `client.crt`, `client.key` | all clients | the side that dials |
//!
//! The keys are ECDSA keys of the curve P-256. Only the owner of a key file can read it.

use super::authority::{Authority, Signed, Use};
use super::{CertificateError, check_cluster, client_name, files, node_name};
use rustls::pki_types::ServerName;
use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use synod_math::Priest;

pub use super::authority::DAYS;

/// The names and addresses of this machine for itself.
const LOCAL_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Which certificates to make, and where. Shown in the example of [`make()`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The name of the cluster.
    pub cluster: String,
    /// How many nodes it has: 1 to 64.
    pub nodes: usize,
    /// The names and addresses by which clients reach nodes, in addition to localhost.
    pub hosts: Vec<String>,
    /// The folder for the files. A new one is made with access for its owner only (mode
    /// 700). The permissions of an existing one are not changed.
    pub folder: PathBuf,
}

/// A file, its contents and its permissions (Unix mode bits).
struct CertificateFile {
    file: PathBuf,
    text: String,
    mode: u32,
}

/// Makes the files and returns their paths.
///
/// # Errors
///
/// If one of the files exists (then nothing is changed), if the order is invalid, or if a
/// file cannot be written (then the files made before it are removed).
///
/// ```
/// use synod_node::certificates::make::{Order, make};
///
/// let folder = tempfile::tempdir()?;
/// let order = Order {
///     cluster: "demo".to_owned(),
///     nodes: 3,
///     hosts: vec!["a.example".to_owned()],
///     folder: folder.path().join("keys"),
/// };
/// let files = make(&order)?;
/// assert!(files.contains(&order.folder.join("node-3.key")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
            // All files or none: a leftover file would make the next attempt fail.
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
    let hosts: BTreeSet<_> = LOCAL_NAMES.into_iter().chain(hosts).collect();
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
    /// The file of a certificate, and that of its key.
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
    /// Writes a new file; never replaces an existing one. The permissions are set when the
    /// file is created, so that a key is readable by others at no time.
    fn write(&self) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, self.mode);
        let mut file = options.open(&self.file)?;
        let written = file.write_all(self.text.as_bytes());
        written.and_then(|()| file.sync_all()).inspect_err(|_| {
            // A partial file is useless. If it cannot be removed, the first error still says
            // more than the second.
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
