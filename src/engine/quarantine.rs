//! Models that end the engine again and again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// After so many deaths within [`WINDOW`] a model is shut out; one crash may be chance.
pub(super) const DEATHS: usize = 3;
/// How long a death counts.
const WINDOW: Duration = Duration::from_mins(10);

/// Remembers which models ended the engine, until the program ends.
#[derive(Debug, Default)]
pub(super) struct Quarantine {
    deaths: BTreeMap<PathBuf, Vec<Instant>>,
}

impl Quarantine {
    /// Takes note that the engine died while it ran this model.
    pub(super) fn note_death(&mut self, model: &Path, now: Instant) {
        let deaths = self.deaths.entry(model.to_owned()).or_default();
        if deaths.len() < DEATHS {
            deaths.retain(|death| now.duration_since(*death) < WINDOW);
            deaths.push(now);
        }
    }

    /// Whether the model is not to be tried again.
    pub(super) fn holds(&self, model: &Path) -> bool {
        let deaths = self.deaths.get(model);
        deaths.is_some_and(|deaths| deaths.len() >= DEATHS)
    }

    /// Gives the model another chance.
    pub(super) fn readmit(&mut self, model: &Path) {
        self.deaths.remove(model);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after_deaths_at(minutes: &[u64]) -> Quarantine {
        let start = Instant::now();
        let mut quarantine = Quarantine::default();
        for minute in minutes {
            quarantine.note_death(Path::new("bad"), start + Duration::from_secs(60 * minute));
        }
        quarantine
    }

    #[test]
    fn three_deaths_in_ten_minutes_shut_a_model_out_until_it_is_readmitted() {
        let mut quarantine = after_deaths_at(&[0, 4]);
        assert!(!quarantine.holds(Path::new("bad")));
        quarantine = after_deaths_at(&[0, 4, 9]);
        assert!(quarantine.holds(Path::new("bad")));
        assert!(!quarantine.holds(Path::new("good")));
        quarantine.readmit(Path::new("bad"));
        assert!(!quarantine.holds(Path::new("bad")));
    }

    #[test]
    fn deaths_far_apart_are_forgiven() {
        assert!(!after_deaths_at(&[0, 9, 11, 25]).holds(Path::new("bad")));
    }

    #[test]
    fn a_model_that_is_shut_out_stays_out() {
        assert!(after_deaths_at(&[0, 1, 2, 60]).holds(Path::new("bad")));
    }
}
