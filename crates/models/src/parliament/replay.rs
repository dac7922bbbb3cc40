//! The replay of a step in the history of a parliament, decree number by decree number.
//! Every action of A.1 that a legislator reports is taken in the model `basic` of that
//! number, where it must be enabled. Afterwards the legislator's ledger and slip must be
//! those of the model.

use super::agreement::ModelledNumber;
use super::history::{History, has_passed_a_request};
use super::setting::{
    Code, Command, Decree, MAX_DECREE_NUMBERS, Machine, OLIVE, Response, Setting, code, position,
};
use super::synced::Synced;
use super::{Candidate, asked};
use crate::basic::State;
use crate::refinement::Broken;
use crate::replay;
use crate::view::Synod as _;
use crate::world::{Deeds, Observed, Site};
use std::ops::RangeInclusive;
use synod_math::Vote;
use synod_process::Input;
use synod_protocol::output::Action as BasicAction;
use synod_protocol::parliament::{Action, DecreeNumber, Ledger, News, Note};
use synod_world::Observe;

impl Observe<Candidate> for Setting {
    type History = History;

    fn observe(&self, from: &History, step: &Observed<'_, Candidate>) -> History {
        let mut replay = Replay::of(self, from, step);
        // A.1 has no ledger that is lost. From then on only the 𝓑s are known.
        let has_lost = !step.deeds.lost.is_empty();
        let has_diverged = replay.of_each.past.has_diverged;
        if !has_diverged && (has_lost || !replay.all_agree(from, step.after)) {
            replay.of_each.diverge();
        }
        replay.note_news(step.deeds, step.after);
        replay.history.asked_in_vain |= asked::in_vain(step);
        let history = History {
            past: replay.of_each.past,
            broken: replay.of_each.broken,
            ..replay.history
        };
        self.with_instances(history, &replay.of_each.instances)
    }

    fn is_seen(&self, deeds: &Deeds<Candidate>) -> bool {
        match deeds.input {
            Some(Input::Propose(_)) => self.remembers_clients,
            // A decree may be asked for in vain.
            Some(Input::Receive { .. }) => self.settings.snapshot.is_some(),
            _ => false,
        }
    }

    fn goes_back(&self, ledger: &Ledger<Machine>, note: &Note<Machine>) -> bool {
        match note {
            Note::LastTried(number) => Some(*number) < ledger.last_tried,
            Note::NextBal(number) => Some(*number) < ledger.next_bal,
            Note::PrevVote(at, cast) => Some(cast.number) < ledger.prev_bal(*at),
            Note::Outcome(at, decree) => {
                let known = ledger.decrees.get(at);
                known.is_some_and(|known| known != decree)
            }
            Note::Snapshot(law) => law.through() < ledger.snapshot.through(),
            Note::Cut(_) | Note::Learner(_) | Note::Readmitted(_) => false,
        }
    }

    fn is_outside(&self, history: &History) -> bool {
        history.past.is_outside
    }

    fn digest(&self, history: &History) -> u128 {
        self.history_digest(history)
    }
}

/// A history while it is extended by one step of a legislator.
pub(super) struct Replay<'a> {
    setting: &'a Setting,
    /// The replay in the model of each number. Its results are copied to the history at
    /// the end.
    pub(super) of_each: replay::Replay<'a, MAX_DECREE_NUMBERS>,
    pub(super) history: History,
    /// The decree numbers, as bits, whose outcome this legislator has forgotten in a crash: it was written,
    /// but not durable. The models go on with it, because no other decree can pass.
    forgotten: u8,
}

impl<'a> Replay<'a> {
    /// The replay of a step, before the legislator is compared with the models.
    pub(super) fn of(setting: &'a Setting, from: &History, step: &Observed<'_, Candidate>) -> Self {
        let mut replay = Self {
            setting,
            of_each: replay::Replay {
                basic: &setting.basic,
                p: step.by,
                last_tried: step.before.process.shipped().ledger().last_tried,
                instances: setting.all_instances(from),
                past: from.past.after(step.deeds),
                broken: Broken::NOTHING,
                refused: None,
            },
            history: *from,
            forgotten: 0,
        };
        replay.note_forgotten(step.before);
        for action in &step.deeds.actions {
            replay.take(action);
        }
        if step.deeds.crashed {
            replay.of_each.crash();
        }
        replay
    }

    /// Whether the legislator agrees with the models after a step, and the others are
    /// unchanged.
    pub(super) fn all_agree(&self, from: &History, after: &Site<Candidate>) -> bool {
        self.others_are_unchanged(from) && self.agrees(after)
    }

    const fn instance(&self, number: usize) -> &State {
        &self.of_each.instances[number - 1]
    }

    /// Takes an action in the models of the decree numbers that it is about.
    fn take(&mut self, action: &Action<Command>) {
        match action {
            Action::Everywhere(action) => self.of_each.take(0..self.setting.numbers, action, code),
            Action::At(at, action) => match self.number(*at) {
                Some(number) => {
                    self.note_begun_ballot(number, action);
                    if self.has_forgotten(number) {
                        self.learn_again(number, action);
                    } else {
                        self.of_each.take([number - 1], action, code);
                    }
                }
                None => self.of_each.past.is_outside = true,
            },
            Action::SendLastVote { above, through } => {
                for number in self.numbers_above(*above, *through) {
                    if self.knows(number).is_none() || self.has_forgotten(number) {
                        self.of_each
                            .take([number - 1], &BasicAction::SendLastVote, code);
                    }
                }
            }
            Action::ReceiveLastVote {
                number: ballot,
                priest,
                above,
                through,
                votes,
                passed,
            } => {
                for number in self.numbers_above(*above, *through) {
                    let at = DecreeNumber(number as u64);
                    if !passed.contains(&at) {
                        let vote = Vote {
                            priest: *priest,
                            cast: votes.get(&at).copied(),
                        };
                        let received = BasicAction::ReceiveLastVote(*ballot, vote);
                        self.of_each.take([number - 1], &received, code);
                    }
                }
            }
            Action::SendSnapshot { through } => {
                for number in self.numbers_above(DecreeNumber::ZERO, Some(*through)) {
                    let sent = BasicAction::SendSuccess;
                    self.of_each.take([number - 1], &sent, code);
                }
            }
            Action::ReceiveSnapshot { through } => {
                for number in self.numbers_above(DecreeNumber::ZERO, Some(*through)) {
                    self.receive_outcome(number);
                }
            }
        }
    }

    /// Notes the outcomes that the models have, and the ledger before this step has not.
    fn note_forgotten(&mut self, before: &Site<Candidate>) {
        if self.setting.synced == Synced::EveryRecord || self.of_each.past.has_diverged {
            return;
        }
        for number in self.setting.decree_numbers() {
            let at = DecreeNumber(number as u64);
            let knows = before.process.shipped().ledger().knows(at);
            self.forgotten |= u8::from(self.knows(number).is_some() && !knows) << number;
        }
    }

    const fn has_forgotten(&self, number: usize) -> bool {
        self.forgotten & 1 << number != 0
    }

    /// An action at a number whose outcome is forgotten. If it writes the outcome again, it must be
    /// enabled without the former one, and write the same.
    fn learn_again(&mut self, number: usize, action: &BasicAction<Decree>) {
        let writes = matches!(
            action,
            BasicAction::Succeed | BasicAction::ReceiveSuccess(_) | BasicAction::LearnFromVotes
        );
        let former = self.knows(number);
        if let (true, Some(former)) = (writes, former) {
            self.forgotten &= !(1 << number);
            let p = self.of_each.p;
            let blank = self.instance(number).with_outcome(p, Code::BLANK);
            self.of_each.instances[number - 1] = blank;
            self.of_each.take([number - 1], action, code);
            if self.knows(number) != Some(former) {
                self.of_each.diverge();
            }
        } else {
            self.of_each.take([number - 1], action, code);
        }
    }

    /// Receive Success of the decree that is passed at a number, unless its outcome is known. A
    /// snapshot does not say which decree it is.
    fn receive_outcome(&mut self, number: usize) {
        if self.knows(number).is_some() {
            return;
        }
        let mut all = self.of_each.basic.bounds().priests();
        let instance = self.instance(number);
        let passed = all.find_map(|q| instance.of(q).outcome.written());
        let received = BasicAction::ReceiveSuccess(passed.unwrap_or(OLIVE));
        self.of_each.take([number - 1], &received, |code| *code);
    }

    /// The decree number, if it is within the bounds.
    fn number(&self, at: DecreeNumber) -> Option<usize> {
        let number = usize::try_from(at.0).ok()?;
        (1..=self.setting.numbers)
            .contains(&number)
            .then_some(number)
    }

    /// The numbers above one, up to another if there is one.
    fn numbers_above(
        &self,
        above: DecreeNumber,
        through: Option<DecreeNumber>,
    ) -> RangeInclusive<usize> {
        let number = |at: DecreeNumber| usize::try_from(at.0).unwrap_or(usize::MAX);
        let last = through.map_or(self.setting.numbers, number);
        number(above).saturating_add(1)..=last.min(self.setting.numbers)
    }

    /// The decree that this legislator knows to be passed at a number.
    fn knows(&self, number: usize) -> Option<Code> {
        self.instance(number).of(self.of_each.p).outcome.written()
    }

    /// When a ballot begins, notes whether it violates a claim about all numbers together.
    fn note_begun_ballot(&mut self, number: usize, action: &BasicAction<Decree>) {
        let BasicAction::StartPolling(_, decree) = action else {
            return;
        };
        let decree = code(decree);
        let numbers = || self.setting.decree_numbers();
        let instance = self.instance(number);
        let is_first = !instance.ballots.iter().any(|(key, _)| key.decree == decree);
        let is_late = (number + 1..=self.setting.numbers)
            .any(|larger| has_passed_a_request(self.instance(larger)));
        let rank = self.of_each.rank();
        let begun = |at: usize| {
            let ballots = self.instance(at).ballots.iter();
            let mut mine = ballots.filter(|(key, _)| Some(key.number) == rank);
            mine.next().map(|(key, _)| key.decree)
        };
        let prev_votes = || self.of_each.basic.prev_votes(instance.of(self.of_each.p));
        let is_free = prev_votes().all(|vote| vote.number.is_none());
        let passes_over = (1..number).any(|at| begun(at).is_none() && self.knows(at).is_none());
        let granted_at = |at: usize| self.knows(at).or_else(|| begun(at));
        let is_known_elsewhere = numbers()
            .filter(|&at| at != number)
            .any(|at| granted_at(at) == Some(decree));
        if is_first && is_late && decree != OLIVE {
            self.history.late[number - 1] |= 1 << decree.0;
        }
        if !self.of_each.past.has_diverged {
            self.history.passed_over |= passes_over;
            self.history.taken_up_twice |= is_free && decree != OLIVE && is_known_elsewhere;
        }
    }

    fn others_are_unchanged(&self, from: &History) -> bool {
        self.setting.decree_numbers().all(|number| {
            let before = self.setting.instance(from, number);
            self.of_each.others_are_unchanged(number - 1, before)
        })
    }

    /// Whether the ledger and the slip of the legislator are those of the history, for
    /// each number.
    fn agrees(&self, after: &Site<Candidate>) -> bool {
        let process = after.process.shipped();
        process.ledger() == &after.ledger
            && self.setting.decree_numbers().all(|number| {
                let model = self.instance(number).of(self.of_each.p);
                let seen = ModelledNumber {
                    basic: self.of_each.basic,
                    at: DecreeNumber(number as u64),
                    may_forget: self.setting.synced != Synced::EveryRecord,
                };
                seen.ledger_agrees(model, process.ledger()) && seen.slip_agrees(model, process)
            })
    }

    /// Notes what the legislator reports as law, and the requests and answers of clients.
    pub(super) fn note_news(&mut self, deeds: &Deeds<Candidate>, after: &Site<Candidate>) {
        let mut laws = deeds.news.iter().filter_map(|news| match news {
            News::Law { number, .. } => Some(number.0),
            News::Answered(_)
            | News::Declined { .. }
            | News::Snapshot { .. }
            | News::Readmitted => None,
        });
        if let Some(first) = laws.next() {
            let last = laws.try_fold(first, |last, next| (next == last + 1).then_some(next));
            let through = after.process.law().through.0;
            let is_next = last.is_some_and(|last| deeds.crashed || last == through);
            self.history.law_out_of_order |= !is_next;
        }
        if self.setting.remembers_clients {
            self.note_clients(deeds);
        }
    }

    fn note_clients(&mut self, deeds: &Deeds<Candidate>) {
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
            if self.setting.asked[position].by.contains(self.of_each.p) {
                self.history.clients.answer(position, answer.response);
            }
        }
    }
}
