//! States of `Complete.tla`: the ledgers, slips and timers, the messages on their way, and
//! the history.

use crate::twin::{Names, Twin, message_of, number, priest, priests};
use crate::value::Value;
use std::collections::BTreeMap;
use synod_math::{BallotNumber, Priest, PriestSet, Vote};
use synod_models::bounds::Decree;
use synod_models::complete::Candidate;
use synod_models::complete::history::History;
use synod_models::refinement::Broken;
use synod_models::world::{Envelope, InSetting, Site, State, World};
use synod_protocol::{Ledger, Message, Slip};

impl Twin for World<Candidate> {
    fn twin_state(&self, state: &State) -> Value {
        let names = Names(self.bounds());
        let of_each = |value: &dyn Fn(&Site<Candidate>) -> Value| {
            names.of_priests(|p| value(self.site(state, p)))
        };
        let history = self.history(state);
        let sent = self.messages(state).map(|sent| envelope(names, sent));
        let messages = self.setting().basic.messages(&history.basic);
        let messages = messages.map(|message| names.message(message));
        let mut variables = vec![
            ("ledgers", of_each(&|site| ledger(names, &site.ledger))),
            ("slips", of_each(&|site| slip(names, slip_of(site)))),
            ("proposal", of_each(&|site| proposal(names, site))),
            ("isPresident", of_each(&is_president)),
            ("timers", of_each(&timers)),
            ("sent", Value::set(sent)),
            ("crashesLeft", Value::Integer(state.crashes_left.into())),
            ("ballots", names.ballots(&history.basic.ballots)),
            ("messages", Value::set(messages)),
            (
                "crashedBeforeSending",
                Value::Boolean(history.past.crashed_before_sending),
            ),
        ];
        if has_gone_wrong(history) {
            variables.push(("hasGoneWrong", Value::Boolean(true)));
        }
        Value::record(variables)
    }
}

/// Whether the history records something that a correct protocol never does. The twin has
/// no variable for it, so such a state is equal to no state of the twin.
fn has_gone_wrong(history: &History) -> bool {
    history.past.has_diverged
        || history.past.went_back
        || history.past.is_outside
        || history.broken != Broken::NOTHING
}

fn slip_of(site: &Site<Candidate>) -> &Slip<Decree> {
    site.process.shipped().basic().slip()
}

fn is_president(site: &Site<Candidate>) -> Value {
    Value::Boolean(site.process.shipped().is_president())
}

fn proposal(names: Names<'_>, site: &Site<Candidate>) -> Value {
    decree(names, site.process.shipped().basic().proposal().copied())
}

fn timers(site: &Site<Candidate>) -> Value {
    let names = site.timers().map(|timer| format!("{timer:?}"));
    Value::set(names.map(Value::text))
}

fn ledger(names: Names<'_>, ledger: &Ledger<Decree>) -> Value {
    let prev_dec = ledger.prev_vote.map(|cast| cast.decree);
    Value::record([
        ("outcome", decree(names, ledger.outcome)),
        ("lastTried", number(ledger.last_tried)),
        ("prevBal", number(ledger.prev_bal())),
        ("prevDec", decree(names, prev_dec)),
        ("nextBal", number(ledger.next_bal)),
    ])
}

fn slip(names: Names<'_>, slip: &Slip<Decree>) -> Value {
    let none = PriestSet::EMPTY;
    let (status, votes, quorum, voters, on) = match slip {
        Slip::Idle => ("idle", None, none, none, None),
        Slip::Trying { prev_votes } => ("trying", Some(prev_votes), none, none, None),
        Slip::Polling {
            prev_votes,
            quorum,
            voters,
            decree,
        } => ("polling", Some(prev_votes), *quorum, *voters, Some(*decree)),
    };
    let votes = votes.into_iter().flat_map(BTreeMap::values);
    Value::record([
        ("status", Value::text(status)),
        ("prevVotes", Value::set(votes.map(|v| vote(names, v)))),
        ("quorum", priests(quorum)),
        ("voters", priests(voters)),
        ("decree", decree(names, on)),
    ])
}

fn decree(names: Names<'_>, decree: Option<Decree>) -> Value {
    names.decree(decree.unwrap_or(Decree::BLANK))
}

fn vote(names: Names<'_>, vote: &Vote<Decree>) -> Value {
    let dec = vote.cast.map(|cast| cast.decree);
    Value::record([
        ("pst", priest(vote.priest)),
        ("bal", number(vote.number())),
        ("dec", decree(names, dec)),
    ])
}

fn envelope(names: Names<'_>, sent: &Envelope<Priest, Message<Decree>>) -> Value {
    Value::record([
        ("from", priest(sent.from)),
        ("to", priest(sent.to)),
        ("message", message(names, &sent.message)),
    ])
}

fn message(names: Names<'_>, message: &Message<Decree>) -> Value {
    let bal = |b: &BallotNumber| ("bal", number(Some(*b)));
    let dec = |d: &Decree| ("dec", names.decree(*d));
    match message {
        Message::NextBallot { number } => message_of("NextBallot", [bal(number)]),
        Message::LastVote { number, vote: v } => {
            message_of("LastVote", [bal(number), ("vote", vote(names, v))])
        }
        Message::BeginBallot {
            number,
            decree,
            quorum,
        } => {
            let qrm = ("qrm", priests(*quorum));
            message_of("BeginBallot", [bal(number), dec(decree), qrm])
        }
        Message::Voted { number, priest: q } => {
            message_of("Voted", [bal(number), ("pst", priest(*q))])
        }
        Message::Success { decree } => message_of("Success", [dec(decree)]),
        Message::Refused { next_bal } => message_of("Refused", [bal(next_bal)]),
        Message::Present { knows_outcome } => {
            let knows = Value::Boolean(*knows_outcome);
            message_of("Present", [("knowsOutcome", knows)])
        }
    }
}
