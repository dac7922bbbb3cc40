//! Reads the ledgers in step, decree by decree, in ascending order of numbers. Memory: one page of
//! each ledger, whatever their lengths.
//!
//! A ledger whose decrees are cut off begins later. The digest of its law begins with that of its
//! snapshot, and is continued over the decrees after it.

use crate::AuditError;
use crate::intervals::Intervals;
use crate::ledgers::{FoundLedger, Ledgers, patiently};
use crate::numbers::{Instance, bytes};
use crate::report::Figures;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use synod_math::Priest;
use synod_node::ledger::{LedgerError, LedgerReader};
use synod_node::rollback::next_digest;
use synod_protocol::parliament::DecreeNumber;
use synod_trace::Decree;

/// The decrees of one ledger, in ascending order: those of its law, and those beyond.
struct Decrees {
    of: Priest,
    law: LedgerReader,
    beyond: std::collections::btree_map::IntoIter<DecreeNumber, Decree>,
    next: Option<(DecreeNumber, Decree)>,
    /// The last number up to which the law is known, and the digest of the law there.
    digest: (DecreeNumber, u64),
    /// The same, of the snapshot.
    snapshot: Option<(DecreeNumber, u64)>,
}

/// Counts the decrees that were compared.
struct Count<'a> {
    figures: &'a mut Figures,
    /// The requests of each client, by their sequence numbers.
    requests: BTreeMap<u64, Intervals>,
}

impl Ledgers {
    /// Compares the ledgers of these readers, one for each ledger found, at every number.
    pub(crate) fn compare_decrees(
        &mut self,
        readers: Vec<LedgerReader>,
        keeps_all: bool,
        figures: &mut Figures,
    ) -> Result<(), AuditError> {
        let last_law = self.found.iter().map(|found| found.first.known).max();
        let last_law = last_law.unwrap_or_default();
        let lengths: BTreeSet<_> = self.found.iter().flat_map(FoundLedger::lengths).collect();
        let heads = self
            .found
            .iter()
            .flat_map(|found| [&found.first, &found.second]);
        let voted: BTreeSet<_> = heads
            .flat_map(|head| head.ledger.votes.keys().copied())
            .collect();
        let mut ledgers = Vec::new();
        for (found, law) in self.found.iter_mut().zip(readers) {
            ledgers.push(Decrees::new(found, law)?);
        }
        let mut count = Count {
            figures,
            requests: BTreeMap::new(),
        };
        while let Some(at) = ledgers.iter().filter_map(Decrees::number).min() {
            let mut instance = Instance::default();
            for (ledger, found) in ledgers.iter_mut().zip(&mut self.found) {
                if ledger.number() == Some(at) {
                    ledger.take_in(found, &lengths, &mut instance)?;
                }
            }
            count.add(&instance);
            if keeps_all || at > last_law || voted.contains(&at) || instance.decrees().count() > 1 {
                self.numbers.grew(instance.size());
                *self.numbers.entry(at) = instance;
                self.numbers.trim()?;
            }
        }
        Ok(())
    }
}

impl Decrees {
    fn new(found: &mut FoundLedger, law: LedgerReader) -> Result<Self, LedgerError> {
        let mut beyond = found.first.ledger.decrees.clone();
        beyond.retain(|at, _| *at > found.second.known);
        beyond.extend(found.second.ledger.decrees.clone());
        let snapshot = found.snapshot;
        let snapshot = snapshot.map(|kept| (kept.summary.through, kept.law_digest));
        let mut decrees = Self {
            of: found.me,
            law,
            beyond: beyond.into_iter(),
            next: None,
            digest: (DecreeNumber::ZERO, 0),
            snapshot,
        };
        found.laws.extend(snapshot);
        decrees.advance(&found.folder)?;
        Ok(decrees)
    }

    fn number(&self) -> Option<DecreeNumber> {
        self.next.as_ref().map(|(at, _)| *at)
    }

    fn advance(&mut self, folder: &Path) -> Result<(), LedgerError> {
        let law = &mut self.law;
        let next = patiently(folder, || law.next().transpose())?;
        self.next = next.or_else(|| self.beyond.next());
        Ok(())
    }

    /// Adds the next decree to what is known at its number, and goes on.
    fn take_in(
        &mut self,
        found: &mut FoundLedger,
        lengths: &BTreeSet<DecreeNumber>,
        instance: &mut Instance,
    ) -> Result<(), LedgerError> {
        let Some((at, decree)) = self.next.take() else {
            return Ok(());
        };
        let bytes = bytes(&decree);
        if at <= found.second.known {
            self.pass(at, &bytes, lengths, found);
        }
        let id = instance.intern(bytes);
        let known = instance.of_mut(id);
        known.in_ledgers = known.in_ledgers.with(self.of);
        self.advance(&found.folder)
    }

    /// Continues the digest of the law, if no decree before this one is missing.
    fn pass(
        &mut self,
        at: DecreeNumber,
        bytes: &[u8],
        lengths: &BTreeSet<DecreeNumber>,
        found: &mut FoundLedger,
    ) {
        if let Some(snapshot) = self.snapshot.filter(|(through, _)| through.next() == at) {
            self.digest = snapshot;
        }
        let (last, digest) = self.digest;
        if last.next() != at {
            return;
        }
        self.digest = (at, next_digest(digest, bytes));
        let (_, digest) = self.digest;
        if lengths.contains(&at) {
            let other = found.laws.insert(at, digest);
            found.is_snapshot_other |= other.is_some_and(|other| other != digest);
        }
    }
}

impl Count<'_> {
    fn add(&mut self, instance: &Instance) {
        let Some((_, known)) = instance.decrees().next() else {
            return;
        };
        self.figures.decrees += 1;
        self.figures.outcomes += known.in_ledgers.len() as u64;
        match known.decree().and_then(|decree| decree.request_id()) {
            Some(id) => {
                let is_new = self
                    .requests
                    .entry(id.client)
                    .or_default()
                    .insert(id.sequence);
                self.figures.repeated += u64::from(!is_new);
            }
            None => self.figures.olive_days += 1,
        }
    }
}
