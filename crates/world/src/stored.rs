//! The states of a world as bytes: the numbers in them; and, as their *context*, what the
//! numbers stand for.
//!
//! A site is not written itself, but how it was reached: from which site, by which event.
//! The reader runs the process again; a digest shows whether the process still does the
//! same. So processes and ledgers need no encoding. Messages, requests, timers and
//! histories need one: [`Persist`] names it.
//!
//! Here a *process* is one of the operating system's that explore the world together.
//! Each gives its own numbers. The reader of another process's states keeps a dictionary:
//! for each table the reader's own numbers, in the order of the writer's numbers.

use crate::digest::digest;
use crate::event::{Cut, Event};
use crate::ids::{HistoryId, SentId, SiteId};
use crate::known::Origin;
use crate::lens::{Lens, Plain};
use crate::network::{Border, Envelope, Letter, LetterOf};
use crate::node::Explorable;
use crate::state::State;
use crate::world::World;
use std::ops::Range;
use synod_process::{Input, InputOf};
use synod_vocabulary::{Codec, Serde, Stored};

/// A [`Lens`] that makes the states of its world writable as bytes
/// ([`Stored`]): for checkpoints, for states that wait in a file, and for runs over
/// several of the operating system's processes. With serde it takes one line, as
/// [`Lens`]'s example shows; [`Plain`] has it already. Without it, states stay in memory.
pub trait Persist<P: Explorable>: Lens<P> {
    /// The encoding of messages, requests, timers and histories.
    type Codec: Codec<P::Message> + Codec<P::Request> + Codec<P::Timer> + Codec<Self::History>;

    /// For histories that hold numbers of an [`Interner`](crate::interner::Interner) of
    /// the lens's own (its *parts*): the numbers from `from` on. They include those of
    /// every history that the caller has, as far as these are not below `from`.
    fn parts_since(&self, from: u32) -> Range<u32> {
        from..from
    }

    /// Appends the part with this number.
    fn write_part(&self, _part: u32, _bytes: &mut Vec<u8>) {}

    /// Reads a part, which any process may have written, from the front of the bytes;
    /// returns its number in this process. None if the bytes are no part.
    fn read_part(&self, _bytes: &mut &[u8]) -> Option<u32> {
        None
    }

    /// Translates a history that another process has written to the numbers of this
    /// process: `parts[n]` is the number here of the part that is `n` there. None if a
    /// part is missing.
    fn with_parts(&self, history: Self::History, _parts: &[u32]) -> Option<Self::History> {
        Some(history)
    }
}

impl<P: Explorable> Persist<P> for Plain
where
    Serde: Codec<P::Message> + Codec<P::Request> + Codec<P::Timer>,
{
    type Codec = Serde;
}

fn write_u32(number: u32, bytes: &mut Vec<u8>) {
    bytes.extend(number.to_le_bytes());
}

fn take<const K: usize>(bytes: &mut &[u8]) -> Option<[u8; K]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

fn read_u8(bytes: &mut &[u8]) -> Option<u8> {
    take(bytes).map(u8::from_le_bytes)
}

fn read_u32(bytes: &mut &[u8]) -> Option<u32> {
    take(bytes).map(u32::from_le_bytes)
}

fn read_u128(bytes: &mut &[u8]) -> Option<u128> {
    take(bytes).map(u128::from_le_bytes)
}

/// The disk of a crash that loses the ledger.
const LOST: u32 = u32::MAX;

fn write_cuts(cuts: &[Cut], bytes: &mut Vec<u8>) {
    write_u32(cuts.len() as u32, bytes);
    for cut in cuts {
        write_u32(cut.effects as u32, bytes);
        write_u32(cut.disk.map_or(LOST, |disk| disk as u32), bytes);
    }
}

fn read_cuts(bytes: &mut &[u8]) -> Option<Vec<Cut>> {
    let mut cuts = Vec::new();
    for _ in 0..read_u32(bytes)? {
        let (effects, disk) = (read_u32(bytes)? as usize, read_u32(bytes)?);
        let disk = (disk != LOST).then_some(disk as usize);
        cuts.push(Cut { effects, disk });
    }
    Some(cuts)
}

/// The tables of the dictionary. States hold numbers of sites, of lists of messages and of
/// histories; histories hold numbers of parts.
#[derive(Clone, Copy)]
enum Table {
    Sites,
    Sets,
    Parts,
    Histories,
}

/// The number of tables.
const TABLES: usize = 4;

impl Table {
    /// The reader's own number for a number of the writer.
    fn own(self, dictionary: &[Vec<u32>], number: u32) -> Option<u32> {
        let table = dictionary.get(self as usize)?;
        table.get(number as usize).copied()
    }
}

impl<P: Explorable, L: Persist<P>, const N: usize> Stored for World<P, L, N> {
    fn write_state(&self, state: &State<N>, bytes: &mut Vec<u8>) {
        for p in 0..self.nodes.len() {
            write_u32(state.sites[p].0, bytes);
            write_u32(state.sent[p].0, bytes);
        }
        write_u32(state.history.0, bytes);
        bytes.extend([state.crashes_left, state.breaks_left]);
        if self.losses > 0 {
            bytes.push(state.losses_left);
        }
    }

    fn read_state(&self, dictionary: &[Vec<u32>], bytes: &mut &[u8]) -> Option<State<N>> {
        self.read_numbers(bytes, |table, number| table.own(dictionary, number))
    }

    fn read_own_state(&self, bytes: &mut &[u8]) -> Option<State<N>> {
        let has = |table, number| match table {
            Table::Sites => self.known.sites.has(number),
            Table::Sets => self.known.messages.lists.has(number),
            Table::Parts => false, // States hold no numbers of parts.
            Table::Histories => self.known.histories.has(number),
        };
        self.read_numbers(bytes, |table, number| has(table, number).then_some(number))
    }

    fn write_context(&self, written: &mut Vec<u64>, bytes: &mut Vec<u8>) {
        let new = self.since(written);
        if new.iter().all(Range::is_empty) {
            return;
        }
        *written = new.iter().map(|numbers| numbers.end.into()).collect();
        let mut portion = Vec::new();
        self.write_portion(new, &mut portion);
        bytes.extend((portion.len() as u64).to_le_bytes());
        bytes.extend(digest(&portion).to_le_bytes());
        bytes.extend(portion);
    }

    fn read_context(&self, dictionary: &mut Vec<Vec<u32>>, mut bytes: &[u8]) -> bool {
        if dictionary.is_empty() {
            dictionary.resize_with(TABLES, Vec::new);
        }
        let Ok(tables) = <&mut [_; TABLES]>::try_from(&mut dictionary[..]) else {
            return false;
        };
        // Several portions may arrive together.
        while !bytes.is_empty() {
            let portion = read_portion(&mut bytes);
            if portion.and_then(|portion| self.read_tables(tables, portion)) != Some(()) {
                return false;
            }
        }
        true
    }
}

/// Reads a portion from the front, if its digest shows that it is undamaged: the process
/// must not be run with damaged inputs.
fn read_portion<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let length = take(bytes).map(u64::from_le_bytes)?;
    let written = read_u128(bytes)?;
    let (portion, rest) = bytes.split_at_checked(usize::try_from(length).ok()?)?;
    *bytes = rest;
    (digest(&portion) == written).then_some(portion)
}

/// Appends the range of the numbers that follow, so that a reader notices if it lacks
/// earlier ones.
fn write_range(numbers: &Range<u32>, bytes: &mut Vec<u8>) {
    write_u32(numbers.start, bytes);
    write_u32(numbers.end, bytes);
}

/// Reads the new entries of a table from the front. For each, `read` returns the reader's
/// own number, which is appended to the table; `read` is given the table so far.
fn read_table(
    table: &mut Vec<u32>,
    bytes: &mut &[u8],
    mut read: impl FnMut(&[u32], &mut &[u8]) -> Option<u32>,
) -> Option<()> {
    let (start, end) = (read_u32(bytes)?, read_u32(bytes)?);
    if start as usize != table.len() {
        return None;
    }
    for _ in start..end {
        table.push(read(table, bytes)?);
    }
    Some(())
}

impl<P: Explorable, L: Persist<P>, const N: usize> World<P, L, N> {
    /// The numbers that were not written yet, by table, in the order of [`Table`].
    ///
    /// Other threads go on giving numbers meanwhile. Still no entry in these ranges refers
    /// to a number that is neither in them nor written: a site was reached from one with a
    /// lower number, and the parts of a history had their numbers before the history got
    /// its own, so the range of the parts is taken after that of the histories. Sets
    /// refer to no numbers: their messages are written out.
    fn since(&self, written: &[u64]) -> [Range<u32>; TABLES] {
        let count = |table: Table| written.get(table as usize).map_or(0, |&count| count as u32);
        let histories = self.known.histories.since(count(Table::Histories));
        [
            self.known.sites.since(count(Table::Sites)),
            self.known.messages.lists.since(count(Table::Sets)),
            self.lens.parts_since(count(Table::Parts)),
            histories,
        ]
    }

    /// Appends the values of these numbers.
    fn write_portion(&self, numbers: [Range<u32>; TABLES], bytes: &mut Vec<u8>) {
        let [sites, sets, parts, histories] = numbers;
        write_range(&sites, bytes);
        for id in sites.map(SiteId) {
            let facts = self.known.facts(id);
            bytes.push(facts.me as u8);
            self.write_origin(&facts.origin, bytes);
            bytes.extend(facts.digest.to_le_bytes());
        }
        write_range(&sets, bytes);
        for id in sets.map(SentId) {
            let sent: Vec<_> = self.known.messages.letters(id).collect();
            write_u32(sent.len() as u32, bytes);
            for letter in sent {
                self.write_letter(letter, bytes);
            }
        }
        write_range(&parts, bytes);
        for part in parts {
            self.lens.write_part(part, bytes);
        }
        write_range(&histories, bytes);
        for id in histories.map(HistoryId) {
            L::Codec::write(self.known.history(id), bytes);
        }
    }

    /// Reads a state from the front; `own` translates its numbers to those of this world.
    fn read_numbers(
        &self,
        bytes: &mut &[u8],
        own: impl Fn(Table, u32) -> Option<u32>,
    ) -> Option<State<N>> {
        let mut number = |table| own(table, read_u32(bytes)?);
        let mut sent = [SentId::default(); N];
        let mut sites = [SiteId::default(); N];
        for p in 0..self.nodes.len() {
            sites[p] = SiteId(number(Table::Sites)?);
            sent[p] = SentId(number(Table::Sets)?);
        }
        let history = HistoryId(number(Table::Histories)?);
        let [crashes, breaks] = take(bytes)?;
        let losses = if self.losses > 0 { read_u8(bytes)? } else { 0 };
        Some(self.state(sites, sent, history, [crashes, breaks, losses]))
    }

    /// Reads a portion: interns its sites, sets, parts and histories, in their order, and
    /// appends their numbers here to the tables.
    fn read_tables(
        &self,
        [sites, sets, parts, histories]: &mut [Vec<u32>; TABLES],
        mut portion: &[u8],
    ) -> Option<()> {
        let bytes = &mut portion;
        read_table(sites, bytes, |sites, bytes| self.read_site(sites, bytes))?;
        read_table(sets, bytes, |_, bytes| {
            // The vector grows message by message: a damaged length allocates no memory in
            // advance, and reading ends with the bytes.
            let mut sent = Vec::new();
            for _ in 0..read_u32(bytes)? {
                sent.push(self.read_letter(bytes)?);
            }
            Some(self.known.messages.intern(sent).0)
        })?;
        read_table(parts, bytes, |_, bytes| self.lens.read_part(bytes))?;
        read_table(histories, bytes, |_, bytes| {
            let history = self.lens.with_parts(L::Codec::read(bytes)?, parts)?;
            Some(self.intern_history(history).0)
        })?;
        bytes.is_empty().then_some(())
    }

    /// Reads how a site was reached, runs its process again, and interns the site; returns
    /// its number here. `before` has the numbers here of the sites before it.
    fn read_site(&self, before: &[u32], bytes: &mut &[u8]) -> Option<u32> {
        let me = self.read_position(bytes)?;
        let origin = self.read_origin(me, before, bytes)?;
        let (site, _) = match &origin {
            Origin::Beginning(cuts) => self.begin(me, cuts),
            Origin::Step(from, event) => self.after(*from, event),
        };
        let is_the_same = digest(&site) == read_u128(bytes)?;
        is_the_same.then(|| self.intern_site(me, site, origin).0)
    }

    /// Appends the number of a site.
    pub(crate) fn write_site_number(site: SiteId, bytes: &mut Vec<u8>) {
        write_u32(site.0, bytes);
    }

    /// Reads the number of a site: its own here, for one that another process has written if
    /// there is a dictionary.
    pub(crate) fn read_site_number(
        &self,
        dictionary: Option<&[Vec<u32>]>,
        bytes: &mut &[u8],
    ) -> Option<SiteId> {
        let number = read_u32(bytes)?;
        let own = match dictionary {
            Some(dictionary) => Table::Sites.own(dictionary, number),
            None => self.known.sites.has(number).then_some(number),
        };
        own.map(SiteId)
    }

    /// Appends how a site was reached. The node is not written: the caller has done so.
    fn write_origin(&self, origin: &Origin<P>, bytes: &mut Vec<u8>) {
        let (from, event) = match origin {
            Origin::Beginning(cuts) => {
                bytes.push(0);
                return write_cuts(cuts, bytes);
            }
            Origin::Step(from, event) => (from, event),
        };
        let (kind, cuts, input) = match event {
            Event::Handle(_, input) => (1, None, Some(input)),
            Event::Crash { during, cuts, .. } => {
                let kind = if during.is_some() { 2 } else { 3 };
                (kind, Some(cuts), during.as_ref())
            }
            // It leaves the site as it is, so no site was reached by it first.
            Event::Break(..) => (4, None, None),
        };
        bytes.push(kind);
        write_u32(from.0, bytes);
        if let Some(cuts) = cuts {
            write_cuts(cuts, bytes);
        }
        if let Some(input) = input {
            self.write_input(input, bytes);
        }
    }

    fn read_origin(&self, position: usize, before: &[u32], bytes: &mut &[u8]) -> Option<Origin<P>> {
        let kind = read_u8(bytes)?;
        if kind == 0 {
            return Some(Origin::Beginning(read_cuts(bytes)?));
        }
        let from = SiteId(*before.get(read_u32(bytes)? as usize)?);
        let id = self.nodes[position].id;
        let event = match kind {
            1 => Event::Handle(id, self.read_input(bytes)?),
            2 | 3 => Event::Crash {
                id,
                cuts: read_cuts(bytes)?,
                during: if kind == 2 {
                    Some(self.read_input(bytes)?)
                } else {
                    None
                },
            },
            _ => return None,
        };
        (self.known.facts(from).me == position).then_some(Origin::Step(from, event))
    }

    pub(crate) fn write_input(&self, input: &InputOf<P>, bytes: &mut Vec<u8>) {
        match input {
            Input::Receive { from, message } => {
                bytes.push(0);
                self.write_id(*from, bytes);
                L::Codec::write(message, bytes);
            }
            Input::Timeout(timer) => {
                bytes.push(1);
                L::Codec::write(timer, bytes);
            }
            Input::Propose(request) => {
                bytes.push(2);
                L::Codec::write(request, bytes);
            }
        }
    }

    pub(crate) fn read_input(&self, bytes: &mut &[u8]) -> Option<InputOf<P>> {
        Some(match read_u8(bytes)? {
            0 => Input::Receive {
                from: self.read_id(bytes)?,
                message: L::Codec::read(bytes)?,
            },
            1 => Input::Timeout(L::Codec::read(bytes)?),
            2 => Input::Propose(L::Codec::read(bytes)?),
            _ => return None,
        })
    }

    fn write_letter(&self, letter: &LetterOf<P>, bytes: &mut Vec<u8>) {
        let (kind, to, from) = match letter {
            Letter::Message(Envelope { to, from, .. }) => (0, to, from),
            Letter::Border { to, from, border } => (1 + *border as u8, to, from),
        };
        bytes.push(kind);
        self.write_id(*to, bytes);
        self.write_id(*from, bytes);
        if let Letter::Message(Envelope { message, .. }) = letter {
            L::Codec::write(message, bytes);
        }
    }

    fn read_letter(&self, bytes: &mut &[u8]) -> Option<LetterOf<P>> {
        let kind = read_u8(bytes)?;
        let (to, from) = (self.read_id(bytes)?, self.read_id(bytes)?);
        let border = match kind {
            0 => {
                let message = L::Codec::read(bytes)?;
                return Some(Letter::Message(Envelope { to, from, message }));
            }
            1 => Border::Noticed,
            2 => Border::Broken,
            _ => return None,
        };
        Some(Letter::Border { to, from, border })
    }

    /// Appends the position of the node with this id.
    fn write_id(&self, id: P::Id, bytes: &mut Vec<u8>) {
        bytes.push(self.position(id) as u8);
    }

    fn read_id(&self, bytes: &mut &[u8]) -> Option<P::Id> {
        Some(self.nodes[self.read_position(bytes)?].id)
    }

    fn read_position(&self, bytes: &mut &[u8]) -> Option<usize> {
        let position = usize::from(read_u8(bytes)?);
        (position < self.nodes.len()).then_some(position)
    }
}
