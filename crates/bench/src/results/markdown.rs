//! How tables and figures are written in Markdown.

/// A table of these rows.
pub(super) fn table<H: AsRef<str>>(head: &[H], rows: &[Vec<String>]) -> String {
    let below = vec!["---"; head.len()];
    let rows = rows.iter().map(|row| line(row));
    let lines = [line(head), line(&below)].into_iter().chain(rows);
    lines.collect()
}

fn line<C: AsRef<str>>(cells: &[C]) -> String {
    let cells = cells.iter().map(|cell| cell.as_ref().replace('|', "\\|"));
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

/// A number with a comma for every three digits.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A duration.
pub(super) fn seconds(seconds: f64) -> String {
    match seconds {
        short if short < 0.1 => "< 0.1 s".to_owned(),
        minute if minute < 60.0 => format!("{minute:.1} s"),
        hour if hour < 3600.0 => format!("{:.1} min", hour / 60.0),
        long => format!("{:.1} h", long / 3600.0),
    }
}

/// An amount of memory.
#[allow(clippy::cast_precision_loss)] // Figures to read.
pub(super) fn memory(bytes: u64) -> String {
    let mebibytes = bytes as f64 / f64::from(1 << 20);
    if mebibytes < 1000.0 {
        format!("{mebibytes:.0} MiB")
    } else {
        format!("{:.1} GiB", mebibytes / 1024.0)
    }
}

/// A name of a run spec, an option or the like.
pub(super) fn code(text: &str) -> String {
    format!("`{text}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_easy_to_read() {
        let counts = [7, 325, 1000, 76_517_604].map(count);
        assert_eq!(counts, ["7", "325", "1,000", "76,517,604"]);
        let times = [0.01, 16.04, 276.0, 7200.0].map(seconds);
        assert_eq!(times, ["< 0.1 s", "16.0 s", "4.6 min", "2.0 h"]);
        assert_eq!([150 << 20, 5 << 30].map(memory), ["150 MiB", "5.0 GiB"]);
    }

    #[test]
    fn a_bar_in_a_cell_is_no_border() {
        let rows = [vec!["a|b".to_owned(), "1".to_owned()]];
        let table = table(&["name", "count"], &rows);
        assert_eq!(table, "| name | count |\n| --- | --- |\n| a\\|b | 1 |\n");
    }
}
