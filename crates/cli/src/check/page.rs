//! The report `html`: what came out, and the counterexamples to be played in a browser.

use std::cell::RefCell;
use std::rc::Rc;
use synod_explorer::{Played, export};
use synod_report::plurals::plural;
use synod_report::{Checked, Document, Listener, Subject, Summary, UnusableFile, WriteError};

/// The counterexamples that are to be played: a [`Listener`] is not told them.
pub(super) type Films = Rc<RefCell<Vec<Played>>>;

/// The page. A [`Document`].
#[derive(Default)]
pub(super) struct Page {
    summary: Summary,
    films: Films,
}

impl Page {
    pub(super) fn of(films: &Films) -> Self {
        Self {
            films: Rc::clone(films),
            ..Self::default()
        }
    }
}

impl Listener for Page {
    fn checked(&mut self, checked: &Checked<'_>) {
        self.summary.checked(checked);
    }

    fn not_run(&mut self, subject: &Subject<'_>, why: &str, is_fault: bool) {
        self.summary.not_run(subject, why, is_fault);
    }

    fn unusable(&mut self, unusable: &UnusableFile<'_>) {
        self.summary.unusable(unusable);
    }

    fn left_out(&mut self, subject: &Subject<'_>, why: &str) {
        Listener::left_out(&mut self.summary, subject, why);
    }

    fn done(&mut self, left_out: Option<&str>) -> Result<(), WriteError> {
        self.summary.done(left_out)
    }
}

impl Document for Page {
    fn text(&self) -> Result<String, WriteError> {
        // Those of the loudest results are played first.
        let sorted = self.summary.sorted();
        let place = |film: &Played| sorted.iter().position(|told| told.name == film.name());
        let mut films = self.films.borrow_mut();
        films.sort_by_key(place);
        Ok(export::report(&self.summary, &films))
    }

    fn contents(&self) -> Option<String> {
        let count = self.films.borrow().len();
        let noun = plural(count as u64, "counterexample", "counterexamples");
        Some(format!("{count} {noun}"))
    }
}
