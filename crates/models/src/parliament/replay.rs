//! How a history goes on, decree number by decree number: every action of A.1
//! that a legislator says he took is taken in the model `basic` of that number,
//! where it must be enabled; afterwards ledger and slip must be those of the
//! model.

use super::Candidate;
use super::agreement::Seen;
use super::history::{History, has_passed_a_request};
use super::setting::{
    Code, Command, Decree, MAX_DECREE_NUMBERS, OLIVE, Response, Setting, cast_in_codes, code,
    in_codes, position,
};
use crate::basic::{self, Basic, State};
use crate::bounds::{Bounds, Rank};
use crate::refinement::{Broken, above_ballots};
use crate::replay::go_on_with_ballots;
use crate::view::Synod;
use crate::world::{Bounded, Deeds, Observed, Site};
use synod_math::{BallotNumber, Priest, Vote};
use synod_paper::basic::{self as paper, enabled};
use synod_process::Input;
use synod_protocol::output::Action as Of;
use synod_protocol::parliament::{Action, DecreeNumber, Ledger, News, Note};
use synod_world::Observe;

impl Observe<Candidate> for Setting {
    type History = History;

    fn observe(&self, from: &History, step: &Observed<'_, Candidate>) -> History {
        let (deeds, after) = (step.deeds, step.after);
        let mut replay = Replay {
            setting: self,
            instances: self.all_instances(from),
            bounds: self.bounds(),
            p: step.by,
            last_tried: step.before.process.shipped().ledger().last_tried,
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
        self.with_instances(replay.history, &replay.instances)
    }

    fn is_seen(&self, deeds: &Deeds<Candidate>) -> bool {
        self.remembers_clients && matches!(deeds.input, Some(Input::Propose(_)))
    }

    fn goes_back(&self, ledger: &Ledger<Command>, note: &Note<Command>) -> bool {
        match note {
            Note::LastTried(number) => Some(*number) < ledger.last_tried,
            Note::NextBal(number) => Some(*number) < ledger.next_bal,
            Note::PrevVote(at, cast) => Some(cast.number) < ledger.prev_bal(*at),
            Note::Outcome(at, decree) => {
                let known = ledger.decrees.get(at);
                known.is_some_and(|known| known != decree)
            }
        }
    }

    fn is_outside(&self, history: &History) -> bool {
        history.is_outside
    }

    fn digest(&self, history: &History) -> u128 {
        self.history_digest(history)
    }
}

/// A history that goes on by what one legislator did.
struct Replay<'a> {
    setting: &'a Setting,
    bounds: &'a Bounds,
    p: Priest,
    last_tried: Option<BallotNumber>,
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

    /// lastTried, in the model.
    fn rank(&self) -> Option<Rank> {
        self.bounds.rank(self.last_tried?)
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
                if let Of::TryNewBallot(number) = action {
                    self.last_tried = Some(*number);
                }
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
            let last_tried = self.rank();
            let ballots = &mut self.instances[number - 1].ballots;
            go_on_with_ballots(ballots, last_tried, action);
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

    /// §3.1, Voted to everybody: not in A.1.
    fn learn_from_votes(&mut self, at: DecreeNumber) {
        let (Some(number), false) = (self.number(at), self.history.has_diverged) else {
            return;
        };
        let instance = *self.instance(number);
        let view = self.basic().view(&instance);
        if enabled(&view, self.p, &paper::Action::LearnFromVotes).is_ok() {
            let decree = instance.of(self.p).prev_dec;
            self.instances[number - 1] = instance.with_outcome(self.p, decree);
        } else {
            self.diverge();
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
            let mut mine = ballots.filter(|(key, _)| Some(key.number) == self.rank());
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
        let process = after.process.shipped();
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
