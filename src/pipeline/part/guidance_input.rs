//! The scale of guidance as an input of denoisers that learned to follow it.

use crate::runtime::{Ports, RuntimeError, Tensor};

/// How a distilled denoiser is told the scale (Meng et al. 2023, "On distillation of guided
/// diffusion models"): it needs no second evaluation without the words.
pub(crate) enum GuidanceInput {
    /// The scale itself: Flux.
    Scale {
        /// The input.
        name: String,
    },
    /// Sines and cosines of it: latent consistency models (Luo et al. 2023).
    Waves {
        /// The input.
        name: String,
        /// How many of them.
        width: usize,
    },
}

impl GuidanceInput {
    /// The names of such inputs.
    pub(crate) const NAMES: [&str; 2] = ["guidance", "timestep_cond"];

    /// Finds the input, where there is one.
    pub(crate) fn find(ports: &Ports) -> Result<Option<Self>, RuntimeError> {
        let [scale, waves] = Self::NAMES.map(|name| ports.input(&[name]).ok());
        if let Some(port) = scale {
            let name = port.name.clone();
            return Ok(Some(Self::Scale { name }));
        }
        let Some(port) = waves else {
            return Ok(None);
        };
        let width = port.axes.last().copied().flatten();
        // Half sines, half cosines, and a factor from each to the next.
        let width = width.filter(|width| *width >= 4 && width % 2 == 0);
        let width = width.ok_or_else(|| {
            let problem = format!("it does not say how wide its input `{}` is", port.name);
            ports.misfit(problem)
        })?;
        let name = port.name.clone();
        Ok(Some(Self::Waves { name, width }))
    }

    /// The input's name.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Scale { name } | Self::Waves { name, .. } => name,
        }
    }

    /// A scale as the input takes it, once for each prompt.
    pub(crate) fn fed(&self, scale: f64, prompts: usize) -> Tensor {
        let tensor = match self {
            Self::Scale { .. } => Tensor::floats([prompts], vec![scale as f32; prompts]),
            Self::Waves { width, .. } => {
                Tensor::floats([prompts, *width], waves(scale, *width).repeat(prompts))
            }
        };
        tensor.expect("a row for each prompt")
    }
}

/// Sines, then cosines, of 1000 times what goes beyond 1, at frequencies that fall evenly in the
/// logarithm from 1 to 1/10,000.
fn waves(scale: f64, width: usize) -> Vec<f32> {
    let half = width / 2;
    let angle = |index: usize| {
        let falling = (10_000_f64.ln() * index as f64 / (half - 1) as f64).exp();
        1000.0 * (scale - 1.0) / falling
    };
    let sines = (0..half).map(|index| angle(index).sin());
    let cosines = (0..half).map(|index| angle(index).cos());
    sines.chain(cosines).map(|value| value as f32).collect()
}
