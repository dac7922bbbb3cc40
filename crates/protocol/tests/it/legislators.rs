//! Legislators of §3.1, their durable ledgers, and what is in flight between
//! them. As `parliament` for one decree: it does what a driver must, and what
//! a network and a crash may do.

use crate::parliament::priest;
use crate::step::End;
use crate::turn::request;
use crate::turn::{Cast, Law, Ledger, Letter, Message, Note, Output, Outputs, Turn, letter};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use synod_math::{Ballot, BallotNumber, BallotSet, Priest, PriestSet, Quorums};
use synod_process::Process as _;
use synod_protocol::parliament::{
    Action, Chosen, DecreeNumber, Input, Order, Parliament, Request, VotedTo,
};
use synod_protocol::state_machine::register::Command;
use synod_protocol::{Timer, output, parliament};

/// A legislator with any limits, of any variant.
pub(crate) type Legislator = parliament::Legislator<Law, Chosen>;

/// Limits, and a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) in_flight: usize,
    pub(crate) waiting: usize,
    pub(crate) batch: usize,
    pub(crate) voted_to: VotedTo,
    pub(crate) order: Order,
}

impl Settings {
    pub(crate) const DEFAULT: Self = Self {
        in_flight: parliament::Settings::DEFAULT.in_flight,
        waiting: parliament::Settings::DEFAULT.waiting,
        batch: parliament::Settings::DEFAULT.batch,
        voted_to: VotedTo::President,
        order: Order::Ascending,
    };

    const fn limits(self) -> parliament::Settings {
        parliament::Settings {
            in_flight: self.in_flight,
            waiting: self.waiting,
            batch: self.batch,
        }
    }
}

#[derive(Clone, Debug)]
struct Member {
    /// None after a crash.
    process: Option<Legislator>,
    settings: Settings,
    durable: Ledger,
    /// Those that are set, and since when.
    timers: BTreeMap<Timer, usize>,
    /// A crash during the next input, after so many outputs.
    crash_after: Option<usize>,
}

/// A ballot that has begun: of a decree number, with number, decree, quorum.
type Begun = (DecreeNumber, BallotNumber, char, PriestSet);

#[derive(Clone, Debug)]
pub(crate) struct Legislators {
    quorums: Arc<Quorums>,
    members: Vec<Member>,
    letters: BTreeMap<usize, Letter>,
    last_letter: usize,
    /// In delays.
    now: usize,
    asked: BTreeSet<char>,
    begun: Vec<Begun>,
    votes: Vec<(Priest, DecreeNumber, Cast)>,
    /// The numbers whose decree is passed, in the order in which it was.
    passed: Vec<DecreeNumber>,
}

impl Legislators {
    /// So many who have done nothing; majorities are quorums.
    pub(crate) fn of(count: usize, settings: Settings) -> Self {
        Self::with(vec![settings; count])
    }

    /// One with each of these settings.
    pub(crate) fn with(settings: Vec<Settings>) -> Self {
        let quorums = Arc::new(Quorums::majority(settings.len()).unwrap());
        let members = settings.into_iter().map(|settings| Member {
            process: None,
            settings,
            durable: Ledger::new(),
            timers: BTreeMap::new(),
            crash_after: None,
        });
        let mut chamber = Self {
            quorums,
            members: members.collect(),
            letters: BTreeMap::new(),
            last_letter: 0,
            now: 0,
            asked: BTreeSet::new(),
            begun: Vec::new(),
            votes: Vec::new(),
            passed: Vec::new(),
        };
        chamber.everybody_is_present();
        chamber
    }

    // What happens to a legislator.

    /// A client of his asks for a letter.
    pub(crate) fn ask(&mut self, who: Priest, letter: char) -> Turn {
        self.asked.insert(letter);
        self.request(who, request(letter))
    }

    pub(crate) fn request(&mut self, who: Priest, request: Request<Command<char>>) -> Turn {
        self.give(who, Input::Propose(request))
    }

    /// The time of a timer passes. It must have been set.
    pub(crate) fn time_out(&mut self, who: Priest, timer: Timer) -> Turn {
        let was_set = self.member_mut(who).timers.remove(&timer);
        assert!(was_set.is_some(), "{who} has not set {timer:?}");
        self.give(who, Input::Timeout(timer))
    }

    /// He leaves the Chamber and loses his slip.
    pub(crate) fn crash(&mut self, who: Priest) {
        let member = self.member_mut(who);
        member.process = None;
        member.timers.clear();
        member.crash_after = None;
    }

    /// He will crash during his next input, after `outputs` outputs of it.
    pub(crate) fn crash_after(&mut self, who: Priest, outputs: usize) {
        self.member_mut(who).crash_after = Some(outputs);
    }

    pub(crate) fn everybody_is_present(&mut self) {
        for who in self.all() {
            self.member_mut(who).crash_after = None;
            self.recover(who);
        }
    }

    /// He comes back with his ledger. Nothing happens to who is present.
    pub(crate) fn recover(&mut self, who: Priest) -> Turn {
        if self.process(who).is_some() {
            return self.nothing(who, End::Done);
        }
        let member = &self.members[who.index()];
        let parliament = Parliament {
            quorums: Arc::clone(&self.quorums),
            settings: member.settings.limits(),
            variant: Chosen::new(member.settings.order, member.settings.voted_to),
        };
        let durable = member.durable.clone();
        let (process, outputs) = Legislator::recover(&parliament, who, durable);
        self.member_mut(who).process = Some(process);
        self.carry_out(who, outputs)
    }

    // What happens to a letter.

    /// The letter arrives. Lost, if its addressee has left.
    pub(crate) fn deliver_number(&mut self, number: usize) -> Turn {
        let Letter { from, to, message } = self.drop_number(number);
        self.give(to, Input::Receive { from, message })
    }

    pub(crate) fn drop_number(&mut self, number: usize) -> Letter {
        self.letters.remove(&number).expect("a letter in flight")
    }

    /// A copy is in flight as well.
    pub(crate) fn duplicate_number(&mut self, number: usize) {
        let letter = self.letters[&number].clone();
        self.post(letter);
    }

    /// The oldest letter that prints so, or begins so, arrives.
    pub(crate) fn deliver(&mut self, letter: &str) -> Turn {
        self.deliver_number(self.number_of(letter))
    }

    /// The oldest letter that prints so, or begins so, is lost.
    pub(crate) fn drop(&mut self, letter: &str) {
        self.drop_number(self.number_of(letter));
    }

    /// A copy of the oldest letter that prints so, or begins so, is in flight.
    pub(crate) fn duplicate(&mut self, letter: &str) {
        self.duplicate_number(self.number_of(letter));
    }

    /// Everything in flight is lost.
    pub(crate) fn drop_all(&mut self) {
        self.letters.clear();
    }

    /// Everything in flight arrives, oldest first, and what is sent then.
    pub(crate) fn deliver_all(&mut self) {
        let last = self.last_letter + 10_000;
        while let Some((&number, _)) = self.letters.first_key_value() {
            assert!(number < last, "the legislators never come to rest");
            self.deliver_number(number);
        }
    }

    /// Δ passes: everything in flight arrives; what is sent then does not.
    pub(crate) fn one_delay(&mut self) {
        for number in self.begin_delay() {
            self.deliver_number(number);
        }
    }

    /// What arrives with the end of this delay.
    pub(crate) fn begin_delay(&mut self) -> Vec<usize> {
        self.now += 1;
        self.in_flight_numbers()
    }

    /// The letter that is written by somebody who keeps to no protocol, or was
    /// written long ago.
    pub(crate) fn forge(&mut self, from: Priest, to: Priest, message: Message) -> Turn {
        self.give(to, Input::Receive { from, message })
    }

    // What there is.

    pub(crate) fn all(&self) -> impl Iterator<Item = Priest> + use<> {
        (0..self.members.len()).map(priest)
    }

    pub(crate) fn in_flight_numbers(&self) -> Vec<usize> {
        self.letters.keys().copied().collect()
    }

    /// What is in flight, oldest first, as it prints.
    pub(crate) fn in_flight(&self) -> Vec<String> {
        self.letters.values().map(Letter::print).collect()
    }

    pub(crate) fn durable(&self, who: Priest) -> &Ledger {
        &self.members[who.index()].durable
    }

    /// The decrees in his ledger, from the first one on; `_` where he has none.
    pub(crate) fn decrees(&self, who: Priest) -> String {
        let decrees = &self.durable(who).decrees;
        let last = decrees.keys().next_back().map_or(0, |number| number.0);
        let numbers = (1..=last).map(|number| decrees.get(&DecreeNumber(number)));
        numbers.map(|decree| decree.map_or('_', letter)).collect()
    }

    pub(crate) fn process(&self, who: Priest) -> Option<&Legislator> {
        self.members[who.index()].process.as_ref()
    }

    pub(crate) fn present(&self, who: Priest) -> &Legislator {
        self.process(who).expect("a legislator who is present")
    }

    pub(crate) fn is_president(&self, who: Priest) -> bool {
        self.process(who).is_some_and(Legislator::is_president)
    }

    /// For how many delays a timer has been set.
    pub(crate) fn set_for(&self, who: Priest, timer: Timer) -> Option<usize> {
        let since = self.members[who.index()].timers.get(&timer);
        since.map(|since| self.now - since)
    }

    /// Those of the first; the variants are everybody's.
    pub(crate) fn settings(&self) -> Settings {
        self.members[0].settings
    }

    pub(crate) fn asked(&self) -> &BTreeSet<char> {
        &self.asked
    }

    pub(crate) fn votes(&self) -> &[(Priest, DecreeNumber, Cast)] {
        &self.votes
    }

    /// In the order in which they were passed.
    pub(crate) fn passed(&self) -> &[DecreeNumber] {
        &self.passed
    }

    /// The decree numbers that ballots were held on.
    pub(crate) fn numbers(&self) -> BTreeSet<DecreeNumber> {
        self.begun.iter().map(|&(at, ..)| at).collect()
    }

    /// 𝓑 of a decree number: what was begun, and the votes in the ledgers.
    pub(crate) fn ballots(&self, at: DecreeNumber) -> BallotSet<char> {
        let ballot = |&(_, number, decree, quorum): &Begun| {
            let cast = Cast { number, decree };
            let votes = self
                .votes
                .iter()
                .filter(|(_, on, vote)| (*on, *vote) == (at, cast));
            let voters = votes.map(|&(voter, ..)| voter).collect();
            Ballot::new(number, decree, quorum, voters).unwrap()
        };
        let begun = self.begun.iter().filter(|(on, ..)| *on == at);
        begun.map(ballot).collect()
    }

    // How it is done.

    fn give(&mut self, who: Priest, input: Input<Command<char>>) -> Turn {
        match &mut self.member_mut(who).process {
            None => self.nothing(who, End::Absent),
            Some(process) => {
                let outputs = process.handle(input);
                self.carry_out(who, outputs)
            }
        }
    }

    fn nothing(&self, who: Priest, end: End) -> Turn {
        Turn {
            who,
            before: self.durable(who).clone(),
            outputs: Vec::new(),
            ignored: None,
            end,
        }
    }

    fn carry_out(&mut self, who: Priest, outputs: Outputs) -> Turn {
        let mut turn = self.nothing(who, End::Done);
        turn.ignored = outputs.ignored;
        turn.outputs = outputs.outputs;
        let crash = self.member_mut(who).crash_after.take();
        if let Some(after) = crash {
            turn.outputs.truncate(after);
            turn.end = End::Crashed;
        }
        for output in &turn.outputs {
            self.carry_out_one(who, output.clone());
        }
        if crash.is_some() {
            self.crash(who);
        }
        turn
    }

    fn carry_out_one(&mut self, who: Priest, output: Output) {
        let now = self.now;
        let member = self.member_mut(who);
        match output {
            Output::Record(note) => self.record(who, note),
            Output::Send { to, message } => {
                let from = who;
                self.post(Letter { from, to, message });
            }
            Output::SetTimer(timer) => drop(member.timers.insert(timer, now)),
            Output::CancelTimer(timer) => drop(member.timers.remove(&timer)),
            Output::Did(Action::At(at, output::Action::StartPolling(quorum, decree))) => {
                let number = member.durable.last_tried.unwrap();
                self.begun.push((at, number, letter(&decree), quorum));
            }
            Output::Did(_) | Output::Tell(_) => {}
        }
    }

    fn record(&mut self, who: Priest, note: Note) {
        if let Note::PrevVote(at, cast) = &note {
            let (number, decree) = (cast.number, letter(&cast.decree));
            self.votes.push((who, *at, Cast { number, decree }));
            let is_passed = self.ballots(*at).iter().any(Ballot::is_successful);
            if is_passed && !self.passed.contains(at) {
                self.passed.push(*at);
            }
        }
        self.member_mut(who).durable.record(note);
    }

    fn post(&mut self, letter: Letter) {
        self.last_letter += 1;
        self.letters.insert(self.last_letter, letter);
    }

    fn number_of(&self, text: &str) -> usize {
        let mut letters = self.letters.iter();
        match letters.find(|(_, letter)| letter.print().starts_with(text)) {
            Some((&number, _)) => number,
            None => panic!("no {text} in flight, but {:?}", self.in_flight()),
        }
    }

    fn member_mut(&mut self, who: Priest) -> &mut Member {
        &mut self.members[who.index()]
    }
}
