//! Nouns beside numbers, in sentences.

/// The form of a noun that goes with a number.
///
/// # Examples
/// ```
/// use synod_report::plurals::plural;
///
/// assert_eq!(plural(2, "process", "processes"), "processes");
/// ```
pub const fn plural<'a>(number: u64, one: &'a str, many: &'a str) -> &'a str {
    if number == 1 { one } else { many }
}

/// A number of steps, with its noun.
pub(crate) fn steps(number: impl Into<u64>) -> String {
    let number = number.into();
    format!("{number} {}", plural(number, "step", "steps"))
}
