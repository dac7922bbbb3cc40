//! Stepping through a spec by lines of text: what `synod step` does, without the terminal.

mod commands;
mod link;

use crate::explored::Choice;
use crate::film::{Film, View};
use crate::interface::Interface;
use crate::library::Spec;
use crate::place::{Begin, Place};
use crate::refusal::Refusal;
use crate::text;
use commands::{COMMANDS, help};
use link::hash;
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::Arc;
use synod_checker::PANIC_FREEDOM;
use synod_report::style::{BOLD, DIM};

/// How many initial states a page lists.
const PAGE: usize = 10;

/// Whether a search goes on, given how far it has come: the answer of the call `searched`.
pub type GoOn<'a> = dyn FnMut(&Value) -> bool + 'a;

/// A walk through the states of a spec: takes lines, and answers with text.
///
/// The text has colours, which a writer that knows no colours removes.
pub struct Stepper<'a> {
    interface: &'a Interface,
    go_on: &'a mut GoOn<'a>,
    name: String,
    spec: Arc<Spec>,
    now: Spot,
    undone: Vec<Spot>,
    done: Vec<Spot>,
    /// The steps that are offered, in the order of their numbers.
    choices: Vec<Choice>,
    /// How many more lead out of the bounds.
    beyond: usize,
    initial: Asked,
}

/// Where the walk is: a run, and how many of its steps are taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Spot {
    run: Place,
    at: usize,
}

impl Spot {
    fn place(&self) -> Place {
        Place {
            begin: self.run.begin.clone(),
            steps: self.run.steps[..self.at].to_vec(),
        }
    }
}

/// What was last asked about initial states.
#[derive(Default)]
struct Asked {
    filter: String,
    next: Option<u64>,
}

/// An answer, or one line that says what would be right.
type Answer = Result<String, String>;

impl<'a> Stepper<'a> {
    /// Begins in the first initial state of a spec. While it searches, it asks `go_on`.
    ///
    /// # Errors
    /// There is no such spec, or it has no initial state.
    pub fn new(
        interface: &'a Interface,
        name: &str,
        go_on: &'a mut GoOn<'a>,
    ) -> Result<Self, Refusal> {
        let spec = interface.open(name)?;
        let film = spec.model.film(&Place::default(), 0);
        if let Some(changed) = film.changed {
            return Err(Refusal::new(changed.why, "choose other bounds"));
        }
        let run = Place {
            begin: film.begin,
            steps: Vec::new(),
        };
        let mut stepper = Self {
            interface,
            go_on,
            name: name.to_owned(),
            spec,
            now: Spot { run, at: 0 },
            undone: Vec::new(),
            done: Vec::new(),
            choices: Vec::new(),
            beyond: 0,
            initial: Asked::default(),
        };
        stepper.offer();
        Ok(stepper)
    }

    /// What is shown first: the spec, the initial state, and the choices.
    pub fn welcome(&self) -> String {
        let entry = &self.spec.entry;
        let mut text = format!("{BOLD}{}{BOLD:#}\n{}\n", entry.name, entry.about);
        if !self.spec.entry.bounds.is_empty() {
            _ = writeln!(text, "bounds: {}", self.spec.entry.bounds);
        }
        if let Some(drops) = &self.spec.entry.drops {
            _ = writeln!(text, "This is a mutant: {drops}");
        }
        if self.now.run.begin.is_some() {
            text += "There are several initial states: `i` lists them, `i N` begins in another.\n";
        }
        _ = write!(
            text,
            "{DIM}A number takes a step; `h` lists the commands.{DIM:#}\n\n"
        );
        text + &self.shown()
    }

    /// Answers a line; none if it ends the walk. An empty line shows the state again.
    pub fn answer(&mut self, line: &str) -> Option<String> {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let answer = match (word, rest.trim()) {
            ("", _) => Ok(self.shown()),
            ("q" | "quit" | "exit", "") => return None,
            ("?", "") => Ok(help()),
            (word, rest) => match word.parse() {
                Ok(number) if rest.is_empty() => self.take(number),
                _ => self.command(word, rest),
            },
        };
        Some(answer.unwrap_or_else(|wrong| wrong + "\n"))
    }

    fn command(&mut self, word: &str, rest: &str) -> Answer {
        let word = word.to_lowercase();
        match COMMANDS.iter().find(|of| of.names.contains(&&*word)) {
            None => Err(format!(
                "“{word}” is no command: {}, and `h` lists the commands",
                self.numbers()
            )),
            Some(command) if command.argument.is_empty() && !rest.is_empty() => {
                Err(format!("`{word}` takes nothing more"))
            }
            Some(command) => (command.answer)(self, rest),
        }
    }

    fn numbers(&self) -> String {
        match self.choices.len() {
            0 => "no step is possible here, `u` goes back".to_owned(),
            1 => "1 takes the only step".to_owned(),
            last => format!("a number from 1 to {last} takes a step"),
        }
    }

    fn take(&mut self, number: usize) -> Answer {
        let choice = number
            .checked_sub(1)
            .and_then(|place| self.choices.get(place));
        let Some(step) = choice.map(|choice| choice.step.clone()) else {
            return Err(format!("there is no step {number}: {}", self.numbers()));
        };
        let at = self.now.at;
        // Along a run that is known the rest of it stays, so that `n` goes on.
        let mut run = self.now.run.clone();
        if run.steps.get(at) != Some(&step) {
            run.steps.truncate(at);
            run.steps.push(step);
        }
        Ok(self.go(Spot { run, at: at + 1 }))
    }

    fn back(&mut self) -> Answer {
        let at = self
            .now
            .at
            .checked_sub(1)
            .ok_or("this is the initial state")?;
        Ok(self.go(Spot {
            at,
            ..self.now.clone()
        }))
    }

    fn next(&mut self) -> Answer {
        let at = self.now.at + 1;
        if at > self.now.run.steps.len() {
            return Err(format!("this is the end of the run: {}", self.numbers()));
        }
        Ok(self.go(Spot {
            at,
            ..self.now.clone()
        }))
    }

    fn undo(&mut self) -> Answer {
        let spot = self.done.pop().ok_or("there is nothing to undo")?;
        self.undone.push(std::mem::replace(&mut self.now, spot));
        self.offer();
        Ok(self.shown())
    }

    fn redo(&mut self) -> Answer {
        let spot = self.undone.pop().ok_or("there is nothing to redo")?;
        self.done.push(std::mem::replace(&mut self.now, spot));
        self.offer();
        Ok(self.shown())
    }

    /// Makes a move, and shows where it leads.
    fn go(&mut self, spot: Spot) -> String {
        self.undone.clear();
        self.done.push(std::mem::replace(&mut self.now, spot));
        self.offer();
        self.shown()
    }

    /// Finds the choices of where the walk is.
    fn offer(&mut self) {
        let choices = self.spec.model.choices(&self.now.place());
        (self.choices, self.beyond) = text::within_bounds(choices.unwrap_or_default());
    }

    /// The last state of the run so far, and the one before it.
    fn views(&self) -> (Option<View>, Option<View>) {
        let from = self.now.at.saturating_sub(1);
        let Film { mut views, .. } = self.spec.model.film(&self.now.place(), from);
        let last = views.pop();
        (last, views.pop())
    }

    fn last(&self) -> Result<View, String> {
        let last = self.views().0.filter(|view| !view.fields.is_empty());
        last.ok_or_else(|| "there is no state after a panic: `u` goes back".to_owned())
    }

    /// Where the walk is, and the choices.
    fn shown(&self) -> String {
        let (last, before) = self.views();
        let mut text = last.as_ref().map_or_else(String::new, |last| {
            text::view(self.now.at, last, before.as_ref())
        });
        let known = last.as_ref().map_or(&[][..], |last| &last.violations);
        if let (0, Some(begin)) = (self.now.at, &self.now.run.begin) {
            _ = writeln!(text, "  {DIM}it is number {}{DIM:#}", begin.number);
        }
        let left = self.now.run.steps.len() - self.now.at;
        if left > 0 {
            let step = &self.now.run.steps[self.now.at];
            _ = writeln!(
                text,
                "  {DIM}`n` goes on along the run ({left} left): {step}{DIM:#}"
            );
        }
        text.push('\n');
        text + &text::choices(&self.choices, self.beyond, known)
    }

    fn state(&self, words: &str) -> Answer {
        let state = text::state(&self.last()?, words);
        if state.is_empty() {
            return Err(format!("no variable contains “{words}”: `s` shows all"));
        }
        Ok(state)
    }

    fn figure(&self) -> Answer {
        let last = self.last()?;
        let figure = last.figure.as_ref().map(text::figure);
        let tables = last.tables.iter().map(text::table);
        let drawn: Vec<_> = figure.into_iter().chain(tables).collect();
        if drawn.is_empty() {
            return Err("this model draws nothing: `s` shows the variables".to_owned());
        }
        Ok(drawn.join("\n"))
    }

    fn messages(&self) -> Answer {
        let messages = text::messages(&self.last()?.messages);
        if messages.is_empty() {
            return Ok("no message may arrive\n".to_owned());
        }
        Ok(messages)
    }

    fn path(&self) -> String {
        let mut text = String::new();
        for (number, step) in self.now.run.steps.iter().enumerate() {
            let mark = if number + 1 == self.now.at { '>' } else { ' ' };
            _ = writeln!(text, "{mark} {}  {step}", number + 1);
        }
        if text.is_empty() {
            text += "no step was taken\n";
        }
        text
    }

    fn why(&self, words: &str) -> Answer {
        let steps = self.spec.model.forbidden(&self.now.place());
        let steps = steps.map_err(|changed| changed.why)?;
        if steps.is_empty() {
            return Err("the model names no step that is not possible here".to_owned());
        }
        let text = text::forbidden(&steps, words);
        if text.is_empty() {
            return Err(format!("no such step contains “{words}”: `w` lists all"));
        }
        Ok(text)
    }

    fn violation(&mut self, words: &str) -> Answer {
        let claims = self.spec.model.claims();
        let names = claims.iter().map(|claim| claim.name);
        let names: Vec<_> = names.chain([PANIC_FREEDOM]).collect();
        let claim = match words {
            "" => self.spec.entry.property.clone(),
            words => Some(text::meant("claim", words, &names)?.to_owned()),
        };
        self.find(&json!({ "violation": claim }))
    }

    fn example(&mut self, words: &str) -> Answer {
        let names = self.spec.model.partners();
        if words.is_empty() {
            return Ok(format!("examples:\n  {}\n", names.join("\n  ")));
        }
        let name = text::meant("example", words, &names)?;
        self.find(&json!({ "example": name }))
    }

    /// Searches, and stands at the end of what was found.
    fn find(&mut self, wanted: &Value) -> Answer {
        let asked = json!({ "spec": self.name, "for": wanted });
        let one_line = |refusal: Refusal| format!("{}: {}", refusal.error, refusal.help);
        let search = self.interface.call("search", asked).map_err(one_line)?;
        let told = self.interface.wait(&search, self.go_on);
        let told = told.map_err(one_line)?;
        let found = &told["result"];
        let states = &found["states"];
        match found["verdict"].as_str() {
            Some("found") => {}
            Some("none") => {
                return Err(format!(
                    "there is none in all {states} states within the bounds"
                ));
            }
            _ => {
                _ = self.interface.call("cancel", search);
                let why = found["why"].as_str().unwrap_or("the search was stopped");
                return Err(format!("nothing was found: {why}"));
            }
        }
        let run: Place = serde_json::from_value(json!({
            "begin": found["begin"], "steps": found["steps"],
        }))
        .map_err(|error| error.to_string())?;
        let at = run.steps.len();
        let property = found["property"].as_str().unwrap_or_default();
        let shortest = match found["is_shortest"].as_bool() {
            Some(true) => "; no run is shorter",
            _ => "",
        };
        let verb = if wanted.get("example").is_some() {
            "happens"
        } else {
            "is violated"
        };
        let text = format!(
            "{BOLD}{property}{BOLD:#} {verb} after {at} steps{shortest}. `b` goes back a step, \
             `n` forward; `u` returns to where you were.\n\n"
        );
        Ok(text + &self.go(Spot { run, at }))
    }

    fn initial(&mut self, words: &str) -> Answer {
        if self.now.run.begin.is_none() {
            return Err("there is only one initial state".to_owned());
        }
        if let Ok(number) = words.parse() {
            let page = self.spec.model.initial(number, 1, "");
            let state = page.states.into_iter().next();
            let state = state.ok_or("there are not so many initial states: `i` lists them")?;
            return Ok(self.begin(state.begin));
        }
        words.clone_into(&mut self.initial.filter);
        Ok(self.list(0))
    }

    fn begin(&mut self, begin: Begin) -> String {
        let run = Place {
            begin: Some(begin),
            steps: Vec::new(),
        };
        self.go(Spot { run, at: 0 })
    }

    fn more(&mut self) -> Answer {
        let next = self
            .initial
            .next
            .ok_or("there are no more: `i` begins a list")?;
        Ok(self.list(next))
    }

    /// Lists initial states from this number on.
    fn list(&mut self, from: u64) -> String {
        let page = self.spec.model.initial(from, PAGE, &self.initial.filter);
        self.initial.next = page.next;
        let mut text = text::initial(&page);
        if page.next.is_some() {
            text += "`+` lists more, `i N` begins in the one with the number N\n";
        }
        text
    }

    fn link(&self) -> String {
        let place = self.now.place();
        let id = self.views().0.map(|view| view.id).unwrap_or_default();
        let json = json!({ "spec": self.name, "begin": place.begin, "steps": place.steps });
        format!("{json}\n{}\n", hash(&self.name, &place, &id))
    }
}
