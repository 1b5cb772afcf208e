//! How another program made a picture, as far as it says so and we understand it.

use crate::domain::{Params, PixelSize, Prompt, Seed};
use crate::prompt::{adapter_tags, add_adapter, can_be_named, set_adapter_weights};

/// The endings of files that hold models and adapters.
const ENDINGS: [&str; 6] = ["safetensors", "ckpt", "gguf", "onnx", "pt", "sft"];

/// How another program made a picture.
///
/// What is not said is not guessed; what is said and has no place here stands in `unmapped`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ForeignRecipe {
    /// The program, by the name that artists know.
    pub program: String,
    /// The program's version, as it says it.
    pub version: Option<String>,
    /// The words, in the program's own way of writing weights.
    pub prompt: Prompt,
    /// The size that was asked for, in pixels; the file may show an enlargement.
    pub size: Option<PixelSize>,
    /// The seed of this picture.
    pub seed: Option<Seed>,
    /// Our parameters, those of the task (`strength`) included; every value is a possible one.
    pub params: Params,
    /// The name of the model, as the program says it: often its file, sometimes with a folder.
    pub model: Option<String>,
    /// The hash of the model, as the program says it: of which kind differs.
    pub model_hash: Option<String>,
    /// The adapters that took part, in the program's order.
    pub adapters: Vec<ForeignAdapter>,
    /// The pictures that it started from, by the names of their files.
    pub sources: Vec<String>,
    /// What the program says and we have no place for, by its own names and in its own words.
    pub unmapped: Vec<(String, String)>,
    /// Texts of the file that nobody read, by their keywords, such as `workflow`.
    pub unread: Vec<String>,
}

/// An adapter, such as a `LoRA`, that took part.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignAdapter {
    /// The name of its file, without folder and ending: as a prompt of ours names it.
    pub name: String,
    /// Its weight in the denoiser.
    pub weight: f64,
    /// Its weight in the text encoders.
    pub text_encoder_weight: f64,
    /// Its hash, as the program says it.
    pub hash: Option<String>,
}

impl ForeignRecipe {
    /// The prompt with a tag for each adapter that it does not name yet, as our prompts have them.
    pub fn prompt_with_adapters(&self) -> Prompt {
        let mut prompt = self.prompt.clone();
        for adapter in &self.adapters {
            let tags = adapter_tags(&prompt.text);
            let is_named = tags.iter().any(|(_, tag)| tag.name == adapter.name);
            if is_named || !can_be_named(&adapter.name) {
                continue;
            }
            let index = tags.len();
            prompt.text = add_adapter(&prompt.text, &adapter.name);
            let (weight, for_text) = (adapter.weight, adapter.text_encoder_weight);
            prompt.text = set_adapter_weights(&prompt.text, index, weight, for_text);
        }
        prompt
    }

    /// The name of the model without folder and ending, to look for it among one's own.
    pub fn model_stem(&self) -> Option<&str> {
        self.model.as_deref().map(stem)
    }
}

/// The name of a file of weights without folder and ending.
pub(super) fn stem(name: &str) -> &str {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    match name.rsplit_once('.') {
        Some((stem, ending))
            if !stem.is_empty()
                && ENDINGS
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(ending)) =>
        {
            stem
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter(name: &str, weight: f64, text_encoder_weight: f64) -> ForeignAdapter {
        ForeignAdapter {
            name: name.into(),
            weight,
            text_encoder_weight,
            hash: None,
        }
    }

    #[test]
    fn adapters_that_the_prompt_does_not_name_get_tags() {
        let mut recipe = ForeignRecipe::default();
        recipe.prompt.text = "a fox <lora:ink:0.5>".into();
        recipe.adapters = vec![
            adapter("ink", 0.5, 0.5),
            adapter("wash", 0.8, 0.4),
            adapter("a:b", 1.0, 1.0),
        ];
        let expected = "a fox <lora:ink:0.5> <lora:wash:0.8:0.4>";
        assert_eq!(recipe.prompt_with_adapters().text, expected);
    }

    #[test]
    fn stems_have_neither_folder_nor_ending() {
        let check = |name: &str, expected: &str| assert_eq!(stem(name), expected);
        check("SDXL\\ink v1.5.safetensors", "ink v1.5");
        check("a/b/c.GGUF", "c");
        check("v1.5", "v1.5");
        check(".safetensors", ".safetensors");
    }
}
