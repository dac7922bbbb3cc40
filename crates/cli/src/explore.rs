//! `synod explore`.

use crate::args::{ExploreOptions, LearnOptions, Ui};
use crate::diagnostics::Complaint;
use crate::engines::Share;
use crate::files::Written;
use crate::library::Specs;
use crate::memory::Limits;
use crate::specs;
use crate::status::Status;
use serde_json::{Value, json};
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use synod_checker::SearchOptions;
use synod_explorer::stateright::{self, free_address};
use synod_explorer::{Interface, Refusal, Server};
use synod_specs::{Viewable, Viewer};
use synod_terminal::note;

/// Serves the explorer until the process is ended, or writes a file.
///
/// # Errors
/// The spec cannot be shown.
pub(crate) fn explore(options: &ExploreOptions) -> Result<Status, Complaint> {
    let path = options.spec.as_deref();
    if let (Some(path), true) = (path, options.actors || options.ui == Ui::Stateright) {
        return explore_with_stateright(path, options);
    }
    if options.ui == Ui::Stateright {
        let help = "name one: `synod list` shows the built-in ones";
        return Err(Complaint::about(
            "Stateright's page is of one run spec",
            help,
        ));
    }
    let interface = interface(path)?;
    if let (Some(path), Some(file)) = (path, &options.export) {
        return export(&interface, path, file);
    }
    serve(interface, options.port, "")
}

/// Serves the explorer, and sends the reader to the lesson.
///
/// # Errors
/// The port is in use.
pub(crate) fn learn(options: &LearnOptions) -> Result<Status, Complaint> {
    serve(interface(None)?, options.port, "#learn")
}

/// Serves until the process is ended. `part` is the part of the page with which to begin.
fn serve(interface: Interface, port: u16, part: &str) -> Result<Status, Complaint> {
    let refused = |error: io::Error| cannot_listen(port, &error);
    let server = Server::listen(interface, port).map_err(refused)?;
    let address = server.address().map_err(refused)?;
    note!("open http://{address}/{part} in a browser; Ctrl-C ends it");
    server.serve().map_err(refused)?;
    Ok(Status::AsExpected)
}

/// The interface to all specs, and to the one that was named.
///
/// # Errors
/// It is no spec.
pub(crate) fn interface(named: Option<&Path>) -> Result<Interface, Complaint> {
    let limits = Limits::chosen(None, Share::Half);
    let threads = thread::available_parallelism().map_or(1, Into::into);
    let options = SearchOptions {
        memory: limits.for_states(threads),
        ..SearchOptions::default()
    };
    Ok(Interface::new(Specs::of(named)?, options))
}

fn cannot_listen(port: u16, error: &io::Error) -> Complaint {
    Complaint::about(
        format!("cannot listen at 127.0.0.1:{port}: {error}"),
        "choose another port with --port, or 0 for any that is free",
    )
}

/// Writes the shortest violation of a spec: of the property that it expects to be violated, or
/// of any.
fn export(interface: &Interface, path: &Path, file: &Path) -> Result<Status, Complaint> {
    let name = path.display().to_string();
    let endings = [(".html", "html"), (".mmd", "mermaid"), (".itf.json", "itf")];
    let written = file.to_string_lossy();
    let form = endings.iter().find(|(ending, _)| written.ends_with(ending));
    let Some((_, form)) = form else {
        let help = "its name ends in .html, .mmd or .itf.json";
        return Err(Complaint::file(file, "the format is not known", help));
    };
    Written::file("--export", file).refuse_among([path])?;
    // Before the search, which may take long.
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    if folder.is_some_and(|folder| !folder.is_dir()) {
        let help = "name a file in a folder that exists";
        return Err(Complaint::file(file, "there is no such folder", help));
    }
    let refused = |refusal: Refusal| Complaint::about(refusal.error, refusal.help);
    let spec = interface
        .call("spec", json!({ "spec": name }))
        .map_err(refused)?;
    let wanted = json!({ "spec": name, "for": { "violation": spec["property"] } });
    let search = interface.call("search", wanted).map_err(refused)?;
    let told = interface.wait(&search, &mut |_| true).map_err(refused)?;
    let found = &told["result"];
    if found["verdict"] != "found" {
        let why = found["why"].as_str().unwrap_or("no claim is violated");
        note!("{name}: {why}: nothing was written");
        return Ok(Status::Inconclusive);
    }
    let place =
        json!({ "spec": name, "begin": found["begin"], "steps": found["steps"], "as": form });
    let exported = interface.call("export", place).map_err(refused)?;
    let text = exported["text"].as_str().unwrap_or_default();
    fs::write(file, text)
        .map_err(|error| Complaint::file(file, error, "name a file that can be written"))?;
    let steps = found["steps"].as_array().map_or(0, Vec::len);
    let property = match &found["property"] {
        Value::String(property) => property,
        _ => "a claim",
    };
    note!("{property} is violated after {steps} steps: written to {written}");
    Ok(Status::AsExpected)
}

fn explore_with_stateright(path: &Path, options: &ExploreOptions) -> Result<Status, Complaint> {
    let spec = specs::find_one(path)?;
    let served = if options.actors {
        spec.view_actors(Serve { path, options })
    } else {
        spec.view(Serve { path, options })
    };
    served.map_err(|refusal| Complaint::file(path, refusal.message, refusal.help))?
}

struct Serve<'a> {
    path: &'a Path,
    options: &'a ExploreOptions,
}

impl Viewer for Serve<'_> {
    type Output = Result<Status, Complaint>;

    fn view<M: Viewable>(self, model: M) -> Self::Output {
        let options = self.options;
        let address = free_address(options.port);
        let address = address.map_err(|error| cannot_listen(options.port, &error))?;
        // Actors have no properties.
        let violations = if options.actors {
            "With --actors, states do not say what they violate;"
        } else {
            "The text of a state says what it violates, and"
        };
        let server = stateright::Server::prepare(violations).map_err(|error| {
            let help = "a folder for temporary files is needed";
            Complaint::file(&std::env::temp_dir(), error, help)
        })?;
        announce(&self, address);
        server.serve(model, address);
        Ok(Status::AsExpected)
    }
}

fn announce(served: &Serve<'_>, address: SocketAddr) {
    let violations = if served.options.actors {
        "Without --actors, the text of a state says what it violates."
    } else {
        "The text of a state says what it violates."
    };
    note!(
        "{}: open http://{address}/ in a browser; Ctrl-C ends it.\n\
         {violations} `synod check` searches for violations.",
        served.path.display()
    );
}
