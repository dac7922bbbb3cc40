//! What is claimed of every reachable state, with the witness that refutes it,
//! and the partner that shows that the claim is not vacuous.

use stateright::{Model, Property};
use std::fmt;

/// What the checker calls the claim that no step of a model panics: it is made
/// of every model.
pub const PANIC_FREEDOM: &str = "panic-freedom";

/// Why a claim does not hold in a state: a sentence that names the priests,
/// ballots or messages at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness(pub String);

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns a [`Witness`] with a formatted sentence unless the condition holds.
#[macro_export]
macro_rules! ensure {
    ($condition:expr, $($sentence:tt)+) => {
        if !$condition {
            return Err($crate::claim::Witness(format!($($sentence)+)));
        }
    };
}

/// What judges a state: the witness against a claim, if the state has one.
pub type Check<M> = fn(&M, &<M as Model>::State) -> Result<(), Witness>;

/// A safety property of a model: it holds in every reachable state.
pub struct Claim<M: Model> {
    /// The name by which run specs know it.
    pub name: &'static str,
    /// The claim as a sentence.
    pub meaning: &'static str,
    /// The same as `check`, as Stateright wants it.
    pub holds: fn(&M, &M::State) -> bool,
    /// The witness against it, if the state has one.
    pub check: Check<M>,
    /// What happens somewhere if the claim is put to use. None where the claim
    /// says nothing, because the bounds are too small for it.
    pub partner: Option<Partner<M>>,
}

/// Something that happens in some reachable state.
pub struct Partner<M: Model> {
    /// What happens, in words: its name.
    pub name: &'static str,
    /// Whether it has happened in this state.
    pub happens: fn(&M, &M::State) -> bool,
}

// Not derived: that would ask for `M: Clone`.
impl<M: Model> Clone for Claim<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Model> Copy for Claim<M> {}

impl<M: Model> Clone for Partner<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Model> Copy for Partner<M> {}

/// Whether nothing refutes a claim in a state.
pub fn is_met<M: Model>(check: Check<M>, model: &M, state: &M::State) -> bool {
    check(model, state).is_ok()
}

/// A claim from its name, its meaning, its check, which is a function or a
/// closure that captures nothing, and its partner.
#[macro_export]
macro_rules! claim {
    ($name:literal, $meaning:literal, $check:expr, $partner:expr) => {
        $crate::claim::Claim {
            name: $name,
            meaning: $meaning,
            holds: |model, state| $crate::claim::is_met($check, model, state),
            check: $check,
            partner: $partner,
        }
    };
}

/// From an entry a partner: a function of that name.
#[macro_export]
macro_rules! partners {
    ($Model:ty; $($(#[$doc:meta])* $visibility:vis $name:ident: $title:literal, $happens:expr;)+) => {
        $(
            $(#[$doc])*
            $visibility const fn $name() -> $crate::Partner<$Model> {
                $crate::Partner { name: $title, happens: $happens }
            }
        )+
    };
}

/// The claims as Stateright's `always` properties, each followed by its
/// partner as a `sometimes` property, unless another claim has brought it.
pub fn properties<M: Model>(claims: &[Claim<M>], others: &[Partner<M>]) -> Vec<Property<M>> {
    let mut properties: Vec<Property<M>> = Vec::new();
    for claim in claims {
        properties.push(Property::always(claim.name, claim.holds));
        if let Some(partner) = claim.partner {
            push_once(&mut properties, partner);
        }
    }
    for &other in others {
        push_once(&mut properties, other);
    }
    properties
}

fn push_once<M: Model>(properties: &mut Vec<Property<M>>, partner: Partner<M>) {
    if properties
        .iter()
        .all(|property| property.name != partner.name)
    {
        properties.push(Property::sometimes(partner.name, partner.happens));
    }
}
