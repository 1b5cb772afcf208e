//! Where a picture comes from.

use serde::{Deserialize, Serialize};

use super::id::PictureId;

/// How a picture relates to one of its parents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Relation {
    /// Made with the parent's settings and another seed.
    VariantOf,
    /// Started from the parent under noise.
    VariedFrom,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 2] = [Self::VariantOf, Self::VariedFrom];

    /// The word under which it is kept in recipes and in the library; never changes.
    pub fn id(self) -> &'static str {
        match self {
            Self::VariantOf => "variant_of",
            Self::VariedFrom => "varied_from",
        }
    }

    /// The relation of that word.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.id() == id)
    }
}

/// One edge of the ancestry graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// The older picture.
    pub picture: PictureId,
    /// What the younger one is to it.
    pub relation: Relation,
}
