//! Time that a job spends outside ONNX Runtime.

use crate::domain::CancelToken;

use super::super::exit::Stop;
use super::Figure;
use super::rig::Rig;

/// Jobs of which the median counts; one before them warms the engine up.
const JOBS: usize = 5;

/// From the command to the end, over the pipes to the engine and back: the share that is not
/// spent inside graphs.
pub(super) fn measure(rig: &mut Rig) -> Result<Vec<Figure>, Stop> {
    let cancel = CancelToken::default();
    rig.run(&cancel, &mut |_| {})?;
    let mut shares = Vec::new();
    for _ in 0..JOBS {
        let ran = rig.run(&cancel, &mut |_| {})?;
        let elapsed_secs = ran.elapsed.as_secs_f64();
        let graph_secs = ran
            .picture
            .map_or(0.0, |picture| picture.timings.graph_secs);
        shares.push(100.0 * (elapsed_secs - graph_secs) / elapsed_secs);
    }
    shares.sort_by(f64::total_cmp);
    Ok(vec![Figure {
        id: "bench-outside-graphs",
        value: shares[JOBS / 2],
        unit: "%",
        limit: 3.0,
    }])
}
