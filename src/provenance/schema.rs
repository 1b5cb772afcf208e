//! What recipes look like on the disk; every version is read for ever.

use serde::{Deserialize, Serialize};

use crate::domain;

/// A recipe of any version.
#[derive(Serialize, Deserialize)]
#[serde(tag = "version")]
pub(super) enum Stored {
    /// Since Maquette 0.1.
    #[serde(rename = "1")]
    V1(v1::Recipe),
}

/// The first shapes; they never change, a change makes a `v2`.
///
/// Fields that a later Maquette adds are skipped by an earlier one.
pub(crate) mod v1 {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use super::{Deserialize, Serialize, domain};

    #[derive(Serialize, Deserialize)]
    pub(in crate::provenance) struct Recipe {
        pub(in crate::provenance) model: String,
        #[serde(default)]
        pub(in crate::provenance) fingerprint: String,
        #[serde(flatten)]
        pub(in crate::provenance) prompt: Prompt,
        pub(in crate::provenance) size: Size,
        pub(in crate::provenance) seed: u64,
        #[serde(default)]
        pub(in crate::provenance) params: Values,
        #[serde(default)]
        pub(in crate::provenance) parents: Vec<Parent>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub(in crate::provenance) start: Option<Start>,
        #[serde(default)]
        pub(in crate::provenance) made_with: MadeWith,
    }

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Prompt {
        prompt: String,
        #[serde(default)]
        negative_prompt: String,
    }

    #[derive(Clone, Copy, Serialize, Deserialize)]
    pub(crate) struct Size {
        width: u32,
        height: u32,
    }

    /// Parameter values by id.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(transparent)]
    pub(crate) struct Values(BTreeMap<String, Value>);

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Value {
        Int(i64),
        Float(f64),
        Text(String),
        /// Of a kind that does not exist yet.
        Other(serde_json::Value),
    }

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Parent {
        picture: String,
        relation: String,
    }

    /// The picture that was started from; nothing for those that came from noise alone.
    #[derive(Serialize, Deserialize)]
    pub(crate) struct Start {
        file: PathBuf,
        #[serde(default)]
        sha256: Option<String>,
        strength: f64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mask: Option<Mask>,
    }

    /// What may become another, in white.
    #[derive(Serialize, Deserialize)]
    struct Mask {
        file: PathBuf,
        #[serde(default)]
        sha256: Option<String>,
    }

    #[derive(Default, Serialize, Deserialize)]
    pub(in crate::provenance) struct MadeWith {
        #[serde(default)]
        pub(in crate::provenance) app: String,
        #[serde(default)]
        pub(in crate::provenance) runtime: String,
        #[serde(default)]
        pub(in crate::provenance) provider: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub(in crate::provenance) adapters: Vec<Adapter>,
    }

    #[derive(Serialize, Deserialize)]
    pub(in crate::provenance) struct Adapter {
        name: String,
        sha256: String,
    }

    impl From<&domain::Prompt> for Prompt {
        fn from(live: &domain::Prompt) -> Self {
            Self {
                prompt: live.text.clone(),
                negative_prompt: live.negative.clone(),
            }
        }
    }

    impl From<Prompt> for domain::Prompt {
        fn from(stored: Prompt) -> Self {
            Self {
                text: stored.prompt,
                negative: stored.negative_prompt,
            }
        }
    }

    impl From<domain::PixelSize> for Size {
        fn from(live: domain::PixelSize) -> Self {
            Self {
                width: live.width(),
                height: live.height(),
            }
        }
    }

    impl TryFrom<Size> for domain::PixelSize {
        type Error = domain::SizeError;

        fn try_from(stored: Size) -> Result<Self, Self::Error> {
            Self::new(stored.width, stored.height)
        }
    }

    impl From<&domain::Params> for Values {
        fn from(live: &domain::Params) -> Self {
            let stored = live.iter().map(|(id, value)| {
                let value = match value {
                    domain::ParamValue::Int(number) => Value::Int(*number),
                    domain::ParamValue::Float(number) => Value::Float(*number),
                    domain::ParamValue::Text(text) => Value::Text(text.clone()),
                };
                (id.to_owned(), value)
            });
            Self(stored.collect())
        }
    }

    impl From<Values> for domain::Params {
        fn from(stored: Values) -> Self {
            let mut live = Self::default();
            for (id, value) in stored.0 {
                let value = match value {
                    Value::Int(number) => domain::ParamValue::Int(number),
                    Value::Float(number) => domain::ParamValue::Float(number),
                    Value::Text(text) => domain::ParamValue::Text(text),
                    // No parameter accepts it, so whoever makes the picture again is told.
                    Value::Other(json) => domain::ParamValue::Text(json.to_string()),
                };
                live.set(&id, value);
            }
            live
        }
    }

    impl From<&domain::Parent> for Parent {
        fn from(live: &domain::Parent) -> Self {
            Self {
                picture: live.picture.to_string(),
                relation: live.relation.id().to_owned(),
            }
        }
    }

    impl Start {
        pub(crate) fn of(live: &domain::Task) -> Option<Self> {
            let domain::Task::Vary {
                source,
                strength,
                mask,
            } = live
            else {
                return None;
            };
            Some(Self {
                file: source.file.clone(),
                sha256: source.sha256.clone(),
                strength: strength.share(),
                mask: mask.as_ref().map(|mask| Mask {
                    file: mask.file.clone(),
                    sha256: mask.sha256.clone(),
                }),
            })
        }
    }

    impl TryFrom<Start> for domain::Task {
        type Error = domain::StrengthError;

        fn try_from(stored: Start) -> Result<Self, Self::Error> {
            Ok(Self::Vary {
                source: domain::Source {
                    file: stored.file,
                    sha256: stored.sha256,
                },
                strength: domain::Strength::new(stored.strength)?,
                mask: stored.mask.map(|mask| domain::Source {
                    file: mask.file,
                    sha256: mask.sha256,
                }),
            })
        }
    }

    pub(in crate::provenance) fn adapters(live: &[domain::AdapterFile]) -> Vec<Adapter> {
        let stored = live.iter().map(|file| Adapter {
            name: file.name.clone(),
            sha256: file.sha256.clone(),
        });
        stored.collect()
    }

    pub(in crate::provenance) fn adapter_files(stored: Vec<Adapter>) -> Vec<domain::AdapterFile> {
        let live = stored.into_iter().map(|adapter| domain::AdapterFile {
            name: adapter.name,
            sha256: adapter.sha256,
        });
        live.collect()
    }

    /// The task that a start means, or the lack of one.
    pub(crate) fn task(stored: Option<Start>) -> Result<domain::Task, domain::StrengthError> {
        stored.map_or(Ok(domain::Task::Create), TryInto::try_into)
    }

    /// The parents that this version understands; a relation from the future is no error.
    pub(crate) fn parents(stored: Vec<Parent>) -> Vec<domain::Parent> {
        let understood = stored.into_iter().filter_map(|parent| {
            Some(domain::Parent {
                picture: parent.picture.parse().ok()?,
                relation: domain::Relation::from_id(&parent.relation)?,
            })
        });
        understood.collect()
    }
}
