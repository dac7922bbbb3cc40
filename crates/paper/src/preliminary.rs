//! §2.2, the preliminary protocol: six steps, each atomic with the sends it
//! makes, by priests who remember every number they chose, every vote they cast
//! and every LastVote they sent.
//!
//! ```
//! use synod_math::{BallotNumber, Priest, Quorums};
//! use synod_paper::preliminary::{Action, State, step};
//!
//! let (b, beta) = (BallotNumber(3), Priest::new(1).unwrap());
//! let state = State::<&str>::new(Quorums::majority(3).unwrap());
//! let state = step(&state, &Action::NextBallot(b)).unwrap();
//! let state = step(&state, &Action::LastVote(beta, b)).unwrap();
//!
//! let again = step(&state, &Action::NextBallot(b)).unwrap_err();
//! assert_eq!(again.to_string(), "3 has been tried");
//! ```
//!
//! Begin with [`step`]. The protocol that refines this one is [`basic`](crate::basic).

use crate::basic::{ballot_set, ensure};
use crate::claims::{Checked, ensure as ensure_claim, statements};
use crate::message::Message;
use crate::variables::Ledgers;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Deref;
use synod_math::{Ballot, BallotNumber, Priest, PriestSet, Quorums, Vote, max_vote};

/// A state of the preliminary protocol: the priests' memory, 𝓑 and 𝓜.
///
/// A priest's votes are his votes in 𝓑, and his promises are his LastVotes in 𝓜.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State<D> {
    quorums: Quorums,
    /// outcome, by the index of the priest; `None` is BLANK.
    pub outcomes: Vec<Option<D>>,
    /// The numbers that their owners have chosen.
    pub tried: BTreeSet<BallotNumber>,
    /// 𝓑: a map from B_bal, B_dec and B_qrm to B_vot.
    pub ballots: BTreeMap<(BallotNumber, D, PriestSet), PriestSet>,
    /// 𝓜.
    pub messages: BTreeSet<Message<D>>,
}

/// A step of §2.2, by one priest. [`step`] takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action<D> {
    /// Step 1: owner(b) chooses b.
    NextBallot(BallotNumber),
    /// Step 2: q answers NextBallot(b).
    LastVote(Priest, BallotNumber),
    /// Step 3: owner(b) begins the ballot (b, d, Q).
    BeginBallot(BallotNumber, D, PriestSet),
    /// Step 4: q votes in the ballot (b, d, Q).
    Vote(Priest, BallotNumber, D, PriestSet),
    /// Step 5: owner(b) writes down the decree of the ballot (b, d, Q).
    Succeed(BallotNumber, D, PriestSet),
    /// Step 6: q writes down the decree of a Success.
    ReceiveSuccess(Priest, D),
}

/// The reason why a step cannot be taken: the error of [`step`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard<D> {
    /// Step 1: no priest owns the number.
    NotOwned(BallotNumber),
    /// Step 1: the number has been chosen.
    Tried(BallotNumber),
    /// This message is not in 𝓜.
    NotSent(Message<D>),
    /// Step 3: this set is not a majority set.
    NoMajority(PriestSet),
    /// Step 3: a ballot with this number has begun.
    Begun(BallotNumber),
    /// Step 3: only these priests of the quorum have answered.
    Answered(PriestSet),
    /// Step 3: by B3 the ballot must have the decree of this vote.
    Bound(Vote<D>),
    /// Step 4: the priest is not in this quorum.
    NotInQuorum(PriestSet),
    /// Step 4: the priest has sent this LastVote(b, v), by which he promised not to vote
    /// in a ballot strictly between v_bal and b.
    Promised(BallotNumber, Vote<D>),
    /// Step 4: the priest has voted in this ballot already.
    Voted,
    /// Step 5: there is no such ballot.
    NotBegun,
    /// Step 5: these priests of the quorum have not sent Voted.
    NotAllVoted(PriestSet),
    /// Steps 5 and 6: outcome is not BLANK.
    OutcomeKnown,
}

impl<D> State<D> {
    /// The initial state of the priests of this quorum system.
    pub fn new(quorums: Quorums) -> Self {
        let priests = quorums.priests().iter();
        Self {
            outcomes: priests.map(|_| None).collect(),
            tried: BTreeSet::new(),
            ballots: BTreeMap::new(),
            messages: BTreeSet::new(),
            quorums,
        }
    }
}

impl<D: Clone + Ord + fmt::Display> Ledgers for State<D> {
    type Decree = D;

    fn priests(&self) -> PriestSet {
        self.quorums.priests()
    }

    fn is_quorum(&self, set: PriestSet) -> bool {
        self.quorums.is_quorum(set)
    }

    fn outcome(&self, p: Priest) -> Option<D> {
        self.outcomes[p.index()].clone()
    }

    fn ballots(&self) -> impl Deref<Target = [Ballot<D>]> {
        ballot_set(&self.ballots)
    }

    fn name(&self, decree: &D) -> String {
        decree.to_string()
    }
}

/// The state after the step. The [module](self)'s example takes steps.
///
/// # Errors
/// The [`Guard`] that forbids the step.
pub fn step<D: Clone + Ord + fmt::Display>(
    state: &State<D>,
    action: &Action<D>,
) -> Result<State<D>, Guard<D>> {
    let mut next = state.clone();
    match action {
        Action::NextBallot(b) => next.next_ballot(*b),
        Action::LastVote(q, b) => next.last_vote(*q, *b),
        Action::BeginBallot(b, d, quorum) => next.begin_ballot(*b, d, *quorum),
        Action::Vote(q, b, d, quorum) => next.vote(*q, *b, d, *quorum),
        Action::Succeed(b, d, quorum) => next.succeed(*b, d, *quorum),
        Action::ReceiveSuccess(q, d) => next.receive_success(*q, d),
    }?;
    Ok(next)
}

type Enabled<D> = Result<(), Guard<D>>;

impl<D: Clone + Ord + fmt::Display> State<D> {
    fn ensure_sent(&self, message: Message<D>) -> Enabled<D> {
        ensure(self.messages.contains(&message), || Guard::NotSent(message))
    }

    /// Step 1: p chooses a new ballot number b that he owns and sends NextBallot(b)
    /// to any set of priests.
    fn next_ballot(&mut self, b: BallotNumber) -> Enabled<D> {
        ensure(self.owner(b).is_some(), || Guard::NotOwned(b))?;
        ensure(!self.tried.contains(&b), || Guard::Tried(b))?;
        self.tried.insert(b);
        self.messages.insert(Message::NextBallot(b));
        Ok(())
    }

    /// Step 2: q answers NextBallot(b) with LastVote(b, v) to owner(b); v is the vote of
    /// q with the largest number below b, or null_q.
    fn last_vote(&mut self, q: Priest, b: BallotNumber) -> Enabled<D> {
        self.ensure_sent(Message::NextBallot(b))?;
        let vote = max_vote(Some(b), q, &self.ballots());
        self.messages.insert(Message::LastVote(b, vote));
        Ok(())
    }

    /// Step 3: having LastVote(b, ·) from every priest of a majority set Q, p begins
    /// the ballot: number b, quorum Q, a decree d that satisfies B3. He records it
    /// and sends BeginBallot(b, d) to every priest of Q. He does so at most once for each
    /// number.
    fn begin_ballot(&mut self, b: BallotNumber, d: &D, quorum: PriestSet) -> Enabled<D> {
        ensure(self.quorums.is_quorum(quorum), || Guard::NoMajority(quorum))?;
        let mut begun = self.ballots.keys();
        ensure(begun.all(|(number, ..)| *number != b), || Guard::Begun(b))?;
        let sent = sent_last_votes(self).filter(|(number, _)| *number == b);
        let votes = sent.map(|(_, vote)| vote);
        let votes: Vec<_> = votes.filter(|vote| quorum.contains(vote.priest)).collect();
        let answered: PriestSet = votes.iter().map(|vote| vote.priest).collect();
        ensure(quorum.is_subset(answered), || Guard::Answered(answered))?;
        let largest = votes.iter().max_by_key(|vote| vote.number());
        let binds = |vote: &&&Vote<D>| vote.decree().is_some_and(|bound| bound != d);
        if let Some(&vote) = largest.filter(binds) {
            return Err(Guard::Bound(vote.clone()));
        }
        let begin = Message::BeginBallot(b, d.clone(), quorum);
        self.ballots
            .insert((b, d.clone(), quorum), PriestSet::EMPTY);
        self.messages.insert(begin);
        Ok(())
    }

    /// Step 4: on BeginBallot(b, d), q may vote unless a promise forbids it; he
    /// records the vote and sends Voted(b, q) to owner(b). He votes at most once in a
    /// ballot.
    fn vote(&mut self, q: Priest, b: BallotNumber, d: &D, quorum: PriestSet) -> Enabled<D> {
        ensure(quorum.contains(q), || Guard::NotInQuorum(quorum))?;
        self.ensure_sent(Message::BeginBallot(b, d.clone(), quorum))?;
        if let Some((promised, vote)) = self.forbidding_promise(q, b) {
            return Err(Guard::Promised(promised, vote));
        }
        let voters = self.ballots.entry((b, d.clone(), quorum)).or_default();
        ensure(!voters.contains(q), || Guard::Voted)?;
        *voters = voters.with(q);
        self.messages.insert(Message::Voted(b, q));
        Ok(())
    }

    /// A LastVote(b', v) that q has sent, with v_bal < b < b'.
    fn forbidding_promise(&self, q: Priest, b: BallotNumber) -> Option<(BallotNumber, Vote<D>)> {
        let mut promises = sent_last_votes(self).filter(|(_, vote)| vote.priest == q);
        let forbidding = promises.find(|(promised, vote)| vote.number() < Some(b) && b < *promised);
        forbidding.map(|(promised, vote)| (promised, vote.clone()))
    }

    /// Step 5: having Voted(b, q) from every q ∈ Q, p writes d in his ledger and
    /// sends Success(d) to all.
    fn succeed(&mut self, b: BallotNumber, d: &D, quorum: PriestSet) -> Enabled<D> {
        let p = self.owner(b).ok_or(Guard::NotOwned(b))?;
        ensure(self.outcome(p).is_none(), || Guard::OutcomeKnown)?;
        let ballot = (b, d.clone(), quorum);
        ensure(self.ballots.contains_key(&ballot), || Guard::NotBegun)?;
        let has_voted = |q: &Priest| self.messages.contains(&Message::Voted(b, *q));
        let missing: PriestSet = quorum.iter().filter(|q| !has_voted(q)).collect();
        ensure(missing.is_empty(), || Guard::NotAllVoted(missing))?;
        self.outcomes[p.index()] = Some(d.clone());
        self.messages.insert(Message::Success(d.clone()));
        Ok(())
    }

    /// Step 6: on Success(d) a priest writes d in his ledger.
    fn receive_success(&mut self, q: Priest, d: &D) -> Enabled<D> {
        ensure(self.outcome(q).is_none(), || Guard::OutcomeKnown)?;
        self.ensure_sent(Message::Success(d.clone()))?;
        self.outcomes[q.index()] = Some(d.clone());
        Ok(())
    }
}

/// The LastVotes in 𝓜: b and v of each. They are the promises that [`promises_kept`]
/// checks.
pub fn sent_last_votes<D>(state: &State<D>) -> impl Iterator<Item = (BallotNumber, &Vote<D>)> {
    state.messages.iter().filter_map(|message| match message {
        Message::LastVote(b, vote) => Some((*b, vote)),
        _ => None,
    })
}

impl<D: fmt::Display> fmt::Display for Guard<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOwned(b) => write!(f, "ballot {b} belongs to no priest"),
            Self::Tried(b) => write!(f, "{b} has been tried"),
            Self::NotSent(message) => write!(f, "{message} was not sent"),
            Self::NoMajority(set) => write!(f, "{set} is no majority set"),
            Self::Begun(b) => write!(f, "a ballot {b} has begun"),
            Self::Answered(by) if by.is_empty() => {
                f.write_str("no priest of the quorum has answered")
            }
            Self::Answered(by) => write!(f, "only {by} of the quorum has answered"),
            Self::Bound(vote) => write!(f, "B3 asks for the decree of {vote}"),
            Self::NotInQuorum(quorum) => write!(f, "he is not in the quorum {quorum}"),
            Self::Promised(b, vote) => {
                let promise = Message::LastVote(*b, vote.map(ToString::to_string));
                write!(
                    f,
                    "he has sent {promise}, a promise not to vote in this ballot"
                )
            }
            Self::Voted => f.write_str("he has voted in this ballot"),
            Self::NotBegun => f.write_str("there is no such ballot"),
            Self::NotAllVoted(missing) => write!(f, "{missing} has not sent Voted"),
            Self::OutcomeKnown => f.write_str("outcome is not BLANK"),
        }
    }
}

statements! {
    promises_kept PROMISES_KEPT "promises kept",
        "The vote in a LastVote(b, v) stays its priest's largest below b (§2.2, step 2).";
}

/// Checks that the promise of each LastVote(b, v) of 𝓜, given as b and v, is kept: v is
/// still its priest's largest vote below b.
///
/// # Errors
/// The first LastVote whose promise is broken.
pub fn promises_kept<V: Ledgers>(
    v: &V,
    mut last_votes: impl Iterator<Item = (BallotNumber, Vote<V::Decree>)>,
) -> Checked {
    let ballots = v.ballots();
    last_votes.try_for_each(|(b, vote)| {
        ensure_claim!(
            vote == max_vote(Some(b), vote.priest, &ballots),
            "{} answered NextBallot({b}) with {}, which is not his largest vote below it",
            vote.priest,
            vote.map(|decree| v.name(decree)),
        );
        Ok(())
    })
}
