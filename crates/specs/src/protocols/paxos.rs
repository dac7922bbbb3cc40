//! Run specs of `Paxos`, the protocol as Lamport stated it in TLA+ later: its ballots have no
//! owners, so it has bounds of its own.

use crate::bounds::{BALLOTS, DECREES, PRIESTS, decrees, index, listed, refused_at};
use crate::error::SpecError;
use crate::protocol::{Asked, Instead, Protocol};
use crate::read::{Key, SpecTable, count};
use crate::reductions::{REDUCTIONS, asks_for_symmetry, describe_symmetry};
use synod_models::bounds::plural;
use synod_models::paxos::Paxos as Model;

pub(crate) struct Paxos;

const NO_OWNER: &str = "ballots have no owner here: give their number instead, as in `ballots = 3`";
const REMEMBERED: &str = "leave it out: acceptors remember their variables";

impl Protocol for Paxos {
    const NAME: &'static str = "paxos";
    const KEYS: &'static [Key] = &[PRIESTS, BALLOTS, DECREES, REDUCTIONS];
    const INSTEAD: Instead = &[
        ("tryers", NO_OWNER),
        ("attempts", NO_OWNER),
        ("quorums", "leave it out: the quorums are the majority sets"),
        ("forgetful", REMEMBERED),
        ("crashes", REMEMBERED),
        ("mutant", "leave it out: this protocol has no mutants"),
    ];
    type Model = Model;

    fn read(spec: &SpecTable<'_>) -> Result<Asked<Model>, SpecError> {
        let acceptors = index(spec.required(PRIESTS, count)?);
        let ballots = index(spec.required(BALLOTS, count)?);
        let decrees = decrees(spec)?;
        let model = Model::new(acceptors, ballots, &decrees);
        let model = model.map_err(|error| refused_at(spec, &error))?;
        let numbers: Vec<_> = (0..ballots).map(|number| number.to_string()).collect();
        let mut descriptions = vec![
            plural(acceptors, "acceptor"),
            listed("ballot", &numbers),
            listed("decree", &decrees),
        ];
        let model = if asks_for_symmetry(spec, false)? {
            descriptions.push(describe_symmetry(spec, model.is_symmetric())?);
            model.with_symmetry()
        } else {
            model
        };
        Ok(Asked {
            model,
            mutant: None,
            drops: None,
            bounds: descriptions,
        })
    }
}
