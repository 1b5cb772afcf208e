//! stable-diffusion.cpp: the settings of A1111 with keys of its own
//! (`get_image_params` in `examples/common/common.cpp` and, before, in `examples/cli/main.cpp`).

use crate::domain::CLIP_SKIP;
use crate::provenance::foreign::draft::{Draft, number};
use crate::provenance::foreign::error::RecipeFault;
use crate::provenance::foreign::foreign_recipe::ForeignRecipe;
use crate::provenance::foreign::text::Texts;

use super::{ForeignReader, a1111};

/// What it calls itself.
const VERSION: &str = "stable-diffusion.cpp";

/// stable-diffusion.cpp.
pub(super) struct StableDiffusionCpp;

impl ForeignReader for StableDiffusionCpp {
    fn program(&self) -> &'static str {
        VERSION
    }

    fn read(&self, texts: &Texts) -> Option<Result<ForeignRecipe, RecipeFault>> {
        let (text, mut settings) = a1111::find(texts)?;
        let version = settings.get("Version")?;
        version.starts_with(VERSION).then_some(())?;
        let mut draft = Draft::new(self.program(), texts);
        draft.heard(&text.keyword);
        draft.version(settings.take("Version"));
        draft.noise("RNG", settings.take("RNG"));
        // It says so of -1 when the model decides.
        let clip_skip = settings.take("Clip skip");
        let clip_skip = clip_skip.filter(|told| number(told).is_none_or(|layers| layers > 0.0));
        draft.set(&CLIP_SKIP, "Clip skip", clip_skip);
        let free = settings.take("CFG scale");
        draft.guidance(("CFG scale", free), ("Guidance", settings.take("Guidance")));
        // Models in pieces have no file of their own; the denoiser names them.
        if settings.get("Model").is_none_or(str::is_empty) {
            settings.take("Model");
            draft.model(settings.take("Unet"), None);
        }
        Some(Ok(a1111::fill(draft, settings)))
    }
}
