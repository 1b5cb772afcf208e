//! What the artist should know of a `scheduler_config.json` that can be used.

use std::fmt;
use std::path::PathBuf;

use super::{Keys, SchedulerConfigError, solver};
use crate::domain::{Explain, Message, Notice, Severity};

/// Something in a `scheduler_config.json` that is not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigRemark {
    /// Two keys cannot both be meant.
    Contradiction {
        /// The file.
        file: PathBuf,
        /// The key that is followed.
        followed: &'static str,
        /// The key that is not.
        ignored: &'static str,
    },
    /// What a key asks for is not possible here.
    NotFollowed {
        /// The file.
        file: PathBuf,
        /// The key.
        key: &'static str,
    },
}

impl fmt::Display for ConfigRemark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contradiction {
                file,
                followed,
                ignored,
            } => write!(
                f,
                "{}: `{ignored}` contradicts `{followed}`",
                file.display()
            ),
            Self::NotFollowed { file, key } => {
                write!(f, "{}: `{key}` is not followed", file.display())
            }
        }
    }
}

impl Explain for ConfigRemark {
    fn explain(&self) -> Notice {
        let headline = match self {
            Self::Contradiction {
                file,
                followed,
                ignored,
            } => Message::new("error-diffusion-config-contradiction")
                .with("file", file.display())
                .with("followed", followed)
                .with("ignored", ignored),
            Self::NotFollowed { file, key } => Message::new("error-diffusion-config-not-followed")
                .with("file", file.display())
                .with("key", key),
        };
        let mut notice = Notice::new(Severity::Warning, headline);
        notice.details.push(self.to_string());
        notice
    }
}

/// The flags that spread a run's levels, in the order in which they are followed.
pub(super) const SPREADS: [(&str, &str); 4] = [
    ("use_karras_sigmas", "karras"),
    // Evenly in λ is evenly in the logarithm of sigma.
    ("use_lu_lambdas", "exponential"),
    ("use_exponential_sigmas", "exponential"),
    ("use_beta_sigmas", "beta"),
];

/// Everything in a file that is not followed.
pub(super) fn remarks(
    keys: &Keys<'_>,
    is_flow: bool,
) -> Result<Vec<ConfigRemark>, SchedulerConfigError> {
    let contradiction = |followed, ignored| ConfigRemark::Contradiction {
        file: keys.file().to_owned(),
        followed,
        ignored,
    };
    let class = keys.read::<String>("_class_name")?.unwrap_or_default();
    let prediction = keys.read::<String>("prediction_type")?;
    let algorithm = keys.read::<String>("algorithm_type")?.unwrap_or_default();
    let is_of_noise = ["dpmsolver", "sde-dpmsolver"].contains(&algorithm.as_str());
    let ending = keys.read::<String>("final_sigmas_type")?;
    let betas = keys.read::<Vec<f64>>("trained_betas")?;
    let steps = keys.read::<usize>("num_train_timesteps")?;

    let mut found = Vec::new();
    let mut spread = None;
    for (key, _) in SPREADS {
        match (keys.flag(key)?, spread) {
            (true, None) => spread = Some(key),
            (true, Some(followed)) => found.push(contradiction(followed, key)),
            (false, _) => {}
        }
    }
    if is_flow {
        let predicts_flow = prediction.as_deref() == Some("flow_prediction");
        let says_so = class.starts_with("FlowMatch");
        if !says_so && !keys.flag("use_flow_sigmas")? {
            found.push(contradiction("prediction_type", "use_flow_sigmas"));
        } else if !predicts_flow && prediction.is_some() {
            let followed = if says_so {
                "_class_name"
            } else {
                "use_flow_sigmas"
            };
            found.push(contradiction(followed, "prediction_type"));
        }
    } else {
        if keys.read::<f64>("shift_terminal")?.unwrap_or(0.0) > 0.0 {
            found.push(contradiction("prediction_type", "shift_terminal"));
        }
        if keys.flag("rescale_betas_zero_snr")? && prediction.is_none_or(|it| it == "epsilon") {
            found.push(contradiction("rescale_betas_zero_snr", "prediction_type"));
        }
    }
    if is_of_noise && ending.is_some_and(|ending| ending == "zero") {
        found.push(contradiction("algorithm_type", "final_sigmas_type"));
    }
    if let (Some(betas), Some(steps)) = (betas, steps)
        && betas.len() != steps
    {
        found.push(contradiction("trained_betas", "num_train_timesteps"));
    }
    found.extend(not_followed(keys, &class)?);
    Ok(found)
}

fn not_followed(
    keys: &Keys<'_>,
    class: &str,
) -> Result<Option<ConfigRemark>, SchedulerConfigError> {
    let variance = keys.read::<String>("variance_type")?.unwrap_or_default();
    let key = match class {
        "PNDMScheduler" if !keys.flag("skip_prk_steps")? => "skip_prk_steps",
        "DDPMScheduler" if solver::NOT_FOLLOWED.contains(&variance.as_str()) => "variance_type",
        _ => return Ok(None),
    };
    Ok(Some(ConfigRemark::NotFollowed {
        file: keys.file().to_owned(),
        key,
    }))
}
