//! What timings look like in the database.

use serde::{Deserialize, Serialize};

use crate::domain::Timings;

/// The first shape; it never changes, a change makes another.
#[expect(clippy::struct_field_names, reason = "the unit stands in every name")]
#[derive(Serialize, Deserialize)]
struct V1 {
    load_secs: f64,
    encode_secs: f64,
    step_secs: Vec<f64>,
    decode_secs: f64,
    graph_secs: f64,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "version")]
enum Stored {
    #[serde(rename = "1")]
    V1(V1),
}

pub(super) fn write_timings(timings: &Timings) -> String {
    let stored = Stored::V1(V1 {
        load_secs: timings.load_secs,
        encode_secs: timings.encode_secs,
        step_secs: timings.step_secs.clone(),
        decode_secs: timings.decode_secs,
        graph_secs: timings.graph_secs,
    });
    serde_json::to_string(&stored).expect("numbers under text keys are JSON")
}

/// `None` when they cannot be understood: no picture is refused for its timings.
pub(super) fn read_timings(json: &str) -> Option<Timings> {
    let Stored::V1(stored) = serde_json::from_str(json).ok()?;
    Some(Timings {
        load_secs: stored.load_secs,
        encode_secs: stored.encode_secs,
        step_secs: stored.step_secs,
        decode_secs: stored.decode_secs,
        graph_secs: stored.graph_secs,
    })
}
