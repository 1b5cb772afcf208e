//! Recipes: what a file says of a picture is what made it, whatever the words.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use crate::pictures::{self, noise_picture};
use maquette::domain::{
    AdapterFile, Explain as _, MadeWith, ModelId, ParamValue, Params, Parent, PictureId, PixelSize,
    Pixels, Prompt, Recipe, Relation, Seed, Source, Strength, Task, Timestamp,
};
use maquette::provenance::{
    Imprint, Origin, PngError, parameters_text, read_imprint, read_pixels, read_recipe,
    write_library_png, write_png, write_recipe,
};
use png::{BitDepth, ColorType, Encoder};
use proptest::prelude::*;

fn any_params() -> impl Strategy<Value = Params> {
    let value = prop_oneof![
        any::<i64>().prop_map(ParamValue::Int),
        (-1e300..1e300).prop_map(ParamValue::Float),
        any::<String>().prop_map(ParamValue::Text),
    ];
    prop::collection::btree_map(any::<String>(), value, 0..6).prop_map(|values| {
        let mut params = Params::default();
        for (id, value) in values {
            params.set(&id, value);
        }
        params
    })
}

fn any_task() -> impl Strategy<Value = Task> {
    let start = ("[^/\\\\\0]+", any::<Option<String>>(), 0.001..=1.0);
    prop::option::of(start).prop_map(|start| match start {
        // Names that are no names of files: `.` and `..`.
        Some((file, sha256, share)) if Path::new(&file).file_name().is_some() => Task::Vary {
            source: Source {
                file: file.into(),
                sha256,
            },
            strength: Strength::new(share).expect("a share"),
            mask: None,
        },
        _ => Task::Create,
    })
}

prop_compose! {
    fn any_recipe()(
        texts in prop::array::uniform7(any::<String>()),
        (width, height) in (1..=PixelSize::MAX_SIDE, 1..=PixelSize::MAX_SIDE),
        seed in any::<u64>(),
        params in any_params(),
        parents in prop::collection::vec(any::<[u8; 16]>(), 0..3),
        adapters in prop::collection::vec(any::<(String, String)>(), 0..3),
        task in any_task(),
    ) -> Recipe {
        let [model, fingerprint, text, negative, app, runtime, provider] = texts;
        let parent = |bytes| Parent {
            picture: PictureId::from_random(bytes),
            relation: Relation::VariantOf,
        };
        let adapter = |(name, sha256)| AdapterFile { name, sha256 };
        Recipe {
            model: ModelId::new(model),
            fingerprint,
            prompt: Prompt { text, negative },
            size: PixelSize::new(width, height).expect("both sides are in range"),
            seed: Seed(seed),
            params,
            parents: parents.into_iter().map(parent).collect(),
            task,
            made_with: MadeWith {
                app,
                runtime,
                provider,
                adapters: adapters.into_iter().map(adapter).collect(),
            },
        }
    }
}

proptest! {
    #[test]
    fn every_recipe_comes_back_from_its_json(recipe in any_recipe()) {
        prop_assert_eq!(read_recipe(&write_recipe(&recipe)).unwrap(), recipe);
    }

    #[test]
    fn every_recipe_comes_back_from_a_png(mut recipe in any_recipe()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.png");
        recipe.size = PixelSize::new(1, 1).unwrap();
        let pixels = Pixels::new(recipe.size, [1, 2, 3]).unwrap();
        write_png(&mut File::create(&path).unwrap(), &pixels, &recipe).unwrap();
        let imprint = read_imprint(&path).unwrap();
        prop_assert_eq!(imprint.recipe, Some(recipe));
        prop_assert_eq!(read_pixels(&path).unwrap(), pixels);
    }

    #[test]
    fn no_text_is_more_than_refused(json in any::<String>()) {
        prop_assert!(read_recipe(&json).is_err());
    }
}

#[test]
fn a_file_names_the_picture_that_it_was_started_from_and_not_where_that_is() {
    let mut picture = noise_picture(3, 8);
    picture.recipe.task = Task::Vary {
        source: Source {
            file: "/home/anna/secret/sketch.jpg".into(),
            sha256: None,
        },
        strength: Strength::new(0.25).unwrap(),
        mask: Some(Source {
            file: "/home/anna/secret/mask.png".into(),
            sha256: None,
        }),
    };
    let (_folder, path) = written(|file| write_png(file, &picture.pixels, &picture.recipe));
    let bytes = fs::read(&path).unwrap();
    assert!(!String::from_utf8_lossy(&bytes).contains("secret"));
    let Task::Vary { source, mask, .. } = read_imprint(&path).unwrap().recipe.unwrap().task else {
        panic!("the start is lost");
    };
    assert_eq!(source.file, Path::new("sketch.jpg"));
    assert_eq!(mask.expect("a mask").file, Path::new("mask.png"));
    let text = parameters_text(&picture.recipe);
    assert!(text.contains("Denoising strength: 0.25"), "{text}");
}

#[test]
fn a_library_picture_says_which_one_it_is() {
    let (_folder, path) = written(|file| {
        let picture = noise_picture(3, 16);
        let origin = Origin {
            id: PictureId::from_random([9; 16]),
            created: Timestamp(1_700_000_000_000),
        };
        write_library_png(file, &picture.pixels, &picture.recipe, &origin)
    });
    let Imprint { size, origin, .. } = read_imprint(&path).unwrap();
    assert_eq!(size.to_string(), "16x16");
    let origin = origin.unwrap();
    assert_eq!(origin.id, PictureId::from_random([9; 16]));
    assert_eq!(origin.created, Timestamp(1_700_000_000_000));
}

/// What other programs find under `parameters`: the chunk's kind and its text.
fn check_parameters(prompt: &str, expected_chunk: &str) {
    let mut picture = noise_picture(3, 8);
    prompt.clone_into(&mut picture.recipe.prompt.text);
    let (_folder, path) = written(|file| write_png(file, &picture.pixels, &picture.recipe));
    let file = std::io::BufReader::new(File::open(&path).expect("it was written"));
    let reader = png::Decoder::new(file).read_info().expect("it is a PNG");
    let info = reader.info();
    assert!(info.srgb.is_some());
    let latin1 = info.uncompressed_latin1_text.iter();
    let latin1 = latin1.map(|chunk| ("tEXt", &chunk.keyword, chunk.text.clone()));
    let utf8 = info.utf8_text.iter();
    let utf8 = utf8.map(|chunk| {
        (
            "iTXt",
            &chunk.keyword,
            chunk.get_text().expect("it is UTF-8"),
        )
    });
    let found: Vec<_> = latin1
        .chain(utf8)
        .filter(|text| text.1 == "parameters")
        .collect();
    let [(chunk, _, text)] = &found[..] else {
        panic!("{prompt:?} stands {} times", found.len());
    };
    assert_eq!(*chunk, expected_chunk, "{prompt:?}");
    assert_eq!(*text, parameters_text(&picture.recipe));
}

#[test]
fn parameters_are_latin1_where_that_holds_them() {
    check_parameters("a lighthouse\nin the fog, à côté", "tEXt");
    check_parameters("маяк", "iTXt");
    check_parameters("🦀", "iTXt");
    check_parameters("bell \u{7} and next line \u{85}", "iTXt");
    check_parameters("nothing \0 here", "tEXt");
}

#[test]
fn every_file_that_was_cut_off_is_refused_by_name() {
    let picture = noise_picture(1, 4);
    let (_folder, path) = written(|file| write_png(file, &picture.pixels, &picture.recipe));
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        File::create(&path)
            .unwrap()
            .write_all(&whole[..length])
            .unwrap();
        let error = read_pixels(&path).expect_err("a part is not the whole");
        assert!(error.to_string().contains("picture.png"), "{error}");
        let notice = error.explain();
        assert!(format!("{:?}", notice.headline.args).contains("picture.png"));
    }
}

#[test]
fn files_of_other_programs_are_shown_as_rgb() {
    let check = |color, depth, row: &[u8], expected: [u8; 6]| {
        let (_folder, path) = written(|file| {
            let mut encoder = Encoder::new(file, 2, 1);
            encoder.set_color(color);
            encoder.set_depth(depth);
            encoder.set_palette(&[1, 2, 3, 4, 5, 6][..]);
            encoder.write_header()?.write_image_data(row)?;
            Ok(())
        });
        let pixels = read_pixels(&path).unwrap();
        assert_eq!(pixels.bytes(), expected, "{color:?} {depth:?}");
        let imprint = read_imprint(&path).unwrap();
        assert_eq!((imprint.recipe, imprint.origin), (None, None));
    };
    check(
        ColorType::Rgba,
        BitDepth::Eight,
        &[1, 2, 3, 0, 4, 5, 6, 9],
        [1, 2, 3, 4, 5, 6],
    );
    check(
        ColorType::Grayscale,
        BitDepth::Sixteen,
        &[7, 0, 8, 0],
        [7, 7, 7, 8, 8, 8],
    );
    check(
        ColorType::GrayscaleAlpha,
        BitDepth::Eight,
        &[7, 1, 8, 1],
        [7, 7, 7, 8, 8, 8],
    );
    check(
        ColorType::Grayscale,
        BitDepth::One,
        &[0b0100_0000],
        [0, 0, 0, 255, 255, 255],
    );
    check(
        ColorType::Indexed,
        BitDepth::One,
        &[0b1000_0000],
        [4, 5, 6, 1, 2, 3],
    );
}

#[test]
fn traps_are_refused_before_they_take_memory() {
    let header_of = |width: u32, height: u32| {
        let (folder, path) = written(|file| {
            let mut encoder = Encoder::new(file, width, height);
            encoder.set_color(ColorType::Rgb);
            let mut writer = encoder.write_header()?;
            writer.write_chunk(png::chunk::IDAT, &[0x78, 0x9c])?;
            Ok(())
        });
        (folder, read_pixels(&path).unwrap_err())
    };
    let (_folder, error) = header_of(16_384, 16_384);
    assert!(matches!(error, PngError::Trap { .. }), "{error:?}");
    let (_folder, error) = header_of(16_385, 1);
    assert!(matches!(error, PngError::TooLarge { .. }), "{error:?}");
}

#[test]
fn texts_that_unpack_to_too_much_are_refused() {
    let with_text = |text: String, packed: bool| {
        let (_folder, path) = written(|file| {
            let mut encoder = Encoder::new(file, 1, 1);
            encoder.set_color(ColorType::Rgb);
            let mut chunk = png::text_metadata::ITXtChunk::new("maquette", text.clone());
            chunk.compressed = packed;
            let mut writer = encoder.write_header()?;
            writer.write_text_chunk(&chunk)?;
            writer.write_image_data(&[1, 2, 3])?;
            Ok(())
        });
        assert!(
            read_pixels(&path).is_ok(),
            "the pixels are good all the same"
        );
        read_imprint(&path).unwrap_err()
    };
    let error = with_text(" ".repeat(300 << 10), false);
    assert!(matches!(error, PngError::TextTooLong { .. }), "{error:?}");
    let error = with_text(" ".repeat(8 << 20), true);
    assert!(matches!(error, PngError::Broken { .. }), "{error:?}");
    let error = with_text(" ".repeat(8 << 20), false);
    assert!(matches!(error, PngError::Broken { .. }), "{error:?}");
    let error = with_text("{}".to_owned(), true);
    assert!(matches!(error, PngError::Recipe { .. }), "{error:?}");
}

#[test]
fn damaged_files_never_end_the_program() {
    let picture = noise_picture(2, 8);
    let (_folder, path) = written(|file| write_png(file, &picture.pixels, &picture.recipe));
    let whole = fs::read(&path).unwrap();
    let mut random = pictures::Random::new(1);
    for _ in 0..500 {
        let mut damaged = whole.clone();
        let place = random.next() as usize % damaged.len();
        damaged[place] ^= 1 << (random.next() % 8);
        File::create(&path).unwrap().write_all(&damaged).unwrap();
        // Some damage is harmless, and what is read then is the picture.
        if let Ok(pixels) = read_pixels(&path) {
            assert_eq!(pixels, picture.pixels, "byte {place}");
        }
        if let Ok(Imprint {
            recipe: Some(recipe),
            ..
        }) = read_imprint(&path)
        {
            assert_eq!(recipe, picture.recipe, "byte {place}");
        }
    }
}

/// A file `picture.png` in a folder of its own.
fn written(
    write: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> (tempfile::TempDir, Box<Path>) {
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    let path = folder.path().join("picture.png");
    maquette::files::write_atomically(&path, write).expect("the picture can be written");
    (folder, path.into())
}
