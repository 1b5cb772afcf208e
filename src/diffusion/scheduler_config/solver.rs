//! How a `scheduler_config.json` wants its solver to be.

use super::{Keys, SchedulerConfigError};

/// The choices of solvers of more than one kind; each takes those that it knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Solver {
    /// Answers that a step goes by, 1 to 3.
    pub order: usize,
    /// What the steps are made of; every solver has its own where this is of another.
    pub kind: Option<SolverKind>,
    /// What DPM-Solver extrapolates (`algorithm_type`).
    pub of_dpm_solver: Extrapolated,
    /// Whether the last steps are of lower order.
    pub is_lower_at_end: bool,
    /// Whether the last step of DPM-Solver is Euler's in any case.
    pub is_euler_at_end: bool,
    /// What `UniPC` extrapolates (`predict_x0`).
    pub of_unipc: Extrapolated,
    /// Steps, counted from 0, whose arrival `UniPC` does not put right.
    pub uncorrected: Vec<usize>,
    /// The noise that DDPM adds.
    pub variance: Variance,
}

/// What a solver extrapolates from the last answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extrapolated {
    /// The denoised images.
    Images,
    /// The noises `(x − x₀) / σ`.
    Noises,
}

/// What the steps of a solver are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SolverKind {
    /// DPM-Solver by the middle of the step.
    Midpoint,
    /// DPM-Solver by the whole integral.
    Heun,
    /// `UniPC` with `B(h) = h`.
    Bh1,
    /// `UniPC` with `B(h) = eʰ − 1`.
    Bh2,
    /// DEIS in the logarithm of sigma.
    LogRho,
}

/// The noise that DDPM adds (Ho et al. 2020, section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variance {
    /// That of the posterior.
    Small,
    /// That of the forward step.
    Large,
}

const KINDS: [(&str, SolverKind); 5] = [
    ("midpoint", SolverKind::Midpoint),
    ("heun", SolverKind::Heun),
    ("bh1", SolverKind::Bh1),
    ("bh2", SolverKind::Bh2),
    ("logrho", SolverKind::LogRho),
];
const ALGORITHMS: [(&str, Extrapolated); 5] = [
    ("dpmsolver++", Extrapolated::Images),
    ("sde-dpmsolver++", Extrapolated::Images),
    ("deis", Extrapolated::Images),
    ("dpmsolver", Extrapolated::Noises),
    ("sde-dpmsolver", Extrapolated::Noises),
];
// Those that models predict need outputs that ours have not; diffusers' `fixed_large_log` is no
// number.
const VARIANCES: [(&str, Variance); 6] = [
    ("fixed_small", Variance::Small),
    ("fixed_small_log", Variance::Small),
    ("fixed_large", Variance::Large),
    ("fixed_large_log", Variance::Large),
    ("learned", Variance::Small),
    ("learned_range", Variance::Small),
];

/// The values of `variance_type` that are not followed.
pub(super) const NOT_FOLLOWED: [&str; 3] = ["fixed_large_log", "learned", "learned_range"];

pub(super) fn solver(keys: &Keys<'_>) -> Result<Solver, SchedulerConfigError> {
    Ok(Solver {
        order: keys.number("solver_order", 2, (1, 3))?,
        kind: keys.optional_choice("solver_type", &KINDS)?,
        of_dpm_solver: keys.choice("algorithm_type", &ALGORITHMS)?,
        is_lower_at_end: keys.read("lower_order_final")?.unwrap_or(true),
        is_euler_at_end: keys.flag("euler_at_final")?,
        of_unipc: match keys.read("predict_x0")? {
            Some(false) => Extrapolated::Noises,
            Some(true) | None => Extrapolated::Images,
        },
        uncorrected: keys.read("disable_corrector")?.unwrap_or_default(),
        variance: keys.choice("variance_type", &VARIANCES)?,
    })
}
