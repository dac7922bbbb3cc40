//! Mutants of the shipped legislator: each tampers with his inputs or outputs, so that one
//! rule of §3.1 is dropped. The shipped crate does not contain them. A
//! [`Plan`](super::plan::Plan) selects one.

use super::legislator::Legislator;
use super::setting::{ALIAS, Command, Decree, Machine, Request};
use crate::candidate::{mutants, sent_first};
use std::collections::BTreeMap;
use synod_math::{BallotNumber, Cast};
use synod_process::Process as _;
use synod_process::{Input as Border, Output};
use synod_protocol::Timer;
use synod_protocol::parliament::DecreeNumber;
use synod_protocol::parliament::{Input, Message, Outputs, RequestId, Slip, Told};

mutants! {
    /// A mutant of the legislator.
    pub enum Mutant of Legislator {
        /// A new president takes a gap as filled: he writes the olive-day decree there
        /// without a ballot.
        GapSkipped: "a gap is skipped", false, |shipped, input| {
            let gone = |_: &Legislator| Some(Told::Passed(Decree::OliveDay));
            shipped.handle(with_gaps(shipped, input, gone))
        };
        /// A new president fills a gap with a request that waits.
        GapWithANewDecree: "a gap is filled with a new decree", false, |shipped, input| {
            shipped.handle(with_gaps(shipped, input, |shipped| {
                let request = shipped.waiting().front();
                request.map(|&request| {
                    Told::Voted(Cast {
                        number: BallotNumber(0),
                        decree: Decree::Request(request),
                    })
                })
            }))
        };
        /// A president proposes before a majority set has answered.
        BeforeTheAnswers: "new decrees proposed before the answers of a majority", false,
            before_the_answers;
        /// A LastVote leaves out the first number that has a vote.
        LastVoteLeavesOut: "LastVote leaves out a number", false, |shipped, input| {
            without(shipped.handle(input), |told| matches!(told, Told::Voted(_)))
        };
        /// A LastVote leaves out the first decree that is in the ledger.
        LastVoteOmitsADecree: "LastVote omits a decree of the ledger", false, |shipped, input| {
            without(shipped.handle(input), |told| matches!(told, Told::Passed(_)))
        };
        /// A president's NextBallot claims one decree more than he knows, and he
        /// proposes at that number.
        ProposesBelow: "the president proposes at a number ≤ n", false, |shipped, input| {
            let input = asked_above_his_law(shipped, input);
            knows_more(shipped.handle(input))
        };
        /// A president does not recognize a request that is under way.
        RetriedTwice: "a retried request is passed twice", false, |shipped, input| {
            shipped.handle(unrecognized(shipped, input))
        };
        /// The law has all decrees in the ledger, even after a gap. (This mutant handles
        /// inputs as the shipped legislator; its law differs, in `Candidate::law`.)
        LawPastAGap: "the law applied past a gap", false, Legislator::handle;
        /// A Voted is sent before the vote is recorded.
        VotedBeforeTheVote: "Voted sent before the vote is recorded", true, |shipped, input| {
            sent_first(shipped.handle(input), |message| {
                matches!(message, Message::Voted { .. })
            })
        };
        /// A LastVote is sent before nextBal is recorded.
        LastVoteBeforeNextBal: "LastVote sent before nextBal is recorded", true, |shipped, input| {
            sent_first(shipped.handle(input), |message| {
                matches!(message, Message::LastVote { .. })
            })
        };
    }
}

/// Changes a received LastVote: it gets an entry for each gap below its last entry, unless
/// an earlier LastVote or the ledger has one.
fn with_gaps(
    shipped: &Legislator,
    mut input: Input<Machine>,
    fill: impl Fn(&Legislator) -> Option<Told<Command>>,
) -> Input<Machine> {
    let (
        Slip::Trying { answers, .. },
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

/// Handles answers that no legislator has sent, until the president has a majority.
fn before_the_answers(shipped: &mut Legislator, input: Input<Machine>) -> Outputs<Machine> {
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
            through: None,
            told: BTreeMap::new(),
            missing: Vec::new(),
        };
        let more = shipped.handle(Border::Receive { from, message });
        outputs.outputs.extend(more.outputs);
    }
    outputs
}

/// Removes from a sent LastVote the first entry for which `is_left_out` returns true.
fn without(
    mut outputs: Outputs<Machine>,
    is_left_out: impl Fn(&Told<Command>) -> bool,
) -> Outputs<Machine> {
    for output in &mut outputs.outputs {
        if let Output::Send {
            message: Message::LastVote { told, .. },
            ..
        } = output
        {
            let first = told.iter().find(|(_, told)| is_left_out(told));
            if let Some(at) = first.map(|(&at, _)| at) {
                told.remove(&at);
            }
        }
    }
    outputs
}

/// Changes a sent NextBallot: it claims that the sender knows all decrees up to n + 1
/// instead of n.
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

/// Changes a received LastVote: the legislator takes it for the answer to a NextBallot that told
/// his law as it is.
fn asked_above_his_law(shipped: &Legislator, mut input: Input<Machine>) -> Input<Machine> {
    if let Border::Receive {
        message: Message::LastVote { above, .. },
        ..
    } = &mut input
    {
        *above = (*above).min(shipped.law().through());
    }
    input
}

/// Changes the id of a received request that is under way, so that it looks like another
/// request.
fn unrecognized(shipped: &Legislator, mut input: Input<Machine>) -> Input<Machine> {
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
    let has_id = |decree: &Decree| decree.request_id() == Some(id);
    let waits = |request: &Request| request.id == id;
    let mut office = shipped.slip().presiding().into_iter();
    office.any(|office| office.polls.values().any(|poll| has_id(&poll.decree)))
        || shipped.ledger().decrees.values().any(has_id)
        || shipped.waiting().iter().any(waits)
}
