//! Files of Automatic1111's web UI, of Forge, of stable-diffusion.cpp, and of others that write
//! the same text.

use crate::frames::{
    Exif, international_chunk, jpeg, jpeg_with_exif, jpeg_with_xmp, packed_chunk, png, png_around,
    png_of, segment, text_chunk, webp_with_exif, xmp,
};
use crate::specimen::{Specimen, Told, told};

/// What the web UI writes of a plain picture.
pub(crate) const PLAIN: &str = "a fox, (sunset:1.2)\nNegative prompt: fog\n\
    Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 123, \
    Size: 512x768, Model hash: 6ce0161689, Model: v1-5-pruned, Version: v1.10.1";
/// What is understood of it.
const PLAIN_PARAMS: &str =
    "clip-skip=1 guidance=7 noise=philox schedule=karras scheduler=dpmpp_2m steps=20";

fn plain() -> Told {
    Told {
        program: "Automatic1111",
        version: Some("v1.10.1"),
        prompt: "a fox, (sunset:1.2)",
        negative: "fog",
        size: Some("512x768"),
        seed: Some(123),
        params: PLAIN_PARAMS,
        model: Some("v1-5-pruned"),
        hash: Some("6ce0161689"),
        ..Told::default()
    }
}

pub(crate) fn specimens() -> Vec<Specimen> {
    let mut specimens = places();
    specimens.extend(settings());
    specimens.extend(kin());
    specimens.extend(stable_diffusion_cpp());
    specimens
}

/// The same text wherever it can stand.
fn places() -> Vec<Specimen> {
    let little: Vec<u8> = PLAIN.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let comment = |start: &[u8], text: &[u8]| Exif {
        is_little_endian: true,
        first: Vec::new(),
        comment: Some([start, text].concat()),
    };
    let escaped = PLAIN.replace('\n', "&#10;");
    vec![
        told("a plain picture", png_of(&[("parameters", PLAIN)]), plain()),
        told(
            "in a packed chunk",
            png(&[packed_chunk("parameters", PLAIN.as_bytes())]),
            plain(),
        ),
        told(
            "in an international chunk, packed",
            png(&[international_chunk("parameters", PLAIN, true)]),
            plain(),
        ),
        told(
            "behind the pixels",
            png_around(&[], &text_chunk("parameters", PLAIN.as_bytes())),
            plain(),
        ),
        told(
            "in EXIF of a JPEG, as piexif writes it",
            jpeg_with_exif(&Exif::of_comment(PLAIN)),
            plain(),
        ),
        told(
            "in EXIF of a WebP, low byte first",
            webp_with_exif(&comment(b"UNICODE\0", &little).block()),
            plain(),
        ),
        told(
            "in EXIF of a JPEG, as ASCII",
            jpeg_with_exif(&comment(b"ASCII\0\0\0", PLAIN.as_bytes()).block()),
            plain(),
        ),
        told(
            "in EXIF of a WebP, of no encoding, with the prefix of a JPEG",
            webp_with_exif(
                &[b"Exif\0\0", &comment(&[0; 8], PLAIN.as_bytes()).block()[..]].concat(),
            ),
            plain(),
        ),
        told(
            "in EXIF of a PNG",
            png(&[crate::frames::chunk(*b"eXIf", &Exif::of_comment(PLAIN))]),
            plain(),
        ),
        told(
            "in an XMP packet of a converter, as an element",
            jpeg_with_xmp(&xmp(&format!(
                "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{PLAIN}</rdf:li>\
                </rdf:Alt></dc:description>"
            ))),
            plain(),
        ),
        told(
            "in an XMP packet of a converter, as an attribute",
            jpeg_with_xmp(
                &xmp("").replace("rdf:about=\"\"", &format!("exif:UserComment=\"{escaped}\"")),
            ),
            plain(),
        ),
    ]
}

/// What the line of settings may hold.
#[expect(clippy::too_many_lines, reason = "a table of files")]
fn settings() -> Vec<Specimen> {
    let of = |name, text: &str, expected| told(name, png_of(&[("parameters", text)]), expected);
    vec![
        of(
            "an old version: the sampler says the schedule",
            "a fox\nSteps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 1, Size: 512x512",
            Told {
                version: None,
                prompt: "a fox",
                negative: "",
                size: Some("512x512"),
                seed: Some(1),
                model: None,
                hash: None,
                ..plain()
            },
        ),
        of(
            "two passes: the strength is that of the second one",
            "a fox\nSteps: 20, Sampler: Euler a, Schedule type: Automatic, CFG scale: 7, Seed: 1, \
            Size: 512x512, Denoising strength: 0.4, Hires upscale: 2, Hires steps: 10, \
            Hires upscaler: Latent, Hires prompt: \"a fox, \\\"sharp\\\"\", Version: v1.10.1",
            Told {
                program: "Automatic1111",
                version: Some("v1.10.1"),
                prompt: "a fox",
                size: Some("512x512"),
                seed: Some(1),
                params: "clip-skip=1 guidance=7 noise=philox schedule=discrete \
                    scheduler=euler_ancestral steps=20",
                unmapped: vec![
                    ("Denoising strength", "0.4"),
                    ("Hires upscale", "2"),
                    ("Hires steps", "10"),
                    ("Hires upscaler", "Latent"),
                    ("Hires prompt", "a fox, \"sharp\""),
                ],
                ..Told::default()
            },
        ),
        of(
            "from a picture, with a variation and everything else that is unusual",
            "a fox <lora:ink:0.8> <lora:wash:1:0.5>\nSteps: 30, Sampler: Euler, CFG scale: 5.5, \
            Seed: 18446744073709551615, Size: 640x512, Model: \"mine, v2\", \
            Variation seed: 9, Variation seed strength: 0.25, Denoising strength: 0.55, \
            Clip skip: 2, ENSD: 31337, RNG: CPU, Emphasis: No norm, Mask blur: 4, \
            Lora hashes: \"ink: aabbccdd, wash: 11223344, lost: 55667788\", \
            TI hashes: \"easy: 99\", Version: 1.6.0",
            Told {
                program: "Automatic1111",
                version: Some("1.6.0"),
                prompt: "a fox <lora:ink:0.8> <lora:wash:1:0.5>",
                size: Some("640x512"),
                seed: Some(u64::MAX),
                params: "clip-skip=2 emphasis=no-norm guidance=5.5 noise=torch-cpu \
                    scheduler=euler steps=30 strength=0.55 variation-seed=9 \
                    variation-strength=0.25",
                model: Some("mine, v2"),
                adapters: vec![
                    ("ink", 0.8, 0.8, Some("aabbccdd")),
                    ("wash", 1.0, 0.5, Some("11223344")),
                ],
                unmapped: vec![
                    ("lost", "55667788"),
                    ("ENSD", "31337"),
                    ("Mask blur", "4"),
                    ("TI hashes", "easy: 99"),
                ],
                ..Told::default()
            },
        ),
        of(
            "numbers out of range and names that we do not know",
            "a fox\nSteps: 9999, Sampler: Restart, Schedule type: KL Optimal, CFG scale: 300, \
            Seed: -1, Size: 99999x1, Clip skip: 40, RNG: TPU",
            Told {
                program: "Automatic1111",
                prompt: "a fox",
                unmapped: vec![
                    ("Clip skip", "40"),
                    ("RNG", "TPU"),
                    ("Steps", "9999"),
                    ("Sampler", "Restart"),
                    ("Schedule type", "KL Optimal"),
                    ("CFG scale", "300"),
                    ("Seed", "-1"),
                    ("Size", "99999x1"),
                ],
                ..Told::default()
            },
        ),
        of(
            "JSON without quotes, and a line behind the settings",
            "a fox\nSteps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 123, \
            Size: 512x768, Model hash: 6ce0161689, Model: v1-5-pruned, Version: v1.10.1, \
            Hashes: {\"model\": \"6ce0161689\", \"lora:ink\": \"aabb\"}, \
            Civitai resources: [{\"type\": \"checkpoint\", \"modelVersionId\": 1}]\nTemplate: a {fox|owl}",
            Told {
                prompt: "a fox",
                negative: "",
                unmapped: vec![
                    ("parameters", "Template: a {fox|owl}"),
                    (
                        "Hashes",
                        "{\"model\": \"6ce0161689\", \"lora:ink\": \"aabb\"}",
                    ),
                    (
                        "Civitai resources",
                        "[{\"type\": \"checkpoint\", \"modelVersionId\": 1}]",
                    ),
                ],
                ..plain()
            },
        ),
        of(
            "many lines, with line ends of Windows and control characters",
            "a fox\u{7}\r\n  in a den\r\nNegative prompt: fog,\r\nrain\r\n\
            Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 123, \
            Size: 512x768, Model hash: 6ce0161689, Model: v1-5-pruned, Version: v1.10.1\r\n",
            Told {
                prompt: "a fox \n  in a den",
                negative: "fog,\nrain",
                ..plain()
            },
        ),
        told(
            "Cyrillic in an international chunk",
            png(&[international_chunk(
                "parameters",
                &PLAIN.replace("a fox", "лиса"),
                false,
            )]),
            Told {
                prompt: "лиса, (sunset:1.2)",
                ..plain()
            },
        ),
        of(
            "UTF-8 where there should be Latin-1",
            &PLAIN.replace("a fox", "лиса 🦊"),
            Told {
                prompt: "лиса 🦊, (sunset:1.2)",
                ..plain()
            },
        ),
        told(
            "Latin-1 where it should be",
            png(&[text_chunk(
                "parameters",
                &[b"caf\xe9 ", PLAIN.as_bytes()].concat(),
            )]),
            Told {
                prompt: "café a fox, (sunset:1.2)",
                ..plain()
            },
        ),
    ]
}

/// Programs that write A1111's text.
fn kin() -> Vec<Specimen> {
    let of = |name, text: &str, expected| told(name, png_of(&[("parameters", text)]), expected);
    vec![
        of(
            "Forge with a model of Flux, which has a guidance of its own",
            "a fox\nSteps: 20, Sampler: Euler, Schedule type: Simple, CFG scale: 1, \
            Distilled CFG Scale: 3.5, Seed: 1, Size: 896x1152, Model: flux1-dev, \
            Module 1: ae, Version: f2.0.1v1.10.1-previous-313-g8a042934",
            Told {
                program: "Forge",
                version: Some("f2.0.1v1.10.1-previous-313-g8a042934"),
                prompt: "a fox",
                size: Some("896x1152"),
                seed: Some(1),
                params: "clip-skip=1 guidance=3.5 noise=philox schedule=simple scheduler=euler \
                    steps=20",
                model: Some("flux1-dev"),
                unmapped: vec![("Module 1", "ae")],
                ..Told::default()
            },
        ),
        told(
            "a node of ComfyUI that writes both, and says so",
            png_of(&[
                ("parameters", &PLAIN.replace("v1.10.1", "ComfyUI")),
                (
                    "prompt",
                    "{\"3\": {\"class_type\": \"KSampler\", \"inputs\": {}}}",
                ),
                ("workflow", "{}"),
            ]),
            Told {
                program: "ComfyUI",
                version: Some("ComfyUI"),
                unread: vec!["prompt", "workflow"],
                ..plain()
            },
        ),
        told(
            "Krita: an international chunk, no hash, adapters at the end of the prompt",
            png(&[international_chunk(
                "parameters",
                "a fox <lora:ink:0.7>\nNegative prompt: fog\nSteps: 20, Sampler: DPM++ 2M Karras, \
                CFG scale: 7.0, Seed: 123, Size: 512x768, Model hash: unknown, Model: a.safetensors",
                false,
            )]),
            Told {
                version: None,
                prompt: "a fox <lora:ink:0.7>",
                model: Some("a.safetensors"),
                hash: Some("unknown"),
                adapters: vec![("ink", 0.7, 0.7, None)],
                ..plain()
            },
        ),
    ]
}

fn stable_diffusion_cpp() -> Vec<Specimen> {
    const SMALL: &str = "a fox\nNegative prompt: fog\nSteps: 30, CFG scale: 5.000000, \
        Guidance: 3.500000, Eta: 0.000000, Seed: 197583933, Size: 512x512, \
        Model: v1-5.safetensors, RNG: cuda, Sampler: dpm++2mv2 karras, \
        Version: stable-diffusion.cpp";
    let small = || Told {
        program: "stable-diffusion.cpp",
        version: Some("stable-diffusion.cpp"),
        prompt: "a fox",
        negative: "fog",
        size: Some("512x512"),
        seed: Some(197_583_933),
        params: "guidance=5 noise=philox schedule=karras scheduler=dpmpp_2m steps=30",
        model: Some("v1-5.safetensors"),
        unmapped: vec![("Guidance", "3.500000"), ("Eta", "0.000000")],
        ..Told::default()
    };
    vec![
        told(
            "stable-diffusion.cpp",
            png_of(&[("parameters", SMALL)]),
            small(),
        ),
        told(
            "stable-diffusion.cpp as a comment of a JPEG",
            jpeg(&[segment(0xfe, SMALL.as_bytes())]),
            small(),
        ),
        told(
            "stable-diffusion.cpp with a model in pieces",
            png_of(&[(
                "parameters",
                "a fox <lora:ink:0.5>\nSteps: 4, CFG scale: 1.000000, SLG scale: 1.000000, \
                Skip layers: [7, 8, 9, ], Skip layer start: 0.010000, Guidance: 3.500000, \
                Seed: 42, Size: 1024x1024, Model: , RNG: cpu, Sampler RNG: cuda, \
                Sampler: euler discrete, TE: clip_l.safetensors, TE: t5xxl_fp16.safetensors, \
                Unet: flux1-schnell-q4_0.gguf, VAE: ae.safetensors, Clip skip: 2, \
                Version: stable-diffusion.cpp",
            )]),
            Told {
                program: "stable-diffusion.cpp",
                version: Some("stable-diffusion.cpp"),
                prompt: "a fox <lora:ink:0.5>",
                size: Some("1024x1024"),
                seed: Some(42),
                params: "clip-skip=2 guidance=3.5 noise=torch-cpu schedule=discrete \
                    scheduler=euler steps=4",
                model: Some("flux1-schnell-q4_0.gguf"),
                adapters: vec![("ink", 0.5, 0.5, None)],
                unmapped: vec![
                    ("SLG scale", "1.000000"),
                    ("Skip layers", "[7, 8, 9, ]"),
                    ("Skip layer start", "0.010000"),
                    ("Sampler RNG", "cuda"),
                    ("TE", "clip_l.safetensors"),
                    ("TE", "t5xxl_fp16.safetensors"),
                    ("VAE", "ae.safetensors"),
                ],
                ..Told::default()
            },
        ),
    ]
}
