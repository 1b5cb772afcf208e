//! Files that mean harm, or are broken: each is refused with clear words, or says nothing.

use serde_json::{Value, json};

use crate::a1111::PLAIN;
use crate::comfyui;
use crate::frames::{
    Exif, chunk, international_chunk, jpeg, jpeg_with_exif, jpeg_with_xmp, packed, packed_chunk,
    png, png_of, riff_chunk, segment, text_chunk, webp_with_exif, xmp,
};
use crate::specimen::{Specimen, refused, silent};

const DAMAGED: &str = "error-foreign-damaged";
const TOO_LONG: &str = "error-foreign-too-long";
const UNREADABLE: &str = "error-foreign-unreadable";

pub(crate) fn specimens() -> Vec<Specimen> {
    let mut specimens = lengths();
    specimens.extend(damage());
    specimens.extend(graphs());
    specimens.extend(strangers());
    specimens
}

/// More than anybody has to say.
fn lengths() -> Vec<Specimen> {
    let long = "fox ".repeat(10 << 18);
    // Each entry of the directory names the same megabyte.
    let many: Vec<_> = (0..1000).map(|_| (0x010e_u16, Vec::new())).collect();
    let mut repeated = Exif {
        is_little_endian: true,
        first: many,
        comment: None,
    }
    .block();
    for entry in 0..1000 {
        let place = 10 + 12 * entry;
        repeated[place + 4..place + 12].copy_from_slice(&[0, 0, 0x0e, 0, 0, 0x40, 0, 0]);
    }
    repeated.resize(1 << 20, b'x');
    let padded = riff_chunk(*b"WEBP", &[]);
    let webp = [&b"WEBP"[..], &riff_chunk(*b"EXIF", &vec![0; 5 << 20])].concat();
    vec![
        refused(
            "a zTXt chunk that unpacks to 20 MB",
            png(&[packed_chunk("parameters", &vec![b' '; 20 << 20])]),
            TOO_LONG,
        ),
        refused(
            "an iTXt chunk that unpacks to 20 MB",
            png(&[international_chunk("prompt", &" ".repeat(20 << 20), true)]),
            TOO_LONG,
        ),
        refused(
            "a prompt of 10 MB",
            png(&[text_chunk("parameters", [&long, PLAIN].concat().as_bytes())]),
            TOO_LONG,
        ),
        refused(
            "packed texts that are short enough each and too long together",
            png(&vec![packed_chunk("Comment", &vec![b'x'; 1 << 20]); 6]),
            TOO_LONG,
        ),
        refused(
            "a hundred thousand chunks",
            png(&[chunk(*b"prVt", &[]).repeat(100_000)]),
            TOO_LONG,
        ),
        refused(
            "an EXIF block that names the same megabyte a thousand times",
            webp_with_exif(&repeated),
            TOO_LONG,
        ),
        refused(
            "an EXIF block of 5 MB",
            riff_chunk(*b"RIFF", &webp),
            TOO_LONG,
        ),
        silent(
            "a WebP of nothing",
            riff_chunk(*b"RIFF", &[b"WEBP", &padded[..]].concat()),
        ),
    ]
}

/// Frames that lie.
fn damage() -> Vec<Specimen> {
    let signature = &b"\x89PNG\r\n\x1a\n"[..];
    let mut wrong_sum = text_chunk("parameters", PLAIN.as_bytes());
    *wrong_sum.last_mut().expect("a checksum") ^= 1;
    let claims =
        |length: u32, data: &[u8]| [signature, &length.to_be_bytes(), b"tEXt", data].concat();
    let mut packed_wrong = packed(PLAIN.as_bytes());
    packed_wrong[10] ^= 0xff;
    let outside = Exif::of_first(&[(0x9286, PLAIN)]);
    let cut = outside[..outside.len() - 20].to_vec();
    vec![
        refused("a text whose checksum is wrong", png(&[wrong_sum]), DAMAGED),
        refused(
            "a text that is longer than its file",
            claims(900_000, b"parameters\0a"),
            DAMAGED,
        ),
        refused(
            "a text of nearly 2 GB",
            claims(0x7fff_fff0, &[b"parameters\0", &[b'x'; 100][..]].concat()),
            TOO_LONG,
        ),
        refused(
            "a chunk of 4 GB",
            claims(u32::MAX, b"parameters\0a"),
            DAMAGED,
        ),
        refused(
            "a text without a keyword",
            png(&[chunk(*b"tEXt", &[b'k'; 200])]),
            DAMAGED,
        ),
        refused("an empty text chunk", png(&[chunk(*b"tEXt", &[])]), DAMAGED),
        refused(
            "an iTXt chunk without its fields",
            png(&[chunk(*b"iTXt", b"parameters\0\0\0en")]),
            DAMAGED,
        ),
        refused(
            "a packed text that does not unpack",
            png(&[chunk(
                *b"zTXt",
                &[b"parameters\0\0", &packed_wrong[..]].concat(),
            )]),
            DAMAGED,
        ),
        refused(
            "a segment of less than no length",
            jpeg(&[vec![0xff, 0xe1, 0, 1]]),
            DAMAGED,
        ),
        refused(
            "an EXIF text that lies outside of its block",
            jpeg_with_exif(&cut),
            DAMAGED,
        ),
        refused(
            "a JPEG of noise",
            [&[0xff, 0xd8][..], &[0x55; 64]].concat(),
            DAMAGED,
        ),
        refused(
            "a JPEG that was cut off inside of a text",
            jpeg(&[segment(0xe1, &[0; 100])])[..50].to_vec(),
            DAMAGED,
        ),
        silent("a PNG of nothing but its signature", signature.to_vec()),
    ]
}

/// JSON and graphs that have no end.
fn graphs() -> Vec<Specimen> {
    let deep = format!("{{\"class_type\": {}", "[".repeat(200_000));
    let circle = comfyui::with(&[(
        "4",
        json!({ "class_type": "LoraLoader", "inputs": { "model": ["4", 0], "lora_name": "x" } }),
    )]);
    let own_seed = {
        let mut graph = comfyui::plain();
        graph["3"]["inputs"]["seed"] = json!(["10", 0]);
        graph["10"] = json!({ "class_type": "Reroute", "inputs": { "value": ["10", 0] } });
        graph
    };
    let combine = |first: String, second: String| {
        json!({ "class_type": "ConditioningConcat", "inputs": {
            "conditioning_to": [first, 0], "conditioning_from": [second, 0],
        }})
    };
    // Every node doubles what is behind it.
    let mut doubled = comfyui::plain();
    doubled["3"]["inputs"]["positive"] = json!(["d0", 0]);
    for level in 0..60 {
        doubled[format!("d{level}")] =
            combine(format!("d{}", level + 1), format!("d{}", level + 1));
    }
    doubled["d60"] = json!({ "class_type": "Nothing", "inputs": {} });
    let mut grown = doubled.clone();
    grown["d60"] =
        json!({ "class_type": "CLIPTextEncode", "inputs": { "text": "fox ".repeat(1000) } });
    let mut chain = comfyui::plain();
    chain["3"]["inputs"]["model"] = json!(["m0", 0]);
    for level in 0..10_000 {
        let next = format!("m{}", level + 1);
        chain[format!("m{level}")] = json!({ "class_type": "X", "inputs": { "model": [next, 0] } });
    }
    let of =
        |name, graph: &Value| refused(name, png_of(&[("prompt", &graph.to_string())]), UNREADABLE);
    vec![
        refused(
            "JSON of 200,000 levels",
            png_of(&[("prompt", &deep)]),
            UNREADABLE,
        ),
        refused(
            "JSON that ends too early",
            png_of(&[("invokeai_metadata", "{\"positive_prompt\": \"a fo")]),
            UNREADABLE,
        ),
        refused(
            "JSON that is no object",
            png_of(&[("sd-metadata", "[1, 2]")]),
            UNREADABLE,
        ),
        refused(
            "a comment of NovelAI that is no JSON",
            png_of(&[("Software", "NovelAI"), ("Comment", "a fox")]),
            UNREADABLE,
        ),
        of("a chain of models that runs in a circle", &circle),
        of("a seed that comes from itself", &own_seed),
        of("a graph with 2^60 ways", &doubled),
        of("a graph whose words double 60 times", &grown),
        of("a chain of 10,000 models", &chain),
    ]
}

/// What is no word of a program that we know.
fn strangers() -> Vec<Specimen> {
    let deep = xmp(&[
        "<exif:UserComment>".repeat(5000),
        "</exif:UserComment>".repeat(5000),
    ]
    .concat());
    let laughs = format!(
        "<!DOCTYPE x [<!ENTITY a \"{}\"><!ENTITY b \"&a;&a;&a;&a;\">]>{}",
        "ha".repeat(1000),
        xmp("<dc:description>&b;</dc:description>")
    );
    vec![
        silent("a PNG that says nothing", png(&[])),
        silent(
            "a photograph",
            jpeg_with_exif(
                &Exif {
                    is_little_endian: true,
                    first: vec![
                        (0x010f, b"Canon\0".to_vec()),
                        (0x0110, b"EOS R5\0".to_vec()),
                    ],
                    comment: Some(vec![0; 64]),
                }
                .block(),
            ),
        ),
        silent(
            "a drawing with words of its own",
            png_of(&[
                ("Comment", "one: two, three: four, five: six"),
                ("Description", "Steps: climbed"),
                ("prompt", "a fox"),
                ("parameters", "{\"zoom\": 2}"),
            ]),
        ),
        silent("an EXIF block of noise", jpeg_with_exif(&[7; 300])),
        silent("an XMP packet that is no XML", jpeg_with_xmp("<x:xmpmeta")),
        silent(
            "an XMP packet of 5,000 levels",
            png(&[international_chunk("XML:com.adobe.xmp", &deep, false)]),
        ),
        silent(
            "an XMP packet with entities that multiply",
            jpeg_with_xmp(&laughs),
        ),
        silent("a JPEG that was cut off", jpeg(&[])[..100].to_vec()),
        silent(
            "no picture at all",
            b"a fox\nSteps: 20, Seed: 1, Size: 8x8".to_vec(),
        ),
        silent("an empty file", Vec::new()),
    ]
}
