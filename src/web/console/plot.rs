//! Plots drawn on the server as SVG: lines and stacked bars, with a legend and a table that says the same. Colours are classes of
//! the style sheet, so that they follow the dark mode; lines differ in their dashes and marks as well, so that colour is never
//! the only difference.

use askama::Template;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 26.0;
/// Steps of the axis.
const STEPS: i64 = 4;
/// Labels below the axis, at most.
const LABELS: usize = 8;
/// The classes of the style sheet, one a series.
const CLASSES: [&str; 5] = ["a", "b", "c", "d", "e"];

/// How it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A line a series.
    Lines,
    /// A bar a day, the series on top of each other.
    Bars,
}

/// Numbers of one kind, one a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// What they are.
    pub name: String,
    /// One a label.
    pub values: Vec<i64>,
}

impl Series {
    /// Numbers with their name.
    pub fn new(name: impl Into<String>, values: &[i64]) -> Self {
        Self {
            name: name.into(),
            values: values.to_vec(),
        }
    }

    /// All together.
    pub fn sum(&self) -> i64 {
        self.values.iter().sum()
    }
}

/// A plot, ready to be written.
#[derive(Debug, Template)]
#[template(path = "console/plot.html")]
pub struct Plot {
    id: &'static str,
    title: String,
    summary: String,
    grid: Vec<Line>,
    ticks: Vec<Text>,
    marks: Vec<Mark>,
    lines: Vec<Path>,
    legend: Vec<Legend>,
    head: Vec<String>,
    rows: Vec<(String, Vec<i64>)>,
}

#[derive(Debug)]
struct Line {
    y: String,
}

#[derive(Debug)]
struct Text {
    x: String,
    y: String,
    anchor: &'static str,
    text: String,
}

/// A bar, or the point of a line.
#[derive(Debug)]
struct Mark {
    class: &'static str,
    x: String,
    y: String,
    width: String,
    height: String,
    said: String,
}

#[derive(Debug)]
struct Path {
    class: &'static str,
    d: String,
}

#[derive(Debug)]
struct Legend {
    class: &'static str,
    name: String,
    sum: i64,
}

impl Plot {
    /// Draws. `labels` stand below, one a number; the summary is what somebody hears who does not see it.
    pub fn new(
        id: &'static str,
        title: &str,
        shape: Shape,
        labels: &[String],
        series: &[Series],
    ) -> Self {
        let top = match shape {
            Shape::Lines => series.iter().flat_map(|it| it.values.iter().copied()).max(),
            Shape::Bars => (0..labels.len())
                .map(|at| series.iter().filter_map(|it| it.values.get(at)).sum())
                .max(),
        };
        let scale = Scale {
            top: nice(top.unwrap_or(0)),
            count: labels.len().max(1),
            shape,
        };
        let mut plot = Self {
            id,
            title: title.to_owned(),
            summary: summary(labels, series),
            grid: Vec::new(),
            ticks: Vec::new(),
            marks: Vec::new(),
            lines: Vec::new(),
            legend: Vec::new(),
            head: series.iter().map(|it| it.name.clone()).collect(),
            rows: rows(labels, series),
        };
        plot.axes(&scale, labels);
        let mut below = vec![0_i64; labels.len()];
        for (class, one) in CLASSES.iter().zip(series) {
            plot.legend.push(Legend {
                class,
                name: one.name.clone(),
                sum: one.sum(),
            });
            match shape {
                Shape::Lines => plot.line(&scale, class, one, labels),
                Shape::Bars => plot.bars(&scale, class, one, labels, &mut below),
            }
        }
        plot
    }

    fn axes(&mut self, scale: &Scale, labels: &[String]) {
        for step in 0..=STEPS {
            let value = scale.top * step / STEPS;
            let y = scale.y(value);
            self.grid.push(Line { y: number(y) });
            self.ticks.push(Text {
                x: number(LEFT - 6.0),
                y: number(y + 4.0),
                anchor: "end",
                text: value.to_string(),
            });
        }
        let every = labels.len().div_ceil(LABELS).max(1);
        // Counted from the end: today always has its label.
        for (at, label) in labels.iter().enumerate() {
            if (labels.len() - 1 - at).is_multiple_of(every) {
                self.ticks.push(Text {
                    x: number(scale.x(at)),
                    y: number(HEIGHT - 8.0),
                    anchor: "middle",
                    text: label.clone(),
                });
            }
        }
    }

    fn line(&mut self, scale: &Scale, class: &'static str, series: &Series, labels: &[String]) {
        let mut d = String::new();
        for (at, value) in series.values.iter().enumerate() {
            let (x, y) = (scale.x(at), scale.y(*value));
            let letter = if at == 0 { "M" } else { " L" };
            d.push_str(&format!("{letter}{} {}", number(x), number(y)));
            self.marks.push(Mark {
                class,
                x: number(x - 2.0),
                y: number(y - 2.0),
                width: "4".to_owned(),
                height: "4".to_owned(),
                said: said(labels.get(at), &series.name, *value),
            });
        }
        self.lines.push(Path { class, d });
    }

    fn bars(
        &mut self,
        scale: &Scale,
        class: &'static str,
        series: &Series,
        labels: &[String],
        below: &mut [i64],
    ) {
        for ((at, value), below) in series.values.iter().enumerate().zip(below) {
            if *value == 0 {
                continue;
            }
            let width = scale.step() * 0.62;
            let (low, high) = (scale.y(*below), scale.y(*below + value));
            *below += value;
            self.marks.push(Mark {
                class,
                x: number(scale.x(at) - width / 2.0),
                y: number(high),
                width: number(width),
                height: number((low - high).max(1.0)),
                said: said(labels.get(at), &series.name, *value),
            });
        }
    }
}

struct Scale {
    top: i64,
    count: usize,
    shape: Shape,
}

impl Scale {
    fn step(&self) -> f64 {
        let room = WIDTH - LEFT - RIGHT;
        match self.shape {
            Shape::Bars => room / float(self.count),
            // The first and the last point lie on the edges.
            Shape::Lines => room / float(self.count.saturating_sub(1).max(1)),
        }
    }

    fn x(&self, at: usize) -> f64 {
        let begin = match self.shape {
            Shape::Bars => self.step() / 2.0,
            Shape::Lines => 0.0,
        };
        // A label at the very edge would be cut.
        LEFT + begin + float(at) * self.step() * 0.985
    }

    fn y(&self, value: i64) -> f64 {
        let share = value as f64 / self.top.max(1) as f64;
        HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
    }
}

/// The next number with round quarters: 4, 8, 20, 40, 80, 200 …
fn nice(most: i64) -> i64 {
    let mut unit = 1_i64;
    loop {
        for step in [4, 8, 20] {
            if step * unit >= most {
                return step * unit;
            }
        }
        match unit.checked_mul(10).filter(|it| *it < i64::MAX / 100) {
            Some(next) => unit = next,
            None => return most,
        }
    }
}

fn said(label: Option<&String>, name: &str, value: i64) -> String {
    let label = label.map_or("", String::as_str);
    format!("{label} {name}：{value}")
}

fn summary(labels: &[String], series: &[Series]) -> String {
    let (Some(first), Some(last)) = (labels.first(), labels.last()) else {
        return "没有数据".to_owned();
    };
    let sums: Vec<String> = series
        .iter()
        .map(|it| format!("{}共{}", it.name, it.sum()))
        .collect();
    format!("{first}至{last}，{}。数据表在图下方。", sums.join("，"))
}

fn rows(labels: &[String], series: &[Series]) -> Vec<(String, Vec<i64>)> {
    let row = |(at, label): (usize, &String)| {
        let values = series.iter().map(|it| it.values.get(at).copied());
        (
            label.clone(),
            values.map(Option::unwrap_or_default).collect(),
        )
    };
    labels.iter().enumerate().rev().map(row).collect()
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Vec<String> {
        (1..=30).map(|day| format!("11月{day}日")).collect()
    }

    #[test]
    fn a_plot_says_in_words_and_in_a_table_what_it_shows() {
        let values: Vec<i64> = (0..30).collect();
        let series = [Series::new("受理<", &values), Series::new("办结", &[5; 30])];
        for shape in [Shape::Lines, Shape::Bars] {
            let html = Plot::new("days", "每天", shape, &labels(), &series)
                .render()
                .unwrap();
            assert!(
                html.contains("11月1日至11月30日，受理&#60;共435，办结共150。"),
                "{html}"
            );
            assert!(html.contains("role=\"img\"") && html.contains("<table"));
            assert!(!html.contains("style=") && !html.contains("NaN"), "{html}");
            assert!(html.contains("11月30日 办结：5"), "{html}");
        }
    }

    #[test]
    fn nothing_and_a_single_day_are_drawn_as_well() {
        for count in [0, 1] {
            let labels = &labels()[..count];
            let series = [Series::new("甲", &vec![0; count])];
            for shape in [Shape::Lines, Shape::Bars] {
                let html = Plot::new("x", "空", shape, labels, &series)
                    .render()
                    .unwrap();
                assert!(!html.contains("NaN") && !html.contains("inf"), "{html}");
            }
        }
        assert_eq!(
            [0, 4, 5, 9, 21, 4000, 4001].map(nice),
            [4, 4, 8, 20, 40, 4000, 8000]
        );
        assert!(nice(i64::MAX) >= i64::MAX / 100);
    }
}
