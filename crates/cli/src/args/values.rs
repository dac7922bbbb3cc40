//! Values that options take, each refused with what would be right.

use bytesize::ByteSize;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
#[cfg(feature = "node")]
use std::net::SocketAddr;
use std::num::{NonZeroU64, NonZeroUsize};
#[cfg(feature = "node")]
use std::ops::RangeInclusive;
use std::time::Duration;
use synod_checker::{SetFingerprint, Width};
use synod_specs::Size;

pub(super) fn sizes() -> impl TypedValueParser<Value = Size> {
    let about = ["Seconds each", "Minutes each, and the small ones", "All"];
    let values = Size::ALL.into_iter().zip(about);
    let values = values.map(|(size, about)| PossibleValue::new(size.name()).help(about));
    PossibleValuesParser::new(values).map(|name| Size::of_name(&name))
}

pub(super) fn bits(text: &str) -> Result<Width, String> {
    match text {
        "64" => Ok(Width::Bits64),
        "128" => Ok(Width::Bits128),
        _ => Err("it must be 64 or 128".to_owned()),
    }
}

/// The most threads: of some more no system has room for the stacks, and what the
/// standard library cannot start ends the process.
const MOST_THREADS: usize = 1024;

pub(super) fn threads(text: &str) -> Result<NonZeroUsize, String> {
    let threads = text.parse().ok();
    threads
        .filter(|threads: &NonZeroUsize| threads.get() <= MOST_THREADS)
        .ok_or_else(|| format!("it must be a whole number, from 1 to {MOST_THREADS}"))
}

pub(super) fn states(text: &str) -> Result<NonZeroU64, String> {
    text.parse()
        .map_err(|_| format!("it must be a whole number, from 1 to {}", u64::MAX))
}

pub(super) fn number(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| format!("it must be a whole number, from 0 to {}", u64::MAX))
}

#[cfg(feature = "node")]
pub(super) fn count(text: &str) -> Result<NonZeroUsize, String> {
    text.parse()
        .map_err(|_| "it must be a whole number, from 1".to_owned())
}

#[cfg(feature = "node")]
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "it must be ADDRESS:PORT, such as 127.0.0.1:7379".to_owned())
}

pub(super) fn size(text: &str) -> Result<ByteSize, String> {
    text.parse()
        .map_err(|_| "it must be a size below 16 EiB, such as 8GiB or 500MB".to_owned())
}

/// A size that is neither smaller nor larger than these.
#[cfg(feature = "node")]
pub(super) fn size_within(
    text: &str,
    allowed: RangeInclusive<ByteSize>,
) -> Result<ByteSize, String> {
    let given = size(text)?;
    if allowed.contains(&given) {
        return Ok(given);
    }
    let [least, most] = [allowed.start(), allowed.end()].map(|size| size.display().iec());
    Err(format!("it must be from {least} to {most}"))
}

pub(super) fn time(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|error| match error {
        humantime::DurationError::NumberOverflow => "it is too long".to_owned(),
        _ => "it must be a time, such as 90s, 5m or \"1h 30m\"".to_owned(),
    })
}

pub(super) fn fingerprint(text: &str) -> Result<SetFingerprint, String> {
    let digits = (text.len() == 16).then_some(text);
    let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let number = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    let number = number.ok_or("it must have 16 digits, of 0 to 9 and a to f")?;
    Ok(SetFingerprint(number))
}
