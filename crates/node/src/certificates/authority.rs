//! A certificate authority: makes its own certificate, and signs those of nodes and clients.

use super::CertificateError;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use std::time::{Duration, SystemTime};

/// For how many days certificates are valid. Nothing makes new ones: before that time is over the
/// operator must put others in their place.
pub const DAYS: u64 = 825;

/// How much the clocks of machines may differ: certificates are valid from this long before
/// they are made.
const CLOCK_SKEW: Duration = Duration::from_secs(3600);

/// What a certificate may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Both sides of TLS.
    Node,
    /// The side that dials.
    Client,
}

/// A certificate and its key, as PEM.
pub(super) struct Signed {
    pub(super) certificate: String,
    pub(super) key: String,
}

/// A certificate authority of one cluster.
pub(super) struct Authority {
    cluster: String,
    /// The time at which certificates are made, since 1970.
    now: Duration,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    /// A new authority. It can sign certificates of nodes and clients, but not of another
    /// authority.
    pub(super) fn new(cluster: &str) -> Result<Self, CertificateError> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.map_err(|_| CertificateError::Clock)?;
        let make = || {
            let mut parameters = parameters(cluster, "authority", now, vec![])?;
            parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
            parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            CertifiedIssuer::self_signed(parameters, KeyPair::generate()?)
        };
        Ok(Self {
            cluster: cluster.to_owned(),
            now,
            issuer: make().map_err(unmakable("authority"))?,
        })
    }

    /// The certificate of the authority itself.
    pub(super) fn own(&self) -> Signed {
        Signed {
            certificate: self.issuer.pem(),
            key: self.issuer.key().serialize_pem(),
        }
    }

    /// A certificate for these names. There must be at least one; its first label becomes the
    /// common name.
    pub(super) fn sign(&self, names: Vec<String>, of: Use) -> Result<Signed, CertificateError> {
        let name = names.first().cloned().unwrap_or_default();
        let make = || {
            let common = name.split('.').next().unwrap_or_default();
            let mut parameters = parameters(&self.cluster, common, self.now, names)?;
            parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            parameters.extended_key_usages = match of {
                Use::Node => vec![
                    ExtendedKeyUsagePurpose::ServerAuth,
                    ExtendedKeyUsagePurpose::ClientAuth,
                ],
                Use::Client => vec![ExtendedKeyUsagePurpose::ClientAuth],
            };
            parameters.use_authority_key_identifier_extension = true;
            let key = KeyPair::generate()?;
            Ok(Signed {
                certificate: parameters.signed_by(&key, &self.issuer)?.pem(),
                key: key.serialize_pem(),
            })
        };
        make().map_err(unmakable(&name))
    }
}

/// The parameters that all certificates have in common.
fn parameters(
    cluster: &str,
    common_name: &str,
    now: Duration,
    names: Vec<String>,
) -> Result<CertificateParams, rcgen::Error> {
    let mut parameters = CertificateParams::new(names)?;
    let subject = &mut parameters.distinguished_name;
    subject.push(DnType::OrganizationName, cluster);
    subject.push(DnType::CommonName, common_name);
    let day = Duration::from_secs(24 * 60 * 60);
    parameters.not_before = date_time_ymd(1970, 1, 1) + now.saturating_sub(CLOCK_SKEW);
    parameters.not_after = date_time_ymd(1970, 1, 1) + now + day * DAYS as u32;
    Ok(parameters)
}

fn unmakable(name: &str) -> impl FnOnce(rcgen::Error) -> CertificateError + use<> {
    let name = name.to_owned();
    move |source| CertificateError::Unmakable { name, source }
}
