//! The server: its page, and the address at which it is served.

use super::View;
use stateright::Model;
use std::hash::Hash;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::{fs, io, process};
use synod_terminal::signals;
use synod_vocabulary::Describe;
use tempfile::TempDir;

/// The page of Stateright's Explorer, without its verdicts on properties.
const PAGE: &str = include_str!("index.htm");

/// The place in the page for the sentence about violations.
const VIOLATIONS: &str = "{violations}";

/// The exit status of a program that Ctrl-C has ended, as shells report it.
const INTERRUPTED: i32 = 130;

/// An address of this machine with this port, or with any free port if it is 0. Stateright
/// would panic at an address that is in use. The crate's example uses it.
///
/// # Errors
/// The port is in use.
pub fn free_address(port: u16) -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))?.local_addr()
}

/// The Explorer with its page, ready to serve a model. The crate's example uses it.
pub struct Server {
    /// The folder with the page, which is the working directory. It is removed when this is
    /// dropped.
    _folder: TempDir,
}

impl Server {
    /// Puts the page into a new temporary folder, and makes that the working directory of the
    /// process: Stateright's Explorer looks for a folder `ui` there. `violations` is the
    /// beginning of the page's sentence about violations, up to "`synod check` tells …". Ctrl-C
    /// removes the folder and ends the process.
    ///
    /// # Errors
    /// The temporary folder or the page cannot be written, or the signals cannot be watched.
    pub fn prepare(violations: &str) -> io::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("synod-explore-")
            .tempdir()?;
        let ui = folder.path().join("ui");
        fs::create_dir(&ui)?;
        fs::write(ui.join("index.htm"), PAGE.replace(VIOLATIONS, violations))?;
        std::env::set_current_dir(folder.path())?;
        let path = folder.path().to_owned();
        signals::watch(move || {
            // If the folder cannot be removed it stays: it is small.
            let _ = fs::remove_dir_all(&path);
            process::exit(INTERRUPTED);
        })?;
        Ok(Self { _folder: folder })
    }

    /// Shows the model until the process is ended.
    pub fn serve<M>(self, model: M, address: SocketAddr)
    where
        M: Describe + Send + Sync + 'static,
        M::State: Clone + Hash + PartialEq + Send + Sync,
        M::Action: Clone + PartialEq,
    {
        let _checker = View::new(model).checker().serve(address);
    }
}
