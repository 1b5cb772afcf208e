//! Flux.1, both dev and schnell.

use std::num::NonZeroUsize;
use std::sync::Arc;

use serde_json::Value;

use crate::diffusion::{self, FlowSpacing};
use crate::models::{ModelError, ModelFolder};
use crate::pipeline::denoiser_signs::DenoiserSigns;
use crate::pipeline::diffusion_family::{DiffusionFamily, Habits, is_called};
use crate::pipeline::part::text_encoder::{Layer, TextEncoder};
use crate::pipeline::part::tokenizer::PromptTokenizer;
use crate::pipeline::part::words_and_meaning::WordsAndMeaning;

/// Tokens that T5 reads, in dev and in schnell.
const T5_TOKENS: [NonZeroUsize; 2] = [
    NonZeroUsize::new(512).expect("it is not 0"),
    NonZeroUsize::new(256).expect("it is not 0"),
];

/// The family (Black Forest Labs 2024).
pub(super) const FLUX: DiffusionFamily = DiffusionFamily {
    id: "flux",
    pipelines: &["FluxPipeline", "FluxImg2ImgPipeline", "FluxInpaintPipeline"],
    denoiser: "transformer",
    text_encoders: &["text_encoder", "text_encoder_2"],
    spare_text_encoder: None,
    read_prompts: |folder, graphs, _| {
        let [meaning, words] =
            <[_; 2]>::try_from(graphs).unwrap_or_else(|_| unreachable!("two graphs were named"));
        let clip = Arc::new(PromptTokenizer::open(folder, "tokenizer")?);
        let t5 = Arc::new(t5_tokenizer(folder)?);
        Ok(Box::new(WordsAndMeaning {
            words: TextEncoder::new(words, t5, Layer::Last, None)?,
            meaning: TextEncoder::new(meaning, clip, Layer::Last, Some("pooler_output"))?,
        }))
    },
    tokenizer: t5_tokenizer,
    is_likely: |folder| {
        let signs = DenoiserSigns::read(folder, "transformer");
        match signs.class() {
            Some(class) => class == "FluxTransformer2DModel",
            None => signs.takes("img_ids") == Some(true),
        }
    },
    params: diffusion::PARAMS_OF_PLAIN_WORDS,
    habits: |folder| {
        if is_schnell(folder) {
            return Habits::DISTILLED;
        }
        Habits {
            steps: 28,
            guidance: 3.5,
        }
    },
    scheduler: |folder| {
        if is_schnell(folder) {
            return r#"{ "_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 1.0 }"#;
        }
        r#"{
            "_class_name": "FlowMatchEulerDiscreteScheduler",
            "shift": 3.0,
            "use_dynamic_shifting": true
        }"#
    },
    flow_spacing: Some(FlowSpacing::Trailing),
    scaling_factor: 0.3611,
    shift_factor: 0.1159,
    trained_side: 1024,
};

fn t5_tokenizer(folder: &ModelFolder) -> Result<PromptTokenizer, ModelError> {
    let tokens = T5_TOKENS[usize::from(is_schnell(folder))];
    PromptTokenizer::open_t5(folder, "tokenizer_2", tokens)
}

/// Whether the denoiser is told no scale of guidance, as schnell is not; its name counts where
/// neither its configuration nor its graph tells.
fn is_schnell(folder: &ModelFolder) -> bool {
    let signs = DenoiserSigns::read(folder, "transformer");
    let said = signs.says("guidance_embeds").and_then(Value::as_bool);
    let is_told = said.or_else(|| signs.takes("guidance"));
    is_told.map_or_else(|| is_called(folder, &["schnell"]), |is_told| !is_told)
}
