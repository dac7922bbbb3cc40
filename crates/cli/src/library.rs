//! The run specs as a library to explore: those that are built in, and a file.

use crate::diagnostics::Complaint;
use crate::specs::{self, embedded};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use synod_checker::Extras;
use synod_explorer::{DrawnBallot, Entry, Explored, Library, Refusal, Shown, Spec};
use synod_specs::{Checkable, Expect, RunSpec, Visitor, judge};
use synod_vocabulary::Figure;

/// The end of the name of a mutant's spec, when it is opened without the mutant.
const PAPER: &str = " without the mutant";

/// The built-in specs, and the one that was named.
pub(crate) struct Specs {
    named: Option<PathBuf>,
}

impl Specs {
    /// With the spec that was named, if there is one.
    ///
    /// # Errors
    /// It is no spec.
    pub(crate) fn of(named: Option<&Path>) -> Result<Self, Complaint> {
        if let Some(path) = named {
            specs::find_one(path)?;
        }
        let named = named.map(Path::to_owned);
        Ok(Self { named })
    }
}

impl Library for Specs {
    fn opened(&self) -> Option<String> {
        let named = self.named.as_ref()?;
        Some(named.display().to_string())
    }

    fn entries(&self) -> Vec<Entry> {
        let built_in = embedded::all().map(|spec| PathBuf::from(spec.name));
        let is_another = |name: &PathBuf| Some(name) != self.named.as_ref();
        let names = self.named.clone().into_iter();
        let names = names.chain(built_in.filter(is_another));
        let entries = names.filter_map(|name| {
            let spec = specs::find_one(&name).ok()?;
            Some(entry(&name.display().to_string(), &spec))
        });
        entries.collect()
    }

    fn open(&self, name: &str) -> Result<Spec, Refusal> {
        let (path, is_paper) = match name.strip_suffix(PAPER) {
            Some(path) => (path, true),
            None => (name, false),
        };
        // Only what was named on the command line is read from a file.
        let is_known = self.opened().as_deref() == Some(path)
            || embedded::named(path.as_ref()).is_some_and(|spec| spec.name == path);
        if !is_known {
            let help = embedded::meant(path.as_ref());
            let help = help.unwrap_or_else(|| "name it as the list of specs does".to_owned());
            return Err(Refusal::new(format!("there is no run spec {path:?}"), help));
        }
        let path = Path::new(path);
        let refused = |complaint: Complaint| Refusal::new(complaint.in_a_line(), complaint.help());
        let found = specs::find_one(path).map_err(refused)?;
        let text = specs::text_of(path).map_err(refused)?;
        if !is_paper {
            let paper = found.without_mutant().map(|_| format!("{name}{PAPER}"));
            let text = Some(text);
            let spec = Spec::of(entry(name, &found), found.visit(Model));
            return Ok(Spec {
                text,
                paper,
                ..spec
            });
        }
        let paper = found.without_mutant();
        let paper = paper.ok_or_else(|| {
            let help = format!("open {:?}", path.display().to_string());
            Refusal::new("this is no mutant", help)
        })?;
        let mut spec = Spec::of(entry(name, &paper), paper.visit(Model));
        // Nothing is known of what it does within these bounds.
        spec.entry.expects = None;
        Ok(spec)
    }

    fn judge(&self, ballots: &[DrawnBallot]) -> Result<Figure, Refusal> {
        let drawn = ballots.iter().map(|ballot| {
            let DrawnBallot {
                number,
                decree,
                quorum,
                voters,
            } = ballot;
            (*number, decree.clone(), quorum.clone(), voters.clone())
        });
        let help = "a ballot has a quorum of priests, each a capital Greek letter";
        judge(drawn).map_err(|error| Refusal::new(error, help))
    }
}

/// A run spec, as a list shows it.
pub(crate) fn entry(name: &str, spec: &RunSpec) -> Entry {
    let (expects, property, states) = match &spec.expect {
        // The explorer walks through all states, whatever a check leaves out.
        Expect::Holds {
            states, unreduced, ..
        } => ("holds", None, unreduced.or(*states)),
        Expect::Violated { property, .. } => ("violated", Some(property.clone()), None),
    };
    Entry {
        name: name.to_owned(),
        about: spec.about.clone(),
        protocol: spec.protocol.to_owned(),
        mutant: spec.mutant.map(str::to_owned),
        drops: spec.drops.map(str::to_owned),
        bounds: spec.bounds.clone(),
        size: spec.size.name().to_owned(),
        expects: Some(expects.to_owned()),
        property,
        states,
    }
}

/// Takes the model, whatever its type.
struct Model;

impl Visitor for Model {
    type Output = Arc<dyn Explored>;

    fn visit<M: Checkable>(self, model: &M) -> Self::Output {
        let extras = Extras::of(model);
        Arc::new(Shown::new(Arc::new(model.clone()), extras))
    }
}
