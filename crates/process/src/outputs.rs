//! What a process answers to an input.

#[cfg(doc)]
use crate::Input;
use std::collections::VecDeque;

/// One thing that the driver of a process has to do.
///
/// **Record before send.** Outputs are ordered, and the driver must carry them
/// out in this order: a `Record` comes before every `Send` that depends on it,
/// and must be durable when that message leaves. A crash may fall between any
/// two outputs; the process then goes on from its ledger, in which exactly the
/// `Record`s before the crash are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output<I, M, T, R, N, A> {
    /// Write this to the ledger, durably.
    Record(R),
    /// Send this. It may be lost, duplicated, delayed; never changed.
    Send {
        /// To whom; never the process itself.
        to: I,
        /// What.
        message: M,
    },
    /// Give [`Input::Timeout`] back after the timer's time. A timer that is
    /// set already begins anew.
    SetTimer(T),
    /// The timer is not needed any more: do not give it back.
    CancelTimer(T),
    /// News for whoever drives the process. It comes after every `Record` that
    /// it says something of. A crash may lose it: what the ledger says is not
    /// told again.
    Tell(N),
    /// The process took an action. For traces and proofs: a driver may ignore
    /// it.
    Did(A),
}

/// The ordered outputs of one input, and why it was ignored if it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs<I, M, T, R, N, A, W> {
    /// In this order.
    pub outputs: Vec<Output<I, M, T, R, N, A>>,
    /// Set if the input, or a part of it, changed nothing.
    pub ignored: Option<W>,
    /// What the process sent to itself and has not received yet.
    to_self: VecDeque<M>,
}

impl<I, M, T, R, N, A, W> Outputs<I, M, T, R, N, A, W> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self {
            outputs: Vec::new(),
            ignored: None,
            to_self: VecDeque::new(),
        }
    }

    /// Writes to the ledger.
    pub fn record(&mut self, record: R) {
        self.outputs.push(Output::Record(record));
    }

    /// Sends a message to another process.
    pub fn send(&mut self, to: I, message: M) {
        self.outputs.push(Output::Send { to, message });
    }

    /// Sends a message to the process itself. No network carries it: the process
    /// takes it with [`next_to_self`](Self::next_to_self) before the input is
    /// done.
    pub fn send_to_self(&mut self, message: M) {
        self.to_self.push_back(message);
    }

    /// The next message that the process has sent to itself.
    pub fn next_to_self(&mut self) -> Option<M> {
        self.to_self.pop_front()
    }

    /// Says that an action took place.
    pub fn did(&mut self, action: A) {
        self.outputs.push(Output::Did(action));
    }

    /// Tells whoever drives the process.
    pub fn tell(&mut self, news: N) {
        self.outputs.push(Output::Tell(news));
    }

    /// Sets a timer, anew if it was set.
    pub fn set_timer(&mut self, timer: T) {
        self.outputs.push(Output::SetTimer(timer));
    }

    /// Cancels a timer.
    pub fn cancel_timer(&mut self, timer: T) {
        self.outputs.push(Output::CancelTimer(timer));
    }

    /// Says why the input, or a part of it, changed nothing.
    pub fn ignore(&mut self, why: W) {
        self.ignored = Some(why);
    }
}

impl<I, M, T, R, N, A, W> Default for Outputs<I, M, T, R, N, A, W> {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether every `Record` comes before the `Send`s that depend on it.
/// O(outputs²).
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
