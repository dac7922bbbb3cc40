//! What has happened, in terms of the basic protocol, for each decree number:
//! every action of A.1 that a legislator says he took is taken in the model
//! `basic` of that number, where it must be enabled; afterwards ledger and slip
//! must be those of the model. And what is said of all numbers together.

use super::Candidate;
use super::clients::Clients;
use super::instances::InstanceId;
use super::setting::{
    Command, Decree, MAX_DECREE_NUMBERS, OLIVE, Response, Setting, code, position,
};
use crate::basic::{self, Basic};
use crate::bounds::{self, Bounds, Rank};
use crate::bytes::fields_as_bytes;
use crate::messages::Packed;
use crate::refinement::{Broken, above_ballots};
use crate::replay::go_on_with_ballots;
use crate::world::{Deeds, Process, Site, digest};
use synod_math::{Cast, Priest, Vote};
use synod_protocol::border::Input;
use synod_protocol::output::Action as Of;
use synod_protocol::parliament::{Action, DecreeNumber, News};

type State = basic::State;
type Code = bounds::Decree;

/// The history of a state of a parliament.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::struct_excessive_bools)] // Each is a fact of its own about the past.
pub struct History {
    /// For each decree number the state of `basic` that the actions so far lead
    /// to. Once one of them was not enabled, only the 𝓑s go on.
    instances: [InstanceId; MAX_DECREE_NUMBERS],
    /// For each decree number, as bits, the decrees that were proposed there
    /// for the first time when a request had been passed at a larger number.
    pub late: [u8; MAX_DECREE_NUMBERS],
    /// Whether some step was none of the basic protocol.
    pub has_diverged: bool,
    /// Whether some variable of a ledger went back or was overwritten.
    pub went_back: bool,
    /// Whether a process crashed after a record and before the send that
    /// follows it.
    pub crashed_before_sending: bool,
    /// Whether a ballot number or a decree number beyond the bounds was tried.
    pub is_outside: bool,
    /// Whether a president proposed something and had proposed nothing at a
    /// lower number whose decree he did not know.
    pub passed_over: bool,
    /// Whether a president took up a request that he knew at another number.
    pub taken_up_twice: bool,
    /// Whether a law was told that is not the next.
    pub told_out_of_order: bool,
    /// What the last step broke of the chain above.
    pub broken: Broken,
    /// When clients asked and were answered; if that is not remembered, blank.
    pub clients: Clients,
}

fields_as_bytes!(History {
    instances,
    late,
    has_diverged,
    went_back,
    crashed_before_sending,
    is_outside,
    passed_over,
    taken_up_twice,
    told_out_of_order,
    broken,
    clients,
});

impl Setting {
    /// The state of `basic` that a decree number is in.
    pub fn instance(&self, history: &History, number: usize) -> &State {
        self.instances.state(history.instances[number - 1])
    }

    /// The same history, but that these are the states of `basic` of its decree
    /// numbers.
    pub(super) fn with_instances(
        &self,
        history: History,
        states: &[State; MAX_DECREE_NUMBERS],
    ) -> History {
        let mut instances = history.instances;
        for (id, state) in instances.iter_mut().zip(states) {
            if self.instances.state(*id) != state {
                *id = self.instances.intern(*state);
            }
        }
        History {
            instances,
            ..history
        }
    }

    /// The states of `basic` of all decree numbers.
    pub(super) fn all_instances(&self, history: &History) -> [State; MAX_DECREE_NUMBERS] {
        history.instances.map(|id| *self.instances.state(id))
    }

    /// A digest of what the history stands for, the same in every run.
    pub(super) fn history_digest(&self, history: &History) -> u128 {
        let digests = history.instances.map(|id| self.instances.digest(id));
        let rest = History {
            instances: Default::default(),
            ..*history
        };
        digest(&(digests, rest))
    }
}

/// Whether a request has been passed at a decree number: not the olive day,
/// and whoever knows.
pub fn has_passed_a_request(instance: &State) -> bool {
    let mut successful = instance.ballots.successful();
    successful.any(|ballot| ballot.decree != OLIVE)
}

/// The history after what a legislator did, whose site is now this.
pub fn replay(
    setting: &Setting,
    bounds: &Bounds,
    from: &History,
    p: Priest,
    deeds: &Deeds<Candidate>,
    after: &Site<Candidate>,
) -> History {
    let mut replay = Replay {
        setting,
        instances: setting.all_instances(from),
        bounds,
        p,
        last_tried: deeds.last_tried.and_then(|number| bounds.rank(number)),
        history: History {
            broken: Broken::NOTHING,
            went_back: from.went_back || deeds.went_back,
            crashed_before_sending: from.crashed_before_sending || deeds.crashed_before_sending,
            ..*from
        },
    };
    for action in &deeds.actions {
        replay.take(action);
    }
    if deeds.crashed {
        replay.crash();
    }
    let agrees = || replay.others_are_as_they_were(from) && replay.agrees(after);
    if !replay.history.has_diverged && !agrees() {
        replay.diverge();
    }
    replay.hear(deeds, after);
    setting.with_instances(replay.history, &replay.instances)
}

/// A history that goes on by what one legislator did.
struct Replay<'a> {
    setting: &'a Setting,
    bounds: &'a Bounds,
    p: Priest,
    last_tried: Option<Rank>,
    /// Of the numbers: what is in the history is as before.
    instances: [State; MAX_DECREE_NUMBERS],
    history: History,
}

impl Replay<'_> {
    fn basic(&self) -> &Basic {
        &self.setting.basic
    }

    const fn instance(&self, number: usize) -> &State {
        &self.instances[number - 1]
    }

    /// A step was none of the basic protocol: nothing more is known but the 𝓑s.
    fn diverge(&mut self) {
        self.history.has_diverged = true;
        for instance in &mut self.instances {
            let ballots = instance.ballots;
            *instance = State::default();
            instance.ballots = ballots;
        }
    }

    /// Takes an action in the instances that it is about.
    fn take(&mut self, action: &Action<Command>) {
        match action {
            Action::Everywhere(action) => {
                let action = in_codes(action);
                for number in self.setting.decree_numbers() {
                    self.take_at(number, &action);
                }
            }
            Action::At(at, action) => match self.number(*at) {
                Some(number) => {
                    self.look_at_what_begins(number, action);
                    self.take_at(number, &in_codes(action));
                }
                None => self.history.is_outside = true,
            },
            Action::SendLastVote { above } => {
                for number in self.numbers_above(*above) {
                    if self.knows(number).is_none() {
                        self.take_at(number, &Of::SendLastVote);
                    }
                }
            }
            Action::ReceiveLastVote {
                number: ballot,
                priest,
                above,
                votes,
                passed,
            } => {
                for number in self.numbers_above(*above) {
                    let at = DecreeNumber(number as u64);
                    if !passed.contains(&at) {
                        let cast = votes.get(&at).map(cast_in_codes);
                        let vote = Vote {
                            priest: *priest,
                            cast,
                        };
                        self.take_at(number, &Of::ReceiveLastVote(*ballot, vote));
                    }
                }
            }
            Action::LearnFromVotes(at) => self.learn_from_votes(*at),
        }
    }

    /// A decree number within the bounds.
    fn number(&self, at: DecreeNumber) -> Option<usize> {
        let number = usize::try_from(at.0).ok()?;
        (1..=self.setting.numbers)
            .contains(&number)
            .then_some(number)
    }

    fn numbers_above(&self, above: DecreeNumber) -> std::ops::RangeInclusive<usize> {
        usize::try_from(above.0)
            .unwrap_or(usize::MAX)
            .saturating_add(1)..=self.setting.numbers
    }

    /// The decree that this legislator knows to be passed at a number.
    fn knows(&self, number: usize) -> Option<Code> {
        let outcome = self.instance(number).of(self.p).outcome;
        (!outcome.is_blank()).then_some(outcome)
    }

    /// Takes an action in the instance of one number.
    fn take_at(&mut self, number: usize, action: &Of<Code>) {
        let Some(action) = self.basic().in_model(self.p, action) else {
            self.history.is_outside = true;
            return;
        };
        let instance = *self.instance(number);
        let taken = (!self.history.has_diverged)
            .then(|| self.basic().take(&instance, action))
            .flatten();
        if let Some(next) = taken {
            self.instances[number - 1] = next;
        } else {
            self.diverge();
            let ballots = &mut self.instances[number - 1].ballots;
            go_on_with_ballots(ballots, self.last_tried, action);
        }
        let after = &self.instance(number).ballots;
        let broken = above_ballots(self.bounds, &instance.ballots, after);
        self.history.broken = self.history.broken.and(broken);
    }

    /// A crash is a lost slip, in every instance.
    fn crash(&mut self) {
        if self.history.has_diverged {
            return;
        }
        for number in self.setting.decree_numbers() {
            let instance = self.instance(number);
            let lost = basic::Action::LoseSlip(self.p);
            if let Some(lost) = self.basic().take(instance, lost) {
                self.instances[number - 1] = lost;
            }
        }
    }

    /// §3.1, Voted to everybody: not in A.1. Enabled if a ballot in which he
    /// voted last is one whose quorum has sent Voted.
    fn learn_from_votes(&mut self, at: DecreeNumber) {
        let (Some(number), false) = (self.number(at), self.history.has_diverged) else {
            return;
        };
        let instance = *self.instance(number);
        let vote = *instance.of(self.p);
        let sent: Vec<_> = self.basic().messages(&instance).collect();
        let has_voted = |q| sent.contains(&Packed::Voted(vote.prev_bal, q));
        let mut ballots = instance.ballots.iter().map(|(key, _)| key);
        let ballot = ballots.find(|key| {
            (key.number, key.decree) == (vote.prev_bal, vote.prev_dec)
                && key.quorum().iter().all(has_voted)
        });
        match ballot {
            Some(ballot) if vote.outcome.is_blank() => {
                let instance = &mut self.instances[number - 1];
                *instance = instance.with_outcome(self.p, ballot.decree);
            }
            _ => self.diverge(),
        }
    }

    /// What is said of all numbers together when a ballot begins.
    fn look_at_what_begins(&mut self, number: usize, action: &Of<Decree>) {
        let Of::StartPolling(_, decree) = action else {
            return;
        };
        let decree = code(decree);
        let numbers = || self.setting.decree_numbers();
        let instance = self.instance(number);
        let is_first = !instance.ballots.iter().any(|(key, _)| key.decree == decree);
        let is_late = (number + 1..=self.setting.numbers)
            .any(|larger| has_passed_a_request(self.instance(larger)));
        let begun = |at: usize| {
            let ballots = self.instance(at).ballots.iter();
            let mut mine = ballots.filter(|(key, _)| Some(key.number) == self.last_tried);
            mine.next().map(|(key, _)| key.decree)
        };
        let is_free = self
            .basic()
            .prev_votes(instance.of(self.p))
            .all(|vote| vote.number.is_none());
        let passes_over = (1..number).any(|at| begun(at).is_none() && self.knows(at).is_none());
        let granted_at = |at: usize| self.knows(at).or_else(|| begun(at));
        let is_known_elsewhere = numbers()
            .filter(|&at| at != number)
            .any(|at| granted_at(at) == Some(decree));
        if is_first && is_late && decree != OLIVE {
            self.history.late[number - 1] |= 1 << decree.0;
        }
        if !self.history.has_diverged {
            self.history.passed_over |= passes_over;
            self.history.taken_up_twice |= is_free && decree != OLIVE && is_known_elsewhere;
        }
    }

    /// Who took no step has the ledger and the slip he had.
    fn others_are_as_they_were(&self, from: &History) -> bool {
        self.setting.decree_numbers().all(|number| {
            let mut others = self.bounds.priests().filter(|&q| q != self.p);
            others.all(|q| self.instance(number).of(q) == self.setting.instance(from, number).of(q))
        })
    }

    /// The ledger and the slip of the legislator must be those of the history,
    /// for each number.
    fn agrees(&self, after: &Site<Candidate>) -> bool {
        let process = &after.process.shipped;
        process.ledger() == &after.ledger
            && self.setting.decree_numbers().all(|number| {
                let model = self.instance(number).of(self.p);
                let seen = Seen {
                    basic: self.basic(),
                    bounds: self.bounds,
                    at: DecreeNumber(number as u64),
                };
                seen.ledger_agrees(model, process.ledger()) && seen.slip_agrees(model, process)
            })
    }

    /// What the legislator told his clients, and what they asked.
    fn hear(&mut self, deeds: &Deeds<Candidate>, after: &Site<Candidate>) {
        let mut told = deeds.news.iter().filter_map(|news| match news {
            News::Law { number, .. } => Some(number.0),
            News::Answered(_) | News::Declined { .. } => None,
        });
        if let Some(first) = told.next() {
            let last = told.try_fold(first, |last, next| (next == last + 1).then_some(next));
            let through = after.process.law().through.0;
            let is_next = last.is_some_and(|last| deeds.crashed || last == through);
            self.history.told_out_of_order |= !is_next;
        }
        if self.setting.remembers_clients {
            self.hear_clients(deeds);
        }
    }

    fn hear_clients(&mut self, deeds: &Deeds<Candidate>) {
        let is_declined = |news: &News<Command, Response>| matches!(news, News::Declined { .. });
        if let Some(Input::Propose(request)) = &deeds.input
            && !deeds.news.iter().any(is_declined)
        {
            self.history.clients.ask(position(request.id));
        }
        for news in &deeds.news {
            let (News::Answered(answer)
            | News::Law {
                answer: Some(answer),
                ..
            }) = news
            else {
                continue;
            };
            let position = position(answer.id);
            if self.setting.asked[position].by.contains(self.p) {
                self.history.clients.answer(position, answer.response);
            }
        }
    }
}

/// One decree number of a legislator, beside the model of that number.
struct Seen<'a> {
    basic: &'a Basic,
    bounds: &'a Bounds,
    at: DecreeNumber,
}

type Ledger = <Candidate as Process>::Ledger;

impl Seen<'_> {
    /// Where the outcome is known the vote is forgotten.
    fn ledger_agrees(&self, model: &basic::Legislator, ledger: &Ledger) -> bool {
        let number = |rank| self.bounds.number(rank);
        let outcome = ledger.decrees.get(&self.at).map(code);
        let vote = ledger.votes.get(&self.at);
        let vote_agrees = number(model.prev_bal) == vote.map(|cast| cast.number)
            && model.prev_dec == vote.map(|cast| code(&cast.decree)).unwrap_or_default();
        model.outcome == outcome.unwrap_or_default()
            && number(model.last_tried) == ledger.last_tried
            && number(model.next_bal) == ledger.next_bal
            && (vote_agrees || outcome.is_some())
    }

    /// Where the outcome is known the slip says nothing.
    fn slip_agrees(&self, model: &basic::Legislator, process: &super::Shipped) -> bool {
        use basic::Status;
        use synod_protocol::parliament::Slip;
        if process.ledger().decrees.contains_key(&self.at) {
            return true;
        }
        match process.slip() {
            Slip::Idle => model.status == Status::Idle,
            Slip::Trying { answers } => {
                let votes = answers.iter().map(|(&priest, votes)| Vote {
                    priest,
                    cast: votes.get(&self.at).map(cast_in_codes),
                });
                let in_model = self.basic.prev_votes(model);
                let in_model = in_model.map(|vote| vote.unpack(self.bounds));
                model.status == Status::Trying && in_model.eq(votes)
            }
            Slip::Presiding(office) => match office.polls.get(&self.at) {
                None => model.status == Status::Trying,
                Some(poll) => {
                    model.status == Status::Polling
                        && model.quorum() == office.quorum
                        && model.voters() == poll.voters
                        && model.decree == code(&poll.decree)
                }
            },
        }
    }
}

fn cast_in_codes(cast: &Cast<Decree>) -> Cast<Code> {
    Cast {
        number: cast.number,
        decree: code(&cast.decree),
    }
}

/// The same action on the codes of the decrees.
fn in_codes(action: &Of<Decree>) -> Of<Code> {
    match action {
        Of::TryNewBallot(b) => Of::TryNewBallot(*b),
        Of::SendNextBallot => Of::SendNextBallot,
        Of::ReceiveNextBallot(b) => Of::ReceiveNextBallot(*b),
        Of::SendLastVote => Of::SendLastVote,
        Of::ReceiveLastVote(b, vote) => Of::ReceiveLastVote(*b, vote.map(code)),
        Of::StartPolling(quorum, decree) => Of::StartPolling(*quorum, code(decree)),
        Of::SendBeginBallot => Of::SendBeginBallot,
        Of::ReceiveBeginBallot(b, decree, quorum) => {
            Of::ReceiveBeginBallot(*b, code(decree), *quorum)
        }
        Of::SendVoted => Of::SendVoted,
        Of::ReceiveVoted(b, q) => Of::ReceiveVoted(*b, *q),
        Of::Succeed => Of::Succeed,
        Of::SendSuccess => Of::SendSuccess,
        Of::ReceiveSuccess(decree) => Of::ReceiveSuccess(code(decree)),
    }
}
