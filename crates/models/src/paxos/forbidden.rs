//! Why steps of `Paxos` are not possible: the guards of the TLA+ specification.

use super::layout::ballot_name;
use super::{Action, Message, Paxos, State};
use crate::bounds::{Decree, Rank};
use stateright::Model;
use synod_math::{Priest, PriestSet};
use synod_vocabulary::{Describe, Forbidden};

/// The steps of a state that are not possible, with the guards that forbid them. A step that
/// answers a message is among them only if the message was sent.
pub(super) fn forbidden(model: &Paxos, state: &State) -> Vec<Forbidden> {
    let mut possible = Vec::new();
    model.actions(state, &mut possible);
    let mut candidates = candidates(model, state);
    candidates.retain(|action| !possible.contains(action));
    let forbidden = candidates.into_iter().map(|action| Forbidden {
        step: model.step_name(&action),
        why: why(model, state, action),
    });
    forbidden.collect()
}

fn candidates(model: &Paxos, state: &State) -> Vec<Action> {
    let ballots = (1..=model.ballots() as u8).map(Rank);
    let mut candidates: Vec<_> = ballots.map(Action::Phase1a).collect();
    for message in model.messages(state) {
        match message {
            Message::M1a(b) => {
                let decrees = (1..=model.decrees.len() as u8).map(Decree);
                candidates.extend(model.acceptors().map(|a| Action::Phase1b(a, b)));
                candidates.extend(decrees.map(|v| Action::Phase2a(b, v)));
            }
            Message::M2a(b, v) => {
                candidates.extend(model.acceptors().map(|a| Action::Phase2b(a, b, v)));
            }
            Message::M1b(..) | Message::M2b(_) => {}
        }
    }
    candidates
}

fn why(model: &Paxos, state: &State, action: Action) -> String {
    match action {
        Action::Phase1a(_) => "it would change nothing: the message was sent".to_owned(),
        Action::Phase1b(a, b) => is_not_below(model, state, a, b),
        Action::Phase2a(b, _) => {
            let is_2a = |message| matches!(message, Message::M2a(of, _) if of == b);
            let answered: PriestSet = model
                .messages(state)
                .filter_map(|message| match message {
                    Message::M1b(of, vote) if of == b => Some(vote.priest),
                    _ => None,
                })
                .collect();
            if model.messages(state).any(is_2a) {
                format!("a 2a message of ballot {} was sent", ballot_name(b))
            } else if answered.len() < model.layout.majority() {
                let ballot = ballot_name(b);
                format!(
                    "a quorum has to answer 1a({ballot}); the acceptors that have are {answered}"
                )
            } else {
                "the latest vote of every quorum that has answered is for another decree".to_owned()
            }
        }
        Action::Phase2b(a, b, _) if model.acceptor(state, a).max_bal > b => {
            is_not_below(model, state, a, b)
        }
        Action::Phase2b(a, ..) => format!("it would change nothing: {a} has voted in this ballot"),
    }
}

fn is_not_below(model: &Paxos, state: &State, a: Priest, b: Rank) -> String {
    let (is, b) = (
        ballot_name(model.acceptor(state, a).max_bal),
        ballot_name(b),
    );
    if is == b {
        format!("maxBal[{a}] is {is} already")
    } else {
        format!("maxBal[{a}] is {is}, which is above {b}")
    }
}
