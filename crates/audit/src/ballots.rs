//! Checks the ballots 𝓑 of each decree number: B1, B2, B3 and Theorem 1 (§2.1), and
//! the Ordering of all numbers together (§3.2.1).

use crate::AuditError;
use crate::numbers::{DecreeId, Instance};
use crate::report::{AuditReport, Claim, Finding, Location};
use crate::state::{Late, State};
use std::collections::BTreeMap;
use std::path::PathBuf;
use synod_math::conditions::{self, Offence};
use synod_math::theorems::{Statement, theorem_1};
use synod_math::{Ballot, Figure, Priest};
use synod_protocol::parliament::DecreeNumber;

/// The files of the traces, by legislator.
pub(crate) struct Files<'a>(pub(crate) &'a BTreeMap<(Priest, u64), PathBuf>);

/// The bits of a place that are for the line.
const LINE_BITS: u32 = 40;

/// A line of a numbered file, as one number, which is not 0.
pub(crate) const fn place(file: u64, line: u64) -> u64 {
    (file << LINE_BITS) | line
}

impl Files<'_> {
    fn location(&self, of: Option<Priest>, place: u64) -> Option<Location> {
        let (number, line) = (place >> LINE_BITS, place & ((1 << LINE_BITS) - 1));
        let file = self.0.get(&(of?, number))?.clone();
        (line > 0).then_some(Location { file, line })
    }
}

/// 𝓑, drawn as in the paper's Figure 1.
pub(crate) fn figure(instance: &Instance) -> String {
    let ballots = instance.ballot_set();
    let named: Vec<_> = ballots
        .iter()
        .map(|ballot| ballot.map(|&id| instance.name(id)))
        .collect();
    Figure(&named).to_string()
}

/// Checks the 𝓑 of every number.
///
/// # Errors
///
/// The temporary file of the numbers cannot be read.
pub(crate) fn check_all(
    state: &mut State,
    files: &Files<'_>,
    report: &mut AuditReport,
) -> Result<(), AuditError> {
    let mut numbers = std::mem::take(&mut state.numbers);
    numbers.each(|at, instance| {
        let ballots = instance.ballot_set();
        if ballots.is_empty() {
            return;
        }
        report.figures.numbers += 1;
        report.figures.ballots += ballots.len() as u64;
        for ballot in &ballots {
            report.figures.successful += u64::from(ballot.is_successful());
            report.figures.votes += ballot.voters().len() as u64;
        }
        let check = Check {
            state,
            files,
            at,
            instance,
        };
        check.ballots(&ballots, report);
    })?;
    state.numbers = numbers;
    check_the_order(state, files, report);
    Ok(())
}

/// The check of one decree number.
struct Check<'a> {
    state: &'a State,
    files: &'a Files<'a>,
    at: DecreeNumber,
    instance: &'a Instance,
}

impl Check<'_> {
    fn ballots(&self, ballots: &[Ballot<DecreeId>], report: &mut AuditReport) {
        let mut conditions = vec![
            (Claim::B1, conditions::b1(ballots)),
            (Claim::B2, conditions::b2(ballots)),
        ];
        // If earlier votes are missing, another vote may be the latest.
        if self.at > self.state.horizon {
            conditions.push((Claim::B3, conditions::b3(ballots)));
        } else {
            report.figures.partial += 1;
        }
        for (claim, result) in conditions {
            if let Err(offence) = result {
                let named = offence.map(|&id| self.instance.name(id));
                report.find(self.finding(claim, named.to_string(), &involved(&offence)));
            }
        }
        for ballot in ballots {
            if !self.state.quorums.is_quorum(ballot.quorum()) {
                let what = format!("the quorum {} is no majority set", ballot.quorum());
                report.find(self.finding(Claim::B2, what, std::slice::from_ref(ballot)));
            }
        }
        // If the conditions do not hold, the theorem says nothing: its conclusion is
        // checked by itself.
        let pair = match theorem_1(ballots) {
            Statement::Holds => None,
            Statement::Refuted(a, b) => Some((a, b)),
            Statement::Vacuous(_) => synod_math::theorems::successful_ballots_agree(ballots).err(),
        };
        if let Some((a, b)) = pair {
            let name = |ballot: &Ballot<DecreeId>| ballot.map(|&id| self.instance.name(id));
            let what = format!("{} and {} are successful", name(&a), name(&b));
            report.find(self.finding(Claim::Theorem1, what, &[a, b]));
        }
    }

    fn finding(&self, claim: Claim, what: String, ballots: &[Ballot<DecreeId>]) -> Finding {
        let lines = ballots.iter().filter_map(|ballot| {
            let held = self.instance.ballots.iter();
            let held = held
                .filter(|held| held.number == ballot.number() && held.decree == *ballot.decree());
            let line = held.map(|held| held.line).max()?;
            self.files.location(self.state.owner(ballot.number()), line)
        });
        Finding {
            claim,
            number: Some(self.at),
            what,
            figure: Some(figure(self.instance)),
            locations: lines.collect(),
        }
    }
}

fn involved(offence: &Offence<DecreeId>) -> Vec<Ballot<DecreeId>> {
    match offence {
        Offence::B1(a, b) | Offence::B2(a, b) => vec![*a, *b],
        Offence::B3(ballot, _) => vec![*ballot],
    }
}

/// Checks the ordering of §3.2.1, as far as traces show it. A decree A passed before B
/// was proposed if the proposer of B could know of A: it had A in its own ledger, or had
/// received a NextBallot, LastVote, BeginBallot or Success from a legislator that could
/// know of A when it sent the message. B was first proposed in a given ballot if no
/// other ballot of its number was held on B.
fn check_the_order(state: &State, files: &Files<'_>, report: &mut AuditReport) {
    for late in &state.late {
        let Late {
            by,
            line,
            at,
            ballot,
            decree,
            passed,
        } = late;
        let Some(instance) = state.at(*at).filter(|_| *at > state.horizon) else {
            continue;
        };
        let mut others = instance.ballots.iter();
        if others.any(|held| held.decree == *decree && held.number != *ballot) {
            continue;
        }
        let what = format!(
            "{by} proposed {} with number {at}, after {passed} was passed and could be known \
             to {by}",
            instance.name(*decree)
        );
        report.find(Finding {
            claim: Claim::Ordering,
            number: Some(*at),
            what,
            figure: Some(figure(instance)),
            locations: files.location(Some(*by), *line).into_iter().collect(),
        });
    }
}
