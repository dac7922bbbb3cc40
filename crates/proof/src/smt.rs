//! Terms and obligations as text of SMT-LIB 2.
//!
//! ```
//! use synod_proof::obligation::inductive;
//! use synod_proof::smt::script;
//! use synod_proof::targets::basic;
//!
//! let text = script(&inductive(&basic::repaired())[0]);
//! assert!(text.starts_with("; Init ⇒ TypeOK\n(set-logic UF)\n"));
//! assert!(text.ends_with("(check-sat)\n"));
//! ```

use crate::obligation::Obligation;
use crate::system::{Action, Update};
use crate::term::{Formula, Node, Sort, Sorted, Symbol, Term};
use std::fmt::Write;

/// A formula about one state, as text.
pub fn written(formula: Formula) -> String {
    Writer::default().term(formula.term(), false)
}

/// The obligation as a script: `unsat` is the proof.
pub fn script(obligation: &Obligation) -> String {
    let mut text = format!("; {}\n(set-logic UF)\n", obligation.name());
    for sort in Sort::DECLARED {
        _ = writeln!(text, "(declare-sort {} 0)", sort.name());
    }
    for symbol in symbols_of(obligation) {
        let arguments: Vec<_> = symbol.arguments.iter().map(|sort| sort.name()).collect();
        let (name, result) = (symbol.name, symbol.result.name());
        _ = writeln!(
            text,
            "(declare-fun {name} ({}) {result})",
            arguments.join(" ")
        );
    }
    for assumed in &obligation.assumed {
        let formula = written(assumed.holds);
        _ = writeln!(
            text,
            "(assert (! {formula} :named {}.assumed))",
            assumed.name
        );
    }
    let mut writer = Writer::default();
    if let Some(step) = &obligation.step {
        text += &writer.step(step);
    }
    let claim = writer.term(obligation.claim.term(), false);
    _ = writeln!(
        text,
        "; The claim, denied.\n(assert (not {claim}))\n(check-sat)"
    );
    text
}

/// The symbols of an obligation, in the order in which they appear.
fn symbols_of(obligation: &Obligation) -> Vec<&'static Symbol> {
    let mut symbols = vec![];
    for assumed in &obligation.assumed {
        collect(assumed.holds.term(), &mut symbols);
    }
    if let Some(step) = &obligation.step {
        for guard in &step.guards {
            collect(guard.holds.term(), &mut symbols);
        }
        for update in &step.updates {
            note(update.symbol, &mut symbols);
            update
                .pattern
                .iter()
                .for_each(|part| collect(*part, &mut symbols));
            collect(update.value, &mut symbols);
        }
    }
    collect(obligation.claim.term(), &mut symbols);
    symbols
}

/// Adds the symbols of a term.
pub(crate) fn collect(term: Term, symbols: &mut Vec<&'static Symbol>) {
    if let Node::Apply(symbol, _) = term.node() {
        note(symbol, symbols);
    }
    term.parts()
        .into_iter()
        .for_each(|part| collect(part, symbols));
}

/// In SMT-LIB, two symbols of one name are one symbol.
fn note(symbol: &'static Symbol, symbols: &mut Vec<&'static Symbol>) {
    if symbols.iter().all(|known| known.name != symbol.name) {
        symbols.push(symbol);
    }
}

/// Writes terms; it knows the variables in scope and the symbols that the step changes.
#[derive(Default)]
struct Writer {
    names: Vec<(Term, String)>,
    changed: Vec<&'static Symbol>,
}

impl Writer {
    /// Gives a variable the first free name of its sort.
    fn name(&mut self, variable: Term) -> String {
        let letter = match variable.sort() {
            Sort::Truth => "t",
            Sort::Priest => "p",
            Sort::Number => "b",
            Sort::Decree => "d",
            Sort::Set => "Q",
            Sort::Place => "n",
        };
        let of_sort = self
            .names
            .iter()
            .filter(|(known, _)| known.sort() == variable.sort());
        let name = match of_sort.count() {
            0 => letter.to_owned(),
            more => format!("{letter}{}", more + 1),
        };
        self.names.push((variable, name.clone()));
        name
    }

    fn variable(&self, variable: Term) -> &str {
        let mut names = self.names.iter().rev();
        let known = names.find(|(known, _)| known.is_same(variable));
        known.map_or("unbound", |(_, name)| name)
    }

    fn term(&mut self, term: Term, is_next: bool) -> String {
        match term.node() {
            Node::Variable(_) => self.variable(term).to_owned(),
            Node::Apply(symbol, arguments) => {
                self.list(&self.symbol(symbol, is_next), arguments, is_next)
            }
            Node::Not(part) => self.list("not", &[*part], is_next),
            Node::And(parts) => self.joined("and", "true", parts, is_next),
            Node::Or(parts) => self.joined("or", "false", parts, is_next),
            Node::Implies(left, right) => self.list("=>", &[*left, *right], is_next),
            Node::Equal(left, right) => self.list("=", &[*left, *right], is_next),
            Node::IfElse(first, second, third) => {
                self.list("ite", &[*first, *second, *third], is_next)
            }
            Node::ForAll(variables, body) => self.bound("forall", variables, *body, is_next),
            Node::Exists(variables, body) => self.bound("exists", variables, *body, is_next),
            Node::Next(part) => self.term(*part, true),
        }
    }

    /// After the step, a symbol that the step changes has a prime.
    fn symbol(&self, symbol: &'static Symbol, is_next: bool) -> String {
        let is_changed = self
            .changed
            .iter()
            .any(|changed| std::ptr::eq(*changed, symbol));
        if is_next && is_changed {
            primed(symbol)
        } else {
            symbol.name.to_owned()
        }
    }

    fn list(&mut self, head: &str, parts: &[Term], is_next: bool) -> String {
        if parts.is_empty() {
            return head.to_owned();
        }
        let mut text = format!("({head}");
        for part in parts {
            text.push(' ');
            text += &self.term(*part, is_next);
        }
        text + ")"
    }

    fn joined(&mut self, head: &str, empty: &str, parts: &[Term], is_next: bool) -> String {
        match parts {
            [] => empty.to_owned(),
            [one] => self.term(*one, is_next),
            parts => self.list(head, parts, is_next),
        }
    }

    fn bound(&mut self, head: &str, variables: &[Term], body: Term, is_next: bool) -> String {
        let outside = self.names.len();
        let variables: Vec<_> = variables
            .iter()
            .map(|variable| format!("({} {})", self.name(*variable), variable.sort().name()))
            .collect();
        let body = self.term(body, is_next);
        self.names.truncate(outside);
        format!("({head} ({}) {body})", variables.join(" "))
    }

    /// The parameters as constants, the guards, and the symbols after the step.
    fn step(&mut self, step: &Action) -> String {
        let mut text = format!("; {}\n", step.name);
        for parameter in &step.parameters {
            let name = self.name(*parameter);
            _ = writeln!(text, "(declare-const {name} {})", parameter.sort().name());
        }
        for guard in &step.guards {
            let formula = self.term(guard.holds.term(), false);
            _ = writeln!(text, "(assert {formula}) ; {}", guard.name);
        }
        for update in &step.updates {
            text += &self.update(update);
        }
        self.changed = step.updates.iter().map(|update| update.symbol).collect();
        text
    }

    /// The symbol after the step, as a function of its arguments x1, x2 and so on.
    fn update(&mut self, update: &Update) -> String {
        let symbol = update.symbol;
        let arguments: Vec<_> = (1..=symbol.arguments.len())
            .map(|i| format!("x{i}"))
            .collect();
        let outside = self.names.len();
        let mut matches = vec![];
        for (part, argument) in update.pattern.iter().zip(&arguments) {
            if update.is_free(*part) {
                self.names.push((*part, argument.clone()));
            } else {
                let part = self.term(*part, false);
                matches.push(format!("(= {argument} {part})"));
            }
        }
        let value = self.term(update.value, false);
        self.names.truncate(outside);
        let matches = match &matches[..] {
            [] => "true".to_owned(),
            [one] => one.clone(),
            all => format!("(and {})", all.join(" ")),
        };
        let before = match &arguments[..] {
            [] => symbol.name.to_owned(),
            arguments => format!("({} {})", symbol.name, arguments.join(" ")),
        };
        let body = match &*value {
            "true" => format!("(or {before} {matches})"),
            "false" => format!("(and {before} (not {matches}))"),
            value => format!("(ite {matches} {value} {before})"),
        };
        let formals = arguments.iter().zip(symbol.arguments);
        let formals: Vec<_> = formals
            .map(|(x, sort)| format!("({x} {})", sort.name()))
            .collect();
        let (name, result) = (primed(symbol), symbol.result.name());
        format!(
            "(define-fun {name} ({}) {result} {body})\n",
            formals.join(" ")
        )
    }
}

fn primed(symbol: &Symbol) -> String {
    format!("|{}'|", symbol.name)
}
