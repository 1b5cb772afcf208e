//! A studio and its window without threads, and hands on its keys and buttons.

use std::path::PathBuf;
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Key, Modifiers, Rect, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, HarnessBuilder};

use maquette::app::{Action, Effect, Heard, Opening, Studio};
use maquette::domain::{GUIDANCE, ModelId, ParamSpec, Params, PixelSize, STEPS};
use maquette::pipeline::{ModelInfo, SizeLimits, Weights};
use maquette::settings::{Settings, Theme};
use maquette::strings::Language;
use maquette::ui::view::View;
use maquette::ui::window::Window;

/// The smallest window that must hold every text.
pub(crate) const SMALL: Vec2 = Vec2::new(1100.0, 700.0);
pub(crate) const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

static SPECS: &[&ParamSpec] = &[&STEPS, &GUIDANCE];

/// What a thread would say to an effect.
pub(crate) type Answer = Box<dyn FnMut(&Studio, &Effect) -> Option<Heard>>;

/// A studio and its window: actions are applied, and their effects answered or dropped.
pub(crate) struct Bench {
    pub(crate) studio: Studio,
    pub(crate) window: Option<Window>,
    /// What was asked for in the window, oldest first.
    pub(crate) actions: Vec<Action>,
    /// The time on the studio's wall; it stands still unless a test moves it.
    pub(crate) now: Duration,
    /// What the threads would say to an effect; they are heard within the same frame.
    pub(crate) answer: Answer,
}

impl Bench {
    pub(crate) fn new(settings: Settings) -> Self {
        let opening = Opening::first(settings, PathBuf::from("pictures"));
        Self {
            studio: Studio::open(opening).0,
            window: None,
            actions: Vec::new(),
            now: Duration::ZERO,
            answer: Box::new(|_, _| None),
        }
    }

    pub(crate) fn apply(&mut self, action: Action) {
        for effect in self.studio.apply(action, self.now) {
            if let Some(heard) = (self.answer)(&self.studio, &effect) {
                self.hear(heard);
            }
        }
    }

    pub(crate) fn hear(&mut self, heard: Heard) {
        let _effects = self.studio.absorb(heard, self.now);
    }

    /// The window after its first frames.
    pub(crate) fn open(self) -> Harness<'static, Self> {
        self.open_in(Harness::builder())
    }

    pub(crate) fn open_in(self, builder: HarnessBuilder<Self>) -> Harness<'static, Self> {
        let mut harness = builder
            .with_size(SMALL)
            .build_ui_state(|ui, bench: &mut Self| bench.draw(ui), self);
        harness.run_steps(4);
        harness
    }

    fn draw(&mut self, ui: &mut egui::Ui) {
        let Some(window) = &mut self.window else {
            // Fonts are there from the frame after this one.
            self.window = Some(Window::new(ui.ctx(), &self.studio));
            return;
        };
        window.textures.advance(ui.ctx(), self.now);
        let mut asked = Vec::new();
        window.ui(ui, &self.studio, self.now, &mut asked);
        for action in asked {
            self.actions.push(action.clone());
            self.apply(action);
        }
    }
}

/// Settings of every language in every theme.
pub(crate) fn every_look() -> impl Iterator<Item = Settings> {
    let languages = Language::ALL.into_iter();
    languages.flat_map(|language| {
        let themes = Theme::ALL.into_iter();
        themes.map(move |theme| Settings {
            language,
            theme,
            ..Settings::default()
        })
    })
}

/// A model that lies in a folder of its name.
pub(crate) fn model(name: &str, family: &'static str) -> ModelInfo {
    ModelInfo {
        id: ModelId::new(name.to_lowercase()),
        name: name.to_owned(),
        path: PathBuf::from("/models").join(name),
        family,
        description: String::new(),
        licence: None,
        defaults: Params::default(),
        specs: SPECS,
        sizes: SizeLimits {
            default: PixelSize::new(512, 512).expect("a possible size"),
            multiple: 8,
            min_side: 64,
            max_side: 1024,
        },
        tokenizer: None,
        examples: Vec::new(),
        file_bytes: 0,
        precision: None,
        is_for_inpainting: false,
        weights: Weights::default(),
    }
}

pub(crate) fn press(harness: &mut Harness<'_, Bench>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

pub(crate) fn write(harness: &mut Harness<'_, Bench>, text: &str) {
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run_steps(3);
}

/// Clicks the one button of that name.
pub(crate) fn click(harness: &mut Harness<'_, Bench>, name: &str) {
    harness.get_by_role_and_label(Role::Button, name).click();
    harness.run_steps(3);
}

pub(crate) fn asked(harness: &Harness<'_, Bench>, is_meant: impl Fn(&Action) -> bool) -> bool {
    harness.state().actions.iter().any(is_meant)
}

pub(crate) fn view<'a>(harness: &'a Harness<'_, Bench>) -> &'a View {
    &harness.state().window.as_ref().expect("drawn").view
}

pub(crate) fn is_shown(harness: &Harness<'_, Bench>, label: &str) -> bool {
    harness.query_by_label_contains(label).is_some()
}

/// Everything has a name, and no text and no button reaches out of the window sideways.
pub(crate) fn check(harness: &Harness<'_, Bench>, state: &str) {
    harness.check_accessibility();
    for (label, rect) in texts_and_buttons(harness) {
        let is_inside = rect.left() >= -0.5 && rect.right() <= SMALL.x + 0.5;
        assert!(is_inside, "{state}: `{label}` stands at {rect:?}");
    }
}

/// The names and places of all texts and buttons.
pub(crate) fn texts_and_buttons(harness: &Harness<'_, Bench>) -> Vec<(String, Rect)> {
    let root = harness.root();
    let nodes = root.children_recursive().filter_map(|node| {
        let data = node.accesskit_node();
        let label = data.label()?;
        (data.role() == Role::Button || data.role() == Role::Label).then(|| (label, node.rect()))
    });
    nodes.collect()
}
