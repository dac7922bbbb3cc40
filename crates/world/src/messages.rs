//! For each node, what it has sent that is on its way: one list of letters, kept once and
//! known by its number.
//!
//! The lists are no part of the sites, because the reaction of a process to an input does
//! not depend on them: the process runs once for a site and an input, whatever it has
//! sent before.

use crate::digest::digest;
use crate::ids::{InputId, LetterId, SentId};
use crate::interner::Interner;
use crate::network::{Border, EnvelopeOf, Letter, LetterOf, Network};
use crate::node::{Explorable, ProcessSetup};
use crate::table::Table;
use std::sync::{Arc, OnceLock};
use synod_process::{Input, InputOf, Process};

/// What is computed once for a letter.
struct LetterFacts {
    digest: u128,
    /// The input that the letter becomes. A border is one if the addressee is told of it.
    input: Option<InputId>,
}

/// What is computed once for a list of letters.
pub(crate) struct SentFacts {
    /// The sum of the digests of its letters; where the network keeps an order, each with its
    /// place.
    pub digest: u128,
    /// By position of the addressee, what may arrive at him next, in the order of the letters.
    pub outbox: Box<[Outbox]>,
    /// The positions of the addressees to whom something may arrive next, as bits.
    addressees: u32,
    /// What the changes of names of interchangeable nodes make of it, in their order.
    pub images: OnceLock<Box<[SentId]>>,
    /// The list with another one added.
    added: Table,
    /// What is left of it without the useless messages, by the pair of the views of the sender
    /// and of an addressee.
    useful: Table,
}

/// What may arrive next at an addressee.
#[derive(Default)]
pub(crate) struct Outbox {
    pub inputs: Box<[InputId]>,
    /// For each input how many borders are before it. What is before the last of them is lost
    /// when the input arrives. Empty where no border is.
    pub borders: Box<[u8]>,
    /// For each input what it leaves when it arrives. Empty where messages are repeated.
    arrived: Box<[OnceLock<Arrived>]>,
    /// The list without what was on its way to this addressee.
    lost: OnceLock<SentId>,
}

/// All letters and lists of letters that were met, shared by all threads that explore a
/// world.
pub(crate) struct Messages<P: Process> {
    nodes: Arc<[ProcessSetup<P>]>,
    network: Network,
    letters: Interner<LetterOf<P>, LetterFacts>,
    inputs: Interner<InputOf<P>, ()>,
    /// Lists; without an order on the way, the letters of each are in ascending order of
    /// number.
    pub lists: Interner<Box<[LetterId]>, SentFacts>,
}

/// What an arrival leaves on its way.
#[derive(Clone, Copy)]
pub(crate) struct Arrived {
    pub left: SentId,
    /// Whether the addressee now notices that the session has ended.
    pub is_noticed: bool,
}

impl<P: Explorable> Messages<P> {
    pub(crate) fn new(nodes: Arc<[ProcessSetup<P>]>, network: Network) -> Self {
        Self {
            nodes,
            network,
            letters: Interner::new(),
            inputs: Interner::new(),
            lists: Interner::new(),
        }
    }

    #[inline]
    pub(crate) fn facts(&self, sent: SentId) -> &SentFacts {
        self.lists.facts(sent.0)
    }

    pub(crate) fn input(&self, id: InputId) -> &InputOf<P> {
        self.inputs.value(id.0)
    }

    pub(crate) fn intern_input(&self, input: InputOf<P>) -> InputId {
        InputId(self.inputs.intern(input, |_| ()))
    }

    #[inline]
    fn list(&self, sent: SentId) -> &[LetterId] {
        self.lists.value(sent.0)
    }

    fn letter(&self, id: LetterId) -> &LetterOf<P> {
        self.letters.value(id.0)
    }

    fn letter_facts(&self, id: LetterId) -> &LetterFacts {
        self.letters.facts(id.0)
    }

    /// The letters of a list.
    pub(crate) fn letters(&self, sent: SentId) -> impl Iterator<Item = &LetterOf<P>> {
        self.list(sent).iter().map(|&id| self.letter(id))
    }

    /// The messages of a list.
    pub(crate) fn iter(&self, sent: SentId) -> impl Iterator<Item = &EnvelopeOf<P>> {
        self.letters(sent).filter_map(Letter::message)
    }

    /// The list of these letters.
    pub(crate) fn intern(&self, sent: Vec<LetterOf<P>>) -> SentId {
        let ids = sent.into_iter().map(|letter| self.intern_letter(letter));
        let ids: Vec<_> = ids.collect();
        // A single letter may be a border that was noticed. It says nothing at the front of a
        // list, but this list is to be added to another.
        if ids.len() == 1 {
            SentId(self.lists.intern(ids.into(), |ids| self.list_facts(ids)))
        } else {
            self.intern_list(ids)
        }
    }

    fn of_new(&self, letter: &LetterOf<P>) -> LetterFacts {
        let input = match letter {
            Letter::Message(envelope) => Some(Input::Receive {
                from: envelope.from,
                message: envelope.message.clone(),
            }),
            Letter::Border {
                border: Border::Broken,
                from,
                to,
            } => {
                let told = self.nodes[self.position(*to)].told_of_sessions;
                told.map(|told| Input::Propose(told(*from)))
            }
            Letter::Border { .. } => None,
        };
        LetterFacts {
            digest: match letter {
                Letter::Message(envelope) => digest(envelope),
                // A message may hash as a border does; so the border has the complement.
                Letter::Border { .. } => !digest(letter),
            },
            input: input.map(|input| self.intern_input(input)),
        }
    }

    /// A letter goes only to a node, so that there is one.
    fn position(&self, id: P::Id) -> usize {
        let position = self.nodes.iter().position(|node| node.id == id);
        position.unwrap_or_default()
    }

    /// The list with other letters in place of its own.
    pub(crate) fn replaced(
        &self,
        sent: SentId,
        other: impl Fn(&LetterOf<P>) -> LetterOf<P>,
    ) -> SentId {
        let others = self.letters(sent).map(other);
        let ids = others.map(|letter| self.intern_letter(letter));
        self.intern_list(ids.collect())
    }

    fn intern_letter(&self, letter: LetterOf<P>) -> LetterId {
        LetterId(self.letters.intern(letter, |new| self.of_new(new)))
    }

    fn intern_list(&self, mut ids: Vec<LetterId>) -> SentId {
        match self.network {
            Network::Duplicating => {
                ids.sort_unstable();
                ids.dedup();
            }
            Network::AtMostOnce => ids.sort_unstable(),
            Network::Fifo | Network::Reliable => ids = self.in_order(&ids),
        }
        SentId(self.lists.intern(ids.into(), |ids| self.list_facts(ids)))
    }

    /// The letters to each addressee in their order, one addressee after the other. Of borders
    /// that follow each other one is enough, and before the first letter only one that is
    /// still to be noticed says anything.
    fn in_order(&self, ids: &[LetterId]) -> Vec<LetterId> {
        let mut ordered: Vec<LetterId> = Vec::with_capacity(ids.len());
        for addressee in self.nodes.iter() {
            let begin = ordered.len();
            for &id in ids
                .iter()
                .filter(|&&id| self.letter(id).to() == addressee.id)
            {
                let Letter::Border { border, .. } = self.letter(id) else {
                    ordered.push(id);
                    continue;
                };
                let last = ordered[begin..].last().copied();
                match (last.map(|last| self.letter(last)), border) {
                    (None, Border::Noticed) => {}
                    (Some(Letter::Border { border: before, .. }), border) => {
                        if border > before {
                            ordered.pop();
                            ordered.push(id);
                        }
                    }
                    _ => ordered.push(id),
                }
            }
        }
        ordered
    }

    fn list_facts(&self, ids: &[LetterId]) -> SentFacts {
        let keeps_order = self.network.keeps_order();
        let mut in_order = ids.to_vec();
        if !keeps_order {
            // The numbers depend on which thread was first; the order of the inputs must not.
            in_order.sort_unstable_by_key(|&id| self.letter(id));
            in_order.dedup();
        }
        let outboxes = self.nodes.iter().map(|addressee| {
            let sent_to = in_order.iter().copied();
            let sent_to = sent_to.filter(|&id| self.letter(id).to() == addressee.id);
            let mut outbox = if keeps_order {
                self.first_of_each_session(sent_to)
            } else {
                let inputs = sent_to.filter_map(|id| self.letter_facts(id).input);
                Outbox {
                    inputs: inputs.collect(),
                    ..Outbox::default()
                }
            };
            if self.network != Network::Duplicating {
                outbox.arrived = outbox.inputs.iter().map(|_| OnceLock::new()).collect();
            }
            outbox
        });
        let outbox: Box<[Outbox]> = outboxes.collect();
        let positions = outbox.iter().enumerate();
        let positions = positions.filter(|(_, outbox)| !outbox.inputs.is_empty());
        let digests = ids.iter().enumerate().map(|(place, &id)| {
            let of_letter = self.letter_facts(id).digest;
            if keeps_order {
                digest(&(place, of_letter))
            } else {
                of_letter
            }
        });
        SentFacts {
            digest: digests.fold(0, u128::wrapping_add),
            addressees: positions.fold(0, |all, (position, _)| all | bit(position)),
            outbox,
            images: OnceLock::new(),
            added: Table::new(),
            useful: Table::new(),
        }
    }

    /// What may arrive next of the letters to one addressee, in their order: the first of each
    /// session. What follows a border of which the addressee is told waits until he is told.
    fn first_of_each_session(&self, sent_to: impl Iterator<Item = LetterId>) -> Outbox {
        let (mut inputs, mut borders) = (Vec::new(), Vec::new());
        let (mut passed, mut is_first, mut waits) = (0, true, false);
        for id in sent_to {
            let is_border = self.letter(id).message().is_none();
            passed += u8::from(is_border);
            let input = self.letter_facts(id).input;
            let is_next = if is_border {
                waits |= input.is_some();
                is_first = !waits;
                true
            } else {
                std::mem::take(&mut is_first)
            };
            if let Some(input) = input.filter(|_| is_next) {
                inputs.push(input);
                borders.push(passed);
            }
        }
        Outbox {
            inputs: inputs.into(),
            borders: borders.into(),
            ..Outbox::default()
        }
    }

    /// A list, and what is sent after it. Computed once for each pair, then looked up: O(1).
    #[inline]
    pub(crate) fn add(&self, sent: SentId, more: SentId) -> SentId {
        let added = &self.facts(sent).added;
        let known = added.get(more.0);
        SentId(known.unwrap_or_else(|| added.add(more.0, self.compute_sum(sent, more).0)))
    }

    #[cold]
    fn compute_sum(&self, sent: SentId, more: SentId) -> SentId {
        if self.list(more).is_empty() {
            return sent;
        }
        let ids = self.list(sent).iter().chain(self.list(more));
        self.intern_list(ids.copied().collect())
    }

    /// What is left on its way when this input has arrived, with so many borders before it.
    /// Computed once, then looked up: O(1).
    pub(crate) fn arrive(&self, sent: SentId, to: usize, input: InputId, borders: u8) -> Arrived {
        let outbox = &self.facts(sent).outbox[to];
        let mut places = outbox.inputs.iter().enumerate();
        let place = places.find(|&(place, &first)| {
            first == input && outbox.borders.get(place).copied().unwrap_or(0) == borders
        });
        let compute = || self.compute_arrival(sent, to, input, borders);
        match place.and_then(|(place, _)| outbox.arrived.get(place)) {
            Some(known) => *known.get_or_init(compute),
            None => compute(),
        }
    }

    #[cold]
    fn compute_arrival(&self, sent: SentId, to: usize, input: InputId, borders: u8) -> Arrived {
        let (mut passed, mut has_arrived, mut is_noticed) = (0, false, false);
        let mut left = self.list(sent).to_vec();
        left.retain(|&id| {
            let letter = self.letter(id);
            if has_arrived || letter.to() != self.nodes[to].id {
                return true;
            }
            let is_it = self.letter_facts(id).input == Some(input);
            if let Letter::Border { border, .. } = letter {
                passed += 1;
                is_noticed |= *border == Border::Broken;
            } else if !self.network.keeps_order() && !is_it {
                return true;
            }
            has_arrived = is_it && passed == borders;
            false
        });
        Arrived {
            left: self.intern_list(left),
            is_noticed,
        }
    }

    /// A list without what was on its way to a node that has crashed.
    pub(crate) fn lose(&self, sent: SentId, to: usize) -> SentId {
        *self.facts(sent).outbox[to].lost.get_or_init(|| {
            let left = self.list(sent).iter().copied();
            let left = left.filter(|&id| self.letter(id).to() != self.nodes[to].id);
            self.intern_list(left.collect())
        })
    }

    /// What a node has sent, without the messages that are useless to this addressee.
    /// Computed once for the views of sender and addressee, then looked up: O(1).
    pub(crate) fn useful(
        &self,
        sent: SentId,
        to: usize,
        pair: impl Fn() -> u32,
        is_useless: impl Fn(&P::Message) -> bool,
    ) -> SentId {
        let SentFacts {
            addressees, useful, ..
        } = self.facts(sent);
        if addressees & bit(to) == 0 {
            return sent;
        }
        let pair = pair();
        let known = useful.get(pair);
        SentId(
            known.unwrap_or_else(|| useful.add(pair, self.compute_useful(sent, to, is_useless).0)),
        )
    }

    #[cold]
    fn compute_useful(
        &self,
        sent: SentId,
        to: usize,
        is_useless: impl Fn(&P::Message) -> bool,
    ) -> SentId {
        let is_useful = |id: &LetterId| {
            let envelope = self.letter(*id).message();
            envelope.is_none_or(|envelope| {
                envelope.to != self.nodes[to].id || !is_useless(&envelope.message)
            })
        };
        let all = self.list(sent);
        let useful: Vec<_> = all.iter().copied().filter(is_useful).collect();
        if useful.len() == all.len() {
            sent
        } else {
            self.intern_list(useful)
        }
    }
}

/// The bit of a position, or of all positions that are equal to it modulo 32.
const fn bit(position: usize) -> u32 {
    1 << (position % 32)
}
