//! Legislators (§3.1) as a subject of the Chamber. A letter as text is, for example,
//! `Γ→Α BeginBallot(2, 1: a)`: ballot 2 of decree number 1, on decree a.

use crate::chamber::{Chamber, Step, Subject};
use crate::runs::{Randomness, Weights};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use synod_math::{BallotNumber, BallotSet, Cast, Priest, PriestSet, Quorums};
use synod_process::Output as Border;
use synod_protocol::output::Action as Of;
use synod_protocol::parliament::{
    self, Action, Chosen, Decree, DecreeNumber, News, Order, Parliament, Request, RequestId,
    Shipped, Told, Variant, VotedTo,
};
use synod_protocol::state_machine::StateMachine;
use synod_protocol::state_machine::register::{Command, Register, Response};

/// The state machine of these legislators: a letter. To ask for a letter is to write it.
pub(crate) type Law = Register<char>;
pub(crate) type Message = parliament::Message<Law>;
pub(crate) type Note = parliament::Note<Law>;
pub(crate) type Ledger = parliament::Ledger<Law>;
pub(crate) type Output = parliament::Output<Law>;

/// The request for a letter. There are four clients: `a` to `d` are their first requests, `e` to `h`
/// their second ones, and so on.
pub(crate) fn request(letter: char) -> Request<Command<char>> {
    let index = u64::from(letter) - u64::from('a');
    let id = RequestId {
        client: index % 4,
        sequence: index / 4 + 1,
    };
    let command = Command::Write(letter);
    Request { id, command }
}

/// The letter of a decree, by the id of its request; `-` for the olive day.
pub(crate) fn letter(decree: &Decree<Command<char>>) -> char {
    decree.request_id().map_or('-', asked)
}

fn asked(id: RequestId) -> char {
    let index = id.client + 4 * (id.sequence - 1);
    char::from(b'a' + u8::try_from(index).unwrap())
}

pub(crate) type Legislators = Chamber<Legislator>;
pub(crate) type Turn = Step<Legislator>;

/// A legislator with any limits and any variant.
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
            ..parliament::Settings::DEFAULT
        }
    }
}

impl Legislators {
    /// `count` legislators who have done nothing yet; majorities are quorums.
    pub(crate) fn of(count: usize, settings: Settings) -> Self {
        Self::with(&vec![settings; count])
    }

    /// One legislator for each of these settings.
    pub(crate) fn with(settings: &[Settings]) -> Self {
        Self::convene(parliaments(settings))
    }

    /// The decrees in his ledger, from the first number on; `_` is a gap.
    pub(crate) fn decrees(&self, who: Priest) -> String {
        let decrees = &self.durable(who).decrees;
        let last = decrees.keys().next_back().map_or(0, |number| number.0);
        let numbers = (1..=last).map(|number| decrees.get(&DecreeNumber(number)));
        numbers.map(|decree| decree.map_or('_', letter)).collect()
    }

    /// 𝓑 of a decree number.
    pub(crate) fn ballots(&self, at: DecreeNumber) -> BallotSet<char> {
        self.ballots_at(at)
    }
}

fn parliaments(settings: &[Settings]) -> Vec<Parliament<Chosen>> {
    let quorums = Arc::new(Quorums::majority(settings.len()).unwrap());
    let parliaments = settings.iter().map(|settings| Parliament {
        quorums: Arc::clone(&quorums),
        settings: settings.limits(),
        variant: Chosen::new(settings.order, settings.voted_to),
    });
    parliaments.collect()
}

impl Turn {
    /// The news, as text: `law 1: a`, `answered a at 1`, `declined a: Full`.
    pub(crate) fn told(&self) -> Vec<String> {
        let told = self.outputs.iter().filter_map(|output| match output {
            Border::Tell(news) => Some(print_news(news)),
            _ => None,
        });
        told.collect()
    }
}

/// A variant whose order of votes the tests know.
pub(crate) trait Ordered: Variant {
    fn order(&self) -> Order;
}

impl Ordered for Chosen {
    fn order(&self) -> Order {
        self.order
    }
}

impl Ordered for Shipped {
    fn order(&self) -> Order {
        Order::Ascending
    }
}

impl<V: Ordered> Subject for parliament::Legislator<Law, V> {
    const FORGETS_VOTES: bool = true;

    fn request(letter: char) -> Request<Command<char>> {
        request(letter)
    }

    fn is_president(&self) -> bool {
        self.is_president()
    }

    fn remembers(&self) -> &Ledger {
        self.ledger()
    }

    /// The law follows from the ledger.
    fn check_present(&self) {
        assert_eq!(self.law().through(), self.ledger().known());
        assert_eq!(self.law().state(), &law_of(self.ledger()));
    }

    /// With [`Order::Ascending`] the numbers are passed one after the other. So there are no gaps, and a
    /// decree that was passed before another was proposed has the lower number. §3.2.1
    fn check_chamber(chamber: &Chamber<Self>) {
        let first = chamber.all().next().unwrap();
        if chamber.settings(first).variant.order() == Order::Ascending {
            let numbers = 1..=chamber.passed().len() as u64;
            let expected: Vec<_> = numbers.map(DecreeNumber).collect();
            assert_eq!(chamber.passed(), expected);
        }
    }

    fn last_tried(ledger: &Ledger) -> Option<BallotNumber> {
        ledger.last_tried
    }

    fn next_bal(ledger: &Ledger) -> Option<BallotNumber> {
        ledger.next_bal
    }

    fn vote(ledger: &Ledger, at: DecreeNumber) -> Option<Cast<char>> {
        ledger.votes.get(&at).map(of_letter)
    }

    fn outcomes(ledger: &Ledger) -> BTreeMap<DecreeNumber, char> {
        let decrees = ledger.decrees.iter();
        decrees.map(|(&at, decree)| (at, letter(decree))).collect()
    }

    fn grows(before: &Ledger, note: &Note) -> bool {
        match note {
            Note::LastTried(number) => before.last_tried < Some(*number),
            Note::NextBal(number) | Note::Readmitted(number) => before.next_bal < Some(*number),
            Note::PrevVote(at, cast) => before.prev_bal(*at) < Some(cast.number),
            Note::Outcome(at, _) => !before.knows(*at),
            Note::Snapshot(law) => before.snapshot.through() < law.through(),
            Note::Cut(at) => *at <= before.snapshot.through(),
            Note::Learner(life) => before.life != Some(*life),
        }
    }

    fn bears_out(durable: &Ledger, sender: Priest, message: &Message) -> bool {
        match message {
            Message::NextBallot { number, known, .. } => {
                durable.last_tried == Some(*number) && durable.known() >= *known
            }
            Message::LastVote { number, told, .. } => {
                let is_so = |(at, told): (&DecreeNumber, &Told<_>)| match told {
                    Told::Passed(decree) => durable.decrees.get(at) == Some(decree),
                    Told::Voted(cast) => durable.votes.get(at) == Some(cast),
                };
                durable.next_bal == Some(*number) && told.iter().all(is_so)
            }
            // If he is in the quorum, his own LastVote is a promise like those of the others.
            Message::BeginBallot {
                number,
                quorum,
                passed,
                ..
            } => {
                durable.last_tried == Some(*number)
                    && (!quorum.contains(sender) || durable.next_bal >= Some(*number))
                    && durable.known() >= *passed
            }
            Message::Voted { number, at, priest } => {
                *priest == sender && durable.prev_bal(*at) == Some(*number)
            }
            Message::Success { at, decree } => durable.decrees.get(at) == Some(decree),
            Message::Snapshot { law } => durable.snapshot == *law,
            Message::Lost { life, .. } | Message::Readmit { life, .. } => {
                durable.is_learner && durable.life == Some(*life)
            }
            Message::Largest { number, .. } => durable.largest_number() == *number,
            Message::Readmitted { number, .. } | Message::NextPart { number, .. } => {
                durable.last_tried == Some(*number)
            }
            Message::Refused { next_bal } => durable.next_bal == Some(*next_bal),
            Message::Present { known, .. } => durable.known() == *known,
            Message::Forwarded { .. } | Message::Declined { .. } => true,
        }
    }

    fn bears_out_news(durable: &Ledger, news: &News<Command<char>, Response<char>>) -> bool {
        match news {
            News::Law { number, decree, .. } => durable.decrees.get(number) == Some(decree),
            News::Snapshot { through } => durable.snapshot.through() == *through,
            News::Readmitted => !durable.is_learner,
            News::Answered(_) | News::Declined { .. } => true,
        }
    }

    fn print(message: &Message) -> String {
        print(message)
    }

    fn begun(action: &Action<Command<char>>) -> Option<(DecreeNumber, PriestSet, char)> {
        match action {
            Action::At(at, Of::StartPolling(quorum, decree)) => {
                Some((*at, *quorum, letter(decree)))
            }
            _ => None,
        }
    }

    fn voted(note: &Note) -> Option<(DecreeNumber, Cast<char>)> {
        match note {
            Note::PrevVote(at, cast) => Some((*at, of_letter(cast))),
            _ => None,
        }
    }
}

fn of_letter(cast: &Cast<Decree<Command<char>>>) -> Cast<char> {
    Cast {
        number: cast.number,
        decree: letter(&cast.decree),
    }
}

/// The law of a ledger: the decrees before the first gap, each request once, and no request after a later
/// one of the same client.
fn law_of(ledger: &Ledger) -> Law {
    let (mut law, mut last) = (Law::default(), BTreeMap::new());
    for (at, decree) in (1..).zip(ledger.decrees.iter()) {
        match decree {
            (number, _) if number.0 != at => break,
            (_, Decree::OliveDay) => {}
            (_, Decree::Request(request)) => {
                let id = request.id;
                if last.get(&id.client) < Some(&id.sequence) {
                    law.apply(&request.command);
                    last.insert(id.client, id.sequence);
                }
            }
        }
    }
    law
}

impl Randomness for Legislator {
    const WEIGHTS: Weights = Weights {
        letters: 'a'..='p',
        ask: 24,
        time_out: 3,
        timers: [2, 2, 2],
        lose: 4,
        outputs: 12,
    };

    /// Settings of 1 to 5 legislators, mostly 3: limits that are soon reached and differ between
    /// legislators, and any variant.
    fn settings() -> BoxedStrategy<Vec<Parliament<Chosen>>> {
        let count = prop_oneof![6 => Just(3), 1 => 1..=5_usize];
        let limits = count.prop_flat_map(|count| {
            prop::collection::vec((1..=5_usize, 0..=2_usize, 1..=3_usize), count)
        });
        let orders = prop_oneof![Just(Order::Ascending), Just(Order::Any)];
        let hearers = prop_oneof![Just(VotedTo::President), Just(VotedTo::Everybody)];
        let settings = (limits, orders, hearers).prop_map(|(limits, order, voted_to)| {
            let settings = limits
                .into_iter()
                .map(|(in_flight, waiting, batch)| Settings {
                    in_flight,
                    waiting,
                    batch,
                    voted_to,
                    order,
                });
            parliaments(&settings.collect::<Vec<_>>())
        });
        settings.boxed()
    }
}

fn numbers<'a>(numbers: impl Iterator<Item = &'a DecreeNumber>) -> String {
    numbers.fold(String::new(), |mut text, number| {
        let _ = write!(text, " {number}");
        text
    })
}

fn told((at, told): (&DecreeNumber, &Told<Command<char>>)) -> String {
    match told {
        Told::Passed(decree) => format!("; {at}: {}", letter(decree)),
        Told::Voted(cast) => format!("; {at}: {} in {}", letter(&cast.decree), cast.number),
    }
}

fn print(message: &Message) -> String {
    match message {
        Message::NextBallot { number, known, .. } => format!("NextBallot({number}, >{known})"),
        Message::LastVote {
            number,
            above,
            through,
            told: all,
            missing,
            ..
        } => {
            let told: String = all.iter().map(told).collect();
            let asked = if missing.is_empty() { "" } else { "; lacks" };
            let missing = numbers(missing.iter());
            let more = through.map_or(String::new(), |through| format!("; more >{through}"));
            format!("LastVote({number}, >{above}{told}{asked}{missing}{more})")
        }
        Message::BeginBallot {
            number, at, decree, ..
        } => format!("BeginBallot({number}, {at}: {})", letter(decree)),
        Message::Voted { number, at, priest } => format!("Voted({number}, {at}, {priest})"),
        Message::Success { at, decree } => format!("Success({at}: {})", letter(decree)),
        Message::NextPart { number, above, .. } => format!("NextPart({number}, >{above})"),
        Message::Snapshot { law } => format!("Snapshot({})", law.through()),
        Message::Lost { known, .. } => format!("Lost({known})"),
        Message::Largest { number, .. } => format!("Largest({number:?})"),
        Message::Readmit { bound, .. } => format!("Readmit({bound:?})"),
        Message::Readmitted {
            number, through, ..
        } => format!("Readmitted({number}, {through})"),
        Message::Refused { next_bal } => format!("Refused({next_bal})"),
        Message::Present { known, next_bal } => match next_bal {
            Some(next_bal) => format!("Present({known}, {next_bal})"),
            None => format!("Present({known})"),
        },
        Message::Forwarded { request } => format!("Forwarded({})", asked(request.id)),
        Message::Declined { id, why } => format!("Declined({}, {why:?})", asked(*id)),
    }
}

fn print_news(news: &News<Command<char>, Response<char>>) -> String {
    match news {
        News::Law { number, decree, .. } => format!("law {number}: {}", letter(decree)),
        News::Snapshot { through } => format!("snapshot {through}"),
        News::Readmitted => "readmitted".to_owned(),
        News::Answered(answer) => format!("answered {} at {}", asked(answer.id), answer.number),
        News::Declined { id, why } => format!("declined {}: {why:?}", asked(*id)),
    }
}
