//! What can happen to a process.

/// What can happen to a process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Input<I, M, Q, T> {
    /// A message arrived. Once, twice or never, late or out of order: all the
    /// same.
    Receive {
        /// Who sent it.
        from: I,
        /// The message.
        message: M,
    },
    /// The time of a timer that was set has passed.
    Timeout(T),
    /// Somebody asks for this. A crash may lose it: the client then asks again.
    Propose(Q),
}
