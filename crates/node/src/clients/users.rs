//! [`Users`]: who may do what. Without a file of users, everybody who can connect may do everything.
//!
//! ```toml
//! [app]
//! may = "all"
//! # printf %s "$PASSWORD" | sha256sum
//! password-sha256 = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"
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
use ring::digest::{SHA256, digest};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;

/// How long a wrong password takes.
const AFTER_A_WRONG_PASSWORD: Duration = Duration::from_millis(500);

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
    certificate: Option<String>,
}

/// A SHA-256 digest, in hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Digest([u8; 32]);

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = "it must be the 64 hexadecimal digits of a SHA-256 digest";
        let mut digest = [0; 32];
        if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong);
        }
        for (place, byte) in digest.iter_mut().enumerate() {
            let digits = &text[2 * place..2 * place + 2];
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong)?;
        }
        Ok(Self(digest))
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
            if user.password_sha256.is_none() && user.certificate.is_none() {
                let help = "give `password-sha256` or `certificate`";
                return Err(wrong(format!("nobody can be {name:?}: {help}")));
            }
        }
        if users.is_empty() {
            let help = "give a table for each, with `may = \"read\"` or `may = \"all\"`";
            return Err(wrong(format!("there are no users in it: {help}")));
        }
        Ok(Self(users))
    }

    /// The user with this password.
    fn with_password(&self, name: &str, password: &[u8]) -> Option<Permission> {
        let user = self.0.get(name)?;
        let given = digest(&SHA256, password);
        // All bytes are compared, so that the time it takes does not tell how many are right.
        let pairs = user.password_sha256?.0.into_iter().zip(given.as_ref());
        let difference = pairs.fold(0, |all, (known, given)| all | (known ^ given));
        (difference == 0).then_some(user.may)
    }

    /// The first user whose name is in this certificate, and what it may do.
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

/// Logs that the file of users has changed, and whether it can be used.
pub(crate) fn tell(read: Result<(), UsersError>) {
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
        let may = users.borrow().with_password(&name, &credentials.password);
        if let Some(may) = may {
            self.user = Some((name, may));
            return Ok(());
        }
        sleep(AFTER_A_WRONG_PASSWORD).await;
        Err(CommandError::WrongPassword)
    }
}
