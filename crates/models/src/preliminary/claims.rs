//! The claims about every reachable state of the preliminary protocol.

use super::{Preliminary, State};
use crate::partners::either;
use crate::properties::{self, Checked, checked, stated};
use crate::view::Synod;
use synod_paper::preliminary as paper;
use synod_vocabulary::{Claim, Partner};

pub(super) fn claims(model: &Preliminary) -> Vec<Claim<Preliminary>> {
    let mut claims = properties::claims(model);
    let has_two_numbers = model.bounds.numbers().len() > 1;
    let partner = either(has_two_numbers, A_PROMISE_AFTER_A_VOTE, A_PROMISE);
    claims.push(stated!(paper::PROMISES_KEPT, promises_kept, Some(partner)));
    claims
}

fn promises_kept(model: &Preliminary, state: &State) -> Checked {
    let number = |rank| model.bounds.number(rank);
    let sent = model.sent_last_votes(state);
    let sent = sent.filter_map(|(b, vote)| Some((number(b)?, vote.unpack(&model.bounds))));
    checked(paper::promises_kept(&model.view(state), sent))
}

const A_PROMISE: Partner<Preliminary> = Partner {
    name: "a promise is made",
    happens: |model, state| model.sent_last_votes(state).next().is_some(),
};

const A_PROMISE_AFTER_A_VOTE: Partner<Preliminary> = Partner {
    name: "a promise is made by a priest who has voted",
    happens: |model, state| {
        let mut sent = model.sent_last_votes(state);
        sent.any(|(_, vote)| !vote.number.is_none())
    },
};
