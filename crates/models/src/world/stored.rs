//! The states of a world as bytes: the numbers in them, and beside them what
//! the numbers stand for.
//!
//! Of a site there is written how it came about, not what it is: from which
//! site, by what. Reading runs the shipped code again; a digest shows whether
//! it still does the same.
//!
//! Numbers are one process's own. Who reads another's keeps a dictionary: for
//! each table its own number in place of each of theirs, in their order.

use super::network::SentId;
use super::steps::{HistoryId, SiteId, digest};
use super::{Envelope, Event, InputOf, Process, State, World};
use crate::bounds::MAX_PRIESTS;
use crate::bytes::{Bytes, fields_as_bytes};
use std::ops::Range;
use synod_math::Priest;
use synod_vocabulary::Stored;

fields_as_bytes!(SiteId { 0 });
fields_as_bytes!(SentId { 0 });
fields_as_bytes!(HistoryId { 0 });

/// How a site came about, `I` being the type of inputs.
pub(super) enum Origin<I> {
    /// From nothing.
    Nothing,
    /// From the site of the priest that was, by this.
    Step(SiteId, Event<I>),
}

impl<I: Bytes> Bytes for Origin<I> {
    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Nothing => 0_u8.write(bytes),
            Self::Step(from, event) => {
                (1_u8, *from).write(bytes);
                event.write(bytes);
            }
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some(match u8::read(bytes)? {
            0 => Self::Nothing,
            1 => Self::Step(Bytes::read(bytes)?, Bytes::read(bytes)?),
            _ => return None,
        })
    }
}

impl<M: Bytes> Bytes for Envelope<M> {
    fn write(&self, bytes: &mut Vec<u8>) {
        (self.to, self.from).write(bytes);
        self.message.write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let (to, from) = Bytes::read(bytes)?;
        let message = M::read(bytes)?;
        Some(Self { to, from, message })
    }
}

impl<I: Bytes> Bytes for Event<I> {
    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Handle(p, input) => {
                (0_u8, *p).write(bytes);
                input.write(bytes);
            }
            Self::CrashAfter(cut, p, input) => {
                (1_u8, *p).write(bytes);
                (*cut as u32).write(bytes);
                input.write(bytes);
            }
            Self::Crash(p) => (2_u8, *p).write(bytes),
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let (kind, p) = <(u8, Priest)>::read(bytes)?;
        Some(match kind {
            0 => Self::Handle(p, Bytes::read(bytes)?),
            1 => {
                let cut = u32::read(bytes)? as usize;
                Self::CrashAfter(cut, p, Bytes::read(bytes)?)
            }
            2 => Self::Crash(p),
            _ => return None,
        })
    }
}

/// What states hold numbers of. Histories hold numbers of parts themselves.
#[derive(Clone, Copy)]
enum Table {
    Sites,
    Sets,
    Parts,
    Histories,
}

/// How many tables there are.
const TABLES: usize = 4;

impl Table {
    /// Another's number of this table, as the dictionary has it.
    fn own(self, dictionary: &[Vec<u32>], number: u32) -> Option<u32> {
        let table = dictionary.get(self as usize)?;
        table.get(number as usize).copied()
    }
}

impl<P: Process> Stored for World<P> {
    fn write_state(&self, state: &State, bytes: &mut Vec<u8>) {
        for p in self.bounds.priests() {
            state.sites[p.index()].write(bytes);
            state.sent[p.index()].write(bytes);
        }
        state.history.write(bytes);
        state.crashes_left.write(bytes);
    }

    fn read_state(&self, dictionary: &[Vec<u32>], bytes: &mut &[u8]) -> Option<State> {
        self.read_numbers(bytes, |table, number| table.own(dictionary, number))
    }

    fn read_own_state(&self, bytes: &mut &[u8]) -> Option<State> {
        let has = |table, number| match table {
            Table::Sites => self.known.has_site(SiteId(number)),
            Table::Sets => self.known.messages.has(SentId(number)),
            Table::Parts => false, // No state has any.
            Table::Histories => self.known.has_history(HistoryId(number)),
        };
        self.read_numbers(bytes, |table, number| has(table, number).then_some(number))
    }

    fn write_context(&self, told: &mut Vec<u64>, bytes: &mut Vec<u8>) {
        let new = self.since(told);
        if new.iter().all(Range::is_empty) {
            return;
        }
        *told = new.iter().map(|numbers| numbers.end.into()).collect();
        let mut portion = Vec::new();
        self.write_portion(new, &mut portion);
        (portion.len() as u64, digest(&portion)).write(bytes);
        bytes.extend(portion);
    }

    fn read_context(&self, dictionary: &mut Vec<Vec<u32>>, mut bytes: &[u8]) -> bool {
        if dictionary.is_empty() {
            dictionary.resize_with(TABLES, Vec::new);
        }
        let Ok(tables) = <&mut [_; TABLES]>::try_from(&mut dictionary[..]) else {
            return false;
        };
        // What was told one after the other may come together.
        while !bytes.is_empty() {
            let portion = portion(&mut bytes);
            if portion.and_then(|portion| self.take_in(tables, portion)) != Some(()) {
                return false;
            }
        }
        true
    }
}

/// Takes what was told at once off the front, if it is as it was written: the
/// shipped code is to see nothing else.
fn portion<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, written) = <(u64, u128)>::read(bytes)?;
    let (portion, rest) = bytes.split_at_checked(usize::try_from(length).ok()?)?;
    *bytes = rest;
    (digest(&portion) == written).then_some(portion)
}

/// Appends which numbers follow: who did not hear all that comes before
/// notices.
fn start(numbers: &Range<u32>, bytes: &mut Vec<u8>) {
    (numbers.start, numbers.end).write(bytes);
}

/// Takes one table off the front, number by number, and keeps what each is
/// here. `read` is given what those before it are.
fn hear(
    table: &mut Vec<u32>,
    bytes: &mut &[u8],
    mut read: impl FnMut(&[u32], &mut &[u8]) -> Option<u32>,
) -> Option<()> {
    let (start, end) = <(u32, u32)>::read(bytes)?;
    if start as usize != table.len() {
        return None;
    }
    for _ in start..end {
        table.push(read(table, bytes)?);
    }
    Some(())
}

impl<P: Process> World<P> {
    /// The numbers by table that were not told, in the order of [`Table`].
    ///
    /// Threads go on giving numbers meanwhile. Still none of these refers to a
    /// number beyond the others: a site comes about from one with a lower
    /// number, and a history's parts had their numbers before it got its own,
    /// so they are asked for after it. Messages are written out.
    fn since(&self, told: &[u64]) -> [Range<u32>; TABLES] {
        let told = |table: Table| told.get(table as usize).map_or(0, |&count| count as u32);
        let histories = self.known.histories_since(told(Table::Histories));
        [
            self.known.sites_since(told(Table::Sites)),
            self.known.messages.since(told(Table::Sets)),
            P::parts_since(&self.setting, told(Table::Parts)),
            histories,
        ]
    }

    /// Appends what these numbers stand for.
    fn write_portion(&self, numbers: [Range<u32>; TABLES], bytes: &mut Vec<u8>) {
        let [sites, sets, parts, histories] = numbers;
        start(&sites, bytes);
        for id in sites.map(SiteId) {
            let facts = self.known.facts(id);
            facts.me.write(bytes);
            facts.origin.write(bytes);
            facts.digest.write(bytes);
        }
        start(&sets, bytes);
        for id in sets.map(SentId) {
            let sent: Vec<_> = self.known.messages.iter(id).cloned().collect();
            sent.write(bytes);
        }
        start(&parts, bytes);
        for part in parts {
            P::write_part(&self.setting, part, bytes);
        }
        start(&histories, bytes);
        for id in histories.map(HistoryId) {
            self.known.history(id).write(bytes);
        }
    }

    /// Takes a state off the front, its numbers made this world's own.
    fn read_numbers(
        &self,
        bytes: &mut &[u8],
        own: impl Fn(Table, u32) -> Option<u32>,
    ) -> Option<State> {
        let mut number = |table| own(table, u32::read(bytes)?);
        let mut sent = [SentId::default(); MAX_PRIESTS];
        let mut sites = [SiteId::default(); MAX_PRIESTS];
        for p in self.bounds.priests() {
            sites[p.index()] = SiteId(number(Table::Sites)?);
            sent[p.index()] = SentId(number(Table::Sets)?);
        }
        let history = HistoryId(number(Table::Histories)?);
        let crashes_left = u8::read(bytes)?;
        Some(self.state(sites, sent, history, crashes_left))
    }

    /// Makes the sites, sets and histories anew that were told at once, in
    /// their order, or finds that they are there.
    fn take_in(
        &self,
        [sites, sets, parts, histories]: &mut [Vec<u32>; TABLES],
        mut portion: &[u8],
    ) -> Option<()> {
        let bytes = &mut portion;
        hear(sites, bytes, |sites, bytes| self.relive(sites, bytes))?;
        hear(sets, bytes, |_, bytes| {
            Some(self.intern_sent(Bytes::read(bytes)?).0)
        })?;
        hear(parts, bytes, |_, bytes| P::read_part(&self.setting, bytes))?;
        hear(histories, bytes, |_, bytes| {
            let history = P::with_parts(Bytes::read(bytes)?, parts)?;
            Some(self.intern_history(history).0)
        })?;
        bytes.is_empty().then_some(())
    }

    /// Makes a site anew from one of those before it; its number here.
    fn relive(&self, before: &[u32], bytes: &mut &[u8]) -> Option<u32> {
        let me = Priest::read(bytes).filter(|me| self.bounds.all_priests().contains(*me))?;
        let origin = match Origin::<InputOf<P>>::read(bytes)? {
            Origin::Nothing => Origin::Nothing,
            Origin::Step(from, event) => Origin::Step(SiteId(*before.get(from.0 as usize)?), event),
        };
        let site = match &origin {
            Origin::Nothing => self.begin(me),
            Origin::Step(from, event) => self.after(*from, event).0,
        };
        let is_the_same = digest(&site) == u128::read(bytes)?;
        is_the_same.then(|| self.intern_site(me, site, origin).0)
    }
}
