//! Reads the ledgers in step, decree by decree, in ascending order of numbers. Memory: one page of
//! each ledger, whatever their lengths.

use crate::AuditError;
use crate::intervals::Intervals;
use crate::ledgers::{FoundLedger, Ledgers, patiently};
use crate::numbers::{Instance, bytes};
use crate::report::Figures;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use synod_math::Priest;
use synod_node::ledger::{LedgerError, LedgerReader};
use synod_protocol::parliament::DecreeNumber;
use synod_trace::Decree;

/// The decrees of one ledger, in ascending order: those of its law, and those beyond.
struct Decrees {
    of: Priest,
    law: LedgerReader,
    beyond: std::collections::btree_map::IntoIter<DecreeNumber, Decree>,
    next: Option<(DecreeNumber, Decree)>,
    /// The digest of the law as far as it was read.
    digest: u64,
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
        let lengths: BTreeSet<_> = self.found.iter().map(|found| found.first.known).collect();
        let last_law = lengths.last().copied().unwrap_or_default();
        let heads = self
            .found
            .iter()
            .flat_map(|found| [&found.first, &found.second]);
        let voted: BTreeSet<_> = heads
            .flat_map(|head| head.ledger.votes.keys().copied())
            .collect();
        let mut ledgers = Vec::new();
        for (found, law) in self.found.iter().zip(readers) {
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
    fn new(found: &FoundLedger, law: LedgerReader) -> Result<Self, LedgerError> {
        let mut beyond = found.first.ledger.decrees.clone();
        beyond.retain(|at, _| *at > found.second.known);
        beyond.extend(found.second.ledger.decrees.clone());
        let mut decrees = Self {
            of: found.me,
            law,
            beyond: beyond.into_iter(),
            next: None,
            digest: 0,
        };
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
            let mut hasher = DefaultHasher::new();
            (self.digest, &bytes).hash(&mut hasher);
            self.digest = hasher.finish();
            if lengths.contains(&at) {
                found.laws.insert(at, self.digest);
            }
        }
        let id = instance.intern(bytes);
        let known = instance.of_mut(id);
        known.in_ledgers = known.in_ledgers.with(self.of);
        self.advance(&found.folder)
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
