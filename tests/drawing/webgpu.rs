//! The WebGPU plug-in draws what the processor draws, on a software driver where there is no card.

use std::env;
use std::process::Command;

use maquette::domain::ParamValue;
use maquette::pipeline::{self, Pipeline};
use maquette::runtime::ProviderId;

use crate::bench::{self, Recorder, model, open, request, runtime};

/// Names a software Vulkan driver's JSON file; set by `cargo xtask test`, which installs one.
const DRIVER_VARIABLE: &str = "MAQUETTE_SOFTWARE_VULKAN";

/// Tells the process of this test that its driver is chosen.
const CHOSEN_VARIABLE: &str = "MAQUETTE_TEST_DRIVER_CHOSEN";

#[test]
fn webgpu_draws_what_the_processor_draws() {
    let Some(driver) = env::var_os(DRIVER_VARIABLE) else {
        eprintln!("LEFT OUT: WebGPU: {DRIVER_VARIABLE} is not set; `cargo xtask test` sets it");
        return;
    };
    if env::var_os(CHOSEN_VARIABLE).is_some() {
        return compare();
    }
    // Drivers are chosen by variables that must be there when a process starts.
    let status = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "webgpu::webgpu_draws_what_the_processor_draws",
            "--nocapture",
        ])
        .env("VK_DRIVER_FILES", driver)
        .env("ORT_WEBGPU_EP_ALLOW_SOFTWARE_ADAPTER", "1")
        .env(CHOSEN_VARIABLE, "1")
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
}

#[expect(clippy::print_stdout, reason = "the figure is worth reading")]
fn compare() {
    let folder = model("models/maquette-sketch");
    let mut wanted = request(&folder);
    wanted.params.set("steps", ParamValue::Int(3));
    let draw = |pipeline: &mut dyn Pipeline| {
        let pictures = Recorder::default().run(pipeline, &wanted);
        pictures.expect("the model runs").remove(0)
    };
    let on_processor = draw(open(&folder).as_mut());

    let runtime = runtime();
    let webgpu = ProviderId::new("webgpu");
    let chosen = runtime.choose(&webgpu).expect("the plug-in is installed");
    assert!(!chosen.device.is_empty(), "{chosen:?}");
    // A processor that imitates a card is never the better choice.
    let automatic = runtime
        .choose(&ProviderId::default())
        .expect("there is one");
    assert_eq!(automatic.id, bench::cpu());

    let opened = pipeline::open(&folder, &runtime, &webgpu, &mut Recorder::default());
    let on_card = draw(opened.expect("the model opens").as_mut());
    assert_eq!(on_card.recipe.made_with.provider, "webgpu");
    let psnr_db = bench::psnr_db(&on_card.pixels, &on_processor.pixels);
    println!("{} on {}: {psnr_db:.1} dB", chosen.label, chosen.device);
    assert!(psnr_db >= 40.0, "{psnr_db:.1} dB");
}
