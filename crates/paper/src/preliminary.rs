//! §2.2, the preliminary protocol: six steps, each atomic with the sends it
//! makes, by priests who remember every number they chose, every vote they cast
//! and every LastVote they sent.

use crate::basic::ballot_set;
use crate::claims::{Checked, Statement, ensure as ensure_claim};
use crate::message::Message;
use crate::variables::Ledgers;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Deref;
use synod_math::{Ballot, BallotNumber, Priest, PriestSet, Quorums, Vote, max_vote};

/// What the priests remember, 𝓑 and 𝓜.
///
/// A priest's votes are those in 𝓑, and his promises are the LastVotes in 𝓜.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State<D> {
    quorums: Quorums,
    /// outcome, by the index of the priest; `None` is BLANK.
    pub outcomes: Vec<Option<D>>,
    /// The numbers that their owners have chosen.
    pub tried: BTreeSet<BallotNumber>,
    /// 𝓑: B_bal, B_dec and B_qrm, and with them B_vot.
    pub ballots: BTreeMap<(BallotNumber, D, PriestSet), PriestSet>,
    /// 𝓜.
    pub messages: BTreeSet<Message<D>>,
}

/// A step of §2.2.
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

/// Why a step cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard<D> {
    /// Step 1: nobody owns the number.
    NotOwned(BallotNumber),
    /// Step 1: the number has been chosen.
    Tried(BallotNumber),
    /// This message is not in 𝓜.
    NotSent(Message<D>),
    /// Step 3: this set is no majority set.
    NoMajority(PriestSet),
    /// Step 3: a ballot with this number has begun.
    Begun(BallotNumber),
    /// Step 3: of the quorum only these have answered.
    Answered(PriestSet),
    /// Step 3: B3 asks for the decree of this vote.
    Bound(Vote<D>),
    /// Step 4: the priest is not of this quorum.
    NotInQuorum(PriestSet),
    /// Step 4: he has sent this LastVote(b, v), and promised by it not to vote
    /// strictly between v_bal and b.
    Promised(BallotNumber, Vote<D>),
    /// Step 4: he has voted in this ballot.
    Voted,
    /// Step 5: there is no such ballot.
    NotBegun,
    /// Step 5: these have not sent Voted.
    NotAllVoted(PriestSet),
    /// Steps 5 and 6: outcome is not BLANK.
    OutcomeKnown,
}

impl<D> State<D> {
    /// The initial state of these priests, whose majority sets are these.
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

/// What the step leads to.
///
/// # Errors
/// The [`Guard`] that forbids it.
pub fn step<D: Clone + Ord + fmt::Display>(
    state: &State<D>,
    action: &Action<D>,
) -> Result<State<D>, Guard<D>> {
    let mut next = state.clone();
    match action {
        Action::NextBallot(b) => next_ballot(&mut next, *b),
        Action::LastVote(q, b) => last_vote(&mut next, *q, *b),
        Action::BeginBallot(b, d, quorum) => begin_ballot(&mut next, *b, d, *quorum),
        Action::Vote(q, b, d, quorum) => vote(&mut next, *q, (*b, d, *quorum)),
        Action::Succeed(b, d, quorum) => succeed(&mut next, *b, d, *quorum),
        Action::ReceiveSuccess(q, d) => receive_success(&mut next, *q, d),
    }?;
    Ok(next)
}

fn ensure<D>(holds: bool, otherwise: impl FnOnce() -> Guard<D>) -> Result<(), Guard<D>> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

fn ensure_sent<D: Ord>(state: &State<D>, message: Message<D>) -> Result<(), Guard<D>> {
    ensure(state.messages.contains(&message), || {
        Guard::NotSent(message)
    })
}

/// Step 1: p chooses a new ballot number b that he owns and sends NextBallot(b)
/// to any set of priests.
fn next_ballot<D: Clone + Ord + fmt::Display>(
    state: &mut State<D>,
    b: BallotNumber,
) -> Result<(), Guard<D>> {
    ensure(state.owner(b).is_some(), || Guard::NotOwned(b))?;
    ensure(!state.tried.contains(&b), || Guard::Tried(b))?;
    state.tried.insert(b);
    state.messages.insert(Message::NextBallot(b));
    Ok(())
}

/// Step 2: q answers NextBallot(b) with LastVote(b, v) to owner(b), v being his
/// vote with the largest number below b, or null_q.
fn last_vote<D: Clone + Ord + fmt::Display>(
    state: &mut State<D>,
    q: Priest,
    b: BallotNumber,
) -> Result<(), Guard<D>> {
    ensure_sent(state, Message::NextBallot(b))?;
    let vote = max_vote(Some(b), q, &state.ballots());
    state.messages.insert(Message::LastVote(b, vote));
    Ok(())
}

/// Step 3: having LastVote(b, ·) from every priest of a majority set Q, p begins
/// the ballot: number b, quorum Q, a decree d that satisfies B3. He records it
/// and sends BeginBallot(b, d) to every priest of Q. At most once for a number.
fn begin_ballot<D: Clone + Ord + fmt::Display>(
    state: &mut State<D>,
    b: BallotNumber,
    d: &D,
    quorum: PriestSet,
) -> Result<(), Guard<D>> {
    ensure(state.quorums.is_quorum(quorum), || {
        Guard::NoMajority(quorum)
    })?;
    let mut begun = state.ballots.keys();
    ensure(begun.all(|(number, ..)| *number != b), || Guard::Begun(b))?;
    let of_quorum = |vote: &Vote<D>| quorum.contains(vote.priest);
    let votes: Vec<_> = last_votes(state, b).filter(of_quorum).collect();
    let answered: PriestSet = votes.iter().map(|vote| vote.priest).collect();
    ensure(quorum.is_subset(answered), || Guard::Answered(answered))?;
    let largest = votes.iter().max_by_key(|vote| vote.number());
    match largest.filter(|vote| vote.decree().is_some_and(|bound| bound != d)) {
        Some(vote) => return Err(Guard::Bound(vote.clone())),
        None => state
            .ballots
            .insert((b, d.clone(), quorum), PriestSet::EMPTY),
    };
    let begin = Message::BeginBallot(b, d.clone(), quorum);
    state.messages.insert(begin);
    Ok(())
}

/// Step 4: on BeginBallot(b, d), q may vote unless a promise forbids it; he
/// records the vote and sends Voted(b, q) to owner(b). At most once in a ballot.
fn vote<D: Clone + Ord>(
    state: &mut State<D>,
    q: Priest,
    (b, d, quorum): (BallotNumber, &D, PriestSet),
) -> Result<(), Guard<D>> {
    ensure(quorum.contains(q), || Guard::NotInQuorum(quorum))?;
    ensure_sent(state, Message::BeginBallot(b, d.clone(), quorum))?;
    if let Some((promised, vote)) = forbidding_promise(state, q, b) {
        return Err(Guard::Promised(promised, vote));
    }
    let voters = state.ballots.entry((b, d.clone(), quorum)).or_default();
    ensure(!voters.contains(q), || Guard::Voted)?;
    *voters = voters.with(q);
    state.messages.insert(Message::Voted(b, q));
    Ok(())
}

/// Step 5: having Voted(b, q) from every q ∈ Q, p writes d in his ledger and
/// sends Success(d) to all.
fn succeed<D: Clone + Ord + fmt::Display>(
    state: &mut State<D>,
    b: BallotNumber,
    d: &D,
    quorum: PriestSet,
) -> Result<(), Guard<D>> {
    let p = state.owner(b).ok_or(Guard::NotOwned(b))?;
    ensure(state.outcome(p).is_none(), || Guard::OutcomeKnown)?;
    let ballot = (b, d.clone(), quorum);
    ensure(state.ballots.contains_key(&ballot), || Guard::NotBegun)?;
    let has_voted = |q: &Priest| state.messages.contains(&Message::Voted(b, *q));
    let missing: PriestSet = quorum.iter().filter(|q| !has_voted(q)).collect();
    ensure(missing.is_empty(), || Guard::NotAllVoted(missing))?;
    state.outcomes[p.index()] = Some(d.clone());
    state.messages.insert(Message::Success(d.clone()));
    Ok(())
}

/// Step 6: on Success(d) a priest writes d in his ledger.
fn receive_success<D: Clone + Ord + fmt::Display>(
    state: &mut State<D>,
    q: Priest,
    d: &D,
) -> Result<(), Guard<D>> {
    ensure(state.outcome(q).is_none(), || Guard::OutcomeKnown)?;
    ensure_sent(state, Message::Success(d.clone()))?;
    state.outcomes[q.index()] = Some(d.clone());
    Ok(())
}

/// The votes in the LastVotes for a number.
fn last_votes<D: Clone>(state: &State<D>, b: BallotNumber) -> impl Iterator<Item = Vote<D>> {
    sent_last_votes(state)
        .filter(move |(number, _)| *number == b)
        .map(|(_, vote)| vote.clone())
}

/// The LastVotes in 𝓜.
pub fn sent_last_votes<D>(state: &State<D>) -> impl Iterator<Item = (BallotNumber, &Vote<D>)> {
    state.messages.iter().filter_map(|message| match message {
        Message::LastVote(b, vote) => Some((*b, vote)),
        _ => None,
    })
}

/// A LastVote(b', v) of q with v_bal < b < b'.
fn forbidding_promise<D: Clone>(
    state: &State<D>,
    q: Priest,
    b: BallotNumber,
) -> Option<(BallotNumber, Vote<D>)> {
    let mut promises = sent_last_votes(state).filter(|(_, vote)| vote.priest == q);
    let forbidding = promises.find(|(promised, vote)| vote.number() < Some(b) && b < *promised);
    forbidding.map(|(promised, vote)| (promised, vote.clone()))
}

impl<D: fmt::Display> fmt::Display for Guard<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOwned(b) => write!(f, "ballot {b} belongs to nobody"),
            Self::Tried(b) => write!(f, "{b} has been tried"),
            Self::NotSent(message) => write!(f, "{message} was not sent"),
            Self::NoMajority(set) => write!(f, "{set} is no majority set"),
            Self::Begun(b) => write!(f, "a ballot {b} has begun"),
            Self::Answered(by) => write!(f, "of the quorum only {by} have answered"),
            Self::Bound(vote) => write!(f, "B3 asks for the decree of {vote}"),
            Self::NotInQuorum(quorum) => write!(f, "he is not of the quorum {quorum}"),
            Self::Promised(b, vote) => {
                let promise = Message::LastVote(*b, vote.map(ToString::to_string));
                write!(f, "{promise} promises not to")
            }
            Self::Voted => f.write_str("he has voted in it"),
            Self::NotBegun => f.write_str("there is no such ballot"),
            Self::NotAllVoted(missing) => write!(f, "{missing} have not sent Voted"),
            Self::OutcomeKnown => f.write_str("outcome is not BLANK"),
        }
    }
}

/// [`promises_kept`].
pub const PROMISES_KEPT: Statement = Statement {
    name: "promises kept",
    meaning: "The vote in a LastVote(b, v) stays its priest's largest below b (§2.2, step 2).",
};

/// That each LastVote(b, v) of 𝓜, given as b and v, keeps its promise: v is still
/// its priest's largest vote below b.
///
/// # Errors
/// The first that does not.
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
