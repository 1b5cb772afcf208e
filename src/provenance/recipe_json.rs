//! Recipes as JSON: what the library and our PNG files hold.

use serde::Deserialize;
use thiserror::Error;

use crate::domain::{MadeWith, ModelId, PixelSize, Recipe, Seed, SizeError, StrengthError};

use super::schema::{Stored, v1};

/// The recipe as one line of JSON, of the newest version.
pub fn write_recipe(recipe: &Recipe) -> String {
    let stored = Stored::V1(v1::Recipe::from(recipe));
    serde_json::to_string(&stored).expect("texts and numbers under text keys are JSON")
}

/// Reads what [`write_recipe`] wrote, in this version or an earlier one.
pub fn read_recipe(json: &str) -> Result<Recipe, RecipeError> {
    match serde_json::from_str(json) {
        Ok(Stored::V1(recipe)) => recipe.try_into(),
        Err(source) => Err(RecipeError::refuse(json, source)),
    }
}

/// Why a recipe cannot be read.
#[derive(Debug, Error)]
pub enum RecipeError {
    /// A newer Maquette wrote it.
    #[error("the recipe has version {version}, which this Maquette does not know")]
    Newer {
        /// The version of its schema.
        version: String,
    },
    /// It is not JSON, or not a recipe.
    #[error("the recipe cannot be read")]
    Unreadable {
        /// Where it fails.
        source: serde_json::Error,
    },
    /// It starts from a picture in an impossible way.
    #[error("the recipe has an impossible strength")]
    Strength {
        /// Why.
        #[from]
        source: StrengthError,
    },
    /// Its size is impossible.
    #[error("the recipe has an impossible size")]
    Size {
        /// Why.
        #[from]
        source: SizeError,
    },
}

impl RecipeError {
    fn refuse(json: &str, source: serde_json::Error) -> Self {
        #[derive(Deserialize)]
        struct Versioned {
            version: String,
        }
        match serde_json::from_str(json) {
            Ok(Versioned { version }) if version != "1" => Self::Newer { version },
            _ => Self::Unreadable { source },
        }
    }
}

impl From<&Recipe> for v1::Recipe {
    fn from(live: &Recipe) -> Self {
        Self {
            model: live.model.as_str().to_owned(),
            fingerprint: live.fingerprint.clone(),
            prompt: (&live.prompt).into(),
            size: live.size.into(),
            seed: live.seed.0,
            params: (&live.params).into(),
            parents: live.parents.iter().map(Into::into).collect(),
            start: v1::Start::of(&live.task),
            made_with: v1::MadeWith {
                app: live.made_with.app.clone(),
                runtime: live.made_with.runtime.clone(),
                provider: live.made_with.provider.clone(),
                adapters: v1::adapters(&live.made_with.adapters),
            },
        }
    }
}

impl TryFrom<v1::Recipe> for Recipe {
    type Error = RecipeError;

    fn try_from(stored: v1::Recipe) -> Result<Self, RecipeError> {
        Ok(Self {
            model: ModelId::new(stored.model),
            fingerprint: stored.fingerprint,
            task: v1::task(stored.start)?,
            prompt: stored.prompt.into(),
            size: PixelSize::try_from(stored.size)?,
            seed: Seed(stored.seed),
            params: stored.params.into(),
            parents: v1::parents(stored.parents),
            made_with: MadeWith {
                app: stored.made_with.app,
                runtime: stored.made_with.runtime,
                provider: stored.made_with.provider,
                adapters: v1::adapter_files(stored.made_with.adapters),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ParamValue;

    #[test]
    fn what_a_later_maquette_adds_is_skipped() {
        let json = r#"{"version":"1","later":[1],"model":"m","prompt":"p","seed":1,
            "size":{"width":8,"height":8,"depth":2},
            "params":{"steps":3,"tiling":true},
            "parents":[{"picture":"00000000000000000000000000000001","relation":"later_of"}]}"#;
        let recipe = read_recipe(json).unwrap();
        assert_eq!(recipe.params.get("steps"), Some(&ParamValue::Int(3)));
        assert_eq!(
            recipe.params.get("tiling"),
            Some(&ParamValue::Text("true".into()))
        );
        assert_eq!(recipe.parents, []);
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let check = |json: &str, expected: &str| {
            let error = read_recipe(json).unwrap_err();
            assert!(error.to_string().contains(expected), "{json}: {error}");
        };
        check(r#"{"version":"2","picture":{}}"#, "version 2");
        check(r#"{"version":"1","model":"m"}"#, "cannot be read");
        check("not JSON", "cannot be read");
        let size =
            r#"{"version":"1","model":"m","prompt":"","seed":1,"size":{"width":0,"height":8}}"#;
        check(size, "impossible size");
    }
}
