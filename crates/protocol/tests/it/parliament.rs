//! A parliament: processes, their durable ledgers, and what is in flight
//! between them. It does what a driver must, and what a network and a crash
//! may do.

pub(crate) use crate::step::{End, Letter, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use synod_math::{Ballot, BallotNumber, BallotSet, Cast, Priest, PriestSet, Quorums};
use synod_process::Process as _;
use synod_protocol::{
    Action, Complete, Input, Ledger, Message, Note, Output, Outputs, Slip, Timer,
};

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

#[derive(Clone, Debug)]
struct Member {
    /// None after a crash.
    process: Option<Complete<char>>,
    durable: Ledger<char>,
    timers: BTreeSet<Timer>,
    /// A crash during the next input, after so many outputs.
    crash_after: Option<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Parliament {
    quorums: Arc<Quorums>,
    members: Vec<Member>,
    letters: BTreeMap<usize, Letter>,
    last_letter: usize,
    proposed: BTreeSet<char>,
    begun: Vec<(BallotNumber, char, PriestSet)>,
    votes: Vec<(Priest, Cast<char>)>,
}

impl Parliament {
    /// `priests` priests who have done nothing; majorities are quorums.
    pub(crate) fn of(priests: usize) -> Self {
        Self::with(Quorums::majority(priests).unwrap())
    }

    pub(crate) fn with(quorums: Quorums) -> Self {
        let quorums = Arc::new(quorums);
        let member = Member {
            process: None,
            durable: Ledger::new(),
            timers: BTreeSet::new(),
            crash_after: None,
        };
        let mut parliament = Self {
            members: vec![member; quorums.priests().len()],
            quorums,
            letters: BTreeMap::new(),
            last_letter: 0,
            proposed: BTreeSet::new(),
            begun: Vec::new(),
            votes: Vec::new(),
        };
        parliament.everybody_is_present();
        parliament
    }

    // What happens to a priest.

    pub(crate) fn propose(&mut self, priest: Priest, decree: char) -> Step {
        self.proposed.insert(decree);
        self.give(priest, Input::Propose(decree))
    }

    /// The time of a timer passes. It must have been set.
    pub(crate) fn time_out(&mut self, priest: Priest, timer: Timer) -> Step {
        let was_set = self.member_mut(priest).timers.remove(&timer);
        assert!(was_set, "{priest} has not set {timer:?}");
        self.give(priest, Input::Timeout(timer))
    }

    /// He leaves the Chamber and loses his slip.
    pub(crate) fn crash(&mut self, priest: Priest) {
        let member = self.member_mut(priest);
        member.process = None;
        member.timers.clear();
        member.crash_after = None;
    }

    /// He will crash during his next input, after `outputs` outputs of it.
    pub(crate) fn crash_after(&mut self, priest: Priest, outputs: usize) {
        self.member_mut(priest).crash_after = Some(outputs);
    }

    /// Everybody who has left comes back, and nobody will crash.
    pub(crate) fn everybody_is_present(&mut self) {
        for priest in self.priests() {
            self.member_mut(priest).crash_after = None;
            self.recover(priest);
        }
    }

    /// He comes back with his ledger. Nothing happens to who is present.
    pub(crate) fn recover(&mut self, priest: Priest) -> Step {
        let durable = self.durable(priest).clone();
        if self.process(priest).is_some() {
            return self.nothing(priest, End::Done);
        }
        let (process, outputs) = Complete::recover(&self.quorums, priest, durable);
        self.member_mut(priest).process = Some(process);
        self.carry_out(priest, outputs)
    }

    // What happens to a letter.

    /// The letter arrives. Lost, if its addressee has left.
    pub(crate) fn deliver_number(&mut self, number: usize) -> Step {
        let Letter { from, to, message } = self.drop_number(number);
        self.give(to, Input::Receive { from, message })
    }

    pub(crate) fn drop_number(&mut self, number: usize) -> Letter {
        self.letters.remove(&number).expect("a letter in flight")
    }

    /// The number of the copy.
    pub(crate) fn duplicate_number(&mut self, number: usize) -> usize {
        let letter = self.letters[&number].clone();
        self.post(letter)
    }

    /// The oldest letter that prints so, or begins so, arrives.
    pub(crate) fn deliver(&mut self, letter: &str) -> Step {
        self.deliver_number(self.number_of(letter))
    }

    /// The oldest letter that prints so, or begins so, is lost.
    pub(crate) fn drop(&mut self, letter: &str) {
        self.drop_number(self.number_of(letter));
    }

    /// Everything in flight is lost.
    pub(crate) fn drop_all(&mut self) {
        self.letters.clear();
    }

    /// Everything in flight arrives, oldest first, and what is sent then.
    pub(crate) fn deliver_all(&mut self) {
        while let Some((&number, _)) = self.letters.first_key_value() {
            assert!(number < 10_000, "the priests never come to rest");
            self.deliver_number(number);
        }
    }

    /// Δ passes: everything in flight arrives; what is sent then does not.
    pub(crate) fn one_delay(&mut self) {
        for number in self.in_flight_numbers() {
            self.deliver_number(number);
        }
    }

    /// The letter that somebody writes who keeps to no protocol.
    pub(crate) fn forge(&mut self, from: Priest, to: Priest, message: Message<char>) -> Step {
        self.give(to, Input::Receive { from, message })
    }

    // What there is.

    pub(crate) fn priests(&self) -> impl Iterator<Item = Priest> + use<> {
        self.quorums.priests().iter()
    }

    pub(crate) fn letters(&self) -> impl Iterator<Item = (usize, &Letter)> {
        self.letters
            .iter()
            .map(|(&number, letter)| (number, letter))
    }

    pub(crate) fn in_flight_numbers(&self) -> Vec<usize> {
        self.letters.keys().copied().collect()
    }

    /// What is in flight, oldest first, as it prints.
    pub(crate) fn in_flight(&self) -> Vec<String> {
        self.letters.values().map(Letter::to_string).collect()
    }

    pub(crate) fn durable(&self, priest: Priest) -> &Ledger<char> {
        &self.members[priest.index()].durable
    }

    pub(crate) fn process(&self, priest: Priest) -> Option<&Complete<char>> {
        self.members[priest.index()].process.as_ref()
    }

    pub(crate) fn slip(&self, priest: Priest) -> &Slip<char> {
        self.present(priest).basic().slip()
    }

    pub(crate) fn is_president(&self, priest: Priest) -> bool {
        self.present(priest).is_president()
    }

    pub(crate) fn has_set(&self, priest: Priest, timer: Timer) -> bool {
        self.members[priest.index()].timers.contains(&timer)
    }

    /// The outcome in each ledger.
    pub(crate) fn outcomes(&self) -> Vec<Option<char>> {
        self.members.iter().map(|m| m.durable.outcome).collect()
    }

    pub(crate) fn proposed(&self) -> &BTreeSet<char> {
        &self.proposed
    }

    pub(crate) fn votes(&self) -> &[(Priest, Cast<char>)] {
        &self.votes
    }

    /// 𝓑: what was begun, and the votes that are in the ledgers.
    pub(crate) fn ballots(&self) -> BallotSet<char> {
        let ballot = |&(number, decree, quorum): &(BallotNumber, char, PriestSet)| {
            let cast = Cast { number, decree };
            let votes = self.votes.iter().filter(|(_, vote)| *vote == cast);
            let voters = votes.map(|&(voter, _)| voter).collect();
            Ballot::new(number, decree, quorum, voters).unwrap()
        };
        self.begun.iter().map(ballot).collect()
    }

    // How it is done.

    fn give(&mut self, priest: Priest, input: Input<char>) -> Step {
        match &mut self.member_mut(priest).process {
            None => self.nothing(priest, End::Absent),
            Some(process) => {
                let outputs = process.handle(input);
                self.carry_out(priest, outputs)
            }
        }
    }

    fn nothing(&self, priest: Priest, end: End) -> Step {
        Step {
            priest,
            before: self.durable(priest).clone(),
            outputs: Vec::new(),
            ignored: None,
            first_letter: self.last_letter + 1,
            end,
        }
    }

    fn carry_out(&mut self, priest: Priest, outputs: Outputs<char>) -> Step {
        let mut step = self.nothing(priest, End::Done);
        step.ignored = outputs.ignored;
        step.outputs = outputs.outputs;
        let crash = self.member_mut(priest).crash_after.take();
        if let Some(after) = crash {
            step.outputs.truncate(after);
            step.end = End::Crashed;
        }
        for output in &step.outputs {
            self.carry_out_one(priest, output.clone());
        }
        if crash.is_some() {
            self.crash(priest);
        }
        step
    }

    fn carry_out_one(&mut self, priest: Priest, output: Output<char>) {
        let member = self.member_mut(priest);
        match output {
            Output::Record(note) => self.record(priest, note),
            Output::Send { to, message } => {
                let from = priest;
                self.post(Letter { from, to, message });
            }
            Output::SetTimer(timer) => drop(member.timers.insert(timer)),
            Output::CancelTimer(timer) => drop(member.timers.remove(&timer)),
            Output::Did(Action::StartPolling(quorum, decree)) => {
                let number = member.durable.last_tried.unwrap();
                self.begun.push((number, decree, quorum));
            }
            Output::Did(_) | Output::Tell(_) => {}
        }
    }

    fn record(&mut self, priest: Priest, note: Note<char>) {
        if let Note::PrevVote(cast) = note {
            self.votes.push((priest, cast));
        }
        self.member_mut(priest).durable.record(note);
    }

    fn post(&mut self, letter: Letter) -> usize {
        self.last_letter += 1;
        self.letters.insert(self.last_letter, letter);
        self.last_letter
    }

    fn number_of(&self, text: &str) -> usize {
        let found = self
            .letters()
            .find(|(_, letter)| letter.to_string().starts_with(text));
        match found {
            Some((number, _)) => number,
            None => panic!("no {text} in flight, but {:?}", self.in_flight()),
        }
    }

    fn present(&self, priest: Priest) -> &Complete<char> {
        self.process(priest).expect("a priest who is present")
    }

    fn member_mut(&mut self, priest: Priest) -> &mut Member {
        &mut self.members[priest.index()]
    }
}
