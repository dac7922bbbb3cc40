//! Numbers in sentences.

/// The noun that goes with a number.
pub const fn plural<'a>(number: u64, one: &'a str, many: &'a str) -> &'a str {
    if number == 1 { one } else { many }
}

/// A number of steps.
pub fn steps(number: impl Into<u64>) -> String {
    let number = number.into();
    format!("{number} {}", plural(number, "step", "steps"))
}
