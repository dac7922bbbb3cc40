//! What is claimed of every reachable state of the preliminary protocol.

use super::{Preliminary, State};
use crate::properties::{self, Synod};
use synod_math::max_vote;
use synod_vocabulary::{Claim, Partner, Witness, claim, ensure};

pub(super) fn claims(model: &Preliminary) -> Vec<Claim<Preliminary>> {
    let mut claims = properties::claims(model);
    let partner = if model.bounds.numbers().len() > 1 {
        A_PROMISE_AFTER_A_VOTE
    } else {
        A_PROMISE
    };
    claims.push(claim!(
        "promises kept",
        "The vote in a LastVote(b, v) stays its priest's largest below b (§2.2, step 2).",
        promises_kept,
        Some(partner)
    ));
    claims
}

fn promises_kept(model: &Preliminary, state: &State) -> Result<(), Witness> {
    let ballots = model.unpack(state);
    for (number, vote) in model.sent_last_votes(state) {
        let largest = max_vote(model.bounds.number(number), vote.priest, &ballots);
        let promised = vote.unpack(&model.bounds);
        ensure!(
            promised == largest,
            "{} answered NextBallot({}) with {}, which is not his largest vote below it",
            vote.priest,
            model.bounds.number_name(number),
            promised.map(|decree| model.bounds.decree_name(*decree).to_owned()),
        );
    }
    Ok(())
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
