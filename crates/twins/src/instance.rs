//! The instances: pairs of a run spec and a configuration of TLC with the same path below
//! `specs/` and `tla/instances/`.
//!
//! A [`Project`] finds them; [`judge`](crate::judge) explores them. Both are shown in the
//! [example of the crate](crate#where-to-begin).

use crate::registry::{Task, module, with_model};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use synod_specs::{RunSpec, SpecError, parse};

/// A run spec, and the module and configuration with which TLC explores the same states.
pub struct Instance {
    /// The path that both share, without suffix: `basic/lost-slips-are-harmless`.
    pub name: String,
    /// The TLA+ module with the bounds.
    pub module: &'static str,
    /// The file with the configuration of TLC.
    pub config: PathBuf,
    /// The run spec.
    pub spec: RunSpec,
}

/// Why an instance cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InstanceError {
    /// A file or folder cannot be read.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        error: io::Error,
    },
    /// The run spec is invalid.
    #[error("{}: {error}", path.display())]
    Spec {
        /// The file.
        path: PathBuf,
        /// The error in it.
        error: SpecError,
    },
    /// The run spec has no configuration of TLC.
    #[error("{}: no twin; {} does not exist", path.display(), config.display())]
    NoConfig {
        /// The run spec or folder that was named.
        path: PathBuf,
        /// The configuration that is missing.
        config: PathBuf,
    },
    /// The path is not below `specs/`.
    #[error("{}: not below specs/", .0.display())]
    Elsewhere(PathBuf),
    /// The protocol of the run spec has no twin.
    #[error("{0}: the protocol has no twin in tla/")]
    NoTwin(String),
}

/// The project, by the path of its folder: the one with `specs/` and `tla/`.
#[derive(Clone, Debug)]
pub struct Project(pub PathBuf);

impl Project {
    /// The folder of the TLA+ modules.
    pub fn modules(&self) -> PathBuf {
        self.0.join("tla")
    }

    fn configs(&self) -> PathBuf {
        self.modules().join("instances")
    }

    fn specs(&self) -> PathBuf {
        self.0.join("specs")
    }

    /// The instance of a run spec, all instances in a folder of run specs, or (`None`)
    /// all instances.
    ///
    /// # Errors
    /// The path has no configuration of TLC, or a run spec cannot be read.
    pub fn instances(&self, path: Option<&Path>) -> Result<Vec<Instance>, InstanceError> {
        let below = match path {
            Some(path) => self.below_specs(path)?,
            None => PathBuf::new(),
        };
        let names = self.names(&below)?;
        names.into_iter().map(|name| self.instance(name)).collect()
    }

    /// The path relative to `specs/`, without suffix.
    fn below_specs(&self, path: &Path) -> Result<PathBuf, InstanceError> {
        let elsewhere = || InstanceError::Elsewhere(path.to_owned());
        let whole = path.canonicalize().map_err(unreadable(path))?;
        let specs = self.specs().canonicalize().map_err(|_| elsewhere())?;
        let below = whole.strip_prefix(&specs).map_err(|_| elsewhere())?;
        let below = below.with_extension("");
        let config = self.configs().join(&below);
        if config.is_dir() || config.with_extension("cfg").is_file() {
            return Ok(below);
        }
        Err(InstanceError::NoConfig {
            path: path.to_owned(),
            config: config.with_extension("cfg"),
        })
    }

    /// The names of all configurations below a path whose protocols have a twin, sorted.
    fn names(&self, below: &Path) -> Result<Vec<String>, InstanceError> {
        let mut names = Vec::new();
        let start = self.configs().join(below);
        if start.with_extension("cfg").is_file() {
            names.extend(name(below));
        } else {
            self.collect(&start, &mut names)?;
        }
        names.retain(|name| module(name).is_some());
        names.sort_unstable();
        Ok(names)
    }

    fn collect(&self, folder: &Path, names: &mut Vec<String>) -> Result<(), InstanceError> {
        for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
            let path = entry.map_err(unreadable(folder))?.path();
            if path.is_dir() {
                self.collect(&path, names)?;
            } else if path.extension().is_some_and(|extension| extension == "cfg") {
                let below = path.strip_prefix(self.configs()).unwrap_or(&path);
                names.extend(name(&below.with_extension("")));
            }
        }
        Ok(())
    }

    /// The instance with this name.
    ///
    /// # Errors
    /// Its run spec is missing or invalid, or has no twin.
    pub fn instance(&self, name: String) -> Result<Instance, InstanceError> {
        let path = self.specs().join(format!("{name}.toml"));
        let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
        let spec = parse(&text).map_err(|error| InstanceError::Spec { path, error })?;
        let Some(module) = module(&name) else {
            return Err(InstanceError::NoTwin(name));
        };
        Ok(Instance {
            module,
            config: self.configs().join(format!("{name}.cfg")),
            name,
            spec,
        })
    }
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> InstanceError {
    |error| InstanceError::Io {
        path: path.to_owned(),
        error,
    }
}

/// The components of a path, with `/` on every system.
fn name(path: &Path) -> Option<String> {
    let parts: Option<Vec<_>> = path
        .components()
        .map(|component| match component {
            Component::Normal(part) => part.to_str(),
            _ => None,
        })
        .collect();
    Some(parts?.join("/"))
}

impl Instance {
    /// Runs a task on the model of the run spec.
    ///
    /// # Errors
    /// [`InstanceError::NoTwin`].
    pub(crate) fn with_model<T: Task>(&self, task: T) -> Result<T::Output, InstanceError> {
        let done = with_model(&self.spec, task);
        done.ok_or_else(|| InstanceError::NoTwin(self.name.clone()))
    }
}
