//! What a person and a request need to know of a model, without loading it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::{ModelId, ParamSpec, Params, PixelSize, Prompt, Request};
use crate::models::{Licence, Precision};

use super::error::PipelineError;
use super::estimate::Weights;
use super::part::tokenizer::PromptTokenizer;

/// A model as it is offered: its name, terms, parameters and sizes.
#[derive(Clone, Debug)]
pub struct ModelInfo {
    /// Its id in requests and recipes.
    pub id: ModelId,
    /// The name to show.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
    /// The id of its family.
    pub family: &'static str,
    /// What it is good for; empty where it does not say.
    pub description: String,
    /// The terms of its use; `None` where it does not say.
    pub licence: Option<Licence>,
    /// The values of parameters that suit it.
    pub defaults: Params,
    /// Its parameters.
    pub specs: &'static [&'static ParamSpec],
    /// The sizes that it draws.
    pub sizes: SizeLimits,
    /// What counts and cuts its prompts; `None` for models without words.
    pub tokenizer: Option<Arc<PromptTokenizer>>,
    /// Prompts that show it at its best.
    pub examples: Vec<String>,
    /// Bytes of its files.
    pub file_bytes: u64,
    /// What most of its weights are stored in; `None` where that cannot be read.
    pub precision: Option<Precision>,
    /// Whether it is for inpainting: drawing anew what a mask leaves open.
    pub is_for_inpainting: bool,
    /// What its parts take in memory.
    pub weights: Weights,
}

impl ModelInfo {
    /// Fills in what the request leaves open and checks the rest: afterwards it can be run.
    pub fn settle(&self, request: &mut Request) -> Result<(), PipelineError> {
        self.sizes.check(request.size)?;
        for text in [&request.prompt.text, &request.prompt.negative] {
            if text.len() > Prompt::MAX_BYTES {
                return Err(PipelineError::PromptTooLong { bytes: text.len() });
            }
        }
        request.params = request.params.settle(self.specs, &self.defaults)?;
        Ok(())
    }
}

/// The sizes that a model draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeLimits {
    /// The size that it draws best.
    pub default: PixelSize,
    /// Both sides are multiples of it.
    pub multiple: u32,
    /// The smallest side in pixels.
    pub min_side: u32,
    /// The largest side in pixels.
    pub max_side: u32,
}

impl SizeLimits {
    /// Refuses a size that the model does not draw, and says which it does.
    pub fn check(&self, size: PixelSize) -> Result<(), PipelineError> {
        if self.nearest(size) == size {
            return Ok(());
        }
        Err(PipelineError::Size {
            given: size,
            multiple: self.multiple,
            min_side: self.min_side,
            max_side: self.max_side,
        })
    }

    /// The possible size of a picture's shape, about as many pixels as the model draws best.
    pub fn shaped_like(&self, picture: PixelSize) -> PixelSize {
        let ratio = f64::from(picture.width()) / f64::from(picture.height());
        let height = (self.default.area() as f64 / ratio).sqrt();
        let side = |length: f64| (length.round() as u32).max(1);
        let ideal = PixelSize::new(side(height * ratio), side(height));
        ideal.map_or(self.default, |ideal| self.nearest(ideal))
    }

    /// The possible size that comes nearest, each side for itself.
    pub fn nearest(&self, size: PixelSize) -> PixelSize {
        let side = |length: u32| {
            let first = self.min_side.div_ceil(self.multiple);
            let last = (self.max_side / self.multiple).max(first);
            let nearest = (length + self.multiple / 2) / self.multiple;
            nearest.clamp(first, last) * self.multiple
        };
        PixelSize::new(side(size.width()), side(size.height())).unwrap_or(self.default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(width: u32, height: u32) -> PixelSize {
        PixelSize::new(width, height).unwrap()
    }

    #[test]
    fn sizes_are_kept_brought_near_or_refused_with_what_is_allowed() {
        let limits = SizeLimits {
            default: size(128, 128),
            multiple: 32,
            min_side: 64,
            max_side: 500,
        };
        let check = |given, nearest| {
            assert_eq!(limits.nearest(given), nearest, "{given}");
            assert_eq!(limits.check(given).is_ok(), given == nearest, "{given}");
        };
        check(size(128, 64), size(128, 64));
        check(size(1, 16_384), size(64, 480));
        check(size(79, 80), size(64, 96));
        assert_eq!(limits.shaped_like(size(4000, 3000)), size(160, 96));
        assert_eq!(limits.shaped_like(size(9000, 1)), size(480, 64));
        let error = limits.check(size(100, 100)).unwrap_err().to_string();
        assert!(error.contains("multiples of 32 from 64 to 500"), "{error}");
    }
}
