//! What happens in some state of a parliament: so that no claim is vacuous, and
//! that what §3.1 is about is there.

use super::Candidate;
use super::claims::MaybePartner;
use super::history::has_passed_a_request;
use super::setting::OLIVE;
use crate::basic;
use crate::claim::Partner;
use crate::world::{Site, State, World};
use synod_math::{PriestSet, max_vote_of};
use synod_protocol::parliament::{DecreeNumber, Message, Order, Slip};

type Parliament = World<Candidate>;

/// What the bounds allow to happen.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    priests: usize,
    presidents: usize,
    ballots: usize,
    numbers: usize,
    requests: usize,
    crashes: u8,
    /// Whether some president is no majority set by himself: others see what
    /// he asks for before it is passed.
    asks_others: bool,
    /// Whether one of them owns a number below another.
    may_be_cut_short: bool,
}

impl Bounds {
    pub(super) fn of(world: &Parliament) -> Self {
        let bounds = world.bounds();
        let owners = |p| bounds.ranks().any(|b| bounds.owner(b) == Some(p));
        let below_another = bounds.numbers().len().saturating_sub(1);
        let is_alone = |p| bounds.is_majority(PriestSet::EMPTY.with(p));
        let asks_others = |b| bounds.owner(b).is_some_and(|p| !is_alone(p));
        Self {
            priests: bounds.priest_count(),
            presidents: bounds.priests().filter(|&p| owners(p)).count(),
            ballots: bounds.numbers().len(),
            numbers: world.setting().numbers,
            requests: world.setting().asked.len(),
            crashes: world.crashes(),
            asks_others: bounds.ranks().any(asks_others),
            may_be_cut_short: bounds.ranks().take(below_another).any(asks_others),
        }
    }

    pub(super) const fn two_legislators(self) -> bool {
        self.priests > 1
    }

    pub(super) const fn two_presidents(self) -> bool {
        self.presidents > 1
    }

    /// With one decree number, or one request, no second request passes.
    pub(super) const fn two_decrees(self) -> bool {
        self.numbers > 1 && self.requests > 1
    }

    pub(super) fn ledgers(self) -> Partner<Parliament> {
        if self.two_legislators() {
            two_ledgers()
        } else {
            a_ledger()
        }
    }

    pub(super) fn law_of_two(self) -> Partner<Parliament> {
        if self.two_decrees() {
            a_law_of_two()
        } else {
            a_ledger()
        }
    }

    /// With one ballot number B1–B3 and Theorem 1 say nothing: no partner. Who
    /// is a majority set by himself is done with a number at once, unless he
    /// crashes.
    pub(super) fn with_two_ballots(self, partner: Partner<Parliament>) -> MaybePartner {
        let is_done_at_once = !self.may_be_cut_short && self.crashes == 0;
        (self.ballots > 1 && !is_done_at_once).then_some(partner)
    }

    /// Each number answers one client.
    pub(super) fn answers(self) -> Partner<Parliament> {
        if self.requests > self.numbers {
            an_answer()
        } else {
            all_answers()
        }
    }

    /// Without a second decree there is no order.
    pub(super) fn with_two_numbers(self, partner: Partner<Parliament>) -> MaybePartner {
        self.two_decrees().then_some(partner)
    }
}

/// What else happens, if the bounds allow it.
pub(super) fn others(world: &Parliament) -> Vec<Partner<Parliament>> {
    let has = Bounds::of(world);
    let (settings, reductions) = (&world.setting().settings, world.reductions());
    let all_messages = !reductions.useless_messages;
    let competes = has.two_presidents();
    let many = has.two_decrees();
    let many_at_once = settings.in_flight > 1 && many;
    let out_of_order = settings.order == Order::Any;
    let retries = world.setting().asked.iter().any(|asked| asked.by.len() > 1);
    let outsiders = has.priests > 2;
    let listed = [
        (competes, two_presidents()),
        (competes && outsiders && all_messages, a_late_begin_ballot()),
        (competes && all_messages, a_legislator_catches_up()),
        (many_at_once && has.asks_others, two_in_flight()),
        (
            competes && many_at_once && out_of_order && outsiders && has.may_be_cut_short,
            a_gap_is_filled(),
        ),
        (
            all_messages && settings.in_flight == 1 && many && has.asks_others,
            success_rides_along(),
        ),
        // At two numbers: at the lower one there was another request.
        (competes && retries && many, a_request_is_retried()),
        (
            has.crashes > 0 && has.priests > 1 && !reductions.weaker_crashes,
            a_crash_before_sending(),
        ),
    ];
    let happens = listed.into_iter().filter(|(happens, _)| *happens);
    happens.map(|(_, partner)| partner).collect()
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

/// Some ledger holds a decree.
pub(super) const fn a_ledger() -> Partner<Parliament> {
    Partner {
        name: "a ledger holds a decree",
        happens: |world, state| {
            let mut sites = world.sites(state);
            sites.any(|site| !site.ledger.decrees.is_empty())
        },
    }
}

const fn two_ledgers() -> Partner<Parliament> {
    Partner {
        name: "two ledgers hold a decree",
        happens: |world, state| {
            let sites = world.sites(state);
            sites.filter(|site| !site.ledger.decrees.is_empty()).count() > 1
        },
    }
}

const fn a_law_of_two() -> Partner<Parliament> {
    Partner {
        name: "two decrees are law",
        happens: |world, state| longest_law(world, state).0 > 1,
    }
}

/// Some ballot begins.
pub(super) const fn a_ballot() -> Partner<Parliament> {
    Partner {
        name: "a ballot begins",
        happens: |world, state| {
            let mut all = instances(world, state);
            all.any(|instance| instance.ballots.iter().next().is_some())
        },
    }
}

/// Two ballots begin at one number.
pub(super) const fn two_ballots() -> Partner<Parliament> {
    Partner {
        name: "two ballots begin at one number",
        happens: |world, state| {
            let mut all = instances(world, state);
            all.any(|instance| instance.ballots.iter().nth(1).is_some())
        },
    }
}

/// B3 asks for something.
pub(super) const fn a_bound_ballot() -> Partner<Parliament> {
    Partner {
        name: "an earlier vote binds a ballot",
        happens: |world, state| {
            instances(world, state).any(|instance| {
                let ballots = instance.ballots.unpack(world.bounds());
                ballots.iter().any(|ballot| {
                    max_vote_of(Some(ballot.number()), ballot.quorum(), &ballots)
                        .is_some_and(|vote| vote.cast.is_some())
                })
            })
        },
    }
}

/// Some legislator votes.
pub(super) const fn a_vote() -> Partner<Parliament> {
    Partner {
        name: "a legislator votes",
        happens: |world, state| {
            let mut ballots = instances(world, state).flat_map(|instance| instance.ballots.iter());
            ballots.any(|(_, voters)| !voters.is_empty())
        },
    }
}

/// Some ballot is successful.
pub(super) const fn a_success() -> Partner<Parliament> {
    Partner {
        name: "a decree is passed",
        happens: |world, state| {
            let mut all = instances(world, state);
            all.any(|instance| instance.ballots.successful().next().is_some())
        },
    }
}

/// Two ballots at one number are successful.
pub(super) const fn two_successes() -> Partner<Parliament> {
    Partner {
        name: "two ballots at one number are successful",
        happens: |world, state| {
            let mut all = instances(world, state);
            all.any(|instance| instance.ballots.successful().nth(1).is_some())
        },
    }
}

/// Requests are passed at two numbers.
pub(super) const fn two_requests_pass() -> Partner<Parliament> {
    Partner {
        name: "requests are passed at two numbers",
        happens: |world, state| {
            let all = instances(world, state);
            all.filter(|instance| has_passed_a_request(instance))
                .count()
                > 1
        },
    }
}

const fn an_answer() -> Partner<Parliament> {
    Partner {
        name: "a client is answered",
        happens: |world, state| answers(world, state).any(|is_answered| is_answered),
    }
}

const fn all_answers() -> Partner<Parliament> {
    Partner {
        name: "all clients are answered",
        happens: |world, state| answers(world, state).all(|is_answered| is_answered),
    }
}

/// He considers himself president, and a majority set has answered.
pub(super) fn presides(process: &Candidate) -> bool {
    let shipped = process.shipped();
    shipped.is_president() && matches!(shipped.slip(), Slip::Presiding(_))
}

/// Of each request, whether its client is answered.
fn answers(world: &Parliament, state: &State) -> impl Iterator<Item = bool> {
    let clients = &world.history(state).clients;
    let all = 0..world.setting().asked.len();
    all.map(|position| clients.call(position).response.is_some())
}

const fn two_presidents() -> Partner<Parliament> {
    Partner {
        name: "two presidents compete",
        happens: |world, state| {
            let presides = |site: &&Site<Candidate>| presides(&site.process);
            world.sites(state).filter(presides).count() > 1
        },
    }
}

const fn a_late_begin_ballot() -> Partner<Parliament> {
    Partner {
        name: "an old president's late BeginBallot is refused",
        happens: |world, state| {
            world.network(state).any(|envelope| {
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
        },
    }
}

const fn a_legislator_catches_up() -> Partner<Parliament> {
    Partner {
        name: "a legislator catches up",
        // He has a decree from one who was not its president: who was told
        // himself, and tells who lacks it.
        happens: |world, state| {
            world.network(state).any(|envelope| {
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
        },
    }
}

const fn two_in_flight() -> Partner<Parliament> {
    Partner {
        name: "two decrees are in flight at once",
        happens: |world, state| {
            let mut sites = world.sites(state);
            sites.any(|site| match site.process.shipped().slip() {
                Slip::Presiding(office) => office.polls.len() > 1,
                Slip::Idle | Slip::Trying { .. } => false,
            })
        },
    }
}

const fn a_gap_is_filled() -> Partner<Parliament> {
    Partner {
        name: "a gap is filled with the olive day",
        happens: |world, state| {
            let passed = |instance: &basic::State| {
                let mut passed = instance.ballots.successful();
                passed.any(|key| key.decree == OLIVE)
            };
            instances(world, state).any(passed) && longest_law(world, state).0 > 1
        },
    }
}

const fn success_rides_along() -> Partner<Parliament> {
    Partner {
        name: "a Success rides on a BeginBallot",
        happens: |world, state| {
            world.network(state).any(|envelope| match envelope.message {
                Message::BeginBallot { number, at, passed, .. } => {
                    // He has voted there, and knows by that message alone.
                    let site = world.site(state, envelope.to);
                    let told = world.network(state).any(|other| {
                        other.to == envelope.to
                            && matches!(other.message, Message::Success { at, .. } if at <= passed)
                    });
                    let has_voted = world.sent(state, envelope.to).any(|sent| {
                        matches!(sent.message, Message::Voted { number: of, at: of_at, .. } if of == number && of_at < at)
                    });
                    passed.0 > 0 && has_voted && !told && site.ledger.known() >= passed
                }
                _ => false,
            })
        },
    }
}

const fn a_request_is_retried() -> Partner<Parliament> {
    Partner {
        name: "a request is retried with another president, and passed once",
        happens: |world, state| {
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
        },
    }
}

const fn a_crash_before_sending() -> Partner<Parliament> {
    Partner {
        name: "a legislator crashes between recording and sending, and a decree passes",
        happens: |world, state| {
            let mut sites = world.sites(state);
            world.history(state).crashed_before_sending
                && sites.any(|site| !site.ledger.decrees.is_empty())
        },
    }
}
