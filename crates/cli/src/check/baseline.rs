//! The run before, with which this one is compared: `--baseline`.

use super::options::Checks;
use crate::args::CheckOptions;
use crate::diagnostics::Complaint;
use crate::find::{Seek, Sought};
use crate::parting;
use crate::progress::Interruption;
use crate::saved;
use crate::specs::FoundSpec;
use std::path::Path;
use std::sync::Arc;
use synod_checker::{Question, SetFingerprint};
use synod_report::difference::{Difference, Trail};
use synod_report::json::Line;
use synod_report::{Change, Checked, FoundState, Parting};

/// The run before.
pub(super) struct Baseline {
    name: String,
    lines: Vec<Line>,
}

impl Baseline {
    /// The one that the options name, if they do.
    ///
    /// # Errors
    /// The file is no saved run.
    pub(super) fn of(options: &CheckOptions) -> Result<Option<Self>, Complaint> {
        let file = options.comparing.baseline.as_deref();
        file.map(Self::read).transpose()
    }

    fn read(file: &Path) -> Result<Self, Complaint> {
        Ok(Self {
            name: file.display().to_string(),
            lines: saved::read(file)?,
        })
    }

    /// What has changed since; none if nothing has. That the baseline does not have the spec is
    /// told as a change, so that no report looks as if they were the same.
    pub(super) fn change(
        &self,
        checked: &Checked<'_>,
        found: &FoundSpec,
        checks: &Checks<'_>,
        interruption: &Interruption,
    ) -> Option<Change> {
        let name = plain(checked.subject.name);
        let Some(old) = self.lines.iter().find(|line| plain(&line.spec) == name) else {
            let sentence = "this spec is not in it: there is nothing to compare with";
            return Some(Change {
                since: self.name.clone(),
                differences: vec![sentence.to_owned()],
                partings: Vec::new(),
            });
        };
        let difference = Difference::between(old, &Line::checked(checked))?;
        let trail = difference.trail.as_ref();
        let search = Search {
            found,
            checks,
            interruption,
        };
        Some(Change {
            since: self.name.clone(),
            partings: trail
                .and_then(|trail| search.parting(trail))
                .into_iter()
                .collect(),
            differences: difference.sentences,
        })
    }
}

/// The name of a spec without `./`: with it, it is the same file.
fn plain(name: &str) -> &str {
    name.strip_prefix("./").unwrap_or(name)
}

/// A search in the model of a spec.
struct Search<'a> {
    found: &'a FoundSpec,
    checks: &'a Checks<'a>,
    interruption: &'a Interruption,
}

impl Search<'_> {
    /// A state in which this run and the one before part, as far as this program knows: the
    /// end of a step that is new, or a state that is new on its level, or else a state from
    /// which other steps could be taken before.
    fn parting(&self, trail: &Trail) -> Option<Parting> {
        let (gained, differs) = (trail.clone(), trail.clone());
        let before = trail.level.checked_sub(1).filter(|level| *level > 0);
        let source =
            before.and_then(|before| self.first(before, move |state| differs.is_source(state)));
        let has_new_step = |source: &FoundState| parting::new_step(trail, source).is_some();
        if let Some(source) = source.as_ref().filter(|source| has_new_step(source)) {
            return Some(parting::source(trail, source));
        }
        let is_any_gained = trail.states.iter().any(|it| it.weight == 1);
        let state =
            is_any_gained.then(|| self.first(trail.level, move |state| gained.is_gained(state)));
        if let Some(state) = state.flatten() {
            return Some(parting::on_one_side(trail, "the new run", &state));
        }
        source.map(|source| parting::source(trail, &source))
    }

    fn first(
        &self,
        level: u32,
        is_wanted: impl Fn(SetFingerprint) -> bool + Send + Sync + 'static,
    ) -> Option<FoundState> {
        let seek = Seek {
            name: &self.found.name,
            level,
            is_wanted: Arc::new(is_wanted),
            most: 1,
            engine: self.checks.levels(),
            question: Question {
                sketches: true, // As the runs that are compared.
                ..self.checks.limits_of_search()
            },
            limits: &self.checks.limits,
            interruption: self.interruption,
        };
        // The check has said already why the model cannot be searched, if it cannot be.
        let Sought { found, .. } = seek.seek(&self.found.spec).unwrap_or_default();
        found.into_iter().next()
    }
}
