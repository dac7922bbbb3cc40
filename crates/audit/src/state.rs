//! The state of the basic protocol (A.1) for all decree numbers together: what is the
//! same at every number is kept once.

use crate::intervals::Intervals;
use crate::numbers::{DecreeId, Instance};
use crate::store::Numbers;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use synod_math::{BallotNumber, Cast, Priest, Quorums, Vote};
use synod_paper::variables::Ledgers;
use synod_protocol::parliament::{DecreeNumber, Life};

/// The ledger of a legislator whose trace begins in the middle, at that moment.
#[derive(Clone, Debug)]
pub(crate) struct Begin {
    pub(crate) last_tried: Option<BallotNumber>,
    pub(crate) next_bal: Option<BallotNumber>,
    pub(crate) passed: Passed,
    /// prevBal, at the numbers at which its legislator did not know the outcome.
    pub(crate) undecided: BTreeMap<DecreeNumber, BallotNumber>,
    /// Set if it replaces a lost ledger: what that one had is not known.
    pub(crate) replaces: Option<Replaces>,
}

/// A ledger that replaces a lost one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replaces {
    /// Its legislator may vote again: the ballots of the lost ledger in which another legislator took
    /// part, too, are below nextBal (§3.3.5).
    Safely,
    /// Its legislator is a learner, or votes again because the loss was accepted.
    Otherwise,
}

impl Begin {
    /// Whether its legislator can have voted in this ballot before: then it had a vote in this ballot
    /// or a later one, or it knew the outcome and had forgotten the vote.
    pub(crate) fn allows_vote(&self, at: DecreeNumber, b: BallotNumber) -> bool {
        self.allows_promise(b) && (self.allows_outcome(at) || self.undecided.get(&at) >= Some(&b))
    }

    /// Whether its legislator can have known the outcome.
    pub(crate) fn allows_outcome(&self, at: DecreeNumber) -> bool {
        self.replaces.is_some() || self.passed.contains(at)
    }

    /// Whether its legislator can have promised this ballot.
    pub(crate) fn allows_promise(&self, b: BallotNumber) -> bool {
        self.replaces == Some(Replaces::Otherwise) || Some(b) <= self.next_bal
    }

    /// Whether its legislator can have tried this ballot.
    pub(crate) fn allows_try(&self, b: BallotNumber) -> bool {
        self.replaces.is_some() || Some(b) <= self.last_tried
    }

    /// Whether its legislator can have sent this LastVote before: a vote that it had at the
    /// beginning, in an earlier ballot than this one, was its last one then, too.
    pub(crate) fn allows_last_vote(&self, b: BallotNumber, answer: &PreviousVotes) -> bool {
        let told = |at| answer.votes.get(&at).map(|(number, _)| *number);
        let mut earlier = self.undecided.iter().filter(|(_, number)| **number < b);
        let mut votes = answer.votes.iter();
        let hides_none =
            earlier.all(|(&at, &number)| !answer.covers(at) || told(at) == Some(number));
        self.allows_promise(b)
            && (hides_none || self.replaces.is_some())
            && votes.all(|(&at, (number, _))| self.allows_vote(at, *number))
    }
}

/// Ledgers, slips, 𝓑 and 𝓜.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) quorums: Quorums,
    pub(crate) legislators: Vec<Legislator>,
    pub(crate) numbers: Numbers,
    /// The NextBallots in 𝓜, each of which is for all decree numbers, with the owner's
    /// `knows_of` at its first sending.
    pub(crate) next_ballots: BTreeMap<BallotNumber, DecreeNumber>,
    /// The LastVotes in 𝓜 that their owner can still receive.
    pub(crate) last_votes: BTreeMap<BallotNumber, Vec<LastVote>>,
    /// Decrees that were proposed with a smaller number than another decree that the
    /// proposer could know to be passed.
    pub(crate) late: Vec<Late>,
    /// The snapshots that were sent, with the sender's `knows_of` at the first sending.
    pub(crate) snapshots: BTreeMap<DecreeNumber, DecreeNumber>,
    /// Up to this number, 𝓑 may have votes and ballots from before a trace begins.
    pub(crate) horizon: DecreeNumber,
}

/// The variables of a legislator that are the same at all numbers, and an index of
/// those that are not.
#[derive(Debug, Default)]
pub(crate) struct Legislator {
    pub(crate) last_tried: Option<BallotNumber>,
    pub(crate) next_bal: Option<BallotNumber>,
    /// The slip (volatile state). `None` if status is idle at every number.
    pub(crate) slip: Option<Slip>,
    /// prevBal, at the numbers at which the legislator voted and does not know the outcome.
    pub(crate) undecided: BTreeMap<DecreeNumber, BallotNumber>,
    /// The numbers at which the legislator knows the outcome.
    pub(crate) passed: Passed,
    /// Those of them that were written since its last vote or promise. A crash may lose such an outcome:
    /// no message waits until it is durable.
    pub(crate) not_durable: Intervals,
    /// prevBal at these numbers, where the legislator voted.
    pub(crate) decided: BTreeMap<DecreeNumber, BallotNumber>,
    /// The largest decree number of a request that the legislator can know to be passed:
    /// its own ledger holds it, or a message came from a legislator that could know it.
    pub(crate) knows_of: DecreeNumber,
    /// Where its trace begins, if not with an empty ledger.
    pub(crate) began: Option<Begin>,
    /// Set if its ledger replaces a lost one.
    pub(crate) life: Option<Life>,
}

/// A slip. Status is polling at the numbers that have a ballot lastTried, and trying at
/// all others.
#[derive(Debug, Default)]
pub(crate) struct Slip {
    /// prevVotes, as the LastVotes that were received.
    pub(crate) answers: BTreeMap<Priest, PreviousVotes>,
    /// The numbers at which status is polling.
    pub(crate) polled: Intervals,
}

/// The votes in a LastVote, for all numbers above a given one, or in a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PreviousVotes {
    pub(crate) above: DecreeNumber,
    /// The last number that the part is about; `None` if there is no further part.
    pub(crate) through: Option<DecreeNumber>,
    /// The votes that are not null.
    pub(crate) votes: Arc<Votes>,
    /// The numbers for which it has no vote, because the sender knows their outcome.
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

/// A set of decree numbers, compact if it is almost an interval.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Passed {
    /// All numbers from 1 to this one are in the set.
    pub(crate) through: DecreeNumber,
    /// The larger numbers in the set.
    pub(crate) beyond: BTreeSet<DecreeNumber>,
}

/// A decree that was proposed with a smaller number than one that the proposer could
/// know to be passed (§3.2.1).
#[derive(Debug)]
pub(crate) struct Late {
    /// The proposer.
    pub(crate) by: Priest,
    /// The line of the proposer's trace.
    pub(crate) line: u64,
    pub(crate) at: DecreeNumber,
    pub(crate) ballot: BallotNumber,
    pub(crate) decree: DecreeId,
    /// The larger number that had passed.
    pub(crate) passed: DecreeNumber,
}

impl Legislator {
    /// A crash has lost the outcome at a number. The vote there, if there is one, is still in the ledger.
    pub(crate) fn forget(&mut self, at: DecreeNumber) {
        self.passed.remove(at);
        let vote = self.decided.remove(&at);
        self.undecided.extend(vote.map(|number| (at, number)));
    }

    /// Everything that the trace shows so far is durable.
    pub(crate) fn keep_all(&mut self) {
        self.not_durable.clear();
        self.decided.clear();
    }
}

impl Passed {
    /// The set of these numbers.
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

    /// Removes a number.
    fn remove(&mut self, at: DecreeNumber) {
        if at <= self.through {
            let law = (at.0 + 1..=self.through.0).map(DecreeNumber);
            self.beyond.extend(law);
            self.through = DecreeNumber(at.0.saturating_sub(1));
        }
        self.beyond.remove(&at);
    }

    /// Adds all numbers up to this one.
    pub(crate) fn insert_through(&mut self, through: DecreeNumber) {
        if through > self.through {
            self.beyond = self.beyond.split_off(&through.next());
            self.through = through;
            self.insert(through);
        }
    }

    /// The numbers in the set above a given one.
    pub(crate) fn above(&self, above: DecreeNumber) -> impl Iterator<Item = DecreeNumber> + '_ {
        let law = (above.0 + 1..=self.through.0).map(DecreeNumber);
        law.chain(self.beyond.range(above.next()..).copied())
    }

    /// A set with the same numbers above a given one.
    fn only_above(&self, above: DecreeNumber) -> Self {
        Self {
            through: self.through,
            beyond: self.beyond.range(above.next()..).copied().collect(),
        }
    }
}

impl PreviousVotes {
    /// Whether a LastVote that was sent like this can have been received as `received`:
    /// at each number that `received` covers, both have the same vote.
    pub(crate) fn says(&self, received: &Self) -> bool {
        let mut covered = received.votes.keys();
        let are_covered = covered.all(|at| received.covers(*at));
        let is_silent = |at| !received.covers(at);
        let said = self.votes.iter().filter(|(at, _)| received.covers(**at));
        let is_about_all = self.through.is_none_or(|last| {
            let received = received.through;
            received.is_some_and(|received| received <= last)
        });
        self.above <= received.above
            && is_about_all
            && self.passed.above(received.above).all(is_silent)
            && are_covered
            && said.eq(received.votes.iter())
    }

    /// Whether it has a vote, perhaps the null vote, at a number.
    pub(crate) fn covers(&self, at: DecreeNumber) -> bool {
        let is_within = self.through.is_none_or(|last| at <= last);
        at > self.above && is_within && !self.passed.contains(at)
    }

    /// These votes, and null votes at all other numbers.
    pub(crate) fn of_all(votes: Arc<Votes>) -> Self {
        Self {
            above: DecreeNumber::ZERO,
            through: None,
            votes,
            passed: Arc::default(),
        }
    }

    /// Adds the next part.
    pub(crate) fn add_part(&mut self, part: &Self) {
        self.through = part.through;
        let votes = part.votes.iter().map(|(&at, &vote)| (at, vote));
        Arc::make_mut(&mut self.votes).extend(votes);
        let passed = part.passed.beyond.iter().copied();
        Arc::make_mut(&mut self.passed).beyond.extend(passed);
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
            numbers: Numbers::default(),
            next_ballots: BTreeMap::new(),
            last_votes: BTreeMap::new(),
            late: Vec::new(),
            snapshots: BTreeMap::new(),
            horizon: DecreeNumber::ZERO,
        }
    }

    pub(crate) fn of(&self, p: Priest) -> &Legislator {
        &self.legislators[p.index()]
    }

    pub(crate) fn of_mut(&mut self, p: Priest) -> &mut Legislator {
        &mut self.legislators[p.index()]
    }

    pub(crate) fn at(&self, at: DecreeNumber) -> Option<&Instance> {
        self.numbers.get(at)
    }

    pub(crate) fn at_mut(&mut self, at: DecreeNumber) -> &mut Instance {
        self.numbers.entry(at)
    }

    /// owner(b).
    pub(crate) fn owner(&self, number: BallotNumber) -> Option<Priest> {
        self.number(DecreeNumber::ZERO).owner(number)
    }

    /// The LastVote that a legislator sends, for all numbers above a given one at which it
    /// does not know the outcome.
    pub(crate) fn last_vote(
        &self,
        p: Priest,
        above: DecreeNumber,
        through: Option<DecreeNumber>,
    ) -> PreviousVotes {
        let legislator = self.of(p);
        let votes = legislator.undecided.range(above.next()..);
        let votes = votes.take_while(|(at, _)| through.is_none_or(|last| **at <= last));
        let votes = votes.filter_map(|(&at, _)| {
            let held = self.at(at)?.last_vote(p)?;
            Some((at, (held.number, held.decree)))
        });
        PreviousVotes {
            above,
            through,
            votes: Arc::new(votes.collect()),
            passed: Arc::new(legislator.passed.only_above(above)),
        }
    }

    /// The LastVotes in 𝓜 of a ballot number, from one priest.
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
    /// When a legislator receives a message, it can know of every decree number that the
    /// sender could know of.
    pub(crate) fn hear(&mut self, known: Option<DecreeNumber>) {
        self.knows_of = known.map_or(self.knows_of, |known| known.max(self.knows_of));
    }
}

impl Slip {
    /// prevVotes at one number.
    pub(crate) fn prev_votes(&self, at: DecreeNumber) -> impl Iterator<Item = Vote<DecreeId>> {
        prev_votes(&self.answers, at)
    }
}

/// The votes in these LastVotes at one number.
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
