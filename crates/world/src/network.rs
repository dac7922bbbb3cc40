//! The network: what may happen to a message on its way, and what is on its way.

/// What a network may do with a message. [`World::network`](crate::World::network) chooses it.
///
/// A claim about every state needs no step in which a message is lost: a message that is lost
/// is one that has not arrived yet. So `AtMostOnce` is also a network that loses nothing and
/// keeps no order.
///
/// ```
/// # use synod_process::{InputOf, Outputs, OutputsOf, Process};
/// # #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// # struct Greeter;
/// # impl Process for Greeter {
/// #     type Id = u64;
/// #     type Settings = ();
/// #     type Ledger = ();
/// #     type Message = char;
/// #     type Request = char;
/// #     type Timer = ();
/// #     type Record = ();
/// #     type News = ();
/// #     type Action = ();
/// #     type Ignored = ();
/// #     fn recover((): &(), me: u64, (): ()) -> (Self, OutputsOf<Self>) {
/// #         let mut out = Outputs::new();
/// #         if me == 1 {
/// #             out.send(2, 'a');
/// #             out.send(2, 'b');
/// #         }
/// #         (Self, out)
/// #     }
/// #     fn handle(&mut self, _: InputOf<Self>) -> OutputsOf<Self> {
/// #         Outputs::new()
/// #     }
/// #     fn apply((): &mut (), (): ()) {}
/// # }
/// use stateright::Model;
/// use synod_world::{Network, ProcessSetup, World};
///
/// // `Greeter` sends 'a' and then 'b' when it begins.
/// let greeters = [1, 2].map(|id| ProcessSetup::<Greeter>::new(id, ()));
/// let world = World::<_>::of(greeters).network(Network::Fifo);
/// let [first, second]: [_; 2] = {
///     let begun = &world.init_states()[0];
///     let (step, next) = &world.next_steps(begun)[0];
///     [world.format_action(step), world.format_action(&world.next_steps(next)[0].0)]
/// };
/// assert_eq!((&*first, &*second), ("2: Receive 'a' from 1", "2: Receive 'b' from 1"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// A message may arrive at any time and any number of times, or never: datagrams.
    #[default]
    Duplicating,
    /// A message arrives at most once, at any time.
    AtMostOnce,
    /// From one process to another, messages arrive in the order in which they were sent, each
    /// once, as long as the *session* between the two lasts: a TCP connection. The session ends
    /// when either crashes, or by [`World::breaking_sessions`](crate::World::breaking_sessions).
    /// The latest messages of a session that has ended may be lost: what has arrived is a
    /// beginning of what was sent. A new session begins at once. A process that sends before it
    /// notices, by what arrives in the new session, may still lose what it sends, all but a
    /// beginning of it; and
    /// [`ProcessSetup::told_of_sessions`](crate::ProcessSetup::told_of_sessions) tells it.
    Fifo,
    /// From one process to another, messages arrive in the order in which they were sent, each
    /// once, whatever crashes: a durable queue. A message that a process has taken does not come
    /// again, even if the process crashes before its first output.
    Reliable,
}

impl Network {
    /// Whether messages wait in the order in which they were sent.
    pub(crate) const fn keeps_order(self) -> bool {
        matches!(self, Self::Fifo | Self::Reliable)
    }
}

/// A message with its sender and addressee. [`World::sent`](crate::World::sent) and
/// [`World::messages`](crate::World::messages) list them, as in the [crate]'s example.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Envelope<I, M> {
    /// The addressee.
    pub to: I,
    /// The sender.
    pub from: I,
    /// The message.
    pub message: M,
}

/// The [`Envelope`] of processes of type `P`.
pub type EnvelopeOf<P> =
    Envelope<<P as synod_process::Process>::Id, <P as synod_process::Process>::Message>;

/// What is on its way from one process to another: a message, or the border between two
/// sessions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Letter<I, M> {
    Message(Envelope<I, M>),
    /// The session has ended, and a new one begins. Everything before it may be lost.
    Border {
        to: I,
        from: I,
        border: Border,
    },
}

/// How a session has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Border {
    /// The sender has noticed that the addressee's session with him is a new one.
    Noticed,
    /// The sender has crashed, or the session was broken. Once the addressee notices, what he
    /// sends in the other direction is in a new session too.
    Broken,
}

/// The [`Letter`] of processes of type `P`.
pub(crate) type LetterOf<P> =
    Letter<<P as synod_process::Process>::Id, <P as synod_process::Process>::Message>;

impl<I: Copy, M> Letter<I, M> {
    pub(crate) const fn to(&self) -> I {
        match self {
            Self::Message(Envelope { to, .. }) | Self::Border { to, .. } => *to,
        }
    }

    pub(crate) const fn from(&self) -> I {
        match self {
            Self::Message(Envelope { from, .. }) | Self::Border { from, .. } => *from,
        }
    }

    pub(crate) const fn message(&self) -> Option<&Envelope<I, M>> {
        match self {
            Self::Message(envelope) => Some(envelope),
            Self::Border { .. } => None,
        }
    }
}
