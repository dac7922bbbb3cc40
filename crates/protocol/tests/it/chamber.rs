//! Priests or legislators in a simulation, and the ballots that they hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::ops::Deref;
use synod_math::{Ballot, BallotNumber, BallotSet, Cast, Priest, PriestSet};
use synod_process::simulation::{Letter, Simulation, StepResultOf};
use synod_process::{Input, InputOf, Output, OutputOf, Process};
use synod_protocol::parliament::DecreeNumber;
use synod_protocol::{Ignored, Timer};

pub(crate) const ALPHA: Priest = priest(0);
pub(crate) const BETA: Priest = priest(1);
pub(crate) const GAMMA: Priest = priest(2);
pub(crate) const DELTA: Priest = priest(3);
pub(crate) const EPSILON: Priest = priest(4);

pub(crate) const fn priest(index: usize) -> Priest {
    match Priest::new(index) {
        Some(priest) => priest,
        None => panic!("there are 64 priests"),
    }
}

/// A process whose ballots are on letters: the priest of one decree, who holds
/// all of them on decree number 1, or a legislator.
pub(crate) trait Subject:
    Process<
        Id = Priest,
        Timer = Timer,
        Ignored = Ignored,
        Settings: Clone + Debug,
        Ledger: Clone + Debug + Default + Eq,
        Message: Clone + Debug + Eq,
        Request: Clone + Debug,
        Record: Clone + Debug + Eq,
        News: Clone + Debug + Eq,
        Action: Clone + Debug + Eq,
    > + Clone
    + Debug
    + Eq
{
    /// Whether a vote may be forgotten once the outcome is known.
    const FORGETS_VOTES: bool;

    fn request(letter: char) -> Self::Request;

    fn is_president(&self) -> bool;

    /// The ledger, as the process remembers it.
    fn remembers(&self) -> &Self::Ledger;

    /// What else of the process follows from its ledger.
    fn check_present(&self) {}

    /// What else holds in a chamber.
    fn check_chamber(_: &Chamber<Self>) {}

    // The ledger.

    fn last_tried(ledger: &Self::Ledger) -> Option<BallotNumber>;
    fn next_bal(ledger: &Self::Ledger) -> Option<BallotNumber>;
    fn vote(ledger: &Self::Ledger, at: DecreeNumber) -> Option<Cast<char>>;
    fn outcomes(ledger: &Self::Ledger) -> BTreeMap<DecreeNumber, char>;

    /// Numbers in a ledger grow; an outcome is written once.
    fn grows(before: &Self::Ledger, record: &Self::Record) -> bool;

    /// Whether the durable ledger of the sender bears out all that the message
    /// says or lets others conclude.
    fn bears_out(durable: &Self::Ledger, sender: Priest, message: &Self::Message) -> bool;

    /// The same of what is told.
    fn bears_out_news(durable: &Self::Ledger, news: &Self::News) -> bool;

    // What is said, done and recorded.

    fn print(message: &Self::Message) -> String;
    fn begun(action: &Self::Action) -> Option<(DecreeNumber, PriestSet, char)>;
    fn voted(record: &Self::Record) -> Option<(DecreeNumber, Cast<char>)>;
}

/// What one input did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step<P: Subject>(StepResultOf<P>);

impl<P: Subject> Deref for Step<P> {
    type Target = StepResultOf<P>;

    fn deref(&self) -> &StepResultOf<P> {
        &self.0
    }
}

impl<P: Subject> Step<P> {
    /// The messages sent, as they print, with their addressees.
    pub(crate) fn sent(&self) -> Vec<String> {
        let sent = self.outputs.iter().filter_map(|output| match output {
            Output::Send { to, message } => Some(format!("{} to {to}", P::print(message))),
            _ => None,
        });
        sent.collect()
    }

    pub(crate) fn recorded(&self) -> Vec<P::Record> {
        let recorded = self.outputs.iter().filter_map(|output| match output {
            Output::Record(record) => Some(record.clone()),
            _ => None,
        });
        recorded.collect()
    }

    pub(crate) fn has(&self, output: &OutputOf<P>) -> bool {
        self.outputs.contains(output)
    }

    /// It changed nothing, and was not answered.
    pub(crate) fn changed_nothing(&self, why: Ignored) {
        assert_eq!(self.ignored, Some(why));
        assert_eq!(self.outputs, []);
    }
}

/// A ballot that has begun: of a decree number, with number, decree, quorum.
type Begun = (DecreeNumber, BallotNumber, char, PriestSet);

/// Who is in the Chamber or has left it, and what was done there.
#[derive(Clone, Debug)]
pub(crate) struct Chamber<P: Subject> {
    simulation: Simulation<P>,
    asked: BTreeSet<char>,
    begun: Vec<Begun>,
    votes: Vec<(Priest, DecreeNumber, Cast<char>)>,
    /// The numbers whose decree is passed, in the order in which it was.
    passed: Vec<DecreeNumber>,
}

impl<P: Subject> Chamber<P> {
    /// One with each of these settings, who has done nothing.
    pub(crate) fn convene(settings: impl IntoIterator<Item = P::Settings>) -> Self {
        Self {
            simulation: Simulation::new((0..).map(priest).zip(settings)),
            asked: BTreeSet::new(),
            begun: Vec::new(),
            votes: Vec::new(),
            passed: Vec::new(),
        }
    }

    // What happens to a priest.

    /// Somebody asks him for a letter.
    pub(crate) fn ask(&mut self, who: Priest, letter: char) -> Step<P> {
        self.asked.insert(letter);
        self.request(who, P::request(letter))
    }

    pub(crate) fn request(&mut self, who: Priest, request: P::Request) -> Step<P> {
        self.give(who, Input::Propose(request))
    }

    /// The time of a timer passes. It must have been set.
    pub(crate) fn time_out(&mut self, who: Priest, timer: Timer) -> Step<P> {
        match self.simulation.time_out(who, timer) {
            Some(step) => self.note(step),
            None => panic!("{who} has not set {timer:?}"),
        }
    }

    /// He leaves the Chamber and loses his slip.
    pub(crate) fn crash(&mut self, who: Priest) {
        self.simulation.crash(who);
    }

    /// He will crash during his next input, after `outputs` outputs of it.
    pub(crate) fn crash_after(&mut self, who: Priest, outputs: usize) {
        self.simulation.crash_after(who, outputs);
    }

    /// Everybody who has left comes back, and nobody will crash.
    pub(crate) fn everybody_is_present(&mut self) {
        for who in self.all() {
            self.simulation.crash_no_more(who);
            self.recover(who);
        }
    }

    /// He comes back with his ledger. Nothing happens to who is present.
    pub(crate) fn recover(&mut self, who: Priest) -> Step<P> {
        let step = self.simulation.recover(who);
        self.note(step)
    }

    // What happens to a letter.

    /// The letter arrives. Lost, if its addressee has left.
    pub(crate) fn deliver_number(&mut self, number: usize) -> Step<P> {
        let step = self.simulation.deliver(number);
        self.note(step.expect("a letter in flight"))
    }

    /// The message that is lost.
    pub(crate) fn drop_number(&mut self, number: usize) -> P::Message {
        let letter = self.simulation.lose(number);
        letter.expect("a letter in flight").message
    }

    /// The number of the copy.
    pub(crate) fn duplicate_number(&mut self, number: usize) -> usize {
        let copy = self.simulation.duplicate(number);
        copy.expect("a letter in flight")
    }

    /// The oldest letter that prints so, or begins so, arrives.
    pub(crate) fn deliver(&mut self, letter: &str) -> Step<P> {
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
        for number in self.in_flight_numbers() {
            self.drop_number(number);
        }
    }

    /// Everything in flight arrives, oldest first, and what is sent then.
    pub(crate) fn deliver_all(&mut self) {
        for _ in 0..10_000 {
            let Some((number, _)) = self.letters().next() else {
                return;
            };
            self.deliver_number(number);
        }
        panic!("the priests never come to rest");
    }

    /// Δ passes: everything in flight arrives; what is sent then does not.
    pub(crate) fn one_delay(&mut self) {
        for number in self.begin_delay() {
            self.deliver_number(number);
        }
    }

    /// What arrives with the end of this delay.
    pub(crate) fn begin_delay(&mut self) -> Vec<usize> {
        self.simulation.pass_time();
        self.in_flight_numbers()
    }

    /// The letter that is written by somebody who keeps to no protocol, or was
    /// written long ago.
    pub(crate) fn forge(&mut self, from: Priest, to: Priest, message: P::Message) -> Step<P> {
        self.give(to, Input::Receive { from, message })
    }

    // What there is.

    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = Priest> + use<P> {
        self.simulation.all().into_iter()
    }

    pub(crate) fn letters(&self) -> impl Iterator<Item = (usize, &Letter<Priest, P::Message>)> {
        self.simulation.letters()
    }

    pub(crate) fn in_flight_numbers(&self) -> Vec<usize> {
        self.letters().map(|(number, _)| number).collect()
    }

    /// What is in flight, oldest first, as it prints.
    pub(crate) fn in_flight(&self) -> Vec<String> {
        self.letters()
            .map(|(_, letter)| print::<P>(letter))
            .collect()
    }

    /// The letter of this number, as it prints.
    pub(crate) fn letter(&self, number: usize) -> String {
        let mut letters = self.letters();
        let (_, letter) = letters.find(|&(other, _)| other == number).unwrap();
        print::<P>(letter)
    }

    pub(crate) fn durable(&self, who: Priest) -> &P::Ledger {
        self.simulation.durable(who)
    }

    pub(crate) fn settings(&self, who: Priest) -> &P::Settings {
        self.simulation.settings(who)
    }

    pub(crate) fn process(&self, who: Priest) -> Option<&P> {
        self.simulation.process(who)
    }

    pub(crate) fn present(&self, who: Priest) -> &P {
        self.process(who).expect("a priest who is present")
    }

    pub(crate) fn is_president(&self, who: Priest) -> bool {
        self.process(who).is_some_and(P::is_president)
    }

    /// For how many delays a timer has been set.
    pub(crate) fn set_for(&self, who: Priest, timer: Timer) -> Option<usize> {
        self.simulation.set_for(who, timer)
    }

    pub(crate) fn has_set(&self, who: Priest, timer: Timer) -> bool {
        self.set_for(who, timer).is_some()
    }

    pub(crate) fn asked(&self) -> &BTreeSet<char> {
        &self.asked
    }

    pub(crate) fn votes(&self) -> &[(Priest, DecreeNumber, Cast<char>)] {
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
    pub(crate) fn ballots_at(&self, at: DecreeNumber) -> BallotSet<char> {
        let ballot = |&(_, number, decree, quorum): &Begun| {
            let cast = Cast { number, decree };
            let votes = self.votes.iter();
            let votes = votes.filter(|(_, on, vote)| (*on, *vote) == (at, cast));
            let voters = votes.map(|&(voter, ..)| voter).collect();
            Ballot::new(number, decree, quorum, voters).unwrap()
        };
        let begun = self.begun.iter().filter(|(on, ..)| *on == at);
        begun.map(ballot).collect()
    }

    // How it is done.

    fn give(&mut self, who: Priest, input: InputOf<P>) -> Step<P> {
        let step = self.simulation.give(who, input);
        self.note(step)
    }

    /// Notes what was begun, and who voted.
    fn note(&mut self, step: StepResultOf<P>) -> Step<P> {
        let mut ledger = step.before.clone();
        for output in &step.outputs {
            match output {
                Output::Record(record) => {
                    P::apply(&mut ledger, record.clone());
                    if let Some((at, cast)) = P::voted(record) {
                        self.note_vote(step.who, at, cast);
                    }
                }
                Output::Did(action) => {
                    if let Some((at, quorum, decree)) = P::begun(action) {
                        let number = P::last_tried(&ledger).unwrap();
                        self.begun.push((at, number, decree, quorum));
                    }
                }
                _ => {}
            }
        }
        Step(step)
    }

    fn note_vote(&mut self, who: Priest, at: DecreeNumber, cast: Cast<char>) {
        self.votes.push((who, at, cast));
        let is_passed = self.ballots_at(at).iter().any(Ballot::is_successful);
        if is_passed && !self.passed.contains(&at) {
            self.passed.push(at);
        }
    }

    fn number_of(&self, text: &str) -> usize {
        let mut letters = self.letters();
        match letters.find(|(_, letter)| print::<P>(letter).starts_with(text)) {
            Some((number, _)) => number,
            None => panic!("no {text} in flight, but {:?}", self.in_flight()),
        }
    }
}

/// As `Γ→Α NextBallot(2)`.
fn print<P: Subject>(letter: &Letter<Priest, P::Message>) -> String {
    let Letter { from, to, message } = letter;
    format!("{from}→{to} {}", P::print(message))
}
