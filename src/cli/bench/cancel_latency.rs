//! How soon a cancel is felt.

use std::time::{Duration, Instant};

use crate::domain::{CancelToken, Progress};

use super::super::exit::Stop;
use super::Figure;
use super::rig::Rig;

/// The part of the loading after which a job is cancelled: the largest graph is next.
const LOADED: f32 = 0.3;

/// Cancels a job in the middle: how long whoever cancels is held up, and how many steps' time goes
/// by before the job has ended.
pub(super) fn measure(rig: &mut Rig) -> Result<Vec<Figure>, Stop> {
    if rig.step_secs == 0.0 {
        rig.run(&CancelToken::default(), &mut |_| {})?;
    }
    let step_secs = rig.step_secs;
    // Well inside the next step's inference.
    let cancel_after = rig.steps / 4 + 1;
    let cancel = CancelToken::default();
    let mut held_up = Duration::ZERO;
    let ran = rig.run(&cancel, &mut |done| {
        if done == cancel_after {
            let asked = Instant::now();
            cancel.cancel();
            held_up = asked.elapsed();
        }
    })?;
    let until_end = ran.elapsed.saturating_sub(ran.last_step);
    let while_loading = cancelled_while_loading(rig)?;
    Ok(vec![
        Figure {
            id: "bench-cancel-shown",
            value: held_up.as_secs_f64() * 1000.0,
            unit: "ms",
            limit: 100.0,
            pictures: None,
        },
        Figure {
            id: "bench-cancel-ended",
            value: until_end.as_secs_f64() / step_secs,
            unit: "steps",
            limit: 1.0,
            pictures: None,
        },
        Figure {
            id: "bench-cancel-loading",
            value: while_loading.as_secs_f64(),
            unit: "s",
            limit: 1.0,
            pictures: None,
        },
    ])
}

/// How long a job goes on that is cancelled while its denoiser is loading.
fn cancelled_while_loading(rig: &mut Rig) -> Result<Duration, Stop> {
    rig.unload()?;
    let cancel = CancelToken::default();
    let ran = rig.follow(&cancel, &mut |progress| {
        if matches!(progress, Progress::Loading { fraction } if *fraction >= LOADED) {
            cancel.cancel();
        }
    })?;
    Ok(ran
        .elapsed
        .saturating_sub(ran.cancelled.unwrap_or(ran.elapsed)))
}
