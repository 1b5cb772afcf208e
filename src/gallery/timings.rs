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

/// The second shape: with the memory.
#[derive(Serialize, Deserialize)]
struct V2 {
    #[serde(flatten)]
    secs: V1,
    peak_bytes: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "version")]
enum Stored {
    #[serde(rename = "1")]
    V1(V1),
    #[serde(rename = "2")]
    V2(V2),
}

pub(super) fn write_timings(timings: &Timings) -> String {
    let stored = Stored::V2(V2 {
        secs: V1 {
            load_secs: timings.load_secs,
            encode_secs: timings.encode_secs,
            step_secs: timings.step_secs.clone(),
            decode_secs: timings.decode_secs,
            graph_secs: timings.graph_secs,
        },
        peak_bytes: timings.peak_bytes,
    });
    serde_json::to_string(&stored).expect("numbers under text keys are JSON")
}

/// `None` when they cannot be understood: no picture is refused for its timings.
pub(super) fn read_timings(json: &str) -> Option<Timings> {
    let (secs, peak_bytes) = match serde_json::from_str(json).ok()? {
        Stored::V1(secs) => (secs, None),
        Stored::V2(V2 { secs, peak_bytes }) => (secs, peak_bytes),
    };
    Some(Timings {
        load_secs: secs.load_secs,
        encode_secs: secs.encode_secs,
        step_secs: secs.step_secs,
        decode_secs: secs.decode_secs,
        graph_secs: secs.graph_secs,
        peak_bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timings_come_back_and_those_of_an_older_program_are_read() {
        let timings = Timings {
            step_secs: vec![1.5, 2.5],
            peak_bytes: Some(5 << 30),
            ..Timings::default()
        };
        assert_eq!(read_timings(&write_timings(&timings)), Some(timings));
        let older = r#"{"version":"1","load_secs":2.0,"encode_secs":0.5,"step_secs":[1.0],
            "decode_secs":0.25,"graph_secs":3.5}"#;
        let read = read_timings(older).unwrap();
        assert_eq!((read.load_secs, read.peak_bytes), (2.0, None));
        assert_eq!(read_timings("{}"), None);
    }
}
