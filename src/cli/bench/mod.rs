//! `maquette bench`: the figures that a release is held to.

mod cancel_latency;
mod cold_start;
#[cfg(feature = "gui")]
mod frame_times;
#[cfg(feature = "gui")]
mod gallery;
mod overhead;
mod rig;

use clap::Args;
use serde::Serialize;

use crate::domain::{Message, PixelSize};

use super::console::Console;
use super::exit::Stop;

use self::rig::Rig;

/// Measures one subject.
type Measure = fn(&mut Rig) -> Result<Vec<Figure>, Stop>;

/// What is measured, in the order of the table.
static SUBJECTS: &[Measure] = &[
    cold_start::measure,
    overhead::measure,
    cancel_latency::measure,
    #[cfg(feature = "gui")]
    frame_times::measure,
];

/// A subject that is measured on its own.
#[cfg(feature = "gui")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Subject {
    /// A gallery of 1,000 and of 100,000 pictures.
    Gallery,
}

/// Measure the figures that a release is held to.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What to measure [default: everything about a job].
    #[cfg(feature = "gui")]
    #[arg(value_enum)]
    subject: Option<Subject>,
    /// The model, as `maquette models` names it, or its folder [default: the first one].
    #[arg(long, value_name = "ID_OR_DIR")]
    model: Option<String>,
    /// What the model runs on, as `maquette providers` names it [default: the settings', else the
    /// best].
    #[arg(long, value_name = "ID")]
    provider: Option<String>,
    /// The size of the pictures in pixels, such as 512x512 [default: the model's].
    #[arg(long, value_name = "WxH")]
    size: Option<PixelSize>,
    /// The steps of a job, at least 3.
    #[arg(long, value_name = "N", default_value = "20", value_parser = at_least_three())]
    steps: u32,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// A job of fewer steps has none in the middle of which it could be cancelled.
fn at_least_three() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(3..=150)
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<(), Stop> {
    #[cfg(feature = "gui")]
    if arguments.subject == Some(Subject::Gallery) {
        let figures = gallery::measure()?;
        return show(&figures, arguments, console);
    }
    let mut rig = Rig::new(arguments)?;
    let mut figures = Vec::new();
    for measure in SUBJECTS {
        let measured = measure(&mut rig)?;
        if !arguments.json {
            print(&measured, console)?;
        }
        figures.extend(measured);
    }
    if arguments.json {
        console.print_json(&serde_json::json!({ "figures": figures }))?;
    }
    Ok(())
}

#[cfg(feature = "gui")]
fn show(figures: &[Figure], arguments: &Arguments, console: &mut Console<'_>) -> Result<(), Stop> {
    if arguments.json {
        return Ok(console.print_json(&serde_json::json!({ "figures": figures }))?);
    }
    print(figures, console)
}

fn print(figures: &[Figure], console: &mut Console<'_>) -> Result<(), Stop> {
    for figure in figures {
        let line = figure.line(console);
        console.print(&line)?;
    }
    Ok(())
}

/// Something measured, and what it must not exceed.
#[derive(Clone, Copy, Debug, Serialize)]
struct Figure {
    /// Names it in JSON and, after `bench-`, its text.
    id: &'static str,
    value: f64,
    unit: &'static str,
    limit: f64,
    /// Of how many pictures, where that is the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pictures: Option<u32>,
}

impl Figure {
    fn line(&self, console: &Console<'_>) -> String {
        let mut name = console.strings().message(&Message::new(self.id));
        if let Some(pictures) = self.pictures {
            let of = Message::new("bench-of-pictures").with_number("count", f64::from(pictures));
            name = format!("{name} {}", console.strings().message(&of));
        }
        let verdict = if self.value <= self.limit {
            "✓"
        } else {
            "✗"
        };
        let Self {
            value, unit, limit, ..
        } = self;
        format!("{verdict} {value:>9.3} {unit:<5} ≤ {limit:<7} {name}")
    }
}
