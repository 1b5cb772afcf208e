//! What a `scheduler_config.json` says of flow matching.

use super::{Keys, SchedulerConfigError};
use crate::diffusion::flow::{DynamicShift, Flow, SHIFTS, Shift};

/// Whether the file is of a flow model: by its class or by either of two keys.
pub(super) fn is_flow(keys: &Keys<'_>) -> Result<bool, SchedulerConfigError> {
    let class = keys.read::<String>("_class_name")?.unwrap_or_default();
    let prediction = keys.read::<String>("prediction_type")?;
    Ok(class.starts_with("FlowMatch")
        || keys.flag("use_flow_sigmas")?
        || prediction.as_deref() == Some("flow_prediction"))
}

/// The flow of a file that is of one.
pub(super) fn flow(keys: &Keys<'_>) -> Result<Flow, SchedulerConfigError> {
    if keys.flag("invert_sigmas")? {
        return Err(keys.out_of_range("invert_sigmas", "false"));
    }
    // One key in the classes of flow matching, the other in those that can be told to.
    let fixed = match keys.real("flow_shift", SHIFTS)? {
        Some(shift) => Some(shift),
        None => keys.real("shift", SHIFTS)?,
    };
    let shift = if keys.flag("use_dynamic_shifting")? {
        Shift::Dynamic(dynamic_shift(keys)?)
    } else {
        Shift::Static(fixed.unwrap_or(1.0))
    };
    // 0 means, as in diffusers, that nothing is stretched.
    let terminal = keys.real("shift_terminal", (0.0, 0.999))?;
    Ok(Flow {
        shift,
        tokens: None,
        terminal: terminal.filter(|level| *level > 0.0),
        spacing: None,
    })
}

fn dynamic_shift(keys: &Keys<'_>) -> Result<DynamicShift, SchedulerConfigError> {
    const EXPONENTS: (f64, f64) = (-20.0, 20.0);
    const TOKENS: (usize, usize) = (1, 100_000_000);
    let base_tokens = keys.number("base_image_seq_len", 256, TOKENS)?;
    let max_tokens = keys.number("max_image_seq_len", 4096, TOKENS)?;
    if base_tokens >= max_tokens {
        let allowed = "more than base_image_seq_len";
        return Err(keys.out_of_range("max_image_seq_len", allowed));
    }
    Ok(DynamicShift {
        base: keys.real("base_shift", EXPONENTS)?.unwrap_or(0.5),
        max: keys.real("max_shift", EXPONENTS)?.unwrap_or(1.15),
        base_tokens: base_tokens as f64,
        max_tokens: max_tokens as f64,
        is_exponential: keys.choice("time_shift_type", &TIME_SHIFTS)?,
    })
}

const TIME_SHIFTS: [(&str, bool); 2] = [("exponential", true), ("linear", false)];
