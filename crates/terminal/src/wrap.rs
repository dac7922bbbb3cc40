//! Text that fits a terminal.

use anstream::adapter::strip_str;
use std::io;
use terminal_size::{Width, terminal_size_of};

/// A narrower column is not worth wrapping: its lines would have a word or two.
const NARROWEST: usize = 24;

/// Wraps a text that begins at the column `indent`, so that it fits the terminal of
/// standard output; each further line is indented as far. Styles may be in it. Text for
/// a file or a pipe stays as it is, unless the variable `COLUMNS` gives a width.
///
/// # Examples
/// ```
/// let about = "One line, if it fits.";
/// synod_terminal::say_line!("  about  {}", synod_terminal::wrapped(about, 9));
/// ```
pub fn wrapped(text: &str, indent: usize) -> String {
    match columns() {
        Some(columns) if columns >= indent + NARROWEST => wrapped_to(columns, text, indent),
        _ => text.to_owned(),
    }
}

/// A text without its styles.
///
/// # Examples
/// ```
/// assert_eq!(synod_terminal::plain("\u{1b}[1mB3\u{1b}[0m holds"), "B3 holds");
/// ```
pub fn plain(text: &str) -> String {
    strip_str(text).to_string()
}

fn columns() -> Option<usize> {
    let asked = std::env::var("COLUMNS").ok();
    let asked = asked.and_then(|columns| columns.parse().ok());
    asked.or_else(|| {
        let (Width(columns), _) = terminal_size_of(io::stdout())?;
        Some(columns.into())
    })
}

fn wrapped_to(columns: usize, text: &str, indent: usize) -> String {
    let (mut wrapped, mut column) = (String::new(), indent);
    for (position, word) in text.split(' ').enumerate() {
        let width = strip_str(word).to_string().chars().count();
        if position > 0 && column + 1 + width > columns {
            wrapped.push('\n');
            wrapped.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if position > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += width;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::wrapped_to;

    #[test]
    fn lines_end_before_the_last_column_and_begin_at_the_first() {
        let text = "No two ledgers hold contradictory decrees.";
        let wrapped = "No two ledgers\n    hold\n    contradictory\n    decrees.";
        assert_eq!(wrapped_to(18, text, 4), wrapped);
        assert_eq!(wrapped_to(80, text, 4), text);
    }

    #[test]
    fn styles_have_no_width_and_a_long_word_stays_whole() {
        let text = "\u{1b}[2mone\u{1b}[0m two https://example.org/";
        let wrapped = "\u{1b}[2mone\u{1b}[0m two\n  https://example.org/";
        assert_eq!(wrapped_to(9, text, 2), wrapped);
    }
}
