//! [`EndWatch`]: the metrics show when the certificates of a node end, and the log warns of it.

use super::files::Files;
use super::{CertificateError, Renewal, client_config, renewal, server_config};
use crate::config::Identity;
use metrics::{describe_gauge, gauge};
use rustls::pki_types::CertificateDer;
use std::path::Path;
use std::time::{Duration, SystemTime};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use x509_parser::parse_x509_certificate;

/// In its last days, the log warns once a day that a certificate ends.
const LAST_DAYS: u64 = 30;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const NOT_AFTER: &str = "synod_certificate_not_after_timestamp_seconds";

const REFUSED: &str = "synod_certificates_refused";

/// When the certificates end, in seconds since 1970: that of the authority and that of the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ends {
    authority: i64,
    node: i64,
}

/// Watches the certificates of a node.
pub(crate) struct EndWatch {
    renewal: Renewal<Ends>,
    ends: watch::Receiver<Ends>,
}

impl EndWatch {
    /// Reads the files.
    pub(crate) fn new(folder: &Path, identity: &Identity) -> Result<Self, CertificateError> {
        let (renewal, ends) = renewal(folder, identity, Ends::of_usable)?;
        Ok(Self { renewal, ends })
    }

    /// Tells of the end, and of new files, for as long as the future is polled.
    pub(crate) async fn run(mut self) {
        let what = "When the certificate ends, in seconds since 1970";
        describe_gauge!(NOT_AFTER, what);
        let what = "1 if the certificates in the folder cannot be used, and older ones are in use";
        describe_gauge!(REFUSED, what);
        gauge!(REFUSED).set(0);
        self.ends.borrow().show();
        let mut warned = Instant::now();
        self.ends.borrow().warn(SystemTime::now());
        loop {
            tokio::select! {
                () = sleep(DAY.saturating_sub(warned.elapsed())) => {}
                read = self.renewal.next() => tell(read),
            }
            warned = Instant::now();
            self.ends.borrow().show();
            self.ends.borrow().warn(SystemTime::now());
        }
    }
}

fn tell(read: Result<(), CertificateError>) {
    gauge!(REFUSED).set(f64::from(u8::from(read.is_err())));
    match read {
        Ok(()) => tracing::info!("new certificates were read: connections from now on use them"),
        Err(error) => {
            tracing::error!("the certificates that were read before stay in use: {error}");
        }
    }
}

impl Ends {
    /// The ends of certificates that connections can use: a key that does not fit is refused here, too,
    /// and not only where it is used.
    fn of_usable(files: &Files) -> Result<Self, CertificateError> {
        server_config(files)?;
        client_config(files)?;
        Ok(Self::of(files))
    }

    fn of(files: &Files) -> Self {
        let of = |certificates: &[CertificateDer<'_>]| -> Vec<i64> {
            let parsed = certificates.iter().map(|it| parse_x509_certificate(it));
            let parsed = parsed.filter_map(Result::ok);
            parsed
                .map(|(_, it)| it.validity().not_after.timestamp())
                .collect()
        };
        Self {
            // While one authority follows another, both are in the file.
            authority: of(&files.authority).into_iter().max().unwrap_or_default(),
            node: of(&files.chain).into_iter().min().unwrap_or_default(),
        }
    }

    const fn each(self) -> [(&'static str, i64); 2] {
        [("authority", self.authority), ("node", self.node)]
    }

    fn show(self) {
        for (name, end) in self.each() {
            // Exact for every year that a certificate can have.
            #[allow(clippy::cast_precision_loss)]
            gauge!(NOT_AFTER, "certificate" => name).set(end as f64);
        }
    }

    fn warn(self, now: SystemTime) {
        for (name, end) in self.each() {
            if let Some(warning) = warning(name, end, now) {
                tracing::warn!("{warning}");
            }
        }
    }
}

/// What the log says of a certificate that ends soon, or has ended.
fn warning(name: &str, end: i64, now: SystemTime) -> Option<String> {
    let now = now.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let left = end.saturating_sub(i64::try_from(now.as_secs()).ok()?);
    let advice = "put another in its place: it is read without a restart";
    let Ok(left) = u64::try_from(left) else {
        return Some(format!(
            "the certificate of the {name} has ended, and nobody accepts it any more; {advice}"
        ));
    };
    let days = left / DAY.as_secs();
    let text = format!("the certificate of the {name} ends in {days} days; {advice}");
    (days < LAST_DAYS).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_warns_in_the_last_thirty_days() {
        let now = SystemTime::UNIX_EPOCH + 100 * DAY;
        let end = |days: u64| i64::try_from((100 + days) * DAY.as_secs()).unwrap();
        assert_eq!(warning("node", end(30), now), None);
        let soon = warning("node", end(29), now).unwrap();
        assert!(
            soon.starts_with("the certificate of the node ends in 29 days"),
            "{soon}"
        );
        let over = warning("authority", end(0) - 1, now).unwrap();
        assert!(over.contains("has ended"), "{over}");
    }
}
