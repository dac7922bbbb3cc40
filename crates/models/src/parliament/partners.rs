//! The partners of a parliament: events that happen in some state. They show that no
//! claim is vacuous, and that the situations of §3.1 are reached.

use super::Candidate;
use super::history::has_passed_a_request;
use super::reach::Reach;
use super::setting::OLIVE;
use crate::basic::{self, Basic};
use crate::partners::{either, other_partners};
use crate::view::{Synod, View};
use crate::world::{InSetting, Site, State, World};
use synod_paper::partners as paper;
use synod_protocol::parliament::{DecreeNumber, Message};
use synod_vocabulary::{Partner, partners};

type Parliament = World<Candidate>;

/// Every partner that is impossible within some bounds, except those that are required
/// only if another is impossible. Tests use the list to show that a partner is required
/// exactly where it happens.
pub fn conditional_partners() -> Vec<Partner<Parliament>> {
    let mut all = vec![
        two_ledgers(),
        a_law_of_two(),
        two_ballots(),
        a_bound_ballot(),
        two_successes(),
        two_requests_pass(),
    ];
    all.extend(OTHERS.iter().map(|(_, partner)| *partner));
    all
}

partners! {
    Parliament;
    /// Some ledger holds a decree.
    pub(super) a_ledger: "a ledger holds a decree", |world, state| {
        let mut sites = world.sites(state);
        sites.any(|site| !site.ledger.decrees.is_empty())
    };
    pub(super) two_ledgers: "two ledgers hold a decree", |world, state| {
        let sites = world.sites(state);
        sites.filter(|site| !site.ledger.decrees.is_empty()).count() > 1
    };
    pub(super) a_law_of_two: "two decrees are law", |world, state| longest_law(world, state).0 > 1;
    /// Some ballot begins.
    pub(super) a_ballot: "a ballot begins",
        |world, state| somewhere(world, state, |v| paper::ballots_begin(v, 1));
    /// Two ballots begin at one number.
    pub(super) two_ballots: "two ballots begin at one number",
        |world, state| somewhere(world, state, |v| paper::ballots_begin(v, 2));
    /// B3 restricts a ballot.
    pub(super) a_bound_ballot: "an earlier vote binds a ballot",
        |world, state| somewhere(world, state, |v| paper::a_bound_ballot(v));
    /// Some legislator votes.
    pub(super) a_vote: "a legislator votes",
        |world, state| somewhere(world, state, |v| paper::a_vote(v));
    /// Some ballot is successful.
    pub(super) a_success: "a decree is passed",
        |world, state| somewhere(world, state, |v| paper::ballots_succeed(v, 1));
    /// Two ballots at one number are successful.
    pub(super) two_successes: "two ballots at one number are successful",
        |world, state| somewhere(world, state, |v| paper::ballots_succeed(v, 2));
    /// Requests are passed at two numbers.
    pub(super) two_requests_pass: "requests are passed at two numbers", |world, state| {
        let all = instances(world, state);
        all.filter(|instance| has_passed_a_request(instance))
            .count()
            > 1
    };
    /// A snapshot is on its way to a legislator who lacks its decrees.
    pub(super) a_snapshot_is_needed: "a snapshot goes to a legislator who lacks its decrees",
        |world, state| world.messages(state).any(|envelope| match &envelope.message {
            Message::Snapshot { law } => {
                law.through() > world.site(state, envelope.to).process.law().through
            }
            _ => false,
        });
    pub(super) an_answer: "a client is answered",
        |world, state| answers(world, state).any(|is_answered| is_answered);
    pub(super) all_answers: "all clients are answered",
        |world, state| answers(world, state).all(|is_answered| is_answered);
}

/// The partner of the claims that compare ledgers.
pub(super) fn ledgers(reach: &Reach<'_>) -> Partner<Parliament> {
    either(reach.two_legislators(), two_ledgers(), a_ledger())
}

/// The partners that belong to no claim and are required within the bounds of this world. If
/// there is one request, these are also the partners of the claims that hold vacuously.
pub(super) fn others(world: &Parliament) -> Vec<Partner<Parliament>> {
    let reach = Reach::of(world);
    let mut others = Vec::new();
    if !reach.two_proposals() {
        others.push(ledgers(&reach));
        if reach.a_bound_ballot() {
            others.extend([a_bound_ballot(), two_successes()]);
        }
    }
    others.extend(required(world));
    others
}

other_partners! {
    two_presidents: "two presidents compete", |world, state| {
        let presides = |site: &&Site<Candidate>| presides(&site.process);
        world.sites(state).filter(presides).count() > 1
    };
    a_late_begin_ballot: "an old president's late BeginBallot is refused", |world, state| {
        world.messages(state).any(|envelope| {
            let Message::BeginBallot { number, at, .. } = &envelope.message else {
                return false;
            };
            let sent = || world.sent(state, envelope.to);
            let refuses = sent().any(|answer| {
                let is_refusal = matches!(
                    &answer.message,
                    Message::Refused { next_bal } if next_bal > number
                );
                is_refusal && answer.to == envelope.from
            });
            let has_voted = sent().any(|answer| {
                matches!(
                    &answer.message,
                    Message::Voted { number: of, at: of_at, .. } if of == number && of_at == at
                )
            });
            refuses && !has_voted
        })
    };
    // He has a decree from a legislator who was not its president, but who had received
    // it and sent it on to one that lacked it.
    a_legislator_catches_up: "a legislator catches up", |world, state| {
        world.messages(state).any(|envelope| {
            let Message::Success { at, decree } = &envelope.message else {
                return false;
            };
            let passed_by_sender = || {
                let history = world.history(state);
                let instance = world.setting().instance(history, at.0 as usize);
                let mut passed = instance.ballots.successful();
                passed.any(|key| world.bounds().owner(key.number) == Some(envelope.from))
            };
            let knows = world.site(state, envelope.to).ledger.decrees.get(at);
            knows == Some(decree) && !passed_by_sender()
        })
    };
    two_in_flight: "two decrees are in flight at once", |world, state| {
        let mut sites = world.sites(state);
        sites.any(|site| {
            let office = site.process.shipped().slip().presiding();
            office.is_some_and(|office| office.polls.len() > 1)
        })
    };
    a_gap_is_filled: "a gap is filled with the olive day", |world, state| {
        let passed = |instance: &basic::State| {
            let mut passed = instance.ballots.successful();
            passed.any(|key| key.decree == OLIVE)
        };
        instances(world, state).any(passed) && longest_law(world, state).0 > 1
    };
    success_rides_along: "a Success rides on a BeginBallot", |world, state| {
        world.messages(state).any(|envelope| match envelope.message {
            Message::BeginBallot { number, passed, .. } => {
                // He has voted for the passed decrees, and no Success has reported them.
                let site = world.site(state, envelope.to);
                let has_success = world.messages(state).any(|other| {
                    other.to == envelope.to
                        && matches!(other.message, Message::Success { at, .. } if at <= passed)
                });
                let has_voted = world.sent(state, envelope.to).any(|sent| {
                    matches!(sent.message, Message::Voted { number: of, at: of_at, .. } if of == number && of_at <= passed)
                });
                has_voted && !has_success && site.ledger.known() >= passed
            }
            _ => false,
        })
    };
    a_request_is_retried: "a request is retried with another president, and passed once", |world, state| {
        let requests = (0..world.setting().asked.len()).map(|position| position as u8 + 2);
        requests.into_iter().any(|decree| {
            let ballots = |instance: &basic::State| {
                let ballots = instance.ballots.iter().map(|(key, _)| key);
                let of_request = ballots.filter(|key| key.decree.0 == decree);
                of_request.map(|key| key.number).collect::<Vec<_>>()
            };
            let numbers = instances(world, state).map(ballots);
            let taken_on = numbers.filter(|ballots| !ballots.is_empty()).count();
            let passed = instances(world, state).filter(|instance| {
                let mut passed = instance.ballots.successful();
                passed.any(|key| key.decree.0 == decree)
            });
            taken_on > 1 && passed.count() == 1
        })
    };
    a_crash_before_sending: "a legislator crashes between recording and sending, and a decree passes", |world, state| {
        let mut sites = world.sites(state);
        world.history(state).past.crashed_before_sending
            && sites.any(|site| !site.ledger.decrees.is_empty())
    };
}

fn instances<'a>(world: &'a Parliament, state: &State) -> impl Iterator<Item = &'a basic::State> {
    let history = world.history(state);
    let numbers = world.setting().decree_numbers();
    numbers.map(|number| world.setting().instance(history, number))
}

fn longest_law(world: &Parliament, state: &State) -> DecreeNumber {
    let laws = world.sites(state).map(|site| site.process.law().through);
    laws.max().unwrap_or_default()
}

/// Whether the event happens at some decree number.
fn somewhere(
    world: &Parliament,
    state: &State,
    happens: impl Fn(&View<'_, Basic>) -> bool,
) -> bool {
    let basic = &world.setting().basic;
    instances(world, state).any(|instance| happens(&basic.view(instance)))
}

/// Whether a legislator considers himself president, and a majority set has answered.
pub(super) fn presides(process: &Candidate) -> bool {
    let shipped = process.shipped();
    shipped.is_president() && shipped.slip().presiding().is_some()
}

/// For each request, whether its client is answered.
fn answers(world: &Parliament, state: &State) -> impl Iterator<Item = bool> {
    let clients = &world.history(state).clients;
    let all = 0..world.setting().asked.len();
    all.map(|position| clients.call(position).response.is_some())
}
