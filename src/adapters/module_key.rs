//! The names that trainers give to the tensors of an adapter, in one form.
//!
//! Three families of names are in circulation. kohya's scripts and `LyCORIS` write
//! `lora_unet_down_blocks_0_…_to_q.lora_down.weight`, with `_` for every dot; diffusers and PEFT
//! write `unet.down_blocks.0.….to_q.lora_A.weight`; older diffusers wrote attention processors,
//! `unet.….attn1.processor.to_q_lora.down.weight`.

/// The part of a pipeline that an adapter changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// What predicts noise: a U-Net or a transformer.
    Denoiser,
    /// A text encoder, counted from 1.
    TextEncoder(u8),
}

/// What a tensor of an adapter is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Factor {
    Down,
    Mid,
    Up,
    Alpha,
    /// The two factors of the first and second half of a `LoHa`, and its cores.
    HadaW1A,
    HadaW1B,
    HadaW2A,
    HadaW2B,
    HadaT1,
    HadaT2,
    /// The first and the second half of a `LoKr`, whole or in two factors, and its core.
    LokrW1,
    LokrW1A,
    LokrW1B,
    LokrW2,
    LokrW2A,
    LokrW2B,
    LokrT2,
    /// Lengths of `DoRA`, which make it no sum.
    Magnitude,
}

/// A tensor's name, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ModuleKey {
    pub(super) part: Part,
    /// The path of the module inside its part, with `_` between all its words.
    pub(super) module: String,
    pub(super) factor: Factor,
}

/// How names begin, the longer before the shorter.
const PARTS: &[(&str, Part)] = &[
    ("lora_unet_", Part::Denoiser),
    ("lora_transformer_", Part::Denoiser),
    ("lora_te1_", Part::TextEncoder(1)),
    ("lora_te2_", Part::TextEncoder(2)),
    ("lora_te3_", Part::TextEncoder(3)),
    ("lora_te_", Part::TextEncoder(1)),
    ("unet.", Part::Denoiser),
    ("transformer.", Part::Denoiser),
    ("text_encoder.", Part::TextEncoder(1)),
    ("text_encoder_2.", Part::TextEncoder(2)),
    ("text_encoder_3.", Part::TextEncoder(3)),
];

/// How names end.
const FACTORS: &[(&str, Factor)] = &[
    (".lora_down.weight", Factor::Down),
    (".lora_mid.weight", Factor::Mid),
    (".lora_up.weight", Factor::Up),
    (".lora_A.weight", Factor::Down),
    (".lora_B.weight", Factor::Up),
    (".lora_A.default.weight", Factor::Down),
    (".lora_B.default.weight", Factor::Up),
    (".lora_linear_layer.down.weight", Factor::Down),
    (".lora_linear_layer.up.weight", Factor::Up),
    (".lora.down.weight", Factor::Down),
    (".lora.up.weight", Factor::Up),
    ("_lora.down.weight", Factor::Down),
    ("_lora.up.weight", Factor::Up),
    (".alpha", Factor::Alpha),
    (".hada_w1_a", Factor::HadaW1A),
    (".hada_w1_b", Factor::HadaW1B),
    (".hada_w2_a", Factor::HadaW2A),
    (".hada_w2_b", Factor::HadaW2B),
    (".hada_t1", Factor::HadaT1),
    (".hada_t2", Factor::HadaT2),
    (".lokr_w1_a", Factor::LokrW1A),
    (".lokr_w1_b", Factor::LokrW1B),
    (".lokr_w1", Factor::LokrW1),
    (".lokr_w2_a", Factor::LokrW2A),
    (".lokr_w2_b", Factor::LokrW2B),
    (".lokr_w2", Factor::LokrW2),
    (".lokr_t2", Factor::LokrT2),
    (".dora_scale", Factor::Magnitude),
    (".lora_magnitude_vector", Factor::Magnitude),
    (".lora_magnitude_vector.weight", Factor::Magnitude),
];

impl ModuleKey {
    /// Reads a name; `None` for tensors of other kinds.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let name = name.strip_prefix("base_model.model.").unwrap_or(name);
        let (path, factor) = FACTORS.iter().find_map(|(ending, factor)| {
            let path = name.strip_suffix(ending)?;
            Some((path, *factor))
        })?;
        let is_processor = path.contains(".processor.");
        let is_attention_slot = name[path.len()..].starts_with('_');
        let (part, path) = split_part(path)?;
        let mut module = path.replace(".processor.", ".").replace('.', "_");
        if is_processor || is_attention_slot {
            module = attention_slot(&module, part);
        }
        Some(Self {
            part,
            module,
            factor,
        })
    }
}

fn split_part(path: &str) -> Option<(Part, &str)> {
    let named = PARTS
        .iter()
        .find_map(|(start, part)| Some((*part, path.strip_prefix(start)?)));
    let is_denoiser = ["down_blocks.", "mid_block.", "up_blocks."]
        .iter()
        .any(|start| path.starts_with(start));
    named.or_else(|| is_denoiser.then_some((Part::Denoiser, path)))
}

/// Older names say which projection of an attention it is, and not how the model calls it.
fn attention_slot(module: &str, part: Part) -> String {
    let slots = match part {
        Part::Denoiser => [("to_out", "to_out_0")].as_slice(),
        Part::TextEncoder(_) => &[
            ("to_q", "q_proj"),
            ("to_k", "k_proj"),
            ("to_v", "v_proj"),
            ("to_out", "out_proj"),
        ],
    };
    let renamed = slots.iter().find_map(|(old, new)| {
        let start = module.strip_suffix(old)?;
        Some(format!("{start}{new}"))
    });
    renamed.unwrap_or_else(|| module.to_owned())
}

/// A module's path as diffusers calls it, of a path as the original code of Stable Diffusion does;
/// any other path is given back as it is.
///
/// `resnets` is how many residual blocks each stage of the U-Net has on its way down: 2 in all
/// published ones.
pub(super) fn diffusers_path(module: &str, resnets: usize) -> String {
    original_path(module, resnets).unwrap_or_else(|| module.to_owned())
}

fn original_path(module: &str, resnets: usize) -> Option<String> {
    const FIXED: [(&str, &str); 7] = [
        ("input_blocks_0_0", "conv_in"),
        ("out_0", "conv_norm_out"),
        ("out_2", "conv_out"),
        ("time_embed_0", "time_embedding_linear_1"),
        ("time_embed_2", "time_embedding_linear_2"),
        ("label_emb_0_0", "add_embedding_linear_1"),
        ("label_emb_0_2", "add_embedding_linear_2"),
    ];
    if let Some((_, path)) = FIXED.iter().find(|(original, _)| *original == module) {
        return Some((*path).to_owned());
    }
    if let Some(rest) = module.strip_prefix("middle_block_") {
        let (place, rest) = leading_number(rest)?;
        let inside = inside_of_resnet(rest);
        return Some(if place == 1 {
            format!("mid_block_attentions_0_{rest}")
        } else {
            format!("mid_block_resnets_{}_{inside}", place / 2)
        });
    }
    if let Some(rest) = module.strip_prefix("input_blocks_") {
        let (block, rest) = leading_number(rest)?;
        let (kind, rest) = leading_number(rest)?;
        let (stage, place) = (
            (block.checked_sub(1)?) / (resnets + 1),
            (block - 1) % (resnets + 1),
        );
        return Some(match kind {
            _ if rest == "op" => format!("down_blocks_{stage}_downsamplers_0_conv"),
            0 => format!(
                "down_blocks_{stage}_resnets_{place}_{}",
                inside_of_resnet(rest)
            ),
            _ => format!("down_blocks_{stage}_attentions_{place}_{rest}"),
        });
    }
    let (block, rest) = leading_number(module.strip_prefix("output_blocks_")?)?;
    let (kind, rest) = leading_number(rest)?;
    let (stage, place) = (block / (resnets + 1), block % (resnets + 1));
    Some(match kind {
        _ if rest == "conv" => format!("up_blocks_{stage}_upsamplers_0_conv"),
        0 => format!(
            "up_blocks_{stage}_resnets_{place}_{}",
            inside_of_resnet(rest)
        ),
        _ => format!("up_blocks_{stage}_attentions_{place}_{rest}"),
    })
}

fn inside_of_resnet(layer: &str) -> &str {
    match layer {
        "in_layers_0" => "norm1",
        "in_layers_2" => "conv1",
        "emb_layers_1" => "time_emb_proj",
        "out_layers_0" => "norm2",
        "out_layers_3" => "conv2",
        "skip_connection" => "conv_shortcut",
        other => other,
    }
}

/// The number that a path begins with, and what follows it.
fn leading_number(path: &str) -> Option<(usize, &str)> {
    let (number, rest) = path.split_once('_')?;
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(name: &str) -> String {
        ModuleKey::parse(name).unwrap().module
    }

    #[test]
    fn every_style_names_the_same_module() {
        let expected = "down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_out_0";
        let tail = "down_blocks.0.attentions.0.transformer_blocks.0.attn1";
        for name in [
            format!("lora_unet_{expected}.lora_up.weight"),
            format!("lora_unet_{expected}.hada_w1_a"),
            format!("unet.{tail}.to_out.0.lora_B.weight"),
            format!("base_model.model.unet.{tail}.to_out.0.lora_B.weight"),
            format!("unet.{tail}.to_out.0.lora.up.weight"),
            format!("unet.{tail}.processor.to_out_lora.up.weight"),
            format!("{tail}.processor.to_out_lora.up.weight"),
        ] {
            assert_eq!(module(&name), expected, "{name}");
        }
        let encoder = "text_model_encoder_layers_1_self_attn_out_proj";
        let tail = "text_model.encoder.layers.1.self_attn";
        for name in [
            format!("lora_te_{encoder}.alpha"),
            format!("lora_te1_{encoder}.lokr_w1"),
            format!("text_encoder.{tail}.out_proj.lora_A.weight"),
            format!("text_encoder.{tail}.to_out_lora.down.weight"),
            format!("text_encoder.{tail}.out_proj.lora_linear_layer.down.weight"),
        ] {
            let key = ModuleKey::parse(&name).unwrap();
            assert_eq!(key.module, encoder, "{name}");
            assert_eq!(key.part, Part::TextEncoder(1), "{name}");
        }
        assert_eq!(ModuleKey::parse("lora_unet_conv_in.diff"), None);
        assert_eq!(ModuleKey::parse("model.layers.0.weight"), None);
    }

    #[test]
    fn original_names_become_those_of_diffusers() {
        for (original, expected) in [
            (
                "input_blocks_4_1_transformer_blocks_0_attn1_to_q",
                "down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q",
            ),
            (
                "input_blocks_8_1_proj_in",
                "down_blocks_2_attentions_1_proj_in",
            ),
            ("input_blocks_3_0_op", "down_blocks_0_downsamplers_0_conv"),
            (
                "input_blocks_4_0_skip_connection",
                "down_blocks_1_resnets_0_conv_shortcut",
            ),
            ("middle_block_1_proj_out", "mid_block_attentions_0_proj_out"),
            ("middle_block_2_in_layers_2", "mid_block_resnets_1_conv1"),
            (
                "output_blocks_5_1_proj_in",
                "up_blocks_1_attentions_2_proj_in",
            ),
            ("output_blocks_2_2_conv", "up_blocks_0_upsamplers_0_conv"),
            (
                "output_blocks_8_0_out_layers_3",
                "up_blocks_2_resnets_2_conv2",
            ),
            ("label_emb_0_2", "add_embedding_linear_2"),
            (
                "mid_block_attentions_0_proj_in",
                "mid_block_attentions_0_proj_in",
            ),
        ] {
            assert_eq!(diffusers_path(original, 2), expected);
        }
    }
}
