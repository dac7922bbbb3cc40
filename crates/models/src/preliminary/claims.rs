//! The claims about every reachable state of the preliminary protocol.

use super::{Preliminary, State};
use crate::partners::either;
use crate::properties::{self, Checked, checked, stated};
use crate::view::Synod;
use synod_paper::preliminary as paper;
use synod_vocabulary::{Claim, Partner};

pub(super) fn claims<L>(model: &Preliminary<L>) -> Vec<Claim<Preliminary<L>>> {
    let mut claims = properties::claims(model);
    let has_two_numbers = model.bounds.numbers().len() > 1;
    let partner = either(has_two_numbers, a_promise_after_a_vote(), a_promise());
    claims.push(stated!(paper::PROMISES_KEPT, promises_kept, Some(partner)));
    claims
}

fn promises_kept<L>(model: &Preliminary<L>, state: &State) -> Checked {
    let number = |rank| model.bounds.number(rank);
    let sent = model.sent_last_votes(state);
    let sent = sent.filter_map(|(b, vote)| Some((number(b)?, vote.unpack(&model.bounds))));
    checked(paper::promises_kept(&model.view(state), sent))
}

fn a_promise<L>() -> Partner<Preliminary<L>> {
    Partner {
        name: "a promise is made",
        happens: |model, state| model.sent_last_votes(state).next().is_some(),
    }
}

fn a_promise_after_a_vote<L>() -> Partner<Preliminary<L>> {
    Partner {
        name: "a promise is made by a priest who has voted",
        happens: |model, state| {
            let mut sent = model.sent_last_votes(state);
            sent.any(|(_, vote)| !vote.number.is_none())
        },
    }
}
