//! The state of the basic protocol (A.1) for all decree numbers at once: what
//! is the same at every number is kept once.

use crate::numbers::{DecreeId, Instance, Numbers};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use synod_math::{BallotNumber, Cast, Priest, Quorums, Vote};
use synod_paper::variables::Ledgers;
use synod_protocol::parliament::DecreeNumber;

/// Ledgers, slips, 𝓑 and 𝓜.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) quorums: Quorums,
    pub(crate) legislators: Vec<Legislator>,
    pub(crate) numbers: Numbers,
    /// The NextBallots in 𝓜, for all decree numbers each: what the owner knew
    /// when he first sent it.
    pub(crate) next_ballots: BTreeMap<BallotNumber, DecreeNumber>,
    /// The LastVotes in 𝓜 that their owner can still receive.
    pub(crate) last_votes: BTreeMap<BallotNumber, Vec<LastVote>>,
    /// Decrees that were proposed with a smaller number than another that its
    /// proposer knew to be passed.
    pub(crate) late: Vec<Late>,
}

/// A legislator: what is the same at all numbers, and an index of what is not.
#[derive(Debug, Default)]
pub(crate) struct Legislator {
    pub(crate) last_tried: Option<BallotNumber>,
    pub(crate) next_bal: Option<BallotNumber>,
    /// None: status is idle at every number.
    pub(crate) slip: Option<Slip>,
    /// prevBal, where he has voted and does not know the outcome.
    pub(crate) undecided: BTreeMap<DecreeNumber, BallotNumber>,
    /// Where he knows the outcome.
    pub(crate) passed: Passed,
    /// The largest number of a request that he can know to be passed: he wrote
    /// it down himself, or a message came from one who could.
    pub(crate) knows_of: DecreeNumber,
}

/// Status is trying, but for the numbers that have a ballot lastTried: there it
/// is polling.
#[derive(Debug, Default)]
pub(crate) struct Slip {
    /// prevVotes.
    pub(crate) answers: BTreeMap<Priest, PreviousVotes>,
    /// A number at which it is polling, if it is anywhere.
    pub(crate) polled: Option<DecreeNumber>,
}

/// A LastVote, for all numbers above some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PreviousVotes {
    pub(crate) above: DecreeNumber,
    /// Where there is none, the null vote.
    pub(crate) votes: Arc<Votes>,
    /// The numbers of which it says nothing, because the outcome is known.
    pub(crate) passed: Arc<Passed>,
}

pub(crate) type Votes = BTreeMap<DecreeNumber, (BallotNumber, DecreeId)>;

/// A LastVote in 𝓜.
#[derive(Debug)]
pub(crate) struct LastVote {
    pub(crate) from: Priest,
    pub(crate) answer: PreviousVotes,
    /// The largest decree number that the sender could know to be passed.
    pub(crate) knows_of: DecreeNumber,
}

/// A set of decree numbers that is almost an interval.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Passed {
    /// All from 1 to this one.
    pub(crate) through: DecreeNumber,
    /// And these.
    pub(crate) beyond: BTreeSet<DecreeNumber>,
}

/// A decree that was proposed with a smaller number than one that had passed.
#[derive(Debug)]
pub(crate) struct Late {
    pub(crate) by: Priest,
    pub(crate) line: u64,
    pub(crate) at: DecreeNumber,
    pub(crate) ballot: BallotNumber,
    pub(crate) decree: DecreeId,
    pub(crate) passed: DecreeNumber,
}

impl Passed {
    /// These numbers.
    pub(crate) fn of(numbers: &BTreeSet<DecreeNumber>) -> Self {
        let mut passed = Self::default();
        passed.beyond.clone_from(numbers);
        passed
    }

    pub(crate) fn contains(&self, at: DecreeNumber) -> bool {
        (DecreeNumber::ZERO < at && at <= self.through) || self.beyond.contains(&at)
    }

    pub(crate) fn insert(&mut self, at: DecreeNumber) {
        if at > self.through {
            self.beyond.insert(at);
        }
        while self.beyond.remove(&self.through.next()) {
            self.through = self.through.next();
        }
    }

    /// Those above a number.
    pub(crate) fn above(&self, above: DecreeNumber) -> impl Iterator<Item = DecreeNumber> + '_ {
        let law = (above.0 + 1..=self.through.0).map(DecreeNumber);
        law.chain(self.beyond.range(above.next()..).copied())
    }

    /// The same, above a number only.
    fn only_above(&self, above: DecreeNumber) -> Self {
        Self {
            through: self.through,
            beyond: self.beyond.range(above.next()..).copied().collect(),
        }
    }
}

impl PreviousVotes {
    /// Whether what was sent is, at each number that the other covers, what was
    /// received.
    pub(crate) fn says(&self, received: &Self) -> bool {
        let mut covered = received.votes.keys();
        let are_covered = covered.all(|at| received.covers(*at));
        let is_silent = |at| !received.covers(at);
        let said = self.votes.iter().filter(|(at, _)| received.covers(**at));
        self.above <= received.above
            && self.passed.above(received.above).all(is_silent)
            && are_covered
            && said.eq(received.votes.iter())
    }

    /// Whether it tells of a vote, or the null vote, at a number.
    pub(crate) fn covers(&self, at: DecreeNumber) -> bool {
        at > self.above && !self.passed.contains(at)
    }
}

impl State {
    pub(crate) fn new(quorums: Quorums) -> Self {
        let count = quorums.priests().len();
        Self {
            quorums,
            legislators: std::iter::repeat_with(Legislator::default)
                .take(count)
                .collect(),
            numbers: Numbers::new(),
            next_ballots: BTreeMap::new(),
            last_votes: BTreeMap::new(),
            late: Vec::new(),
        }
    }

    pub(crate) fn of(&self, p: Priest) -> &Legislator {
        &self.legislators[p.index()]
    }

    pub(crate) fn of_mut(&mut self, p: Priest) -> &mut Legislator {
        &mut self.legislators[p.index()]
    }

    pub(crate) fn at(&self, at: DecreeNumber) -> Option<&Instance> {
        self.numbers.get(&at)
    }

    pub(crate) fn at_mut(&mut self, at: DecreeNumber) -> &mut Instance {
        self.numbers.entry(at).or_default()
    }

    /// owner(b).
    pub(crate) fn owner(&self, number: BallotNumber) -> Option<Priest> {
        self.number(DecreeNumber::ZERO).owner(number)
    }

    /// LastVotes for all numbers above one where the outcome is not known.
    pub(crate) fn last_vote(&self, p: Priest, above: DecreeNumber) -> PreviousVotes {
        let legislator = self.of(p);
        let votes = legislator.undecided.range(above.next()..);
        let votes = votes.filter_map(|(&at, _)| {
            let held = self.at(at)?.last_vote(p)?;
            Some((at, (held.number, held.decree)))
        });
        PreviousVotes {
            above,
            votes: Arc::new(votes.collect()),
            passed: Arc::new(legislator.passed.only_above(above)),
        }
    }

    /// The LastVotes for a number of which somebody is the priest.
    pub(crate) fn last_votes_of(
        &self,
        b: BallotNumber,
        from: Priest,
    ) -> impl Iterator<Item = &LastVote> {
        let sent = self.last_votes.get(&b).into_iter().flatten();
        sent.filter(move |sent| sent.from == from)
    }
}

impl Legislator {
    /// Receiving a message, a legislator can know of every decree number that its
    /// sender could know of.
    pub(crate) fn hear(&mut self, known: Option<DecreeNumber>) {
        self.knows_of = known.map_or(self.knows_of, |known| known.max(self.knows_of));
    }
}

impl Slip {
    /// prevVotes, at one number.
    pub(crate) fn prev_votes(&self, at: DecreeNumber) -> impl Iterator<Item = Vote<DecreeId>> {
        prev_votes(&self.answers, at)
    }
}

/// The votes of some answers, at one number.
pub(crate) fn prev_votes(
    answers: &BTreeMap<Priest, PreviousVotes>,
    at: DecreeNumber,
) -> impl Iterator<Item = Vote<DecreeId>> {
    let covering = answers.iter().filter(move |(_, answer)| answer.covers(at));
    covering.map(move |(&priest, answer)| Vote {
        priest,
        cast: answer
            .votes
            .get(&at)
            .map(|&(number, decree)| Cast { number, decree }),
    })
}
