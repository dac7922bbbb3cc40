//! Reductions: what a world may leave out, so that there are fewer states, and why no
//! verdict changes. Each reduction is an option. By default there is none, and a test
//! compares the same instances with and without reductions.
//!
//! **Useless messages** ([`Reductions::useless_messages`]). A message is useless if,
//! whatever happens within the bounds, its addressee will never do anything with it any
//! more. Examples are a Success to a priest who has that decree in his ledger, and a
//! Voted for a ballot that is over. The lens says which messages are useless
//! ([`Reduce::is_useless`](crate::Reduce::is_useless)); a message that is useless once
//! must stay useless. Two states that differ only in useless messages have the same
//! futures, so one of them is enough: after each step the world removes the useless
//! messages. The history forgets such messages too
//! ([`Reduce::forget`](crate::Reduce::forget)). If the lens were wrong, a message would
//! be received that the history does not have, and the claim "refines basic" would fail.
//!
//! **Weaker crashes** ([`Reductions::weaker_crashes`]). A crash cuts off the last outputs
//! of an input. Compare a crash right before a Send with one right after it. Both leave
//! the same ledger, and the first leaves one message less. Messages may be lost anyway,
//! so every run after the first crash is also a run after the second, with the same
//! ledgers, laws and ballots, and with a message that is never received. So it is enough
//! to explore the crashes right before a Record, and the one after all outputs. Claims
//! about messages are claims about each message that was sent: they say more when there
//! are more messages. One thing is not observed with this reduction: a crash between a
//! Record and a Send. So the partner that shows such a crash is not required.
//!
//! **Heartbeats** ([`Reduce::heartbeats`](crate::Reduce::heartbeats), always on if the
//! lens has them). A heartbeat tells the other processes that its sender is present. To
//! send it does not change the sender, and adds a message to a set of which no message
//! has to arrive. So heartbeats are taken as sent from the beginning, and again whenever
//! the ledger changes what they say. Every behaviour in which a heartbeat is sent later
//! is among the behaviours that are explored.
//!
//! **Lost ledgers** ([`World::losing`](crate::World::losing)). A process that has lost its
//! ledger can use messages again that were useless to it, so useless messages are not left out
//! there. The argument for weaker crashes holds: after both crashes nothing is left of the
//! ledger. Heartbeats follow from the ledger, but those that were sent stay sent: a crash that
//! loses the ledger makes messages of them.
//!
//! The arguments rest on the rules of the protocol. A mutant (a protocol with one rule
//! dropped) breaks a rule, so mutants are explored without reductions.
//!
//! ```
//! use synod_world::reductions::Reductions;
//!
//! // For `World::reduced`:
//! let reductions = Reductions { weaker_crashes: true, ..Reductions::default() };
//! assert!(!reductions.useless_messages);
//! ```

/// The reductions of a world: see [`World::reduced`](crate::World::reduced) and the
/// [module](self).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reductions {
    /// Leave out messages that their addressees cannot use any more.
    pub useless_messages: bool,
    /// Leave out crashes right before a Send, after which fewer messages are left than
    /// after the Send.
    pub weaker_crashes: bool,
}

impl Reductions {
    /// All reductions.
    pub const ALL: Self = Self {
        useless_messages: true,
        weaker_crashes: true,
    };
}
