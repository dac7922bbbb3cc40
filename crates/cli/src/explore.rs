//! `synod explore`.

use crate::args::ExploreOptions;
use crate::diagnostics::Complaint;
use crate::specs;
use crate::status::Status;
use std::net::SocketAddr;
use synod_explorer::{Server, free_address};
use synod_specs::{Viewable, Viewer};
use synod_terminal::note;

/// Serves the Explorer until the process is ended.
///
/// # Errors
/// The spec cannot be shown.
pub(crate) fn explore(options: &ExploreOptions) -> Result<Status, Complaint> {
    let path = &options.spec;
    let spec = specs::find_one(path)?;
    let served = if options.actors {
        spec.view_actors(Serve(options))
    } else {
        spec.view(Serve(options))
    };
    served.map_err(|refusal| Complaint::file(path, refusal.message, refusal.help))?
}

struct Serve<'a>(&'a ExploreOptions);

impl Viewer for Serve<'_> {
    type Output = Result<Status, Complaint>;

    fn view<M: Viewable>(self, model: M) -> Self::Output {
        let options = self.0;
        let address = free_address(options.port).map_err(|error| {
            Complaint::about(
                format!("cannot listen at 127.0.0.1:{}: {error}", options.port),
                "choose another port with --port, or 0 for any that is free",
            )
        })?;
        // Actors have no properties.
        let violations = if options.actors {
            "With --actors, states do not say what they violate;"
        } else {
            "The text of a state says what it violates, and"
        };
        let server = Server::prepare(violations).map_err(|error| {
            let help = "a folder for temporary files is needed";
            Complaint::file(&std::env::temp_dir(), error, help)
        })?;
        announce(options, address);
        server.serve(model, address);
        Ok(Status::AsExpected)
    }
}

fn announce(options: &ExploreOptions, address: SocketAddr) {
    let violations = if options.actors {
        "Without --actors, the text of a state says what it violates."
    } else {
        "The text of a state says what it violates."
    };
    note!(
        "{}: open http://{address}/ in a browser; Ctrl-C ends it.\n\
         {violations} `synod check` searches for violations.",
        options.spec.display()
    );
}
