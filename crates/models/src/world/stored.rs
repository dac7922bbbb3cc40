//! The states of a world as bytes: the numbers in them, and beside them what
//! the numbers stand for.
//!
//! Of a site there is written how it came about, not what it is: from which
//! site, by what. Reading runs the shipped code again; a digest shows whether
//! it still does the same.

use super::network::SentId;
use super::steps::{HistoryId, SiteId};
use super::{Envelope, Event, InputOf, Process, State, World};
use crate::bounds::MAX_PRIESTS;
use crate::bytes::{Bytes, Stored, fields_as_bytes};
use synod_math::Priest;

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

impl<P: Process> Stored for World<P> {
    fn write_state(&self, state: &State, bytes: &mut Vec<u8>) {
        for p in self.bounds.priests() {
            state.sites[p.index()].write(bytes);
            state.sent[p.index()].write(bytes);
        }
        state.history.write(bytes);
        state.crashes_left.write(bytes);
    }

    fn read_state(&self, bytes: &mut &[u8]) -> Option<State> {
        let [known_sites, _, known_sets, known_histories] = self.sizes();
        let mut sent = [SentId::default(); MAX_PRIESTS];
        let mut sites = [SiteId::default(); MAX_PRIESTS];
        for p in self.bounds.priests() {
            let site = SiteId::read(bytes)?;
            if site.0 as usize >= known_sites {
                return None;
            }
            sites[p.index()] = site;
            sent[p.index()] = SentId::read(bytes).filter(|id| (id.0 as usize) < known_sets)?;
        }
        let history = HistoryId::read(bytes).filter(|id| (id.0 as usize) < known_histories)?;
        let crashes_left = u8::read(bytes)?;
        Some(self.state(sites, sent, history, crashes_left))
    }

    fn write_context(&self, bytes: &mut Vec<u8>) {
        let [sites, _, sets, histories] = self.sizes().map(|count| count as u32);
        (sites, (sets, histories)).write(bytes);
        for id in (0..sites).map(SiteId) {
            let facts = self.known.facts(id);
            facts.me.write(bytes);
            facts.origin.write(bytes);
            facts.digest.write(bytes);
        }
        for id in (0..sets).map(SentId) {
            let sent: Vec<_> = self.known.messages.iter(id).cloned().collect();
            sent.write(bytes);
        }
        P::write_parts(&self.setting, bytes);
        for id in (0..histories).map(HistoryId) {
            self.known.history(id).write(bytes);
        }
    }

    fn read_context(&self, mut bytes: &[u8]) -> bool {
        self.sizes() == [0; 4] && self.relive(&mut bytes).is_some() && bytes.is_empty()
    }
}

impl<P: Process> World<P> {
    /// Makes the sites and histories anew, in their order.
    fn relive(&self, bytes: &mut &[u8]) -> Option<()> {
        let (sites, (sets, histories)) = Bytes::read(bytes)?;
        for id in (0..sites).map(SiteId) {
            let me = Priest::read(bytes).filter(|me| self.bounds.all_priests().contains(*me))?;
            let origin = Origin::<InputOf<P>>::read(bytes)?;
            let digest = u128::read(bytes)?;
            let site = match &origin {
                Origin::Nothing => self.begin(me),
                Origin::Step(from, event) if from.0 < id.0 => self.after(*from, event).0,
                Origin::Step(..) => return None,
            };
            let is_the_same =
                self.intern_site(me, site, origin) == id && self.known.facts(id).digest == digest;
            if !is_the_same {
                return None;
            }
        }
        for id in (0..sets).map(SentId) {
            if self.intern_sent(Bytes::read(bytes)?) != id {
                return None;
            }
        }
        if !P::read_parts(&self.setting, bytes) {
            return None;
        }
        for id in (0..histories).map(HistoryId) {
            if self.intern_history(P::History::read(bytes)?) != id {
                return None;
            }
        }
        Some(())
    }
}
