//! The states that satisfy I, filtered from all 38,010,880 type-correct states of one
//! priest, one ballot 0 and one decree a. This is written from the paper, independently of
//! the model. A number is 0 or −∞, a decree is a or BLANK, a set of priests is full or
//! empty; so each of these is a `bool`.
#![allow(clippy::struct_excessive_bools)] // Each is a variable of the paper.

use std::collections::BTreeSet;
use synod_math::{Priest, PriestSet};
use synod_models::basic::inductive::{Conjunct, Inductive};
use synod_models::basic::{State, Status};
use synod_models::bounds::Decree;
use synod_models::messages::{Packed, PackedVote};

/// A state: the priest's variables, 𝓑 and 𝓜. Sets have a bit for each element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlainState {
    outcome: bool,
    last_tried: bool,
    prev_bal: bool,
    prev_dec: bool,
    next_bal: bool,
    slip: Slip,
    /// Ballots by quorum and voters: bit 2 · quorum + voters.
    ballots: u8,
    sent: Sent,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Slip {
    /// 0 is idle, 1 trying, 2 polling.
    status: u8,
    /// Votes by number and decree: bit 2 · number + decree.
    prev_votes: u8,
    quorum: bool,
    voters: bool,
    decree: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Sent {
    next_ballot: bool,
    /// LastVotes by their vote: bit 2 · number + decree.
    last_votes: u8,
    /// BeginBallots by their quorum: bit 0 is the empty set, bit 1 the full one.
    begin_ballots: u8,
    voted: bool,
    success: bool,
}

/// The bit of the null vote.
const NULL: u8 = 1;
/// The bit of BeginBallot with the empty quorum, which no state of the model has.
const TO_EMPTY: u8 = 1;

/// The type-correct states that satisfy I and the selected conjuncts, except those with a
/// BeginBallot with the empty quorum.
pub fn filtered(selected: &[Conjunct]) -> BTreeSet<PlainState> {
    let mut filtered = BTreeSet::new();
    for bare in without_messages().filter(|plain| holds_without_messages(*plain, selected)) {
        let states = all_sent().map(|sent| PlainState { sent, ..bare });
        filtered.extend(states.filter(|plain| messages_are_true(*plain, selected)));
    }
    let to_empty = |plain: &PlainState| plain.sent.begin_ballots & TO_EMPTY != 0;
    if selected.contains(&Conjunct::I9) {
        assert!(!filtered.iter().any(to_empty), "I9 forbids them");
    }
    filtered.retain(|plain| !to_empty(plain));
    filtered
}

const fn bit(bits: u32, position: u32) -> bool {
    bits & (1 << position) != 0
}

/// The bits that are set.
fn elements(set: u8) -> impl Iterator<Item = u8> {
    (0..8).filter(move |position| set & (1 << position) != 0)
}

fn slips() -> Vec<Slip> {
    let trying = (0..16).map(|prev_votes| Slip {
        status: 1,
        prev_votes,
        ..Slip::default()
    });
    let polling = (0..16 * 8).map(|bits: u32| Slip {
        status: 2,
        prev_votes: (bits / 8) as u8,
        quorum: bit(bits, 0),
        voters: bit(bits, 1),
        decree: bit(bits, 2),
    });
    let idle = std::iter::once(Slip::default());
    idle.chain(trying).chain(polling).collect()
}

fn without_messages() -> impl Iterator<Item = PlainState> {
    let slips = slips();
    (0..1 << 5).flat_map(move |bits: u32| {
        let with_slip = |slip| (0..16).map(move |ballots| (slip, ballots));
        let choices: Vec<_> = slips.iter().copied().flat_map(with_slip).collect();
        choices.into_iter().map(move |(slip, ballots)| PlainState {
            outcome: bit(bits, 0),
            last_tried: bit(bits, 1),
            prev_bal: bit(bits, 2),
            prev_dec: bit(bits, 3),
            next_bal: bit(bits, 4),
            slip,
            ballots,
            sent: Sent::default(),
        })
    })
}

fn all_sent() -> impl Iterator<Item = Sent> {
    (0..1 << 9).map(|bits: u32| Sent {
        next_ballot: bit(bits, 0),
        last_votes: (bits >> 1 & 15) as u8,
        begin_ballots: (bits >> 5 & 3) as u8,
        voted: bit(bits, 7),
        success: bit(bits, 8),
    })
}

/// The ballots: whether the priest is in the quorum, and whether he voted.
fn ballots(plain: PlainState) -> impl Iterator<Item = (bool, bool)> {
    elements(plain.ballots).map(|ballot| (ballot & 2 != 0, ballot & 1 != 0))
}

fn holds_without_messages(plain: PlainState, selected: &[Conjunct]) -> bool {
    let slip = plain.slip;
    let mut successful = ballots(plain).filter(|(quorum, voters)| !quorum || *voters);
    let i1 = !plain.outcome || successful.next().is_some();
    // Ballot 0 is not below lastTried while trying.
    let i2 = plain.ballots == 0 || plain.last_tried && slip.status != 1;
    let has_voted = ballots(plain).any(|(_, voters)| voters);
    let is_largest = plain.prev_bal == has_voted && plain.prev_dec == has_voted;
    let i3 = is_largest && plain.prev_bal <= plain.next_bal;
    // Nothing is below 0, so MaxVote is the null vote.
    let answers = slip.prev_votes & !NULL == 0 && plain.last_tried <= plain.next_bal;
    let i4 = slip.status == 0 || slip.prev_votes == 0 || answers;
    let has_begun = ballots(plain).any(|(quorum, voters)| {
        quorum == slip.quorum && slip.decree && slip.voters <= voters && plain.last_tried
    });
    let has_answers = !slip.quorum || slip.prev_votes != 0;
    let i5 = slip.status != 2 || has_answers && has_begun;
    // By B1 there is at most one ballot, and one ballot alone satisfies B2 and B3.
    let i6 = plain.ballots.count_ones() <= 1 && ballots(plain).all(|(quorum, _)| quorum);
    let i8 = ballots(plain).all(|(quorum, _)| !quorum || plain.next_bal);
    let i10 = slip.status == 0 || plain.last_tried;
    let is_selected = |conjunct| selected.contains(&conjunct);
    let others = (i8 || !is_selected(Conjunct::I8)) && (i10 || !is_selected(Conjunct::I10));
    i1 && i2 && i3 && i4 && i5 && i6 && others
}

/// I7, and I9 if it is selected.
fn messages_are_true(plain: PlainState, selected: &[Conjunct]) -> bool {
    let sent = plain.sent;
    let next_ballot = !sent.next_ballot || plain.last_tried;
    let last_votes = sent.last_votes == 0 || sent.last_votes == NULL && plain.next_bal;
    let begin_ballots = elements(sent.begin_ballots).all(|is_full| {
        let is_carried = |quorum: bool| quorum == (is_full == 1);
        let mut begun = ballots(plain);
        begun.any(|(quorum, _)| is_carried(quorum) || !selected.contains(&Conjunct::I9))
    });
    let voted = !sent.voted || ballots(plain).any(|(_, voters)| voters);
    let success = !sent.success || plain.outcome;
    next_ballot && last_votes && begin_ballots && voted && success
}

/// The initial states of the model, converted to the type of this file.
pub fn states_of(model: &Inductive) -> BTreeSet<PlainState> {
    model.states().map(|state| convert(model, &state)).collect()
}

fn convert(model: &Inductive, state: &State) -> PlainState {
    let of = state.of(Priest::new(0).unwrap());
    let votes = model.basic().prev_votes(of);
    PlainState {
        outcome: is_a(of.outcome),
        last_tried: !of.last_tried.is_none(),
        prev_bal: !of.prev_bal.is_none(),
        prev_dec: is_a(of.prev_dec),
        next_bal: !of.next_bal.is_none(),
        slip: Slip {
            status: match of.status {
                Status::Idle => 0,
                Status::Trying => 1,
                Status::Polling => 2,
            },
            prev_votes: votes.fold(0, |votes, vote| votes | vote_bit(vote)),
            quorum: is_full(of.quorum()),
            voters: is_full(of.voters()),
            decree: is_a(of.decree),
        },
        ballots: state.ballots.iter().fold(0, |ballots, (key, voters)| {
            let quorum = u8::from(is_full(key.quorum()));
            ballots | 1 << (2 * quorum + u8::from(is_full(voters)))
        }),
        sent: sent(model, state),
    }
}

fn sent(model: &Inductive, state: &State) -> Sent {
    let mut sent = Sent::default();
    for message in model.basic().messages(state) {
        match message {
            Packed::NextBallot(_) => sent.next_ballot = true,
            Packed::LastVote(_, vote) => sent.last_votes |= vote_bit(vote),
            Packed::BeginBallot(key) => {
                sent.begin_ballots |= 1 << u8::from(is_full(key.quorum()));
            }
            Packed::Voted(..) => sent.voted = true,
            Packed::Success(_) => sent.success = true,
        }
    }
    sent
}

fn is_a(decree: Decree) -> bool {
    !decree.is_blank()
}

fn is_full(set: PriestSet) -> bool {
    !set.is_empty()
}

fn vote_bit(vote: PackedVote) -> u8 {
    1 << (2 * u8::from(!vote.number.is_none()) + u8::from(is_a(vote.decree)))
}
