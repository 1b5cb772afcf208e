//! What a job takes beyond its graphs and their weights.

use std::time::Duration;

use crate::domain::{CancelToken, Picture};

use super::super::exit::Stop;
use super::Figure;
use super::rig::{Ran, Rig};

/// Jobs of which the median counts; one before them warms the engine up.
const JOBS: usize = 5;

/// Jobs may take so long together that one of a large model has to do.
const LONG: Duration = Duration::from_mins(1);

/// Below this the process itself is a good part of the memory, and a multiple says nothing.
const LARGE_BYTES: u64 = 1 << 30;

/// From the command to the end, over the pipes to the engine and back: the share that is not
/// spent inside graphs; and the most that the engine's process has in memory, as a multiple of the
/// weights of a large model, where the system tells it.
pub(super) fn measure(rig: &mut Rig) -> Result<Vec<Figure>, Stop> {
    let cancel = CancelToken::default();
    let warm_up = rig.run(&cancel, &mut |_| {})?;
    let jobs = if warm_up.elapsed > LONG { 1 } else { JOBS };
    let (mut shares, mut peaks) = (Vec::new(), Vec::new());
    for _ in 0..jobs {
        let ran = rig.run(&cancel, &mut |_| {})?;
        shares.extend(ran.picture.as_ref().map(|picture| share(&ran, picture)));
        peaks.extend(ran.picture.and_then(|picture| picture.timings.peak_bytes));
    }
    let time = median(shares).map(|share| Figure {
        id: "bench-outside-graphs",
        value: 100.0 * share,
        unit: "%",
        limit: 3.0,
        pictures: None,
    });
    let peaks = peaks.into_iter().map(|bytes| bytes as f64).collect();
    let is_large = rig.weight_bytes() >= LARGE_BYTES;
    let memory = median(peaks).filter(|_| is_large).map(|bytes| Figure {
        id: "bench-memory",
        value: bytes / rig.weight_bytes() as f64,
        unit: "times",
        limit: 1.35,
        pictures: None,
    });
    Ok(time.into_iter().chain(memory).collect())
}

fn share(ran: &Ran, picture: &Picture) -> f64 {
    let elapsed_secs = ran.elapsed.as_secs_f64();
    (elapsed_secs - picture.timings.graph_secs) / elapsed_secs
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
