//! What is in flight between legislators, and what one input did. A letter
//! prints as `Γ→Α BeginBallot(2, 1: a)`: ballot 2 of decree number 1, on a.

use crate::step::End;
use std::fmt::Write as _;
use synod_math::Priest;
use synod_protocol::Ignored;
use synod_protocol::parliament::{self, Decree, DecreeNumber, News, Request, RequestId, Told};
use synod_protocol::state_machine::register::{Command, Register, Response};

/// The law of these legislators: a letter. Who asks for a letter writes it.
pub(crate) type Law = Register<char>;
pub(crate) type Message = parliament::Message<Command<char>>;
pub(crate) type Note = parliament::Note<Command<char>>;
pub(crate) type Ledger = parliament::Ledger<Command<char>>;
pub(crate) type Output = parliament::Output<Command<char>, Response<char>>;
pub(crate) type Outputs = parliament::Outputs<Law>;

/// The request for a letter. There are four clients: `a` to `d` are their first
/// requests, `e` to `h` their second ones.
pub(crate) fn request(letter: char) -> Request<Command<char>> {
    let index = u64::from(letter) - u64::from('a');
    let id = RequestId {
        client: index % 4,
        sequence: index / 4 + 1,
    };
    let command = Command::Write(letter);
    Request { id, command }
}

/// The letter that was asked for, whatever was done with it; the olive day is
/// `-`.
pub(crate) fn letter(decree: &Decree<Command<char>>) -> char {
    decree.request_id().map_or('-', asked)
}

fn asked(id: RequestId) -> char {
    let index = id.client + 4 * (id.sequence - 1);
    char::from(b'a' + u8::try_from(index).unwrap())
}

/// What was sent and has not arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) from: Priest,
    pub(crate) to: Priest,
    pub(crate) message: Message,
}

impl Letter {
    pub(crate) fn print(&self) -> String {
        format!("{}→{} {}", self.from, self.to, print(&self.message))
    }
}

fn numbers<'a>(numbers: impl Iterator<Item = &'a DecreeNumber>) -> String {
    numbers.fold(String::new(), |mut text, number| {
        let _ = write!(text, " {number}");
        text
    })
}

fn told((at, told): (&DecreeNumber, &Told<Command<char>>)) -> String {
    match told {
        Told::Passed(decree) => format!("; {at}: {}", letter(decree)),
        Told::Voted(cast) => format!("; {at}: {} in {}", letter(&cast.decree), cast.number),
    }
}

fn print(message: &Message) -> String {
    match message {
        Message::NextBallot { number, known } => format!("NextBallot({number}, >{known})"),
        Message::LastVote {
            number,
            above,
            told: all,
            missing,
        } => {
            let told: String = all.iter().map(told).collect();
            let asked = if missing.is_empty() { "" } else { "; lacks" };
            let missing = numbers(missing.iter());
            format!("LastVote({number}, >{above}{told}{asked}{missing})")
        }
        Message::BeginBallot {
            number, at, decree, ..
        } => format!("BeginBallot({number}, {at}: {})", letter(decree)),
        Message::Voted { number, at, priest } => format!("Voted({number}, {at}, {priest})"),
        Message::Success { at, decree } => format!("Success({at}: {})", letter(decree)),
        Message::Refused { next_bal } => format!("Refused({next_bal})"),
        Message::Present { known, next_bal } => match next_bal {
            Some(next_bal) => format!("Present({known}, {next_bal})"),
            None => format!("Present({known})"),
        },
        Message::Forwarded { request } => format!("Forwarded({})", asked(request.id)),
        Message::Declined { id, why } => format!("Declined({}, {why:?})", asked(*id)),
    }
}

/// What one input did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) who: Priest,
    /// The durable ledger before the input.
    pub(crate) before: Ledger,
    /// The outputs that were carried out: all of them, but for a crash.
    pub(crate) outputs: Vec<Output>,
    pub(crate) ignored: Option<Ignored>,
    pub(crate) end: End,
}

impl Turn {
    /// The messages sent, as they print, with their addressees.
    pub(crate) fn sent(&self) -> Vec<String> {
        let sent = self.outputs.iter().filter_map(|output| match output {
            Output::Send { to, message } => Some(format!("{} to {to}", print(message))),
            _ => None,
        });
        sent.collect()
    }

    pub(crate) fn recorded(&self) -> Vec<Note> {
        let recorded = self.outputs.iter().filter_map(|output| match output {
            Output::Record(note) => Some(note.clone()),
            _ => None,
        });
        recorded.collect()
    }

    /// The news, as it prints: `law 1: a`, `answered a at 1`, `declined a: Full`.
    pub(crate) fn told(&self) -> Vec<String> {
        let told = self.outputs.iter().filter_map(|output| match output {
            Output::Tell(news) => Some(print_news(news)),
            _ => None,
        });
        told.collect()
    }

    /// It changed nothing, and was not answered.
    pub(crate) fn changed_nothing(&self, why: Ignored) {
        assert_eq!(self.ignored, Some(why));
        assert_eq!(self.outputs, []);
    }
}

fn print_news(news: &News<Command<char>, Response<char>>) -> String {
    match news {
        News::Law { number, decree, .. } => format!("law {number}: {}", letter(decree)),
        News::Answered(answer) => format!("answered {} at {}", asked(answer.id), answer.number),
        News::Declined { id, why } => format!("declined {}: {why:?}", asked(*id)),
    }
}

/// A vote, with the letter for the decree.
pub(crate) type Cast = synod_math::Cast<char>;
