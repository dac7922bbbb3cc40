//! `synod client`.

mod password;
mod show;

use crate::args::ClientOptions;
use crate::diagnostics::{self, Complaint};
use crate::files::Written;
use crate::output;
use crate::status::Status;
use show::Style;
use std::ffi::OsString;
use std::io::{BufRead, ErrorKind, IsTerminal};
use std::time::Duration;
use synod_node::clients::dial::{Connection, DialError, Trust};
use synod_resp::{Reply, inline};
use synod_terminal::is_closed;

/// Sends the command in the arguments, or the commands on standard input.
///
/// # Errors
/// What was given cannot be used.
pub(crate) fn client(options: &ClientOptions) -> Result<Status, Complaint> {
    if options.command.is_empty() {
        Written::refuse_output_to_input()?;
    }
    let trust = options.tls.as_deref().map(Trust::read).transpose();
    let help = "`synod cert` makes certificates";
    let trust = trust.map_err(|error| Complaint::about(error.to_string(), help))?;
    let login = options.user.as_deref().map(password::login).transpose()?;
    let is_terminal = std::io::stdout().is_terminal();
    let mut client = Client {
        addresses: &options.address,
        trust,
        login,
        patience: options.timeout,
        connection: None,
        style: match (options.json, options.no_raw || is_terminal) {
            (true, _) => Style::Json,
            (false, true) => Style::Typed,
            (false, false) => Style::Bare,
        },
    };
    if options.command.is_empty() {
        client.ask_line_by_line()
    } else {
        let command = options.command.iter().map(bytes).collect::<Vec<_>>();
        Ok(client.ask(&command))
    }
}

const CLOSED_QUOTES: &str = "quotes are closed like this: SET key \"a b\"";

fn bytes(argument: &OsString) -> Vec<u8> {
    argument.as_encoded_bytes().to_vec()
}

fn complain(error: &impl ToString, help: &str) -> Status {
    diagnostics::report(&[Complaint::about(error.to_string(), help)]);
    Status::NotAsExpected
}

/// A client, and the nodes that it may ask.
struct Client<'a> {
    addresses: &'a [String],
    trust: Option<Trust>,
    /// The AUTH request with which each connection begins; `None` without `--user`.
    login: Option<Vec<Vec<u8>>>,
    patience: Duration,
    connection: Option<Connection>,
    style: Style,
}

impl Client<'_> {
    /// Sends one command a line, until the end of the input or QUIT.
    fn ask_line_by_line(&mut self) -> Result<Status, Complaint> {
        let has_prompt = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        let mut worst = Status::AsExpected;
        let mut lines = std::io::stdin().lock();
        for number in 1_u64.. {
            if has_prompt {
                let address = self.connection.as_ref().map(Connection::address);
                output::say(&format!("{}> ", address.unwrap_or("not connected")));
            }
            let mut line = Vec::new();
            let read = lines.read_until(b'\n', &mut line).map_err(|error| {
                let help = "without a command as an argument, commands are read from there";
                Complaint::about(format!("standard input: {error}"), help)
            })?;
            if read == 0 {
                break;
            }
            let words: Result<Vec<_>, _> = inline::split(&line).collect();
            let status = match words {
                Ok(words) if words.is_empty() => continue,
                Ok(words) => {
                    let status = self.ask(&words);
                    if words[0].eq_ignore_ascii_case(b"quit") {
                        return Ok(worse(worst, status));
                    }
                    status
                }
                Err(error) if has_prompt => complain(&error, CLOSED_QUOTES),
                // The lines after it may depend on it: in a transaction, for instance.
                Err(error) => {
                    let what = format!("standard input, line {number}: {error}");
                    let help = format!("{CLOSED_QUOTES}; nothing from this line on was sent");
                    return Err(Complaint::about(what, help));
                }
            };
            worst = worse(worst, status);
            if is_closed() {
                break;
            }
        }
        Ok(worst)
    }

    /// Asks one node after another until one does not decline. The node that is already
    /// connected comes first.
    fn ask(&mut self, command: &[Vec<u8>]) -> Status {
        let (mut unreachable, mut declined) = (Vec::new(), None);
        let connected = self.connection.take();
        let is_logged_in = connected.is_some();
        let asked = connected.as_ref().map(|c| c.address().to_owned());
        let others = self.addresses.iter();
        let others = others.filter(|&address| asked.as_ref() != Some(address));
        let others =
            others.map(|address| Connection::open(address, self.trust.as_ref(), self.patience));
        for connection in connected.into_iter().map(Ok).chain(others) {
            let mut connection = match connection {
                Ok(connection) => connection,
                Err(error) => {
                    unreachable.push(error);
                    continue;
                }
            };
            let is_known = is_logged_in && asked.as_deref() == Some(connection.address());
            let login = self.login.as_ref().filter(|_| !is_known);
            let asked = match login.map(|login| connection.ask(login)) {
                Some(Ok(Reply::Error(text))) => return self.show(&Reply::Error(text), command),
                Some(Err(error)) => Err(error),
                _ => connection.ask(command),
            };
            match asked {
                Ok(Reply::Error(text)) if is_declined(&text) => {
                    declined = Some(Reply::Error(text));
                }
                Ok(reply) if follows(command) && !matches!(reply, Reply::Error(_)) => {
                    return self.follow(connection, reply, command);
                }
                Ok(reply) => {
                    self.connection = Some(connection);
                    return self.show(&reply, command);
                }
                Err(error) => {
                    let help = "the command may have been carried out: check before you repeat it";
                    let error = format!("{}: {error}", connection.address());
                    return complain(&error, help);
                }
            }
        }
        match declined {
            Some(reply) => self.show(&reply, command),
            None => cannot_reach(&unreachable),
        }
    }

    /// Shows what becomes law, until the connection ends, or nobody reads any more.
    fn follow(&self, mut connection: Connection, first: Reply, command: &[Vec<u8>]) -> Status {
        let (mut last, mut told) = (0, Ok(first));
        loop {
            match told {
                Ok(reply) => {
                    last = decree_of(&reply).unwrap_or(last);
                    let status = self.show(&reply, command);
                    if is_closed() || status != Status::AsExpected {
                        return status;
                    }
                }
                Err(error) => {
                    let help = format!("go on where it ended: LAW FOLLOW {last}");
                    return complain(&format!("{}: {error}", connection.address()), &help);
                }
            }
            told = connection.hear();
        }
    }

    fn show(&self, reply: &Reply, command: &[Vec<u8>]) -> Status {
        let is_text = command
            .first()
            .is_some_and(|name| name.eq_ignore_ascii_case(b"info"));
        let style = match self.style {
            // The reply is text to read, not a value.
            Style::Typed if is_text && matches!(reply, Reply::Bulk(_)) => Style::Bare,
            style => style,
        };
        output::say(&show::show(reply, style));
        match reply {
            Reply::Error(_) => Status::NotAsExpected,
            _ => Status::AsExpected,
        }
    }
}

/// Whether the replies to a command never end.
fn follows(command: &[Vec<u8>]) -> bool {
    let [law, follow, ..] = command else {
        return false;
    };
    law.eq_ignore_ascii_case(b"law") && follow.eq_ignore_ascii_case(b"follow")
}

/// The decree up to which everything is told.
fn decree_of(told: &Reply) -> Option<i64> {
    match told {
        Reply::Array(Some(parts)) => match &parts[..] {
            [Reply::Bulk(_), Reply::Integer(number)] => Some(*number),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an error says that the command was not carried out and will not be.
fn is_declined(error: &str) -> bool {
    error.starts_with("TRYAGAIN") || error.starts_with("LOADING")
}

fn cannot_reach(errors: &[DialError]) -> Status {
    let is_bad_usage = errors.iter().any(|error| match error {
        DialError::NoAddress(_) => true,
        // A port that is none, for instance.
        DialError::Unreachable { source, .. } => source.kind() == ErrorKind::InvalidInput,
        _ => false,
    });
    let help = if is_bad_usage {
        "an address is HOST:PORT, with a port from 1 to 65535; separate several by commas"
    } else {
        "`synod node` and `synod cluster` start nodes; name theirs with --address"
    };
    let about = |error: &DialError| Complaint::about(error.to_string(), help);
    diagnostics::report(&errors.iter().map(about).collect::<Vec<_>>());
    if is_bad_usage {
        Status::BadInput
    } else {
        Status::NotAsExpected
    }
}

/// The first status that is not success.
const fn worse(one: Status, other: Status) -> Status {
    match one {
        Status::AsExpected => other,
        _ => one,
    }
}
