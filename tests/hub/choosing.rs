//! What of a repository is fetched, and what is refused before anything is.

use maquette::domain::Explain as _;
use maquette::hub::{HubError, Plan};
use serde_json::json;

use crate::repo::{COMMIT, Getter, Repo, UNET, graph, graph_beside};
use crate::server::{Answer, Server};

/// The paths that would be fetched, in their order.
fn chosen(repo: Repo, folder: Option<&str>) -> Result<(Plan, Vec<String>), HubError> {
    let server = repo.serve();
    let getter = Getter::of(&server);
    let plan = Plan::choose(&getter.list()?, folder, getter.root.path())?;
    let mut paths: Vec<String> = plan.files.iter().map(|file| file.path.clone()).collect();
    paths.sort();
    Ok((plan, paths))
}

#[test]
fn a_listing_has_the_commit_the_licence_and_every_length() {
    let repo = Repo::pipeline();
    let server = repo.clone().serve();
    let listing = Getter::of(&server).list().unwrap();
    assert_eq!(listing.commit, COMMIT);
    assert_eq!(listing.licence.id, "mit");
    assert_eq!(listing.licence.holder, "owner");
    assert_eq!(listing.files.len(), repo.files.len());
    let unet = listing.files.iter().find(|file| file.path == UNET).unwrap();
    assert_eq!(unet.bytes, repo.file(UNET).len() as u64);
    assert_eq!(
        server.seen()[0].path,
        "/api/models/owner/name/revision/main?blobs=true"
    );
}

#[test]
fn only_what_a_pipeline_in_onnx_needs_is_chosen() {
    let pipeline = Repo::pipeline();
    let expected: Vec<String> = pipeline.files.keys().cloned().collect();
    let mut crowded = pipeline;
    for foreign in [
        "v1-5-pruned.ckpt",
        "v1-5-pruned.safetensors",
        "sample.png",
        "unet/diffusion_pytorch_model.bin",
        "unet/diffusion_pytorch_model.safetensors",
        "unet/diffusion_pytorch_model.safetensors.index.json",
        "unet/openvino_model.xml",
        "unet/model.pt",
        "unet/code.py",
        "unet/.cache",
        "unet/model_fp16.onnx",
        "unet/model_fp16.onnx_data",
        "text_encoder/pytorch_model.bin",
        "text_encoder/flax_model.msgpack",
        "vae/diffusion_pytorch_model.bin",
        "safety_checker/model.onnx",
        "feature_extractor/preprocessor_config.json",
        "handler.py",
        "maquette.json",
        "examples/unet/notes.txt",
    ] {
        crowded = crowded.with(foreign, b"x");
    }
    let (plan, paths) = chosen(crowded, None).unwrap();
    assert_eq!(paths, expected);
    assert_eq!(plan.model_id(), "owner/name");
}

#[test]
fn every_name_of_external_data_and_the_terms_of_use_come_along() {
    let mut repo = Repo::pipeline();
    for wanted in [
        "README.md",
        "LICENSE.txt",
        "unet/model.onnx_data",
        "unet/model.onnx_data_1",
        "unet/model.onnx.data",
        "unet/weights.pb",
        "unet/onnx__MatMul_1234",
        "unet/down_blocks.0.resnets.0.weight",
        "text_encoder_2/model.onnx",
        "tokenizer_2/spiece.model",
        "vae/config.json",
    ] {
        repo = repo.with(wanted, b"x");
    }
    let expected: Vec<String> = repo.files.keys().cloned().collect();
    assert_eq!(chosen(repo, None).unwrap().1, expected);
}

#[test]
fn the_largest_file_is_fetched_first() {
    let (plan, _) = chosen(Repo::pipeline(), None).unwrap();
    assert_eq!(plan.files[0].path, UNET);
    assert!(
        plan.files
            .is_sorted_by_key(|file| std::cmp::Reverse(file.bytes))
    );
    assert_eq!(
        plan.bytes(),
        plan.files.iter().map(|file| file.bytes).sum::<u64>()
    );
    assert!(plan.free_bytes().unwrap() > 0);
}

#[test]
fn a_repository_for_other_programs_is_refused_with_what_it_lacks() {
    let torch = Repo::empty()
        .with("model_index.json", b"{}")
        .with("unet/diffusion_pytorch_model.safetensors", b"x")
        .with("text_encoder/model.safetensors", b"x");
    let notice = chosen(torch, None).unwrap_err().explain();
    assert_eq!(notice.headline.key, "error-hub-not-onnx");
    let details = notice.details.join("\n");
    for lacking in [
        "unet/model.onnx",
        "text_encoder/model.onnx",
        "vae_decoder/model.onnx",
    ] {
        assert!(details.contains(lacking), "{details}");
    }
    let mut partial = Repo::pipeline();
    partial.files.remove("vae_decoder/model.onnx");
    let error = chosen(partial, None).unwrap_err().to_string();
    assert!(error.ends_with("lacks vae_decoder/model.onnx"), "{error}");
}

#[test]
fn the_only_folder_with_a_pipeline_is_found_and_one_of_several_is_named() {
    let repo = Repo::empty()
        .with_pipeline_in("onnx/")
        .with("README.md", b"card");
    let (plan, paths) = chosen(repo, None).unwrap();
    assert_eq!(plan.folder, "onnx");
    assert_eq!(plan.model_id(), "owner/name/onnx");
    assert!(plan.target().ends_with("owner--name--onnx"));
    assert!(paths.contains(&UNET.to_owned()) && paths.contains(&"README.md".to_owned()));
    let unet = plan.files.iter().find(|file| file.path == UNET).unwrap();
    assert_eq!(unet.remote_path, "onnx/unet/model.onnx");

    let several = Repo::empty()
        .with_pipeline_in("fp16/")
        .with_pipeline_in("fp32/");
    let error = chosen(several.clone(), None).unwrap_err().to_string();
    assert!(error.contains("fp16, fp32"), "{error}");
    assert_eq!(
        chosen(several.clone(), Some("fp32/")).unwrap().0.folder,
        "fp32"
    );
    assert!(matches!(
        chosen(several.clone(), Some("../fp16")),
        Err(HubError::UnsafeName { .. })
    ));
    assert!(matches!(
        chosen(several, Some("int8")),
        Err(HubError::NotOnnx { .. })
    ));
}

#[test]
fn a_name_that_leads_out_of_the_folder_refuses_the_whole_repository() {
    for name in [
        "../x",
        "unet/../../x",
        "/etc/x",
        "C:\\x",
        "unet\\..\\..\\x",
        "c:x",
    ] {
        let repo = Repo::pipeline().with(name, b"x");
        let error = chosen(repo, None).unwrap_err();
        assert!(
            matches!(&error, HubError::UnsafeName { name: named } if named == name),
            "{name}"
        );
    }
}

#[test]
fn a_name_that_some_system_cannot_keep_is_refused_where_it_would_be_fetched() {
    for name in [
        "unet/aux",
        "unet/nul.json",
        "unet/COM1.weight",
        "unet/a ",
        "unet/CONFIG.json",
    ] {
        let refused = chosen(Repo::pipeline().with(name, b"x"), None);
        assert!(
            matches!(refused, Err(HubError::UnsafeName { .. })),
            "{name}"
        );
    }
    chosen(Repo::pipeline().with("samples/what?.png", b"x"), None).unwrap();
}

#[test]
fn a_graph_whose_data_never_comes_is_no_model() {
    let check = |graph: Vec<u8>, expected: &str| {
        let repo = Repo::pipeline()
            .with(UNET, &graph)
            .with("unet/weights.bin", b"x");
        let server = repo.serve();
        let getter = Getter::of(&server);
        let error = getter.get().unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        getter.assert_nothing_appeared();
    };
    check(graph_beside("weights.bin"), "lacks unet/weights.bin");
    check(graph_beside("../../../secret"), "outside its folder");
    check(
        graph(1000)[..900].to_vec(),
        "ends in the middle of a message",
    );
}

#[test]
fn a_model_that_does_not_fit_on_the_disk_is_not_begun() {
    let repo = Repo::pipeline();
    let server = Server::start(move |asked| {
        let mut listing = repo.listing();
        for file in listing["siblings"].as_array_mut().unwrap() {
            if file["rfilename"] == UNET {
                file["lfs"]["size"] = json!(1_u64 << 60);
            }
        }
        assert!(asked.path.starts_with("/api"), "no file was asked for");
        Answer::new(200, listing.to_string())
    });
    let getter = Getter::of(&server);
    let error = getter.get().unwrap_err();
    assert!(matches!(error, HubError::DiskSpace { .. }), "{error:?}");
    assert_eq!(error.explain().headline.key, "error-hub-disk-space");
}
