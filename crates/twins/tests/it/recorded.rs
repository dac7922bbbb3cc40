//! The recorded results of TLC, `tla/results.toml`, agree with the models and the run
//! specs, and no instance is missing.

use crate::command::workspace;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use synod_models::basic::inductive::{Inductive, Sent};
use synod_specs::{Expect, RunSpec, Size, parse};
use synod_twins::instance::{Instance, Project};
use synod_twins::judge::{ModelFigures, figures};
use synod_twins::results::{Recorded, Results};

fn results() -> Results {
    let path = workspace().join("tla/results.toml");
    Results::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn instances() -> Vec<Instance> {
    let project = Project(workspace());
    let found = project.instances(None);
    found.unwrap_or_else(|error| panic!("{error}"))
}

fn spec(instance: &Instance) -> String {
    format!("specs/{}.toml", instance.name)
}

#[test]
fn every_small_instance_is_recorded_and_everything_recorded_is_an_instance() {
    let results = results();
    let recorded: BTreeSet<_> = results.instance.iter().map(|r| r.spec.clone()).collect();
    assert_eq!(
        recorded.len(),
        results.instance.len(),
        "a run spec is recorded twice"
    );
    let instances = instances();
    let small = instances.iter().filter(|i| i.spec.size == Size::Small);
    for instance in small {
        let spec = spec(instance);
        let advice = "run scripts/tla --record on it";
        assert!(recorded.contains(&spec), "{spec} is not recorded: {advice}");
    }
    let all: BTreeSet<_> = instances.iter().map(spec).collect();
    for spec in recorded {
        assert!(all.contains(&spec), "{spec} has no configuration of TLC");
    }
}

/// The folders of `specs/` in which every small spec has a twin.
const WITH_TWINS: [&str; 3] = ["preliminary", "basic", "paxos"];

#[test]
fn every_small_spec_of_a_protocol_with_a_twin_is_an_instance() {
    let instances: BTreeSet<_> = instances().iter().map(spec).collect();
    for folder in WITH_TWINS {
        for path in specs(&workspace().join("specs").join(folder)) {
            let text = fs::read_to_string(&path).unwrap();
            let run = parse(&text).unwrap_or_else(|error| panic!("{error}"));
            let path = path.strip_prefix(workspace()).unwrap();
            let name = path.to_str().unwrap().replace('\\', "/");
            let must = run.size == Size::Small && !is_reduced(&run) && !expects_a_run(&run);
            assert!(
                !must || instances.contains(&name),
                "{name} has no configuration of TLC: add one to tla/instances"
            );
        }
    }
}

/// Whether one state of the model stands for several states of the twin.
fn is_reduced(spec: &RunSpec) -> bool {
    let model = spec.model::<Inductive>();
    let is_up_to_symmetry = spec.settings.contains_key("reductions");
    is_up_to_symmetry || model.is_some_and(|model| model.sent() == Sent::LargestSet)
}

/// Whether the spec expects a claim of runs to break. Such a spec pins no states to compare; and TLC,
/// which judges states here, would need the fairness that the model gives to its steps. (What TLC says
/// of runs is compared in `examples/two-presidents`.)
fn expects_a_run(spec: &RunSpec) -> bool {
    !spec.progress.is_empty() && matches!(spec.expect, Expect::Violated { .. })
}

fn specs(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
    let is_spec = |path: &PathBuf| path.extension().is_some_and(|e| e == "toml");
    let below = folders.iter().flat_map(|folder| specs(folder));
    files.into_iter().filter(is_spec).chain(below).collect()
}

#[test]
fn the_figures_of_the_models_are_those_recorded_of_tlc() {
    let results = results();
    for instance in instances() {
        let is_small = instance.spec.size == Size::Small;
        let spec = spec(&instance);
        let recorded = results.of(&spec).filter(|_| is_small);
        if let Some(recorded) = recorded {
            let figures = figures(&instance).unwrap();
            assert_eq!(of_tlc(recorded), figures, "{spec}: TLC's, then the model's");
        }
    }
}

#[test]
fn the_specs_expect_the_figures_recorded_of_tlc() {
    let results = results();
    for instance in instances() {
        let spec = spec(&instance);
        if let Some(recorded) = results.of(&spec) {
            let (property, figures) = expected(&instance.spec.expect);
            assert_eq!(of_tlc(recorded), figures, "{spec}: TLC's, then the spec's");
            assert_eq!(recorded.property, property, "{spec}");
        }
    }
}

fn of_tlc(recorded: &Recorded) -> ModelFigures {
    ModelFigures {
        explored: recorded.states.zip(recorded.depth),
        length: recorded.length,
    }
}

fn expected(expect: &Expect) -> (Option<String>, ModelFigures) {
    match expect {
        Expect::Holds { states, depth, .. } => {
            let explored = states.zip(depth.map(u64::from));
            let figures = ModelFigures {
                explored,
                length: None,
            };
            (None, figures)
        }
        Expect::Violated {
            property, length, ..
        } => {
            let figures = ModelFigures {
                explored: None,
                length: length.map(u64::from),
            };
            (Some(property.clone()), figures)
        }
    }
}
