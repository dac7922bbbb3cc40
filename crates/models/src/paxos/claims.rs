//! The claims about every reachable state of `Paxos`.

use super::layout::{ballot_name, ballots_of};
use super::{Paxos, State};
use synod_math::Priest;
use synod_vocabulary::{Claim, Partner, Witness, claim, ensure};

pub(super) fn claims(model: &Paxos) -> Vec<Claim<Paxos>> {
    // With only one ballot or one decree, two decrees cannot be chosen.
    let partner = (model.ballots() > 1 && model.decrees.len() > 1).then_some(TWO_CHOICES);
    vec![claim!(
        "Consistency",
        "At most one decree is chosen: voted for by a majority in one ballot.",
        consistency,
        partner
    )]
}

/// The witness has two ballots that chose different decrees.
fn consistency(model: &Paxos, state: &State) -> Result<(), Witness> {
    let choices = model.choices(state);
    // Most states do not have two choices; then nothing else needs to be computed.
    if !is_more_than_one(choices) {
        return Ok(());
    }
    let decree = |ballot| model.layout.decree(state.0, ballot);
    let mut chosen = ballots_of(choices);
    let Some(ballot) = chosen.next() else {
        return Ok(());
    };
    for other in chosen {
        ensure!(
            decree(other) == decree(ballot),
            "ballot {} chose {}, ballot {} chose {}",
            ballot_name(ballot),
            model.decree_name(decree(ballot)),
            ballot_name(other),
            model.decree_name(decree(other)),
        );
    }
    Ok(())
}

/// The partners that belong to no claim: two ballots may also choose the only decree.
pub(super) fn others(model: &Paxos) -> Vec<Partner<Paxos>> {
    let mut others = vec![A_CHOICE];
    others.extend((model.ballots() > 1).then_some(TWO_CHOICES));
    others
}

const A_CHOICE: Partner<Paxos> = Partner {
    name: "a decree is chosen",
    happens: |model, state| model.choices(state) != 0,
};

const TWO_CHOICES: Partner<Paxos> = Partner {
    name: "two ballots choose a decree",
    happens: |model, state| is_more_than_one(model.choices(state)),
};

impl Paxos {
    /// The ballots in which a majority has voted.
    fn choices(&self, state: &State) -> u32 {
        let voted = |a: Priest| self.layout.voted(state.0, a.index());
        self.layout.of_a_majority(self.acceptors().map(voted))
    }
}

const fn is_more_than_one(bits: u32) -> bool {
    bits & bits.wrapping_sub(1) != 0
}
