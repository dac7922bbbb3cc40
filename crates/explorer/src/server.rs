//! The page, and the address at which it is served.

use crate::view::View;
use stateright::Model;
use std::hash::Hash;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::{fs, io, process};
use synod_terminal::signals;
use synod_vocabulary::Describe;
use tempfile::TempDir;

/// The page of Stateright's Explorer, without what it would say of properties.
const PAGE: &str = include_str!("index.htm");

/// Where the page says which violations it shows.
const VIOLATIONS: &str = "{violations}";

/// What a shell reports of a program that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// An address of this machine with the port, or with any that is free if the port
/// is 0. Stateright would panic on an address that is taken.
///
/// # Errors
/// It is taken.
pub fn free_address(port: u16) -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))?.local_addr()
}

/// The Explorer with its page, ready to serve a model.
pub struct Server {
    /// Where the page is: the working directory. It is removed with this.
    _folder: TempDir,
}

impl Server {
    /// Puts the page where Stateright's Explorer finds it: in a folder `ui` of the
    /// working directory, which changes. The page begins with what it says of
    /// `violations`. Ctrl-C removes the folder and ends the process.
    ///
    /// # Errors
    /// There is no folder for temporary files.
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
            // What cannot be removed stays: it is small.
            let _ = fs::remove_dir_all(&path);
            process::exit(INTERRUPTED);
        })?;
        Ok(Self { _folder: folder })
    }

    /// Shows the model until the process is ended.
    pub fn serve<M>(self, model: M, address: SocketAddr)
    where
        M: Describe + Send + Sync + 'static,
        M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
        M::Action: Clone + PartialEq + Send + Sync,
    {
        let _checker = View::new(model).checker().serve(address);
    }
}
