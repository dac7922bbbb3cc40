//! Two-phase commit: a coordinator asks all participants whether they can commit, and commits
//! only if all say yes. `README.md` walks through it, and `tests/atomic.rs` checks it.

#![allow(missing_docs)] // The names say it.

use std::collections::BTreeSet;
use synod_process::{Input, InputOf, Outputs, OutputsOf, Process, Renamed, Renaming};

/// The id of the coordinator; the participants are 1, 2, …
pub const COORDINATOR: u8 = 0;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    Prepare,
    Yes,
    Decided(Entry),
}

/// What a node has on disk, if anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entry {
    Prepared,
    Committed,
    Aborted,
}
use Entry::{Aborted, Committed, Prepared};

#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub participants: u8,
    /// Whether a participant that has voted yes waits for the decision, however long that
    /// takes. Otherwise it aborts, which is wrong.
    pub waits: bool,
}

/// A node: the coordinator or a participant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    participants: u8,
    waits: bool,
    entry: Option<Entry>,
    /// Who has voted yes, as far as the coordinator remembers.
    yes: BTreeSet<u8>,
}

impl Process for Node {
    type Id = u8;
    type Settings = Settings;
    type Ledger = Option<Entry>;
    type Message = Message;
    type Request = ();
    type Timer = ();
    type Record = Entry;
    type News = ();
    type Action = ();
    type Ignored = ();

    fn recover(settings: &Settings, _: u8, entry: Option<Entry>) -> (Self, OutputsOf<Self>) {
        let Settings {
            participants,
            waits,
        } = *settings;
        let (yes, mut out) = (BTreeSet::new(), Outputs::new());
        if entry == Some(Prepared) {
            out.set_timer(());
        }
        (
            Self {
                participants,
                waits,
                entry,
                yes,
            },
            out,
        )
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        let mut out = Outputs::new();
        match (input, self.entry) {
            // A client asks the coordinator, which asks the participants.
            (Input::Propose(()), None) => {
                (1..=self.participants).for_each(|to| out.send(to, Message::Prepare));
                out.set_timer(());
            }
            // A participant votes, and votes again if it hears nothing.
            (
                Input::Receive {
                    message: Message::Prepare,
                    ..
                },
                None,
            ) => {
                self.write(Prepared, &mut out);
                Self::vote(&mut out);
            }
            (Input::Timeout(()), Some(Prepared)) if self.waits => Self::vote(&mut out),
            (Input::Timeout(()), Some(Prepared)) => self.write(Aborted, &mut out),
            // The coordinator decides: all have voted yes, or it took too long.
            (
                Input::Receive {
                    from,
                    message: Message::Yes,
                },
                None,
            ) => {
                self.yes.insert(from);
                if self.yes.len() == usize::from(self.participants) {
                    self.decide(Committed, &mut out);
                }
            }
            (Input::Timeout(()), None) => self.decide(Aborted, &mut out),
            (
                Input::Receive {
                    from,
                    message: Message::Yes,
                },
                Some(decision),
            ) => {
                out.send(from, Message::Decided(decision));
            }
            // A participant learns the decision.
            (
                Input::Receive {
                    message: Message::Decided(decision),
                    ..
                },
                None | Some(Prepared),
            ) => {
                self.write(decision, &mut out);
            }
            _ => {}
        }
        out
    }

    fn apply(entry: &mut Option<Entry>, record: Entry) {
        *entry = Some(record);
    }
}

impl Node {
    fn vote(out: &mut OutputsOf<Self>) {
        out.send(COORDINATOR, Message::Yes);
        out.set_timer(());
    }

    fn decide(&mut self, decision: Entry, out: &mut OutputsOf<Self>) {
        self.write(decision, out);
        (1..=self.participants).for_each(|to| out.send(to, Message::Decided(decision)));
    }

    /// On disk first, and only then in messages.
    fn write(&mut self, entry: Entry, out: &mut OutputsOf<Self>) {
        self.entry = Some(entry);
        out.record(entry);
    }
}

/// The participants do the same: a check need not tell apart which of them has voted.
impl Renamed for Node {
    fn renamed(&self, rename: Renaming<'_, u8>) -> Self {
        let yes = self.yes.iter().map(|&id| rename(id)).collect();
        Self { yes, ..*self }
    }

    // There are no ids in these.

    fn renamed_ledger(entry: &Option<Entry>, _: Renaming<'_, u8>) -> Option<Entry> {
        *entry
    }

    fn renamed_message(message: &Message, _: Renaming<'_, u8>) -> Message {
        *message
    }

    fn renamed_request((): &(), _: Renaming<'_, u8>) {}

    fn renamed_timer((): (), _: Renaming<'_, u8>) {}
}
