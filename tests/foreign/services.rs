//! Files of `InvokeAI`, Fooocus, `SwarmUI`, `NovelAI` and Draw Things.

use serde_json::json;

use crate::frames::{Exif, international_chunk, jpeg_with_exif, png, png_of, webp_with_exif, xmp};
use crate::specimen::{Specimen, Told, told};

pub(crate) fn specimens() -> Vec<Specimen> {
    let mut specimens = invokeai();
    specimens.extend(fooocus());
    specimens.extend(swarmui());
    specimens.extend(novelai());
    specimens.extend(draw_things());
    specimens
}

#[expect(clippy::too_many_lines, reason = "a table of files")]
fn invokeai() -> Vec<Specimen> {
    let of = |name, keyword, json: serde_json::Value, expected| {
        told(name, png_of(&[(keyword, &json.to_string())]), expected)
    };
    vec![
        told(
            "InvokeAI 5: SDXL from a picture, with adapters",
            png_of(&[
                (
                    "invokeai_metadata",
                    &json!({
                        "generation_mode": "sdxl_img2img", "positive_prompt": "a fox",
                        "negative_prompt": "fog", "width": 1024, "height": 832, "seed": 42,
                        "rand_device": "cpu", "cfg_scale": 7.5, "cfg_rescale_multiplier": 0.0,
                        "steps": 30, "scheduler": "dpmpp_2m_sde_k", "clip_skip": 1,
                        "model": {
                            "key": "1f", "hash": "blake3:aa", "name": "Juggernaut XL",
                            "base": "sdxl", "type": "main",
                        },
                        "loras": [
                            { "model": { "key": "2f", "hash": "blake3:bb", "name": "ink" },
                              "weight": 0.75 },
                            { "weight": 1.0 },
                        ],
                        "controlnets": [], "vae": null, "strength": 0.6,
                        "init_image": "b3.png", "app_version": "5.0.0",
                    })
                    .to_string(),
                ),
                ("invokeai_graph", "{}"),
            ]),
            Told {
                program: "InvokeAI",
                version: Some("5.0.0"),
                prompt: "a fox",
                negative: "fog",
                size: Some("1024x832"),
                seed: Some(42),
                params: "clip-skip=2 guidance=7.5 noise=torch-cpu schedule=karras \
                    scheduler=dpmpp_2m_sde steps=30 strength=0.6",
                model: Some("Juggernaut XL"),
                hash: Some("blake3:aa"),
                adapters: vec![("ink", 0.75, 0.75, Some("blake3:bb"))],
                sources: vec!["b3.png"],
                unmapped: vec![
                    ("loras", "{\"weight\":1.0}"),
                    ("cfg_rescale_multiplier", "0.0"),
                    ("generation_mode", "sdxl_img2img"),
                ],
                unread: vec!["invokeai_graph"],
            },
        ),
        of(
            "InvokeAI 3",
            "invokeai_metadata",
            json!({
                "app_version": "3.1.0", "generation_mode": "txt2img", "positive_prompt": "a fox",
                "width": 512, "height": 512, "seed": 1, "cfg_scale": 7, "steps": 20,
                "scheduler": "euler_a", "rand_device": "cuda",
                "model": { "model_name": "sd-1", "base_model": "sd-1", "model_type": "main" },
                "loras": [{ "lora": { "model_name": "ink", "base_model": "sd-1" }, "weight": 1 }],
            }),
            Told {
                program: "InvokeAI",
                version: Some("3.1.0"),
                prompt: "a fox",
                size: Some("512x512"),
                seed: Some(1),
                params: "guidance=7 noise=philox scheduler=euler_ancestral steps=20",
                model: Some("sd-1"),
                adapters: vec![("ink", 1.0, 1.0, None)],
                unmapped: vec![("generation_mode", "txt2img")],
                ..Told::default()
            },
        ),
        of(
            "InvokeAI 2: the negative prompt stands in brackets",
            "sd-metadata",
            json!({
                "model": "stable diffusion", "model_weights": "stable-diffusion-1.5",
                "model_hash": "cc6cb27103", "app_id": "invoke-ai/InvokeAI", "app_version": "v2.2.4",
                "image": {
                    "prompt": [{ "prompt": "a fox [fog]", "weight": 1.0 }], "steps": 50,
                    "cfg_scale": 7.5, "threshold": 0, "height": 512, "width": 640, "seed": 7,
                    "seamless": false, "type": "txt2img", "postprocessing": null,
                    "sampler": "k_lms", "variations": [[99, 0.2]],
                },
            }),
            Told {
                program: "InvokeAI",
                version: Some("v2.2.4"),
                prompt: "a fox",
                negative: "fog",
                size: Some("640x512"),
                seed: Some(7),
                params: "guidance=7.5 scheduler=lms steps=50 variation-seed=99 \
                    variation-strength=0.2",
                model: Some("stable-diffusion-1.5"),
                hash: Some("cc6cb27103"),
                unmapped: vec![
                    ("seamless", "false"),
                    ("threshold", "0"),
                    ("type", "txt2img"),
                    ("app_id", "invoke-ai/InvokeAI"),
                    ("model", "stable diffusion"),
                ],
                ..Told::default()
            },
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a table of files")]
fn fooocus() -> Vec<Specimen> {
    let own = json!({
        "adm_guidance": "(1.5, 0.8, 0.3)", "base_model": "juggernautXL_v8", "base_model_hash": "aeb7e9e689",
        "clip_skip": 2, "full_negative_prompt": ["fog"], "full_prompt": ["cinematic still a fox"],
        "guidance_scale": 4.0, "lora_combined_1": "offset : 0.1", "loras": [["offset", 0.1, "4852686128"]],
        "metadata_scheme": "fooocus", "negative_prompt": "", "performance": "Speed", "prompt": "a fox",
        "resolution": "(1152, 896)", "sampler": "dpmpp_2m_sde_gpu", "scheduler": "karras",
        "seed": "2856487391", "sharpness": 2.0, "steps": 30, "styles": "['Fooocus V2']",
        "vae": "Default (model)", "version": "Fooocus v2.5.5",
    })
    .to_string();
    let own_told = || Told {
        program: "Fooocus",
        version: Some("Fooocus v2.5.5"),
        prompt: "a fox",
        size: Some("1152x896"),
        seed: Some(2_856_487_391),
        params: "clip-skip=2 guidance=4 schedule=karras scheduler=dpmpp_2m_sde steps=30",
        model: Some("juggernautXL_v8"),
        hash: Some("aeb7e9e689"),
        adapters: vec![("offset", 0.1, 0.1, Some("4852686128"))],
        unmapped: vec![
            ("adm_guidance", "(1.5, 0.8, 0.3)"),
            ("full_negative_prompt", "[\"fog\"]"),
            ("full_prompt", "[\"cinematic still a fox\"]"),
            ("performance", "Speed"),
            ("sharpness", "2.0"),
            ("styles", "['Fooocus V2']"),
            ("vae", "Default (model)"),
        ],
        ..Told::default()
    };
    let as_a1111 = "cinematic still a fox, sharp\nNegative prompt: fog, blurry\nSteps: 30, \
        Sampler: DPM++ 2M SDE Karras, Seed: 5, Size: 1152x896, CFG scale: 4.0, Sharpness: 2.0, \
        ADM Guidance: \"(1.5, 0.8, 0.3)\", Model: juggernautXL_v8, Model hash: aeb7e9e689, \
        Performance: Speed, Scheduler: karras, VAE: Default (model), Raw prompt: \"a fox, \\nsharp\", \
        Raw negative prompt: fog, Lora hashes: \"offset: 4852686128\", \
        Lora weights: \"offset: 0.1\", Version: Fooocus v2.5.5";
    vec![
        told(
            "Fooocus by its own scheme",
            png_of(&[("parameters", &own), ("fooocus_scheme", "fooocus")]),
            own_told(),
        ),
        told(
            "Fooocus in EXIF of a JPEG, as Pillow writes it",
            jpeg_with_exif(&Exif::of_first(&[
                (0x0131, "Fooocus v2.5.5"),
                (0x927c, "fooocus"),
                (0x9286, &own),
            ])),
            own_told(),
        ),
        told(
            "Fooocus by the scheme of A1111",
            png_of(&[("parameters", as_a1111), ("fooocus_scheme", "a1111")]),
            Told {
                program: "Fooocus",
                version: Some("Fooocus v2.5.5"),
                prompt: "a fox, \nsharp",
                negative: "fog",
                size: Some("1152x896"),
                seed: Some(5),
                params: "guidance=4 schedule=karras scheduler=dpmpp_2m_sde steps=30",
                model: Some("juggernautXL_v8"),
                hash: Some("aeb7e9e689"),
                adapters: vec![("offset", 0.1, 0.1, Some("4852686128"))],
                unmapped: vec![
                    ("Full prompt", "cinematic still a fox, sharp"),
                    ("Full negative prompt", "fog, blurry"),
                    ("Sharpness", "2.0"),
                    ("ADM Guidance", "(1.5, 0.8, 0.3)"),
                    ("Performance", "Speed"),
                    ("VAE", "Default (model)"),
                ],
                ..Told::default()
            },
        ),
        told(
            "Fooocus with the labels of its log",
            png_of(&[(
                "parameters",
                &json!({
                    "Prompt": "a fox", "Negative Prompt": "fog", "Styles": "[]",
                    "Performance": "Speed", "Resolution": "(1024, 1024)", "Guidance Scale": 4.0,
                    "Base Model": "juggernautXL.safetensors", "Sampler": "dpmpp_2m_sde_gpu",
                    "Scheduler": "karras", "Seed": 3, "LoRA 1": "offset.safetensors : 0.1",
                    "LoRA 2": "False : off.safetensors : 1.0", "Version": "Fooocus v2.1.8",
                })
                .to_string(),
            )]),
            Told {
                program: "Fooocus",
                version: Some("Fooocus v2.1.8"),
                prompt: "a fox",
                negative: "fog",
                size: Some("1024x1024"),
                seed: Some(3),
                params: "guidance=4 schedule=karras scheduler=dpmpp_2m_sde",
                model: Some("juggernautXL.safetensors"),
                adapters: vec![("offset", 0.1, 0.1, None)],
                unmapped: vec![
                    ("lora_combined_2", "False : off.safetensors : 1.0"),
                    ("Performance", "Speed"),
                    ("Styles", "[]"),
                ],
                ..Told::default()
            },
        ),
    ]
}

fn swarmui() -> Vec<Specimen> {
    let json = json!({
        "sui_image_params": {
            "prompt": "a fox", "negativeprompt": "fog", "model": "SDXL/sd_xl_base_1.0",
            "images": 1, "seed": 1, "steps": 20, "cfgscale": 7.0, "aspectratio": "1:1",
            "width": 1024, "height": 1024, "sampler": "dpmpp_2m", "scheduler": "karras",
            "initimagecreativity": 0.6, "variationseed": "8", "variationseedstrength": "0.1",
            "clipstopatlayer": -2, "loras": ["ink", "wash"], "loraweights": ["0.8", "1"],
            "swarm_version": "0.9.6.2",
        },
        "sui_extra_data": { "date": "2025-01-25", "generation_time": "4.8 sec" },
        "sui_models": [
            { "name": "SDXL/sd_xl_base_1.0.safetensors", "param": "model", "hash": "0xd7a9" },
            { "name": "ink.safetensors", "param": "loras", "hash": "0xaa" },
        ],
    })
    .to_string();
    let expected = || Told {
        program: "SwarmUI",
        version: Some("0.9.6.2"),
        prompt: "a fox",
        negative: "fog",
        size: Some("1024x1024"),
        seed: Some(1),
        params: "clip-skip=2 guidance=7 schedule=karras scheduler=dpmpp_2m steps=20 strength=0.6 \
            variation-seed=8 variation-strength=0.1",
        model: Some("SDXL/sd_xl_base_1.0"),
        hash: Some("0xd7a9"),
        adapters: vec![("ink", 0.8, 0.8, Some("0xaa")), ("wash", 1.0, 1.0, None)],
        unmapped: vec![
            ("aspectratio", "1:1"),
            ("images", "1"),
            (
                "sui_extra_data",
                "{\"date\":\"2025-01-25\",\"generation_time\":\"4.8 sec\"}",
            ),
        ],
        ..Told::default()
    };
    vec![
        told(
            "SwarmUI",
            png(&[international_chunk("parameters", &json, false)]),
            expected(),
        ),
        told(
            "SwarmUI in EXIF of a JPEG",
            jpeg_with_exif(&Exif::of_comment(&json)),
            expected(),
        ),
        told(
            "SwarmUI of old in EXIF of a WebP, as the model of the camera",
            webp_with_exif(&Exif::of_first(&[(0x0110, &json)])),
            expected(),
        ),
    ]
}

fn novelai() -> Vec<Specimen> {
    let comment = json!({
        "prompt": "{a fox}, den", "steps": 28, "height": 1216, "width": 832, "scale": 5.0,
        "uncond_scale": 0.0, "cfg_rescale": 0.2, "seed": 2_073_550_565_u32, "n_samples": 1,
        "noise_schedule": "karras", "sampler": "k_euler_ancestral", "sm": false,
        "strength": 0.7, "noise": 0.0, "uc": "fog", "request_type": "PromptGenerateRequest",
    });
    let from_picture = {
        let mut comment = comment.clone();
        comment["request_type"] = json!("Img2ImgRequest");
        comment["noise_schedule"] = json!("native");
        comment["v4_prompt"] = json!({ "caption": { "char_captions": [{ "char_caption": "x" }] } });
        comment.to_string()
    };
    let expected = || Told {
        program: "NovelAI",
        prompt: "{a fox}, den",
        negative: "fog",
        size: Some("832x1216"),
        seed: Some(2_073_550_565),
        params: "guidance=5 schedule=karras scheduler=euler_ancestral steps=28",
        model: Some("NovelAI Diffusion V4"),
        hash: Some("37442FCA"),
        unmapped: vec![
            ("request_type", "PromptGenerateRequest"),
            ("cfg_rescale", "0.2"),
            ("n_samples", "1"),
            ("noise", "0.0"),
            ("sm", "false"),
            ("strength", "0.7"),
            ("uncond_scale", "0.0"),
        ],
        ..Told::default()
    };
    let texts = |comment: &str| {
        png_of(&[
            ("Title", "NovelAI generated image"),
            ("Description", "{a fox}, den"),
            ("Software", "NovelAI"),
            ("Source", "NovelAI Diffusion V4 37442FCA"),
            ("Generation time", "6.2"),
            ("Comment", comment),
        ])
    };
    let outer = json!({
        "Software": "NovelAI", "Source": "NovelAI Diffusion V4 37442FCA",
        "Comment": comment.to_string(),
    });
    vec![
        told(
            "NovelAI; a strength is told of pictures from nothing, too",
            texts(&comment.to_string()),
            Told {
                unread: vec!["Generation time"],
                ..expected()
            },
        ),
        told(
            "NovelAI from a picture, with characters",
            texts(&from_picture),
            Told {
                params: "guidance=5 schedule=discrete scheduler=euler_ancestral steps=28 \
                    strength=0.7",
                unmapped: vec![
                    ("request_type", "Img2ImgRequest"),
                    ("cfg_rescale", "0.2"),
                    ("n_samples", "1"),
                    ("noise", "0.0"),
                    ("sm", "false"),
                    ("uncond_scale", "0.0"),
                    (
                        "v4_prompt",
                        "{\"caption\":{\"char_captions\":[{\"char_caption\":\"x\"}]}}",
                    ),
                ],
                unread: vec!["Generation time"],
                ..expected()
            },
        ),
        told(
            "NovelAI in EXIF of a WebP",
            webp_with_exif(&Exif::of_comment(&outer.to_string())),
            expected(),
        ),
    ]
}

fn draw_things() -> Vec<Specimen> {
    let json = json!({
        "c": "a fox", "uc": "fog", "seed": 9, "steps": 8, "scale": 2.5, "size": "1024x768",
        "sampler": "DPM++ 2M Karras", "strength": 1, "model": "juggernaut_f16.ckpt",
        "lora": [{ "model": "ink_lora_f16.ckpt", "weight": 0.6 }], "seed_mode": "Scale Alike",
        "v2": { "hiresFix": false },
    })
    .to_string();
    let packet = xmp(&format!(
        "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">a fox, Steps: 8</rdf:li></rdf:Alt>\
        </dc:description><exif:UserComment><rdf:Alt><rdf:li xml:lang=\"x-default\">{json}</rdf:li>\
        </rdf:Alt></exif:UserComment><xmp:CreatorTool>Draw Things</xmp:CreatorTool>"
    ));
    vec![told(
        "Draw Things in an XMP packet",
        png(&[international_chunk("XML:com.adobe.xmp", &packet, false)]),
        Told {
            program: "Draw Things",
            prompt: "a fox",
            negative: "fog",
            size: Some("1024x768"),
            seed: Some(9),
            params: "guidance=2.5 schedule=karras scheduler=dpmpp_2m steps=8",
            model: Some("juggernaut_f16.ckpt"),
            adapters: vec![("ink_lora_f16", 0.6, 0.6, None)],
            unmapped: vec![("seed_mode", "Scale Alike"), ("v2", "{\"hiresFix\":false}")],
            ..Told::default()
        },
    )]
}
