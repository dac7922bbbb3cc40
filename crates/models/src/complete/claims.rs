//! What is claimed of every reachable state of the complete protocol.

use super::Candidate;
use crate::claim::{Claim, Partner, Witness, claim, ensure};
use crate::invariants;
use crate::properties::{self, Synod};
use crate::world::{Site, State, World};
use synod_math::Priest;
use synod_protocol::Message;

type Checked = Result<(), Witness>;

/// Claims about the shipped processes, and about the history they imply.
pub(super) fn claims(model: &World<Candidate>) -> Vec<Claim<World<Candidate>>> {
    let mut claims = properties::claims(model);
    claims.extend([
        claim!(
            "refines basic",
            "Every output is an action of A.1 that is enabled, and ledger and slip agree (§2.3).",
            refines_basic,
            Some(properties::a_ledger())
        ),
        claim!(
            "ledgers never go back",
            "lastTried, nextBal and prevBal never decrease, and outcome is written once (§2.3).",
            ledgers_never_go_back,
            Some(properties::a_vote())
        ),
        claim!(
            "I1",
            "An outcome is the decree of a successful ballot (A.2).",
            i1,
            Some(properties::a_ledger())
        ),
        claim!(
            "I2",
            "A priest's ballots are his own and not above his lastTried (A.2).",
            i2,
            Some(properties::a_ballot())
        ),
        claim!(
            "I3",
            "(prevBal, prevDec) is a priest's largest vote, and prevBal ≤ nextBal (A.2).",
            i3,
            Some(properties::a_vote())
        ),
        claim!(
            "I4",
            "prevVotes are the largest votes below lastTried, and stay so (A.2).",
            i4,
            Some(properties::a_ballot())
        ),
        claim!(
            "I5",
            "A priest who polls does so for a ballot of 𝓑 (A.2).",
            i5,
            Some(properties::a_vote())
        ),
        claim!(
            "I6",
            "B1–B3 hold, and every quorum is a majority set (A.2).",
            i6,
            Some(properties::a_ballot())
        ),
        claim!(
            "I7",
            "Every message tells the truth about ledgers and ballots (A.2).",
            i7,
            Some(properties::a_ledger())
        ),
    ]);
    claims
}

fn refines_basic(model: &World<Candidate>, state: &State) -> Checked {
    ensure!(
        !model.history(state).has_diverged,
        "some step so far is no step of the basic protocol (§2.3)"
    );
    Ok(())
}

fn ledgers_never_go_back(model: &World<Candidate>, state: &State) -> Checked {
    ensure!(
        !model.history(state).went_back,
        "a variable of a ledger has gone back, or the outcome was overwritten"
    );
    Ok(())
}

macro_rules! invariants_of_the_history {
    ($($name:ident)+) => {
        $(
            /// The invariant, of the state of `basic` that the history is in.
            fn $name(model: &World<Candidate>, state: &State) -> Checked {
                if model.history(state).has_diverged {
                    return Ok(()); // There is no such state: "refines basic" says so.
                }
                invariants::$name(model.basic(), &model.history(state).basic)
            }
        )+
    };
}

invariants_of_the_history!(i1 i2 i3 i4 i5 i6 i7);

/// What else happens, if the bounds allow it.
pub(super) fn other_partners(model: &World<Candidate>) -> Vec<Partner<World<Candidate>>> {
    let bounds = model.bounds();
    let owners = |p| bounds.ranks().filter(move |&b| bounds.owner(b) == Some(p));
    let presidents = bounds.priests().filter(|&p| owners(p).next().is_some());
    let tries_again = bounds.priests().any(|p| owners(p).nth(1).is_some());
    let compete = presidents.count() > 1;
    let mut partners = Vec::new();
    if compete {
        partners.push(two_presidents());
        partners.push(an_abandoned_ballot());
    }
    if compete && tries_again {
        partners.push(a_larger_number());
    }
    if model.crashes() > 0 && bounds.priest_count() > 1 {
        partners.push(a_crash_before_sending());
    }
    partners
}

fn two_presidents() -> Partner<World<Candidate>> {
    Partner {
        name: "two presidents compete",
        happens: |model, state| {
            let tries = |site: &&Site<Candidate>| {
                site.process.shipped().is_president() && site.ledger.last_tried.is_some()
            };
            model.sites(state).filter(tries).count() > 1
        },
    }
}

fn an_abandoned_ballot() -> Partner<World<Candidate>> {
    Partner {
        name: "a ballot is abandoned after a vote in it",
        happens: |model, state| {
            let mut ballots = model.ballots(state).iter();
            ballots.any(|(ballot, voters)| {
                let number = model.bounds().number(ballot.number);
                let is_refused = |p: Priest| model.site(state, p).ledger.next_bal > number;
                let open = |p: Priest| !voters.contains(p);
                !voters.is_empty() && ballot.quorum().iter().any(|p| open(p) && is_refused(p))
            })
        },
    }
}

fn a_larger_number() -> Partner<World<Candidate>> {
    Partner {
        name: "a refusal makes a president take a larger number",
        happens: |model, state| {
            model.network(state).any(|envelope| match envelope.message {
                Message::Refused { next_bal } => {
                    model.site(state, envelope.to).ledger.last_tried > Some(next_bal)
                }
                _ => false,
            })
        },
    }
}

fn a_crash_before_sending() -> Partner<World<Candidate>> {
    Partner {
        name: "a priest crashes between recording and sending, and a decree passes",
        happens: |model, state| {
            let mut sites = model.sites(state);
            model.history(state).crashed_before_sending
                && sites.any(|site| site.ledger.outcome.is_some())
        },
    }
}
