//! What the bounds of a parliament let happen: which partners are asked for.
//! A partner that is asked for and cannot happen makes a good parliament fail;
//! so each condition is compared with what a search reaches, over many bounds,
//! in the tests of [`partners`](super::partners).

use super::Candidate;
use crate::bounds::Bounds;
use crate::partners::pairs;
use crate::world::{InSetting, World};
use synod_math::Priest;
use synod_protocol::parliament::{Order, Settings};

/// What the bounds let happen.
pub(super) struct Reach<'w> {
    world: &'w World<Candidate>,
    /// The owners of the ballot numbers that may be tried, from the smallest
    /// number on.
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

    fn settings(&self) -> &Settings {
        &self.world.setting().settings
    }

    fn crashes(&self) -> bool {
        self.world.crashes() > 0
    }

    /// Whether messages stay in the network when nobody can use them any more.
    fn keeps_all_messages(&self) -> bool {
        !self.world.reductions().useless_messages
    }

    /// How many requests can be passed.
    fn decrees(&self) -> usize {
        let setting = self.world.setting();
        setting.numbers.min(setting.asked.len())
    }

    fn pairs(&self) -> impl Iterator<Item = (Priest, Priest)> {
        pairs(&self.owners)
    }

    /// A president who is no majority set by himself asks others for votes: they
    /// see what he proposes before it is passed.
    fn asks_others(&self, p: Priest) -> bool {
        !self.bounds().is_alone(p)
    }

    pub(super) fn two_legislators(&self) -> bool {
        self.bounds().priest_count() > 1
    }

    pub(super) fn two_presidents(&self) -> bool {
        self.pairs().any(|(p, r)| p != r)
    }

    /// A second request passes if there are two requests, and a number for each.
    pub(super) fn two_decrees(&self) -> bool {
        self.decrees() > 1
    }

    /// A decree number answers one client: there must be enough.
    pub(super) fn all_answers(&self) -> bool {
        self.decrees() == self.world.setting().asked.len()
    }

    /// Two ballots begin at one decree number if one of them is open when the
    /// other begins. The ballots of a president who is a majority set by himself
    /// are over at once, unless he crashes, or has promised a larger number to
    /// another: then he begins ballots in which he may not vote.
    pub(super) fn two_ballots(&self) -> bool {
        let stays_open = |p, r| self.asks_others(p) || p != r || self.crashes();
        self.pairs().any(|(p, r)| stays_open(p, r))
    }

    /// A vote binds a later ballot if its outcome is not known by then. Who is a
    /// majority set by himself knows the outcome as soon as he votes, unless he
    /// crashes; and no later ballot begins without his answer. Where a vote
    /// binds a later ballot, both may be successful.
    pub(super) fn a_bound_ballot(&self) -> bool {
        let mut pairs = self.pairs();
        pairs.any(|(p, _)| self.asks_others(p) || self.crashes())
    }

    /// Somebody whom an old president asks for a vote has promised a larger
    /// number. A refusal is of use, and not left out, if the old president can
    /// still answer it with a number that is larger yet: then it is another's
    /// number that was promised, since his own is no news to him.
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

    /// Somebody who was told a decree sends it on; that the addressee knows it
    /// by now makes the message useless. It is sent
    /// - to a president who asks for a vote, by whoever has heard of the decree
    ///   since he voted;
    /// - to a legislator with a higher name who says that he is present;
    /// - to a president whose NextBallot says that he is more than a batch
    ///   behind: it was sent before he passed the decrees.
    pub(super) fn a_legislator_catches_up(&self) -> bool {
        let asks = || self.owners.iter().any(|&p| self.asks_others(p));
        let is_told = |q: Priest| self.owners.iter().any(|&p| p != q);
        let tells_a_higher_name = || {
            let mut told = self.bounds().priests().filter(|&q| is_told(q));
            let last = self.bounds().priests().last();
            told.any(|q| Some(q) != last)
        };
        self.keeps_all_messages()
            && self.two_legislators()
            && (asks() || tells_a_higher_name() || self.seems_behind())
    }

    /// Whether a president passes more than a batch of decrees before somebody
    /// receives a NextBallot of his that says he has none. Requests that others
    /// are asked for come to him only after their promise: then it takes another
    /// NextBallot.
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

    /// Decrees are in flight while others are asked for their votes.
    pub(super) fn two_in_flight(&self) -> bool {
        let mut owners = self.owners.iter();
        self.settings().in_flight > 1 && self.two_decrees() && owners.any(|&p| self.asks_others(p))
    }

    /// An old president p proposes at two numbers. Somebody votes at the second
    /// alone, and tells a new president r of it, to whom nobody tells of a vote
    /// at the first. That p himself does not, who votes at once, is because r
    /// does without his answer, or because he has promised r's number before he
    /// proposes: then the voter is neither p nor r, who has promised it too.
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
        self.settings().in_flight > 1
            && self.world.setting().variant.order == Order::Any
            && self.two_decrees()
            && self.pairs().any(|(p, r)| p != r && finds_a_gap(p, r))
    }

    /// A Success rides on a BeginBallot if a request waits until a decree is
    /// passed: there are more than may be in flight, and one may wait. If a
    /// message is left out once nobody can use it any more, so are the votes by
    /// which one sees how somebody learnt a decree.
    pub(super) fn success_rides_along(&self) -> bool {
        let mut owners = self.owners.iter();
        let waits = self.decrees() > self.settings().in_flight && self.settings().waiting > 0;
        self.keeps_all_messages() && waits && owners.any(|&p| self.asks_others(p))
    }

    /// An old president proposes a request in vain; a new one, who hears of no
    /// vote for it, passes another request at that number and this one at the
    /// next.
    pub(super) fn a_request_is_retried(&self) -> bool {
        self.two_presidents() && self.two_decrees()
    }

    /// A president crashes before he tells the others of a decree.
    pub(super) fn a_crash_before_sending(&self) -> bool {
        self.crashes() && self.two_legislators() && !self.world.reductions().weaker_crashes
    }
}
