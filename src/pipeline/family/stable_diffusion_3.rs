//! Stable Diffusion 3 and 3.5.

use std::num::NonZeroUsize;
use std::sync::Arc;

use serde::Deserialize;

use crate::diffusion;
use crate::models::{ModelError, ModelFolder};
use crate::pipeline::PipelineError;
use crate::pipeline::denoiser_signs::DenoiserSigns;
use crate::pipeline::diffusion_family::{DiffusionFamily, Habits};
use crate::pipeline::part::text_encoder::{Layer, TextEncoder};
use crate::pipeline::part::text_encoder_trio::TextEncoderTrio;
use crate::pipeline::part::tokenizer::PromptTokenizer;

/// Tokens that T5 reads.
const T5_TOKENS: NonZeroUsize = NonZeroUsize::new(256).expect("it is not 0");

/// Numbers of each word where no configuration says it.
const WORD_WIDTH: usize = 4096;

/// The family (Esser et al. 2024).
pub(super) const STABLE_DIFFUSION_3: DiffusionFamily = DiffusionFamily {
    id: "stable_diffusion_3",
    pipelines: &[
        "StableDiffusion3Pipeline",
        "StableDiffusion3Img2ImgPipeline",
        "StableDiffusion3InpaintPipeline",
    ],
    denoiser: "transformer",
    text_encoders: &["text_encoder", "text_encoder_2"],
    spare_text_encoder: Some("text_encoder_3"),
    read_prompts: |folder, graphs, monitor| {
        let mut graphs = graphs.into_iter();
        let mut clip = |part| {
            let graph = graphs.next().expect("two graphs were named");
            let tokenizer = Arc::new(PromptTokenizer::open(folder, part)?);
            let layer = Layer::penultimate(graph.ports(), monitor);
            let encoder = TextEncoder::new(graph, tokenizer, layer, Some("text_embeds"));
            Ok::<_, PipelineError>(encoder?)
        };
        let clip = [clip("tokenizer")?, clip("tokenizer_2")?];
        let t5 = graphs.next().map(|graph| {
            let tokenizer = PromptTokenizer::open_t5(folder, "tokenizer_3", T5_TOKENS)?;
            let encoder = TextEncoder::new(graph, Arc::new(tokenizer), Layer::Last, None)?;
            Ok::<_, PipelineError>(encoder)
        });
        Ok(Box::new(TextEncoderTrio {
            clip,
            t5: t5.transpose()?,
            width: word_width(folder)?,
        }))
    },
    tokenizer: |folder| PromptTokenizer::open(folder, "tokenizer"),
    // Transformers of other pipelines have such folders, too.
    is_likely: |folder| {
        let signs = DenoiserSigns::read(folder, "transformer");
        match signs.class() {
            Some(class) => class == "SD3Transformer2DModel",
            None => {
                signs.takes("pooled_projections") == Some(true)
                    && signs.takes("img_ids") == Some(false)
            }
        }
    },
    params: diffusion::PARAMS,
    habits: |folder| {
        let usual = Habits {
            steps: 28,
            guidance: 4.5,
        };
        usual.unless_distilled(folder)
    },
    scheduler: |_| r#"{ "_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0 }"#,
    flow_spacing: None,
    scaling_factor: 1.5305,
    shift_factor: 0.0609,
    trained_side: 1024,
};

fn word_width(folder: &ModelFolder) -> Result<usize, ModelError> {
    #[derive(Deserialize)]
    struct Transformer {
        joint_attention_dim: Option<usize>,
    }
    let config: Option<Transformer> = folder.json("transformer/config.json")?;
    let width = config.and_then(|config| config.joint_attention_dim);
    Ok(width.unwrap_or(WORD_WIDTH))
}
