//! What settings and session look like on the disk; every version is read for ever.

use std::num::NonZeroU32;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::domain::{ModelId, PixelSize, Request, Seed};
use crate::provenance::schema::v1 as recipe;
use crate::strings::Language;

use super::preferences::{Settings, Theme};
use super::session::{Draft, Session};
use super::unknown::Unknown;

/// Settings of any version.
#[derive(Serialize, Deserialize)]
#[serde(tag = "version")]
pub(super) enum StoredSettings {
    /// Since Maquette 0.1.
    #[serde(rename = "1")]
    V1(SettingsV1),
}

/// A session of any version.
#[derive(Serialize, Deserialize)]
#[serde(tag = "version")]
pub(super) enum StoredSession {
    /// Since Maquette 0.1.
    #[serde(rename = "1")]
    V1(Box<SessionV1>),
}

/// A field that is missing has its default; one that is not known is kept.
#[derive(Serialize, Deserialize)]
#[serde(default)]
pub(super) struct SettingsV1 {
    language: String,
    theme: String,
    library: Option<PathBuf>,
    runtime: Option<PathBuf>,
    provider: String,
    model_dirs: Vec<PathBuf>,
    reduce_motion: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    auto_advance: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sidecars: bool,
    thumbnail_px: u32,
    preview_every: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_budget_mib: Option<u64>,
    #[serde(flatten)]
    unknown: Unknown,
}

impl Default for SettingsV1 {
    fn default() -> Self {
        Self::from(&Settings::default())
    }
}

impl From<&Settings> for SettingsV1 {
    fn from(live: &Settings) -> Self {
        Self {
            language: live.language.id().to_owned(),
            theme: live.theme.id().to_owned(),
            library: live.library.clone(),
            runtime: live.runtime.clone(),
            provider: live.provider.clone(),
            model_dirs: live.model_dirs.clone(),
            reduce_motion: live.reduce_motion,
            auto_advance: live.auto_advance,
            sidecars: live.sidecars,
            thumbnail_px: live.thumbnail_px,
            preview_every: live.preview_every,
            memory_budget_mib: live.memory_budget_mib,
            unknown: live.unknown.clone(),
        }
    }
}

impl From<SettingsV1> for Settings {
    fn from(stored: SettingsV1) -> Self {
        Self {
            // A language or theme of a later version is no reason to lose the rest.
            language: Language::from_id(&stored.language).unwrap_or_default(),
            theme: Theme::from_id(&stored.theme).unwrap_or_default(),
            library: stored.library,
            runtime: stored.runtime,
            provider: stored.provider,
            model_dirs: stored.model_dirs,
            reduce_motion: stored.reduce_motion,
            auto_advance: stored.auto_advance,
            sidecars: stored.sidecars,
            thumbnail_px: stored.thumbnail_px,
            preview_every: stored.preview_every,
            memory_budget_mib: stored.memory_budget_mib,
            unknown: stored.unknown,
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct SessionV1 {
    #[serde(default)]
    draft: Option<DraftV1>,
    #[serde(default)]
    history: Vec<recipe::Prompt>,
    #[serde(default)]
    waiting: Vec<RequestV1>,
    #[serde(default)]
    layout: Option<String>,
    #[serde(flatten)]
    unknown: Unknown,
}

impl From<&Session> for SessionV1 {
    fn from(live: &Session) -> Self {
        Self {
            draft: Some((&live.draft).into()),
            history: live.history.iter().map(Into::into).collect(),
            waiting: live.waiting.iter().map(Into::into).collect(),
            layout: live.layout.clone(),
            unknown: live.unknown.clone(),
        }
    }
}

impl From<SessionV1> for Session {
    fn from(stored: SessionV1) -> Self {
        Self {
            draft: stored.draft.map(Into::into).unwrap_or_default(),
            history: stored.history.into_iter().map(Into::into).collect(),
            waiting: stored.waiting.into_iter().filter_map(request).collect(),
            layout: stored.layout,
            unknown: stored.unknown,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct DraftV1 {
    model: Option<String>,
    #[serde(flatten)]
    prompt: recipe::Prompt,
    size: Option<recipe::Size>,
    count: NonZeroU32,
    seed: u64,
    seed_locked: bool,
    params: recipe::Values,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<recipe::Start>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parents: Vec<recipe::Parent>,
}

impl From<&Draft> for DraftV1 {
    fn from(live: &Draft) -> Self {
        Self {
            model: live.model.as_ref().map(ToString::to_string),
            prompt: (&live.prompt).into(),
            size: live.size.map(Into::into),
            count: live.count,
            seed: live.seed.0,
            seed_locked: live.seed_locked,
            params: (&live.params).into(),
            start: recipe::Start::of(&live.task),
            parents: live.parents.iter().map(Into::into).collect(),
        }
    }
}

impl From<DraftV1> for Draft {
    fn from(stored: DraftV1) -> Self {
        Self {
            model: stored.model.map(ModelId::new),
            prompt: stored.prompt.into(),
            size: stored.size.and_then(|size| size.try_into().ok()),
            count: stored.count,
            seed: Seed(stored.seed),
            seed_locked: stored.seed_locked,
            params: stored.params.into(),
            task: recipe::task(stored.start).unwrap_or_default(),
            parents: recipe::parents(stored.parents),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct RequestV1 {
    model: String,
    #[serde(flatten)]
    prompt: recipe::Prompt,
    size: recipe::Size,
    seed: u64,
    count: NonZeroU32,
    params: recipe::Values,
    parents: Vec<recipe::Parent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<recipe::Start>,
}

impl From<&Request> for RequestV1 {
    fn from(live: &Request) -> Self {
        Self {
            model: live.model.to_string(),
            prompt: (&live.prompt).into(),
            size: live.size.into(),
            seed: live.seed.0,
            count: live.count,
            params: (&live.params).into(),
            parents: live.parents.iter().map(Into::into).collect(),
            start: recipe::Start::of(&live.task),
        }
    }
}

/// The request; `None` when its size or strength is impossible, so that nothing could be made of
/// it.
fn request(stored: RequestV1) -> Option<Request> {
    Some(Request {
        model: ModelId::new(stored.model),
        task: recipe::task(stored.start).ok()?,
        prompt: stored.prompt.into(),
        size: PixelSize::try_from(stored.size).ok()?,
        seed: Seed(stored.seed),
        count: stored.count,
        params: stored.params.into(),
        parents: recipe::parents(stored.parents),
    })
}
