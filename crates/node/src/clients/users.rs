//! [`Users`]: who may do what. Without a file of users, everybody who can connect may do everything.
//!
//! ```toml
//! [app]
//! may = "all"
//! # Rounds, salt and digest, by PBKDF2 with HMAC-SHA-256.
//! password-pbkdf2 = "1000:00112233445566778899aabbccddeeff:6ed2147b9b670624275a8ab15759524ca062d8992aadae6a083b4bc148d12027"
//!
//! [dashboard]
//! may = "read"
//! certificate = "dashboard.example"
//! ```
//!
//! A connection has the permission of the user whose certificate it has shown, until it says AUTH.

use super::command_error::CommandError;
use crate::certificates::PeerCertificate;
use crate::private;
use crate::reread::Reread;
use metrics::{describe_gauge, gauge};
use ring::digest::{SHA256, digest};
use ring::pbkdf2::{PBKDF2_HMAC_SHA256, verify};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use tokio::task::spawn_blocking;
use tokio::time::sleep;

const REFUSED: &str = "synod_users_refused";

/// How long a wrong password takes.
const AFTER_A_WRONG_PASSWORD: Duration = Duration::from_millis(500);

/// How many rounds a salted digest has at most: some seconds, for one password at a time.
const MOST_ROUNDS: u32 = 10_000_000;

/// Held while a salted digest is computed, so that strangers keep one processor busy at most.
static COMPUTING: Mutex<()> = Mutex::const_new(());

/// What a connection may do. A later variant may do all that an earlier one may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Permission {
    /// Say who it is.
    #[default]
    #[serde(skip)]
    Nothing,
    /// Read values, and ask about the node.
    Read,
    /// Whatever a client can do.
    All,
}

/// What AUTH gives, or HELLO with AUTH.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) name: Vec<u8>,
    pub(super) password: Vec<u8>,
}

/// The users of a node, by name.
///
/// ```
/// use std::fs::{self, Permissions};
/// use std::os::unix::fs::PermissionsExt;
/// use synod_node::clients::Users;
///
/// let folder = tempfile::tempdir()?;
/// let file = folder.path().join("users.toml");
/// fs::write(&file, "[dashboard]\nmay = \"read\"\ncertificate = \"dashboard.example\"\n")?;
/// // Others can read it: then it is refused.
/// fs::set_permissions(&file, Permissions::from_mode(0o644))?;
/// assert!(Users::read(&file).is_err());
/// fs::set_permissions(&file, Permissions::from_mode(0o600))?;
/// assert!(Users::read(&file).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Users(BTreeMap<String, User>);

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct User {
    may: Permission,
    password_sha256: Option<Digest>,
    password_pbkdf2: Option<Salted>,
    certificate: Option<String>,
}

/// A SHA-256 digest, in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Digest(Vec<u8>);

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = hexadecimal(&text).filter(|bytes| bytes.len() == 32);
        let wrong = "it must be the 64 hexadecimal digits of a SHA-256 digest";
        bytes.map(Self).ok_or(wrong)
    }
}

/// A salted digest by PBKDF2 with HMAC-SHA-256: `ROUNDS:SALT:DIGEST`, the latter two in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Salted {
    rounds: NonZeroU32,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

impl TryFrom<String> for Salted {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parts: Vec<_> = text.split(':').collect();
        let read = || {
            let [rounds, salt, digest] = parts[..] else {
                return None;
            };
            let rounds: NonZeroU32 = rounds.parse().ok()?;
            let (salt, digest) = (hexadecimal(salt)?, hexadecimal(digest)?);
            let is_good = rounds.get() <= MOST_ROUNDS && salt.len() >= 8 && digest.len() == 32;
            is_good.then_some(Self {
                rounds,
                salt,
                digest,
            })
        };
        let wrong = || {
            format!(
                "it must be ROUNDS:SALT:DIGEST, with {MOST_ROUNDS} rounds at most, 16 hexadecimal digits of salt at \
                 least, and the 64 of the digest"
            )
        };
        read().ok_or_else(wrong)
    }
}

/// The bytes that hexadecimal digits stand for.
fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let is_right = text.len().is_multiple_of(2) && text.bytes().all(|it| it.is_ascii_hexdigit());
    let byte = |place| u8::from_str_radix(&text[place..place + 2], 16).ok();
    is_right
        .then(|| (0..text.len()).step_by(2).map(byte).collect())
        .flatten()
}

impl User {
    /// Whether this is the password. Takes long if the digest is salted.
    fn has_password(&self, password: &[u8]) -> bool {
        let is_salted = self.password_pbkdf2.as_ref().is_some_and(|known| {
            let (rounds, salt) = (known.rounds, &known.salt);
            verify(PBKDF2_HMAC_SHA256, rounds, salt, password, &known.digest).is_ok()
        });
        let is_plain = self.password_sha256.as_ref().is_some_and(|known| {
            let given = digest(&SHA256, password);
            // All bytes are compared, so that the time it takes does not tell how many are right.
            let pairs = known.0.iter().zip(given.as_ref());
            pairs.fold(0, |all, (known, given)| all | (known ^ given)) == 0
        });
        is_salted || is_plain
    }

    /// What the user may do, if this is the password.
    async fn with_password(self, password: Vec<u8>) -> Option<Permission> {
        if self.password_pbkdf2.is_none() {
            return self.has_password(&password).then_some(self.may);
        }
        let _one_at_a_time = COMPUTING.lock().await;
        let computing = spawn_blocking(move || self.has_password(&password).then_some(self.may));
        computing.await.ok().flatten()
    }
}

/// Why a file of users cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UsersError {
    /// It cannot be read, or others than its owner can.
    #[error(
        "{file}: {source}; it should hold the users, with access for its owner only (chmod 600)"
    )]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It has something else in it.
    #[error("{file}: {why}")]
    Wrong {
        /// The file.
        file: PathBuf,
        /// What is wrong, and where.
        why: String,
    },
}

impl Users {
    /// Reads a file of users.
    ///
    /// # Errors
    ///
    /// If it cannot be read, if others than its owner can read it, or if it is no such file.
    pub fn read(file: &Path) -> Result<Self, UsersError> {
        let wrong = |why: String| UsersError::Wrong {
            file: file.to_owned(),
            why,
        };
        let bytes = private::read_key(file).map_err(|source| UsersError::Unreadable {
            file: file.to_owned(),
            source,
        })?;
        let text = std::str::from_utf8(&bytes).map_err(|error| wrong(error.to_string()))?;
        let users: BTreeMap<String, User> =
            toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
        for (name, user) in &users {
            let is_salted = user.password_pbkdf2.is_some();
            if is_salted && user.password_sha256.is_some() {
                let help = "give `password-pbkdf2` alone";
                return Err(wrong(format!("{name:?} has two passwords: {help}")));
            }
            if !is_salted && user.password_sha256.is_none() && user.certificate.is_none() {
                let help = "give `password-pbkdf2` or `certificate`";
                return Err(wrong(format!("nobody can be {name:?}: {help}")));
            }
        }
        let mut of_certificates = BTreeMap::new();
        for (name, user) in &users {
            let certificate = user.certificate.as_ref();
            let other = certificate.and_then(|it| of_certificates.insert(it, name));
            if let Some(other) = other {
                let help = "a certificate is that of one user";
                return Err(wrong(format!(
                    "{other:?} and {name:?} have the same `certificate`: {help}"
                )));
            }
        }
        if users.is_empty() {
            let help = "give a table for each, with `may = \"read\"` or `may = \"all\"`";
            return Err(wrong(format!("there are no users in it: {help}")));
        }
        Ok(Self(users))
    }

    /// The user who has this certificate, and what it may do. If several names are in it, the first user in alphabetical order.
    fn with_certificate(&self, certificate: &PeerCertificate) -> Option<(String, Permission)> {
        let mut users = self.0.iter();
        let user = users.find(|(_, user)| {
            let name = user.certificate.as_deref();
            name.is_some_and(|name| certificate.is_for(name))
        });
        user.map(|(name, user)| (name.clone(), user.may))
    }
}

/// The users of a file, read again when it changes.
pub(crate) fn users_of(
    file: &Path,
) -> Result<(Reread<Users, UsersError>, watch::Receiver<Users>), UsersError> {
    let path = file.to_owned();
    Reread::new([file.to_owned()], move || Users::read(&path))
}

/// Reads the users again whenever their file changes, for as long as the future is polled. The log and a metric tell
/// whether it can be used.
pub(crate) async fn keep_reading(users: Reread<Users, UsersError>) {
    let what = "1 if the file of users cannot be used, and those that were read before stay";
    describe_gauge!(REFUSED, what);
    gauge!(REFUSED).set(0);
    users.run(tell).await;
}

fn tell(read: Result<(), UsersError>) {
    gauge!(REFUSED).set(f64::from(u8::from(read.is_err())));
    match read {
        Ok(()) => tracing::info!("the users were read again: they hold for whoever connects"),
        Err(error) => tracing::error!("the users that were read before stay: {error}"),
    }
}

/// Who a connection is, and what it may do.
#[derive(Debug, Default)]
pub(super) struct Login {
    /// `None` if there are no users: then a connection may do everything.
    users: Option<watch::Receiver<Users>>,
    certificate: Option<PeerCertificate>,
    /// The user, and what it may do.
    user: Option<(String, Permission)>,
}

impl Login {
    /// Of a connection that has shown this certificate.
    pub(super) fn of(
        users: Option<watch::Receiver<Users>>,
        certificate: Option<PeerCertificate>,
    ) -> Self {
        let mut login = Self {
            users,
            certificate,
            user: None,
        };
        login.begin();
        login
    }

    /// The connection is who its certificate says, or nobody.
    pub(super) fn begin(&mut self) {
        self.user = match (&self.users, &self.certificate) {
            (Some(users), Some(certificate)) => users.borrow().with_certificate(certificate),
            _ => None,
        };
    }

    /// Whether the connection may do something that takes this permission.
    ///
    /// # Errors
    ///
    /// If it may not.
    pub(super) fn permit(&self, needed: Permission) -> Result<(), CommandError> {
        match &self.user {
            _ if self.users.is_none() || needed == Permission::Nothing => Ok(()),
            None => Err(CommandError::NotAuthenticated),
            Some((_, may)) if *may >= needed => Ok(()),
            Some((name, _)) => Err(CommandError::NotPermitted(name.clone())),
        }
    }

    /// Whether the connection is another user from now on, by name and password.
    ///
    /// # Errors
    ///
    /// If there is no such user or there are none, or if the password is wrong. Then the connection is
    /// who it was before. A wrong password takes a while, so that it is tried seldom.
    pub(super) async fn authenticate(
        &mut self,
        credentials: &Credentials,
    ) -> Result<(), CommandError> {
        let Some(users) = &self.users else {
            return Err(CommandError::Authentication);
        };
        let name = String::from_utf8_lossy(&credentials.name).into_owned();
        let user = users.borrow().0.get(&name).cloned();
        let may = match user {
            Some(user) => user.with_password(credentials.password.clone()).await,
            None => None,
        };
        if let Some(may) = may {
            self.user = Some((name, may));
            return Ok(());
        }
        sleep(AFTER_A_WRONG_PASSWORD).await;
        Err(CommandError::WrongPassword)
    }
}
