//! Claims of every reachable state. A claim comes with its check, which returns
//! a witness against it, and with its partner, which shows that it is not
//! vacuous.
//!
//! Read [`Claim`] first. The macros [`claim!`](crate::claim!) and
//! [`ensure!`](crate::ensure!) write claims; [`properties`] hands them to
//! Stateright. The crate's page shows them at work.

use stateright::{Model, Property};
use std::fmt;

/// The checker's name for the claim that neither steps nor properties of a
/// model panic. It is checked of every model.
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

/// Returns a [`Witness`] from the function around it unless the
/// condition holds. What follows the condition is formatted as the sentence.
///
/// ```
/// use synod_vocabulary::{Witness, ensure};
///
/// fn is_even(number: u32) -> Result<(), Witness> {
///     ensure!(number.is_multiple_of(2), "{number} is odd");
///     Ok(())
/// }
///
/// assert_eq!(is_even(2), Ok(()));
/// assert_eq!(is_even(3), Err(Witness("3 is odd".to_owned())));
/// ```
#[macro_export]
macro_rules! ensure {
    ($condition:expr, $($sentence:tt)+) => {
        if !$condition {
            return Err($crate::claim::Witness(format!($($sentence)+)));
        }
    };
}

/// Judges a state. An error is the witness against the claim.
pub type Check<M> = fn(&M, &<M as Model>::State) -> Result<(), Witness>;

/// A safety property of a model: it holds in every reachable state.
///
/// Made by [`claim!`](crate::claim!), whose use the crate's page shows.
pub struct Claim<M: Model> {
    /// The name, which run specs refer to.
    pub name: &'static str,
    /// The claim as a sentence.
    pub meaning: &'static str,
    /// Whether `check` succeeds: the form that Stateright needs.
    pub holds: fn(&M, &M::State) -> bool,
    /// Judges a state, and gives the witness against the claim.
    pub check: Check<M>,
    /// Something that happens in some state if the claim is put to use. None if
    /// the bounds are too small for it to happen; the claim then says nothing.
    pub partner: Option<Partner<M>>,
}

/// Something that happens in some reachable state, and so shows that a claim is
/// not vacuous: a `sometimes` property.
///
/// "If two ballots are successful, their decrees are equal" is vacuous where no
/// two ballots can be successful. Its partner is "two ballots are successful".
/// [`partners!`](crate::partners!) declares several at once.
pub struct Partner<M: Model> {
    /// The name: what happens, in words.
    pub name: &'static str,
    /// Whether it has happened in this state.
    pub happens: fn(&M, &M::State) -> bool,
}

// Not derived, since a derived implementation would require `M: Clone`.
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

/// Whether a check succeeds in a state. A part of [`claim!`](crate::claim!).
pub fn is_met<M: Model>(check: Check<M>, model: &M, state: &M::State) -> bool {
    check(model, state).is_ok()
}

/// Makes a [`Claim`] of a name, a meaning, a check and an optional
/// partner. The check is a function, or a closure that captures nothing.
///
/// The crate's page shows it at work.
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

/// Declares functions that return partners: for each entry one function.
///
/// ```
/// # use stateright::Model;
/// # struct Countdown;
/// # impl Model for Countdown {
/// #     type State = u8;
/// #     type Action = ();
/// #     fn init_states(&self) -> Vec<u8> { vec![3] }
/// #     fn actions(&self, _: &u8, actions: &mut Vec<()>) { actions.push(()); }
/// #     fn next_state(&self, left: &u8, (): ()) -> Option<u8> { left.checked_sub(1) }
/// # }
/// synod_vocabulary::partners! {
///     Countdown;
///     /// The countdown ends.
///     pub ends: "nothing is left", |_, left| *left == 0;
/// }
///
/// assert_eq!(ends().name, "nothing is left");
/// assert!((ends().happens)(&Countdown, &0));
/// ```
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

/// The properties of a model as Stateright needs them. Each claim becomes an
/// `always` property, followed by its partner as a `sometimes` property; then
/// follow the `others`. A partner of several claims occurs once.
///
/// The crate's page shows it at work.
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
