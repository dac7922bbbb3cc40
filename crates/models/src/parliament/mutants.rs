//! Mutants of the shipped legislator: each tampers with what goes into him or
//! comes out of him, so that one rule of §3.1 is dropped. The shipped crate
//! knows nothing of them.

use super::legislator::Legislator;
use super::setting::{ALIAS, Command, Decree, Machine, Request};
use crate::candidate::Tamper;
use std::collections::BTreeMap;
use synod_math::{BallotNumber, Cast};
use synod_process::Process as _;
use synod_process::{Input as Border, Output};
use synod_protocol::Timer;
use synod_protocol::parliament::DecreeNumber;
use synod_protocol::parliament::{Input, Message, Outputs, RequestId, Slip, Told};

/// A named wrong legislator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mutant {
    /// A new president takes a gap for filled: he writes the olive day there
    /// without a ballot.
    GapSkipped,
    /// A new president fills a gap with a request that waits.
    GapWithANewDecree,
    /// A president proposes before a majority set has answered.
    BeforeTheAnswers,
    /// A LastVote leaves out the first number there is a vote for.
    LastVoteLeavesOut,
    /// A LastVote leaves out the first decree that is in the ledger.
    LastVoteOmitsADecree,
    /// A president says that he knows one decree more than he does, and
    /// proposes at that number.
    ProposesBelow,
    /// A president does not recognize a request that is under way.
    RetriedTwice,
    /// The law is all decrees in the ledger, gaps or not.
    LawPastAGap,
    /// A Voted leaves before the vote is recorded.
    VotedBeforeTheVote,
    /// A LastVote leaves before nextBal is recorded.
    LastVoteBeforeNextBal,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::GapSkipped,
        Self::GapWithANewDecree,
        Self::BeforeTheAnswers,
        Self::LastVoteLeavesOut,
        Self::LastVoteOmitsADecree,
        Self::ProposesBelow,
        Self::RetriedTwice,
        Self::LawPastAGap,
        Self::VotedBeforeTheVote,
        Self::LastVoteBeforeNextBal,
    ];

    /// The name by which run specs select it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GapSkipped => "a gap is skipped",
            Self::GapWithANewDecree => "a gap is filled with a new decree",
            Self::BeforeTheAnswers => "new decrees proposed before the answers of a majority",
            Self::LastVoteLeavesOut => "LastVote leaves out a number",
            Self::LastVoteOmitsADecree => "LastVote omits a decree of the ledger",
            Self::ProposesBelow => "the president proposes at a number ≤ n",
            Self::RetriedTwice => "a retried request is passed twice",
            Self::LawPastAGap => "the law applied past a gap",
            Self::VotedBeforeTheVote => "Voted sent before the vote is recorded",
            Self::LastVoteBeforeNextBal => "LastVote sent before nextBal is recorded",
        }
    }

    /// Whether it shows only when processes crash.
    pub const fn needs_crashes(self) -> bool {
        matches!(self, Self::VotedBeforeTheVote | Self::LastVoteBeforeNextBal)
    }
}

impl Tamper<Legislator> for Mutant {
    fn handle(self, shipped: &mut Legislator, input: Input<Command>) -> Outputs<Machine> {
        match self {
            Self::GapSkipped => shipped.handle(with_gaps(shipped, input, |_| {
                Some(Told::Passed(Decree::OliveDay))
            })),
            Self::GapWithANewDecree => shipped.handle(with_gaps(shipped, input, |shipped| {
                let request = shipped.waiting().front();
                request.map(|&request| {
                    Told::Voted(Cast {
                        number: BallotNumber(0),
                        decree: Decree::Request(request),
                    })
                })
            })),
            Self::BeforeTheAnswers => before_the_answers(shipped, input),
            Self::LastVoteLeavesOut => {
                without(shipped.handle(input), |told| matches!(told, Told::Voted(_)))
            }
            Self::LastVoteOmitsADecree => without(shipped.handle(input), |told| {
                matches!(told, Told::Passed(_))
            }),
            Self::ProposesBelow => knows_more(shipped.handle(input)),
            Self::RetriedTwice => shipped.handle(unrecognized(shipped, input)),
            Self::VotedBeforeTheVote => sent_first(shipped.handle(input), |message| {
                matches!(message, Message::Voted { .. })
            }),
            Self::LastVoteBeforeNextBal => sent_first(shipped.handle(input), |message| {
                matches!(message, Message::LastVote { .. })
            }),
            Self::LawPastAGap => shipped.handle(input),
        }
    }
}

/// A LastVote that tells something of the gaps below what it tells, if nobody
/// has told anything of them before.
fn with_gaps(
    shipped: &Legislator,
    mut input: Input<Command>,
    fill: impl Fn(&Legislator) -> Option<Told<Command>>,
) -> Input<Command> {
    let (
        Slip::Trying { answers },
        Border::Receive {
            message: Message::LastVote { told, .. },
            ..
        },
    ) = (shipped.slip(), &mut input)
    else {
        return input;
    };
    let last = told.keys().next_back().copied().unwrap_or_default();
    let is_told = |at: &DecreeNumber| {
        let mut answers = answers.values();
        shipped.ledger().decrees.contains_key(at) || answers.any(|votes| votes.contains_key(at))
    };
    let gaps = (1..last.0).map(DecreeNumber).filter(|at| !is_told(at));
    let gaps: Vec<_> = gaps.filter(|at| !told.contains_key(at)).collect();
    for gap in gaps {
        if let Some(filling) = fill(shipped) {
            told.insert(gap, filling);
        }
    }
    input
}

/// Takes answers for given that nobody gave, until he presides.
fn before_the_answers(shipped: &mut Legislator, input: Input<Command>) -> Outputs<Machine> {
    let is_timer = matches!(input, Border::Timeout(Timer::Absence | Timer::Round));
    let mut outputs = shipped.handle(input);
    let (Some(number), true) = (shipped.ledger().last_tried, is_timer) else {
        return outputs;
    };
    let me = shipped.me();
    let others = (0..).map_while(synod_math::Priest::new);
    for from in others.filter(|&q| q != me) {
        if !matches!(shipped.slip(), Slip::Trying { .. }) {
            break;
        }
        let message = Message::LastVote {
            number,
            above: shipped.law().through(),
            told: BTreeMap::new(),
            missing: Vec::new(),
        };
        let more = shipped.handle(Border::Receive { from, message });
        outputs.outputs.extend(more.outputs);
    }
    outputs
}

/// A LastVote without the first of its kind that it would tell.
fn without(
    mut outputs: Outputs<Machine>,
    is_it: impl Fn(&Told<Command>) -> bool,
) -> Outputs<Machine> {
    for output in &mut outputs.outputs {
        if let Output::Send {
            message: Message::LastVote { told, .. },
            ..
        } = output
        {
            let first = told.iter().find(|(_, told)| is_it(told));
            if let Some(at) = first.map(|(&at, _)| at) {
                told.remove(&at);
            }
        }
    }
    outputs
}

/// A NextBallot that says n + 1 for n.
fn knows_more(mut outputs: Outputs<Machine>) -> Outputs<Machine> {
    for output in &mut outputs.outputs {
        if let Output::Send {
            message: Message::NextBallot { known, .. },
            ..
        } = output
        {
            *known = known.next();
        }
    }
    outputs
}

/// A request that is under way comes as another one.
fn unrecognized(shipped: &Legislator, mut input: Input<Command>) -> Input<Command> {
    let (Border::Propose(request)
    | Border::Receive {
        message: Message::Forwarded { request },
        ..
    }) = &mut input
    else {
        return input;
    };
    if shipped.is_president() && is_under_way(shipped, request.id) {
        request.id.client = request.id.client % ALIAS + ALIAS;
    }
    input
}

fn is_under_way(shipped: &Legislator, id: RequestId) -> bool {
    let is_it = |decree: &Decree| decree.request_id() == Some(id);
    let waits = |request: &Request| request.id == id;
    let is_voted_on = match shipped.slip() {
        Slip::Presiding(office) => office.polls.values().any(|poll| is_it(&poll.decree)),
        Slip::Idle | Slip::Trying { .. } => false,
    };
    is_voted_on
        || shipped.ledger().decrees.values().any(is_it)
        || shipped.waiting().iter().any(waits)
}

/// The messages of a kind, before everything else.
fn sent_first(
    mut outputs: Outputs<Machine>,
    is_it: impl Fn(&Message<Command>) -> bool,
) -> Outputs<Machine> {
    // A stable sort: false, which is first, for what is to be sent first.
    outputs.outputs.sort_by_key(|output| match output {
        Output::Send { message, .. } => !is_it(message),
        _ => true,
    });
    outputs
}
