//! All states of one priest.

use super::Paper;
use std::collections::BTreeSet;
use synod_math::{BallotNumber, Cast, Priest, PriestSet, Vote};
use synod_paper::basic::{Legislator, Slip};
use synod_paper::message::Message;
use synod_paper::variables::Poll;

/// Every state of one priest, one number and one decree that `synod_paper` can name.
pub fn every_state(initial: &Paper) -> Vec<Paper> {
    let alpha = Priest::new(0).unwrap();
    let (number, decree) = (BallotNumber(0), "α");
    let cast = Cast { number, decree };
    let null = Vote::null(alpha);
    let vote = Vote {
        priest: alpha,
        cast: Some(cast),
    };
    let all = PriestSet::first(1);
    let messages = [
        Message::NextBallot(number),
        Message::LastVote(number, null),
        Message::LastVote(number, vote),
        Message::BeginBallot(number, decree, all),
        Message::Voted(number, alpha),
        Message::Success(decree),
    ];
    let prev_votes = subsets(&[null, vote]);
    let mut slips = vec![Slip::Idle];
    for votes in &prev_votes {
        let prev_votes: BTreeSet<_> = votes.iter().copied().collect();
        slips.push(Slip::Trying {
            prev_votes: prev_votes.clone(),
        });
        for (quorum, voters) in pairs(&[PriestSet::EMPTY, all]) {
            let poll = Poll {
                quorum,
                voters,
                decree,
            };
            slips.push(Slip::Polling {
                prev_votes: prev_votes.clone(),
                poll,
            });
        }
    }
    let mut states = vec![];
    for ((outcome, voted), (tried, promised)) in pairs(&pairs(&[false, true])) {
        for (slip, voters) in slips
            .iter()
            .flat_map(|slip| [None, Some(PriestSet::EMPTY), Some(all)].map(|voters| (slip, voters)))
        {
            for messages in subsets(&messages) {
                let mut state = initial.clone();
                state.legislators[0] = Legislator {
                    outcome: outcome.then_some(decree),
                    last_tried: tried.then_some(number),
                    prev_vote: voted.then_some(cast),
                    next_bal: promised.then_some(number),
                    slip: slip.clone(),
                };
                state.ballots = voters
                    .into_iter()
                    .map(|it| ((number, decree, all), it))
                    .collect();
                state.messages = messages.into_iter().collect();
                states.push(state);
            }
        }
    }
    states
}

fn subsets<T: Copy>(of: &[T]) -> Vec<Vec<T>> {
    let chosen = |bits: usize| {
        let indices = (0..of.len()).filter(move |index| bits >> index & 1 == 1);
        indices.map(|index| of[index]).collect()
    };
    (0..1 << of.len()).map(chosen).collect()
}

fn pairs<T: Copy>(of: &[T]) -> Vec<(T, T)> {
    of.iter()
        .flat_map(|left| of.iter().map(|right| (*left, *right)))
        .collect()
}
