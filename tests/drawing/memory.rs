//! Models do with less memory: parts that take turns, tiles, wider numbers, and the ladder.

use std::fs;
use std::path::Path;

use maquette::domain::{
    CancelToken, ParamValue, Picture, PixelSize, Pixels, Request, Source, Strength, TILE, Task,
};
use maquette::files::write_atomically;
use maquette::models::ModelFolder;
use maquette::pipeline::{self, Pace, Pipeline, PipelineError, estimate};
use maquette::runtime::{Adjustment, Element, Graph as _, LazyGraph, Port};

use crate::bench::{Recorder, copy, cpu, model, open, psnr_db, request, runtime, tiny};

/// A model whose parts take turns.
fn open_tight(folder: &ModelFolder) -> Box<dyn Pipeline> {
    let runtime = runtime().with_budget(1);
    pipeline::open(folder, &runtime, &cpu(), &mut Recorder::default()).expect("the model opens")
}

fn draw(pipeline: &mut dyn Pipeline, request: &Request) -> Picture {
    let pictures = Recorder::default().run(pipeline, request);
    let pictures = pictures.expect("the model draws");
    pictures
        .into_iter()
        .next()
        .expect("one picture was asked for")
}

/// A request that starts from a white picture in that folder.
fn from_white(folder: &ModelFolder, target: &Path) -> Request {
    let file = target.join("white.png");
    let white = image::RgbImage::from_pixel(64, 64, image::Rgb([255; 3]));
    write_atomically(&file, |out| {
        let written = white.write_to(out, image::ImageFormat::Png);
        written.map_err(std::io::Error::other)
    })
    .expect("the folder can be written");
    let mut wanted = request(folder);
    wanted.task = Task::Vary {
        source: Source { file, sha256: None },
        strength: Strength::new(0.75).expect("a possible strength"),
        mask: None,
    };
    wanted
}

fn tiled(request: &Request, side: i64) -> Request {
    let mut request = request.clone();
    request.params.set("tile", ParamValue::Int(side));
    request
}

#[test]
fn parts_that_take_turns_draw_the_same_and_take_less() {
    for name in ["stable_diffusion", "stable_diffusion_xl"] {
        let folder = tiny(name);
        let home = tempfile::tempdir().unwrap();
        for wanted in [request(&folder), from_white(&folder, home.path())] {
            let (mut roomy, mut tight) = (open(&folder), open_tight(&folder));
            let expected = draw(roomy.as_mut(), &wanted);
            let drawn = draw(tight.as_mut(), &wanted);
            assert!(drawn.pixels == expected.pixels, "{name}");
            assert_eq!(drawn.recipe, expected.recipe, "{name}");
            let weights = pipeline::describe(&folder).unwrap().weights;
            assert!(tight.bytes() < roomy.bytes(), "{name}");
            assert!(
                tight.bytes() <= weights.denoiser + weights.decoder,
                "{name}"
            );
        }
    }
}

/// Without the file of a part, only what needs that part fails.
#[test]
fn what_was_read_once_is_not_read_again_by_a_part_that_was_put_down() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("model");
    copy(tiny("sd15").path(), &path);
    let folder = ModelFolder::open(&path).unwrap();
    let mut pipeline = open_tight(&folder);
    let wanted = from_white(&folder, home.path());
    let first = draw(pipeline.as_mut(), &wanted);
    fs::remove_file(path.join("text_encoder/model.onnx")).unwrap();
    fs::remove_file(path.join("vae_encoder/model.onnx")).unwrap();
    assert!(draw(pipeline.as_mut(), &wanted).pixels == first.pixels);

    let mut other_words = wanted.clone();
    other_words.prompt.text = "a blue fox".to_owned();
    let mut other_size = wanted.clone();
    other_size.size = PixelSize::new(96, 64).unwrap();
    for other in [other_words, other_size] {
        let outcome = Recorder::default().run(pipeline.as_mut(), &other);
        assert!(matches!(outcome, Err(PipelineError::Runtime(_))));
    }
}

/// Where tiles end, the error changes no faster than elsewhere.
#[test]
fn tiles_show_no_seam() {
    let folder = model("models/maquette-sketch");
    let mut pipeline = open(&folder);
    let mut wanted = request(&folder);
    wanted.prompt.text = "a red lighthouse on a cliff by the sea at sunset".to_owned();
    wanted.size = PixelSize::new(256, 192).unwrap();
    wanted.params.set("steps", ParamValue::Int(8));
    let whole = draw(pipeline.as_mut(), &wanted).pixels;
    let picture = draw(pipeline.as_mut(), &tiled(&wanted, 128));
    assert_eq!(picture.recipe.params.int(&TILE), 128);
    let psnr = psnr_db(&picture.pixels, &whole);
    let (at_seams, elsewhere) = jumps(&picture.pixels, &whole, &[64, 80, 112, 128, 176, 192]);
    println!("tiles of 128: {psnr:.1} dB, jumps {at_seams:.3} at seams, {elsewhere:.3} elsewhere");
    assert!(psnr >= 45.0, "{psnr}");
    assert!(at_seams <= 1.25 * elsewhere, "{at_seams} {elsewhere}");
}

/// How much the difference of two pictures changes from one column to the next, on average: at
/// some columns and at all others.
fn jumps(left: &Pixels, right: &Pixels, columns: &[usize]) -> (f64, f64) {
    let width = left.size().width() as usize;
    let differences: Vec<f64> = left
        .bytes()
        .iter()
        .zip(right.bytes())
        .map(|(left, right)| f64::from(*left) - f64::from(*right))
        .collect();
    let (mut at, mut elsewhere) = ((0.0, 0.0), (0.0, 0.0));
    for line in differences.chunks_exact(3 * width) {
        for column in 1..width {
            let sum = if columns.contains(&column) {
                &mut at
            } else {
                &mut elsewhere
            };
            for colour in 0..3 {
                let jump = line[3 * column + colour] - line[3 * (column - 1) + colour];
                *sum = (sum.0 + jump.abs(), sum.1 + 1.0);
            }
        }
    }
    (at.0 / at.1, elsewhere.0 / elsewhere.1)
}

#[test]
fn a_picture_can_be_encoded_in_tiles() {
    let folder = tiny("sd15");
    let home = tempfile::tempdir().unwrap();
    let mut wanted = from_white(&folder, home.path());
    wanted.size = PixelSize::new(128, 96).unwrap();
    let mut pipeline = open(&folder);
    let whole = draw(pipeline.as_mut(), &wanted).pixels;
    let tiled = draw(pipeline.as_mut(), &tiled(&wanted, 64)).pixels;
    assert!(tiled != whole);
    let psnr = psnr_db(&tiled, &whole);
    assert!(psnr >= 20.0, "{psnr}");
}

/// `sd15_fp16_overflow` says how the numbers leave their range.
#[test]
fn a_vae_that_overflows_in_16_bits_is_computed_in_32_and_said_once() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("model");
    copy(tiny("sd15_fp16").path(), &path);
    let sound = ModelFolder::open(&path).unwrap();
    let wanted = from_white(&sound, home.path());
    let expected = draw(open(&sound).as_mut(), &wanted).pixels;

    copy(Path::new("tests/tiny/sd15_fp16_overflow"), &path);
    let folder = ModelFolder::open(&path).unwrap();
    let mut pipeline = open(&folder);
    let mut recorder = Recorder::default();
    let first = recorder.run(pipeline.as_mut(), &wanted).unwrap();
    let second = recorder.run(pipeline.as_mut(), &wanted).unwrap();
    let keys: Vec<&str> = recorder
        .notices
        .iter()
        .map(|notice| notice.headline.key.as_ref())
        .collect();
    // Once for the encoder, once for the decoder.
    assert_eq!(keys, ["notice-memory-widened"; 2]);
    assert!(first[0].pixels == second[0].pixels);
    let psnr = psnr_db(&first[0].pixels, &expected);
    assert!(psnr >= 35.0, "{psnr}");
}

#[test]
fn a_widened_graph_gives_the_numbers_of_the_narrow_one() {
    let file = tiny("sdxl_fp16").file("unet/model.onnx").unwrap();
    let cancel = CancelToken::default();
    let mut graph = LazyGraph::of_file(&runtime(), &file, &cpu(), &cancel).unwrap();
    let narrow = graph.bytes();
    assert!(graph.adjust(Adjustment::Widen));
    assert_eq!(graph.bytes(), 0);
    let wide = runtime().load_wide(&file, &cpu(), &cancel).unwrap();
    assert!(wide.bytes() > narrow);
    let halves = |ports: &[Port]| {
        let halves = ports
            .iter()
            .filter(|port| port.element == Some(Element::F16));
        halves.count()
    };
    assert!(halves(&graph.ports().inputs) > 0);
    assert_eq!(
        halves(&wide.ports().inputs) + halves(&wide.ports().outputs),
        0
    );
}

#[test]
fn an_estimate_follows_size_steps_and_budget() {
    let folder = model("models/maquette-sketch");
    let info = pipeline::describe(&folder).unwrap();
    let wanted = request(&folder);
    let picture = draw(open(&folder).as_mut(), &wanted);
    let pace = Pace::measured([(&picture.recipe, &picture.timings)]);
    let now = estimate(&info, &wanted, u64::MAX, pace);
    let took: f64 = picture.timings.step_secs.iter().sum();
    let secs = now.secs.unwrap();
    assert!(
        secs > 0.3 * took && secs < 3.0 * (took + 1.0),
        "{secs} {took}"
    );
    let mut larger = wanted.clone();
    larger.size = PixelSize::new(256, 256).unwrap();
    let larger = estimate(&info, &larger, u64::MAX, pace);
    assert!(larger.memory_bytes > now.memory_bytes);
    assert!(larger.secs > now.secs);
    let tight = estimate(&info, &wanted, 1, None);
    assert!(tight.memory_bytes < now.memory_bytes);
    assert_eq!(tight.secs, None);
}
