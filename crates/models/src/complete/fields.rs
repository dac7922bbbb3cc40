//! The variables of a process of one decree, with its ledger and its timers.

use super::Candidate;
use crate::bounds::{Bounds, Decree};
use crate::world::{Site, in_parts, timer_name};
use std::collections::BTreeMap;
use synod_math::PriestSet;
use synod_paper::variables::OrMinusInfinity;
use synod_protocol::Slip;
use synod_vocabulary::{Field, Value};

/// A process, its ledger and the timers that are set.
pub(super) fn site_fields(bounds: &Bounds, site: &Site<Candidate>) -> Vec<Field> {
    let (process, ledger) = (&site.process, &site.ledger);
    let number = |number| Value::one(OrMinusInfinity(number));
    let decree =
        |decree: Option<Decree>| Value::one(bounds.decree_name(decree.unwrap_or(Decree::BLANK)));
    let slip = process.shipped().basic().slip();
    let (status, votes, quorum, voters, on) = match slip {
        Slip::Idle => ("idle", None, PriestSet::EMPTY, PriestSet::EMPTY, None),
        Slip::Trying { prev_votes } => {
            let none = PriestSet::EMPTY;
            ("trying", Some(prev_votes), none, none, None)
        }
        Slip::Polling {
            prev_votes,
            quorum,
            voters,
            decree,
        } => ("polling", Some(prev_votes), *quorum, *voters, Some(*decree)),
    };
    let votes = votes.into_iter().flat_map(BTreeMap::values);
    let name = |decree: &Decree| bounds.decree_name(*decree).to_owned();
    let votes = votes.map(|vote| vote.map(name));
    let president = if process.shipped().is_president() {
        "yes"
    } else {
        "no"
    };
    let p = process.shipped().basic().me();
    let on_the_ledger = [
        ("outcome", decree(ledger.outcome)),
        ("lastTried", number(ledger.last_tried)),
        ("prevBal", number(ledger.prev_bal())),
        ("prevDec", decree(ledger.prev_vote.map(|cast| cast.decree))),
        ("nextBal", number(ledger.next_bal)),
    ];
    let on_the_slip = [
        ("status", Value::one(status)),
        ("prevVotes", Value::set(votes)),
        ("quorum", Value::set(quorum.iter())),
        ("voters", Value::set(voters.iter())),
        ("decree", decree(on)),
        ("president", Value::one(president)),
        ("timers", Value::set(site.timers().map(timer_name))),
    ];
    in_parts(p, on_the_ledger, on_the_slip)
}
