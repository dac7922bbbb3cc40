//! `synod audit` of the ledgers and traces of nodes.

use crate::args::{AuditFormat, AuditOptions, VoteOrder};
use crate::diagnostics::Complaint;
use crate::files::Written;
use crate::output::say;
use crate::status::Status;
use indicatif::HumanCount;
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;
use synod_audit::{
    self as audit, AuditError, AuditReport, AuditScope, Claim, Finding, MergeError, Verdict,
};
use synod_node::ledger;
use synod_protocol::parliament::Order;
use synod_report::plurals::plural;
use synod_report::style::{BAD, BOLD, DIM, GOOD, OPEN};
use synod_trace as trace;

/// The version of every object on standard output. It changes when a field goes
/// or changes its meaning, not when one is added.
const SCHEMA: u32 = 1;

/// Audits ledgers and traces, and reports what was found.
///
/// # Errors
/// There is nothing that can be audited.
pub(crate) fn audit(options: &AuditOptions) -> Result<Status, Complaint> {
    refuse_overwriting(options)?;
    let scope = AuditScope {
        folders: options.paths.clone(),
        traces: options.trace.clone(),
        with_traces: !options.ledgers_only,
        order: match options.order {
            VoteOrder::Ascending => Order::Ascending,
            VoteOrder::Any => Order::Any,
        },
        memory: AuditScope::MEMORY,
    };
    let report = audit::audit(&scope);
    let report = report.map_err(|error| Complaint::about(error.to_string(), help(&error)))?;
    match options.format {
        AuditFormat::Human => say(&human(&report)),
        AuditFormat::Json => lines(&report).iter().for_each(|line| say(line)),
    }
    Ok(if report.holds() {
        Status::AsExpected
    } else {
        Status::NotAsExpected
    })
}

/// The report must not overwrite the ledgers and traces that it is about.
fn refuse_overwriting(options: &AuditOptions) -> Result<(), Complaint> {
    let folders = options.paths.iter();
    let files = folders
        .flat_map(|folder| [ledger::FILE, ledger::JOURNAL, trace::FILE].map(|it| folder.join(it)));
    let read: Vec<_> = files.chain(options.trace.iter().cloned()).collect();
    let read = || read.iter().map(PathBuf::as_path);
    Written::streams()
        .iter()
        .try_for_each(|stream| stream.refuse_among(read()))
}

const fn help(error: &AuditError) -> &'static str {
    match error {
        AuditError::Ledger(_) | AuditError::Nobody(_) | AuditError::Changed(_) => {
            "name the folders of nodes, as --folder of `synod node`"
        }
        AuditError::OtherCluster { .. }
        | AuditError::SameLegislator { .. }
        | AuditError::SameTrace { .. } => "name every folder of one cluster once",
        AuditError::Merge(MergeError::Begun(_)) => {
            "audit the ledgers alone with --ledgers-only: the beginning of a file of this trace is gone"
        }
        AuditError::Trace(_) | AuditError::Merge(_) => {
            "audit the ledgers alone with --ledgers-only"
        }
        AuditError::Temporary(_) => "name a folder on a disk with more room in TMPDIR",
        AuditError::Nothing | AuditError::Quorums(_) => "name the folders of one cluster",
    }
}

fn human(report: &AuditReport) -> String {
    let mut text = String::new();
    push_figures(&mut text, report);
    for claim in Claim::ALL {
        let (style, verdict, why) = match report.verdict(claim) {
            Verdict::Holds => (GOOD, "holds", None),
            Verdict::Violated => (BAD, "VIOLATED", None),
            Verdict::NotChecked(why) => (OPEN, "not checked", Some(why)),
        };
        let (name, meaning) = (claim.name(), claim.meaning());
        let says = why.as_deref().unwrap_or(meaning);
        let _ = writeln!(
            text,
            "{style}{verdict:<11}{style:#}  {name:<19}  {DIM}{says}{DIM:#}"
        );
    }
    for what in &report.not_compared {
        let _ = writeln!(text, "\n{OPEN}not compared{OPEN:#}  {what}");
    }
    for finding in &report.findings {
        push_finding(&mut text, finding);
    }
    for (claim, &count) in &report.counts {
        let told = report.findings.iter().filter(|found| found.claim == *claim);
        let more = count - told.count() as u64;
        if more > 0 {
            let _ = writeln!(text, "\n{} more of {}", HumanCount(more), claim.name());
        }
    }
    text
}

fn push_figures(text: &mut String, report: &AuditReport) {
    let figures = &report.figures;
    let count = |count: u64| HumanCount(count).to_string();
    let mut push = |what: &str, counts: &[(u64, [&str; 2])]| {
        let counts = counts.iter().filter(|(of, _)| *of > 0);
        let told: Vec<_> = counts
            .map(|(of, [one, many])| format!("{} {}", count(*of), plural(*of, one, many)))
            .collect();
        let _ = writeln!(text, "{BOLD}{what:<9}{BOLD:#}{}", told.join(", "));
    };
    push(
        "ledgers",
        &[
            (figures.ledgers, ["read", "read"]),
            (
                figures.moving,
                ["written to during the audit", "written to during the audit"],
            ),
            (figures.decrees, ["decree", "decrees"]),
            (figures.law, ["the longest law", "the longest law"]),
            (
                figures.cut,
                [
                    "cut off in some ledger (compared by the digest of its snapshot)",
                    "cut off in some ledger (compared by the digest of its snapshot)",
                ],
            ),
            (
                figures.replaced,
                ["in place of a lost one", "in place of lost ones"],
            ),
            (figures.undecided, ["vote undecided", "votes undecided"]),
            (figures.olive_days, ["olive day", "olive days"]),
            (
                figures.repeated,
                [
                    "request repeated (the law carries each out once)",
                    "requests repeated (the law carries each out once)",
                ],
            ),
        ],
    );
    if figures.traces > 0 {
        push(
            "traces",
            &[
                (figures.traces, ["read", "read"]),
                (figures.lines, ["line", "lines"]),
                (figures.lives, ["life", "lives"]),
                (figures.torn, ["line cut off", "lines cut off"]),
                (
                    figures.crash_gap,
                    ["action cut off by a crash", "actions cut off by a crash"],
                ),
                (
                    figures.assumed,
                    [
                        "message from before the files that are kept was assumed",
                        "messages from before the files that are kept were assumed",
                    ],
                ),
            ],
        );
        push(
            "run",
            &[
                (figures.steps, ["step", "steps"]),
                (figures.numbers, ["decree number", "decree numbers"]),
                (
                    figures.partial,
                    [
                        "of them begun before the files that are kept (B3 and Ordering not checked there)",
                        "of them begun before the files that are kept (B3 and Ordering not checked there)",
                    ],
                ),
                (figures.ballots, ["ballot", "ballots"]),
                (figures.successful, ["successful", "successful"]),
                (figures.votes, ["vote", "votes"]),
            ],
        );
    }
    text.push('\n');
}

fn push_finding(text: &mut String, finding: &Finding) {
    let at = finding.number.map(|at| format!(" at decree {at}"));
    let at = at.unwrap_or_default();
    let _ = writeln!(
        text,
        "\n{BAD}{}{at}{BAD:#}: {}",
        finding.claim.name(),
        finding.what
    );
    for location in &finding.locations {
        let _ = writeln!(text, "  {DIM}{location}{DIM:#}");
    }
    for line in finding.figure.iter().flat_map(|figure| figure.lines()) {
        let _ = writeln!(text, "  {line}");
    }
}

/// Claims, then findings, then figures.
fn lines(report: &AuditReport) -> Vec<String> {
    let claims = Claim::ALL.map(|claim| {
        let (verdict, why) = match report.verdict(claim) {
            Verdict::Holds => ("holds", None),
            Verdict::Violated => ("violated", None),
            Verdict::NotChecked(why) => ("not checked", Some(why)),
        };
        json!({
            "schema": SCHEMA,
            "kind": "claim",
            "claim": claim.name(),
            "meaning": claim.meaning(),
            "verdict": verdict,
            "why": why,
            "findings": report.counts.get(&claim).copied().unwrap_or(0),
        })
    });
    let findings = report.findings.iter().map(|finding| {
        let locations = finding.locations.iter();
        json!({
            "schema": SCHEMA,
            "kind": "finding",
            "claim": finding.claim.name(),
            "decree_number": finding.number.map(|at| at.0),
            "what": finding.what,
            "figure": finding.figure,
            "places": locations.map(ToString::to_string).collect::<Vec<_>>(),
        })
    });
    let mut figures = json!(report.figures);
    figures["schema"] = SCHEMA.into();
    figures["kind"] = "figures".into();
    figures["holds"] = report.holds().into();
    figures["not_compared"] = json!(report.not_compared);
    let all = claims.into_iter().chain(findings).chain([figures]);
    all.map(|line| format!("{line}\n")).collect()
}
