//! States of `Basic.tla`: the variables of ledgers and slips, each of which is a function
//! on the priests, and ballots and messages.

use crate::twin::{Names, Twin, priests};
use crate::value::Value;
use synod_models::basic::inductive::Inductive;
use synod_models::basic::{Basic, Legislator, State};
use synod_models::view::Synod;

impl<L> Twin for Basic<L> {
    fn twin_state(&self, state: &State) -> Value {
        let names = Names(self.bounds());
        let of_each =
            |value: &dyn Fn(&Legislator) -> Value| names.of_priests(|p| value(state.of(p)));
        let prev_votes = |of: &Legislator| {
            let votes = self.prev_votes(of);
            Value::set(votes.map(|vote| names.vote(vote)))
        };
        let messages = self.messages(state);
        Value::record([
            ("outcome", of_each(&|of| names.decree(of.outcome))),
            ("lastTried", of_each(&|of| names.number(of.last_tried))),
            ("prevBal", of_each(&|of| names.number(of.prev_bal))),
            ("prevDec", of_each(&|of| names.decree(of.prev_dec))),
            ("nextBal", of_each(&|of| names.number(of.next_bal))),
            ("status", of_each(&|of| Value::text(of.status.to_string()))),
            ("prevVotes", of_each(&prev_votes)),
            ("quorum", of_each(&|of| priests(of.quorum()))),
            ("voters", of_each(&|of| priests(of.voters()))),
            ("decree", of_each(&|of| names.decree(of.decree))),
            ("ballots", names.ballots(&state.ballots)),
            (
                "messages",
                Value::set(messages.map(|message| names.message(message))),
            ),
        ])
    }
}

/// The protocol begins in every state of which the invariant I holds. The variables are
/// those of [`Basic`].
impl Twin for Inductive {
    fn twin_state(&self, state: &State) -> Value {
        self.basic().twin_state(state)
    }
}
