//! What a page draws of states and steps, beside their variables: messages on their way,
//! what a step does to them, ballots, tables; and why other steps are not possible.
//!
//! A model returns these from the methods of [`Describe`](crate::Describe) that have
//! their names. All of it is data that serde can write.

use serde::Serialize;

/// A message that may arrive, in [`Describe::may_arrive`](crate::Describe::may_arrive).
///
/// ```
/// use synod_vocabulary::Message;
///
/// let vote = Message::new("Voted(0, Β)").from("Β").to(["Α"]);
/// assert_eq!((vote.from.as_deref(), &*vote.to), (Some("Β"), &["Α".to_owned()][..]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Message {
    /// What it says.
    pub name: String,
    /// The process that has sent it; none if that is not known.
    pub from: Option<String>,
    /// The processes at which it may arrive; empty if it may arrive at any.
    pub to: Vec<String>,
}

impl Message {
    /// A message of nobody known to any process.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            from: None,
            to: Vec::new(),
        }
    }

    /// The same message with a sender.
    #[must_use]
    pub fn from(self, process: impl Into<String>) -> Self {
        Self {
            from: Some(process.into()),
            ..self
        }
    }

    /// The same message to these processes only.
    #[must_use]
    pub fn to(self, processes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            to: processes.into_iter().map(Into::into).collect(),
            ..self
        }
    }
}

/// What a step does, for a picture, in [`Describe::deed`](crate::Describe::deed).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Deed {
    /// The process that takes the step; none if that is not said. Then the name of the step
    /// may begin with it.
    pub process: Option<String>,
    /// The message that arrives, as [`Describe::may_arrive`](crate::Describe::may_arrive) of the
    /// state before has it.
    pub receives: Option<Message>,
    /// What kind of thing happens.
    pub happens: Happening,
}

/// What kind of thing happens in a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happening {
    /// A process acts, perhaps because a message arrives.
    #[default]
    Acts,
    /// A timer fires.
    Timer,
    /// A client asks for something.
    Request,
    /// A process crashes and recovers, perhaps while it acts.
    Crash,
    /// A process crashes, loses its ledger, and recovers.
    LosesLedger,
    /// A session between two processes ends.
    SessionEnds,
}

/// A step that is not possible, in [`Describe::forbidden`](crate::Describe::forbidden).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Forbidden {
    /// The step in words, as [`Describe::step_name`](crate::Describe::step_name) has it.
    pub step: String,
    /// The guard that forbids it, in a sentence.
    pub why: String,
}

/// A picture of a set of ballots, in the form of the paper's Figure 1, from
/// [`Describe::figure`](crate::Describe::figure).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// What it shows, and how to read it.
    pub caption: &'static str,
    /// The picture in characters.
    pub drawing: String,
    /// The ballots, a row each, in the order of the picture.
    pub ballots: Vec<Row>,
    /// Conditions on the ballots, and which ballots break them.
    pub conditions: Vec<Condition>,
}

/// A ballot as a row of a [`Figure`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What is voted on, if ballots on several things are in one picture.
    pub instance: Option<String>,
    /// Its number.
    pub number: String,
    /// Its decree.
    pub decree: String,
    /// Its quorum.
    pub quorum: Vec<String>,
    /// The members of the quorum, and others, who have voted.
    pub voters: Vec<String>,
    /// Whether the whole quorum has voted.
    pub is_successful: bool,
    /// The latest earlier vote of its quorum (MaxVote), by which it is bound; none if no
    /// member of the quorum has voted before.
    pub bound_by: Option<BindingVote>,
}

/// The vote by which a ballot is bound: a part of [`Row`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BindingVote {
    /// Who voted.
    pub voter: String,
    /// In which ballot: a position in [`Figure::ballots`].
    pub ballot: usize,
}

/// A condition on the ballots of a [`Figure`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// Its name.
    pub name: &'static str,
    /// The condition as a sentence.
    pub meaning: &'static str,
    /// What is wrong, as a sentence; none if the condition holds.
    pub witness: Option<String>,
    /// The ballots at fault: positions in [`Figure::ballots`].
    pub ballots: Vec<usize>,
}

/// A table, in [`Describe::tables`](crate::Describe::tables).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What it shows.
    pub caption: &'static str,
    /// The heads of the columns.
    pub columns: Vec<String>,
    /// Rows: a head, and a text for each column; an empty text is a gap.
    pub rows: Vec<(String, Vec<String>)>,
}
