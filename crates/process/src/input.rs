//! The inputs of a process.

/// One thing that happens to a process: the argument of
/// [`Process::handle`](crate::Process::handle), whose example takes one.
/// [`InputOf`](crate::InputOf) fills in the type parameters; the [crate]'s page
/// says what they stand for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Input<I, M, Q, T> {
    /// A message has arrived. The same message may arrive once, many times, late or out
    /// of order; one that never arrives is not noticed.
    Receive {
        /// The sender.
        from: I,
        /// The message.
        message: M,
    },
    /// A timer that the process has set is up.
    Timeout(T),
    /// A client makes a request. A crash may lose it; the client then makes it again.
    Propose(Q),
}
