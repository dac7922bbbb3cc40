//! Legislators who have lost their ledgers (§3.3.5), message by message.

use std::sync::Arc;
use synod_math::{BallotNumber, Priest, Quorums};
use synod_process::{Input, Output, Process};
use synod_protocol::Timer;
use synod_protocol::parliament::{
    self, DecreeNumber, Life, Parliament, Request, RequestId, Settings, Shipped,
};
use synod_protocol::state_machine::register::{Command, Register};

type Law = Register<char>;
type Legislator = parliament::Legislator<Law>;
type Ledger = parliament::Ledger<Law>;
type Message = parliament::Message<Law>;

const ALPHA: usize = 0;
const BETA: usize = 1;
const GAMMA: usize = 2;

/// Three legislators, and every message that was ever sent.
struct Chamber {
    parliament: Parliament,
    legislators: Vec<Legislator>,
    ledgers: Vec<Ledger>,
    sent: Vec<(usize, usize, Message)>,
    timers: Vec<(usize, Timer)>,
}

fn priest(who: usize) -> Priest {
    Priest::new(who).unwrap()
}

impl Chamber {
    fn new() -> Self {
        let parliament = Parliament {
            quorums: Arc::new(Quorums::majority(3).unwrap()),
            settings: Settings::DEFAULT,
            variant: Shipped,
        };
        let recover = |who| Legislator::recover(&parliament, priest(who), Ledger::new()).0;
        let legislators = (0..3).map(recover).collect();
        Self {
            parliament,
            legislators,
            ledgers: vec![Ledger::new(); 3],
            sent: Vec::new(),
            timers: Vec::new(),
        }
    }

    fn carry_out(&mut self, who: usize, outputs: parliament::Outputs<Law>) {
        for output in outputs.outputs {
            match output {
                Output::Record(note) => Legislator::apply(&mut self.ledgers[who], note),
                Output::Send { to, message } => self.sent.push((who, to.index(), message)),
                Output::SetTimer(timer) => self.timers.push((who, timer)),
                _ => {}
            }
        }
    }

    fn take(&mut self, who: usize, input: parliament::output::Input<Law>) {
        let outputs = self.legislators[who].handle(input);
        self.carry_out(who, outputs);
    }

    fn time_out(&mut self, who: usize, timer: Timer) {
        self.timers.retain(|set| *set != (who, timer));
        self.take(who, Input::Timeout(timer));
    }

    /// The last message like this arrives.
    fn arrive(&mut self, from: usize, to: usize, is: impl Fn(&Message) -> bool) {
        let mut sent = self.sent.iter().rev();
        let found = sent.find(|(f, t, message)| (*f, *t) == (from, to) && is(message));
        let message = found.expect("a message like this was sent").2.clone();
        let from = priest(from);
        self.take(to, Input::Receive { from, message });
    }

    fn ask(&mut self, who: usize, client: u64, letter: char) {
        let sequence = 1;
        let (id, command) = (RequestId { client, sequence }, Command::Write(letter));
        self.take(who, Input::Propose(Request { id, command }));
    }

    fn lose(&mut self, who: usize, life: Life) {
        self.ledgers[who] = Ledger::lost(life);
        let ledger = self.ledgers[who].clone();
        let (legislator, outputs) = Legislator::recover(&self.parliament, priest(who), ledger);
        self.legislators[who] = legislator;
        self.timers.retain(|(of, _)| *of != who);
        self.carry_out(who, outputs);
    }

    /// All others answer a learner.
    fn answer(&mut self, learner: usize) {
        for other in (0..3).filter(|&other| other != learner) {
            self.arrive(learner, other, |m| matches!(m, Message::Lost { .. }));
            self.arrive(other, learner, |m| matches!(m, Message::Largest { .. }));
        }
    }

    /// Γ presides in this ballot, with the promise of another one.
    fn elect_gamma(&mut self, ballot: u64, voter: usize) {
        self.arrive(GAMMA, voter, is_next_ballot(ballot));
        self.arrive(voter, GAMMA, is_last_vote(ballot));
        assert!(self.legislators[GAMMA].slip().presiding().is_some());
    }

    fn readmit(&mut self, learner: usize) {
        self.arrive(learner, GAMMA, |m| matches!(m, Message::Readmit { .. }));
        self.arrive(GAMMA, learner, |m| matches!(m, Message::Readmitted { .. }));
        assert!(!self.legislators[learner].is_learner());
    }
}

fn is_next_ballot(ballot: u64) -> impl Fn(&Message) -> bool {
    move |m| matches!(m, Message::NextBallot { number, .. } if number.0 == ballot)
}

fn is_last_vote(ballot: u64) -> impl Fn(&Message) -> bool {
    move |m| matches!(m, Message::LastVote { number, .. } if number.0 == ballot)
}

/// Α has tried ballot 9 before he lost his ledger, and tries it again. Meanwhile Β has promised it,
/// lost his ledger, too, and voted in ballot 8.
#[test]
fn a_promise_that_its_legislator_has_lost_does_not_count_in_a_ballot_that_is_tried_again() {
    let mut chamber = Chamber::new();
    chamber.time_out(ALPHA, Timer::Absence);
    for _ in 0..3 {
        chamber.time_out(ALPHA, Timer::Round);
    }
    assert_eq!(chamber.ledgers[ALPHA].last_tried, Some(BallotNumber(9)));

    // Α loses his ledger, and is readmitted with ballot 2. NextBallot(9) is still on its way.
    chamber.lose(ALPHA, Life(1));
    chamber.answer(ALPHA);
    chamber.time_out(GAMMA, Timer::Absence);
    chamber.elect_gamma(2, BETA);
    chamber.readmit(ALPHA);

    // Β promises ballot 9, and then loses his ledger. He is readmitted with ballot 5.
    chamber.arrive(ALPHA, BETA, is_next_ballot(9));
    assert_eq!(chamber.ledgers[BETA].next_bal, Some(BallotNumber(9)));
    chamber.lose(BETA, Life(2));
    chamber.answer(BETA);
    chamber.arrive(BETA, GAMMA, |m| matches!(m, Message::Readmit { .. }));
    chamber.elect_gamma(5, ALPHA);
    chamber.readmit(BETA);

    // The decree a passes in ballot 8 of Γ, with the vote of Β.
    chamber.ask(GAMMA, 1, 'a');
    chamber.time_out(GAMMA, Timer::Round);
    chamber.elect_gamma(8, BETA);
    let is_begun = |m: &Message| matches!(m, Message::BeginBallot { number, .. } if number.0 == 8);
    chamber.arrive(GAMMA, BETA, is_begun);
    chamber.arrive(BETA, GAMMA, |m| matches!(m, Message::Voted { .. }));
    let first = DecreeNumber(1);
    let passed = chamber.ledgers[GAMMA].decrees[&first];

    // Α tries ballot 9 again. The LastVote of Β answers the first NextBallot(9).
    chamber.time_out(ALPHA, Timer::Absence);
    chamber.time_out(ALPHA, Timer::Round);
    assert_eq!(chamber.ledgers[ALPHA].last_tried, Some(BallotNumber(9)));
    chamber.arrive(BETA, ALPHA, is_last_vote(9));
    if chamber.legislators[ALPHA].slip().presiding().is_some() {
        chamber.ask(ALPHA, 2, 'b');
        chamber.arrive(ALPHA, BETA, is_next_ballot(9));
        chamber.arrive(ALPHA, BETA, |m| matches!(m, Message::BeginBallot { .. }));
        chamber.arrive(BETA, ALPHA, |m| matches!(m, Message::Voted { .. }));
    }
    let of_alpha = chamber.ledgers[ALPHA].decrees.get(&first);
    assert!(of_alpha.is_none_or(|of_alpha| *of_alpha == passed));
}

#[test]
fn a_legislator_who_takes_part_again_may_become_president() {
    let mut chamber = Chamber::new();
    chamber.lose(ALPHA, Life(1));
    // The timer fires while he is a learner.
    chamber.time_out(ALPHA, Timer::Absence);
    chamber.answer(ALPHA);
    chamber.time_out(GAMMA, Timer::Absence);
    chamber.elect_gamma(2, BETA);
    chamber.readmit(ALPHA);
    assert!(chamber.timers.contains(&(ALPHA, Timer::Absence)));
}

/// Α has voted for the decree a in ballot 2 of Γ. In ballot 5 of Γ, which is without him, Β and Γ may still
/// be about to vote for it: until he knows the outcome, the forgotten vote matters.
#[test]
fn a_learner_votes_again_only_when_he_knows_every_outcome_that_was_known_or_voted_for() {
    let mut chamber = Chamber::new();
    chamber.time_out(GAMMA, Timer::Absence);
    chamber.elect_gamma(2, ALPHA);
    chamber.ask(GAMMA, 1, 'a');
    let is_begun = |m: &Message| matches!(m, Message::BeginBallot { .. });
    let is_success = |m: &Message| matches!(m, Message::Success { .. });
    chamber.arrive(GAMMA, ALPHA, is_begun);
    chamber.arrive(ALPHA, GAMMA, |m| matches!(m, Message::Voted { .. }));
    chamber.lose(ALPHA, Life(1));
    chamber.answer(ALPHA);
    // Ballot 2 is not above the largest number that Γ has told.
    chamber.arrive(ALPHA, GAMMA, |m| matches!(m, Message::Readmit { .. }));
    chamber.elect_gamma(5, BETA);
    chamber.arrive(ALPHA, GAMMA, |m| matches!(m, Message::Readmit { .. }));
    chamber.arrive(GAMMA, ALPHA, |m| matches!(m, Message::Readmitted { .. }));
    assert!(chamber.legislators[ALPHA].is_learner());
    assert_eq!(chamber.ledgers[ALPHA].next_bal, None);
    chamber.arrive(GAMMA, ALPHA, is_success);
    assert!(!chamber.legislators[ALPHA].is_learner());
    assert_eq!(chamber.ledgers[ALPHA].next_bal, Some(BallotNumber(5)));
}
