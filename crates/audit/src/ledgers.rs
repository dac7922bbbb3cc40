//! The ledgers of a cluster: read twice, one after the other, and checked together.
//!
//! Nodes may run during the audit. What a ledger holds stays true: an outcome never
//! changes, and a vote was cast even if another follows. Therefore the ledgers need not
//! be read at the same moment, with one exception: the check that nextBal was tried by
//! its owner (I7) compares two ledgers at one moment. It is made only for ledgers that
//! were the same at both readings: all of these had this content between the two.

use crate::numbers::{DecreeId, Instance, bytes};
use crate::report::{AuditReport, Claim, Finding};
use crate::store::Numbers;
use crate::{AuditError, AuditScope};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use synod_math::{BallotNumber, Priest, PriestSet, Quorums};
use synod_node::ledger::{self, Head, KeptSnapshot, LedgerError, LedgerReader};
use synod_node::ledger_identity::{History, Mark};
use synod_node::rollback::Loss;
use synod_node::snapshot::SnapshotError;
use synod_protocol::parliament::DecreeNumber;
use synod_trace::{Decree, Identity, Recovered};

/// A ledger that was read, without the decrees of its law.
#[derive(Debug)]
pub(crate) struct FoundLedger {
    pub(crate) folder: PathBuf,
    pub(crate) me: Priest,
    /// The content at the first reading.
    pub(crate) first: Recovered,
    /// The content at the second reading.
    pub(crate) second: Recovered,
    /// Whether both are the same.
    pub(crate) is_stable: bool,
    /// The states of other ledgers that this one had recorded, at the first reading.
    met: BTreeMap<Priest, Mark>,
    /// The states that this ledger has been in, at the second reading.
    history: History,
    /// The loss of earlier content that this ledger records, at the second reading.
    loss: Option<Loss>,
    /// The decrees up to this number are cut off, at the second reading.
    cut: DecreeNumber,
    /// The snapshot, with the digest of the law there, at the second reading.
    pub(crate) snapshot: Option<KeptSnapshot>,
    /// Whether the decrees up to the snapshot have another digest.
    pub(crate) is_snapshot_other: bool,
    /// Digests of the law, at the lengths of all laws and snapshots, as far as it is known.
    pub(crate) laws: BTreeMap<DecreeNumber, u64>,
}

impl FoundLedger {
    /// Whether its legislator has heard of the loss of an earlier ledger, or this one replaces a lost
    /// one, because the legislator was readmitted (§3.3.5) or the loss was accepted by hand.
    pub(crate) fn has_known_loss(&self) -> bool {
        self.loss.is_some() || !self.history.accepted.is_empty()
    }

    /// Whether it replaces a lost ledger.
    fn is_replacement(&self) -> bool {
        self.has_known_loss() || self.second.ledger.life.is_some()
    }

    /// The lengths at which the laws of other ledgers may be compared with this one.
    pub(crate) fn lengths(&self) -> impl Iterator<Item = DecreeNumber> + use<> {
        let snapshot = self.snapshot.map(|kept| kept.summary.through);
        [self.first.known, self.second.known]
            .into_iter()
            .chain(snapshot)
    }

    /// The length at which two laws are compared: that of the shorter one at the first reading, if
    /// the digests there are known, and otherwise the largest at which both are known.
    fn common_length(&self, other: &Self) -> Option<DecreeNumber> {
        let shorter = self.first.known.min(other.first.known);
        let has_all = |of: &Self| of.snapshot.is_none();
        if has_all(self) && has_all(other) {
            return Some(shorter);
        }
        let mut common = self.laws.keys().rev();
        let common = common.find(|at| other.laws.contains_key(at)).copied();
        common.or_else(|| (shorter == DecreeNumber::ZERO).then_some(shorter))
    }

    /// The snapshot, if the other ledger has one of the same number that is another file: a file
    /// depends on the law alone.
    fn has_other_state_than(&self, other: &Self) -> Option<KeptSnapshot> {
        let (here, there) = (self.snapshot?, other.snapshot?);
        let is_of_same_number = here.summary.through == there.summary.through;
        (is_of_same_number && here.summary != there.summary).then_some(here)
    }
}

/// All ledgers, and the decrees in them at the numbers that further checks need.
#[derive(Debug)]
pub(crate) struct Ledgers {
    pub(crate) found: Vec<FoundLedger>,
    pub(crate) numbers: Numbers,
}

impl Ledgers {
    /// Reads the heads of the ledgers for the first time.
    pub(crate) fn read(scope: &AuditScope) -> Result<Self, AuditError> {
        let mut ledgers = Self {
            found: Vec::new(),
            numbers: Numbers::new(scope.memory),
        };
        for folder in &scope.folders {
            let Head {
                recovered: first,
                metadata,
                ..
            } = open(folder)?.head;
            ledgers.is_of_the_same_cluster(folder, &first.identity)?;
            ledgers.found.push(FoundLedger {
                folder: folder.clone(),
                me: first.identity.me,
                second: first.clone(),
                first,
                is_stable: false,
                met: metadata.met,
                history: metadata.history,
                loss: metadata.loss,
                cut: DecreeNumber::ZERO,
                snapshot: None,
                is_snapshot_other: false,
                laws: BTreeMap::new(),
            });
        }
        Ok(ledgers)
    }

    /// Reads them again, with their decrees. `with_traces`: what the ledgers hold at each number
    /// is kept, because traces will be compared with it.
    pub(crate) fn read_again(
        &mut self,
        with_traces: bool,
        report: &mut AuditReport,
    ) -> Result<(), AuditError> {
        let mut readers = Vec::new();
        for found in &mut self.found {
            let reader = open_with_snapshot(&found.folder)?;
            let Head {
                recovered: second,
                cut,
                snapshot,
                metadata,
            } = reader.head.clone();
            if second.identity != found.first.identity {
                return Err(AuditError::Changed(found.folder.clone()));
            }
            found.history = metadata.history;
            found.loss = metadata.loss;
            found.cut = cut;
            found.snapshot = snapshot;
            found.second = second;
            found.is_stable = found.second == found.first;
            readers.push(reader);
        }
        self.compare_decrees(readers, with_traces, &mut report.figures)?;
        for found in &self.found {
            let votes = found.first.ledger.votes.iter();
            for (&at, cast) in votes.chain(&found.second.ledger.votes) {
                self.numbers.entry(at).intern(bytes(&cast.decree));
            }
        }
        Ok(())
    }

    fn is_of_the_same_cluster(&self, folder: &Path, new: &Identity) -> Result<(), AuditError> {
        let Some(first) = self.found.first() else {
            return if new.me.index() < new.legislators {
                Ok(())
            } else {
                Err(AuditError::Nobody(folder.to_owned()))
            };
        };
        let is_same = new.cluster == first.first.identity.cluster
            && new.legislators == first.first.identity.legislators
            && new.me.index() < new.legislators;
        if !is_same {
            return Err(AuditError::OtherCluster {
                first: first.folder.clone(),
                other: folder.to_owned(),
            });
        }
        match self.found.iter().find(|found| found.me == new.me) {
            Some(found) => Err(AuditError::SameLegislator {
                first: found.folder.clone(),
                other: folder.to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// The votes of the second reading: for each number and ballot, the voters of each
    /// decree.
    fn votes(&self) -> BTreeMap<(DecreeNumber, BallotNumber), BTreeMap<DecreeId, PriestSet>> {
        let mut votes: BTreeMap<_, BTreeMap<_, PriestSet>> = BTreeMap::new();
        for found in &self.found {
            for (&at, cast) in &found.second.ledger.votes {
                let instance = self.numbers.get(at);
                let id = instance.and_then(|instance| instance.find(&bytes(&cast.decree)));
                if let Some(id) = id {
                    let by_decree = votes.entry((at, cast.number)).or_default();
                    let voters = by_decree.entry(id).or_default();
                    *voters = voters.with(found.me);
                }
            }
        }
        votes
    }

    /// Makes all checks for which ledgers suffice, except Consistency: for that, the
    /// traces are used too.
    pub(crate) fn check(&self, quorums: &Quorums, is_ascending: bool, report: &mut AuditReport) {
        self.check_votes(quorums, report);
        for found in &self.found {
            self.check_promises(found, report);
        }
        if is_ascending {
            self.find_gaps(quorums, report);
        } else {
            let why = "legislators vote in any order".to_owned();
            report.not_checked.insert(Claim::NoGaps, why);
        }
        self.compare_laws(report);
        self.find_losses(report);
        self.count(report);
    }

    fn check_votes(&self, quorums: &Quorums, report: &mut AuditReport) {
        let votes = self.votes();
        for (&(at, b), by_decree) in &votes {
            let name = |id: DecreeId| self.numbers.get(at).map(|of| of.name(id));
            if by_decree.len() > 1 {
                let told = by_decree
                    .iter()
                    .map(|(&id, voters)| format!("{voters} for {}", name(id).unwrap_or_default()));
                let told: Vec<_> = told.collect();
                let what = format!("in ballot {b} voted {}", told.join(", "));
                report.find(finding(Claim::OneDecreeABallot, Some(at), what));
            }
            for (&id, voters) in by_decree {
                if quorums.is_quorum(*voters) {
                    let later = votes.range((at, BallotNumber(b.0 + 1))..);
                    let later = later.take_while(|((of, _), _)| *of == at);
                    let voted = later.flat_map(|(_, by_decree)| by_decree.keys().copied());
                    let other = self.outcomes(at).chain(voted).find(|other| *other != id);
                    if let Some(other) = other {
                        let (of, other) = (name(id), name(other));
                        let what = format!(
                            "{voters} voted in ballot {b} for {}, and not for {}",
                            of.unwrap_or_default(),
                            other.unwrap_or_default()
                        );
                        report.find(finding(Claim::MajorityBinds, Some(at), what));
                    }
                }
            }
        }
    }

    /// The decrees that are an outcome in some ledger.
    fn outcomes(&self, at: DecreeNumber) -> impl Iterator<Item = DecreeId> + '_ {
        let decrees = self.numbers.get(at).into_iter();
        let decrees = decrees.flat_map(Instance::decrees);
        decrees
            .filter(|(_, known)| !known.in_ledgers.is_empty())
            .map(|(id, _)| id)
    }

    fn check_promises(&self, found: &FoundLedger, report: &mut AuditReport) {
        let (me, ledger) = (found.me, &found.second.ledger);
        let count = found.first.identity.legislators as u64;
        let owner = |b: BallotNumber| (b.0 % count) as usize;
        for (&at, cast) in &ledger.votes {
            if Some(cast.number) > ledger.next_bal {
                let b = cast.number;
                let what = format!("{me} voted in ballot {b}, above the nextBal of {me}");
                report.find(finding(Claim::Promises, Some(at), what));
            }
        }
        if let Some(b) = ledger.last_tried.filter(|&b| owner(b) != me.index()) {
            let what = format!("lastTried of {me} is {b}, which {me} does not own");
            report.find(finding(Claim::Promises, None, what));
        }
        let Some(b) = ledger.next_bal else { return };
        let owner = self.found.iter().find(|other| other.me.index() == owner(b));
        let is_comparable =
            |owner: &&FoundLedger| owner.is_stable && found.is_stable && !owner.is_replacement();
        if let Some(owner) = owner.filter(is_comparable)
            && owner.second.ledger.last_tried < Some(b)
        {
            let what = format!("nextBal of {me} is {b}, which {} has not tried", owner.me);
            report.find(finding(Claim::Promises, None, what));
        }
    }

    /// Checks that below each passed decree every number can have passed, as it must if
    /// legislators vote in ascending order. A number can have passed if a majority set
    /// (quorum) can have voted for one decree: each voter keeps its vote, or a later vote
    /// for the same decree, or the outcome. For what was passed at the first reading, the
    /// votes and outcomes of the second reading are searched.
    fn find_gaps(&self, quorums: &Quorums, report: &mut AuditReport) {
        let all = quorums.priests();
        // A ledger that replaces a lost one may lack a vote.
        let whole = self.found.iter().filter(|found| !found.is_replacement());
        let read: PriestSet = whole.map(|found| found.me).collect();
        let unread: PriestSet = all.iter().filter(|&p| !read.contains(p)).collect();
        if quorums.is_quorum(unread) {
            let why = "too few ledgers were read that replace no lost one".to_owned();
            report.not_checked.insert(Claim::NoGaps, why);
            return;
        }
        let last = self.found.iter().filter_map(|found| {
            let beyond = found.first.ledger.decrees.keys().next_back();
            Some(*beyond?.max(&found.first.known))
        });
        let law = self.found.iter().map(|found| found.first.known).max();
        let law = law.unwrap_or_default();
        let Some(last) = last.max() else { return };
        for at in (law.0 + 1..last.0).map(DecreeNumber) {
            if self.outcomes(at).next().is_some() {
                continue;
            }
            let mut for_decree: BTreeMap<&Decree, PriestSet> = BTreeMap::new();
            for found in &self.found {
                if let Some(cast) = found.second.ledger.votes.get(&at) {
                    let voters = for_decree.entry(&cast.decree).or_default();
                    *voters = voters.with(found.me);
                }
            }
            let mut sets = for_decree.values();
            if !sets.any(|voters| quorums.is_quorum(voters.union(unread))) {
                let what = format!("{last} has passed, and {at} cannot have");
                report.find(finding(Claim::NoGaps, Some(at), what));
            }
        }
    }

    fn compare_laws(&self, report: &mut AuditReport) {
        for (position, a) in self.found.iter().enumerate() {
            if let Some(kept) = a.snapshot.filter(|_| a.is_snapshot_other) {
                let what = format!(
                    "the snapshot of {} through {} is not the law of its decrees",
                    a.me, kept.summary.through
                );
                report.find(finding(Claim::LawsAgree, None, what));
            }
            for b in &self.found[position + 1..] {
                if let Some(kept) = a.has_other_state_than(b) {
                    let what = format!(
                        "the snapshots of {} and {} through {} are different files",
                        a.me, b.me, kept.summary.through
                    );
                    report.find(finding(Claim::LawsAgree, None, what));
                }
                let Some(at) = a.common_length(b) else {
                    let last = a.cut.max(b.cut);
                    report.not_compared.push(format!(
                        "{} and {}: decrees 1 to {last}, which are cut off, and the laws",
                        a.me, b.me
                    ));
                    continue;
                };
                if a.laws.get(&at) != b.laws.get(&at) {
                    let what =
                        format!("replayed to {at}, the laws of {} and {} differ", a.me, b.me);
                    report.find(finding(Claim::LawsAgree, None, what));
                }
            }
        }
    }

    /// Checks that a ledger holds at the second reading what other ledgers had recorded of
    /// it at the first. The ledger that recorded it may not be part of the audit, so a
    /// ledger's own record of a loss counts too.
    fn find_losses(&self, report: &mut AuditReport) {
        for of in &self.found {
            let (lost, here) = (of.loss.iter(), of.history.ledger);
            let lost = lost.map(|loss| (loss.by, loss.remembered));
            let seen = self.found.iter();
            let seen = seen.filter_map(|by| Some((by.me, *by.met.get(&of.me)?)));
            let beyond = seen.filter(|(_, mark)| !of.history.covers(mark));
            // A loss that both ledgers record is counted once.
            let losses: BTreeMap<_, _> = lost
                .chain(beyond)
                .map(|(by, mark)| ((by, mark.ledger), of.me))
                .collect();
            for ((by, ledger), of) in losses {
                let what = if ledger == here {
                    format!("{by} has seen more in the ledger of {of} than is in it now")
                } else {
                    format!("{by} has met ledger {ledger} of {of}, but this is ledger {here}")
                };
                report.find(finding(Claim::NoneLost, None, what));
            }
        }
    }

    fn count(&self, report: &mut AuditReport) {
        let figures = &mut report.figures;
        figures.ledgers = self.found.len() as u64;
        figures.moving = self.found.iter().filter(|found| !found.is_stable).count() as u64;
        for found in &self.found {
            figures.undecided += found.second.ledger.votes.len() as u64;
            figures.law = figures.law.max(found.second.known.0);
            figures.cut = figures.cut.max(found.cut.0);
            figures.replaced += u64::from(found.is_replacement());
        }
    }
}

/// Checks Consistency: no decree number has two decrees in ledgers and traces.
///
/// # Errors
///
/// The temporary file of the numbers cannot be read.
pub(crate) fn find_contradictions(
    numbers: &mut Numbers,
    report: &mut AuditReport,
) -> Result<(), AuditError> {
    numbers.each(|at, instance| {
        let holders =
            |known: &crate::numbers::KnownDecree| known.in_ledgers.union(known.outcome_of);
        let mut passed = instance
            .decrees()
            .filter(|(_, known)| !holders(known).is_empty());
        if let (Some(_), Some(_)) = (passed.next(), passed.next()) {
            let told = instance.decrees().filter_map(|(id, known)| {
                let who = holders(known);
                (!who.is_empty()).then(|| format!("{who} have {}", instance.name(id)))
            });
            let told: Vec<_> = told.collect();
            let mut found = finding(Claim::Consistency, Some(at), told.join(", "));
            found.figure = Some(crate::ballots::figure(instance));
            report.find(found);
        }
    })
}

fn finding(claim: Claim, number: Option<DecreeNumber>, what: String) -> Finding {
    Finding {
        claim,
        number,
        what,
        figure: None,
        locations: Vec::new(),
    }
}

/// Opens a ledger and reads its head.
fn open(folder: &Path) -> Result<LedgerReader, LedgerError> {
    patiently(folder, || LedgerReader::open(folder))
}

/// Opens a ledger, and verifies the file of its snapshot.
fn open_with_snapshot(folder: &Path) -> Result<LedgerReader, LedgerError> {
    patiently(folder, || {
        let reader = LedgerReader::open(folder)?;
        if let Some(kept) = &reader.head.snapshot {
            kept.verify(folder, &reader.head.recovered.identity)?;
        }
        Ok(reader)
    })
}

/// Reads something of a ledger. If its node starts or stops at that moment, or takes another
/// snapshot, it is read again.
pub(crate) fn patiently<T>(
    folder: &Path,
    mut read: impl FnMut() -> Result<T, LedgerError>,
) -> Result<T, LedgerError> {
    let mut attempts = 1..=ATTEMPTS;
    loop {
        match read() {
            Err(
                LedgerError::Io { .. }
                | LedgerError::InUse { .. }
                | LedgerError::Snapshot(SnapshotError::Io { .. }),
            ) if attempts.next().is_some() && folder.join(ledger::FILE).exists() => {
                std::thread::sleep(PAUSE);
            }
            result => return result,
        }
    }
}

/// How often a reading that failed is repeated.
const ATTEMPTS: usize = 5;

/// The time before each repetition.
const PAUSE: Duration = Duration::from_millis(100);
