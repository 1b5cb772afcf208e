//! Which picture of a library a file is.

use serde::{Deserialize, Serialize};

use crate::domain::{PictureId, Timestamp};

/// A picture's place in a library: what its recipe does not say, and what a library that is made
/// again from its files must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The picture; others name it as their parent.
    pub id: PictureId,
    /// When it was kept.
    pub created: Timestamp,
}

impl Origin {
    pub(super) fn write(self) -> String {
        let stored = Stored::V1(V1 {
            id: self.id.to_string(),
            created_ms: self.created.0,
        });
        serde_json::to_string(&stored).expect("text and a number are JSON")
    }

    /// `None` when the text is not an origin: the picture is then as good as one from elsewhere.
    pub(super) fn read(text: &str) -> Option<Self> {
        let Stored::V1(stored) = serde_json::from_str(text).ok()?;
        Some(Self {
            id: stored.id.parse().ok()?,
            created: Timestamp(stored.created_ms),
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "version")]
enum Stored {
    #[serde(rename = "1")]
    V1(V1),
}

#[derive(Serialize, Deserialize)]
struct V1 {
    id: String,
    created_ms: i64,
}
