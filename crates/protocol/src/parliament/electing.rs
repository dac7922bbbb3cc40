//! Electing a president (§3.1): steps 1 and 2, once for all decree numbers, and what follows from the
//! answers.

use super::decree::{Decree, DecreeNumber};
use super::ledger::{Life, Note, Presiding, Slip, Votes};
use super::message::{Message, Told};
use super::output::Action;
use super::variant::Variant;
use super::{Legislator, Outputs};
use crate::Ignored;
use crate::decisions::{self, RefusalMessage, Yes};
use crate::output::Action as Of;
use crate::seat::only;
use crate::state_machine::StateMachine;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use synod_math::{BallotNumber, Priest};

type Answers<C> = BTreeMap<Priest, Arc<Votes<C>>>;
type ToldOf<S> = BTreeMap<DecreeNumber, Told<<S as StateMachine>::Command>>;

/// The fields of a LastVote, except the ballot number.
pub(super) struct LastVote<S: StateMachine> {
    pub(super) life: Option<Life>,
    pub(super) above: DecreeNumber,
    pub(super) through: Option<DecreeNumber>,
    pub(super) told: ToldOf<S>,
    pub(super) missing: Vec<DecreeNumber>,
}

impl<S: StateMachine, V: Variant> Legislator<S, V> {
    /// Try New Ballot with a number larger than lastTried, for all decree numbers, and Send NextBallot
    /// to all legislators.
    pub(super) fn try_everywhere(&mut self, number: BallotNumber, out: &mut Outputs<S>) {
        self.record(Note::LastTried(number), out);
        self.slip = Slip::Trying {
            answers: BTreeMap::new(),
            parts: BTreeMap::new(),
        };
        out.did(Action::Everywhere(Of::TryNewBallot(number)));
        let message = self.next_ballot(number);
        let action = Action::Everywhere(Of::SendNextBallot);
        self.seat.act(action, self.seat.everybody(), &message, out);
    }

    fn next_ballot(&self, number: BallotNumber) -> Message<S> {
        Message::NextBallot {
            number,
            known: self.law.through(),
            life: self.ledger.life,
        }
    }

    /// Send NextBallot again to a legislator who has not promised this ballot, nor any larger one: the
    /// NextBallot was lost, or he was away. The president does not need his promise. But the other
    /// legislator needs to know the president, to forward requests to him.
    pub(super) fn ask_again(
        &self,
        other: Priest,
        next_bal: Option<BallotNumber>,
        out: &mut Outputs<S>,
    ) {
        if let (Slip::Presiding(_), Some(number)) = (&self.slip, self.ledger.last_tried)
            && next_bal < Some(number)
        {
            let message = self.next_ballot(number);
            self.seat.send(only(other), &message, out);
        }
    }

    /// Receive NextBallot(b, n): if b > nextBal, nextBal becomes b, and Send LastVote. If b < nextBal,
    /// he refuses (§2.4). He answers each ballot once: a president whose answer is lost begins another
    /// ballot.
    ///
    /// A legislator who is too far behind is sent decrees first, and no promise: a promise would depose
    /// the president in favour of a legislator who cannot preside yet. "Far behind" compares how far the
    /// law goes, not the decrees beyond a gap. So no legislator is too far behind himself, and if all
    /// have the same gap, none is too far behind the others. A legislator who lacks decrees that are cut
    /// off is too far behind, too: his LastVote could not tell them.
    pub(super) fn receive_next_ballot(
        &mut self,
        from: Priest,
        number: BallotNumber,
        (known, life): (DecreeNumber, Option<Life>),
        out: &mut Outputs<S>,
    ) {
        match decisions::promise(number, self.ledger.next_bal) {
            Err(no) => return no.tell(from, &self.seat, out),
            Ok(Yes::Already) => return out.ignore(Ignored::AlreadyPromised),
            Ok(Yes::Now) => {}
        }
        if from != self.me() && !self.presidency.horizon.believes(number) {
            return out.ignore(Ignored::BeyondHorizon);
        }
        if self.is_far_behind(known) || self.ledger.is_cut_after(known) {
            self.bring_up_to_date(from, known, out);
            return out.ignore(Ignored::TooFarBehind);
        }
        self.record(Note::NextBal(number), out);
        out.did(Action::Everywhere(Of::ReceiveNextBallot(number)));
        self.send_last_vote(from, number, (known, life), out);
    }

    /// Receive NextPart: if b = nextBal, Send LastVote for the numbers after those that he has told. His
    /// votes are those that he had when he promised, for he votes in no ballot below b. A NextPart that
    /// comes when he has voted in b is an old one: its sender presides.
    pub(super) fn receive_next_part(
        &mut self,
        from: Priest,
        number: BallotNumber,
        (above, life): (DecreeNumber, Option<Life>),
        out: &mut Outputs<S>,
    ) {
        let mut votes = self.ledger.votes.range(above.next()..);
        if votes.any(|(_, cast)| cast.number == number) {
            return out.ignore(Ignored::AlreadyVoted);
        }
        match decisions::promise(number, self.ledger.next_bal) {
            Err(no) => no.tell(from, &self.seat, out),
            Ok(Yes::Now) => out.ignore(Ignored::NotPromised),
            Ok(Yes::Already) if self.ledger.is_cut_after(above) => self.send_snapshot(from, out),
            Ok(Yes::Already) => self.send_last_vote(from, number, (above, life), out),
        }
    }

    /// Send LastVote for all numbers > n, or for as many as a message may have.
    fn send_last_vote(
        &self,
        to: Priest,
        number: BallotNumber,
        (above, life): (DecreeNumber, Option<Life>),
        out: &mut Outputs<S>,
    ) {
        let (told, through) = self.told_above(above);
        for (&at, told) in &told {
            if let Told::Passed(_) = told {
                out.did(Action::At(at, Of::SendSuccess));
            }
        }
        let message = Message::LastVote {
            number,
            life,
            above,
            through,
            told,
            missing: self.missing(above),
        };
        let action = Action::SendLastVote { above, through };
        self.seat.act(action, only(to), &message, out);
    }

    /// The decrees and votes of the first numbers > n, as many as a message may have; and the last of
    /// these numbers, if there are more.
    fn told_above(&self, above: DecreeNumber) -> (ToldOf<S>, Option<DecreeNumber>) {
        let (mut told, mut size) = (ToldOf::<S>::new(), 0);
        let mut decrees = self.ledger.decrees.range(above.next()..).peekable();
        let mut votes = self.ledger.votes.range(above.next()..).peekable();
        loop {
            let is_passed = match (decrees.peek(), votes.peek()) {
                (Some((decree, _)), Some((vote, _))) => decree < vote,
                (passed, _) => passed.is_some(),
            };
            let next = if is_passed {
                let passed = decrees.next();
                passed.map(|(&at, decree)| (at, decree, Told::Passed(decree.clone())))
            } else {
                let vote = votes.next();
                vote.map(|(&at, cast)| (at, &cast.decree, Told::Voted(cast.clone())))
            };
            let Some((at, decree, of_number)) = next else {
                return (told, None);
            };
            size += decree.size::<S>();
            if size > self.settings.size && !told.is_empty() {
                let last = told.keys().next_back().copied();
                return (told, last);
            }
            told.insert(at, of_number);
        }
    }

    /// Receive LastVote: decrees that were passed go to the ledger, votes join prevVotes, and the sender
    /// is sent the decrees that he lacks. An answer to an earlier life of this ledger does not count. If there is a further part, he asks for it. A majority set of
    /// answers makes the receiver president.
    pub(super) fn receive_last_vote(
        &mut self,
        from: Priest,
        number: BallotNumber,
        LastVote {
            life,
            above,
            through,
            told,
            missing,
        }: LastVote<S>,
        out: &mut Outputs<S>,
    ) {
        if !decisions::is_about(number, self.ledger.last_tried) || life != self.ledger.life {
            return out.ignore(Ignored::OtherBallot);
        }
        self.send_missing(from, &missing, out);
        let (mut votes, mut passed) = (Votes::new(), BTreeSet::new());
        for (at, told) in told {
            match told {
                Told::Passed(decree) => {
                    passed.insert(at);
                    self.learn(at, decree, out);
                }
                Told::Voted(cast) => {
                    votes.insert(at, cast);
                }
            }
        }
        let Slip::Trying { answers, parts } = &mut self.slip else {
            return out.ignore(Ignored::NotTrying);
        };
        let told_through = parts
            .get(&from)
            .map_or(DecreeNumber::ZERO, |(through, _)| *through);
        if above > told_through.max(self.law.through()) {
            return out.ignore(Ignored::MissingPart);
        }
        let (_, mut all) = parts.remove(&from).unwrap_or_default();
        let votes = Arc::new(votes);
        all.extend(votes.iter().map(|(&at, cast)| (at, cast.clone())));
        out.did(Action::ReceiveLastVote {
            number,
            priest: from,
            above,
            through,
            votes: Arc::clone(&votes),
            passed,
        });
        if let Some(through) = through {
            parts.insert(from, (through, all));
            let message = Message::NextPart {
                number,
                above: through,
                life,
            };
            return self.seat.send(only(from), &message, out);
        }
        answers.insert(from, Arc::new(all));
        self.preside(out);
    }

    /// As soon as the legislators who answered are a majority set, he knows which decrees he must
    /// propose: at each number that of the largest vote there, if any.
    fn preside(&mut self, out: &mut Outputs<S>) {
        let Slip::Trying { answers, .. } = &self.slip else {
            return;
        };
        let answered = answers.keys().copied();
        let Some(quorum) = decisions::majority_set(&self.seat.quorums, answered) else {
            return;
        };
        let mut bound = largest_votes(answers);
        bound.retain(|at, _| !self.ledger.knows(*at));
        let last_bound = bound.keys().next_back().copied().unwrap_or_default();
        self.slip = Slip::Presiding(Presiding {
            quorum,
            polls: BTreeMap::new(),
            polls_size: 0,
            bound,
            last_bound,
            next: self.law.through().next(),
            is_succeeded: false,
        });
        self.begin_ballots(out);
        self.time_the_round(out);
    }
}

impl<S: StateMachine> RefusalMessage for Message<S> {
    fn refused(next_bal: BallotNumber) -> Self {
        Self::Refused { next_bal }
    }
}

/// For each number with a vote in the answers, the decree of the largest one.
fn largest_votes<C: Clone>(answers: &Answers<C>) -> BTreeMap<DecreeNumber, Decree<C>> {
    let mut largest = BTreeMap::new();
    for (&at, cast) in answers.values().flat_map(|votes| votes.iter()) {
        let known = largest.entry(at).or_default();
        *known = decisions::larger(*known, cast);
    }
    let decrees = largest.into_iter();
    decrees
        .filter_map(|(at, cast)| Some((at, cast?.decree.clone())))
        .collect()
}
