//! How soon a cancel is felt.

use std::time::{Duration, Instant};

use crate::domain::CancelToken;

use super::super::exit::Stop;
use super::Figure;
use super::rig::Rig;

/// The step after which the job is cancelled: well inside the next one's inference.
const CANCEL_AFTER: u32 = 5;

/// Cancels a job in the middle: how long whoever cancels is held up, and how many steps' time goes
/// by before the job has ended.
pub(super) fn measure(rig: &mut Rig) -> Result<Vec<Figure>, Stop> {
    let whole = rig.run(&CancelToken::default(), &mut |_| {})?;
    let steps = whole.picture.map(|picture| picture.timings.step_secs);
    let steps = steps.unwrap_or_default();
    let step_secs = steps.iter().sum::<f64>() / steps.len().max(1) as f64;

    let cancel = CancelToken::default();
    let mut held_up = Duration::ZERO;
    let ran = rig.run(&cancel, &mut |done| {
        if done == CANCEL_AFTER {
            let asked = Instant::now();
            cancel.cancel();
            held_up = asked.elapsed();
        }
    })?;
    let until_end = ran.elapsed.saturating_sub(ran.last_step);
    Ok(vec![
        Figure {
            id: "bench-cancel-shown",
            value: held_up.as_secs_f64() * 1000.0,
            unit: "ms",
            limit: 100.0,
        },
        Figure {
            id: "bench-cancel-ended",
            value: until_end.as_secs_f64() / step_secs,
            unit: "steps",
            limit: 1.0,
        },
    ])
}
