//! What is the same in all states of a parliament: what is asked for, within
//! which limits, and the model of one decree that every number follows.

use super::instances::Instances;
use crate::basic::Basic;
use crate::bounds;
use std::sync::Arc;
use synod_math::{Cast, Priest, PriestSet};
use synod_protocol::parliament::{self, Chosen, RequestId, Settings};
use synod_protocol::state_machine::register::{self, Register};

/// The law of the models: a register. Values are numbers of names.
pub type Machine = Register<u8>;
/// What it is told to do.
pub type Command = register::Command<u8>;
/// What it answers.
pub type Response = register::Response<u8>;
/// What a ballot is held on.
pub type Decree = parliament::Decree<Command>;
/// What a client asks for.
pub type Request = parliament::Request<Command>;

/// States have room for this many decree numbers.
pub const MAX_DECREE_NUMBERS: usize = 4;
/// And for this many requests: with the olive day they are the decrees.
pub const MAX_REQUESTS: usize = bounds::MAX_DECREES - 1;

/// The name of the decree that fills a gap.
pub(crate) const OLIVE_DAY: &str = "the olive day";

/// A request, and which legislators may be asked for it. Each comes from a
/// client of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The request.
    pub request: Request,
    /// Who may be asked for it, at any time, any number of times.
    pub by: PriestSet,
}

/// What is the same in all states.
#[derive(Clone)]
pub struct Setting {
    /// Limits.
    pub settings: Settings,
    /// What is made of what §3.1 leaves open.
    pub variant: Chosen,
    /// What is asked for.
    pub asked: Arc<[Asked]>,
    /// The decree numbers are 1 to this.
    pub numbers: usize,
    /// Whether the history remembers when clients asked and were answered.
    pub remembers_clients: bool,
    /// §2.3 for one decree number; its decrees are the olive day and the
    /// requests.
    pub basic: Arc<Basic>,
    /// The states of that model that decree numbers were in so far.
    pub instances: Arc<Instances>,
    /// The names of the values.
    pub values: Arc<[String]>,
}

impl Setting {
    /// The decree numbers.
    pub(crate) fn decree_numbers(&self) -> impl Iterator<Item = usize> + use<> {
        1..=self.numbers
    }

    /// The requests that this legislator may be asked for.
    pub(crate) fn asked_of(&self, me: Priest) -> impl Iterator<Item = Request> {
        let mine = self.asked.iter().filter(move |asked| asked.by.contains(me));
        mine.map(|asked| asked.request)
    }
}

/// A decree in the model of one decree number.
pub type Code = bounds::Decree;

/// The code of a decree in the model of one decree number.
pub fn code(decree: &Decree) -> Code {
    let client = decree.request_id().map_or(0, |id| id.client % ALIAS);
    bounds::Decree(client as u8 + 1)
}

/// The same vote on the code of its decree.
pub(super) fn cast_in_codes(cast: &Cast<Decree>) -> Cast<Code> {
    Cast {
        number: cast.number,
        decree: code(&cast.decree),
    }
}

/// The position of the request that an id is of.
pub fn position(id: RequestId) -> usize {
    (id.client % ALIAS) as usize - 1
}

/// A client whose number is this much larger is the same under another name:
/// there is a mutant who does not recognize his requests.
pub(crate) const ALIAS: u64 = 128;

/// The olive day in the model of one decree number.
pub(crate) const OLIVE: bounds::Decree = bounds::Decree(1);

/// The commands that texts say, with the names of the values in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commands {
    /// The commands.
    pub commands: Vec<Command>,
    /// The names of the values in them.
    pub values: Vec<String>,
    /// The commands as they are shown: no two alike.
    pub names: Vec<String>,
}

/// What is wrong with requests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// It says nothing that a register can be told.
    #[error(
        "{0:?} is no request to a register; ask it to \"read\", \"write x\" or \"swap x y\", \
         which writes y if x is there, or \"swap nothing y\""
    )]
    Unknown(String),
    /// There is none, or there are too many.
    #[error("{0} requests; it must be 1 to {MAX_REQUESTS}")]
    Count(usize),
}

impl Commands {
    /// Reads commands: `read`, `write x`, `swap x y`, `swap nothing y`.
    ///
    /// # Errors
    /// [`RequestError`] for what is none, and for too many.
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
            let twins = read.commands.iter().filter(|&&known| known == command);
            let name = match twins.count() {
                0 => text.clone(),
                twins => format!("{text} ({})", twins + 1),
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

    /// The decrees of the model of one number: the olive day, and these.
    pub fn decrees(&self) -> Vec<String> {
        let names = self.names.iter().cloned();
        std::iter::once(OLIVE_DAY.to_owned()).chain(names).collect()
    }

    /// The requests, each by a client of its own.
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
