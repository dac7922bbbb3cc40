//! A.2: the invariants I1–I7 of the basic protocol, one function each. Each
//! returns a witness: the priest, ballot or message at fault.

use crate::basic::{Basic, Legislator, State, Status};
use crate::bounds::{Decree, Rank};
use crate::messages::{Packed, PackedVote};
use crate::properties::{self, Synod};
use synod_math::{Ballot, Priest, Vote, max_vote};
use synod_vocabulary::{Witness, ensure};

type Checked = Result<(), Witness>;

/// I1(p), outcome: outcome ≠ BLANK ⇒ some B ∈ 𝓑 is successful with
/// B_dec = outcome.
///
/// # Errors
/// The priest and his outcome.
pub fn i1(model: &Basic, state: &State) -> Checked {
    let ballots = model.unpack(state);
    for_each_priest(model, state, |p, legislator| {
        let outcome = legislator.outcome;
        let is_passed = ballots
            .iter()
            .any(|ballot| ballot.is_successful() && *ballot.decree() == outcome);
        ensure!(
            outcome.is_blank() || is_passed,
            "the outcome of {p} is {}, and no successful ballot has that decree",
            model.bounds().decree_name(outcome),
        );
        Ok(())
    })
}

/// I2(p), lastTried: owner(lastTried) = p, and ∀ B ∈ 𝓑 with owner(B_bal) = p:
/// B_bal ≤ lastTried, and B_bal < lastTried while status = trying.
///
/// # Errors
/// The priest and the number or ballot.
pub fn i2(model: &Basic, state: &State) -> Checked {
    let bounds = model.bounds();
    for_each_priest(model, state, |p, legislator| {
        let last_tried = legislator.last_tried;
        ensure!(
            bounds.owner(last_tried).is_none_or(|owner| owner == p),
            "the lastTried of {p} is {}, which he does not own",
            bounds.number_name(last_tried),
        );
        for (ballot, _) in state.ballots.iter() {
            let is_own = bounds.owner(ballot.number) == Some(p);
            let is_allowed = if legislator.status == Status::Trying {
                ballot.number < last_tried
            } else {
                ballot.number <= last_tried
            };
            ensure!(
                !is_own || is_allowed,
                "ballot {} of {p} has begun, but he is {} and his lastTried is {}",
                bounds.number_name(ballot.number),
                legislator.status,
                bounds.number_name(last_tried),
            );
        }
        Ok(())
    })
}

/// I3(p), prevBal, prevDec, nextBal: (prevBal, prevDec) = MaxVote(∞, p, 𝓑), and
/// prevBal ≤ nextBal.
///
/// # Errors
/// The priest.
pub fn i3(model: &Basic, state: &State) -> Checked {
    let ballots = model.unpack(state);
    for_each_priest(model, state, |p, legislator| {
        let prev = PackedVote {
            priest: p,
            number: legislator.prev_bal,
            decree: legislator.prev_dec,
        };
        let largest = max_vote(None, p, &ballots);
        ensure!(
            prev.unpack(model.bounds()) == largest,
            "the ledger of {p} has {} for his last vote, but his largest vote is {}",
            named(model, prev),
            largest.map(|decree| model.bounds().decree_name(*decree).to_owned()),
        );
        ensure!(
            legislator.prev_bal <= legislator.next_bal,
            "{p} voted in ballot {}, but his nextBal is {}",
            model.bounds().number_name(legislator.prev_bal),
            model.bounds().number_name(legislator.next_bal),
        );
        Ok(())
    })
}

/// I4(p), prevVotes: status ≠ idle ⇒ ∀ v ∈ prevVotes:
/// v = MaxVote(lastTried, v_pst, 𝓑) and nextBal\[v_pst\] ≥ lastTried.
///
/// # Errors
/// The priest and the vote.
pub fn i4(model: &Basic, state: &State) -> Checked {
    let ballots = model.unpack(state);
    for_each_priest(model, state, |p, legislator| {
        if legislator.status == Status::Idle {
            return Ok(());
        }
        for vote in model.prev_votes(legislator) {
            let told = answer_is_true(model, state, &ballots, legislator.last_tried, vote);
            told.map_err(|Witness(why)| {
                Witness(format!(
                    "{p} has {} in prevVotes: {why}",
                    named(model, vote)
                ))
            })?;
        }
        Ok(())
    })
}

/// I5(p), quorum, voters, decree: status = polling ⇒
/// quorum ⊆ {v_pst : v ∈ prevVotes}, and some B ∈ 𝓑 has B_qrm = quorum,
/// B_dec = decree, voters ⊆ B_vot, B_bal = lastTried.
///
/// # Errors
/// The priest who polls.
pub fn i5(model: &Basic, state: &State) -> Checked {
    for_each_priest(model, state, |p, legislator| {
        if legislator.status != Status::Polling {
            return Ok(());
        }
        let answered = model.prev_votes(legislator).map(|vote| vote.priest);
        ensure!(
            legislator.quorum().is_subset(answered.collect()),
            "{p} polls {}, but not all of them have answered",
            legislator.quorum(),
        );
        let has_begun = state.ballots.iter().any(|(ballot, voters)| {
            ballot.quorum() == legislator.quorum()
                && ballot.decree == legislator.decree
                && ballot.number == legislator.last_tried
                && legislator.voters().is_subset(voters)
        });
        ensure!(
            has_begun,
            "{p} polls {} on {} in ballot {} with voters {}, and no ballot is like this",
            legislator.quorum(),
            model.bounds().decree_name(legislator.decree),
            model.bounds().number_name(legislator.last_tried),
            legislator.voters(),
        );
        Ok(())
    })
}

/// I6, 𝓑: B1, B2, B3, and every B_qrm is a majority set.
///
/// # Errors
/// The ballots.
pub fn i6(model: &Basic, state: &State) -> Checked {
    properties::conditions(model, state)?;
    for (ballot, _) in state.ballots.iter() {
        ensure!(
            model.bounds().is_majority(ballot.quorum()),
            "the quorum {} of ballot {} is no majority set",
            ballot.quorum(),
            model.bounds().number_name(ballot.number),
        );
    }
    Ok(())
}

/// I7, 𝓜. NextBallot(b): b ≤ lastTried[owner(b)]. LastVote(b, v):
/// v = MaxVote(b, v_pst, 𝓑) and nextBal\[v_pst\] ≥ b. BeginBallot(b, d): some
/// B ∈ 𝓑 has that number and decree. Voted(b, q): some B ∈ 𝓑 has number b and
/// q ∈ B_vot. Success(d): some p has outcome = d ≠ BLANK.
///
/// # Errors
/// The message.
pub fn i7(model: &Basic, state: &State) -> Checked {
    let ballots = model.unpack(state);
    for message in model.messages(state) {
        let told = message_is_true(model, state, &ballots, message);
        told.map_err(|Witness(why)| {
            Witness(format!("{} was sent: {why}", model.named_message(message)))
        })?;
    }
    Ok(())
}

fn message_is_true(
    model: &Basic,
    state: &State,
    ballots: &[Ballot<Decree>],
    message: Packed,
) -> Checked {
    let mut begun = state.ballots.iter();
    match message {
        Packed::NextBallot(b) => {
            let owner = model.bounds().owner(b);
            let is_tried = owner.is_some_and(|owner| b <= state.of(owner).last_tried);
            ensure!(is_tried, "its owner's lastTried is below it");
        }
        Packed::LastVote(b, vote) => answer_is_true(model, state, ballots, b, vote)?,
        Packed::BeginBallot(key) => {
            let is_begun = begun.any(|(b, _)| b.number == key.number && b.decree == key.decree);
            ensure!(is_begun, "no ballot has that number and decree");
        }
        Packed::Voted(number, q) => {
            let has_voted = begun.any(|(b, voters)| b.number == number && voters.contains(q));
            ensure!(has_voted, "{q} has not voted in it");
        }
        Packed::Success(decree) => {
            let is_written = model.outcomes(state).contains(&decree);
            ensure!(is_written, "no ledger holds it");
        }
    }
    Ok(())
}

/// v = MaxVote(b, v_pst, 𝓑) and nextBal\[v_pst\] ≥ b: common to I4 and I7.
fn answer_is_true(
    model: &Basic,
    state: &State,
    ballots: &[Ballot<Decree>],
    number: Rank,
    vote: PackedVote,
) -> Checked {
    let (bounds, q) = (model.bounds(), vote.priest);
    let largest = match bounds.number(number) {
        Some(number) => max_vote(Some(number), q, ballots),
        None => Vote::null(q), // Nothing is below −∞.
    };
    ensure!(
        vote.unpack(bounds) == largest,
        "the largest vote of {q} below {} is {}",
        bounds.number_name(number),
        largest.map(|decree| bounds.decree_name(*decree).to_owned()),
    );
    let next_bal = state.of(q).next_bal;
    ensure!(
        next_bal >= number,
        "the nextBal of {q} is {}, below {}",
        bounds.number_name(next_bal),
        bounds.number_name(number),
    );
    Ok(())
}

fn for_each_priest(
    model: &Basic,
    state: &State,
    mut check: impl FnMut(Priest, &Legislator) -> Checked,
) -> Checked {
    let mut priests = model.bounds().priests();
    priests.try_for_each(|priest| check(priest, state.of(priest)))
}

fn named(model: &Basic, vote: PackedVote) -> synod_math::Vote<String> {
    let name = |decree: &Decree| model.bounds().decree_name(*decree).to_owned();
    vote.unpack(model.bounds()).map(name)
}
