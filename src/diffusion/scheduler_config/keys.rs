//! Reading a JSON object key by key, so that an error can name the key.

use std::path::Path;

use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::SchedulerConfigError;
use super::python_json::without_endless_numbers;

/// The keys of a file; those that nobody asks for are ignored.
pub(super) struct Keys<'a> {
    file: &'a Path,
    values: Map<String, Value>,
}

impl<'a> Keys<'a> {
    pub(super) fn parse(text: &str, file: &'a Path) -> Result<Self, SchedulerConfigError> {
        let unreadable = |source| SchedulerConfigError::Unreadable {
            file: file.to_owned(),
            source,
        };
        let text = without_endless_numbers(text);
        let values = serde_json::from_str(&text).map_err(unreadable)?;
        Ok(Self { file, values })
    }

    /// `None` where the key is missing or null.
    pub(super) fn read<T: DeserializeOwned>(
        &self,
        key: &'static str,
    ) -> Result<Option<T>, SchedulerConfigError> {
        let value = self.values.get(key).unwrap_or(&Value::Null);
        Option::deserialize(value).map_err(|source| SchedulerConfigError::WrongKind {
            file: self.file.to_owned(),
            key,
            source,
        })
    }

    pub(super) fn number(
        &self,
        key: &'static str,
        default: usize,
        (least, most): (usize, usize),
    ) -> Result<usize, SchedulerConfigError> {
        let number = self.read(key)?.unwrap_or(default);
        if (least..=most).contains(&number) {
            return Ok(number);
        }
        Err(self.out_of_range(key, &format!("{least} … {most}")))
    }

    pub(super) fn real(
        &self,
        key: &'static str,
        (least, most): (f64, f64),
    ) -> Result<Option<f64>, SchedulerConfigError> {
        let number: Option<f64> = self.read(key)?;
        if number.is_none_or(|number| (least..=most).contains(&number)) {
            return Ok(number);
        }
        Err(self.out_of_range(key, &format!("{least} … {most}")))
    }

    /// `false` where nothing is said.
    pub(super) fn flag(&self, key: &'static str) -> Result<bool, SchedulerConfigError> {
        Ok(self.read(key)?.unwrap_or(false))
    }

    pub(super) fn file(&self) -> &Path {
        self.file
    }

    pub(super) fn optional_choice<T: Copy>(
        &self,
        key: &'static str,
        options: &[(&'static str, T)],
    ) -> Result<Option<T>, SchedulerConfigError> {
        let Some(given) = self.read::<String>(key)? else {
            return Ok(None);
        };
        let names: Vec<&str> = options.iter().map(|(name, _)| *name).collect();
        let chosen = options.iter().find(|(name, _)| *name == given);
        let refused = || self.out_of_range(key, &names.join(", "));
        chosen.map(|(_, option)| Some(*option)).ok_or_else(refused)
    }

    /// As [`Keys::optional_choice`], with the first option where nothing is said.
    pub(super) fn choice<T: Copy>(
        &self,
        key: &'static str,
        options: &[(&'static str, T)],
    ) -> Result<T, SchedulerConfigError> {
        let chosen = self.optional_choice(key, options)?;
        Ok(chosen.unwrap_or(options[0].1))
    }

    pub(super) fn out_of_range(&self, key: &'static str, allowed: &str) -> SchedulerConfigError {
        let given = self.values.get(key).unwrap_or(&Value::Null).to_string();
        SchedulerConfigError::NotPossible {
            file: self.file.to_owned(),
            key,
            // A list of betas can be megabytes.
            given: given.chars().take(80).collect(),
            allowed: allowed.to_owned(),
        }
    }
}
