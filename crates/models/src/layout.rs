//! The states of [`basic`](crate::basic) and [`preliminary`](crate::preliminary) as numbers of
//! at most 128 bits: what is in the number, and where.
//!
//! A state of A.1 says many things twice. The number has each of them once; the rest follows
//! by the invariants of A.2, of which every line below names the ones that it needs. They hold
//! in the paper's protocol (and if Start Polling reads only the votes of its quorum), not in
//! the mutants, whose states are therefore held as they are. Tests compare numbers and states
//! one by one.
//!
//! For each number b and each priest q, the number has
//!
//! - a *chain* of two bits: how far q has come in b. 0: nothing. 1: LastVote(b, v) is sent.
//!   2: q ∈ B_vot for the ballot b. 3: Voted(b, q) is sent. A priest votes only in ballots
//!   whose quorum he is in, and he is in it only if his LastVote(b, v) was received (I5), so
//!   that each stage includes those before it. The vote v is MaxVote(b, q, 𝓑) (I7), so it
//!   follows from the chains of smaller numbers;
//! - a bit: q ∈ B_qrm for the ballot b. The ballot has begun if some priest is: no quorum
//!   is ∅. By B1 (I6) there is at most one ballot for each number.
//!
//! For each priest q it has nextBal and outcome. prevBal and prevDec follow from 𝓑 (I3).
//! For each tryer p and each priest q it has
//!
//! - a bit: q has a vote in prevVotes of p. The vote is MaxVote(lastTried, q, 𝓑) (I4);
//! - a bit: q ∈ voters of p.
//!
//! For each number b: NextBallot(b) is sent; BeginBallot(b, d) is sent; the decree of the
//! ballot. BeginBallot has the decree and the quorum of its ballot (I7, I9). For each decree:
//! Success is sent. For each tryer: lastTried, as the place among his own numbers (I2), and, if
//! slips can be lost, whether his slip is lost. The rest of the slip follows: p is idle if
//! lastTried = −∞ or the slip is lost; he polls if the ballot lastTried has begun, with its
//! quorum and decree (I5); otherwise he tries (I2). The number ends with five bits for the
//! marks of a step ([`Broken`]), 0 in a correct protocol.
//!
//! **Preliminary.** A state of §2.2 has the same chains (without stage 3: Voted is sent with
//! the vote), quorums, decrees, outcomes and NextBallots. BeginBallot is sent if the ballot has
//! begun, and Success(d) if some outcome is d; for in §2.2 a message is sent in one step with
//! its cause. The LastVotes tell v = MaxVote(b, q, 𝓑), because promises are kept. Hence the
//! state above a state of A.1 is the number with the other bits cleared: see
//! [`Layout::above`].
//!
//! **Places.** All bits of a priest are together, in his *lane*. The lanes of all priests have
//! the same size and come first, in order; what belongs to no priest follows. To rename two
//! priests is to exchange their lanes.

use crate::ballots::{BallotKey, Ballots, Unpacked};
use crate::bounds::{Bounds, Decree, MAX_PRIESTS, Rank};
use crate::refinement::Broken;
use synod_math::{Priest, PriestSet};
use synod_paper::variables::Status;

/// Equal fields, one beside the other, in a word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    at: u32,
    width: u32,
    /// The bits of one field, and of all fields, at the place 0.
    one: u64,
    every: u64,
}

impl Row {
    /// The value of one field.
    pub(crate) const fn get(self, word: u64, index: usize) -> u64 {
        (word >> self.place(index)) & self.one
    }

    /// The word with another value of one field.
    pub(crate) const fn with(self, word: u64, index: usize, value: u64) -> u64 {
        let place = self.place(index);
        (word & !(self.one << place)) | (value << place)
    }

    /// Whether the states have no such fields.
    pub(crate) const fn is_absent(self) -> bool {
        self.width == 0
    }

    /// The first field in which two words differ.
    pub(crate) const fn first_difference(self, from: u64, to: u64) -> Option<usize> {
        let differ = self.all(from ^ to);
        match differ.checked_ilog2() {
            Some(_) => Some((differ.trailing_zeros() / self.width) as usize),
            None => None,
        }
    }

    const fn place(self, index: usize) -> u32 {
        self.at + self.width * index as u32
    }

    /// All fields side by side, the first one lowest.
    pub(crate) const fn all(self, word: u64) -> u64 {
        (word >> self.at) & self.every
    }

    /// This bit of all fields.
    fn bits(self, bit: u32) -> u64 {
        let count = self.every.count_ones() / self.width;
        (0..count as usize).fold(0, |bits, index| self.with(bits, index, 1 << bit))
    }

    /// The bits of all fields.
    const fn mask(self) -> u64 {
        self.every << self.at
    }
}

/// Assigns places in a word.
struct Places(u32);

impl Places {
    const fn row(&mut self, width: u32, count: usize) -> Row {
        let (at, bits) = (self.0, width * count as u32);
        self.0 += bits;
        let (one, every) = (low_bits(width), low_bits(bits));
        Row {
            at,
            width,
            one,
            every,
        }
    }
}

/// A word with its lowest bits set.
const fn low_bits(count: u32) -> u64 {
    match u64::MAX.checked_shl(count) {
        Some(others) => !others,
        None => u64::MAX,
    }
}

/// Which states are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// Those of §2.2.
    Preliminary,
    /// Those of A.1.
    Basic {
        /// Whether slips can be lost.
        forgetful: bool,
    },
}

/// A priest who may start ballots.
#[derive(Clone, Debug)]
pub(crate) struct Tryer {
    pub(crate) priest: usize,
    /// His numbers, as indices, from the smallest.
    pub(crate) own: Vec<usize>,
    /// The bits of his slip: prevVotes, voters, and whether it is lost.
    pub(crate) slip: u128,
}

/// The places of the fields in the number of a state. The [module](self)'s page says what is
/// in it.
///
/// In the code of packed states a ballot number is an index from 0 (its [`Rank`] less one),
/// and so is a priest.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) priests: usize,
    pub(crate) numbers: usize,
    pub(crate) decrees: usize,
    pub(crate) tryers: Vec<Tryer>,
    /// The sets of priests with which a ballot may begin, as bits.
    pub(crate) quorums: Vec<u64>,
    lane_bits: u32,
    lane_mask: u64,
    common_bits: u32,
    pub(crate) chain: Row,
    pub(crate) quorum: Row,
    pub(crate) prev_votes: Row,
    pub(crate) voters: Row,
    pub(crate) next_bal: Row,
    pub(crate) outcome: Row,
    pub(crate) next_ballot: Row,
    pub(crate) begin_ballot: Row,
    pub(crate) decree: Row,
    pub(crate) success: Row,
    pub(crate) last_tried: Row,
    pub(crate) lost: Row,
    broken: Row,
    masks: Masks,
    counts: Counts,
}

/// Parts of the number.
#[derive(Clone, Debug, Default)]
struct Masks {
    /// The votes: the upper bits of the chains.
    votes: u128,
    /// What §2.2 has too, except that its chains have no stage 3.
    above: u128,
    /// 𝓑.
    ballots: u128,
    /// The ledgers.
    ledgers: u128,
    outcomes: u128,
    /// The lowest bits of the outcomes.
    written: u128,
    quorums: u128,
    /// The quorums in the lane of the first priest.
    first_quorum: u128,
    /// All bits that count in the rank by themselves.
    counted: u128,
    marks: u128,
}

/// The sum of what each bit of a number counts, for every value of every byte.
#[derive(Clone, Debug, Default)]
struct Counts(Vec<[u16; 256]>);

impl Counts {
    fn new(bits: u32) -> Self {
        Self(vec![[0; 256]; bits.div_ceil(8) as usize])
    }

    /// Each of these bits counts so much more.
    fn add(&mut self, bits: u128, count: u16) {
        for (sums, bits) in self.0.iter_mut().zip(bits.to_le_bytes()) {
            for (byte, sum) in sums.iter_mut().enumerate() {
                *sum += count * (byte as u8 & bits).count_ones() as u16;
            }
        }
    }

    /// What the bits of a number count together.
    fn sum(&self, number: u128) -> u32 {
        let bytes = self.0.iter().zip(number.to_le_bytes());
        bytes
            .map(|(sums, byte)| u32::from(sums[usize::from(byte)]))
            .sum()
    }
}

/// A number of bits with room for the values 0..=largest.
const fn width(largest: usize) -> u32 {
    usize::BITS - largest.leading_zeros()
}

/// A word may have this many bits.
const WORD: u32 = u64::BITS;

impl Layout {
    /// The places for these bounds; none if the number would have more than 128 bits.
    pub(crate) fn new(bounds: &Bounds, of: Of) -> Option<Self> {
        let is_basic = u32::from(of != Of::Preliminary);
        let is_forgetful = u32::from(of == Of::Basic { forgetful: true });
        let (numbers, decrees) = (bounds.numbers().len(), bounds.decrees().count());
        let tryers = tryers(bounds);
        let attempts = tryers.iter().map(|tryer| tryer.own.len()).max()?;
        let mut lane = Places(0);
        let mut common = Places(0);
        let mut layout = Self {
            priests: bounds.priest_count(),
            numbers,
            decrees,
            quorums: bounds.quorums().iter().map(|q| q.bits()).collect(),
            chain: lane.row(2, numbers),
            quorum: lane.row(1, numbers),
            prev_votes: lane.row(is_basic, tryers.len()),
            voters: lane.row(is_basic, tryers.len()),
            next_bal: lane.row(is_basic * width(numbers), 1),
            outcome: lane.row(width(decrees), 1),
            next_ballot: common.row(1, numbers),
            begin_ballot: common.row(is_basic, numbers),
            decree: common.row(width(decrees - 1), numbers),
            success: common.row(is_basic, decrees),
            last_tried: common.row(is_basic * width(attempts), tryers.len()),
            lost: common.row(is_forgetful, tryers.len()),
            broken: common.row(Broken::BITS, 1),
            lane_bits: lane.0,
            lane_mask: low_bits(lane.0),
            common_bits: common.0,
            tryers,
            masks: Masks::default(),
            counts: Counts::default(),
        };
        let fits = lane.0 < WORD && common.0 < WORD && layout.bits() <= u128::BITS;
        fits.then(|| {
            layout.set_masks();
            layout.counts = layout.counts();
            layout
        })
    }

    fn set_masks(&mut self) {
        let votes = (0..self.numbers).fold(0, |mask, b| self.chain.with(mask, b, 2));
        let lanes = |lane: u64| self.number(&[lane; MAX_PRIESTS], 0);
        let common = |common: u64| self.number(&[0; MAX_PRIESTS], common);
        let quorums_and_decrees = lanes(self.quorum.mask()) | common(self.decree.mask());
        let next_ballots = common(self.next_ballot.mask());
        let slips = [self.prev_votes, self.voters].map(Row::mask);
        let [prev_votes, voters] = slips.map(lanes);
        let sent = next_ballots | common(self.begin_ballot.mask() | self.success.mask());
        let ledger = self.next_bal.mask() | self.outcome.mask() | votes;
        let masks = Masks {
            votes: lanes(votes),
            above: lanes(self.chain.mask() | self.outcome.mask())
                | quorums_and_decrees
                | next_ballots,
            ballots: lanes(votes) | quorums_and_decrees,
            ledgers: lanes(ledger) | common(self.last_tried.mask()),
            outcomes: lanes(self.outcome.mask()),
            written: lanes(self.outcome.bits(0)),
            quorums: lanes(self.quorum.mask()),
            first_quorum: u128::from(self.quorum.mask()),
            counted: lanes(self.chain.mask() | self.next_bal.mask())
                | prev_votes
                | voters
                | sent
                | common(self.last_tried.mask() | self.lost.mask()),
            marks: common(self.broken.mask()),
        };
        let slip = |t: usize| {
            let [prev_votes, voters] =
                [self.prev_votes, self.voters].map(|row| row.with(0, t, row.width.into()));
            let lost = self.lost.with(0, t, self.lost.width.into());
            lanes(prev_votes | voters) | common(lost)
        };
        let slips: Vec<_> = (0..self.tryers.len()).map(slip).collect();
        for (tryer, slip) in self.tryers.iter_mut().zip(slips) {
            tryer.slip = slip;
        }
        self.masks = masks;
    }

    /// How many bits the number has.
    pub(crate) const fn bits(&self) -> u32 {
        self.priests as u32 * self.lane_bits + self.common_bits
    }

    /// The number with these lanes and this common part.
    pub(crate) fn number(&self, lanes: &[u64; MAX_PRIESTS], common: u64) -> u128 {
        let lanes = lanes[..self.priests].iter().rev();
        lanes.fold(u128::from(common), |number, &lane| {
            number << self.lane_bits | u128::from(lane)
        })
    }

    /// The first priest in whose lane two numbers differ.
    pub(crate) const fn first_difference(&self, from: u128, to: u128) -> Option<usize> {
        let place = (from ^ to).trailing_zeros() / self.lane_bits;
        if place < self.priests as u32 {
            Some(place as usize)
        } else {
            None
        }
    }

    /// The lane of a priest.
    pub(crate) const fn lane(&self, number: u128, q: usize) -> u64 {
        (number >> (q as u32 * self.lane_bits)) as u64 & self.lane_mask
    }

    /// What belongs to no priest.
    pub(crate) const fn common(&self, number: u128) -> u64 {
        (number >> (self.priests as u32 * self.lane_bits)) as u64
    }

    /// The number with another lane of a priest.
    pub(crate) const fn with_lane(&self, number: u128, q: usize, lane: u64) -> u128 {
        let changed = self.lane(number, q) ^ lane;
        number ^ (changed as u128) << (q as u32 * self.lane_bits)
    }

    /// The number with another common part.
    pub(crate) const fn with_common(&self, number: u128, common: u64) -> u128 {
        let changed = self.common(number) ^ common;
        number ^ (changed as u128) << (self.priests as u32 * self.lane_bits)
    }

    /// Whether the last step has left marks.
    pub(crate) const fn has_marks(&self, number: u128) -> bool {
        number & self.masks.marks != 0
    }

    /// The marks of the last step.
    pub(crate) const fn broken(&self, number: u128) -> Broken {
        Broken::from_bits(self.broken.get(self.common(number), 0) as u8)
    }

    /// The same state after a step that broke these claims.
    pub(crate) fn marked(&self, number: u128, broken: Broken) -> u128 {
        let mark = |common| self.broken.with(common, 0, broken.bits().into());
        let is_same = broken == Broken::NOTHING && number & self.masks.marks == 0;
        if is_same {
            return number;
        }
        self.with_common(number, mark(self.common(number)))
    }

    /// The state of §2.2 to which a state of A.1 is mapped: the same chains, except that Voted
    /// is sent with the vote, the same ballots, outcomes and NextBallots.
    pub(crate) const fn above(&self, number: u128) -> u128 {
        let above = number & self.masks.above;
        above & !((above & self.masks.votes) >> 1)
    }

    /// Whether both states have the same 𝓑.
    pub(crate) const fn has_same_ballots(&self, from: u128, to: u128) -> bool {
        (from ^ to) & self.masks.ballots == 0
    }

    /// Whether both states have the same ledgers.
    pub(crate) const fn has_same_ledgers(&self, from: u128, to: u128) -> bool {
        (from ^ to) & self.masks.ledgers == 0
    }

    /// The number of the largest vote in a lane; none if the priest has not voted.
    pub(crate) const fn prev_bal(&self, lane: u64) -> Option<usize> {
        self.largest_vote(lane, self.numbers)
    }

    /// The number of the largest vote in a lane below this number.
    pub(crate) const fn largest_vote(&self, lane: u64, below: usize) -> Option<usize> {
        // The places of the chains in a lane begin with 0.
        let votes = lane & (self.masks.votes as u64) & ((1 << (2 * below)) - 1);
        match votes.checked_ilog2() {
            Some(bit) => Some(bit as usize / 2),
            None => None,
        }
    }

    /// A number that every step of A.1 or §2.2 makes larger.
    ///
    /// Everything that is sent, promised, voted, begun or written counts one, as does every
    /// vote in prevVotes and every voter; nextBal counts its rank. Try New Ballot and Lose Slip
    /// void prevVotes and voters. These have at most 2n elements, so a lost slip counts 2n + 1,
    /// and each attempt after the first counts more than whatever the slip before it can have.
    ///
    /// A number has many such fields, and a search asks for the rank of every state that it
    /// reaches. So most of it is looked up byte by byte: see [`Counts`].
    pub(crate) fn rank(&self, number: u128) -> u32 {
        let outcomes = number & self.masks.outcomes;
        // An outcome has at most three bits.
        let written = (outcomes | outcomes >> 1 | outcomes >> 2) & self.masks.written;
        let mut quorums = number & self.masks.quorums;
        let mut begun = 0;
        for _ in 0..self.priests {
            begun |= quorums;
            quorums >>= self.lane_bits;
        }
        let begun = begun & self.masks.first_quorum;
        let counted = (number & self.masks.counted) | written | begun;
        self.counts.sum(counted) + self.further_attempts(number)
    }

    /// What the attempts after the first add to the rank.
    fn further_attempts(&self, number: u128) -> u32 {
        if self.last_tried.width < 2 {
            return 0;
        }
        let common = self.common(number);
        let places = (0..self.tryers.len()).map(|t| self.last_tried.get(common, t) as u32);
        // The places themselves are counted.
        let more = self.largest_slip() + u32::from(!self.lost.is_absent());
        places.map(|place| place.saturating_sub(1) * more).sum()
    }

    /// The largest number of elements of prevVotes and voters.
    const fn largest_slip(&self) -> u32 {
        2 * self.priests as u32
    }

    /// What the bits of a number count in its rank: each the same in every field of a row.
    fn counts(&self) -> Counts {
        let mut counts = Counts::new(self.bits());
        let lanes = |lane: u64| self.number(&[lane; MAX_PRIESTS], 0);
        let common = |common: u64| self.number(&[0; MAX_PRIESTS], common);
        for row in [self.chain, self.prev_votes, self.voters, self.next_bal] {
            for bit in 0..row.width {
                counts.add(lanes(row.bits(bit)), 1 << bit);
            }
        }
        counts.add(self.masks.written | self.masks.first_quorum, 1);
        let sent = [self.next_ballot, self.begin_ballot, self.success];
        for row in sent.into_iter().chain([self.last_tried]) {
            for bit in 0..row.width {
                counts.add(common(row.bits(bit)), 1 << bit);
            }
        }
        counts.add(common(self.lost.mask()), self.largest_slip() as u16 + 1);
        counts
    }

    /// The ballots that have begun, with their voters, from the smallest number.
    fn each_ballot(&self, open: &Open<'_>) -> impl Iterator<Item = (BallotKey, PriestSet)> {
        ones(open.begun).map(|b| {
            let (mut quorum, mut voters) = (0, 0);
            for (q, &lane) in open.lanes().iter().enumerate() {
                quorum |= self.quorum.get(lane, b) << q;
                voters |= (self.chain.get(lane, b) >> 1) << q;
            }
            let key = BallotKey::new(rank(b), open.decree(b), PriestSet::from_bits(quorum));
            (key, PriestSet::from_bits(voters))
        })
    }

    /// 𝓑.
    pub(crate) fn ballots(&self, open: &Open<'_>) -> Ballots {
        self.each_ballot(open).collect()
    }

    /// 𝓑, as claims read it.
    pub(crate) fn unpacked_ballots(&self, bounds: &Bounds, open: &Open<'_>) -> Unpacked {
        let count = ones(open.begun).count();
        Unpacked::new(bounds, self.each_ballot(open), count)
    }

    /// What the priest of a lane has sent, in the places of the chains: the lower bit of a
    /// chain for a LastVote, the upper bit for a Voted.
    pub(crate) const fn sent(&self, lane: u64) -> u64 {
        // The places of the chains in a lane begin with 0.
        let upper = self.masks.votes as u64 & self.lane_mask;
        let (voted, promised) = (lane & upper, (lane << 1) & upper);
        (voted | promised) >> 1 | (voted & promised)
    }
}

/// The places of the bits that are set.
pub(crate) fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (bits != 0).then(|| bits.trailing_zeros() as usize);
        bits &= bits.wrapping_sub(1);
        place
    })
}

/// The rank of the ballot number with this index.
pub(crate) const fn rank(b: usize) -> Rank {
    Rank(b as u8 + 1)
}

/// The index of a ballot number; none for −∞.
pub(crate) const fn index(rank: Rank) -> Option<usize> {
    (rank.0 as usize).checked_sub(1)
}

fn tryers(bounds: &Bounds) -> Vec<Tryer> {
    let owns = |b: &Rank, p: Priest| bounds.owner(*b) == Some(p);
    let tryer = |p: Priest| Tryer {
        priest: p.index(),
        own: bounds
            .ranks()
            .filter(|b| owns(b, p))
            .filter_map(index)
            .collect(),
        slip: 0,
    };
    let priests: PriestSet = bounds.owners().collect();
    priests.iter().map(tryer).collect()
}

/// A packed state, taken apart for reading.
#[derive(Clone, Copy)]
pub(crate) struct Open<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) number: u128,
    all_lanes: [u64; MAX_PRIESTS],
    pub(crate) common: u64,
    /// The numbers of which the ballot has begun, one bit for each.
    begun: u64,
}

impl<'a> Open<'a> {
    pub(crate) fn new(layout: &'a Layout, number: u128) -> Self {
        let mut all_lanes = [0; MAX_PRIESTS];
        let mut begun = 0;
        for (q, lane) in all_lanes[..layout.priests].iter_mut().enumerate() {
            *lane = layout.lane(number, q);
            begun |= layout.quorum.all(*lane);
        }
        Self {
            layout,
            number,
            all_lanes,
            common: layout.common(number),
            begun,
        }
    }

    pub(crate) fn lanes(&self) -> &[u64] {
        &self.all_lanes[..self.layout.priests]
    }

    pub(crate) const fn lane(&self, q: usize) -> u64 {
        self.all_lanes[q]
    }

    /// Whether the ballot has begun.
    pub(crate) const fn has_begun(&self, b: usize) -> bool {
        (self.begun >> b) & 1 != 0
    }

    /// Whether NextBallot is sent.
    pub(crate) const fn next_ballot(&self, b: usize) -> bool {
        self.layout.next_ballot.get(self.common, b) != 0
    }

    /// The decree of a ballot that has begun.
    pub(crate) const fn decree(&self, b: usize) -> Decree {
        Decree(self.layout.decree.get(self.common, b) as u8 + 1)
    }

    /// How far a priest has come in a ballot.
    pub(crate) const fn chain(&self, b: usize, q: usize) -> u64 {
        self.layout.chain.get(self.lane(q), b)
    }

    /// Whether a priest is in the quorum of a ballot.
    pub(crate) const fn is_in_quorum(&self, b: usize, q: usize) -> bool {
        self.layout.quorum.get(self.lane(q), b) != 0
    }

    /// The state of §2.2: see [`Layout::above`].
    pub(crate) fn above(&self) -> Self {
        Self::new(self.layout, self.layout.above(self.number))
    }

    /// nextBal of a priest as an index, if prevBal is smaller.
    pub(crate) const fn promised(&self, q: usize) -> Option<usize> {
        let lane = self.lane(q);
        let Some(b) = self.layout.next_bal.get(lane, 0).checked_sub(1) else {
            return None;
        };
        // The places of the chains in a lane begin with 0.
        let votes = lane & self.layout.masks.votes as u64 & self.layout.lane_mask;
        if votes >> (2 * b) == 0 {
            Some(b as usize)
        } else {
            None
        }
    }

    /// Whether some outcome is not BLANK.
    pub(crate) const fn has_outcomes(&self) -> bool {
        self.number & self.layout.masks.outcomes != 0
    }

    /// Whether lastTried, prevBal and nextBal do not decrease in a step to another number, and
    /// outcome is not overwritten.
    pub(crate) fn ledgers_go_on(&self, number: u128) -> bool {
        let layout = self.layout;
        let goes_on = |from: u64, to: u64| {
            let outcome = layout.outcome.get(from, 0);
            layout.next_bal.get(from, 0) <= layout.next_bal.get(to, 0)
                && layout.prev_bal(from) <= layout.prev_bal(to)
                && (outcome == 0 || outcome == layout.outcome.get(to, 0))
        };
        let mut lanes = self.lanes().iter().enumerate();
        let mut tryers = 0..layout.tryers.len();
        let (before, after) = (self.common, layout.common(number));
        lanes.all(|(q, &from)| {
            let to = layout.lane(number, q);
            from == to || goes_on(from, to)
        }) && tryers.all(|t| layout.last_tried.get(before, t) <= layout.last_tried.get(after, t))
    }

    /// The priests who have this bit in their lanes, as bits.
    pub(crate) fn all(&self, row: Row, index: usize) -> u64 {
        let lanes = self.lanes().iter().enumerate();
        lanes.fold(0, |set, (q, &lane)| set | row.get(lane, index) << q)
    }

    /// The quorum of a ballot, as bits.
    pub(crate) fn quorum(&self, b: usize) -> u64 {
        self.all(self.layout.quorum, b)
    }

    /// What a tryer is doing, and lastTried as an index: it means nothing while he is idle
    /// without having tried.
    pub(crate) fn status(&self, t: usize) -> (Status, Option<usize>) {
        let layout = self.layout;
        let place = layout.last_tried.get(self.common, t) as usize;
        let own = &layout.tryers[t].own;
        let Some(&b) = place.checked_sub(1).and_then(|place| own.get(place)) else {
            return (Status::Idle, None);
        };
        let status = if layout.lost.get(self.common, t) != 0 {
            Status::Idle
        } else if self.has_begun(b) {
            Status::Polling
        } else {
            Status::Trying
        };
        (status, Some(b))
    }

    /// The outcome of a priest.
    pub(crate) const fn outcome(&self, q: usize) -> Decree {
        Decree(self.layout.outcome.get(self.lane(q), 0) as u8)
    }

    /// The number with another lane of q.
    pub(crate) const fn with_lane(&self, q: usize, lane: u64) -> u128 {
        let changed = (self.all_lanes[q] ^ lane) as u128;
        self.number ^ changed << (q as u32 * self.layout.lane_bits)
    }

    /// The number after q has come so far in a ballot.
    pub(crate) const fn with_chain(&self, b: usize, q: usize, stage: u64) -> u128 {
        self.with_lane(q, self.layout.chain.with(self.lane(q), b, stage))
    }

    /// The number with this outcome of q.
    pub(crate) const fn with_outcome(&self, q: usize, outcome: Decree) -> u128 {
        let lane = self.layout.outcome.with(self.lane(q), 0, outcome.0 as u64);
        self.with_lane(q, lane)
    }

    /// The number after a ballot has begun with this quorum.
    pub(crate) fn with_ballot(&self, b: usize, quorum: u64, decree: Decree) -> u128 {
        let layout = self.layout;
        let common = layout.decree.with(self.common, b, u64::from(decree.0) - 1);
        let number = layout.with_common(self.number, common);
        self.lanes()
            .iter()
            .enumerate()
            .fold(number, |number, (q, &lane)| {
                let lane = layout.quorum.with(lane, b, (quorum >> q) & 1);
                layout.with_lane(number, q, lane)
            })
    }

    /// The number with this message sent; `row` has one bit for each message of its kind.
    pub(crate) const fn with_sent(&self, row: Row, index: usize) -> u128 {
        self.layout
            .with_common(self.number, row.with(self.common, index, 1))
    }

    /// Whether a decree is that of the largest vote below b of these priests, or all of their
    /// votes are null: the condition of Start Polling, and B3.
    pub(crate) fn allows(&self, priests: u64, b: usize) -> impl Fn(Decree) -> bool {
        let lanes = self.lanes().iter().enumerate();
        let asked = lanes.filter(|(q, _)| (priests >> q) & 1 != 0);
        let votes = asked.map(|(_, &lane)| self.layout.largest_vote(lane, b));
        let bound = votes.max().flatten().map(|voted| self.decree(voted));
        move |decree| bound.is_none_or(|bound| bound == decree)
    }

    /// All decrees.
    pub(crate) fn decrees(&self) -> impl Iterator<Item = Decree> + use<> {
        (1..=self.layout.decrees as u8).map(Decree)
    }
}
