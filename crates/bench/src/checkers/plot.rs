//! States against seconds and memory, as SVG: what `scripts/bench` measured.

use crate::failure::Failure;
use plotters::coord::Shift;
use plotters::prelude::{
    ChartBuilder, Circle, Color, Cross, DrawingArea, IntoDrawingArea, IntoFont, IntoLogRange,
    LineSeries, RGBColor, SVGBackend, ShapeStyle, Text, TextStyle, TriangleMarker,
};
use serde_json::Value;
use std::collections::BTreeMap;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const WIDTH: u32 = 1000;
const CHART: u32 = 400;
/// The lines of the legend, and the columns into which its entries are sorted.
const LINE: u32 = 22;
const COLUMNS: usize = 3;
const FONT: (&str, i32) = ("sans-serif", 14);

/// Stands for the colour of text, which is dark or light as the page is.
const INK: RGBColor = RGBColor(1, 2, 3);
const INK_IN_SVG: &str = "#010203";
const STYLE: &str = "<style>svg{color:#1f2328}@media(prefers-color-scheme:dark){svg{color:#e6edf3}}\
                     </style>";

/// The colour of each checker: those of Okabe and Ito, which all people can tell apart.
const COLOURS: [(&str, RGBColor); 6] = [
    ("Synod", RGBColor(0, 114, 178)),
    ("Stateright", RGBColor(213, 94, 0)),
    ("SPIN", RGBColor(0, 158, 115)),
    ("TLC", RGBColor(204, 121, 167)),
    ("tla-rs", RGBColor(230, 159, 0)),
    ("tlaplusplus", RGBColor(86, 180, 233)),
];

/// One run that was completed.
#[derive(Clone, Copy)]
struct Point {
    /// How many states there are without reductions.
    states: f64,
    seconds: f64,
    mebibytes: f64,
}

/// A checker with its options, over sizes.
struct Series {
    name: String,
    colour: RGBColor,
    /// Which of the series of its checker it is.
    nth: usize,
    points: Vec<Point>,
}

/// Draws what these lines of JSON tell. Of each checker those with most threads are drawn, and
/// none with SPIN's partial order reduction, which leaves out nothing here.
///
/// # Errors
/// No run was completed.
pub(crate) fn of(lines: &[Value]) -> Result<String, Failure> {
    let series = series(lines);
    if series.is_empty() {
        return Err("there is nothing to draw: no checker was done".into());
    }
    let legend = u32::try_from(series.len().div_ceil(COLUMNS))? * LINE + LINE;
    let mut svg = String::new();
    let root = SVGBackend::with_string(&mut svg, (WIDTH, CHART + legend)).into_drawing_area();
    let (charts, legend) = root.split_vertically(CHART);
    let (left, right) = charts.split_horizontally(WIDTH / 2);
    chart(&left, "seconds", &series, |point| point.seconds)?;
    chart(&right, "MiB", &series, |point| point.mebibytes)?;
    names(&legend, &series)?;
    root.present()?;
    drop((root, charts, legend, left, right));
    let svg = svg.replace(INK_IN_SVG, "currentColor");
    let Some(end) = svg.find('>') else {
        return Err("an SVG without a beginning was drawn".into());
    };
    let (begin, rest) = svg.split_at(end + 1);
    Ok(format!("{begin}\n{STYLE}{rest}"))
}

fn series(lines: &[Value]) -> Vec<Series> {
    let number = |line: &Value, key: &str| line[key].as_f64().filter(|number| *number > 0.0);
    let word = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    // The states of each size, and the most threads of each checker.
    let (mut sizes, mut most) = (BTreeMap::new(), BTreeMap::new());
    for line in lines {
        if let (Some(states), "") = (number(line, "states"), &*word(line, "reduction")) {
            sizes.entry(line["ballots"].as_u64()).or_insert(states);
        }
        let threads = most.entry(word(line, "checker")).or_insert(0);
        *threads = line["threads"].as_u64().unwrap_or(0).max(*threads);
    }
    let mut all: Vec<Series> = Vec::new();
    for line in lines {
        let (checker, reduction) = (word(line, "checker"), word(line, "reduction"));
        let is_drawn = line["threads"].as_u64() == most.get(&checker).copied()
            && !(checker.starts_with("SPIN") && reduction == "partial order");
        let point = || {
            Some(Point {
                states: *sizes.get(&line["ballots"].as_u64())?,
                seconds: number(line, "elapsed_seconds").filter(|_| line["states"].is_u64())?,
                mebibytes: number(line, "peak_memory_bytes")? / f64::from(1 << 20),
            })
        };
        let Some(point) = is_drawn.then(point).flatten() else {
            continue;
        };
        let name = name(&checker, &reduction, &word(line, "flags"));
        if let Some(series) = all.iter_mut().find(|series| series.name == name) {
            series.points.push(point);
            continue;
        }
        let colour = COLOURS.iter().find(|(of, _)| checker.starts_with(of));
        let colour = colour.map_or(INK, |(_, colour)| *colour);
        let nth = all.iter().filter(|other| other.colour == colour).count();
        all.push(Series {
            name,
            colour,
            nth,
            points: vec![point],
        });
    }
    all
}

fn name(checker: &str, reduction: &str, flags: &str) -> String {
    let mut name = checker.to_owned();
    let is_compression = |flag: &&str| flag.starts_with("-DCOLLAPSE") || flag.starts_with("-DMA");
    let compression = flags.split([' ', ';']).find(is_compression);
    for part in [Some(reduction), compression].into_iter().flatten() {
        if !part.is_empty() {
            name = format!("{name}, {part}");
        }
    }
    name
}

/// Draws a chart of something against the number of states, both on logarithmic scales.
fn chart(
    area: &Area<'_>,
    unit: &str,
    series: &[Series],
    value: impl Fn(&Point) -> f64,
) -> Result<(), Failure> {
    let points = || series.iter().flat_map(|series| &series.points);
    let range = |values: &mut dyn Iterator<Item = f64>| {
        let (least, most) = values.fold((f64::MAX, 0.0_f64), |(least, most), value| {
            (least.min(value), most.max(value))
        });
        (least / 2.0..most * 2.0).log_scale()
    };
    let states = range(&mut points().map(|point| point.states));
    let values = range(&mut points().map(&value));
    let font = TextStyle::from(FONT.into_font()).color(&INK);
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .x_label_area_size(48)
        .y_label_area_size(64)
        .build_cartesian_2d(states, values)?;
    chart
        .configure_mesh()
        .axis_style(INK)
        .bold_line_style(INK.mix(0.15))
        .light_line_style(INK.mix(0.0))
        .label_style(font.clone())
        .axis_desc_style(font)
        .x_desc("states, without reductions")
        .y_desc(unit)
        .x_label_formatter(&|number| short(*number))
        .y_label_formatter(&|number| short(*number))
        .draw()?;
    for series in series {
        let ends = || {
            series
                .points
                .iter()
                .map(|point| (point.states, value(point)))
        };
        let line = series.colour.stroke_width(2);
        chart.draw_series(LineSeries::new(ends(), line))?;
        for end in ends() {
            mark(area, series, chart.backend_coord(&end))?;
        }
    }
    Ok(())
}

/// Draws the marker of a series at a place, in pixels of the whole picture.
fn mark(area: &Area<'_>, series: &Series, (x, y): (i32, i32)) -> Result<(), Failure> {
    let (left, top) = area.get_base_pixel();
    let at = (x - left, y - top);
    let (full, line): (ShapeStyle, ShapeStyle) =
        (series.colour.filled(), series.colour.stroke_width(2));
    match series.nth {
        0 => area.draw(&Circle::new(at, 4, full))?,
        1 => area.draw(&TriangleMarker::new(at, 6, full))?,
        2 => area.draw(&Cross::new(at, 4, line))?,
        _ => area.draw(&Circle::new(at, 4, line))?,
    }
    Ok(())
}

/// Draws the legend.
fn names(area: &Area<'_>, series: &[Series]) -> Result<(), Failure> {
    let font = TextStyle::from(FONT.into_font()).color(&INK);
    let (left, top) = area.get_base_pixel();
    let (mut column, mut line) = (0, 0);
    for series in series {
        let at = (24 + column * 325, 10 + line * 22);
        mark(area, series, (left + at.0, top + at.1))?;
        area.draw(&Text::new(
            &*series.name,
            (at.0 + 12, at.1 - 7),
            font.clone(),
        ))?;
        column = (column + 1) % 3;
        line += i32::from(column == 0);
    }
    Ok(())
}

/// A number in few characters.
fn short(number: f64) -> String {
    match number {
        large if large >= 1e6 => format!("{} M", large / 1e6),
        middle if middle >= 1e3 => format!("{} k", middle / 1e3),
        small => small.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_plot_names_each_checker_and_fits_dark_and_light_pages() {
        let line = |checker: &str, reduction: &str, states: u64| {
            json!({
                "ballots": 3, "checker": checker, "threads": 1, "reduction": reduction,
                "flags": "-O3 -DMA=24; pan", "states": states, "elapsed_seconds": 1.5,
                "peak_memory_bytes": 1 << 22,
            })
        };
        let lines = [
            line("Synod", "", 900),
            line("Synod", "symmetry", 100),
            line("SPIN", "", 900),
        ];
        let svg = of(&lines).unwrap();
        for name in [
            "Synod, symmetry, -DMA=24",
            "SPIN, -DMA=24",
            "prefers-color-scheme",
        ] {
            assert!(svg.contains(name), "{name}: {svg}");
        }
        assert!(!svg.contains(INK_IN_SVG));
        assert!(of(&[]).is_err());
    }
}
