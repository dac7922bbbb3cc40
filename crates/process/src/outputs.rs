//! The outputs of a process.

use std::collections::VecDeque;

/// One thing that the driver of a process has to do. The [crate]'s example is a
/// driver.
///
/// **Record before send.** Outputs are ordered, and a driver that carries them out in
/// this order is right: a `Record` comes before every `Send` that depends on it, and must be
/// durable when that message leaves. A crash may fall between any two outputs; the
/// process then recovers from its ledger, which has exactly the `Record`s before the
/// crash. A driver that knows the process may let an output overtake what it does not depend
/// on, as the one of `synod_node` does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output<I, M, T, R, N, A> {
    /// Write this to the ledger, durably ([`Process::apply`](crate::Process::apply)).
    Record(R),
    /// Send this message. The network may lose, duplicate or delay it, but never change
    /// it.
    Send {
        /// The addressee; never the process itself.
        to: I,
        /// The message.
        message: M,
    },
    /// Set this timer: give [`Input::Timeout`](crate::Input::Timeout) to the process once
    /// the timer is up. A timer that is set already begins anew. How long it runs is the
    /// driver's choice.
    SetTimer(T),
    /// Cancel this timer: give no [`Input::Timeout`](crate::Input::Timeout) for it.
    CancelTimer(T),
    /// News for the driver. It comes after every `Record` that it is about. A crash may
    /// lose it, and the process does not repeat it: the driver can read the same in the
    /// ledger.
    Tell(N),
    /// The process took this action. For traces and proofs; a driver may ignore it.
    Did(A),
}

/// The ordered outputs of one input, and the reason if the input was ignored. A process
/// builds it in [`Process::handle`](crate::Process::handle), as in the example of
/// [`Process`](crate::Process).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs<I, M, T, R, N, A, W> {
    /// The outputs, in the order in which the driver must carry them out.
    pub outputs: Vec<Output<I, M, T, R, N, A>>,
    /// The reason if the input, or a part of it, changed nothing.
    pub ignored: Option<W>,
    /// Messages that the process has sent to itself and not yet received.
    to_self: VecDeque<M>,
}

impl<I, M, T, R, N, A, W> Outputs<I, M, T, R, N, A, W> {
    /// No outputs yet.
    pub const fn new() -> Self {
        Self {
            outputs: Vec::new(),
            ignored: None,
            to_self: VecDeque::new(),
        }
    }

    /// Appends an [`Output::Record`].
    pub fn record(&mut self, record: R) {
        self.outputs.push(Output::Record(record));
    }

    /// Appends an [`Output::Send`], to another process.
    pub fn send(&mut self, to: I, message: M) {
        self.outputs.push(Output::Send { to, message });
    }

    /// Sends a message to the process itself. It is no output and passes through no
    /// network: the process takes it by [`next_to_self`](Self::next_to_self) before it
    /// has finished with the input.
    ///
    /// ```
    /// let mut out = synod_process::Outputs::<u8, &str, (), (), (), (), ()>::new();
    /// out.send_to_self("my own vote");
    /// assert!(out.outputs.is_empty());
    /// assert_eq!(out.next_to_self(), Some("my own vote"));
    /// assert_eq!(out.next_to_self(), None);
    /// ```
    pub fn send_to_self(&mut self, message: M) {
        self.to_self.push_back(message);
    }

    /// Takes the oldest message that the process has sent to itself by
    /// [`send_to_self`](Self::send_to_self) and not yet taken.
    pub fn next_to_self(&mut self) -> Option<M> {
        self.to_self.pop_front()
    }

    /// Appends an [`Output::Did`]: the process took an action.
    pub fn did(&mut self, action: A) {
        self.outputs.push(Output::Did(action));
    }

    /// Appends an [`Output::Tell`]: news for the driver.
    pub fn tell(&mut self, news: N) {
        self.outputs.push(Output::Tell(news));
    }

    /// Appends an [`Output::SetTimer`]. A timer that is set already begins anew.
    pub fn set_timer(&mut self, timer: T) {
        self.outputs.push(Output::SetTimer(timer));
    }

    /// Appends an [`Output::CancelTimer`].
    pub fn cancel_timer(&mut self, timer: T) {
        self.outputs.push(Output::CancelTimer(timer));
    }

    /// Sets the reason why the input, or a part of it, changed nothing.
    pub fn ignore(&mut self, why: W) {
        self.ignored = Some(why);
    }
}

impl<I, M, T, R, N, A, W> Default for Outputs<I, M, T, R, N, A, W> {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether every `Record` comes before the `Send`s that depend on it: the check of
/// *record before send*, for tests of a process. O(outputs²).
///
/// ```
/// use synod_process::{Outputs, records_come_first};
///
/// let mut out = Outputs::<u8, u32, (), u32, (), (), ()>::new();
/// out.send(2, 7); // The message says 7 …
/// out.record(7); // … before 7 is recorded.
/// assert!(!records_come_first(&out.outputs, |message, record| message == record));
/// ```
pub fn records_come_first<I, M, T, R, N, A>(
    outputs: &[Output<I, M, T, R, N, A>],
    depends_on: impl Fn(&M, &R) -> bool,
) -> bool {
    outputs.iter().enumerate().all(|(position, output)| {
        let Output::Send { message, .. } = output else {
            return true;
        };
        let mut later = outputs[position..].iter();
        !later.any(|later| matches!(later, Output::Record(record) if depends_on(message, record)))
    })
}
