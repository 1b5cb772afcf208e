//! The pieces that a model needs, and what to do where one is not there.

use crate::domain::{Message, Severity};
use crate::models::{ForeignFile, ModelIndex};

use super::contents::{Contents, Entry};
use super::finding::Finding;
use super::scheduler_sheet;

/// What exports a model of PyTorch to ONNX.
const EXPORT: &str = "optimum-cli export onnx --model DIR NEW_DIR";

/// The parts that read prompts, and what cuts prompts for each.
const READERS: [(&str, &str); 3] = [
    ("text_encoder", "tokenizer"),
    ("text_encoder_2", "tokenizer_2"),
    ("text_encoder_3", "tokenizer_3"),
];

/// Files of which one holds the words that a tokenizer knows.
const WORDS: [&str; 4] = [
    "vocab.json",
    "tokenizer.json",
    "spiece.model",
    "sentencepiece.model",
];

/// What is missing of a model.
pub(super) fn missing(contents: &Contents, index: Option<&ModelIndex>) -> Vec<Finding> {
    let has_graphs = contents.find(Entry::is_graph).is_some();
    if !has_graphs {
        return vec![no_graphs(contents)];
    }
    let mut findings = Vec::new();
    let lacks = |part: &str| !contents.has(&format!("{part}/model.onnx"));
    if lacks("unet") && lacks("transformer") {
        let what = Message::new("doctor-missing-denoiser");
        findings.push(lacking(contents, "unet/model.onnx", Severity::Error, what));
    }
    if lacks("vae_decoder") {
        findings.push(lacking_file(
            contents,
            "vae_decoder/model.onnx",
            Severity::Error,
            Message::new("doctor-missing-decoder"),
        ));
    }
    for (encoder, tokenizer) in READERS {
        let is_listed = index.is_some_and(|index| index.has(encoder));
        let is_needed = encoder == "text_encoder" || is_listed || !lacks(encoder);
        if is_needed && lacks(encoder) {
            findings.push(lacking_file(
                contents,
                &format!("{encoder}/model.onnx"),
                Severity::Error,
                Message::new("doctor-missing-text-encoder"),
            ));
        }
        let has_words = WORDS
            .iter()
            .any(|words| contents.has(&format!("{tokenizer}/{words}")));
        if is_needed && !has_words {
            let what = Message::new("doctor-missing-tokenizer").with("folder", tokenizer);
            findings.push(lacking(contents, tokenizer, Severity::Error, what));
        }
    }
    if lacks("vae_encoder") {
        findings.push(lacking_file(
            contents,
            "vae_encoder/model.onnx",
            Severity::Warning,
            Message::new("doctor-missing-encoder"),
        ));
    }
    if !contents.has(scheduler_sheet::CONFIG) {
        let what = Message::new("doctor-missing-scheduler").with("file", scheduler_sheet::CONFIG);
        findings.push(
            Finding::new(Severity::Warning, what)
                .advising(Message::new("doctor-advice-scheduler"))
                .about(&contents.path(scheduler_sheet::CONFIG)),
        );
    }
    findings
}

/// Files that Git left in the place of others.
pub(super) fn pointers(contents: &Contents) -> Vec<Finding> {
    const MOST_BYTES: u64 = 512;
    let is_pointer = |file: &&Entry| {
        file.bytes <= MOST_BYTES
            && matches!(
                ForeignFile::at(&file.path),
                Ok(Some(ForeignFile::LfsPointer))
            )
    };
    let pointers = contents.files().iter().filter(is_pointer);
    let found = pointers.map(|file| {
        let what = Message::new("error-graph-lfs-pointer").with("file", file.path.display());
        Finding::new(Severity::Error, what).about(&file.path)
    });
    found.collect()
}

/// Pickles that lie beside graphs.
pub(super) fn pickles(contents: &Contents) -> Option<Finding> {
    let files: Vec<&str> = contents
        .files()
        .iter()
        .filter(|file| is_pickle(file))
        .map(|file| file.name.as_str())
        .collect();
    if files.is_empty() || contents.find(Entry::is_graph).is_none() {
        return None;
    }
    let what = Message::new("doctor-pickles").with("files", files.join(", "));
    let advice = Message::new("doctor-advice-delete");
    Some(Finding::new(Severity::Warning, what).advising(advice))
}

fn no_graphs(contents: &Contents) -> Finding {
    let export = Message::new("doctor-advice-export").with("command", EXPORT);
    let torch = contents.find(is_of_torch);
    if let Some(weights) = torch {
        let what = Message::new("doctor-torch-only");
        let finding = Finding::new(Severity::Error, what).advising(export);
        return finding.about(&weights.path);
    }
    let pickle = contents.files().iter().find(|file| is_pickle(file));
    if let Some(pickle) = pickle {
        let what = Message::new("doctor-pickles-only");
        let finding = Finding::new(Severity::Error, what).advising(export);
        return finding.about(&pickle.path);
    }
    let folder = contents.path("");
    let what = Message::new("doctor-no-graphs").with("folder", folder.display());
    Finding::new(Severity::Error, what).about(&folder)
}

fn is_of_torch(file: &Entry) -> bool {
    file.path.extension().is_some_and(|it| it == "safetensors")
}

/// By its name, or by the bytes that every pickle and every checkpoint of PyTorch begins with;
/// `.bin` is used for other things, too.
fn is_pickle(file: &Entry) -> bool {
    let extension = file.name.rsplit_once('.').map_or("", |(_, it)| it);
    match extension.to_ascii_lowercase().as_str() {
        "ckpt" | "pt" | "pth" | "pkl" | "pickle" => true,
        "bin" => matches!(
            ForeignFile::at(&file.path),
            Ok(Some(ForeignFile::Pickle | ForeignFile::Archive))
        ),
        _ => false,
    }
}

fn lacking_file(contents: &Contents, file: &str, severity: Severity, what: Message) -> Finding {
    lacking(contents, file, severity, what.with("file", file))
}

/// Where the weights lie there for PyTorch they are to be exported, else to be copied.
fn lacking(contents: &Contents, piece: &str, severity: Severity, what: Message) -> Finding {
    let folder = piece.split('/').next().unwrap_or_default();
    let lies_there = |file: &Entry| file.name.starts_with(folder) && is_of_torch(file);
    let advice = match contents.find(lies_there) {
        Some(_) => Message::new("doctor-advice-export").with("command", EXPORT),
        None => Message::new("doctor-advice-copy"),
    };
    let finding = Finding::new(severity, what).advising(advice);
    finding.about(&contents.path(piece))
}
