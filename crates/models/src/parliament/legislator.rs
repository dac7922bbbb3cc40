//! The legislator who is checked.

use super::setting::{Command, Machine};
use std::collections::VecDeque;
use synod_math::Priest;
use synod_process::{InputOf, OutputsOf, Process};
use synod_protocol::parliament::{self, Chosen, Law, Ledger, Parliament, Request, Shipped, Slip};

type Ships = parliament::Legislator<Machine>;
type Varies = parliament::Legislator<Machine, Chosen>;

/// The very legislator that ships; or one who makes of what §3.1 leaves open what
/// a run spec has chosen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Legislator {
    /// The type that nodes run.
    Ships(Ships),
    /// Another order, or votes that everybody hears of.
    Varies(Varies),
}

/// The same of either.
macro_rules! of_either {
    ($legislator:expr, $either:ident => $does:expr) => {
        match $legislator {
            Self::Ships($either) => $does,
            Self::Varies($either) => $does,
        }
    };
}

impl Legislator {
    /// Who this is.
    pub const fn me(&self) -> Priest {
        of_either!(self, legislator => legislator.me())
    }

    /// The ledger.
    pub const fn ledger(&self) -> &Ledger<Command> {
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

    /// Whether he considers himself president.
    pub const fn is_president(&self) -> bool {
        of_either!(self, legislator => legislator.is_president())
    }

    /// The requests that wait for a place in flight.
    pub const fn waiting(&self) -> &VecDeque<Request<Command>> {
        of_either!(self, legislator => legislator.waiting())
    }
}

impl Process for Legislator {
    type Id = Priest;
    type Settings = Parliament<Chosen>;
    type Ledger = <Ships as Process>::Ledger;
    type Message = <Ships as Process>::Message;
    type Request = <Ships as Process>::Request;
    type Timer = <Ships as Process>::Timer;
    type Record = <Ships as Process>::Record;
    type News = <Ships as Process>::News;
    type Action = <Ships as Process>::Action;
    type Ignored = <Ships as Process>::Ignored;

    fn recover(
        parliament: &Parliament<Chosen>,
        me: Priest,
        ledger: Self::Ledger,
    ) -> (Self, OutputsOf<Self>) {
        if parliament.variant != Chosen::SHIPPED {
            let (legislator, outputs) = Varies::recover(parliament, me, ledger);
            return (Self::Varies(legislator), outputs);
        }
        let shipped = Parliament {
            quorums: parliament.quorums.clone(),
            settings: parliament.settings,
            variant: Shipped,
        };
        let (legislator, outputs) = Ships::recover(&shipped, me, ledger);
        (Self::Ships(legislator), outputs)
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        of_either!(self, legislator => legislator.handle(input))
    }

    fn apply(ledger: &mut Self::Ledger, record: Self::Record) {
        Ships::apply(ledger, record);
    }
}
