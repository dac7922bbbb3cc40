//! A.2: the invariants of the basic protocol, for packed states. They are
//! stated, with an example, in [`mod@synod_paper::invariants`]. [`Basic`] claims I1–I7,
//! and [`inductive`](super::inductive) all of them.

use super::{Basic, State};
use crate::properties::{Checked, checked};
use crate::view::Synod;
use synod_paper::invariants as paper;

macro_rules! of_the_paper {
    ($($name:ident $($I:ident $partner:ident $meaning:literal)?;)+) => {
        $(
            #[doc = concat!(
                "Checks [`", stringify!($name), "`](fn@paper::", stringify!($name), ") for a packed state."
            )]
            ///
            /// # Errors
            /// The priest, ballot or message at fault.
            pub fn $name<L>(model: &Basic<L>, state: &State) -> Checked {
                checked(paper::$name(&model.view(state)))
            }
        )+
    };
}

synod_paper::invariants!(of_the_paper);
of_the_paper!(i8; i9; i10;);
