//! Mutants of the shipped legislator: each tampers with his inputs or outputs, so that one
//! rule of §3.1 is dropped. The shipped crate does not contain them. A
//! [`Plan`](super::plan::Plan) selects one.

use super::legislator::Legislator;
use super::setting::{ALIAS, Command, Decree, Machine, Request};
use super::synced::own_vote_counts_at_once;
use crate::candidate::{mutants, sent_first};
use std::collections::BTreeMap;
use synod_math::{BallotNumber, Cast};
use synod_process::Process as _;
use synod_process::{Input as Border, Output};
use synod_protocol::Timer;
use synod_protocol::parliament::DecreeNumber;
use synod_protocol::parliament::{
    Action, Input, Law, LawEntry, Message, Note, Outputs, RequestId, Slip, Told, ledger::Presiding,
};

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
            let (input, asked) = asked_above_his_law(shipped, input);
            let mut outputs = knows_more(shipped.handle(input));
            for output in &mut outputs.outputs {
                if let (Output::Did(Action::ReceiveLastVote { above, .. }), Some(asked)) = (output, asked) {
                    *above = asked;
                }
            }
            outputs
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
        /// A president counts his own vote before it is durable. (Only a crash on a disk that loses
        /// votes which were not synced shows it: see `synced`.)
        OwnVoteCountsAtOnce: "the president's own vote counted before it is durable", true,
            |shipped, input| {
                let outputs = shipped.handle(input);
                own_vote_counts_at_once(outputs, shipped.ledger().next_bal)
            };
        /// A LastVote is sent before nextBal is recorded.
        LastVoteBeforeNextBal: "LastVote sent before nextBal is recorded", true, |shipped, input| {
            sent_first(shipped.handle(input), |message| {
                matches!(message, Message::LastVote { .. })
            })
        };
        /// Decrees are cut off before the snapshot that stands for them is in the ledger.
        CutBeforeTheSnapshot: "decrees cut before the snapshot is durable", true, |shipped, input| {
            cut_first(shipped.handle(input))
        };
        /// A snapshot has the state of the machine, but not the answers to clients.
        SnapshotWithoutClients: "a snapshot without the clients", false, |shipped, input| {
            shipped.handle(with_snapshot(input, |law| {
                let state = law.entries().filter(|entry| matches!(entry, LawEntry::State(_)));
                Law::restore(law.through(), state)
            }))
        };
        /// A snapshot says that it is one decree newer than it is.
        SnapshotTooNew: "a snapshot's number is one too large", false, |shipped, input| {
            shipped.handle(with_snapshot(input, |law| {
                Law::restore(law.through().next(), law.entries())
            }))
        };
        /// A snapshot that arrives late is written over a newer one in the ledger.
        OldSnapshotWritten: "an older snapshot is written over a newer one", false,
            written_over_a_newer_one;
        /// A president takes the snapshot of a legislator for his vote.
        SnapshotAsAVote: "a snapshot is counted as a vote", false, counted_as_a_vote;
        /// A LastVote is sent to a legislator who lacks decrees that are cut off. It cannot tell
        /// them.
        AnswerBelowTheCut: "LastVote in spite of decrees that are cut off", false,
            answer_below_the_cut;
        /// A legislator who lacks decrees that are cut off is sent nothing.
        NoSnapshotSent: "decrees that are cut off are asked for in vain", false, |shipped, input| {
            let mut outputs = shipped.handle(input);
            let is_sent = |output: &Output<_, Message<Machine>, _, _, _, _>| {
                matches!(output, Output::Send { message: Message::Snapshot { .. }, .. })
            };
            outputs.outputs.retain(|output| !is_sent(output));
            outputs
        };
        /// A legislator who has lost his ledger takes an empty one for his own. (This mutant handles
        /// inputs as the shipped legislator; the ledger that it recovers from differs.)
        VotesAtOnce: "votes at once with an empty ledger", false, Legislator::handle;
        /// A Voted that arrives before the BeginBallot of its ballot is not remembered.
        EarlyVotedForgotten: "a Voted before its BeginBallot is forgotten", false, |shipped, input| {
            if is_early(shipped, &input) {
                return Outputs::new();
            }
            shipped.handle(input)
        };
        /// A president gives the votes their time in a ballot in which he cannot vote himself.
        VotesInVain: "votes are waited for in vain", false, waits_in_vain;
        /// The first part of a LastVote is taken for the whole.
        PartAsTheWhole: "a part of a LastVote is taken for the whole", false, |shipped, mut input| {
            if let Border::Receive { message: Message::LastVote { through, .. }, .. } = &mut input {
                *through = None;
            }
            shipped.handle(input)
        };
    }
}

/// Whether a Voted arrives from another legislator before this one has voted in its ballot.
fn is_early(shipped: &Legislator, input: &Input<Machine>) -> bool {
    let Border::Receive {
        message: Message::Voted { number, at, .. },
        ..
    } = input
    else {
        return false;
    };
    let is_his = shipped.ledger().last_tried == Some(*number);
    !is_his && shipped.ledger().prev_bal(*at) != Some(*number)
}

fn waits_in_vain(shipped: &mut Legislator, input: Input<Machine>) -> Outputs<Machine> {
    let was_trying = matches!(shipped.slip(), Slip::Trying { .. });
    let mut outputs = shipped.handle(input);
    let polls = |office: &Presiding<_>| !office.polls.is_empty();
    let begins = was_trying && shipped.slip().presiding().is_some_and(polls);
    if begins && shipped.is_president() {
        outputs.set_timer(Timer::Round);
    }
    outputs
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
            life: None,
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
/// his law as it is. Returns what it told, too.
fn asked_above_his_law(
    shipped: &Legislator,
    mut input: Input<Machine>,
) -> (Input<Machine>, Option<DecreeNumber>) {
    let mut asked = None;
    if let Border::Receive {
        message: Message::LastVote { above, .. },
        ..
    } = &mut input
    {
        asked = Some(*above);
        *above = (*above).min(shipped.law().through());
    }
    (input, asked)
}

/// The same input with another snapshot, if it is one.
fn with_snapshot(
    mut input: Input<Machine>,
    change: impl Fn(&Law<Machine>) -> Law<Machine>,
) -> Input<Machine> {
    if let Border::Receive {
        message: Message::Snapshot { law },
        ..
    } = &mut input
    {
        *law = change(law);
    }
    input
}

/// Moves the cuts before the snapshots.
fn cut_first(mut outputs: Outputs<Machine>) -> Outputs<Machine> {
    outputs
        .outputs
        .sort_by_key(|output| !matches!(output, Output::Record(Note::Cut(_))));
    outputs
}

fn written_over_a_newer_one(shipped: &mut Legislator, input: Input<Machine>) -> Outputs<Machine> {
    let written = match &input {
        Border::Receive {
            message: Message::Snapshot { law },
            ..
        } if law.through() < shipped.ledger().snapshot.through() => Some(law.clone()),
        _ => None,
    };
    let mut outputs = shipped.handle(input);
    if let Some(law) = written {
        outputs.record(Note::Snapshot(law));
    }
    outputs
}

fn counted_as_a_vote(shipped: &mut Legislator, input: Input<Machine>) -> Outputs<Machine> {
    let voter = match &input {
        Border::Receive {
            from,
            message: Message::Snapshot { .. },
        } => Some(*from),
        _ => None,
    };
    let office = shipped.slip().presiding().into_iter();
    let polled: Vec<_> = office
        .flat_map(|office| office.polls.keys().copied())
        .collect();
    let mut all = Outputs::<Machine>::new();
    let (Some(priest), Some(number)) = (voter, shipped.ledger().last_tried) else {
        return shipped.handle(input);
    };
    for at in polled {
        let message = Message::Voted { number, at, priest };
        let voted = shipped.handle(Border::Receive {
            from: priest,
            message,
        });
        all.outputs.extend(voted.outputs);
    }
    all.outputs.extend(shipped.handle(input).outputs);
    all
}

fn answer_below_the_cut(shipped: &mut Legislator, mut input: Input<Machine>) -> Outputs<Machine> {
    let mut asked = None;
    if let Border::Receive {
        message: Message::NextBallot { known, .. },
        ..
    } = &mut input
        && shipped.ledger().is_cut_after(*known)
    {
        asked = Some(*known);
        *known = shipped.ledger().snapshot.through();
    }
    let mut outputs = shipped.handle(input);
    for output in &mut outputs.outputs {
        if let (
            Some(asked),
            Output::Send {
                message: Message::LastVote { above, missing, .. },
                ..
            },
        ) = (asked, output)
        {
            *above = asked;
            missing.clear();
        }
    }
    outputs
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
