//! `maquette bench`: the figures that a release is held to.

mod cancel_latency;
mod cold_start;
#[cfg(feature = "gui")]
mod frame_times;
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

/// Measure the figures that a release is held to.
#[derive(Debug, Args)]
pub(super) struct Arguments {
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
    let mut rig = Rig::new(arguments)?;
    let mut figures = Vec::new();
    for measure in SUBJECTS {
        let measured = measure(&mut rig)?;
        if !arguments.json {
            for figure in &measured {
                let line = figure.line(console);
                console.print(&line)?;
            }
        }
        figures.extend(measured);
    }
    if arguments.json {
        console.print_json(&serde_json::json!({ "figures": figures }))?;
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
}

impl Figure {
    fn line(&self, console: &Console<'_>) -> String {
        let name = console.strings().message(&Message::new(self.id));
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
