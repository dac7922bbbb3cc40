//! States of `Paxos.tla`, the published specification: three variables for each acceptor,
//! and msgs.

use crate::twin::{Twin, message_of, priest};
use crate::value::Value;
use synod_models::bounds::{Decree, Rank};
use synod_models::paxos::{Acceptor, Message, Paxos, State};

impl Twin for Paxos {
    fn twin_state(&self, state: &State) -> Value {
        let of_each = |value: &dyn Fn(Acceptor) -> Value| {
            Value::tuple(self.acceptors().map(|a| value(self.acceptor(state, a))))
        };
        let messages = self.messages(state);
        Value::record([
            ("maxBal", of_each(&|a| ballot(a.max_bal))),
            ("maxVBal", of_each(&|a| ballot(a.max_v_bal))),
            ("maxVal", of_each(&|a| decree(self, a.max_val))),
            ("msgs", Value::set(messages.map(|m| message(self, m)))),
        ])
    }
}

/// A ballot number. Ballot b has rank b + 1; −1, which is no ballot, has rank 0.
fn ballot(rank: Rank) -> Value {
    Value::Integer(i64::from(rank.0) - 1)
}

fn decree(model: &Paxos, decree: Decree) -> Value {
    Value::text(model.decree_name(decree))
}

fn message(model: &Paxos, message: Message) -> Value {
    match message {
        Message::M1a(b) => message_of("1a", [("bal", ballot(b))]),
        Message::M1b(b, vote) => message_of(
            "1b",
            [
                ("acc", priest(vote.priest)),
                ("bal", ballot(b)),
                ("mbal", ballot(vote.number)),
                ("mval", decree(model, vote.decree)),
            ],
        ),
        Message::M2a(b, v) => message_of("2a", [("bal", ballot(b)), ("val", decree(model, v))]),
        Message::M2b(vote) => message_of(
            "2b",
            [
                ("acc", priest(vote.priest)),
                ("bal", ballot(vote.number)),
                ("val", decree(model, vote.decree)),
            ],
        ),
    }
}
