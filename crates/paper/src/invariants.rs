//! A.2: the invariants of the basic protocol, one function each.
//!
//! ```
//! use synod_math::Quorums;
//! use synod_paper::{basic::State, invariants};
//!
//! let mut state = State::new(Quorums::majority(3).unwrap());
//! assert_eq!(invariants::i1(&state), Ok(()));
//!
//! state.legislators[0].outcome = Some("olives");
//! let witness = invariants::i1(&state).unwrap_err();
//! let sentence = "the outcome of Α is olives, and no successful ballot has that decree";
//! assert_eq!(witness.to_string(), sentence);
//! ```
//!
//! I1–I7 are the paper's. They are not inductive: a step can lead from a state that
//! satisfies them (and that no run reaches) to one that does not. Together with I8, I9
//! and I10, which the paper does not have, they are inductive for any number of priests.
//!
//! The events that show that an invariant is put to use are in [`crate::partners`].

use crate::claims::{self, Checked, Witness, ensure, statements};
use crate::message::Message;
use crate::variables::{Messages, OrMinusInfinity, Status, Variables};
use synod_math::conditions;
use synod_math::{Ballot, BallotNumber, Priest, Vote, max_vote};

/// Calls a macro with the list of the invariants that every model claims, I1–I7. Each
/// entry has the function of this module, the constant of its
/// [`Statement`](crate::claims::Statement), the partner (an event without which the
/// invariant says nothing; a model may choose a stronger one), and the meaning. There is
/// no other list of them.
///
/// ```
/// macro_rules! names {
///     ($($check:ident $NAME:ident $partner:ident $meaning:literal;)+) => {
///         [$(stringify!($NAME)),+]
///     };
/// }
/// assert_eq!(synod_paper::invariants!(names)[..2], ["I1", "I2"]);
/// ```
#[macro_export]
macro_rules! invariants {
    ($make:ident) => {
        $make! {
            i1 I1 a_ledger "An outcome is the decree of a successful ballot (A.2).";
            i2 I2 a_ballot "A priest's ballots are his own and not above his lastTried (A.2).";
            i3 I3 a_vote "(prevBal, prevDec) is a priest's largest vote, and prevBal ≤ nextBal (A.2).";
            i4 I4 a_ballot "prevVotes are the largest votes below lastTried, and stay so (A.2).";
            i5 I5 a_vote "A priest who polls does so for a ballot of 𝓑 (A.2).";
            i6 I6 a_ballot "B1–B3 hold, and every quorum is a majority set (A.2).";
            i7 I7 a_ledger "Every message tells the truth about ledgers and ballots (A.2).";
        }
    };
}

macro_rules! of_the_paper {
    ($($check:ident $I:ident $partner:ident $meaning:literal;)+) => {
        statements! {
            $($check $I stringify!($I), $meaning;)+
        }
    };
}

invariants!(of_the_paper);

statements! {
    i8 I8 "I8",
        "Every priest of a ballot's quorum has promised to cast no vote below it (not in the paper).";
    i9 I9 "I9", "BeginBallot carries the quorum of its ballot (not in the paper).";
    i10 I10 "I10", "A priest who tries or polls has tried a number (not in the paper).";
}

/// I1(p), outcome: outcome ≠ BLANK ⇒ some B ∈ 𝓑 is successful with
/// B_dec = outcome.
///
/// # Errors
/// The priest and his outcome.
pub fn i1<V: Variables>(v: &V) -> Checked {
    let ballots = v.ballots();
    for p in v.priests().iter() {
        let Some(outcome) = v.outcome(p) else {
            continue;
        };
        let is_passed = ballots
            .iter()
            .any(|ballot| ballot.is_successful() && *ballot.decree() == outcome);
        ensure!(
            is_passed,
            "the outcome of {p} is {}, and no successful ballot has that decree",
            v.name(&outcome),
        );
    }
    Ok(())
}

/// I2(p), lastTried: owner(lastTried) = p, and ∀ B ∈ 𝓑 with owner(B_bal) = p:
/// B_bal ≤ lastTried, and B_bal < lastTried while status = trying.
///
/// # Errors
/// The priest, and his number or ballot.
pub fn i2<V: Variables>(v: &V) -> Checked {
    let ballots = v.ballots();
    for p in v.priests().iter() {
        let last_tried = v.last_tried(p);
        ensure!(
            last_tried.is_none_or(|b| v.owner(b) == Some(p)),
            "the lastTried of {p} is {}, which he does not own",
            OrMinusInfinity(last_tried),
        );
        for ballot in ballots.iter() {
            let b = ballot.number();
            let is_allowed = match v.status(p) {
                Status::Trying => Some(b) < last_tried,
                Status::Idle | Status::Polling => Some(b) <= last_tried,
            };
            ensure!(
                is_allowed || v.owner(b) != Some(p),
                "ballot {b} of {p} has begun, but he is {} and his lastTried is {}",
                v.status(p),
                OrMinusInfinity(last_tried),
            );
        }
    }
    Ok(())
}

/// I3(p), prevBal, prevDec, nextBal: (prevBal, prevDec) = MaxVote(∞, p, 𝓑), and
/// prevBal ≤ nextBal.
///
/// # Errors
/// The priest, with the two votes or numbers that contradict each other.
pub fn i3<V: Variables>(v: &V) -> Checked {
    let ballots = v.ballots();
    for p in v.priests().iter() {
        let cast = v.prev_vote(p);
        let prev = Vote { priest: p, cast };
        let largest = max_vote(None, p, &ballots);
        ensure!(
            prev == largest,
            "the ledger of {p} has {} for his last vote, but his largest vote is {}",
            named(v, &prev),
            named(v, &largest),
        );
        ensure!(
            prev.number() <= v.next_bal(p),
            "{p} voted in ballot {}, but his nextBal is {}",
            OrMinusInfinity(prev.number()),
            OrMinusInfinity(v.next_bal(p)),
        );
    }
    Ok(())
}

/// I4(p), prevVotes: status ≠ idle ⇒ ∀ v ∈ prevVotes:
/// v = MaxVote(lastTried, v_pst, 𝓑) and nextBal\[v_pst\] ≥ lastTried.
///
/// # Errors
/// The priest and the vote.
pub fn i4<V: Variables>(v: &V) -> Checked {
    let ballots = v.ballots();
    for p in v.priests().iter() {
        if v.status(p) == Status::Idle {
            continue;
        }
        for vote in v.prev_votes(p) {
            is_true_answer(v, &ballots, v.last_tried(p), &vote).map_err(|Witness(why)| {
                Witness(format!("{p} has {} in prevVotes: {why}", named(v, &vote)))
            })?;
        }
    }
    Ok(())
}

/// I5(p), quorum, voters, decree: status = polling ⇒
/// quorum ⊆ {v_pst : v ∈ prevVotes}, and some B ∈ 𝓑 has B_qrm = quorum,
/// B_dec = decree, voters ⊆ B_vot, B_bal = lastTried.
///
/// # Errors
/// The priest who polls, and his poll.
pub fn i5<V: Variables>(v: &V) -> Checked {
    for p in v.priests().iter() {
        let Some(poll) = v.poll(p) else { continue };
        let answered = v.prev_votes(p).map(|vote| vote.priest);
        ensure!(
            poll.quorum.is_subset(answered.collect()),
            "{p} polls {}, but not all of them have answered",
            poll.quorum,
        );
        let last_tried = v.last_tried(p);
        let has_begun = v.ballots().iter().any(|ballot| {
            ballot.quorum() == poll.quorum
                && *ballot.decree() == poll.decree
                && Some(ballot.number()) == last_tried
                && poll.voters.is_subset(ballot.voters())
        });
        ensure!(
            has_begun,
            "{p} polls {} on {} in ballot {} with voters {}, and there is no such ballot",
            poll.quorum,
            v.name(&poll.decree),
            OrMinusInfinity(last_tried),
            poll.voters,
        );
    }
    Ok(())
}

/// I6, 𝓑: B1, B2, B3, and every B_qrm is a majority set.
///
/// # Errors
/// The ballots at fault.
pub fn i6<V: Variables>(v: &V) -> Checked {
    let ballots = v.ballots();
    claims::named(v, conditions::all(&ballots))?;
    for ballot in ballots.iter() {
        ensure!(
            v.is_quorum(ballot.quorum()),
            "the quorum {} of ballot {} is no majority set",
            ballot.quorum(),
            ballot.number(),
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
/// The message, and why it is not true.
pub fn i7<V: Messages>(v: &V) -> Checked {
    let ballots = v.ballots();
    for message in v.messages() {
        is_true(v, &ballots, &message).map_err(|Witness(why)| {
            let message = message.map(|decree| v.name(decree));
            Witness(format!("{message} was sent: {why}"))
        })?;
    }
    Ok(())
}

/// I7 for one message.
fn is_true<V: Variables>(
    v: &V,
    ballots: &[Ballot<V::Decree>],
    message: &Message<V::Decree>,
) -> Checked {
    let mut begun = ballots.iter();
    match message {
        Message::NextBallot(b) => {
            let owner = v.owner(*b);
            let is_tried = owner.is_some_and(|owner| Some(*b) <= v.last_tried(owner));
            ensure!(is_tried, "its owner's lastTried is below it");
        }
        Message::LastVote(b, vote) => is_true_answer(v, ballots, Some(*b), vote)?,
        Message::BeginBallot(b, d, _) => {
            let is_begun = begun.any(|ballot| ballot.number() == *b && ballot.decree() == d);
            ensure!(is_begun, "no ballot has that number and decree");
        }
        Message::Voted(b, q) => {
            let has_voted =
                begun.any(|ballot| ballot.number() == *b && ballot.voters().contains(*q));
            ensure!(has_voted, "{q} has not voted in it");
        }
        Message::Success(d) => {
            let mut priests = v.priests().iter();
            let is_written = priests.any(|p| v.outcome(p).as_ref() == Some(d));
            ensure!(is_written, "no ledger holds it");
        }
    }
    Ok(())
}

/// v = MaxVote(b, v_pst, 𝓑) and nextBal\[v_pst\] ≥ b: the common part of I4 and I7.
fn is_true_answer<V: Variables>(
    v: &V,
    ballots: &[Ballot<V::Decree>],
    b: Option<BallotNumber>,
    vote: &Vote<V::Decree>,
) -> Checked {
    let q = vote.priest;
    let largest = match b {
        Some(b) => max_vote(Some(b), q, ballots),
        None => Vote::null(q), // Nothing is below −∞.
    };
    ensure!(
        *vote == largest,
        "the largest vote of {q} below {} is {}",
        OrMinusInfinity(b),
        named(v, &largest),
    );
    ensure!(
        v.next_bal(q) >= b,
        "the nextBal of {q} is {}, below {}",
        OrMinusInfinity(v.next_bal(q)),
        OrMinusInfinity(b),
    );
    Ok(())
}

/// I8, 𝓑 and nextBal: ∀ B ∈ 𝓑, q ∈ B_qrm: nextBal\[q\] ≥ B_bal.
///
/// Every priest in the quorum of a ballot has promised to cast no vote below it.
/// While the owner of the ballot polls, this follows from I4 and I5. After he has begun
/// another ballot, or has lost his slip, it does not follow from I1–I7: by these alone,
/// a priest of the quorum could vote in an earlier ballot, which would break B3.
///
/// # Errors
/// The ballot and the priest.
pub fn i8<V: Variables>(v: &V) -> Checked {
    for ballot in v.ballots().iter() {
        for q in ballot.quorum().iter() {
            let next_bal = v.next_bal(q);
            ensure!(
                next_bal >= Some(ballot.number()),
                "{q} is in the quorum of ballot {}, but his nextBal is {}",
                ballot.number(),
                OrMinusInfinity(next_bal),
            );
        }
    }
    Ok(())
}

/// I9, 𝓜: BeginBallot(b, d) carries the quorum of the ballot.
///
/// The paper's message has a number and a decree. Here it also carries the quorum,
/// because a ballot of 𝓑 is found by all three. With another quorum the message would
/// belong to no ballot.
///
/// # Errors
/// The message, if no ballot has its quorum.
pub fn i9<V: Messages>(v: &V) -> Checked {
    let ballots = v.ballots();
    for message in v.messages() {
        if let Message::BeginBallot(b, d, quorum) = &message {
            let mut ballots = ballots.iter();
            ensure!(
                ballots.any(|ballot| {
                    (ballot.number(), ballot.decree(), ballot.quorum()) == (*b, d, *quorum)
                }),
                "{} was sent to {quorum}, and no ballot has that quorum",
                message.map(|decree| v.name(decree)),
            );
        }
    }
    Ok(())
}

/// I10(p), status: status ≠ idle ⇒ lastTried ≠ −∞.
///
/// A priest who tries or polls has tried a number. I2 does not ensure it, since the
/// paper does not define owner(−∞); a priest who tried −∞ would begin a ballot with that
/// number.
///
/// # Errors
/// The priest who tries or polls without a number.
pub fn i10<V: Variables>(v: &V) -> Checked {
    for p in v.priests().iter() {
        ensure!(
            v.status(p) == Status::Idle || v.last_tried(p).is_some(),
            "{p} is {}, but he has tried no number",
            v.status(p),
        );
    }
    Ok(())
}

fn named<V: Variables>(v: &V, vote: &Vote<V::Decree>) -> Vote<String> {
    vote.map(|decree| v.name(decree))
}

/// Whether the condition holds for some priest.
pub(crate) fn some_priest<V: Variables>(v: &V, has: impl FnMut(Priest) -> bool) -> bool {
    v.priests().iter().any(has)
}
