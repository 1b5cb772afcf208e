//! What other programs call our schedulers, schedules and noise sources, where our catalogues do
//! not know it.
//!
//! Catalogues hold the names of A1111, `ComfyUI`, diffusers and k-diffusion as aliases; here are the
//! spellings of single programs, and names that mean a scheduler and a schedule at once.

use crate::diffusion::{noise, schedule, scheduler};

/// Schedulers: stable-diffusion.cpp's names, `InvokeAI`'s, `NovelAI`'s, Draw Things'.
const SCHEDULERS: [(&str, &str); 17] = [
    ("dpm++2m", "dpmpp_2m"),
    ("dpm++2mv2", "dpmpp_2m"),
    ("dpm++2s_a", "dpmpp_2s_ancestral"),
    ("dpmpp_2s", "dpmpp_2s_ancestral"),
    ("dpmpp_3m", "dpmpp_3m_sde"),
    ("kdpm_2", "dpm2"),
    ("kdpm_2_a", "dpm2_ancestral"),
    ("ddim_v3", "ddim"),
    ("ddim_trailing", "ddim"),
    ("euler ancestral", "euler_ancestral"),
    ("dpm2 ancestral", "dpm2_ancestral"),
    ("dpm++ 2s ancestral", "dpmpp_2s_ancestral"),
    ("dpm++ 2m sde heun", "dpmpp_2m_sde"),
    ("dpmpp_2m_sde_heun", "dpmpp_2m_sde"),
    ("dpm++ sde ancestral", "dpmpp_sde"),
    ("uni_pc_bh1", "unipc"),
    ("unipc trailing", "unipc"),
];
/// Schedules: those of A1111, `NovelAI`, `InvokeAI` and stable-diffusion.cpp.
const SCHEDULES: [(&str, &str); 5] = [
    ("uniform", "discrete"),
    ("native", "discrete"),
    ("default", "discrete"),
    ("k", "karras"),
    ("sgm uniform", "sgm_uniform"),
];
/// Noise sources: where A1111 and `InvokeAI` draw it.
const NOISES: [(&str, &str); 1] = [("gpu", "philox")];
/// No name is longer, in bytes.
const MAX_NAME: usize = 64;

/// The id of the scheduler of that name, and that of the schedule if the name says it, too.
pub(super) fn scheduler_named(name: &str) -> Option<(&'static str, Option<&'static str>)> {
    let name = name.trim();
    if name.len() > MAX_NAME {
        return None;
    }
    let alone = |name: &str| {
        let listed = || listed(&SCHEDULERS, name);
        scheduler::find(name)
            .map(|scheduler| scheduler.choice().id)
            .or_else(listed)
    };
    if let Some(id) = alone(name) {
        return Some((id, None));
    }
    // "DPM++ 2M Karras", "euler_a discrete", "dpmpp_2m_k".
    let mut splits = name.match_indices([' ', '_']);
    splits.find_map(|(place, _)| {
        let scheduler = alone(&name[..place])?;
        Some((scheduler, Some(schedule_named(&name[place + 1..])?)))
    })
}

/// The id of the schedule of that name.
pub(super) fn schedule_named(name: &str) -> Option<&'static str> {
    let name = name.trim();
    schedule::find(name)
        .map(|schedule| schedule.choice().id)
        .or_else(|| listed(&SCHEDULES, name))
}

/// The id of the noise source of that name.
pub(super) fn noise_named(name: &str) -> Option<&'static str> {
    let name = name.trim();
    noise::find(name)
        .map(|noise| noise.choice().id)
        .or_else(|| listed(&NOISES, name))
}

fn listed(names: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    let mut names = names.iter();
    names
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, id)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_means_something_that_there_is() {
        for (name, id) in SCHEDULERS {
            assert!(scheduler::find(name).is_none(), "{name} is an alias");
            assert_eq!(scheduler_named(id), Some((id, None)), "{name}");
        }
        for (name, id) in SCHEDULES {
            assert_eq!(schedule_named(id), Some(id), "{name}");
        }
        for (name, id) in NOISES {
            assert_eq!(noise_named(id), Some(id), "{name}");
        }
    }

    #[test]
    fn a_name_may_say_the_schedule_as_well() {
        let check = |name: &str, expected| assert_eq!(scheduler_named(name), expected, "{name}");
        check("DPM++ 2M Karras", Some(("dpmpp_2m", Some("karras"))));
        check(
            "DPM++ 2M SDE Karras",
            Some(("dpmpp_2m_sde", Some("karras"))),
        );
        check("dpmpp_2m_sde_k", Some(("dpmpp_2m_sde", Some("karras"))));
        check(
            "euler_a discrete",
            Some(("euler_ancestral", Some("discrete"))),
        );
        check("euler sgm_uniform", Some(("euler", Some("sgm_uniform"))));
        check("Euler a", Some(("euler_ancestral", None)));
        check("Restart", None);
        check(&"euler ".repeat(100_000), None);
    }
}
