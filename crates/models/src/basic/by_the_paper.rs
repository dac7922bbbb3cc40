//! What A.1, as it is in the paper, says of the steps of a model: which guard forbids a step
//! that is not possible, and what a mutant's step does against the rules.

use super::actions::PAPER;
use super::{Action, Basic, State, Status};
use crate::bounds::{Decree, Rank};
use crate::refinement::Broken;
use crate::view::Synod;
use stateright::Model;
use synod_math::{BallotNumber, Priest};
use synod_paper::basic::{self as paper, Guard, enabled};
use synod_vocabulary::{Describe, Forbidden};

/// Why an action that is possible is no step.
const NOTHING: &str = "it would change nothing";

impl<L> Basic<L> {
    /// The actions of a state that are no steps, with the reasons. `takes` is the state after
    /// an action.
    pub(super) fn forbidden_steps(
        &self,
        state: &State,
        takes: impl Fn(Action) -> Option<State>,
    ) -> Vec<Forbidden> {
        let forbidden = self.candidates(state).into_iter().filter_map(|action| {
            let why = match takes(action) {
                Some(next) if next != *state => return None,
                Some(_) => NOTHING.to_owned(),
                None => self
                    .refusal(state, action)
                    .unwrap_or_else(|| "the paper allows it, but this mutant does not".to_owned()),
            };
            let step = self.step_name(&action);
            Some(Forbidden { step, why })
        });
        forbidden.collect()
    }

    /// The actions for which a reader may look. Start Polling is among them only where it
    /// depends on prevVotes which quorum and decree it may have.
    pub(super) fn candidates(&self, state: &State) -> Vec<Action> {
        let mut actions = Vec::new();
        self.actions(state, &mut actions);
        actions.retain(|action| match action {
            Action::StartPolling(p, ..) => state.of(*p).status == Status::Trying,
            _ => true,
        });
        actions
    }

    /// The guard of A.1 that forbids an action, as a sentence; none if no guard does.
    pub(crate) fn refusal(&self, state: &State, action: Action) -> Option<String> {
        let (p, by_the_paper) = self.in_paper(action)?;
        let guard = enabled(&self.view(state), p, &by_the_paper).err()?;
        Some(self.sentence(&by_the_paper, &guard))
    }

    /// A guard as a sentence for a reader who does not have the paper at hand.
    pub(crate) fn sentence(&self, action: &paper::Action<Decree>, guard: &Guard<Decree>) -> String {
        let guard = guard.map(|decree| self.codes.bounds.decree_name(*decree).to_owned());
        let rest = match (&guard, action) {
            (Guard::NotSent(message), _) => return format!("{message} was not sent"),
            (Guard::NextBal(None), _) => ": he has received no NextBallot".to_owned(),
            (Guard::NextBal(Some(_)), paper::Action::ReceiveNextBallot(b)) => {
                format!(", which is above {b}")
            }
            (Guard::NextBal(Some(is)), paper::Action::ReceiveBeginBallot(b, ..)) if is > b => {
                format!(": he has promised not to vote in ballot {b} any more")
            }
            (Guard::NextBal(_) | Guard::LastTried(_), _) => match number_of(action) {
                Some(b) => format!(", not {b}"),
                None => String::new(),
            },
            (Guard::PrevBal(_), paper::Action::SendLastVote) => {
                ", and nextBal is not above it".to_owned()
            }
            (Guard::PrevBal(_), paper::Action::ReceiveBeginBallot(b, ..)) => {
                format!(": he has voted in ballot {b} or in a later one")
            }
            _ => String::new(),
        };
        format!("{guard}{rest}")
    }

    /// What A.1 says against a step. None if A.1 has the same step.
    pub(super) fn objection_to(&self, state: &State, action: Action) -> Option<String> {
        let from = State {
            broken: Broken::NOTHING,
            ..*state
        };
        let to = self.step(&from, action)?;
        // Mutants lose more with the slip than the slip, so they may lose it while idle.
        let loses_slip = matches!(action, Action::LoseSlip(_));
        if !loses_slip && let Some(refusal) = self.refusal(&from, action) {
            return Some(format!("the paper forbids this step: {refusal}"));
        }
        let should_be = PAPER.take(&self.codes, &from, action).unwrap_or(from);
        (to != should_be).then(|| {
            let (is, should_be) = (self.fields(&to), self.fields(&should_be));
            let differ = should_be.iter().zip(&is).filter(|(a, b)| a != b);
            let lines: Vec<_> = differ.map(|(field, _)| field.to_string()).collect();
            format!("the paper's action would leave {}", lines.join(" and "))
        })
    }

    /// The priest who takes an action, and the action as a type of `synod_paper`. None for an
    /// action about −∞, which is no ballot number.
    fn in_paper(&self, action: Action) -> Option<(Priest, paper::Action<Decree>)> {
        let number = |rank: Rank| self.codes.bounds.number(rank);
        let in_paper = match action {
            Action::TryNewBallot(_, b) => paper::Action::TryNewBallot(number(b)?),
            Action::SendNextBallot(_) => paper::Action::SendNextBallot,
            Action::ReceiveNextBallot(_, b) => paper::Action::ReceiveNextBallot(number(b)?),
            Action::SendLastVote(_) => paper::Action::SendLastVote,
            Action::ReceiveLastVote(b, vote) => {
                paper::Action::ReceiveLastVote(number(b)?, vote.unpack(&self.codes.bounds))
            }
            Action::StartPolling(_, quorum, d) => paper::Action::StartPolling(quorum, d),
            Action::SendBeginBallot(_) => paper::Action::SendBeginBallot,
            Action::ReceiveBeginBallot(_, key) => {
                let b = number(key.number)?;
                paper::Action::ReceiveBeginBallot(b, key.decree, key.quorum())
            }
            Action::SendVoted(_) => paper::Action::SendVoted,
            Action::ReceiveVoted(b, q) => paper::Action::ReceiveVoted(number(b)?, q),
            Action::Succeed(_) => paper::Action::Succeed,
            Action::SendSuccess(_) => paper::Action::SendSuccess,
            Action::ReceiveSuccess(_, d) => paper::Action::ReceiveSuccess(d),
            Action::LoseSlip(_) => paper::Action::LoseSlip,
        };
        Some((self.priest_of(&action)?, in_paper))
    }
}

/// The ballot number of the message that an action receives.
const fn number_of(action: &paper::Action<Decree>) -> Option<BallotNumber> {
    match action {
        paper::Action::ReceiveLastVote(b, _)
        | paper::Action::ReceiveBeginBallot(b, ..)
        | paper::Action::ReceiveVoted(b, _) => Some(*b),
        _ => None,
    }
}
