//! Reads the certificate files of a node and checks them, so that a mistake is reported when
//! the node starts and not when a peer connects.

use super::{CertificateError, check_cluster, node_name, provider, roots};
use crate::config::Identity;
use crate::private;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use std::path::{Path, PathBuf};

/// The name of the file with the certificate of the authority.
pub(super) const AUTHORITY: &str = "authority.crt";

/// The certificate files of a node.
pub(super) struct Files {
    pub(super) authority_file: PathBuf,
    pub(super) authority: Vec<CertificateDer<'static>>,
    certificate_file: PathBuf,
    /// The certificate of this node, followed by any intermediate certificates up to the authority.
    pub(super) chain: Vec<CertificateDer<'static>>,
    key_file: PathBuf,
    pub(super) key: PrivateKeyDer<'static>,
}

impl Files {
    /// Where the files are: the certificate of the authority, and certificate and key of the node.
    pub(super) fn paths(folder: &Path, identity: &Identity) -> [PathBuf; 3] {
        let number = identity.me.index() + 1;
        [
            folder.join(AUTHORITY),
            folder.join(format!("node-{number}.crt")),
            folder.join(format!("node-{number}.key")),
        ]
    }

    /// Reads the files. Fails unless the certificate is for this node and a peer would accept it.
    pub(super) fn read(folder: &Path, identity: &Identity) -> Result<Self, CertificateError> {
        check_cluster(&identity.cluster)?;
        let number = identity.me.index() + 1;
        let [authority_file, certificate_file, key_file] = Self::paths(folder, identity);
        let files = Self {
            authority: certificates(&authority_file, "the certificate of the authority")?,
            chain: certificates(&certificate_file, "the certificate of this node")?,
            key: key(folder, &key_file)?,
            authority_file,
            certificate_file,
            key_file,
        };
        files.check(&node_name(number, &identity.cluster))?;
        Ok(files)
    }

    fn check(&self, name: &str) -> Result<(), CertificateError> {
        let wrong = |source: rustls::Error| CertificateError::WrongCertificate {
            file: self.certificate_file.clone(),
            authority: self.authority_file.clone(),
            name: name.to_owned(),
            source: Box::new(source),
        };
        let verifier = WebPkiServerVerifier::builder_with_provider(roots(self)?, provider());
        let verifier = verifier.build().map_err(CertificateError::Verifier)?;
        let Some((own, between)) = self.chain.split_first() else {
            return Ok(());
        };
        let general = |error| rustls::Error::General(format!("{error}"));
        let asked = ServerName::try_from(name).map_err(|error| wrong(general(error)))?;
        verifier
            .verify_server_cert(own, between, &asked, &[], UnixTime::now())
            .map(|_| ())
            .map_err(wrong)
    }

    /// The error that certificate and key cannot be used together.
    pub(super) fn unusable(&self, source: rustls::Error) -> CertificateError {
        CertificateError::Unusable {
            certificate: self.certificate_file.clone(),
            key: self.key_file.clone(),
            source: Box::new(source),
        }
    }
}

fn key(folder: &Path, file: &Path) -> Result<PrivateKeyDer<'static>, CertificateError> {
    let bytes =
        private::refuse_what_others_can_write_in(folder).and_then(|()| private::read_key(file));
    let bytes = bytes.map_err(|source| CertificateError::Key {
        file: file.to_owned(),
        source,
    })?;
    PrivateKeyDer::from_pem_slice(&bytes).map_err(unreadable(file, "the key of this node"))
}

fn unreadable(file: &Path, what: &'static str) -> impl Fn(pem::Error) -> CertificateError + use<> {
    let file = file.to_owned();
    move |source| CertificateError::Unreadable {
        file: file.clone(),
        what,
        source,
    }
}

fn certificates(
    file: &Path,
    what: &'static str,
) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let unreadable = unreadable(file, what);
    let certificates = CertificateDer::pem_file_iter(file).map_err(&unreadable)?;
    let certificates: Vec<_> = certificates.collect::<Result<_, _>>().map_err(unreadable)?;
    if certificates.is_empty() {
        let file = file.to_owned();
        return Err(CertificateError::Empty { file, what });
    }
    Ok(certificates)
}
