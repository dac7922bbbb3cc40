//! What a protocol has to say of its processes so that they can live in a
//! world.

use super::{Deeds, Site, State, World, digest};
use crate::bounds::Bounds;
use crate::bytes::Bytes;
use crate::claim::{Claim, Partner};
use crate::narrate::{Field, ballot_fields};
use std::fmt::Debug;
use std::hash::Hash;
use std::ops::Range;
use std::sync::Arc;
use synod_math::{BallotNumber, BallotSet, Priest, Quorums};
use synod_process::{Input, Output, Outputs};
use synod_protocol::{Ignored, Timer};

/// What can happen to a process of this protocol.
pub type InputOf<P> = Input<Priest, <P as Process>::Message, <P as Process>::Request, Timer>;

/// One thing that a process of this protocol wants done.
pub type OutputOf<P> = Output<
    Priest,
    <P as Process>::Message,
    Timer,
    <P as Process>::Note,
    <P as Process>::News,
    <P as Process>::Action,
>;

/// What a process of this protocol answers to an input.
pub type OutputsOf<P> = Outputs<
    Priest,
    <P as Process>::Message,
    Timer,
    <P as Process>::Note,
    <P as Process>::News,
    <P as Process>::Action,
    Ignored,
>;

/// A process that can live in a [`World`], and the words of its protocol.
///
/// The world runs it, and remembers what it did: every function here must give
/// the same for the same arguments.
pub trait Process: Clone + Debug + Eq + Hash + Send + Sync + 'static {
    /// What tells one world of such processes from another and is the same for
    /// all its states: the mutant, what is asked for, the models above.
    type Setting: Clone + Send + Sync + 'static;

    /// What they send each other. Its order is that in which a site keeps what
    /// was sent.
    type Message: Clone + Ord + Hash + Debug + Send + Sync + Bytes;

    /// What they are asked for.
    type Request: Clone + Ord + Hash + Debug + Send + Sync + Bytes;

    /// What a crash leaves; at first, the default.
    type Ledger: Clone + Eq + Hash + Debug + Default + Send + Sync;

    /// What changes a ledger.
    type Note;

    /// What they tell whoever drives them.
    type News: Send + Sync;

    /// The actions that they say they took.
    type Action: Send + Sync;

    /// What has happened, in terms of a model of the paper; at first, the
    /// default. It is part of every state: states with different histories are
    /// different.
    type History: Eq + Hash + Default + Send + Sync + Bytes;

    /// What [`claims`](Process::claims) see of a site: they are judged once for
    /// each history and the faces of all sites.
    type Face: Eq + Hash + Send + Sync;

    /// What [`is_useless`](Process::is_useless) sees of a site: it is asked once
    /// for each message and the ears of both sites.
    type Ear: Eq + Hash + Send + Sync;

    /// What may be received, in the paper's words, and then the other inputs:
    /// the kinds of [`input_kind`](Process::input_kind).
    const INPUT_KINDS: &'static [&'static str];

    /// The process with the ledger that it has kept. It may set timers, tell
    /// news and that it is present, and nothing else: it has met nobody yet, and
    /// no crash falls between what follows here.
    fn recover(
        setting: &Self::Setting,
        me: Priest,
        quorums: &Arc<Quorums>,
        ledger: Self::Ledger,
    ) -> (Self, OutputsOf<Self>);

    /// Takes one input.
    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self>;

    /// The ledger as the process holds it. What is durable agrees with it once
    /// its outputs are carried out.
    fn ledger(&self) -> &Self::Ledger;

    /// lastTried, if the process knows it: which ballot its actions are about.
    fn last_tried(&self) -> Option<BallotNumber>;

    /// Writes a note down. Whether some variable of the ledger went back or was
    /// overwritten.
    fn record(ledger: &mut Self::Ledger, note: Self::Note) -> bool;

    /// What the Present messages of a priest with this ledger may say, the
    /// latest and all before it. They are taken as sent: see
    /// [`world`](crate::world).
    fn presence(ledger: &Self::Ledger) -> Vec<Self::Message>;

    /// Whether this is one of them, whatever the ledger.
    fn is_presence(message: &Self::Message) -> bool;

    /// What a priest is asked for as soon as he begins, and whenever he begins
    /// again, with whatever is in his ledger by then. What follows is limited as
    /// in [`recover`](Process::recover).
    fn asked_at_once(setting: &Self::Setting, bounds: &Bounds, me: Priest) -> Vec<Self::Request>;

    /// What a priest may be asked for at any time, any number of times: each
    /// request is a step of its own.
    fn asked_later(setting: &Self::Setting, bounds: &Bounds, me: Priest) -> Vec<Self::Request>;

    /// Whether the history may see the deeds of an input that left the site as
    /// it was: a request that was taken on before, or is answered at once. Such
    /// a step is one wherever it changes the history.
    fn is_seen(_: &Self::Setting, _deeds: &Deeds<Self>) -> bool {
        false
    }

    /// The history after what a priest did, whose site is now this.
    fn replay(
        world: &World<Self>,
        from: &Self::History,
        by: Priest,
        deeds: &Deeds<Self>,
        after: &Site<Self>,
    ) -> Self::History;

    /// Whether a message is useless: whatever happens within the bounds, its
    /// addressee will never do anything with it any more that anybody sees, nor
    /// record or send anything that is not useless itself. Once true it must
    /// stay true. See [`reductions`](super::reductions).
    fn is_useless(
        _: &World<Self>,
        _message: &Self::Message,
        _from: (Priest, &Self::Ear),
        _to: (Priest, &Self::Ear),
    ) -> bool {
        false
    }

    /// What [`is_useless`](Process::is_useless) sees of a site.
    fn ear(site: &Site<Self>) -> Self::Ear;

    /// The history without messages that nobody will receive any more.
    fn forget(_: &World<Self>, history: Self::History) -> Self::History {
        history
    }

    /// A digest of what a history stands for: the same in every run, whatever
    /// numbers are in it.
    fn history_digest(_: &Self::Setting, history: &Self::History) -> u128 {
        digest(history)
    }

    /// The numbers of parts that may be in histories, from this one on: those
    /// of every history that the caller has in hand are among them, or lower.
    fn parts_since(_: &Self::Setting, from: u32) -> Range<u32> {
        from..from
    }

    /// Appends the part of this number.
    fn write_part(_: &Self::Setting, _part: u32, _bytes: &mut Vec<u8>) {}

    /// Takes a part off the front that any process wrote; its number in this
    /// one.
    fn read_part(_: &Self::Setting, _bytes: &mut &[u8]) -> Option<u32> {
        None
    }

    /// The history that another process wrote, in the numbers of this one:
    /// `parts` has them in the order of the other's. None if one is missing.
    fn with_parts(history: Self::History, _parts: &[u32]) -> Option<Self::History> {
        Some(history)
    }

    /// Whether something happened that is beyond the bounds: the state is left
    /// out.
    fn is_outside(history: &Self::History) -> bool;

    /// What claims see of a site. Whatever else they look at must be in the
    /// history.
    fn face(site: &Site<Self>) -> Self::Face;

    /// What is claimed of every reachable state.
    fn claims(world: &World<Self>) -> Vec<Claim<World<Self>>>;

    /// What else happens, if the bounds allow it.
    fn other_partners(world: &World<Self>) -> Vec<Partner<World<Self>>>;

    /// Of which of [`INPUT_KINDS`](Process::INPUT_KINDS) an input is.
    fn input_kind(input: &InputOf<Self>) -> usize;

    /// A message in the paper's words.
    fn message_name(bounds: &Bounds, message: &Self::Message) -> String;

    /// A request, as what somebody proposes.
    fn request_name(bounds: &Bounds, request: &Self::Request) -> String;

    /// A process, its ledger and the timers that are set.
    fn site_fields(world: &World<Self>, me: Priest, site: &Site<Self>) -> Vec<Field>;

    /// What is told of the history.
    fn history_fields(world: &World<Self>, state: &State) -> Vec<Field> {
        ballot_fields(&Self::figure(world, state)).into()
    }

    /// 𝓑, with the names of the decrees: it prints as Figure 1.
    fn figure(world: &World<Self>, state: &State) -> BallotSet<String>;
}
