//! What a search knows of a model whose states are packed: the [`Form`] of
//! [`basic`](crate::basic) and of [`preliminary`](crate::preliminary).

use crate::bounds::Bounds;
use crate::layout::{Layout, Of};
use crate::numbered::{self, Condition, Judged, Numbered};
use crate::symmetry::Group;
use crate::touched::{self, Writes};
use stateright::{Expectation, Model, Property};
use std::borrow::Cow;
use synod_vocabulary::structure::{Judging, Number};
use synod_vocabulary::{Form, Packed, Structure, Symmetry};

/// States are held as they are. The other choice is [`Packing`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Whole;

/// States are held as numbers. [`Basic::packed`](crate::basic::Basic::packed) has an example.
#[derive(Clone, Debug)]
pub struct Packing {
    pub(crate) layout: Layout,
    /// The properties of the model, in their order, as a number is judged by them.
    judged: Vec<Judged>,
    /// The changes of names.
    group: Group,
    /// Whether a search may use them.
    uses_symmetry: bool,
}

impl Packing {
    /// The packing within these bounds; none if the numbers would have more than 128 bits.
    pub(crate) fn new(bounds: &Bounds, of: Of) -> Option<Self> {
        Some(Self {
            layout: Layout::new(bounds, of)?,
            judged: Vec::new(),
            group: Group::new(bounds),
            uses_symmetry: false,
        })
    }

    /// The same packing for a model with these properties, of which `of_number` tells how they
    /// are evaluated in a number.
    #[must_use]
    pub(crate) fn with_properties<M: Model>(
        self,
        properties: &[Property<M>],
        of_number: fn(&str) -> Option<Condition>,
    ) -> Self {
        let judged = properties.iter().map(|property| Judged {
            is_met: of_number(property.name),
            is_sometimes: matches!(property.expectation, Expectation::Sometimes),
        });
        Self {
            judged: judged.collect(),
            ..self
        }
    }

    /// The same packing, of which a search uses the symmetry.
    #[must_use]
    pub(crate) fn with_symmetry(self) -> Self {
        Self {
            uses_symmetry: true,
            ..self
        }
    }

    /// Whether some change of names is more than none.
    pub(crate) fn is_symmetric(&self) -> bool {
        !self.group.is_trivial()
    }
}

/// A model whose states can be packed.
pub(crate) trait Packs: Model<State: Clone> {
    fn packing(&self) -> &Packing;

    fn bounds(&self) -> &Bounds;

    /// The number of a state.
    fn pack(&self, state: &Self::State) -> u128;

    /// The state of a number.
    fn unpack(&self, number: u128) -> Self::State;

    /// Appends the steps from the state of a number.
    fn packed_steps(&self, from: u128, next: &mut Vec<(usize, Packed)>);

    /// The parts of a state that each kind of step writes, in the order of the kinds.
    fn writes() -> impl Iterator<Item = Writes>;
}

/// The form of a model with packed states.
pub(crate) fn form<M: Packs + Structure<Held = Packed>>(model: &M) -> Form<M> {
    let packing = model.packing();
    Form {
        hold: |model, state| Packed(model.pack(&state)),
        state: |model, held| Cow::Owned(model.unpack(held.0)),
        number: Some(Number {
            bits: packing.layout.bits(),
            of: |_, held| held.0,
            held: |_, number| Packed(number),
        }),
        steps: Some(|model, held, next| model.packed_steps(held.0, next)),
        touches: touched::by_kinds(model, M::writes()),
        judging: Some(Judging {
            properties: numbered::judged(&packing.judged),
            found: |model, held, asked| {
                let Packing { layout, judged, .. } = model.packing();
                let state = Numbered::new(Packs::bounds(model), layout, held.0);
                numbered::found(judged, &state, asked)
            },
        }),
        symmetry: packing.uses_symmetry.then_some(Symmetry {
            images: |model, held, images| {
                let Packing { layout, group, .. } = model.packing();
                group.images(layout, held.0, |image| images.push(Packed(image)));
            },
            representative: |model, held| {
                let Packing { layout, group, .. } = model.packing();
                Packed(group.smallest(layout, held.0))
            },
            orbit: |model, held| {
                let Packing { layout, group, .. } = model.packing();
                group.orbit(layout, held.0)
            },
        }),
        rank: Some(|model, held| model.packing().layout.rank(held.0)),
        is_graded: false,
        has_marks: Some(|model, held| model.packing().layout.has_marks(held.0)),
    }
}
