//! `ComfyUI`: the graph that was run, as JSON under `prompt` (`execution.py`, `nodes.py`,
//! `comfy_extras/nodes_custom_sampler.py`, `nodes_flux.py`, `nodes_sd3.py`).
//!
//! A picture's recipe is read from its first pass: from the sampler that starts the picture, back
//! along its links.
//! Whatever the graph sets and the walk does not come by is listed, so further passes and the
//! nodes of extensions are told in their own words.

mod conditioning;
mod graph;
mod loaders;
mod sampler;

use crate::provenance::foreign::draft::Draft;
use crate::provenance::foreign::error::RecipeFault;
use crate::provenance::foreign::foreign_recipe::ForeignRecipe;
use crate::provenance::foreign::text::Texts;

use super::ForeignReader;
use graph::{Graph, Walk};

/// The keyword of the graph that was run.
const KEYWORD: &str = "prompt";

/// `ComfyUI`.
pub(super) struct ComfyUi;

impl ForeignReader for ComfyUi {
    fn program(&self) -> &'static str {
        "ComfyUI"
    }

    fn read(&self, texts: &Texts) -> Option<Result<ForeignRecipe, RecipeFault>> {
        let text = texts.get(KEYWORD)?;
        // Other programs have a prompt of words under the same keyword.
        if !text.contains("class_type") {
            return None;
        }
        let mut draft = Draft::new(self.program(), texts);
        draft.heard(KEYWORD);
        Some(read(text, draft))
    }
}

fn read(text: &str, mut draft: Draft<'_>) -> Result<ForeignRecipe, RecipeFault> {
    let graph = Graph::parse(text)?;
    let mut walk = Walk::new(&graph);
    if let Some(first) = sampler::first(&mut walk)? {
        sampler::read(&mut walk, first, &mut draft)?;
    }
    walk.leave_rest(&mut draft);
    Ok(draft.finish())
}
