//! The commands of the state machine: arguments → command, response → reply.

#![allow(
    clippy::unnecessary_wraps,
    reason = "each function has the type that the table asks for"
)]

use crate::clients::arguments::{bytes, is, printable, rest};
use crate::clients::client_request::ClientRequest;
use crate::clients::command_error::CommandError;
use crate::clients::time::{self, Unit};
use crate::{Command, Response};
use synod_protocol::state_machine::integer::integer;
use synod_protocol::state_machine::map::{Condition, LARGEST, Lifetime, Only};
use synod_resp::Encoder;
use synod_resp::request::Arguments;

type Parsed = Result<Command, CommandError>;

pub(super) fn get(arguments: Arguments<'_>) -> Parsed {
    let key = bytes(arguments, 1);
    Ok(Command::Get { key })
}

/// SET, with its options in any order.
pub(super) fn set(arguments: Arguments<'_>) -> Parsed {
    let mut condition = Condition::Always;
    let (mut is_exchange, mut lifetime) = (false, None);
    let mut options = arguments.iter().skip(3);
    while let Some(option) = options.next() {
        if let Some(unit) = Unit::of_set(option) {
            let amount = options.next().ok_or(CommandError::Syntax)?;
            set_once(&mut lifetime, time::lifetime(unit, amount, "set")?)?;
            continue;
        }
        match option {
            _ if is(option, "NX") => set_condition(&mut condition, Condition::IfAbsent)?,
            _ if is(option, "XX") => set_condition(&mut condition, Condition::IfPresent)?,
            _ if is(option, "GET") => is_exchange = true,
            _ if is(option, "KEEPTTL") => set_once(&mut lifetime, Lifetime::Keep)?,
            _ => return Err(CommandError::Option(printable(option))),
        }
    }
    let (key, value) = (bytes(arguments, 1), bytes(arguments, 2));
    Ok(match lifetime {
        Some(lifetime) => Command::SetFor {
            key,
            value,
            condition,
            lifetime,
            is_exchange,
        },
        None if is_exchange => Command::Exchange {
            key,
            value,
            condition,
        },
        None => Command::Set {
            key,
            value,
            condition,
        },
    })
}

fn set_condition(condition: &mut Condition, wanted: Condition) -> Result<(), CommandError> {
    if *condition != Condition::Always && *condition != wanted {
        return Err(CommandError::BothOptions);
    }
    *condition = wanted;
    Ok(())
}

fn set_once(lifetime: &mut Option<Lifetime>, wanted: Lifetime) -> Result<(), CommandError> {
    match lifetime.replace(wanted) {
        Some(_) => Err(CommandError::Syntax),
        None => Ok(()),
    }
}

/// SETEX and PSETEX: key, time, value.
pub(super) fn set_for(arguments: Arguments<'_>, unit: Unit, name: &'static str) -> Parsed {
    Ok(Command::SetFor {
        key: bytes(arguments, 1),
        value: bytes(arguments, 3),
        condition: Condition::Always,
        lifetime: time::lifetime(unit, &bytes(arguments, 2), name)?,
        is_exchange: false,
    })
}

/// EXPIRE and its kin, with their options in any order. A time that is over removes the key at once.
pub(super) fn expire(arguments: Arguments<'_>, unit: Unit, name: &'static str) -> Parsed {
    let (key, amount) = (bytes(arguments, 1), bytes(arguments, 2));
    let lifetime = time::lifetime_or_over(unit, &amount, name)?;
    Ok(match (only(arguments)?, lifetime) {
        (None, Some(lifetime)) => Command::Expire { key, lifetime },
        (None, None) => Command::Delete { key },
        (Some(only), lifetime) => Command::ExpireIf {
            key,
            lifetime: lifetime.unwrap_or(Lifetime::Until { at: 0 }),
            only,
        },
    })
}

/// On what the options of EXPIRE let it depend.
fn only(arguments: Arguments<'_>) -> Result<Option<Only>, CommandError> {
    let (mut nx, mut xx, mut gt, mut lt) = (false, false, false, false);
    for option in arguments.iter().skip(3) {
        match option {
            _ if is(option, "NX") => nx = true,
            _ if is(option, "XX") => xx = true,
            _ if is(option, "GT") => gt = true,
            _ if is(option, "LT") => lt = true,
            _ => return Err(CommandError::ExpireOption(printable(option))),
        }
    }
    match (nx, xx, gt, lt) {
        (true, true, ..) | (true, _, true, _) | (true, _, _, true) => Err(CommandError::NotWithNx),
        (_, _, true, true) => Err(CommandError::BothLaterAndEarlier),
        (true, ..) => Ok(Some(Only::WithoutOne)),
        // What lasts for ever cannot last longer.
        (_, _, true, _) => Ok(Some(Only::Later)),
        (_, true, _, true) => Ok(Some(Only::EarlierThanOne)),
        (_, _, _, true) => Ok(Some(Only::Earlier)),
        (_, true, ..) => Ok(Some(Only::WithOne)),
        _ => Ok(None),
    }
}

/// GETEX. Without options it is GET.
pub(super) fn get_for(arguments: Arguments<'_>) -> Parsed {
    let key = bytes(arguments, 1);
    let mut options = arguments.iter().skip(2);
    let lifetime = match (options.next(), options.next(), options.next()) {
        (None, ..) => return Ok(Command::Get { key }),
        (Some(option), None, _) if is(option, "PERSIST") => None,
        (Some(option), Some(amount), None) => {
            let unit = Unit::of_set(option).ok_or(CommandError::GetexOption)?;
            Some(time::lifetime(unit, amount, "getex")?)
        }
        _ => return Err(CommandError::GetexOption),
    };
    Ok(Command::GetFor { key, lifetime })
}

pub(super) fn deadline(arguments: Arguments<'_>) -> Parsed {
    let key = bytes(arguments, 1);
    Ok(Command::Deadline { key })
}

/// GETRANGE, and SUBSTR, which is its older name.
pub(super) fn range(arguments: Arguments<'_>) -> Parsed {
    let place = |index| arguments.get(index).and_then(integer);
    Ok(Command::Range {
        key: bytes(arguments, 1),
        start: place(2).ok_or(CommandError::Integer)?,
        end: place(3).ok_or(CommandError::Integer)?,
    })
}

/// SETRANGE. A value that no key can have is refused before it is known which one it has.
pub(super) fn overwrite(arguments: Arguments<'_>) -> Parsed {
    let (key, value) = (bytes(arguments, 1), bytes(arguments, 3));
    let at = arguments.get(2).and_then(integer);
    let at = at.ok_or(CommandError::Integer)?;
    let at = u64::try_from(at).map_err(|_| CommandError::Offset)?;
    match u32::try_from(at) {
        Ok(at) if value.is_empty() || at as usize + value.len() <= LARGEST => {
            Ok(Command::Overwrite { key, at, value })
        }
        // Nothing is written there.
        Err(_) if value.is_empty() => Ok(Command::Length { key }),
        _ => Err(CommandError::ValueTooLong),
    }
}

pub(super) fn persist(arguments: Arguments<'_>) -> Parsed {
    let key = bytes(arguments, 1);
    Ok(Command::Persist { key })
}

pub(super) fn set_if_absent(arguments: Arguments<'_>) -> Parsed {
    Ok(Command::Set {
        key: bytes(arguments, 1),
        value: bytes(arguments, 2),
        condition: Condition::IfAbsent,
    })
}

pub(super) fn exchange(arguments: Arguments<'_>) -> Parsed {
    Ok(Command::Exchange {
        key: bytes(arguments, 1),
        value: bytes(arguments, 2),
        condition: Condition::Always,
    })
}

pub(super) fn compare_and_set(arguments: Arguments<'_>) -> Parsed {
    Ok(Command::Set {
        key: bytes(arguments, 1),
        value: bytes(arguments, 3),
        condition: Condition::IfEqual(bytes(arguments, 2)),
    })
}

pub(super) fn take(arguments: Arguments<'_>) -> Parsed {
    let key = bytes(arguments, 1);
    Ok(Command::Take { key })
}

pub(super) fn append(arguments: Arguments<'_>) -> Parsed {
    let (key, value) = (bytes(arguments, 1), bytes(arguments, 2));
    Ok(Command::Append { key, value })
}

pub(super) fn length(arguments: Arguments<'_>) -> Parsed {
    let key = bytes(arguments, 1);
    Ok(Command::Length { key })
}

pub(super) fn count(arguments: Arguments<'_>) -> Parsed {
    let keys = rest(arguments, 1);
    Ok(Command::Count { keys })
}

pub(super) fn get_many(arguments: Arguments<'_>) -> Parsed {
    let keys = rest(arguments, 1);
    Ok(Command::GetMany { keys })
}

/// MSET and MSETNX. A key without a value is refused.
pub(super) fn set_many(arguments: Arguments<'_>, if_all_absent: bool) -> Parsed {
    if arguments.len().is_multiple_of(2) {
        return Err(CommandError::Pairs);
    }
    let mut rest = rest(arguments, 1).into_iter();
    let pairs = std::iter::from_fn(|| Some((rest.next()?, rest.next()?)));
    Ok(Command::SetMany {
        pairs: pairs.collect(),
        if_all_absent,
    })
}

/// DEL and UNLINK. That of one key is the older command, which takes fewer bytes.
pub(super) fn delete(arguments: Arguments<'_>) -> Parsed {
    Ok(match arguments.len() {
        2 => Command::Delete {
            key: bytes(arguments, 1),
        },
        _ => Command::DeleteMany {
            keys: rest(arguments, 1),
        },
    })
}

pub(super) fn add(arguments: Arguments<'_>, by: i64) -> Command {
    let key = bytes(arguments, 1);
    Command::Increment { key, by }
}

pub(super) fn increase(arguments: Arguments<'_>) -> Parsed {
    Ok(add(arguments, number(arguments)?))
}

pub(super) fn decrease(arguments: Arguments<'_>) -> Parsed {
    let less = number(arguments)?.checked_neg();
    Ok(add(arguments, less.ok_or(CommandError::Decrement)?))
}

fn number(arguments: Arguments<'_>) -> Result<i64, CommandError> {
    let number = arguments.get(2).and_then(integer);
    number.ok_or(CommandError::Integer)
}

pub(super) fn watch(arguments: Arguments<'_>) -> Result<ClientRequest, CommandError> {
    Ok(ClientRequest::Watch(rest(arguments, 1)))
}

/// Encodes responses of the state machine.
pub(super) mod replies {
    use super::{CommandError, Encoder, Response, time};

    /// A value, or nil.
    pub(in super::super) fn value(out: &mut Encoder, response: Response) {
        match response {
            Response::Value(value) => out.bulk_or_nil(value.as_deref()),
            other => error(out, &other),
        }
    }

    pub(in super::super) fn values(out: &mut Encoder, response: Response) {
        match response {
            Response::Values(values) => {
                out.array(values.len());
                for value in values {
                    out.bulk_or_nil(value.as_deref());
                }
            }
            other => error(out, &other),
        }
    }

    /// To SET, as Redis does: OK, or nil if the condition was not met; with GET the value before.
    pub(in super::super) fn ok_or_value(out: &mut Encoder, response: Response) {
        match response {
            Response::Set(true) => out.simple("OK"),
            Response::Set(false) => out.nil(),
            other => value(out, other),
        }
    }

    /// A number; yes is 1 and no is 0.
    pub(in super::super) fn number(out: &mut Encoder, response: Response) {
        match response {
            Response::Number(number) => out.integer(number),
            Response::Set(is_so) | Response::Deleted(is_so) => out.integer(i64::from(is_so)),
            other => error(out, &other),
        }
    }

    /// To EXPIRETIME: whole seconds, rounded as Redis does.
    pub(in super::super) fn seconds(out: &mut Encoder, response: Response) {
        match response {
            Response::Number(time) if time >= 0 => out.integer(time / 1000 + time % 1000 / 500),
            other => number(out, other),
        }
    }

    /// To PTTL: what is left until a deadline.
    pub(in super::super) fn milliseconds_left(out: &mut Encoder, response: Response) {
        number(out, left(response));
    }

    /// To TTL.
    pub(in super::super) fn seconds_left(out: &mut Encoder, response: Response) {
        seconds(out, left(response));
    }

    fn left(response: Response) -> Response {
        match response {
            Response::Number(deadline) if deadline >= 0 => Response::Number(time::left(deadline)),
            other => other,
        }
    }

    /// To TYPE.
    pub(in super::super) fn kind(out: &mut Encoder, response: Response) {
        match response {
            Response::Number(count) => out.simple(if count == 0 { "none" } else { "string" }),
            other => error(out, &other),
        }
    }

    /// The responses that say why a command was not carried out.
    fn error(out: &mut Encoder, response: &Response) {
        match response {
            Response::NotANumber => out.error(CommandError::Integer),
            Response::Overflow => out.error("ERR increment or decrement would overflow"),
            other => super::unfit(out, other),
        }
    }
}

/// Answers that the state machine could not carry the command out.
pub(in crate::clients) fn unfit(out: &mut Encoder, response: &Response) {
    match response {
        Response::TooLarge => out.error(CommandError::TooLargeThen),
        // No command has another response here.
        _ => out.error("ERR the state machine has given a response that does not fit"),
    }
}
