//! Other names for processes, in all that a process knows or says.

use crate::process::Process;

/// A change of names: the other name of each process. It is a permutation.
pub type Renaming<'a, I> = &'a dyn Fn(I) -> I;

/// A process that can tell what it would be if processes had other names. A model of several
/// processes that do the same is then explored with one state for all that differ only in names.
///
/// Each function puts the other name in the place of each id that is found in its argument, and
/// changes nothing else. Nobody needs it to run a process.
///
/// # Examples
///
/// ```
/// use std::collections::BTreeSet;
/// use synod_process::{InputOf, Outputs, OutputsOf, Process, Renamed, Renaming};
///
/// /// Keeps who has voted.
/// #[derive(Debug, PartialEq)]
/// struct Teller {
///     votes: BTreeSet<u8>,
/// }
///
/// impl Process for Teller {
/// #     type Settings = ();
/// #     type Timer = ();
/// #     type Record = ();
/// #     type News = ();
/// #     type Action = ();
/// #     type Ignored = ();
/// #     fn recover((): &(), _: u8, votes: BTreeSet<u8>) -> (Self, OutputsOf<Self>) {
/// #         (Self { votes }, Outputs::new())
/// #     }
/// #     fn handle(&mut self, _: InputOf<Self>) -> OutputsOf<Self> {
/// #         Outputs::new()
/// #     }
/// #     fn apply(_: &mut BTreeSet<u8>, (): ()) {}
///     type Id = u8;
///     type Ledger = BTreeSet<u8>;
///     type Message = Option<u8>; // For whom, if for anybody.
///     type Request = ();
///     // …
/// }
///
/// impl Renamed for Teller {
///     fn renamed(&self, rename: Renaming<'_, u8>) -> Self {
///         Self { votes: Self::renamed_ledger(&self.votes, rename) }
///     }
///
///     fn renamed_ledger(votes: &BTreeSet<u8>, rename: Renaming<'_, u8>) -> BTreeSet<u8> {
///         votes.iter().map(|&voter| rename(voter)).collect()
///     }
///
///     fn renamed_message(&candidate: &Option<u8>, rename: Renaming<'_, u8>) -> Option<u8> {
///         candidate.map(rename)
///     }
///
///     // Without ids:
///     fn renamed_request((): &(), _: Renaming<'_, u8>) {}
///     fn renamed_timer((): (), _: Renaming<'_, u8>) {}
/// }
///
/// let swapped = |id| if id < 3 { 3 - id } else { id }; // 1 and 2.
/// let teller = Teller { votes: [1, 3].into() };
/// assert_eq!(teller.renamed(&swapped), Teller { votes: [2, 3].into() });
/// ```
pub trait Renamed: Process {
    /// The process with other names. Its own is one of them.
    #[must_use]
    fn renamed(&self, rename: Renaming<'_, Self::Id>) -> Self;

    /// A ledger with other names.
    fn renamed_ledger(ledger: &Self::Ledger, rename: Renaming<'_, Self::Id>) -> Self::Ledger;

    /// A message with other names. Its sender and addressee are not in it.
    fn renamed_message(message: &Self::Message, rename: Renaming<'_, Self::Id>) -> Self::Message;

    /// A request with other names.
    fn renamed_request(request: &Self::Request, rename: Renaming<'_, Self::Id>) -> Self::Request;

    /// A timer with other names.
    fn renamed_timer(timer: Self::Timer, rename: Renaming<'_, Self::Id>) -> Self::Timer;
}
