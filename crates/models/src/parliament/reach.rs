//! Which partners are required within the bounds of a parliament: those that can happen.
//! A required partner that cannot happen would make a correct parliament fail. Therefore
//! the tests of [`partners`](super::partners) compare each condition with the states that
//! a search reaches, for many bounds.

use super::Candidate;
use crate::bounds::Bounds;
use crate::partners::pairs;
use crate::world::{InSetting, World};
use synod_math::Priest;
use synod_protocol::parliament::{Order, Settings};

/// Decides which partners can happen within the bounds. Each method states the condition
/// for one of them.
pub(super) struct Reach<'w> {
    world: &'w World<Candidate>,
    /// The owners of the ballot numbers, from the smallest number on.
    owners: Vec<Priest>,
}

impl<'w> Reach<'w> {
    pub(super) fn of(world: &'w World<Candidate>) -> Self {
        let bounds = world.bounds();
        Self {
            world,
            owners: bounds.owners().collect(),
        }
    }

    fn bounds(&self) -> &Bounds {
        self.world.bounds()
    }

    /// How many decrees may be in flight.
    fn in_flight(&self) -> usize {
        self.settings().in_flight.min(self.settings().size)
    }

    fn settings(&self) -> &Settings {
        &self.world.setting().settings
    }

    fn crashes(&self) -> bool {
        self.world.crashes() > 0
    }

    /// Whether messages stay in the network when no legislator can use them any more.
    fn keeps_all_messages(&self) -> bool {
        !self.world.reductions().useless_messages
    }

    /// The number of requests that can be passed.
    fn decrees(&self) -> usize {
        let setting = self.world.setting();
        setting.numbers.min(setting.asked.len())
    }

    fn pairs(&self) -> impl Iterator<Item = (Priest, Priest)> {
        pairs(&self.owners)
    }

    /// Whether a president asks others for votes: he does unless he alone is a majority
    /// set. Others then know his proposal before it is passed.
    fn asks_others(&self, p: Priest) -> bool {
        !self.bounds().is_alone(p)
    }

    pub(super) fn two_legislators(&self) -> bool {
        self.bounds().priest_count() > 1
    }

    pub(super) fn two_presidents(&self) -> bool {
        self.pairs().any(|(p, r)| p != r)
    }

    /// Two decrees may be proposed at one number if there are two requests. (The olive day
    /// fills a gap below a request, so that it too needs a second one.) If not, Consistency,
    /// B3 and Theorem 1 hold vacuously, and all laws are prefixes.
    pub(super) fn two_proposals(&self) -> bool {
        self.world.setting().asked.len() > 1
    }

    /// A second request passes if there are two requests, and a number for each.
    pub(super) fn two_decrees(&self) -> bool {
        self.decrees() > 1
    }

    /// All clients are answered if there is a decree number for each of them.
    pub(super) fn all_answers(&self) -> bool {
        self.decrees() == self.world.setting().asked.len()
    }

    /// Two ballots begin at one decree number if one of them is open when the
    /// other begins. The ballots of a president who alone is a majority set succeed at
    /// once, unless he crashes, or has promised a larger number to another president; then
    /// he begins ballots in which he may not vote.
    pub(super) fn two_ballots(&self) -> bool {
        let stays_open = |p, r| self.asks_others(p) || p != r || self.crashes();
        self.pairs().any(|(p, r)| stays_open(p, r))
    }

    /// A vote binds a later ballot if the outcome is not known by then. A legislator who
    /// alone is a majority set knows the outcome as soon as he votes, unless he
    /// crashes, and no later ballot begins without his answer. If a vote
    /// binds a later ballot, both ballots may be successful.
    pub(super) fn a_bound_ballot(&self) -> bool {
        let mut pairs = self.pairs();
        pairs.any(|(p, _)| self.asks_others(p) || self.crashes())
    }

    /// A legislator whom an old president asks for a vote has promised a larger
    /// number. The refusal is useful, and therefore not left out by a reduction, if the
    /// old president can answer it with a still larger number. The promised number is then
    /// another president's, since a refusal with his own number is useless to him.
    pub(super) fn a_late_begin_ballot(&self) -> bool {
        let owners = self.owners.iter().enumerate();
        let mut old = owners.filter(|&(_, &p)| self.asks_others(p));
        old.any(|(place, &p)| {
            let larger = &self.owners[place + 1..];
            if self.keeps_all_messages() {
                return !larger.is_empty();
            }
            let promised = larger.iter().position(|&r| r != p);
            promised.is_some_and(|promised| larger[promised..].contains(&p))
        })
    }

    /// A legislator who has received a decree sends it on. (Once the addressee knows the
    /// decree the message is useless, so a reduction would leave it out.) It is sent
    /// - to a president who asks for a vote, by a legislator who has learnt the decree
    ///   since he voted;
    /// - to a legislator with a higher name who sends Present;
    /// - to a president whose NextBallot says that he is more than a batch
    ///   behind, if it was sent before he passed the decrees.
    pub(super) fn a_legislator_catches_up(&self) -> bool {
        let asks = || self.owners.iter().any(|&p| self.asks_others(p));
        let may_learn = |q: Priest| self.owners.iter().any(|&p| p != q);
        let sends_to_a_higher_name = || {
            let mut learners = self.bounds().priests().filter(|&q| may_learn(q));
            let last = self.bounds().priests().last();
            learners.any(|q| Some(q) != last)
        };
        self.keeps_all_messages()
            && self.two_legislators()
            && (asks() || sends_to_a_higher_name() || self.seems_behind())
    }

    /// Whether a president passes more than a batch of decrees before a legislator
    /// receives an old NextBallot of his that says he has none. Requests to other
    /// legislators reach him only after they have received one NextBallot; then a second
    /// number is needed.
    fn seems_behind(&self) -> bool {
        let setting = self.world.setting();
        let passes = |requests: usize| setting.numbers.min(requests) > self.settings().batch;
        let mut owners = self.owners.iter();
        if self.owners.len() > 1 {
            passes(setting.asked.len())
        } else {
            owners.any(|&p| passes(setting.asked_of(p).count()))
        }
    }

    /// Two decrees are in flight while other legislators are asked for their votes.
    pub(super) fn two_in_flight(&self) -> bool {
        let mut owners = self.owners.iter();
        self.in_flight() > 1 && self.two_decrees() && owners.any(|&p| self.asks_others(p))
    }

    /// A new president r finds a gap below a vote. An old president p proposes at two
    /// numbers. A legislator votes only at the second and reports this vote to r, and no
    /// legislator reports a vote at the first to r. Although p votes at once, r does not
    /// learn of p's vote, for one of two reasons. Either r's quorum is without p; or p
    /// promised r's number before he proposed, so that p could not vote, and the voter is
    /// neither p nor r, who has promised it too.
    pub(super) fn a_gap_is_filled(&self) -> bool {
        let finds_a_gap = |p: Priest, r: Priest| {
            let old = || self.bounds().quorums_of(p);
            let new = || self.bounds().quorums_of(r);
            let mut both = old().flat_map(|old| new().map(move |new| (old, new)));
            both.any(|(old, new)| {
                let mut voters = old.iter().filter(|&q| q != p && new.contains(q));
                voters.any(|q| q != r || !new.contains(p))
            })
        };
        self.in_flight() > 1
            && self.world.setting().variant.order == Order::Any
            && self.two_decrees()
            && self.pairs().any(|(p, r)| p != r && finds_a_gap(p, r))
    }

    /// A Success rides on a BeginBallot if a request waits until a decree is
    /// passed: there are more requests than may be in flight, and one may wait. The
    /// partner needs the votes in the network to see how a legislator learnt a decree; with
    /// the reduction of useless messages they are left out.
    pub(super) fn success_rides_along(&self) -> bool {
        let mut owners = self.owners.iter();
        let waits = self.decrees() > self.in_flight() && self.settings().waiting > 0;
        self.keeps_all_messages() && waits && owners.any(|&p| self.asks_others(p))
    }

    /// An old president proposes a request in vain. A new president, who receives no vote
    /// for it, passes another request at that number and this one at the next.
    pub(super) fn a_request_is_retried(&self) -> bool {
        self.two_presidents() && self.two_decrees()
    }

    /// A president crashes before he sends a decree to the others.
    pub(super) fn a_crash_before_sending(&self) -> bool {
        self.crashes() && self.two_legislators() && !self.world.reductions().weaker_crashes
    }
}
