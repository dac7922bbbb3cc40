//! Text that fits a terminal.

use anstream::adapter::strip_str;
use std::io;
use terminal_size::{Width, terminal_size_of};
use unicode_width::UnicodeWidthStr;

/// A narrower column is not worth wrapping: its lines would have a word or two.
const NARROWEST: usize = 16;
/// Where further lines begin instead.
const NEAR: usize = 4;

/// Wraps a text that begins at the column `indent`, so that it fits the terminal of
/// standard output; each further line is indented as far, or less where the terminal is
/// narrow. A word stays whole. Styles may be in the text. Text for a file or a pipe stays
/// as it is, unless the variable `COLUMNS` gives a width.
///
/// # Examples
/// ```
/// let about = "One line, if it fits.";
/// synod_terminal::say_line!("  about  {}", synod_terminal::wrapped(about, 9));
/// ```
pub fn wrapped(text: &str, indent: usize) -> String {
    match columns() {
        Some(columns) => wrapped_to(columns, text, indent),
        None => text.to_owned(),
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

/// How many columns a text takes on a terminal. Styles take none, and some characters two.
///
/// # Examples
/// ```
/// assert_eq!(synod_terminal::width("\u{1b}[1m議会\u{1b}[0m"), 4);
/// ```
pub fn width(text: &str) -> usize {
    plain(text).width()
}

/// How wide the terminal of standard output is, or the value of the variable `COLUMNS`; none
/// if standard output is a file or a pipe.
///
/// # Examples
/// ```
/// let is_for_people = synod_terminal::columns().is_some();
/// # let _ = is_for_people;
/// ```
pub fn columns() -> Option<usize> {
    let asked = std::env::var("COLUMNS").ok();
    let asked = asked.and_then(|columns| columns.parse().ok());
    // Zero says that the width is not known.
    let asked = asked.filter(|columns| *columns > 0);
    asked.or_else(|| {
        let (Width(columns), _) = terminal_size_of(io::stdout())?;
        Some(columns.into())
    })
}

fn wrapped_to(columns: usize, text: &str, indent: usize) -> String {
    let further = if columns >= indent + NARROWEST {
        indent
    } else {
        indent.min(NEAR)
    };
    let (mut wrapped, mut column) = (String::new(), indent);
    for (position, word) in text.split(' ').enumerate() {
        let width = width(word);
        let fits = column + 1 + width <= columns;
        // A word that fits nowhere stays beside a short one, such as a mark.
        let gains = further + width <= columns || column > further + NEAR;
        if position > 0 && !fits && gains {
            wrapped.push('\n');
            wrapped.extend(std::iter::repeat_n(' ', further));
            column = further;
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
        let wrapped = "No two ledgers hold\n    contradictory decrees.";
        assert_eq!(wrapped_to(26, text, 4), wrapped);
        assert_eq!(wrapped_to(80, text, 4), text);
    }

    #[test]
    fn where_the_terminal_is_narrow_further_lines_begin_near_the_margin() {
        let text = "No two ledgers hold contradictory decrees.";
        let wrapped = "No two\n    ledgers hold contradictory\n    decrees.";
        assert_eq!(wrapped_to(30, text, 20), wrapped);
    }

    #[test]
    fn styles_have_no_width_and_a_long_word_stays_whole() {
        let text = "\u{1b}[2mone\u{1b}[0m two https://example.org/";
        let wrapped = "\u{1b}[2mone\u{1b}[0m two\n  https://example.org/";
        assert_eq!(wrapped_to(9, text, 2), wrapped);
    }

    #[test]
    fn a_mark_stays_beside_a_name_that_is_too_long_for_any_line() {
        let text = "✗ specs/a-long-name.toml: holds";
        let wrapped = "✗ specs/a-long-name.toml:\n  holds";
        assert_eq!(wrapped_to(20, text, 2), wrapped);
    }

    #[test]
    fn characters_count_by_the_columns_that_they_take() {
        let (wide, combined) = ("議会 議会 議会", "e\u{301} e\u{301} e\u{301}");
        assert_eq!(wrapped_to(9, wide, 0), "議会 議会\n議会");
        assert_eq!(wrapped_to(5, combined, 0), combined);
    }

    #[test]
    fn a_link_takes_the_columns_of_its_text() {
        let link = "\u{1b}]8;;file:///a/long/path/to/it\u{1b}\\it\u{1b}]8;;\u{1b}\\";
        assert_eq!(super::width(link), 2);
    }
}
