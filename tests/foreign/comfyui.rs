//! Files of ComfyUI: graphs of the usual nodes, and of unusual ones.

use serde_json::{Value, json};

use crate::frames::{Exif, png, png_of, text_chunk, webp_with_exif};
use crate::specimen::{Specimen, Told, told};

/// A node.
#[expect(clippy::needless_pass_by_value, reason = "inputs are written in place")]
fn node(class: &str, inputs: Value) -> Value {
    json!({ "class_type": class, "inputs": inputs, "_meta": { "title": class } })
}

/// The graph that ComfyUI opens with.
pub(crate) fn plain() -> Value {
    json!({
        "3": node("KSampler", json!({
            "seed": 156_680_208_700_286_u64, "steps": 20, "cfg": 8.0, "sampler_name": "euler",
            "scheduler": "normal", "denoise": 1.0, "model": ["4", 0], "positive": ["6", 0],
            "negative": ["7", 0], "latent_image": ["5", 0],
        })),
        "4": node("CheckpointLoaderSimple", json!({ "ckpt_name": "SD1/v1-5.safetensors" })),
        "5": node("EmptyLatentImage", json!({ "width": 512, "height": 768, "batch_size": 1 })),
        "6": node("CLIPTextEncode", json!({ "text": "a fox", "clip": ["4", 1] })),
        "7": node("CLIPTextEncode", json!({ "text": "fog", "clip": ["4", 1] })),
        "8": node("VAEDecode", json!({ "samples": ["3", 0], "vae": ["4", 2] })),
        "9": node("SaveImage", json!({ "filename_prefix": "ComfyUI", "images": ["8", 0] })),
    })
}

fn plain_told() -> Told {
    Told {
        program: "ComfyUI",
        prompt: "a fox",
        negative: "fog",
        size: Some("512x768"),
        seed: Some(156_680_208_700_286),
        params: "batch-size=1 guidance=8 noise=torch-cpu-batch schedule=discrete scheduler=euler \
            steps=20",
        model: Some("SD1/v1-5.safetensors"),
        ..Told::default()
    }
}

/// The plain graph with nodes in the place of others, or more of them.
pub(crate) fn with(nodes: &[(&str, Value)]) -> Value {
    let mut graph = plain();
    for (id, node) in nodes {
        graph[*id] = node.clone();
    }
    graph
}

/// A sampler of the plain graph with other inputs.
fn sampler(changes: &[(&str, Value)]) -> Value {
    let mut sampler = plain()["3"].clone();
    for (input, value) in changes {
        sampler["inputs"][*input] = value.clone();
    }
    sampler
}

fn of(name: &'static str, graph: &Value, expected: Told) -> Specimen {
    told(name, png_of(&[("prompt", &graph.to_string())]), expected)
}

pub(crate) fn specimens() -> Vec<Specimen> {
    let mut specimens = places();
    specimens.extend(starts());
    specimens.extend(words());
    specimens.extend(models());
    specimens.extend(custom());
    specimens
}

fn places() -> Vec<Specimen> {
    let graph = plain().to_string();
    let endless = graph.replacen("{\"_meta\"", "{\"is_changed\": [NaN], \"_meta\"", 1);
    assert_ne!(graph, endless);
    vec![
        told(
            "the graph that ComfyUI opens with",
            png_of(&[
                ("prompt", &graph),
                ("workflow", "{\"nodes\": []}"),
                ("date", "today"),
            ]),
            Told {
                unread: vec!["workflow", "date"],
                ..plain_told()
            },
        ),
        told(
            "a workflow of megabytes, which is left alone",
            png(&[
                text_chunk("workflow", &vec![b' '; 3 << 20]),
                text_chunk("prompt", graph.as_bytes()),
            ]),
            Told {
                unread: vec!["workflow"],
                ..plain_told()
            },
        ),
        told(
            "in EXIF of a WebP, the keywords inside of the texts",
            webp_with_exif(&Exif::of_first(&[
                (0x010f, "workflow:{\"nodes\": []}"),
                (0x0110, &format!("prompt:{graph}")),
            ])),
            Told {
                unread: vec!["workflow"],
                ..plain_told()
            },
        ),
        told(
            "in EXIF of a WebP beside a workflow of megabytes",
            webp_with_exif(&Exif::of_first(&[
                (0x010f, &format!("workflow:{}", " ".repeat(2 << 20))),
                (0x0110, &format!("prompt:{graph}")),
            ])),
            Told {
                unread: vec!["workflow"],
                ..plain_told()
            },
        ),
        told(
            "numbers that only Python writes",
            png_of(&[("prompt", &endless)]),
            plain_told(),
        ),
    ]
}

/// What pictures start from.
#[expect(clippy::too_many_lines, reason = "a table of files")]
fn starts() -> Vec<Specimen> {
    let from_picture = with(&[
        (
            "3",
            sampler(&[("denoise", json!(0.55)), ("latent_image", json!(["11", 0]))]),
        ),
        (
            "10",
            node(
                "LoadImage",
                json!({ "image": "sketch.png", "upload": "image" }),
            ),
        ),
        (
            "11",
            node("VAEEncode", json!({ "pixels": ["12", 0], "vae": ["4", 2] })),
        ),
        (
            "12",
            node(
                "ImageScale",
                json!({ "image": ["10", 0], "width": 640, "height": 512 }),
            ),
        ),
    ]);
    let two_passes = with(&[
        (
            "8",
            node(
                "VAEDecode",
                json!({ "samples": ["11", 0], "vae": ["4", 2] }),
            ),
        ),
        (
            "10",
            node(
                "LatentUpscaleBy",
                json!({ "samples": ["3", 0], "scale_by": 1.5 }),
            ),
        ),
        (
            "11",
            sampler(&[
                ("seed", json!(5)),
                ("denoise", json!(0.5)),
                ("latent_image", json!(["10", 0])),
            ]),
        ),
    ]);
    let batch = with(&[(
        "5",
        node(
            "EmptySD3LatentImage",
            json!({ "width": 512, "height": 768, "batch_size": 4 }),
        ),
    )]);
    vec![
        of(
            "from a picture",
            &from_picture,
            Told {
                size: None,
                params: "guidance=8 noise=torch-cpu-batch schedule=discrete scheduler=euler \
                    steps=20 strength=0.55",
                sources: vec!["sketch.png"],
                unmapped: vec![
                    ("LoadImage 10: upload", "image"),
                    ("ImageScale 12: height", "512"),
                    ("ImageScale 12: width", "640"),
                    ("EmptyLatentImage 5: batch_size", "1"),
                    ("EmptyLatentImage 5: height", "768"),
                    ("EmptyLatentImage 5: width", "512"),
                ],
                ..plain_told()
            },
        ),
        of(
            "two passes: the first one is read, the second one listed",
            &two_passes,
            Told {
                unmapped: vec![
                    ("LatentUpscaleBy 10: scale_by", "1.5"),
                    ("KSampler 11: cfg", "8.0"),
                    ("KSampler 11: denoise", "0.5"),
                    ("KSampler 11: sampler_name", "euler"),
                    ("KSampler 11: scheduler", "normal"),
                    ("KSampler 11: seed", "5"),
                    ("KSampler 11: steps", "20"),
                ],
                ..plain_told()
            },
        ),
        of(
            "one of a batch, and which one is not said",
            &batch,
            Told {
                params: "batch-size=4 guidance=8 noise=torch-cpu-batch schedule=discrete \
                    scheduler=euler steps=20",
                unmapped: vec![("EmptySD3LatentImage 5: batch_size", "4")],
                ..plain_told()
            },
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a table of files")]
fn words() -> Vec<Specimen> {
    let built = with(&[
        ("3", sampler(&[("seed", json!(["10", 0]))])),
        (
            "6",
            node(
                "CLIPTextEncode",
                json!({ "text": ["13", 0], "clip": ["4", 1] }),
            ),
        ),
        ("10", node("Seed (rgthree)", json!({ "seed": 77 }))),
        ("11", node("PrimitiveString", json!({ "value": "a fox" }))),
        (
            "12",
            node("PrimitiveStringMultiline", json!({ "value": "in a den" })),
        ),
        (
            "13",
            node(
                "StringConcatenate",
                json!({
                    "string_a": ["11", 0], "string_b": ["12", 0], "delimiter": ", ",
                }),
            ),
        ),
    ]);
    let together = with(&[
        (
            "3",
            sampler(&[
                ("positive", json!(["12", 0])),
                ("negative", json!(["13", 0])),
            ]),
        ),
        (
            "10",
            node(
                "CLIPTextEncode",
                json!({ "text": "a den", "clip": ["4", 1] }),
            ),
        ),
        (
            "11",
            node(
                "CLIPTextEncode",
                json!({ "text": "rain", "clip": ["4", 1] }),
            ),
        ),
        (
            "12",
            node(
                "ConditioningConcat",
                json!({
                    "conditioning_to": ["6", 0], "conditioning_from": ["10", 0],
                }),
            ),
        ),
        (
            "13",
            node(
                "ConditioningCombine",
                json!({
                    "conditioning_1": ["7", 0], "conditioning_2": ["11", 0],
                }),
            ),
        ),
    ]);
    let controlled = with(&[
        (
            "3",
            sampler(&[
                ("positive", json!(["12", 0])),
                ("negative", json!(["12", 1])),
            ]),
        ),
        (
            "10",
            node(
                "ControlNetLoader",
                json!({ "control_net_name": "lines.safetensors" }),
            ),
        ),
        ("11", node("LoadImage", json!({ "image": "lines.png" }))),
        (
            "12",
            node(
                "ControlNetApplyAdvanced",
                json!({
                    "positive": ["6", 0], "negative": ["7", 0], "control_net": ["10", 0],
                    "image": ["11", 0], "strength": 0.9, "start_percent": 0.0, "end_percent": 1.0,
                }),
            ),
        ),
    ]);
    vec![
        of(
            "words and a seed from nodes of one value",
            &built,
            Told {
                prompt: "a fox, in a den",
                seed: Some(77),
                ..plain_told()
            },
        ),
        of(
            "words behind one another are a break, and others are told",
            &together,
            Told {
                prompt: "a fox BREAK a den",
                negative: "fog\nrain",
                unmapped: vec![("ConditioningCombine 13", "7 + 11")],
                ..plain_told()
            },
        ),
        of(
            "a control net, which we do not have",
            &controlled,
            Told {
                unmapped: vec![
                    ("ControlNetLoader 10: control_net_name", "lines.safetensors"),
                    ("LoadImage 11: image", "lines.png"),
                    ("ControlNetApplyAdvanced 12: end_percent", "1.0"),
                    ("ControlNetApplyAdvanced 12: start_percent", "0.0"),
                    ("ControlNetApplyAdvanced 12: strength", "0.9"),
                ],
                ..plain_told()
            },
        ),
    ]
}

fn models() -> Vec<Specimen> {
    let adapters = with(&[
        ("3", sampler(&[("model", json!(["11", 0]))])),
        (
            "6",
            node(
                "CLIPTextEncode",
                json!({ "text": "a fox", "clip": ["12", 0] }),
            ),
        ),
        (
            "10",
            node(
                "LoraLoader",
                json!({
                    "lora_name": "styles\\ink.safetensors", "strength_model": 0.8, "strength_clip": 0.5,
                    "model": ["4", 0], "clip": ["4", 1],
                }),
            ),
        ),
        (
            "11",
            node(
                "LoraLoaderModelOnly",
                json!({
                    "lora_name": "wash.safetensors", "strength_model": 0.3, "model": ["10", 0],
                }),
            ),
        ),
        (
            "12",
            node(
                "CLIPSetLastLayer",
                json!({ "stop_at_clip_layer": -2, "clip": ["10", 1] }),
            ),
        ),
    ]);
    let listed = with(&[
        ("3", sampler(&[("model", json!(["10", 0]))])),
        (
            "4",
            node(
                "UnetLoaderGGUF",
                json!({ "unet_name": "flux1-dev-Q4.gguf" }),
            ),
        ),
        (
            "10",
            node(
                "Power Lora Loader (rgthree)",
                json!({
                    "PowerLoraLoaderHeaderWidget": { "type": "PowerLoraLoaderHeaderWidget" },
                    "lora_1": { "on": true, "lora": "ink.safetensors", "strength": 0.8, "strengthTwo": 0.4 },
                    "lora_2": { "on": false, "lora": "off.safetensors", "strength": 1.0 },
                    "lora_3": { "on": true, "lora": "wash.safetensors", "strength": 1.0 },
                    "model": ["4", 0], "clip": ["4", 1],
                }),
            ),
        ),
    ]);
    vec![
        of(
            "two adapters, one of them for the denoiser alone, and the last layer but one",
            &adapters,
            Told {
                params: "batch-size=1 clip-skip=2 guidance=8 noise=torch-cpu-batch \
                    schedule=discrete scheduler=euler steps=20",
                adapters: vec![("ink", 0.8, 0.5, None), ("wash", 0.3, 0.3, None)],
                ..plain_told()
            },
        ),
        of(
            "a list of adapters, one of them off",
            &listed,
            Told {
                model: Some("flux1-dev-Q4.gguf"),
                adapters: vec![("ink", 0.8, 0.4, None), ("wash", 1.0, 1.0, None)],
                unmapped: vec![
                    (
                        "Power Lora Loader (rgthree) 10: PowerLoraLoaderHeaderWidget",
                        "{\"type\":\"PowerLoraLoaderHeaderWidget\"}",
                    ),
                    (
                        "Power Lora Loader (rgthree) 10: lora_2",
                        "{\"lora\":\"off.safetensors\",\"on\":false,\"strength\":1.0}",
                    ),
                ],
                ..plain_told()
            },
        ),
    ]
}

/// Samplers in pieces.
#[expect(clippy::too_many_lines, reason = "a table of files")]
fn custom() -> Vec<Specimen> {
    let flux = json!({
        "6": node("CLIPTextEncodeFlux", json!({
            "clip_l": "a fox", "t5xxl": "a fox in a den", "guidance": 3.5, "clip": ["11", 0],
        })),
        "8": node("VAEDecode", json!({ "samples": ["13", 0], "vae": ["10", 0] })),
        "9": node("SaveImage", json!({ "filename_prefix": "flux", "images": ["8", 0] })),
        "10": node("VAELoader", json!({ "vae_name": "ae.safetensors" })),
        "11": node("DualCLIPLoader", json!({
            "clip_name1": "t5xxl.safetensors", "clip_name2": "clip_l.safetensors", "type": "flux",
        })),
        "12": node("UNETLoader", json!({
            "unet_name": "flux1-dev.safetensors", "weight_dtype": "default",
        })),
        "13": node("SamplerCustomAdvanced", json!({
            "noise": ["25", 0], "guider": ["22", 0], "sampler": ["16", 0], "sigmas": ["17", 0],
            "latent_image": ["27", 0],
        })),
        "16": node("KSamplerSelect", json!({ "sampler_name": "euler" })),
        "17": node("BasicScheduler", json!({
            "scheduler": "simple", "steps": 28, "denoise": 1.0, "model": ["30", 0],
        })),
        "22": node("BasicGuider", json!({ "model": ["30", 0], "conditioning": ["26", 0] })),
        "25": node("RandomNoise", json!({ "noise_seed": 219_670_278_747_233_u64 })),
        "26": node("FluxGuidance", json!({ "guidance": 2.5, "conditioning": ["6", 0] })),
        "27": node("EmptySD3LatentImage", json!({ "width": 1024, "height": 512, "batch_size": 1 })),
        "30": node("ModelSamplingFlux", json!({
            "max_shift": 1.15, "base_shift": 0.5, "width": 1024, "height": 512, "model": ["12", 0],
        })),
    });
    let advanced = |changes: &[(&str, Value)]| {
        let mut inputs = json!({
            "add_noise": "enable", "noise_seed": 9, "steps": 25, "cfg": 6.5,
            "sampler_name": "dpmpp_2m_sde_gpu", "scheduler": "karras", "start_at_step": 0,
            "end_at_step": 20, "return_with_leftover_noise": "enable", "model": ["4", 0],
            "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0],
        });
        for (input, value) in changes {
            inputs[*input] = value.clone();
        }
        node("KSamplerAdvanced", inputs)
    };
    let wide = |text: &str, for_small: &str| {
        node(
            "CLIPTextEncodeSDXL",
            json!({
                "text_g": text, "text_l": for_small, "width": 1024, "height": 1024, "clip": ["4", 1],
            }),
        )
    };
    let refined = with(&[
        ("3", advanced(&[])),
        ("6", wide("a fox", "a fox")),
        ("7", wide("fog", "rain")),
        (
            "8",
            node(
                "VAEDecode",
                json!({ "samples": ["10", 0], "vae": ["4", 2] }),
            ),
        ),
        (
            "10",
            advanced(&[
                ("add_noise", json!("disable")),
                ("start_at_step", json!(20)),
                ("end_at_step", json!(10000)),
                ("latent_image", json!(["3", 0])),
            ]),
        ),
    ]);
    vec![
        of(
            "Flux with a sampler in pieces; the guidance next to the sampler counts",
            &flux,
            Told {
                program: "ComfyUI",
                prompt: "a fox in a den",
                size: Some("1024x512"),
                seed: Some(219_670_278_747_233),
                params: "batch-size=1 guidance=2.5 noise=torch-cpu-batch schedule=simple \
                    scheduler=euler steps=28",
                model: Some("flux1-dev.safetensors"),
                unmapped: vec![
                    ("VAELoader 10: vae_name", "ae.safetensors"),
                    ("DualCLIPLoader 11: clip_name1", "t5xxl.safetensors"),
                    ("DualCLIPLoader 11: clip_name2", "clip_l.safetensors"),
                    ("DualCLIPLoader 11: type", "flux"),
                    ("UNETLoader 12: weight_dtype", "default"),
                    ("ModelSamplingFlux 30: base_shift", "0.5"),
                    ("ModelSamplingFlux 30: height", "512"),
                    ("ModelSamplingFlux 30: max_shift", "1.15"),
                    ("ModelSamplingFlux 30: width", "1024"),
                    ("CLIPTextEncodeFlux 6: clip_l", "a fox"),
                    ("CLIPTextEncodeFlux 6: guidance", "3.5"),
                ],
                ..Told::default()
            },
        ),
        of(
            "SDXL with a refiner, which takes over at step 20",
            &refined,
            Told {
                seed: Some(9),
                params: "batch-size=1 guidance=6.5 noise=torch-cpu-batch schedule=karras \
                    scheduler=dpmpp_2m_sde steps=25",
                unmapped: vec![
                    ("KSamplerAdvanced 10: add_noise", "disable"),
                    ("KSamplerAdvanced 10: cfg", "6.5"),
                    ("KSamplerAdvanced 10: end_at_step", "10000"),
                    ("KSamplerAdvanced 10: noise_seed", "9"),
                    ("KSamplerAdvanced 10: return_with_leftover_noise", "enable"),
                    ("KSamplerAdvanced 10: sampler_name", "dpmpp_2m_sde_gpu"),
                    ("KSamplerAdvanced 10: scheduler", "karras"),
                    ("KSamplerAdvanced 10: start_at_step", "20"),
                    ("KSamplerAdvanced 10: steps", "25"),
                    ("KSamplerAdvanced 3: end_at_step", "20"),
                    ("KSamplerAdvanced 3: return_with_leftover_noise", "enable"),
                    ("CLIPTextEncodeSDXL 6: height", "1024"),
                    ("CLIPTextEncodeSDXL 6: width", "1024"),
                    ("CLIPTextEncodeSDXL 7: height", "1024"),
                    ("CLIPTextEncodeSDXL 7: text_l", "rain"),
                    ("CLIPTextEncodeSDXL 7: width", "1024"),
                ],
                ..plain_told()
            },
        ),
    ]
}
