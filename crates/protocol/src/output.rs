//! The inputs and outputs of the priest of one decree: [`synod_process`]'s types with his own.
//! The example of [`crate::Complete`] uses them.

use crate::ledger::Note;
use crate::message::Message;
use crate::{Ignored, Timer};
use synod_math::Priest;

/// An action of the paper's A.1, which the priest reports for traces and proofs.
pub use synod_paper::basic::Action;

/// What can happen to a priest. A proposal is not forwarded to the president, so progress needs a
/// president who was given one himself. Only the first proposal counts.
pub type Input<D> = synod_process::Input<Priest, Message<D>, D, Timer>;

/// One thing that the driver of a priest must do. His news ([`synod_process::Output::Tell`]) is
/// the decree that is passed.
pub type Output<D> = synod_process::Output<Priest, Message<D>, Timer, Note<D>, D, Action<D>>;

/// The answer of a priest to an input: what his driver must do, in this order.
pub type Outputs<D> =
    synod_process::Outputs<Priest, Message<D>, Timer, Note<D>, D, Action<D>, Ignored>;
