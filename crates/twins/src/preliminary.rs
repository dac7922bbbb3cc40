//! States of `Preliminary.tla`: outcome, tried, ballots and messages.

use crate::twin::{Names, Twin};
use crate::value::Value;
use synod_models::preliminary::{Preliminary, State};
use synod_models::view::Synod;

impl<L> Twin for Preliminary<L> {
    fn twin_state(&self, state: &State) -> Value {
        let bounds = self.bounds();
        let names = Names(bounds);
        let tried = bounds.ranks().filter(|rank| state.has_tried(*rank));
        let messages = self.messages(state);
        Value::record([
            (
                "outcome",
                names.of_priests(|p| names.decree(state.outcome[p.index()])),
            ),
            ("tried", Value::set(tried.map(|rank| names.number(rank)))),
            ("ballots", names.ballots(&state.ballots)),
            (
                "messages",
                Value::set(messages.map(|message| names.message(message))),
            ),
        ])
    }
}
