//! `synod explore`.

use crate::args::ExploreOptions;
use crate::diagnostics::{self, Complaint};
use crate::specs;
use crate::status::Status;
use stateright::Model;
use std::hash::Hash;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use synod_models::narrate::Tell;
use synod_models::spec::SpecModel;
use synod_models::told::Told;
use synod_models::world::reductions::Reductions;
use synod_terminal::note;

/// Serves the Explorer until the process is ended.
pub(crate) fn explore(options: &ExploreOptions) -> Status {
    match prepare(options) {
        Ok((model, address)) => {
            announce(&options.spec, address);
            match model {
                SpecModel::Complete(model) if options.actors => {
                    serve(model.as_actors(), address);
                }
                SpecModel::Parliament(model) if options.actors => {
                    serve(model.as_actors(), address);
                }
                SpecModel::Preliminary(model) => serve(model, address),
                SpecModel::Basic(model) => serve(model, address),
                SpecModel::Inductive(model) => serve(model, address),
                SpecModel::Complete(model) => serve(model, address),
                SpecModel::Parliament(model) => serve(model, address),
                SpecModel::Paxos(model) => serve(model, address),
            }
            Status::AsExpected
        }
        Err(complaint) => {
            diagnostics::report(&[complaint]);
            Status::BadInput
        }
    }
}

fn prepare(options: &ExploreOptions) -> Result<(SpecModel, SocketAddr), Complaint> {
    if options.spec.is_dir() {
        return Err(Complaint::file(
            &options.spec,
            "this is a folder",
            "name one run spec",
        ));
    }
    let spec = specs::read(&options.spec)?;
    if options.actors {
        refuse_without_actors(&options.spec, &spec.model)?;
    }
    let address = free_address(options.port)?;
    leave_for_an_empty_folder()?;
    Ok((spec.model, address))
}

/// Actors are there for shipped code, know no crash as it is, and leave nothing
/// out.
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

/// Stateright's Explorer would serve the files of a folder `ui` that happens to
/// be here.
fn leave_for_an_empty_folder() -> Result<(), Complaint> {
    let folder = std::env::temp_dir().join(format!("synod-explore-{}", std::process::id()));
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::env::set_current_dir(&folder))
        .map_err(|error| {
            Complaint::file(&folder, error, "a folder for temporary files is needed")
        })?;
    // Empty folders that are in use can be removed; where not, it stays.
    let _ = std::fs::remove_dir(&folder);
    Ok(())
}

fn announce(spec: &Path, address: SocketAddr) {
    note!(
        "{}: open http://{address}/ in a browser; Ctrl-C ends it.\n\
         Nothing is checked until \"Run to completion\" is pressed there.",
        spec.display()
    );
}

fn serve<M>(model: M, address: SocketAddr)
where
    M: Tell + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + PartialEq + Send + Sync,
{
    let _checker = Told::new(model).checker().serve(address);
}
