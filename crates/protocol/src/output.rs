//! What the priest of one decree answers to an input.

use crate::ledger::Note;
use crate::message::Message;
use crate::{Ignored, Timer};
use synod_math::Priest;

/// What the priest says he did: an action of the paper's A.1.
pub use synod_paper::basic::Action;

/// What can happen to a priest. A proposal is not forwarded: progress needs a
/// president who wants something. The first proposal counts.
pub type Input<D> = synod_process::Input<Priest, Message<D>, D, Timer>;

/// One thing that the driver of a priest has to do. What he tells is the decree
/// that is passed.
pub type Output<D> = synod_process::Output<Priest, Message<D>, Timer, Note<D>, D, Action<D>>;

/// What a priest answers to an input.
pub type Outputs<D> =
    synod_process::Outputs<Priest, Message<D>, Timer, Note<D>, D, Action<D>, Ignored>;
