//! The state of the basic protocol (A.1) for all decree numbers at once: what
//! is the same at every number is kept once.

use crate::numbers::{DecreeId, Instance, Numbers};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use synod_math::{BallotNumber, Priest, PriestSet, Quorums};
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
    pub(crate) answers: BTreeMap<Priest, Answer>,
    /// Whether it is polling anywhere.
    pub(crate) is_polling: bool,
}

/// A LastVote, for all numbers above some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
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
    pub(crate) answer: Answer,
    /// What he knew.
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

impl Answer {
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
        Priest::new((number.0 % self.legislators.len() as u64) as usize)
    }

    /// Whether status is trying at a number.
    pub(crate) fn is_trying(&self, p: Priest, at: DecreeNumber) -> bool {
        self.of(p).slip.is_some() && self.poll(p, at).is_none()
    }

    /// The ballot that he polls at a number, if status is polling there.
    pub(crate) fn poll(&self, p: Priest, at: DecreeNumber) -> Option<&crate::numbers::Held> {
        let legislator = self.of(p);
        legislator.slip.as_ref()?;
        self.at(at)?.ballot(legislator.last_tried?)
    }

    /// LastVotes for all numbers above one where the outcome is not known.
    pub(crate) fn last_vote(&self, p: Priest, above: DecreeNumber) -> Answer {
        let legislator = self.of(p);
        let votes = legislator.undecided.range(above.next()..);
        let votes = votes.filter_map(|(&at, _)| {
            let held = self.at(at)?.last_vote(p)?;
            Some((at, (held.number, held.decree)))
        });
        Answer {
            above,
            votes: Arc::new(votes.collect()),
            passed: Arc::new(legislator.passed.only_above(above)),
        }
    }

    /// Whether Start Polling is allowed by the votes of some answers: they
    /// cover the number, and the largest is for the decree, or null.
    pub(crate) fn allow(
        answers: &BTreeMap<Priest, Answer>,
        at: DecreeNumber,
        quorum: PriestSet,
        decree: Option<DecreeId>,
    ) -> Result<(), Disallowed> {
        let covering = || answers.iter().filter(|(_, answer)| answer.covers(at));
        let answered: PriestSet = covering().map(|(&priest, _)| priest).collect();
        if !quorum.is_subset(answered) {
            return Err(Disallowed::Quorum { answered });
        }
        let votes = covering().filter_map(|(_, answer)| answer.votes.get(&at));
        match votes.max_by_key(|(number, _)| *number) {
            Some((number, bound)) if Some(*bound) != decree => Err(Disallowed::Decree {
                number: *number,
                bound: *bound,
            }),
            _ => Ok(()),
        }
    }
}

/// Why Start Polling is not enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disallowed {
    /// Of the quorum only these have answered.
    Quorum { answered: PriestSet },
    /// The largest vote is for another decree.
    Decree {
        number: BallotNumber,
        bound: DecreeId,
    },
}
