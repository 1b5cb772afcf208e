//! Parameters that a model family declares; panels, presets, recipes and the command line loop
//! over the declarations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The number of denoising steps.
pub static STEPS: ParamSpec = ParamSpec {
    id: "steps",
    kind: ParamKind::Int {
        min: 1,
        max: 150,
        default: 20,
    },
};

/// How strongly the words pull: the scale of classifier-free guidance, 1 = off.
pub static GUIDANCE: ParamSpec = ParamSpec {
    id: "guidance",
    kind: ParamKind::Float {
        min: 1.0,
        max: 20.0,
        step: 0.1,
        default: 7.0,
    },
};

/// The side of the tiles in which pictures are encoded and decoded, in pixels; 0 = in one piece,
/// except for pictures of more than 1024 × 1024 pixels.
pub static TILE: ParamSpec = ParamSpec {
    id: "tile",
    kind: ParamKind::Int {
        min: 0,
        max: 2048,
        default: 0,
    },
};

/// Which layer of the text encoder is heard, counted from the one that the model was trained on,
/// which is 1: "Clip skip" of Automatic1111's web UI.
pub static CLIP_SKIP: ParamSpec = ParamSpec {
    id: "clip-skip",
    kind: ParamKind::Int {
        min: 1,
        max: 12,
        default: 1,
    },
};

/// How far a picture goes from the one that it starts from (`Strength`).
///
/// No family declares it: it belongs to the task, and is declared for those who draw its row.
pub static STRENGTH: ParamSpec = ParamSpec {
    id: "strength",
    kind: ParamKind::Float {
        min: 0.01,
        max: 1.0,
        step: 0.01,
        default: 0.6,
    },
};

/// The declaration of one parameter.
///
/// Its label and help are the texts `param-ID` and `param-ID-help`.
#[derive(Debug)]
pub struct ParamSpec {
    /// The name in recipes and on the command line; never changes.
    pub id: &'static str,
    /// What values it takes.
    pub kind: ParamKind,
}

/// What values a parameter takes, bounds included, and the default where a model says nothing.
#[derive(Debug)]
pub enum ParamKind {
    /// Whole numbers.
    Int {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
        /// Where a model says nothing.
        default: i64,
    },
    /// Numbers.
    Float {
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
        /// What one key press adds.
        step: f64,
        /// Where a model says nothing.
        default: f64,
    },
    /// One of a catalogue.
    Choice {
        /// The id chosen where a model says nothing.
        default: &'static str,
        /// The catalogue, in menu order.
        options: fn() -> Vec<Choice>,
    },
}

/// An entry of a catalogue that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The name in recipes; never changes.
    pub id: &'static str,
    /// The name artists know; a proper name, the same in every language.
    pub label: &'static str,
    /// Older or foreign names that mean the same.
    pub aliases: &'static [&'static str],
}

impl ParamSpec {
    /// The value where a model says nothing.
    pub fn default_value(&self) -> ParamValue {
        match &self.kind {
            ParamKind::Int { default, .. } => ParamValue::Int(*default),
            ParamKind::Float { default, .. } => ParamValue::Float(*default),
            ParamKind::Choice { default, .. } => ParamValue::Text((*default).to_owned()),
        }
    }

    /// Brings a value into the declared form: whole numbers for floats, aliases resolved.
    pub fn accept(&self, value: &ParamValue) -> Result<ParamValue, ParamsError> {
        let refused = || ParamsError::Refused {
            id: self.id,
            given: value.to_string(),
            allowed: self.allowed(),
        };
        match (&self.kind, value) {
            (ParamKind::Int { min, max, .. }, ParamValue::Int(number)) => (min..=max)
                .contains(&number)
                .then_some(ParamValue::Int(*number))
                .ok_or_else(refused),
            (ParamKind::Float { min, max, .. }, ParamValue::Float(_) | ParamValue::Int(_)) => {
                let number = match value {
                    ParamValue::Int(whole) => *whole as f64,
                    ParamValue::Float(number) => *number,
                    ParamValue::Text(_) => f64::NAN,
                };
                (number >= *min && number <= *max)
                    .then_some(ParamValue::Float(number))
                    .ok_or_else(refused)
            }
            (ParamKind::Choice { options, .. }, ParamValue::Text(name)) => options()
                .iter()
                .find(|choice| choice.answers_to(name))
                .map(|choice| ParamValue::Text(choice.id.to_owned()))
                .ok_or_else(refused),
            _ => Err(refused()),
        }
    }

    /// Reads a value from the command line.
    pub fn parse(&self, text: &str) -> Result<ParamValue, ParamsError> {
        let value = match self.kind {
            ParamKind::Int { .. } => text.parse().map(ParamValue::Int).ok(),
            ParamKind::Float { .. } => text.parse().map(ParamValue::Float).ok(),
            ParamKind::Choice { .. } => None,
        };
        self.accept(&value.unwrap_or_else(|| ParamValue::Text(text.to_owned())))
    }

    /// What is allowed, in words.
    pub fn allowed(&self) -> String {
        match &self.kind {
            ParamKind::Int { min, max, .. } => format!("{min} … {max}"),
            ParamKind::Float { min, max, .. } => format!("{min} … {max}"),
            ParamKind::Choice { options, .. } => {
                let ids: Vec<&str> = options().iter().map(|choice| choice.id).collect();
                ids.join(", ")
            }
        }
    }
}

impl Choice {
    /// Whether `name` is its id, label or an alias, upper case or lower.
    pub fn answers_to(&self, name: &str) -> bool {
        let same = |known: &str| known.eq_ignore_ascii_case(name);
        same(self.id) || same(self.label) || self.aliases.iter().any(|alias| same(alias))
    }
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ParamValue {
    /// Of [`ParamKind::Int`].
    Int(i64),
    /// Of [`ParamKind::Float`].
    Float(f64),
    /// The id of a [`Choice`].
    Text(String),
}

impl std::fmt::Display for ParamValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// Values by parameter id; may hold ids that this version or family does not know.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Params(BTreeMap<String, ParamValue>);

impl Params {
    /// Sets one value, whatever it is; [`Params::settle`] checks them all.
    pub fn set(&mut self, id: &str, value: ParamValue) {
        self.0.insert(id.to_owned(), value);
    }

    /// Takes a value away: the defaults speak in its place.
    pub fn unset(&mut self, id: &str) {
        self.0.remove(id);
    }

    /// The value as it was set, if it was.
    pub fn get(&self, id: &str) -> Option<&ParamValue> {
        self.0.get(id)
    }

    /// All values, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ParamValue)> {
        self.0.iter().map(|(id, value)| (id.as_str(), value))
    }

    /// The values of all `specs` and no others: own value, else that of `defaults`, else the
    /// declaration's; each checked and brought into the declared form.
    pub fn settle(&self, specs: &[&ParamSpec], defaults: &Self) -> Result<Self, ParamsError> {
        let settled = specs.iter().map(|spec| {
            let value = self.get(spec.id).or_else(|| defaults.get(spec.id));
            let value = match value {
                Some(value) => spec.accept(value)?,
                None => spec.default_value(),
            };
            Ok((spec.id.to_owned(), value))
        });
        settled.collect::<Result<_, _>>().map(Self)
    }

    /// A settled whole number; 0 where it is missing.
    pub fn int(&self, spec: &ParamSpec) -> i64 {
        match self.get(spec.id) {
            Some(ParamValue::Int(number)) => *number,
            _ => 0,
        }
    }

    /// A settled number; 0 where it is missing.
    pub fn float(&self, spec: &ParamSpec) -> f64 {
        match self.get(spec.id) {
            Some(ParamValue::Float(number)) => *number,
            Some(ParamValue::Int(number)) => *number as f64,
            _ => 0.0,
        }
    }

    /// A settled choice; empty where it is missing.
    pub fn text(&self, spec: &ParamSpec) -> &str {
        match self.get(spec.id) {
            Some(ParamValue::Text(text)) => text,
            _ => "",
        }
    }
}

/// Why a parameter was refused.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ParamsError {
    /// The value is of another kind or out of bounds.
    #[error("{id}: `{given}` is not possible; allowed: {allowed}")]
    Refused {
        /// The parameter.
        id: &'static str,
        /// What was given.
        given: String,
        /// What is possible.
        allowed: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    static FLAVOUR: ParamSpec = ParamSpec {
        id: "flavour",
        kind: ParamKind::Choice {
            default: "plain",
            options: || {
                vec![
                    Choice {
                        id: "plain",
                        label: "Plain",
                        aliases: &[],
                    },
                    Choice {
                        id: "salt",
                        label: "Salted",
                        aliases: &["NaCl"],
                    },
                ]
            },
        },
    };

    #[test]
    fn settling_fills_defaults_resolves_aliases_and_drops_strangers() {
        let mut given = Params::default();
        given.set("flavour", ParamValue::Text("nacl".into()));
        given.set("stranger", ParamValue::Int(3));
        let mut model = Params::default();
        model.set("guidance", ParamValue::Int(4));
        let settled = given
            .settle(&[&STEPS, &GUIDANCE, &FLAVOUR], &model)
            .unwrap();
        assert_eq!(settled.int(&STEPS), 20);
        assert_eq!(settled.get("guidance"), Some(&ParamValue::Float(4.0)));
        assert_eq!(settled.text(&FLAVOUR), "salt");
        assert_eq!(settled.get("stranger"), None);
    }

    #[test]
    fn values_out_of_bounds_are_refused_with_what_is_allowed() {
        let error = STEPS.parse("0").unwrap_err();
        assert!(error.to_string().contains("1 … 150"), "{error}");
        assert!(GUIDANCE.parse("NaN").is_err());
        let error = FLAVOUR.parse("bitter").unwrap_err();
        assert!(error.to_string().contains("plain, salt"), "{error}");
    }
}
