//! The fields of a JSON object, taken one after another until only those without a place are left.

use serde_json::{Map, Value};

use crate::diffusion::without_endless_numbers;

use super::draft::Draft;
use super::error::RecipeFault;

/// An object that empties.
#[derive(Clone, Debug, Default)]
pub(super) struct JsonFields(Map<String, Value>);

impl JsonFields {
    /// Reads an object, also one with the endless numbers that Python writes.
    pub(super) fn parse(text: &str) -> Result<Self, RecipeFault> {
        let text = without_endless_numbers(text);
        Ok(Self(serde_json::from_str(&text)?))
    }

    /// The object inside of a value; empty for any other value.
    pub(super) fn of(value: Option<Value>) -> Self {
        match value {
            Some(Value::Object(fields)) => Self(fields),
            _ => Self::default(),
        }
    }

    /// The field in words; nothing for `null` and what is empty, which say nothing.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let value = self.0.remove(name)?;
        told(&value)
    }

    /// The first of these fields that says something.
    pub(super) fn take_first(&mut self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.take(name))
    }

    pub(super) fn take_value(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    pub(super) fn take_fields(&mut self, name: &str) -> Self {
        match self.0.get(name) {
            Some(Value::Object(_)) => Self::of(self.0.remove(name)),
            _ => Self::default(),
        }
    }

    /// The names of all fields.
    pub(super) fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    pub(super) fn into_map(self) -> Map<String, Value> {
        self.0
    }

    /// Lists whatever says something and was not taken.
    pub(super) fn leave_rest(self, draft: &mut Draft<'_>) {
        for (name, value) in &self.0 {
            draft.leave_some(name, told(value));
        }
    }
}

/// A value in words: text as it is, all else as JSON; nothing for `null` and what is empty.
pub(super) fn told(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Array(items) if items.is_empty() => None,
        Value::Object(fields) if fields.is_empty() => None,
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Some(value.to_string())
        }
    }
}
