//! What tests of whole pipelines need: the runtime, the tiny models, and somebody who listens.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use maquette::diffusion::Latents;
use maquette::domain::{
    CancelToken, Notice, ParamValue, Picture, PixelSize, Pixels, Progress, Prompt, Request, Seed,
    Task,
};
use maquette::files::Folders;
use maquette::models::ModelFolder;
use maquette::pipeline::{self, Monitor, Pipeline, PipelineError};
use maquette::runtime::{ProviderId, Runtime, locate};

/// ONNX Runtime, as `cargo xtask test` installs it.
///
/// # Panics
/// Where there is none: a test that needs it has failed then, and says what to do.
pub(crate) fn runtime() -> Runtime {
    let folders = Folders::find().expect("a home folder");
    let location = locate(None, &folders).unwrap_or_else(|error| {
        panic!("{error}\nrun `cargo xtask test`, which installs ONNX Runtime first")
    });
    Runtime::open(&location).expect("the runtime opens")
}

pub(crate) fn cpu() -> ProviderId {
    ProviderId::new("cpu")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A model folder by its path from the root of the repository.
pub(crate) fn model(path: &str) -> ModelFolder {
    ModelFolder::open(&root().join(path)).expect("the repository's models open")
}

/// A model of `tests/tiny`.
pub(crate) fn tiny(name: &str) -> ModelFolder {
    model(&format!("tests/tiny/{name}"))
}

/// The model in a folder, on the processor.
pub(crate) fn open(folder: &ModelFolder) -> Box<dyn Pipeline> {
    pipeline::open(folder, &runtime(), &cpu(), &mut Recorder::default()).expect("the model opens")
}

/// A settled request of one picture of seed 7 in four steps.
pub(crate) fn request(folder: &ModelFolder) -> Request {
    let info = pipeline::describe(folder).expect("the model is of a known family");
    let mut request = Request {
        model: info.id.clone(),
        prompt: Prompt {
            text: "a red fox in the snow, watercolor".to_owned(),
            negative: String::new(),
        },
        size: info
            .sizes
            .nearest(PixelSize::new(64, 64).expect("a possible size")),
        seed: Seed(7),
        count: NonZeroU32::MIN,
        params: maquette::domain::Params::default(),
        parents: Vec::new(),
        task: Task::Create,
    };
    request.params.set("steps", ParamValue::Int(4));
    info.settle(&mut request).expect("all of it is possible");
    request
}

/// Keeps what a run tells, and cancels it at a chosen moment.
#[derive(Default)]
pub(crate) struct Recorder {
    cancel: CancelToken,
    cancel_at: Option<Moment>,
    pub(crate) progress: Vec<Progress>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) latents: Vec<Latents>,
    pictures: Vec<Picture>,
}

enum Moment {
    Step(u32),
    Loading,
}

impl Recorder {
    pub(crate) fn cancelling_after_step(step: u32) -> Self {
        Self {
            cancel_at: Some(Moment::Step(step)),
            ..Self::default()
        }
    }

    pub(crate) fn cancelling_while_loading() -> Self {
        Self {
            cancel_at: Some(Moment::Loading),
            ..Self::default()
        }
    }

    pub(crate) fn token(&self) -> CancelToken {
        self.cancel.clone()
    }

    /// The steps that were told: which picture, how many done, how many in all.
    pub(crate) fn steps(&self) -> Vec<(u32, u32, u32)> {
        let step = |progress: &Progress| match *progress {
            Progress::Step {
                picture,
                done,
                total,
            } => Some((picture, done, total)),
            Progress::Loading { .. } | Progress::Ready(_) | Progress::Preview { .. } => None,
        };
        self.progress.iter().filter_map(step).collect()
    }

    /// How far the loading was, each time it was told.
    pub(crate) fn loading(&self) -> Vec<f32> {
        let fraction = |progress: &Progress| match *progress {
            Progress::Loading { fraction } => Some(fraction),
            Progress::Step { .. } | Progress::Ready(_) | Progress::Preview { .. } => None,
        };
        self.progress.iter().filter_map(fraction).collect()
    }

    /// The previews of one picture, in the order in which they were shown.
    pub(crate) fn previews(&self, of: u32) -> Vec<Pixels> {
        let preview = |progress: &Progress| match progress {
            Progress::Preview { picture, pixels } if *picture == of => Some(pixels.clone()),
            Progress::Preview { .. }
            | Progress::Step { .. }
            | Progress::Ready(_)
            | Progress::Loading { .. } => None,
        };
        self.progress.iter().filter_map(preview).collect()
    }

    /// Runs a request; the pictures that were delivered.
    pub(crate) fn run(
        &mut self,
        pipeline: &mut dyn Pipeline,
        request: &Request,
    ) -> Result<Vec<Picture>, PipelineError> {
        pipeline.run(request, self)?;
        Ok(std::mem::take(&mut self.pictures))
    }
}

impl Monitor for Recorder {
    fn cancel(&self) -> &CancelToken {
        &self.cancel
    }

    fn report(&mut self, progress: Progress) {
        let is_now = match (&self.cancel_at, &progress) {
            (Some(Moment::Step(step)), Progress::Step { done, .. }) => step == done,
            (Some(Moment::Loading), Progress::Loading { .. }) => true,
            _ => false,
        };
        if is_now {
            self.cancel.cancel();
        }
        self.progress.push(progress);
    }

    fn arrived(&mut self, latents: &Latents) {
        self.latents.push(latents.clone());
    }

    fn deliver(&mut self, picture: Picture) {
        self.pictures.push(picture);
    }

    fn tell(&mut self, notice: Notice) {
        self.notices.push(notice);
    }
}

/// Copies a folder and what is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a new folder");
    for entry in fs::read_dir(from).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        let target = to.join(path.file_name().expect("entries have names"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a readable file");
        }
    }
}

/// Changes one bit in the middle of a file.
pub(crate) fn flip_a_bit(path: &Path) {
    let mut file = File::options()
        .read(true)
        .write(true)
        .open(path)
        .expect("a file");
    let middle = file.metadata().expect("a length").len() / 2;
    let mut byte = [0];
    file.seek(SeekFrom::Start(middle)).expect("it is that long");
    file.read_exact(&mut byte).expect("a byte is there");
    file.seek(SeekFrom::Start(middle)).expect("it is that long");
    file.write_all(&[byte[0] ^ 1]).expect("it can be written");
}

/// Takes the last third of a file away.
pub(crate) fn truncate(path: &Path) {
    let file = File::options().write(true).open(path).expect("a file");
    let length = file.metadata().expect("a length").len();
    file.set_len(length * 2 / 3).expect("it can be cut");
}

pub(crate) fn golden_path(name: &str) -> PathBuf {
    root().join("tests/golden").join(name)
}

/// Reference values, by the name of their file.
pub(crate) fn golden(name: &str) -> serde_json::Value {
    let text = fs::read_to_string(golden_path(name)).expect("a golden file");
    serde_json::from_str(&text).expect("golden files are JSON")
}

/// A reference picture.
pub(crate) fn golden_picture(name: &str) -> Pixels {
    let picture = image::open(golden_path(name))
        .expect("a golden picture")
        .into_rgb8();
    let size = PixelSize::new(picture.width(), picture.height()).expect("a possible size");
    Pixels::new(size, picture.into_raw()).expect("three bytes a pixel")
}

/// Peak signal-to-noise ratio of two pictures of one size, in decibels.
pub(crate) fn psnr_db(left: &Pixels, right: &Pixels) -> f64 {
    assert_eq!(left.size(), right.size());
    let differences = left.bytes().iter().zip(right.bytes());
    let squares = differences.map(|(left, right)| f64::from(left.abs_diff(*right)).powi(2));
    let mean = squares.sum::<f64>() / left.bytes().len() as f64;
    10.0 * (255.0_f64.powi(2) / mean).log10()
}
