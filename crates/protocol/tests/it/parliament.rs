//! The priest of one decree as a subject of the Chamber. A letter as text is, for example,
//! `Γ→Α NextBallot(2)`.

pub(crate) use crate::chamber::{ALPHA, BETA, DELTA, EPSILON, GAMMA, priest};
use crate::chamber::{Chamber, Subject};
use crate::runs::{Randomness, Weights};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use synod_math::{BallotNumber, BallotSet, Cast, Priest, PriestSet, Quorums};
pub(crate) use synod_process::simulation::End;
use synod_protocol::parliament::DecreeNumber;
use synod_protocol::{Action, Complete, Ledger, Message, Note, Slip};

pub(crate) type Parliament = Chamber<Complete<char>>;
pub(crate) type Step = crate::chamber::Step<Complete<char>>;

const ONE: DecreeNumber = DecreeNumber(1);

impl Parliament {
    /// `priests` priests who have done nothing yet; majorities are quorums.
    pub(crate) fn of(priests: usize) -> Self {
        Self::with(Quorums::majority(priests).unwrap())
    }

    pub(crate) fn with(quorums: Quorums) -> Self {
        Self::convene(for_each(quorums))
    }

    pub(crate) fn slip(&self, priest: Priest) -> &Slip<char> {
        self.present(priest).basic().slip()
    }

    /// The outcome in each ledger.
    pub(crate) fn outcomes(&self) -> Vec<Option<char>> {
        self.all().map(|p| self.durable(p).outcome).collect()
    }

    /// 𝓑.
    pub(crate) fn ballots(&self) -> BallotSet<char> {
        self.ballots_at(ONE)
    }
}

/// The quorums, once for each priest.
fn for_each(quorums: Quorums) -> Vec<Arc<Quorums>> {
    let priests = quorums.priests();
    let quorums = Arc::new(quorums);
    priests.iter().map(|_| Arc::clone(&quorums)).collect()
}

impl Subject for Complete<char> {
    const FORGETS_VOTES: bool = false;

    fn request(letter: char) -> char {
        letter
    }

    fn is_president(&self) -> bool {
        self.is_president()
    }

    fn remembers(&self) -> &Ledger<char> {
        self.basic().ledger()
    }

    fn last_tried(ledger: &Ledger<char>) -> Option<BallotNumber> {
        ledger.last_tried
    }

    fn next_bal(ledger: &Ledger<char>) -> Option<BallotNumber> {
        ledger.next_bal
    }

    fn vote(ledger: &Ledger<char>, _: DecreeNumber) -> Option<Cast<char>> {
        ledger.prev_vote
    }

    fn outcomes(ledger: &Ledger<char>) -> BTreeMap<DecreeNumber, char> {
        ledger
            .outcome
            .map(|decree| (ONE, decree))
            .into_iter()
            .collect()
    }

    fn grows(before: &Ledger<char>, note: &Note<char>) -> bool {
        match note {
            Note::LastTried(number) => before.last_tried < Some(*number),
            Note::NextBal(number) => before.next_bal < Some(*number),
            Note::PrevVote(cast) => before.prev_bal() < Some(cast.number),
            Note::Outcome(_) => before.outcome.is_none(),
        }
    }

    fn bears_out(durable: &Ledger<char>, sender: Priest, message: &Message<char>) -> bool {
        match message {
            Message::NextBallot { number } => durable.last_tried == Some(*number),
            Message::LastVote { number, vote } => {
                durable.next_bal == Some(*number)
                    && vote.priest == sender
                    && vote.cast == durable.prev_vote
                    && durable.prev_bal() < Some(*number)
            }
            // If he is in the quorum, his own LastVote is a promise like those of the others.
            Message::BeginBallot { number, quorum, .. } => {
                durable.last_tried == Some(*number)
                    && (!quorum.contains(sender) || durable.next_bal >= Some(*number))
            }
            Message::Voted { number, priest } => {
                *priest == sender && durable.prev_bal() == Some(*number)
            }
            Message::Success { decree } => durable.outcome == Some(*decree),
            Message::Refused { next_bal } => durable.next_bal == Some(*next_bal),
            Message::Present { knows_outcome } => durable.outcome.is_some() == *knows_outcome,
        }
    }

    fn bears_out_news(durable: &Ledger<char>, decree: &char) -> bool {
        durable.outcome == Some(*decree)
    }

    fn print(message: &Message<char>) -> String {
        message.to_string()
    }

    fn begun(action: &Action<char>) -> Option<(DecreeNumber, PriestSet, char)> {
        match action {
            Action::StartPolling(quorum, decree) => Some((ONE, *quorum, *decree)),
            _ => None,
        }
    }

    fn voted(note: &Note<char>) -> Option<(DecreeNumber, Cast<char>)> {
        match note {
            Note::PrevVote(cast) => Some((ONE, *cast)),
            _ => None,
        }
    }
}

impl Randomness for Complete<char> {
    const WEIGHTS: Weights = Weights {
        letters: 'a'..='e',
        ask: 4,
        time_out: 4,
        timers: [1, 2, 2],
        lose: 2,
        outputs: 8,
    };

    /// Majorities of 1 to 5 priests, by number or by weight.
    fn settings() -> BoxedStrategy<Vec<Arc<Quorums>>> {
        let by_number = (1..=5_usize).prop_map(|n| Quorums::majority(n).unwrap());
        let weights = prop::collection::vec(0..3_u32, 1..=5);
        let by_weight = weights.prop_filter_map("no weight", |w| Quorums::weighted(w).ok());
        let quorums = prop_oneof![3 => by_number, 1 => by_weight];
        let settings = quorums.prop_map(for_each);
        settings.boxed()
    }
}
