//! The disk: when a record is durable, and what a crash may leave.

use synod_process::Process;

/// When a record is durable. [`World::disk`](crate::World::disk) chooses it. A process always
/// goes on with a ledger that has all its records; only a crash shows which were durable.
///
/// ```
/// # use synod_process::{InputOf, Outputs, OutputsOf, Process};
/// # #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// # struct Log;
/// # impl Process for Log {
/// #     type Id = u64;
/// #     type Settings = ();
/// #     type Ledger = Vec<char>;
/// #     type Message = ();
/// #     type Request = char;
/// #     type Timer = ();
/// #     type Record = Write;
/// #     type News = ();
/// #     type Action = ();
/// #     type Ignored = ();
/// #     fn recover((): &(), _: u64, _: Vec<char>) -> (Self, OutputsOf<Self>) {
/// #         let mut out = Outputs::new();
/// #         out.record(Write::Append('a'));
/// #         out.record(Write::Append('b'));
/// #         (Self, out)
/// #     }
/// #     fn handle(&mut self, _: InputOf<Self>) -> OutputsOf<Self> {
/// #         Outputs::new()
/// #     }
/// #     fn apply(ledger: &mut Vec<char>, write: Write) {
/// #         if let Write::Append(character) = write {
/// #             ledger.push(character);
/// #         }
/// #     }
/// # }
/// use stateright::Model;
/// use synod_world::{Disk, ProcessSetup, World};
///
/// #[derive(Clone)]
/// enum Write {
///     Append(char),
///     Sync,
/// }
///
/// // `Log` appends 'a' and 'b' when it begins, and does not sync.
/// let is_sync = |write: &Write| matches!(write, Write::Sync);
/// let disks = |disk| {
///     let world = World::of([ProcessSetup::<Log>::new(1, ())]).disk(disk);
///     let state = world.init_states()[0];
///     let disks = world.site(&state, 1).disks().map(|log| log.iter().collect());
///     disks.collect::<Vec<String>>()
/// };
/// assert_eq!(disks(Disk::Durable), ["ab"]);
/// assert_eq!(disks(Disk::Synced(is_sync)), ["ab", "a", ""]);
/// assert_eq!(disks(Disk::Torn(is_sync)), ["ab", "a", "", "b"]);
/// # let _ = Write::Sync;
/// ```
pub enum Disk<P: Process> {
    /// Each record is durable before the next output is carried out.
    Durable,
    /// A record is durable once a later one for which this holds is written: a *sync*. Until
    /// then a crash may lose it, and with it all later ones. [`Process::apply`] decides whether
    /// a sync changes the ledger too.
    Synced(fn(&P::Record) -> bool),
    /// As `Synced`, but of the records that are not yet durable a crash may lose any: disks
    /// write in any order. The number of disks that are possible doubles with each record.
    Torn(fn(&P::Record) -> bool),
    /// Records become durable in their order, at any time. The process is told of those for
    /// which this gives a request: it takes the request as an input at the moment when the
    /// record, and all before it, are durable. No client may make such a request.
    Asynchronous(fn(&P::Record) -> Option<P::Request>),
}

impl<P: Process> Clone for Disk<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Process> Copy for Disk<P> {}
