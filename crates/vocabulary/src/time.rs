//! Instants and worst cases of models in which time passes.
//!
//! Such a model counts time from an instant T_el, in units of Δ, the longest time that a message
//! takes. It has a kind of steps for each instant, those with which time passes to it
//! ([`kind_of`]). So the kinds of steps that a search has taken tell the latest instant at which
//! anything happens.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A time that has passed since T_el, in units of Δ: a fraction in lowest terms.
///
/// ```
/// use synod_vocabulary::time::{Elapsed, instant_of, kind_of};
///
/// let nine = Elapsed::new(18, 2);
/// assert_eq!((nine.to_string(), nine), ("9Δ".to_owned(), Elapsed::new(9, 1)));
/// assert_eq!(Elapsed::new(7, 2).to_string(), "7/2 Δ");
/// assert_eq!(instant_of(&kind_of(nine)), Some(nine));
/// assert!(Elapsed::new(9, 2) < nine);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Elapsed {
    ticks: u32,
    in_delta: u32,
}

impl Elapsed {
    /// So many ticks, of which Δ has so many; it has at least one.
    pub const fn new(ticks: u32, in_delta: u32) -> Self {
        let (mut divisor, mut rest) = (in_delta, ticks);
        while rest > 0 {
            (divisor, rest) = (rest, divisor % rest);
        }
        let divisor = if divisor == 0 { 1 } else { divisor };
        Self {
            ticks: ticks / divisor,
            in_delta: in_delta / divisor,
        }
    }

    /// In units of Δ.
    pub fn in_deltas(self) -> f64 {
        f64::from(self.ticks) / f64::from(self.in_delta.max(1))
    }

    /// The time of so many units of Δ. None if it is negative, or no fraction with a small
    /// denominator.
    pub fn of_deltas(deltas: f64) -> Option<Self> {
        (1..=60).find_map(|in_delta| {
            let ticks = deltas * f64::from(in_delta);
            let is_whole = (ticks - ticks.round()).abs() < 1e-9;
            let is_time = is_whole && (0.0..1e6).contains(&ticks);
            #[expect(clippy::cast_sign_loss, reason = "it is not negative")]
            is_time.then(|| Self::new(ticks.round() as u32, in_delta))
        })
    }
}

impl PartialOrd for Elapsed {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Elapsed {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let scaled = |ticks: u32, in_delta: u32| u64::from(ticks) * u64::from(in_delta);
        scaled(self.ticks, other.in_delta).cmp(&scaled(other.ticks, self.in_delta))
    }
}

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { ticks, in_delta: 1 } => write!(f, "{ticks}Δ"),
            Self { ticks, in_delta } => write!(f, "{ticks}/{in_delta} Δ"),
        }
    }
}

/// A number of units of Δ.
impl Serialize for Elapsed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.in_delta == 1 {
            serializer.serialize_u32(self.ticks)
        } else {
            serializer.serialize_f64(self.in_deltas())
        }
    }
}

impl<'de> Deserialize<'de> for Elapsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let deltas = f64::deserialize(deserializer)?;
        Self::of_deltas(deltas).ok_or_else(|| serde::de::Error::custom("no time in units of Δ"))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Elapsed {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Elapsed".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A time since T_el, in units of Δ.",
            "type": "number",
            "minimum": 0
        })
    }
}

const PASSES: &str = "time passes to T_el + ";

/// The kind of the steps with which time passes to an instant.
pub fn kind_of(instant: Elapsed) -> String {
    format!("{PASSES}{instant}")
}

/// The instant to which time passes with the steps of a kind; none of other steps.
pub fn instant_of(kind: &str) -> Option<Elapsed> {
    let fraction = kind.strip_prefix(PASSES)?.strip_suffix('Δ')?.trim_end();
    let (ticks, in_delta) = fraction.split_once('/').unwrap_or((fraction, "1"));
    let (ticks, in_delta) = (ticks.parse().ok()?, in_delta.parse().ok()?);
    (in_delta > 0).then(|| Elapsed::new(ticks, in_delta))
}
