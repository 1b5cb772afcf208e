//! The models sheet and the rows of adapters, by the names of their parts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use maquette::adapters::{AdapterInfo, AdapterKind};
use maquette::app::{Action, Heard, ModelAction};
use maquette::doctor::Report;
use maquette::domain::{Message, ModelId, Notice, ParamValue, PixelSize, Severity};
use maquette::models::Precision;
use maquette::pipeline::ModelInfo;
use maquette::settings::Settings;
use maquette::ui::view::Sheet;

use crate::bench::{
    self, Bench, CTRL_SHIFT, asked, check, click, every_look, is_shown, press, view, write,
};

fn open(settings: Settings, models: Vec<ModelInfo>) -> Harness<'static, Bench> {
    let mut bench = Bench::new(settings);
    bench.hear(found(models));
    bench.open()
}

fn found(models: Vec<ModelInfo>) -> Heard {
    let headline = Message::new("error-model-missing").with("file", "half/unet/model.onnx");
    let mut notice = Notice::new(Severity::Error, headline);
    notice
        .details
        .push("missing: half/unet/model.onnx".to_owned());
    Heard::Models {
        found: models,
        refused: vec![(PathBuf::from("/models/half"), notice)],
    }
}

fn model(name: &str, family: &'static str) -> ModelInfo {
    ModelInfo {
        description: "Draws what it likes.".to_owned(),
        file_bytes: 4_265_384_210,
        precision: Some(Precision::Float16),
        ..bench::model(name, family)
    }
}

fn models() -> Vec<ModelInfo> {
    vec![
        model("Sketch", "stable_diffusion"),
        model("Wash", "stable_diffusion_xl"),
    ]
}

/// The window with the sheet open.
fn open_sheet(models: Vec<ModelInfo>) -> Harness<'static, Bench> {
    let mut harness = open(Settings::default(), models);
    press(&mut harness, CTRL_SHIFT, Key::M);
    assert_eq!(view(&harness).sheet, Some(Sheet::Models));
    harness
}

fn cards(harness: &Harness<'_, Bench>) -> usize {
    harness
        .query_all_by_label_contains("GB")
        .filter(is_card)
        .count()
}

fn is_card(node: &egui_kittest::Node<'_>) -> bool {
    node.accesskit_node().role() == Role::Button
}

fn prompt<'a>(harness: &'a Harness<'_, Bench>) -> &'a str {
    &harness.state().studio.compose().draft().prompt.text
}

fn set_prompt(harness: &mut Harness<'_, Bench>, text: &str) {
    press(harness, Modifiers::COMMAND, Key::L);
    harness.get_by_label("Prompt").type_text(text);
    harness.run_steps(3);
    assert_eq!(prompt(harness), text);
}

#[test]
fn a_model_is_found_by_its_family_and_used_by_enter() {
    let mut harness = open_sheet(models());
    assert!(is_shown(
        &harness,
        "Sketch, Stable Diffusion · fp16 · 4.3 GB, In use"
    ));
    assert_eq!(cards(&harness), 2);
    write(&mut harness, "xl");
    assert_eq!(cards(&harness), 1);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(view(&harness).sheet, None);
    let model = harness.state().studio.model().expect("there are models");
    assert_eq!(model.name, "Wash");
}

#[test]
fn a_model_for_inpainting_says_so_on_its_card_and_is_found_by_it() {
    let mut all = models();
    all.push(ModelInfo {
        is_for_inpainting: true,
        ..model("Patch", "stable_diffusion")
    });
    let mut harness = open_sheet(all);
    assert!(is_shown(
        &harness,
        "Patch, Stable Diffusion · inpainting · fp16 · 4.3 GB"
    ));
    write(&mut harness, "inpaint");
    assert_eq!(cards(&harness), 1);
    assert!(is_shown(&harness, "inpainting: it draws anew"));
}

#[test]
fn arrows_step_through_the_cards_and_refused_folders_say_why() {
    let mut harness = open_sheet(models());
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    assert!(
        harness
            .query_by_role_and_label(Role::Button, "Use this model")
            .is_some()
    );
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    assert!(is_shown(&harness, "half/unet/model.onnx"));
    click(&mut harness, "Try again");
    click(&mut harness, "Take off the list");
    assert!(harness.state().studio.shelf().refused().is_empty());
    click(&mut harness, "half, Off the list");
    click(&mut harness, "Put it back on the list");
    assert_eq!(harness.state().studio.shelf().refused().len(), 1);
}

#[test]
fn a_family_is_chosen_for_a_model_and_for_a_refused_folder() {
    let mut harness = open_sheet(models());
    assert_eq!(family(&harness), "Stable Diffusion (automatic)");
    choose_family(&mut harness, "Flux", "/models/Sketch", Some("flux"));
    let chosen = [(PathBuf::from("/models/Sketch"), "flux".to_owned())];
    let chosen = Heard::ChosenFamilies(chosen.into());
    harness.state_mut().hear(chosen);
    harness.run_steps(3);
    assert_eq!(family(&harness), "Flux");
    choose_family(&mut harness, "Automatic", "/models/Sketch", None);
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    assert_eq!(family(&harness), "Automatic");
    choose_family(&mut harness, "Flux", "/models/half", Some("flux"));
}

fn family(harness: &Harness<'_, Bench>) -> String {
    let menu = harness.get_by_role_and_label(Role::ComboBox, "Family");
    menu.value().expect("it shows a family")
}

fn choose_family(
    harness: &mut Harness<'_, Bench>,
    name: &str,
    folder: &str,
    family: Option<&'static str>,
) {
    let menu = harness.get_by_role_and_label(Role::ComboBox, "Family");
    menu.click();
    harness.run_steps(3);
    click(harness, name);
    let folder = PathBuf::from(folder);
    let asked = ModelAction::ChooseFamily { folder, family };
    assert_eq!(harness.state().actions.last(), Some(&Action::Model(asked)));
}

#[test]
fn a_step_is_tested_and_what_came_of_it_is_shown() {
    let mut harness = open_sheet(models());
    let test = harness.get_by_role_and_label(Role::Button, "Test one step");
    // It has to be scrolled to for a mouse.
    test.click_accesskit();
    harness.run_steps(3);
    let folder = PathBuf::from("/models/Sketch");
    let asked = Action::Model(ModelAction::TestStep(folder.clone()));
    assert_eq!(harness.state().actions.last(), Some(&asked));
    assert!(is_shown(&harness, "Testing one step…"));
    let passed = Report {
        folder,
        probe: Some(true),
        ..Report::default()
    };
    harness.state_mut().hear(Heard::Examined(Box::new(passed)));
    harness.run_steps(3);
    assert!(!is_shown(&harness, "Testing one step…"));
    assert!(is_shown(&harness, "drawn, all numbers finite"));
}

#[test]
fn memory_is_reckoned_for_the_chosen_size() {
    let mut harness = open_sheet(models());
    let shown = |harness: &Harness<'_, Bench>, size: &str| {
        let text = format!("for {size}: 0 B of weights");
        is_shown(harness, &text)
    };
    assert!(shown(&harness, "512x512"));
    let menu = harness.get_by_role_and_label(Role::ComboBox, "Memory for");
    menu.click_accesskit();
    harness.run_steps(3);
    let larger = harness.query_all_by_role_and_label(Role::Button, "1024 × 1024");
    let larger = larger.last().expect("the menu has larger sizes");
    larger.click_accesskit();
    harness.run_steps(3);
    assert!(shown(&harness, "1024x1024"));
    click(&mut harness, "Wash, Stable Diffusion XL · fp16 · 4.3 GB");
    assert!(shown(&harness, "512x512"), "another model is asked anew");
}

#[test]
fn tags_are_written_found_and_removed() {
    let mut harness = open_sheet(models());
    harness.get_by_label("Add a tag").focus();
    harness.run_steps(2);
    write(&mut harness, "book, мягко");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    let tags = |harness: &Harness<'_, Bench>| {
        let shelf = harness.state().studio.shelf();
        let note = shelf.note(&shelf.models()[0]);
        note.map(|note| note.tags.clone()).unwrap_or_default()
    };
    assert_eq!(tags(&harness), ["book", "мягко"]);
    harness
        .get_by_label("Search names, tags, trigger words")
        .focus();
    harness.run_steps(2);
    write(&mut harness, "мягк");
    assert_eq!(cards(&harness), 1);
    click(&mut harness, "Remove “мягко”");
    assert_eq!(cards(&harness), 0);
    assert!(is_shown(&harness, "No model fits “мягк”"));
}

#[test]
fn a_trigger_word_is_written_into_the_prompt_once() {
    let mut harness = open(Settings::default(), models());
    set_prompt(&mut harness, "a fox");
    press(&mut harness, CTRL_SHIFT, Key::M);
    harness.get_by_label("Add a trigger word").focus();
    harness.run_steps(2);
    write(&mut harness, "ink style");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    click(&mut harness, "ink style");
    click(&mut harness, "ink style");
    assert_eq!(prompt(&harness), "a fox, ink style");
}

#[test]
fn kept_settings_are_marked_used_and_reset() {
    let mut harness = open_sheet(models());
    // The compose panel below the sheet has such buttons, too.
    let shapes = harness.query_all_by_role_and_label(Role::Button, "Shape 3:2");
    let shape = shapes.last().expect("the sheet is drawn last");
    // It has to be scrolled to for a mouse.
    shape.click_accesskit();
    harness.run_steps(3);
    let sizes = |harness: &Harness<'_, Bench>| harness.state().studio.model().unwrap().sizes;
    assert_eq!(sizes(&harness).default, PixelSize::new(624, 416).unwrap());
    let own = harness.state().studio.shelf().own(&ModelId::new("sketch"));
    assert_eq!(
        own.unwrap().sizes.default,
        PixelSize::new(512, 512).unwrap()
    );
    let mut note = harness
        .state()
        .studio
        .shelf()
        .note(&models()[0])
        .cloned()
        .unwrap();
    note.defaults.set("steps", ParamValue::Int(9));
    let keep = Action::Model(ModelAction::Note {
        model: ModelId::new("sketch"),
        note: Box::new(note),
    });
    harness.state_mut().apply(keep);
    harness.run_steps(3);
    let back = "Back to the model’s own settings";
    harness.get_by_label(back).click_accesskit();
    harness.run_steps(3);
    let model = harness.state().studio.model().unwrap();
    assert_eq!(model.sizes.default, PixelSize::new(512, 512).unwrap());
    assert_eq!(model.defaults.get("steps"), None);
}

#[test]
fn of_many_models_only_those_in_view_are_drawn() {
    let many = (0..200).map(|number| model(&format!("Model {number}"), "stable_diffusion"));
    let mut harness = open_sheet(many.collect());
    let drawn = cards(&harness);
    assert!((4..=24).contains(&drawn), "{drawn}");
    for _ in 0..10 {
        press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    }
    assert!(
        !is_shown(&harness, "Model 0, "),
        "the chosen card is brought into view"
    );
    assert!(cards(&harness) <= 24);
}

#[test]
fn an_empty_shelf_says_what_to_do() {
    let mut harness = open(Settings::default(), Vec::new());
    let nothing = Heard::Models {
        found: Vec::new(),
        refused: Vec::new(),
    };
    harness.state_mut().hear(nothing);
    press(&mut harness, CTRL_SHIFT, Key::M);
    assert!(is_shown(&harness, "No models yet"));
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(view(&harness).sheet, None);
}

/// What the system hands over when something is dropped.
#[derive(Debug)]
pub(crate) struct Dropped(pub(crate) PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("a folder has no bytes".to_owned())
    }
}

#[test]
fn a_dropped_folder_is_added_and_its_model_chosen() {
    let mut harness = open(Settings::default(), models());
    let folder = PathBuf::from("/downloads/new");
    let dropped = Arc::new(Dropped(folder.clone()));
    harness.input_mut().dropped_files.push(dropped);
    harness.run_steps(3);
    let add = Action::Model(ModelAction::Add(folder.clone()));
    assert!(asked(&harness, |action| *action == add));
    assert_eq!(view(&harness).sheet, Some(Sheet::Models));
    assert!(is_shown(&harness, "Looking through the folder…"));
    let mut all = models();
    all.push(ModelInfo {
        path: folder.join("Line"),
        ..model("Line", "stable_diffusion")
    });
    harness.state_mut().hear(found(all));
    harness.run_steps(3);
    assert!(is_shown(&harness, "1 model added from /downloads/new"));
    press(&mut harness, Modifiers::NONE, Key::Enter);
    let model = harness.state().studio.model().expect("there are models");
    assert_eq!(model.name, "Line");
}

#[test]
fn adapters_are_switched_weighed_and_removed_in_the_prompt() {
    let mut harness = open(Settings::default(), models());
    let adapters = ["ash", "ink wash"].map(|name| AdapterInfo {
        name: name.to_owned(),
        path: PathBuf::from(format!("/loras/{name}.safetensors")),
        kind: AdapterKind::Lora,
        base_model: None,
        trigger_words: Vec::new(),
    });
    let adapters = Heard::Adapters(adapters.to_vec());
    harness.state_mut().hear(adapters);
    harness.run_steps(2);
    set_prompt(&mut harness, "a fox <lora:ash:0.8:0.5>, snow");
    click(&mut harness, "Add a LoRA");
    click(&mut harness, "ink wash");
    let with = |ash: &str| format!("a fox <lora:ash{ash}>, snow <lora:ink wash:1>");
    assert_eq!(prompt(&harness), with(":0.8:0.5"));
    for numbers in [":0", ":0.8:0.5"] {
        harness.get_by_role_and_label(Role::CheckBox, "ash").click();
        harness.run_steps(3);
        assert_eq!(prompt(&harness), with(numbers));
    }
    click(&mut harness, "Remove ash from the prompt");
    assert_eq!(prompt(&harness), "a fox, snow <lora:ink wash:1>");
}

#[test]
fn the_sheet_has_names_and_places_in_every_language_and_theme() {
    let long = "juggernaut-xl-ragnarok-by-somebody-v10-onnx-olive-optimized-fp16";
    let mut all = models();
    all.push(model(long, "stable_diffusion_xl"));
    for look in every_look() {
        let mut harness = open(look.clone(), all.clone());
        press(&mut harness, CTRL_SHIFT, Key::M);
        for _ in 0..=all.len() {
            check(&harness, &format!("{:?} {:?}", look.language, look.theme));
            press(&mut harness, Modifiers::NONE, Key::ArrowRight);
        }
    }
}
