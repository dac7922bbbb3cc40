//! What a run spec of `Paxos` says: it has bounds of its own.

use super::describe::listed;
use super::inductive::refuse_inductive;
use super::parliament::refuse_parliament;
use super::parse::{decrees, index, refuse_key, refused_at};
use super::read::Reader;
use super::{SpecError, SpecModel};
use crate::bounds::plural;
use crate::paxos::Paxos;

/// The model, and its bounds as a person reads them.
pub(super) fn paxos(spec: &Reader<'_>) -> Result<(SpecModel, String), SpecError> {
    refuse_others(spec)?;
    refuse_parliament(spec, "paxos")?;
    refuse_inductive(spec, "paxos")?;
    let acceptors = index(spec.required("priests", Reader::count)?);
    let ballots = index(spec.required("ballots", Reader::count)?);
    let decrees = decrees(spec)?;
    let model = Paxos::new(acceptors, ballots, &decrees);
    let model = model.map_err(|error| refused_at(spec, &error))?;
    let numbers: Vec<_> = (0..ballots).map(|number| number.to_string()).collect();
    let described = [
        plural(acceptors, "acceptor"),
        listed("ballot", &numbers),
        listed("decree", &decrees),
    ];
    Ok((SpecModel::Paxos(model), described.join(", ")))
}

fn refuse_others(spec: &Reader<'_>) -> Result<(), SpecError> {
    let ballots = "say how many ballots there are with `ballots = 3`: nobody owns them";
    for (key, help) in [
        ("tryers", ballots),
        ("attempts", ballots),
        ("quorums", "leave it out: the quorums are the majority sets"),
        (
            "forgetful",
            "leave it out: acceptors remember their variables",
        ),
        (
            "crashes",
            "leave it out: acceptors remember their variables",
        ),
        ("mutant", "leave it out: it is as published"),
    ] {
        refuse_key(spec, key, "paxos", help)?;
    }
    Ok(())
}
