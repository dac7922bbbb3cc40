//! `synod explore`.

use crate::args::ExploreOptions;
use crate::diagnostics::{self, Complaint};
use crate::specs;
use crate::status::Status;
use stateright::Model;
use std::hash::Hash;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use synod_models::spec::SpecModel;
use synod_models::told::{Told, Violations};
use synod_models::{complete, parliament};
use synod_terminal::{note, signals};
use synod_vocabulary::Describe;
use synod_world::actors::DescribedActors;
use synod_world::reductions::Reductions;
use tempfile::TempDir;

/// The page of Stateright's Explorer, without what it would say of properties.
const PAGE: &str = include_str!("explore/index.htm");

/// What the page says of states.
const JUDGED: &str = "What a state violates is said in its text, and";

/// What a shell reports of a program that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// Serves the Explorer until the process is ended.
pub(crate) fn explore(options: &ExploreOptions) -> Status {
    match prepare(options) {
        Ok((model, address, _folder)) => {
            announce(options, address);
            match model {
                SpecModel::Complete(model) if options.actors => {
                    serve(
                        DescribedActors(complete::as_actors(&model)),
                        |_, _| Vec::new(),
                        address,
                    );
                }
                SpecModel::Parliament(model) if options.actors => {
                    serve(
                        DescribedActors(parliament::as_actors(&model)),
                        |_, _| Vec::new(),
                        address,
                    );
                }
                SpecModel::Preliminary(model) => serve(model, Describe::violations, address),
                SpecModel::Basic(model) => serve(model, Describe::violations, address),
                SpecModel::Inductive(model) => serve(model, Describe::violations, address),
                SpecModel::Complete(model) => serve(model, Describe::violations, address),
                SpecModel::Parliament(model) => serve(model, Describe::violations, address),
                SpecModel::Paxos(model) => serve(model, Describe::violations, address),
            }
            Status::AsExpected
        }
        Err(complaint) => {
            diagnostics::report(&[complaint]);
            Status::BadInput
        }
    }
}

fn prepare(options: &ExploreOptions) -> Result<(SpecModel, SocketAddr, TempDir), Complaint> {
    if options.spec.is_dir() {
        return Err(Complaint::file(
            &options.spec,
            "this is a folder",
            "name one run spec",
        ));
    }
    let spec = specs::read(&options.spec)?;
    if let SpecModel::Inductive(_) = spec.model {
        return Err(Complaint::file(
            &options.spec,
            "it begins in every state in which I holds: too many to be shown in a browser",
            "`synod check --verbose` with this spec shows how a step breaks I, if one does",
        ));
    }
    if options.actors {
        refuse_without_actors(&options.spec, &spec.model)?;
    }
    let address = free_address(options.port)?;
    let folder = go_where_the_page_is(options)?;
    Ok((spec.model, address, folder))
}

/// The actors of Stateright are for the shipped code, without crashes and without
/// reductions: its `ActorModel` keeps through a crash what a process would lose.
fn refuse_without_actors(path: &Path, model: &SpecModel) -> Result<(), Complaint> {
    let (crashes, reductions) = match model {
        SpecModel::Complete(model) => (model.crashes(), model.reductions()),
        SpecModel::Parliament(model) => (model.crashes(), model.reductions()),
        SpecModel::Preliminary(_)
        | SpecModel::Basic(_)
        | SpecModel::Inductive(_)
        | SpecModel::Paxos(_) => {
            return Err(Complaint::file(
                path,
                "this protocol has no actors: it is no shipped code",
                "leave out --actors, or name a spec of the complete protocol or of the parliament",
            ));
        }
    };
    if crashes > 0 {
        return Err(Complaint::file(
            path,
            "its processes crash, and Stateright's actors keep after a crash what is lost",
            "leave out --actors, or name a spec without crashes",
        ));
    }
    if reductions != Reductions::default() {
        return Err(Complaint::file(
            path,
            "it has reductions, and Stateright's actors leave nothing out",
            "leave out --actors, or name a spec without reductions",
        ));
    }
    Ok(())
}

/// Stateright would panic on an address that is taken.
fn free_address(port: u16) -> Result<SocketAddr, Complaint> {
    let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(wanted)
        .and_then(|listener| listener.local_addr())
        .map_err(|error| {
            Complaint::about(
                format!("cannot listen at {wanted}: {error}"),
                "choose another port with --port, or 0 for any that is free",
            )
        })
}

/// Stateright's Explorer serves the files of a folder `ui`, if there is one here,
/// instead of its own.
fn go_where_the_page_is(options: &ExploreOptions) -> Result<TempDir, Complaint> {
    // Actors make no claims.
    let page = if options.actors {
        PAGE.replace(JUDGED, "With --actors no state says what it violates;")
    } else {
        PAGE.to_owned()
    };
    let folder = tempfile::Builder::new().prefix("synod-explore-").tempdir();
    let written = folder.and_then(|folder| {
        let ui = folder.path().join("ui");
        std::fs::create_dir(&ui)?;
        std::fs::write(ui.join("index.htm"), page)?;
        std::env::set_current_dir(folder.path())?;
        let path = folder.path().to_owned();
        signals::watch(move || {
            // What cannot be removed stays: it is small.
            let _ = std::fs::remove_dir_all(&path);
            std::process::exit(INTERRUPTED);
        })?;
        Ok(folder)
    });
    written.map_err(|error| {
        let temporary = std::env::temp_dir();
        Complaint::file(&temporary, error, "a folder for temporary files is needed")
    })
}

fn announce(options: &ExploreOptions, address: SocketAddr) {
    let violations = if options.actors {
        "Only without --actors the text of a state says what it violates."
    } else {
        "The text of a state says what it violates."
    };
    note!(
        "{}: open http://{address}/ in a browser; Ctrl-C ends it.\n\
         {violations} `synod check` searches for violations.",
        options.spec.display()
    );
}

fn serve<M>(model: M, violations: Violations<M>, address: SocketAddr)
where
    M: Describe + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + PartialEq + Send + Sync,
{
    let _checker = Told::new(model, violations).checker().serve(address);
}
