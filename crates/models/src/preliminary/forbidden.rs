//! Why steps of the preliminary protocol are not possible: the guards of §2.2.

use super::{Action, Preliminary, State};
use crate::ballots::BallotKey;
use crate::view::Synod;
use stateright::Model;
use synod_math::BallotNumber;
use synod_paper::preliminary as paper;
use synod_vocabulary::{Describe, Forbidden};

/// The steps of a state that are not possible, with the guards that forbid them.
pub(super) fn forbidden<L>(model: &Preliminary<L>, state: &State) -> Vec<Forbidden> {
    let mut actions = Vec::new();
    model.actions(state, &mut actions);
    let unpacked = unpacked(model, state);
    let refused = actions
        .into_iter()
        .filter(|action| model.apply(state, *action).is_none());
    let forbidden = refused.map(|action| {
        let in_paper = in_paper(model, action);
        let guard = in_paper.and_then(|action| paper::step(&unpacked, &action).err());
        Forbidden {
            step: model.step_name(&action),
            why: match guard {
                Some(guard) => guard.to_string(),
                None => "it would change nothing".to_owned(),
            },
        }
    });
    forbidden.collect()
}

/// The state as a type of `synod_paper`, with the names of the decrees.
fn unpacked<L>(model: &Preliminary<L>, state: &State) -> paper::State<String> {
    let bounds = &model.bounds;
    let outcomes = bounds.priests().map(|p| {
        let outcome = state.outcome[p.index()].written();
        outcome.map(|decree| bounds.decree_name(decree).to_owned())
    });
    let tried = bounds.ranks().filter(|rank| state.has_tried(*rank));
    let ballots = model.named_ballots(state);
    let ballots = ballots.iter().map(|ballot| {
        let (number, decree) = (ballot.number(), ballot.decree().clone());
        ((number, decree, ballot.quorum()), ballot.voters())
    });
    let mut unpacked = paper::State::new(bounds.quorum_system().clone());
    unpacked.outcomes = outcomes.collect();
    unpacked.tried = tried.filter_map(|rank| bounds.number(rank)).collect();
    unpacked.ballots = ballots.collect();
    let messages = model.messages(state);
    unpacked.messages = messages.map(|message| message.named(bounds)).collect();
    unpacked
}

fn in_paper<L>(model: &Preliminary<L>, action: Action) -> Option<paper::Action<String>> {
    let number = |rank| model.bounds.number(rank);
    let decree = |decree| model.bounds.decree_name(decree).to_owned();
    let ballot = |key: BallotKey| -> Option<(BallotNumber, String)> {
        Some((number(key.number)?, decree(key.decree)))
    };
    Some(match action {
        Action::NextBallot(b) => paper::Action::NextBallot(number(b)?),
        Action::LastVote(q, b) => paper::Action::LastVote(q, number(b)?),
        Action::BeginBallot(key) => {
            let (b, d) = ballot(key)?;
            paper::Action::BeginBallot(b, d, key.quorum())
        }
        Action::Vote(q, key) => {
            let (b, d) = ballot(key)?;
            paper::Action::Vote(q, b, d, key.quorum())
        }
        Action::Succeed(key) => {
            let (b, d) = ballot(key)?;
            paper::Action::Succeed(b, d, key.quorum())
        }
        Action::ReceiveSuccess(q, d) => paper::Action::ReceiveSuccess(q, decree(d)),
    })
}
