//! The Chamber: priests or legislators in a simulation, and the ballots that they hold.

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

/// A process whose decrees are letters: a legislator, or the priest of one decree, whose ballots count as
/// ballots of decree number 1.
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

    /// Asserts what else of the process follows from its ledger.
    fn check_present(&self) {}

    /// Asserts what else holds in a chamber.
    fn check_chamber(_: &Chamber<Self>) {}

    // The ledger.

    fn last_tried(ledger: &Self::Ledger) -> Option<BallotNumber>;
    fn next_bal(ledger: &Self::Ledger) -> Option<BallotNumber>;
    fn vote(ledger: &Self::Ledger, at: DecreeNumber) -> Option<Cast<char>>;
    fn outcomes(ledger: &Self::Ledger) -> BTreeMap<DecreeNumber, char>;

    /// Whether the record makes numbers grow, and writes no outcome a second time.
    fn grows(before: &Self::Ledger, record: &Self::Record) -> bool;

    /// Whether everything that the message says, or that its receiver may conclude, is in the durable
    /// ledger of the sender.
    fn bears_out(durable: &Self::Ledger, sender: Priest, message: &Self::Message) -> bool;

    /// The same for news.
    fn bears_out_news(durable: &Self::Ledger, news: &Self::News) -> bool;

    // Messages, actions and records.

    fn print(message: &Self::Message) -> String;
    fn begun(action: &Self::Action) -> Option<(DecreeNumber, PriestSet, char)>;
    fn voted(record: &Self::Record) -> Option<(DecreeNumber, Cast<char>)>;
}

/// The result of one input: the outputs of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step<P: Subject>(StepResultOf<P>);

impl<P: Subject> Deref for Step<P> {
    type Target = StepResultOf<P>;

    fn deref(&self) -> &StepResultOf<P> {
        &self.0
    }
}

impl<P: Subject> Step<P> {
    /// The messages that were sent, as text, with their receivers.
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

    /// Asserts that the input changed nothing and was not answered.
    pub(crate) fn changed_nothing(&self, why: Ignored) {
        assert_eq!(self.ignored, Some(why));
        assert_eq!(self.outputs, []);
    }
}

/// A ballot that has begun: decree number, ballot number, decree, quorum.
type Begun = (DecreeNumber, BallotNumber, char, PriestSet);

/// The Chamber: its priests, present or not, and the history of their ballots.
#[derive(Clone, Debug)]
pub(crate) struct Chamber<P: Subject> {
    simulation: Simulation<P>,
    asked: BTreeSet<char>,
    begun: Vec<Begun>,
    votes: Vec<(Priest, DecreeNumber, Cast<char>)>,
    /// The numbers whose decree is passed, in the order in which they were passed.
    passed: Vec<DecreeNumber>,
}

impl<P: Subject> Chamber<P> {
    /// One priest for each of these settings, who has done nothing yet.
    pub(crate) fn convene(settings: impl IntoIterator<Item = P::Settings>) -> Self {
        Self {
            simulation: Simulation::new((0..).map(priest).zip(settings)),
            asked: BTreeSet::new(),
            begun: Vec::new(),
            votes: Vec::new(),
            passed: Vec::new(),
        }
    }

    // Events of a priest.

    /// A client asks him for a letter.
    pub(crate) fn ask(&mut self, who: Priest, letter: char) -> Step<P> {
        self.asked.insert(letter);
        self.request(who, P::request(letter))
    }

    pub(crate) fn request(&mut self, who: Priest, request: P::Request) -> Step<P> {
        self.give(who, Input::Propose(request))
    }

    /// A timer runs out. It must have been set.
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

    /// All priests who have left come back, and planned crashes are cancelled.
    pub(crate) fn recover_all(&mut self) {
        for who in self.all() {
            self.simulation.crash_no_more(who);
            self.recover(who);
        }
    }

    /// He comes back with his ledger. If he is present, nothing happens.
    pub(crate) fn recover(&mut self, who: Priest) -> Step<P> {
        let step = self.simulation.recover(who);
        self.note(step)
    }

    // Events of a letter.

    /// The letter arrives; it is lost if its receiver has left.
    pub(crate) fn deliver_number(&mut self, number: usize) -> Step<P> {
        let step = self.simulation.deliver(number);
        self.note(step.expect("a letter in flight"))
    }

    /// The letter is lost. Returns its message.
    pub(crate) fn drop_number(&mut self, number: usize) -> P::Message {
        let letter = self.simulation.lose(number);
        letter.expect("a letter in flight").message
    }

    /// The letter is copied. Returns the number of the copy.
    pub(crate) fn duplicate_number(&mut self, number: usize) -> usize {
        let copy = self.simulation.duplicate(number);
        copy.expect("a letter in flight")
    }

    /// The oldest letter whose text begins with `letter` arrives.
    pub(crate) fn deliver(&mut self, letter: &str) -> Step<P> {
        self.deliver_number(self.number_of(letter))
    }

    /// The oldest letter whose text begins with `letter` is lost.
    pub(crate) fn drop(&mut self, letter: &str) {
        self.drop_number(self.number_of(letter));
    }

    /// The oldest letter whose text begins with `letter` is copied.
    pub(crate) fn duplicate(&mut self, letter: &str) {
        self.duplicate_number(self.number_of(letter));
    }

    /// All letters in flight are lost.
    pub(crate) fn drop_all(&mut self) {
        for number in self.in_flight_numbers() {
            self.drop_number(number);
        }
    }

    /// All letters in flight arrive, oldest first, and so do the letters that are sent meanwhile.
    pub(crate) fn deliver_all(&mut self) {
        for _ in 0..10_000 {
            let Some((number, _)) = self.letters().next() else {
                return;
            };
            self.deliver_number(number);
        }
        panic!("the priests never stop sending");
    }

    /// Δ passes: all letters in flight arrive, but not those that are sent meanwhile.
    pub(crate) fn one_delay(&mut self) {
        for number in self.begin_delay() {
            self.deliver_number(number);
        }
    }

    /// Begins a delay. Returns the letters that arrive at its end.
    pub(crate) fn begin_delay(&mut self) -> Vec<usize> {
        self.simulation.pass_time();
        self.in_flight_numbers()
    }

    /// A forged letter arrives, or one that was written long ago.
    pub(crate) fn forge(&mut self, from: Priest, to: Priest, message: P::Message) -> Step<P> {
        self.give(to, Input::Receive { from, message })
    }

    // Queries.

    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = Priest> + use<P> {
        self.simulation.all().into_iter()
    }

    pub(crate) fn letters(&self) -> impl Iterator<Item = (usize, &Letter<Priest, P::Message>)> {
        self.simulation.letters()
    }

    pub(crate) fn in_flight_numbers(&self) -> Vec<usize> {
        self.letters().map(|(number, _)| number).collect()
    }

    /// The letters in flight, oldest first, as text.
    pub(crate) fn in_flight(&self) -> Vec<String> {
        self.letters()
            .map(|(_, letter)| print::<P>(letter))
            .collect()
    }

    /// The letter of this number, as text.
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

    /// For how many delays the timer has been running; none if it is not set.
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

    /// The numbers whose decree is passed, in the order in which they were passed.
    pub(crate) fn passed(&self) -> &[DecreeNumber] {
        &self.passed
    }

    /// The decree numbers for which ballots have begun.
    pub(crate) fn numbers(&self) -> BTreeSet<DecreeNumber> {
        self.begun.iter().map(|&(at, ..)| at).collect()
    }

    /// 𝓑 of a decree number: the ballots that have begun, with the recorded votes.
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

    // Internals.

    fn give(&mut self, who: Priest, input: InputOf<P>) -> Step<P> {
        let step = self.simulation.give(who, input);
        self.note(step)
    }

    /// Adds the ballots and votes of a step to the history.
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

/// A letter as text, such as `Γ→Α NextBallot(2)`.
fn print<P: Subject>(letter: &Letter<Priest, P::Message>) -> String {
    let Letter { from, to, message } = letter;
    format!("{from}→{to} {}", P::print(message))
}
