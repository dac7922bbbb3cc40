//! The part of a parliament that is the same in all its states: the requests, the limits,
//! and the model of one decree, which is the same for every decree number. A
//! [`Plan`](super::plan::Plan) makes it.

use super::instances::Instances;
use super::synced::Synced;
use crate::basic::Basic;
use crate::bounds;
use std::sync::Arc;
use synod_math::{Cast, Priest, PriestSet};
use synod_protocol::parliament::{self, Chosen, RequestId, Settings};
use synod_protocol::state_machine::register::{self, Register};

/// The state machine of the models: a register. A value is the index of its name.
pub type Machine = Register<u8>;
/// A command of the register.
pub type Command = register::Command<u8>;
/// A response of the register.
pub type Response = register::Response<u8>;
/// A decree: a request, or the olive-day decree (a no-op).
pub type Decree = parliament::Decree<Command>;
/// A client's request: a command with its id.
pub type Request = parliament::Request<Command>;

/// States have room for this many decree numbers.
pub const MAX_DECREE_NUMBERS: usize = 4;
/// States have room for this many requests; the decrees are these and the olive day.
pub const MAX_REQUESTS: usize = bounds::MAX_DECREES - 1;

/// The name of the decree that fills a gap.
pub(crate) const OLIVE_DAY: &str = "the olive day";

/// A request, and the legislators that may be asked for it. Each request comes from
/// another client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The request.
    pub request: Request,
    /// The legislators that may be asked for it, at any time, any number of times.
    pub by: PriestSet,
}

/// The part of a parliament that is the same in all states, made by
/// [`Plan::setting`](super::plan::Plan::setting).
#[derive(Clone)]
pub struct Setting {
    /// Limits of the legislators.
    pub settings: Settings,
    /// The choices that §3.1 leaves open.
    pub variant: Chosen,
    /// The requests.
    pub asked: Arc<[Asked]>,
    /// The largest decree number; the smallest is 1.
    pub numbers: usize,
    /// Whether the history remembers when clients asked and were answered.
    pub remembers_clients: bool,
    /// The largest number of crashes that lose the ledger.
    pub losses: u8,
    /// When records are durable.
    pub synced: Synced,
    /// The model of one decree number (§2.3). Its decrees are the olive day and the
    /// requests.
    pub basic: Arc<Basic>,
    /// The states of that model that were found at decree numbers so far.
    pub(super) instances: Arc<Instances>,
    /// The names of the values.
    pub values: Arc<[String]>,
}

impl Setting {
    /// The decree numbers.
    pub(crate) fn decree_numbers(&self) -> impl Iterator<Item = usize> + use<> {
        1..=self.numbers
    }

    /// The decree with this code.
    pub(crate) fn decree(&self, code: Code) -> Decree {
        let position = usize::from(code.0).checked_sub(2);
        let asked = position.and_then(|position| self.asked.get(position));
        asked.map_or(Decree::OliveDay, |asked| Decree::Request(asked.request))
    }

    /// The requests that this legislator may be asked for.
    pub(crate) fn asked_of(&self, me: Priest) -> impl Iterator<Item = Request> {
        let mine = self.asked.iter().filter(move |asked| asked.by.contains(me));
        mine.map(|asked| asked.request)
    }
}

/// The code of a decree in the model of one decree number.
pub type Code = bounds::Decree;

/// The code of a decree in the model of one decree number: 1 for the olive day, and one
/// more than the number of its client for a request.
pub fn code(decree: &Decree) -> Code {
    let client = decree.request_id().map_or(0, |id| id.client % ALIAS);
    bounds::Decree(client as u8 + 1)
}

/// The same vote with the code of its decree.
pub(super) fn cast_in_codes(cast: &Cast<Decree>) -> Cast<Code> {
    Cast {
        number: cast.number,
        decree: code(&cast.decree),
    }
}

/// The position of the request with this id in the list of requests.
pub fn position(id: RequestId) -> usize {
    (id.client % ALIAS) as usize - 1
}

/// A client whose number is larger by this is the same client under another name. One
/// mutant gives clients such a name, so that it does not recognize their requests.
pub(crate) const ALIAS: u64 = 128;

/// The olive day in the model of one decree number.
pub(crate) const OLIVE: bounds::Decree = bounds::Decree(1);

/// Commands of a register, read from texts, with the names of their values.
///
/// ```
/// use synod_models::parliament::setting::{Command, Commands};
///
/// let commands = Commands::parse(&["write x", "read"].map(String::from))?;
/// assert_eq!(commands.commands, [Command::Write(0), Command::Read]);
/// assert_eq!(commands.values, ["x"]);
/// # Ok::<(), synod_models::parliament::setting::RequestError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commands {
    /// The commands.
    pub commands: Vec<Command>,
    /// The names of the values in them.
    pub values: Vec<String>,
    /// The names of the commands; all are different.
    pub names: Vec<String>,
}

/// The reason why requests cannot be used: the error of [`Commands::parse`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The text is not a command of a register.
    #[error(
        "{0:?} is no request to a register; ask it to \"read\", \"write x\" or \"swap x y\", \
         which writes y if x is there, or \"swap nothing y\""
    )]
    Unknown(String),
    /// There are no requests, or too many.
    #[error("{0} requests; it must be 1 to {MAX_REQUESTS}")]
    Count(usize),
}

impl Commands {
    /// Reads commands: `read`, `write x`, `swap x y`, `swap nothing y`.
    ///
    /// # Errors
    /// [`RequestError`] if a text is not a command, or if there are none or too many.
    pub fn parse(texts: &[String]) -> Result<Self, RequestError> {
        if !(1..=MAX_REQUESTS).contains(&texts.len()) {
            return Err(RequestError::Count(texts.len()));
        }
        let mut read = Self {
            commands: Vec::new(),
            values: Vec::new(),
            names: Vec::new(),
        };
        for text in texts {
            let command = read.command(text);
            let command = command.ok_or_else(|| RequestError::Unknown(text.clone()))?;
            let equal = read.commands.iter().filter(|&&known| known == command);
            let name = match equal.count() {
                0 => text.clone(),
                equal => format!("{text} ({})", equal + 1),
            };
            read.names.push(name);
            read.commands.push(command);
        }
        Ok(read)
    }

    fn command(&mut self, text: &str) -> Option<Command> {
        let words: Vec<_> = text.split_whitespace().collect();
        Some(match words[..] {
            ["read"] => Command::Read,
            ["write", value] => Command::Write(self.value(value)),
            ["swap", expected, new] => Command::CompareAndSet {
                expected: (expected != "nothing").then(|| self.value(expected)),
                new: self.value(new),
            },
            _ => return None,
        })
    }

    fn value(&mut self, name: &str) -> u8 {
        let known = self.values.iter().position(|value| value == name);
        known.unwrap_or_else(|| {
            self.values.push(name.to_owned());
            self.values.len() - 1
        }) as u8
    }

    /// The names of the decrees in the model of one number: the olive day, and these
    /// commands.
    pub fn decrees(&self) -> Vec<String> {
        let names = self.names.iter().cloned();
        std::iter::once(OLIVE_DAY.to_owned()).chain(names).collect()
    }

    /// The requests, each from another client.
    pub fn requests(&self) -> impl Iterator<Item = Request> {
        let clients = self.commands.iter().zip(1..);
        clients.map(|(&command, client)| Request {
            id: RequestId {
                client,
                sequence: 1,
            },
            command,
        })
    }
}
