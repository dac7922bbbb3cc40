//! From the text of a run spec to a model and an expectation.

use crate::bounds::MUTANT;
use crate::error::SpecError;
use crate::expect::{EXPECT, Names, expect};
use crate::progress::{PROGRESS, Progress, progress};
use crate::protocol::Asked;
use crate::protocols::{Model, PROTOCOLS, Registered};
use crate::read::{Key, SpecTable, choice_of, one_of, text};
use crate::visit::{Checkable, ViewError, Viewer, Visitor};
use serde::Deserialize;
use std::any::Any;
use std::collections::BTreeMap;
use std::ops::Range;
use synod_models::bounds::is_readable;
use synod_vocabulary::Expect;
use synod_vocabulary::time::Elapsed;
use toml::Spanned;
use toml::de::DeTable;

/// A run spec: [`parse`] reads it from a text. See the crate's example.
#[derive(Clone)]
pub struct RunSpec {
    /// What the spec shows, and where the paper says so, in one line.
    pub about: String,
    /// The name of the protocol that is checked: an entry of [`PROTOCOLS`].
    pub protocol: &'static str,
    /// The name of the mutant (a protocol with one rule dropped), if the model is one.
    pub mutant: Option<&'static str>,
    /// The rule that the mutant drops, in a sentence; none where its name says it.
    pub drops: Option<&'static str>,
    /// The bounds in words. Different bounds may have the same words: compare `settings`.
    pub bounds: String,
    /// The keys that decide the model and what is claimed of it (all but `about`, `size` and `expect`), each with its value
    /// as TOML. Specs with the same settings have the same model. A spec that writes a default
    /// value down has other settings than one that leaves it out.
    pub settings: BTreeMap<String, String>,
    /// The claims of runs: the tables `[[progress]]`.
    pub progress: Vec<Progress>,
    /// How long a run takes.
    pub size: Size,
    /// The result that the spec expects.
    pub expect: Expect,
    /// The line of its text where it says so: that of `[expect]`, or else the first.
    pub line_of_expect: usize,
    model: Model,
}

synod_vocabulary::named! {
    /// How long the run of a [`RunSpec`] takes, on one or two cores; ordered by time.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Size {
        /// Seconds: every test runs it.
        #[default]
        Small = "small",
        /// Minutes.
        Medium = "medium",
        /// Longer: it runs only on request.
        Large = "large",
    }
}

impl Size {
    /// The size with this name, or small if there is none.
    pub fn of_name(name: &str) -> Self {
        let named = Self::ALL.into_iter().find(|size| size.name() == name);
        named.unwrap_or_default()
    }
}

impl RunSpec {
    /// Calls the visitor with the model. [`Visitor`]'s example uses it.
    pub fn visit<V: Visitor>(&self, visitor: V) -> V::Output {
        self.model.visit(visitor)
    }

    /// The same spec of the right protocol; none if this is no mutant. It expects nothing.
    pub fn without_mutant(&self) -> Option<Self> {
        self.mutant?;
        let about = toml::Value::from(format!("Without the mutant: {}", self.about));
        let others = self.settings.iter().filter(|(key, _)| *key != MUTANT.name);
        let others = others.map(|(key, value)| format!("{key} = {value}\n"));
        let text = format!("about = {about}\n{}", others.collect::<String>());
        parse(&text).ok()
    }

    /// The same spec, of a model with one more property: that it happens that a run ends at this
    /// instant ([`LONGEST_RUN`]). None if no time passes in the model. It expects nothing.
    pub fn longest_run(&self, worst: Elapsed) -> Option<Self> {
        Some(Self {
            model: self.model.longest(worst)?,
            expect: Expect::HOLDS,
            ..self.clone()
        })
    }

    /// The model, if it is of this type.
    pub fn model<M: Clone + 'static>(&self) -> Option<M> {
        self.visit(OfType(std::marker::PhantomData))
    }

    /// Calls the viewer with the model, to show it to a person state by state.
    ///
    /// # Errors
    /// The model has too many initial states to be shown.
    pub fn view<V: Viewer>(&self, viewer: V) -> Result<V::Output, ViewError> {
        self.model.view(viewer)
    }

    /// Calls the viewer with the model's processes as actors of Stateright, to show them to a
    /// person state by state.
    ///
    /// # Errors
    /// The model has no processes, or the actors would not behave as they do.
    pub fn view_actors<V: Viewer>(&self, viewer: V) -> Result<V::Output, ViewError> {
        self.model.view_actors(viewer)
    }
}

struct OfType<M>(std::marker::PhantomData<M>);

impl<Wanted: Clone + 'static> Visitor for OfType<Wanted> {
    type Output = Option<Wanted>;

    fn visit<M: Checkable>(self, model: &M) -> Option<Wanted> {
        (model as &dyn Any).downcast_ref().cloned()
    }
}

/// The name of the property of [`RunSpec::longest_run`].
pub const LONGEST_RUN: &str = synod_world::timed::LONGEST;

const ABOUT: Key = Key::new(
    "about",
    "about = \"One line: what this shows, and where the paper says so.\"",
);
const PROTOCOL: Key = Key::new("protocol", "protocol = \"basic\"");
const SIZE: Key = Key::new("size", "size = \"small\"");

/// The keys that do not decide the model.
const BESIDE_THE_MODEL: [Key; 3] = [ABOUT, SIZE, EXPECT];

/// Reads a run spec from the text of its file. The crate's example uses it.
///
/// # Errors
/// The first mistake in the text.
pub fn parse(source: &str) -> Result<RunSpec, SpecError> {
    let document = DeTable::parse(source).map_err(|error| not_toml(source, &error))?;
    refuse_below_expect(document.get_ref())?;
    let spec = known_keys_only(document.get_ref())?;
    let of_name = choice_of(PROTOCOLS, |protocol| protocol.name);
    let protocol = spec.required(PROTOCOL, of_name)?;
    refuse_keys_of_others(&spec, &protocol)?;
    let Asked {
        model,
        mutant,
        drops,
        bounds,
    } = (protocol.read)(&spec)?;
    let mut names = model.visit(NamesOf);
    let progress = progress(&spec, &model.visit(Properties), &names.kinds)?;
    names
        .claims
        .extend(progress.iter().map(|claim| claim.name.clone()));
    let size = spec.optional(SIZE, choice_of(&Size::ALL, Size::name))?;
    Ok(RunSpec {
        about: about(&spec)?,
        protocol: protocol.name,
        mutant,
        drops,
        bounds: bounds.join(", "),
        progress,
        size: size.unwrap_or_default(),
        expect: expect(&spec, &names)?,
        line_of_expect: line_at(source, spec.span_of(EXPECT).start),
        settings: settings(document).map_err(|error| not_toml(source, &error))?,
        model,
    })
}

/// Refuses unknown keys. The error lists the keys of the protocol that the spec names.
fn known_keys_only<'a>(spec: &'a DeTable<'a>) -> Result<SpecTable<'a>, SpecError> {
    let name = spec
        .get(PROTOCOL.name)
        .and_then(|name| name.get_ref().as_str());
    let named = PROTOCOLS
        .iter()
        .find(|protocol| Some(protocol.name) == name);
    let offered = keys(named.map_or(PROTOCOLS, std::slice::from_ref));
    SpecTable::offering(spec, 0..0, &keys(PROTOCOLS), &offered)
}

/// The keys that a run spec of one of these protocols may have.
fn keys(protocols: &[Registered]) -> Vec<Key> {
    let mut keys = vec![ABOUT, PROTOCOL];
    let of_protocols = protocols.iter().flat_map(|protocol| protocol.keys);
    for key in of_protocols.chain(&[PROGRESS, SIZE, EXPECT]) {
        if keys.iter().all(|known| known.name != key.name) {
            keys.push(*key);
        }
    }
    keys
}

/// Refuses keys that only other protocols have: they would have no effect.
fn refuse_keys_of_others(spec: &SpecTable<'_>, protocol: &Registered) -> Result<(), SpecError> {
    for key in keys(PROTOCOLS) {
        let owners = PROTOCOLS.iter().filter(|other| other.has(key.name));
        let owners: Vec<_> = owners.map(|owner| owner.name).collect();
        let is_of_others = !owners.is_empty() && !owners.contains(&protocol.name);
        let Some(value) = spec.value(key).filter(|_| is_of_others) else {
            continue;
        };
        let instead = protocol.instead.iter().find(|(name, _)| *name == key.name);
        let message = format!("{key} is not for protocol {:?}", protocol.name);
        let help = match instead {
            Some((_, help)) => (*help).to_owned(),
            None => format!("leave it out: it is for protocol {}", one_of(&owners)),
        };
        return Err(SpecError::at(value.span(), message, help));
    }
    Ok(())
}

fn settings(document: Spanned<DeTable<'_>>) -> Result<BTreeMap<String, String>, toml::de::Error> {
    let table = toml::Table::deserialize(toml::Deserializer::from(document))?;
    let decides = |key: &String| BESIDE_THE_MODEL.iter().all(|beside| beside.name != key);
    let settings = table.into_iter().filter(|(key, _)| decides(key));
    Ok(settings
        .map(|(key, value)| (key, value.to_string()))
        .collect())
}

/// Refuses the keys of a spec that stand in its table `[expect]`: those below its heading do.
fn refuse_below_expect(spec: &DeTable<'_>) -> Result<(), SpecError> {
    let below = spec.get(EXPECT.name);
    let below = below.and_then(|below| below.get_ref().as_table());
    for key in below.into_iter().flat_map(DeTable::keys) {
        let name: &str = key.get_ref();
        if keys(PROTOCOLS).iter().any(|known| known.name == name) {
            let message = format!("`{name}` is not for the table `[expect]`");
            let help = format!("`{name}` belongs above `[expect]`");
            return Err(SpecError::at(key.span(), message, help));
        }
    }
    Ok(())
}

fn not_toml(source: &str, error: &toml::de::Error) -> SpecError {
    let span = error.span().unwrap_or(0..0);
    let help = not_toml_help(source, &span, error.message());
    SpecError::at(span, error.message(), help)
}

/// The remedy for the line in which a text is not TOML.
fn not_toml_help(source: &str, span: &Range<usize>, message: &str) -> String {
    let before = source.get(..span.start).unwrap_or(source);
    if let (true, Some(key)) = (message == "duplicate key", source.get(span.clone())) {
        let sets = |line: &str| line.split('=').next().map(str::trim) == Some(key);
        let first = before.lines().position(sets);
        return match first {
            Some(first) => format!("line {} sets `{key}` already: keep one of them", first + 1),
            None => format!("`{key}` is there already: keep one of them"),
        };
    }
    // An error may stand at the end of its line: the line break is not of the next one.
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = source[start..].lines().next().unwrap_or_default();
    let (key, value) = line.split_once('=').unwrap_or((line, ""));
    let (key, value) = (key.trim(), value.trim());
    let is_number = |value: &str| value.bytes().all(|byte| byte.is_ascii_digit());
    match value.replace(',', "") {
        number if !number.is_empty() && number != value && is_number(&number) => {
            format!("write a number without commas: `{key} = {number}`")
        }
        empty if empty.is_empty() && line.contains('=') => {
            format!("say after `{key} =` what its value is; a text stands in quotes")
        }
        text if text.starts_with(char::is_alphabetic) => {
            format!("write a text in quotes: `{key} = \"…\"`")
        }
        _ => "a run spec is TOML: a line `key = value` for each setting".to_owned(),
    }
}

fn about(spec: &SpecTable<'_>) -> Result<String, SpecError> {
    let about = spec.required(ABOUT, text)?;
    if about.trim().is_empty() || !about.chars().all(is_readable) {
        return Err(spec.refused(
            ABOUT,
            "`about` must be one line of text that is not empty, without control characters",
            "say what the spec shows, and where the paper says so",
        ));
    }
    Ok(about)
}

/// The line of a byte of a text, from 1.
fn line_at(source: &str, byte: usize) -> usize {
    1 + source.get(..byte).unwrap_or_default().matches('\n').count()
}

/// Visits a model for the names of its properties.
struct Properties;

impl Visitor for Properties {
    type Output = Vec<&'static str>;

    fn visit<M: Checkable>(self, model: &M) -> Self::Output {
        let properties = model.properties().into_iter();
        properties.map(|property| property.name).collect()
    }
}

/// Visits a model for what its expected result may speak of.
struct NamesOf;

impl Visitor for NamesOf {
    type Output = Names;

    fn visit<M: Checkable>(self, model: &M) -> Self::Output {
        let claims = model.claims();
        let claims = claims.iter().map(|claim| claim.name.to_owned());
        Names {
            claims: claims.collect(),
            kinds: model.kinds(),
            is_reduced: model.form().symmetry.is_some(),
        }
    }
}
