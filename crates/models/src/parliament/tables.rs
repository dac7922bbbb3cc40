//! A parliament as tables: what each ledger holds at each decree number, and what became of
//! each request.

use super::Candidate;
use super::history::History;
use super::setting::{Decree, Machine, Request, Response, Setting, code, position};
use crate::bounds::plural;
use crate::world::{Bounded, Site};
use synod_protocol::parliament::{DecreeNumber, Ledger};
use synod_vocabulary::Table;

pub(super) fn tables(
    setting: &Setting,
    history: &History,
    sites: &[&Site<Candidate>],
) -> Vec<Table> {
    vec![ledgers(setting, sites), requests(setting, history, sites)]
}

fn name(setting: &Setting, decree: &Decree) -> String {
    setting.bounds().decree_name(code(decree)).to_owned()
}

fn legislator(site: &Site<Candidate>) -> String {
    site.id.to_string()
}

/// A row for each decree number, a column for each legislator; and the laws.
fn ledgers(setting: &Setting, sites: &[&Site<Candidate>]) -> Table {
    let numbers = setting.decree_numbers().map(|number| {
        let at = DecreeNumber(number as u64);
        let texts = sites.iter().map(|site| held(setting, &site.ledger, at));
        (number.to_string(), texts.collect())
    });
    let laws = sites.iter().map(|site| law_name(setting, site));
    let law = ("law".to_owned(), laws.collect());
    Table {
        caption: "What each ledger holds at each decree number",
        columns: sites.iter().map(|site| legislator(site)).collect(),
        rows: numbers.chain([law]).collect(),
    }
}

/// What a ledger holds at a number: a decree that is passed, the last vote, or nothing.
fn held(setting: &Setting, ledger: &Ledger<Machine>, at: DecreeNumber) -> String {
    if let Some(decree) = ledger.decrees.get(&at) {
        return format!("{} passed", name(setting, decree));
    }
    let vote = ledger.votes.get(&at);
    vote.map_or(String::new(), |vote| {
        format!("{} voted in {}", name(setting, &vote.decree), vote.number)
    })
}

/// A row for each request. Whether clients have asked, and how they were answered, is known
/// only if the history remembers it.
fn requests(setting: &Setting, history: &History, sites: &[&Site<Candidate>]) -> Table {
    let mut columns = vec!["may be asked", "waits at", "in ballots at", "passed at"];
    if setting.remembers_clients {
        columns.extend(["client", "answer"]);
    }
    let rows = setting.asked.iter().map(|asked| {
        let request = &asked.request;
        let waits = sites.iter().filter(|site| is_waiting(site, request));
        let decree = Decree::Request(*request);
        let mut texts = vec![
            listed(asked.by.iter()),
            listed(waits.map(|site| site.id)),
            listed(setting.decree_numbers().filter(|&number| {
                let ballots = &setting.instance(history, number).ballots;
                ballots.iter().any(|(key, _)| key.decree == code(&decree))
            })),
            listed(passed_at(sites, &decree)),
        ];
        if setting.remembers_clients {
            let call = history.clients.call(position(request.id));
            texts.push(if call.has_asked { "has asked" } else { "" }.to_owned());
            texts.push(
                call.response
                    .map_or(String::new(), |response| response_name(setting, response)),
            );
        }
        (name(setting, &decree), texts)
    });
    Table {
        caption: "Requests",
        columns: columns.into_iter().map(str::to_owned).collect(),
        rows: rows.collect(),
    }
}

fn listed(items: impl Iterator<Item = impl ToString>) -> String {
    let items: Vec<_> = items.map(|item| item.to_string()).collect();
    items.join(", ")
}

fn is_waiting(site: &Site<Candidate>, request: &Request) -> bool {
    let mut waiting = site.process.shipped().waiting().iter();
    waiting.any(|waiting| waiting.id == request.id)
}

/// The numbers at which some ledger holds this decree.
fn passed_at(sites: &[&Site<Candidate>], decree: &Decree) -> impl Iterator<Item = u64> + use<> {
    let held = sites.iter().flat_map(|site| &site.ledger.decrees);
    let of_it = held.filter(|(_, held)| code(held) == code(decree));
    let numbers: std::collections::BTreeSet<_> = of_it.map(|(at, _)| at.0).collect();
    numbers.into_iter()
}

fn response_name(setting: &Setting, response: Response) -> String {
    let value = |value: u8| setting.values[usize::from(value)].clone();
    match response {
        Response::Value(is) => is.map_or("nothing".to_owned(), value),
        Response::Written => "written".to_owned(),
        Response::Swapped(true) => "swapped".to_owned(),
        Response::Swapped(false) => "not swapped".to_owned(),
    }
}

/// The law of a legislator: the value of the register, and how many decrees are law.
pub(super) fn law_name(setting: &Setting, site: &Site<Candidate>) -> String {
    let law = site.process.law();
    let value = law.state.value;
    let value = value.map(|value| setting.values[usize::from(value)].as_str());
    let through = plural(law.through.0, "decree");
    format!("{} after {through}", value.unwrap_or("nothing"))
}
