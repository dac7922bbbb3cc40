//! The legislator that is checked: the shipped one, or a variant of it.

use super::setting::{Command, Machine};
use super::synced::{Synced, votes_when_they_count};
use std::collections::VecDeque;
use synod_math::Priest;
use synod_process::{InputOf, OutputsOf, Process};
use synod_protocol::parliament::{self, Chosen, Law, Ledger, Parliament, Request, Shipped, Slip};

type ShippedLegislator = parliament::Legislator<Machine>;
type VariantLegislator = parliament::Legislator<Machine, Chosen>;

/// The shipped legislator, or a variant. §3.1 leaves open in which order legislators vote
/// and to whom they send Voted; in a variant a run spec has chosen these. It is the
/// process in [`Candidate`](super::Candidate).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Legislator {
    /// The type that nodes run.
    Shipped(ShippedLegislator),
    /// The same, whose driver makes votes durable as late as possible.
    VotesWhenTheyCount(ShippedLegislator),
    /// A legislator with another order of votes, or with Voted sent to all legislators.
    Variant(VariantLegislator),
}

/// The same expression for either variant.
macro_rules! of_either {
    ($legislator:expr, $either:ident => $does:expr) => {
        match $legislator {
            Self::Shipped($either) | Self::VotesWhenTheyCount($either) => $does,
            Self::Variant($either) => $does,
        }
    };
}

impl Legislator {
    /// The legislator's name.
    pub const fn me(&self) -> Priest {
        of_either!(self, legislator => legislator.me())
    }

    /// The ledger.
    pub const fn ledger(&self) -> &Ledger<Machine> {
        of_either!(self, legislator => legislator.ledger())
    }

    /// The slip.
    pub const fn slip(&self) -> &Slip<Command> {
        of_either!(self, legislator => legislator.slip())
    }

    /// The law as this legislator knows it.
    pub const fn law(&self) -> &Law<Machine> {
        of_either!(self, legislator => legislator.law())
    }

    /// Whether he has lost his ledger.
    pub const fn is_learner(&self) -> bool {
        of_either!(self, legislator => legislator.is_learner())
    }

    /// The snapshot that is not durable yet.
    pub const fn pending_snapshot(&self) -> Option<&Law<Machine>> {
        of_either!(self, legislator => legislator.pending_snapshot())
    }

    /// Whether he considers himself president.
    pub const fn is_president(&self) -> bool {
        of_either!(self, legislator => legislator.is_president())
    }

    /// The requests that wait until fewer decrees are in flight.
    pub const fn waiting(&self) -> &VecDeque<Request<Command>> {
        of_either!(self, legislator => legislator.waiting())
    }
}

impl Process for Legislator {
    type Id = Priest;
    type Settings = (Parliament<Chosen>, Synced);
    type Ledger = <ShippedLegislator as Process>::Ledger;
    type Message = <ShippedLegislator as Process>::Message;
    type Request = <ShippedLegislator as Process>::Request;
    type Timer = <ShippedLegislator as Process>::Timer;
    type Record = <ShippedLegislator as Process>::Record;
    type News = <ShippedLegislator as Process>::News;
    type Action = <ShippedLegislator as Process>::Action;
    type Ignored = <ShippedLegislator as Process>::Ignored;

    fn recover(
        (parliament, synced): &Self::Settings,
        me: Priest,
        ledger: Self::Ledger,
    ) -> (Self, OutputsOf<Self>) {
        if parliament.variant != Chosen::SHIPPED {
            let (legislator, outputs) = VariantLegislator::recover(parliament, me, ledger);
            return (Self::Variant(legislator), outputs);
        }
        let shipped = Parliament {
            quorums: parliament.quorums.clone(),
            settings: parliament.settings,
            variant: Shipped,
        };
        let (legislator, outputs) = ShippedLegislator::recover(&shipped, me, ledger);
        let legislator = if *synced == Synced::VotesWhenTheyCount {
            Self::VotesWhenTheyCount(legislator)
        } else {
            Self::Shipped(legislator)
        };
        (legislator, outputs)
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        let outputs = of_either!(self, legislator => legislator.handle(input));
        match self {
            Self::VotesWhenTheyCount(_) => votes_when_they_count(outputs, self.ledger().next_bal),
            Self::Shipped(_) | Self::Variant(_) => outputs,
        }
    }

    fn apply(ledger: &mut Self::Ledger, record: Self::Record) {
        ShippedLegislator::apply(ledger, record);
    }
}
