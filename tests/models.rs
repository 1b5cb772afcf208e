//! Model folders: found, read, checked, and refused with the file's name.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use maquette::domain::{CancelToken, Explain as _};
use maquette::files::Folders;
use maquette::models::{ModelError, ModelFolder, Precision, check_graph, roots, scan};
use maquette::pipeline;

fn repository(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn put(path: &Path, contents: &[u8]) {
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a writable folder");
    let mut file = File::create(path).expect("a writable folder");
    file.write_all(contents).expect("there is space");
}

#[test]
fn the_models_of_the_repository_are_whole() {
    let scan = scan(&[repository("models")]);
    assert!(scan.refused.is_empty(), "{:?}", scan.refused);
    assert!(!scan.found.is_empty());
    for folder in scan.found {
        let mut heard = Vec::new();
        let fingerprint = folder.check(&CancelToken::default(), &mut |done| heard.push(done));
        assert_eq!(fingerprint.unwrap().to_string().len(), 64);
        assert!(heard.is_sorted() && heard.last() == Some(&1.0), "{heard:?}");
        let manifest = folder
            .manifest()
            .expect("every model of ours has a manifest");
        assert!(!manifest.licence.text.is_empty() && !manifest.examples.is_empty());
        pipeline::describe(&folder).unwrap();
    }
}

#[test]
fn a_scan_finds_models_three_levels_down_and_keeps_what_it_refused() {
    let root = tempfile::tempdir().unwrap();
    put(
        &root.path().join("foreign/model_index.json"),
        br#"{"_class_name": "X"}"#,
    );
    put(&root.path().join("broken/model.toml"), b"schema = ");
    put(&root.path().join("no-model/readme.txt"), b"hello");
    for folder in [
        "sd/1.5/below",
        "sd/1.5/far/below",
        ".git/hidden",
        "foreign/unet",
    ] {
        let index = root.path().join(folder).join("model_index.json");
        put(&index, b"{}");
    }
    let gone = root.path().join("gone");
    let scan = scan(&[gone, root.path().to_owned(), root.path().join("foreign")]);
    let names: Vec<&str> = scan.found.iter().map(ModelFolder::name).collect();
    assert_eq!(names, ["foreign", "below"], "a model is found once");
    assert_eq!(scan.refused.len(), 1);
    let (path, error) = &scan.refused[0];
    assert!(path.ends_with("broken"));
    assert!(error.to_string().contains("model.toml"), "{error}");
    assert!(error.explain().remedy.is_some());
}

#[test]
fn a_foreign_model_of_no_known_family_is_refused_by_its_folder() {
    let root = tempfile::tempdir().unwrap();
    put(&root.path().join("model_index.json"), b"{}");
    let folder = ModelFolder::open(root.path()).unwrap();
    let error = pipeline::describe(&folder).unwrap_err();
    let folder_name = root.path().file_name().unwrap().to_str().unwrap();
    assert!(error.to_string().contains(folder_name), "{error}");
}

#[test]
fn what_most_weights_are_stored_in_is_read_from_the_graphs() {
    let precision = |path: &str| ModelFolder::open(&repository(path)).unwrap().precision();
    for family in ["sd15", "sdxl"] {
        let folder = format!("tests/tiny/{family}");
        assert_eq!(precision(&folder), Some(Precision::Float32));
        assert_eq!(
            precision(&format!("{folder}_fp16")),
            Some(Precision::Float16)
        );
    }
    let root = tempfile::tempdir().unwrap();
    put(&root.path().join("model_index.json"), b"{}");
    put(
        &root.path().join("unet/model.onnx"),
        b"\x3a\xff\xff\x7fno graph",
    );
    assert_eq!(ModelFolder::open(root.path()).unwrap().precision(), None);
}

#[test]
fn the_users_folders_come_first() {
    let home = tempfile::tempdir().unwrap();
    let own = home.path().join("own");
    let roots = roots(&Folders::under(home.path()), std::slice::from_ref(&own));
    assert_eq!(roots[0], own);
    assert_eq!(roots[1], home.path().join("data/models"));
    assert!(roots.len() > 2);
}

#[test]
fn a_changed_byte_changes_the_fingerprint_of_a_foreign_model() {
    let root = tempfile::tempdir().unwrap();
    let fingerprint = || {
        let folder = ModelFolder::open(root.path()).unwrap();
        folder
            .check(&CancelToken::default(), &mut |_| {})
            .unwrap()
            .to_string()
    };
    put(&root.path().join("model_index.json"), b"{}");
    put(&root.path().join("unet/model.onnx"), b"weights");
    let before = fingerprint();
    assert_eq!(before, fingerprint());
    put(&root.path().join("unet/model.onnx"), b"Weights");
    assert_ne!(before, fingerprint());
}

#[test]
fn a_folder_is_a_model_by_a_person_s_word_alone_and_a_garbled_word_is_named() {
    let root = tempfile::tempdir().unwrap();
    let choice = root.path().join("own/maquette.json");
    put(&choice, br#"{"family": "flux"}"#);
    let found = scan(&[root.path().to_owned()]).found;
    assert_eq!(found[0].chosen_family(), Some("flux"));
    put(&choice, b"flux");
    let refused = scan(&[root.path().to_owned()]).refused;
    let told = refused[0].1.explain().headline;
    assert_eq!(told.key, "error-model-choice-malformed");
    assert!(refused[0].1.to_string().contains("maquette.json"));
}

#[test]
fn a_check_can_be_cancelled() {
    let folder = ModelFolder::open(&repository("models/maquette-sketch")).unwrap();
    let cancel = CancelToken::default();
    let mut calls = 0;
    let outcome = folder.check(&cancel, &mut |_| {
        calls += 1;
        cancel.cancel();
    });
    assert!(matches!(outcome, Err(ModelError::Cancelled)));
    assert_eq!(calls, 1);
}

#[test]
fn valid_graphs_name_no_other_files() {
    for graph in ["unet", "text_encoder", "vae_decoder"] {
        let path = repository(&format!("tests/tiny/stable_diffusion/{graph}/model.onnx"));
        let checked = check_graph(&path).unwrap();
        assert!(checked.external_files.is_empty(), "{graph}");
    }
}

#[test]
fn a_graph_may_keep_tensors_beside_itself_and_nowhere_else() {
    let root = tempfile::tempdir().unwrap();
    let graph = root.path().join("unet/model.onnx");
    put(&root.path().join("unet/weights.bin"), &[0; 64]);
    put(&root.path().join("secret"), b"secret");
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret", root.path().join("unet/link")).unwrap();
    let check = |location: &str, length: &str, expected: &str| {
        for graph_bytes in [
            in_initializer(location, length),
            in_branch(location, length),
        ] {
            put(&graph, &graph_bytes);
            let found = match check_graph(&graph) {
                Ok(checked) => format!("{:?}", checked.external_files),
                Err(error) => error.to_string(),
            };
            assert!(found.contains(expected), "{location}: {found}");
        }
    };
    check("weights.bin", "64", "weights.bin");
    check("weights.bin", "65", "64 bytes instead of 65");
    check("gone.bin", "1", "missing");
    check("../secret", "6", "outside its folder");
    check("/etc/passwd", "6", "outside its folder");
    check("..\\secret", "6", "outside its folder");
    if cfg!(unix) {
        check("link", "6", "outside its folder");
    }
}

#[test]
fn a_broken_graph_is_refused_before_the_runtime_sees_it() {
    let root = tempfile::tempdir().unwrap();
    let graph = root.path().join("model.onnx");
    let check = |bytes: &[u8], expected: &str| {
        put(&graph, bytes);
        let error = check_graph(&graph).unwrap_err().to_string();
        assert!(
            error.contains(expected) && error.contains("model.onnx"),
            "{error}"
        );
    };
    let whole = in_initializer("weights.bin", "1");
    check(&whole[..whole.len() - 1], "in the middle of a message");
    let short = [field(7, &[0x2a, 0x20]), field(6, &[b'x'; 100])].concat();
    check(&short, "longer than what holds it");
    check(&[0xff; 11], "more than 64 bits");
    check(&[0x3b, 0x00], "wire type");
    let deep = (0..200).fold(Vec::new(), |inner, _| {
        // A graph in an attribute of a node of a graph, and so on.
        field(1, &field(5, &field(6, &inner)))
    });
    check(&model(&deep), "too deep");
}

/// A length-delimited field of protobuf.
fn field(number: u8, contents: &[u8]) -> Vec<u8> {
    let mut bytes = vec![number << 3 | 2];
    let mut length = contents.len();
    while length >= 0x80 {
        bytes.push(length as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend_from_slice(contents);
    bytes
}

fn tensor(location: &str, length: &str) -> Vec<u8> {
    let entry = |key: &str, value: &str| {
        let entry = [field(1, key.as_bytes()), field(2, value.as_bytes())].concat();
        field(13, &entry)
    };
    let bytes: u8 = length.parse().expect("a small number");
    let (axis, unsigned_bytes) = ([1 << 3, bytes], [2 << 3, 2]);
    let external = [entry("location", location), entry("length", length)].concat();
    [&axis[..], &unsigned_bytes, &external].concat()
}

/// A model with the tensor among the initializers of its graph.
fn in_initializer(location: &str, length: &str) -> Vec<u8> {
    model(&field(5, &tensor(location, length)))
}

/// A model with the tensor in a node of a branch of a node.
fn in_branch(location: &str, length: &str) -> Vec<u8> {
    let attribute_with_tensor = field(5, &field(5, &tensor(location, length)));
    let branch = field(6, &field(1, &attribute_with_tensor));
    model(&field(1, &field(5, &branch)))
}

/// A model of opset 17 with that graph.
fn model(graph: &[u8]) -> Vec<u8> {
    let opset = field(8, &[2 << 3, 17]);
    [opset, field(7, graph)].concat()
}
