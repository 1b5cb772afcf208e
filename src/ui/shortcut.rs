//! Every command of the window: its name, its key, and what it does.
//!
//! Keys, tooltips, the shortcut sheet and the palette are all drawn from [`SHORTCUTS`].

use egui::{Key, KeyboardShortcut, ModifierNames, Modifiers};

use crate::app::{Action, ComposeAction, CullAction, GalleryAction, QueueAction, Studio};
use crate::domain::{Flag, Label, Mark, Stars};
use crate::strings::Strings;

use super::culling;
use super::panel::Desk;
use super::view::{Mode, Sheet, Workspace, ZoomWish};

/// A command that has a name and a key.
pub struct Shortcut {
    /// Its name in code; never changes.
    pub id: &'static str,
    /// The key of its name.
    pub name_key: &'static str,
    /// What it belongs to on the sheet.
    pub group: Group,
    /// The keys that call it.
    pub keys: KeyboardShortcut,
    /// When the keys call it.
    pub scope: Scope,
    /// What it does.
    pub run: fn(&Studio, &mut Desk<'_>),
}

/// What commands belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Writing requests.
    Compose,
    /// Jobs.
    Queue,
    /// Pictures.
    Pictures,
    /// Judging pictures.
    Culling,
    /// The window itself.
    Window,
}

impl Group {
    /// The key of its name.
    pub fn title_key(self) -> &'static str {
        match self {
            Self::Compose => "shortcut-group-compose",
            Self::Queue => "shortcut-group-queue",
            Self::Pictures => "shortcut-group-pictures",
            Self::Culling => "shortcut-group-culling",
            Self::Window => "shortcut-group-window",
        }
    }
}

/// When a shortcut's keys are listened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Always, also while text is written.
    Anywhere,
    /// While no widget has the keyboard.
    Unfocused,
}

/// Keys that are better known by what is printed on them.
const PRINTED: [(Key, &str); 7] = [
    (Key::Slash, "/"),
    (Key::Backslash, "\\"),
    (Key::Period, "."),
    (Key::Comma, ","),
    (Key::Plus, "+"),
    (Key::Minus, "−"),
    (Key::Escape, "Esc"),
];

const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// Every command, in the order of the sheet; keys with more modifiers stand before those with less.
pub static SHORTCUTS: &[Shortcut] = &[
    Shortcut {
        id: "generate",
        name_key: "shortcut-generate",
        group: Group::Compose,
        keys: KeyboardShortcut::new(Modifiers::COMMAND, Key::Enter),
        scope: Scope::Anywhere,
        run: generate,
    },
    Shortcut {
        id: "write",
        name_key: "shortcut-write",
        group: Group::Compose,
        keys: KeyboardShortcut::new(Modifiers::COMMAND, Key::L),
        scope: Scope::Anywhere,
        run: |_, desk| {
            desk.view.show(Workspace::Create);
            desk.view.is_bare = false;
            desk.view.wants_prompt = true;
        },
    },
    Shortcut {
        id: "older-prompt",
        name_key: "shortcut-older-prompt",
        group: Group::Compose,
        keys: KeyboardShortcut::new(Modifiers::ALT, Key::ArrowUp),
        scope: Scope::Anywhere,
        run: |_, desk| desk.ask(Action::Compose(ComposeAction::OlderPrompt)),
    },
    Shortcut {
        id: "newer-prompt",
        name_key: "shortcut-newer-prompt",
        group: Group::Compose,
        keys: KeyboardShortcut::new(Modifiers::ALT, Key::ArrowDown),
        scope: Scope::Anywhere,
        run: |_, desk| desk.ask(Action::Compose(ComposeAction::NewerPrompt)),
    },
    Shortcut {
        id: "roll",
        name_key: "shortcut-roll",
        group: Group::Compose,
        keys: KeyboardShortcut::new(Modifiers::COMMAND, Key::D),
        scope: Scope::Anywhere,
        run: |_, desk| {
            let fresh = desk.fresh_seed();
            desk.ask(Action::Compose(ComposeAction::Roll { fresh }));
        },
    },
    Shortcut {
        id: "cancel-all",
        name_key: "shortcut-cancel-all",
        group: Group::Queue,
        keys: KeyboardShortcut::new(CTRL_SHIFT, Key::Period),
        scope: Scope::Anywhere,
        run: |_, desk| desk.ask(Action::Queue(QueueAction::CancelAll)),
    },
    Shortcut {
        id: "cancel",
        name_key: "shortcut-cancel",
        group: Group::Queue,
        keys: KeyboardShortcut::new(Modifiers::COMMAND, Key::Period),
        scope: Scope::Anywhere,
        run: |studio, desk| {
            if let Some((job, _)) = studio.press().running() {
                desk.ask(Action::Queue(QueueAction::Cancel(job.id)));
            }
        },
    },
    Shortcut {
        id: "next",
        name_key: "shortcut-next",
        group: Group::Pictures,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::ArrowRight),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::step(1, studio, desk),
    },
    Shortcut {
        id: "previous",
        name_key: "shortcut-previous",
        group: Group::Pictures,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::ArrowLeft),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::step(-1, studio, desk),
    },
    Shortcut {
        id: "first",
        name_key: "shortcut-first",
        group: Group::Pictures,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Home),
        scope: Scope::Unfocused,
        run: |_, desk| desk.ask(Action::Gallery(GalleryAction::First)),
    },
    Shortcut {
        id: "last",
        name_key: "shortcut-last",
        group: Group::Pictures,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::End),
        scope: Scope::Unfocused,
        run: |_, desk| desk.ask(Action::Gallery(GalleryAction::Last)),
    },
    Shortcut {
        id: "use-settings",
        name_key: "shortcut-use-settings",
        group: Group::Pictures,
        keys: KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter),
        scope: Scope::Unfocused,
        run: |studio, desk| {
            if let Some(id) = studio.wall().current() {
                desk.ask(Action::Gallery(GalleryAction::UseSettings(id)));
            }
        },
    },
    Shortcut {
        id: "view",
        name_key: "shortcut-view",
        group: Group::Pictures,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Enter),
        scope: Scope::Unfocused,
        run: |studio, desk| {
            if studio.wall().current().is_some() {
                desk.view.mode = Mode::Loupe;
            }
        },
    },
    Shortcut {
        id: "full-screen",
        name_key: "shortcut-full-screen",
        group: Group::Pictures,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::F),
        scope: Scope::Unfocused,
        run: |studio, desk| {
            let can_show = studio.wall().current().is_some();
            desk.view.is_full_screen = can_show && !desk.view.is_full_screen;
        },
    },
    Shortcut {
        id: "zoom-closer",
        name_key: "shortcut-zoom-closer",
        group: Group::Pictures,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Plus),
        scope: Scope::Unfocused,
        run: |_, desk| desk.view.zoom_wish = Some(ZoomWish::Closer),
    },
    Shortcut {
        id: "zoom-farther",
        name_key: "shortcut-zoom-farther",
        group: Group::Pictures,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Minus),
        scope: Scope::Unfocused,
        run: |_, desk| desk.view.zoom_wish = Some(ZoomWish::Farther),
    },
    Shortcut {
        id: "zoom-fit",
        name_key: "shortcut-zoom-fit",
        group: Group::Pictures,
        keys: KeyboardShortcut::new(Modifiers::COMMAND, Key::Num0),
        scope: Scope::Unfocused,
        run: |_, desk| desk.view.zoom_wish = Some(ZoomWish::Fit),
    },
    Shortcut {
        id: "zoom-toggle",
        name_key: "shortcut-zoom-toggle",
        group: Group::Pictures,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Z),
        scope: Scope::Unfocused,
        run: |_, desk| desk.view.zoom_wish = Some(ZoomWish::Toggle),
    },
    Shortcut {
        id: "start-from",
        name_key: "shortcut-start-from",
        group: Group::Pictures,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::S),
        scope: Scope::Unfocused,
        run: |studio, desk| {
            if let Some(id) = studio.wall().current() {
                desk.ask(Action::Gallery(GalleryAction::StartFrom(id)));
            }
        },
    },
    Shortcut {
        id: "variants",
        name_key: "shortcut-variants",
        group: Group::Pictures,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::V),
        scope: Scope::Unfocused,
        run: |studio, desk| {
            if let Some(id) = studio.wall().current() {
                let fresh = desk.fresh_seed();
                desk.ask(Action::Gallery(GalleryAction::MakeVariants { id, fresh }));
            }
        },
    },
    Shortcut {
        id: "make-again",
        name_key: "shortcut-make-again",
        group: Group::Pictures,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::M),
        scope: Scope::Unfocused,
        run: |studio, desk| {
            if let Some(id) = studio.wall().current() {
                desk.ask(Action::Gallery(GalleryAction::MakeAgain(id)));
            }
        },
    },
    Shortcut {
        id: "pick",
        name_key: "shortcut-pick",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::P),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::mark(Mark::Flag(Flag::Picked), studio, desk),
    },
    Shortcut {
        id: "reject",
        name_key: "shortcut-reject",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::X),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::mark(Mark::Flag(Flag::Rejected), studio, desk),
    },
    Shortcut {
        id: "unflag",
        name_key: "shortcut-unflag",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::U),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::mark(Mark::Flag(Flag::Unflagged), studio, desk),
    },
    Shortcut {
        id: "stars-0",
        name_key: "shortcut-stars-0",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Num0),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::mark(Mark::Stars(Stars::new(0)), studio, desk),
    },
    Shortcut {
        id: "stars-1",
        name_key: "shortcut-stars-1",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Num1),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::mark(Mark::Stars(Stars::new(1)), studio, desk),
    },
    Shortcut {
        id: "stars-2",
        name_key: "shortcut-stars-2",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Num2),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::mark(Mark::Stars(Stars::new(2)), studio, desk),
    },
    Shortcut {
        id: "stars-3",
        name_key: "shortcut-stars-3",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Num3),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::mark(Mark::Stars(Stars::new(3)), studio, desk),
    },
    Shortcut {
        id: "stars-4",
        name_key: "shortcut-stars-4",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Num4),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::mark(Mark::Stars(Stars::new(4)), studio, desk),
    },
    Shortcut {
        id: "stars-5",
        name_key: "shortcut-stars-5",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Num5),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::mark(Mark::Stars(Stars::new(5)), studio, desk),
    },
    Shortcut {
        id: "label-red",
        name_key: "shortcut-label-red",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Num6),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::mark(Mark::Label(Label::Red), studio, desk),
    },
    Shortcut {
        id: "label-yellow",
        name_key: "shortcut-label-yellow",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Num7),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::mark(Mark::Label(Label::Yellow), studio, desk),
    },
    Shortcut {
        id: "label-green",
        name_key: "shortcut-label-green",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Num8),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::mark(Mark::Label(Label::Green), studio, desk),
    },
    Shortcut {
        id: "label-blue",
        name_key: "shortcut-label-blue",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Num9),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::mark(Mark::Label(Label::Blue), studio, desk),
    },
    Shortcut {
        id: "do-again",
        name_key: "shortcut-do-again",
        group: Group::Culling,
        keys: KeyboardShortcut::new(CTRL_SHIFT, Key::Z),
        scope: Scope::Unfocused,
        run: |_, desk| desk.ask(Action::Cull(CullAction::DoAgain)),
    },
    Shortcut {
        id: "take-back",
        name_key: "shortcut-take-back",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::COMMAND, Key::Z),
        scope: Scope::Unfocused,
        run: |_, desk| desk.ask(Action::Cull(CullAction::TakeBack)),
    },
    Shortcut {
        id: "select-one",
        name_key: "shortcut-select-one",
        group: Group::Culling,
        keys: KeyboardShortcut::new(CTRL_SHIFT, Key::A),
        scope: Scope::Unfocused,
        run: |_, desk| desk.ask(Action::Cull(CullAction::SelectOne)),
    },
    Shortcut {
        id: "select-all",
        name_key: "shortcut-select-all",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::COMMAND, Key::A),
        scope: Scope::Unfocused,
        run: |_, desk| desk.ask(Action::Cull(CullAction::SelectAll)),
    },
    Shortcut {
        id: "survey",
        name_key: "shortcut-survey",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::N),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::toggle(Mode::Survey, studio, desk),
    },
    Shortcut {
        id: "compare",
        name_key: "shortcut-compare",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::C),
        scope: Scope::Unfocused,
        run: |studio, desk| culling::toggle(Mode::Compare, studio, desk),
    },
    Shortcut {
        id: "let-go",
        name_key: "shortcut-let-go",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Slash),
        scope: Scope::Unfocused,
        run: culling::let_go,
    },
    Shortcut {
        id: "search",
        name_key: "search-name",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::COMMAND, Key::F),
        scope: Scope::Anywhere,
        run: culling::search,
    },
    Shortcut {
        id: "filters",
        name_key: "shortcut-filters",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Backslash),
        scope: Scope::Unfocused,
        run: |_, desk| desk.view.is_filtering = !desk.view.is_filtering,
    },
    Shortcut {
        id: "bin",
        name_key: "shortcut-bin",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::B),
        scope: Scope::Unfocused,
        run: culling::toggle_bin,
    },
    Shortcut {
        id: "empty-bin",
        name_key: "shortcut-empty-bin",
        group: Group::Culling,
        keys: KeyboardShortcut::new(CTRL_SHIFT, Key::Backspace),
        scope: Scope::Unfocused,
        run: culling::empty_bin,
    },
    Shortcut {
        id: "auto-advance",
        name_key: "shortcut-auto-advance",
        group: Group::Culling,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::A),
        scope: Scope::Unfocused,
        run: culling::toggle_auto_advance,
    },
    Shortcut {
        id: "create",
        name_key: "shortcut-create",
        group: Group::Window,
        keys: KeyboardShortcut::new(Modifiers::COMMAND, Key::Num1),
        scope: Scope::Anywhere,
        run: |_, desk| desk.view.show(Workspace::Create),
    },
    Shortcut {
        id: "gallery",
        name_key: "shortcut-gallery",
        group: Group::Window,
        keys: KeyboardShortcut::new(Modifiers::COMMAND, Key::Num2),
        scope: Scope::Anywhere,
        run: |_, desk| desk.view.show(Workspace::Gallery),
    },
    Shortcut {
        id: "bare",
        name_key: "shortcut-bare",
        group: Group::Window,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Tab),
        scope: Scope::Unfocused,
        run: |_, desk| desk.view.is_bare = !desk.view.is_bare,
    },
    Shortcut {
        id: "palette",
        name_key: "shortcut-palette",
        group: Group::Window,
        keys: KeyboardShortcut::new(Modifiers::COMMAND, Key::K),
        scope: Scope::Anywhere,
        run: |_, desk| desk.view.toggle(Sheet::Palette),
    },
    Shortcut {
        id: "models",
        name_key: "shortcut-models",
        group: Group::Window,
        keys: KeyboardShortcut::new(CTRL_SHIFT, Key::M),
        scope: Scope::Anywhere,
        run: |_, desk| desk.view.toggle(Sheet::Models),
    },
    Shortcut {
        id: "get-model",
        name_key: "get-title",
        group: Group::Window,
        keys: KeyboardShortcut::new(CTRL_SHIFT, Key::G),
        scope: Scope::Anywhere,
        run: |_, desk| desk.view.toggle(Sheet::GetModel),
    },
    Shortcut {
        id: "settings",
        name_key: "shortcut-settings",
        group: Group::Window,
        keys: KeyboardShortcut::new(Modifiers::COMMAND, Key::Comma),
        scope: Scope::Anywhere,
        run: |_, desk| desk.view.toggle(Sheet::Settings),
    },
    Shortcut {
        id: "shortcuts",
        name_key: "shortcut-shortcuts",
        group: Group::Window,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::F1),
        scope: Scope::Anywhere,
        run: |_, desk| desk.view.toggle(Sheet::Shortcuts),
    },
    Shortcut {
        id: "back",
        name_key: "shortcut-back",
        group: Group::Window,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Escape),
        scope: Scope::Unfocused,
        run: |_, desk| desk.view.step_back(),
    },
];

/// Takes the keys that were pressed, so that no widget gets them, and gives back their commands.
///
/// They are run once the panels are drawn: what was written in the same frame comes first.
pub fn called(ctx: &egui::Context, desk: &mut Desk<'_>) -> Vec<&'static Shortcut> {
    let is_free = is_free(ctx, desk);
    // Esc puts a sheet away even from inside its fields.
    let closes_sheet = desk.view.sheet.is_some()
        && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    if closes_sheet {
        desk.view.step_back();
    }
    let is_called = |shortcut: &&Shortcut| {
        let listens = match shortcut.scope {
            Scope::Anywhere => true,
            Scope::Unfocused => is_free,
        };
        listens && ctx.input_mut(|input| input.consume_shortcut(&shortcut.keys))
    };
    SHORTCUTS.iter().filter(is_called).collect()
}

/// Whether plain keys are for the pictures: nothing else has the keyboard.
pub fn is_free(ctx: &egui::Context, desk: &Desk<'_>) -> bool {
    ctx.memory(|memory| memory.focused().is_none())
        && !egui::Popup::is_any_open(ctx)
        && desk.view.sheet.is_none()
}

/// The command of that id.
pub fn find(id: &str) -> Option<&'static Shortcut> {
    SHORTCUTS.iter().find(|shortcut| shortcut.id == id)
}

/// The keys of a command, as they are called on this machine.
pub fn keys_text(ctx: &egui::Context, shortcut: &Shortcut) -> String {
    let key = shortcut.keys.logical_key;
    let printed = PRINTED.iter().find(|(printed, _)| *printed == key);
    let key = printed.map_or_else(|| key.name(), |(_, text)| *text);
    let is_mac = ctx.os().is_mac();
    let names = if is_mac {
        ModifierNames::SYMBOLS
    } else {
        ModifierNames::NAMES
    };
    let modifiers = names.format(&shortcut.keys.modifiers, is_mac);
    if modifiers.is_empty() {
        key.to_owned()
    } else {
        format!("{modifiers}{}{key}", names.concat)
    }
}

/// The keys of the command of that id.
pub fn keys_of(ctx: &egui::Context, id: &str) -> String {
    find(id).map_or_else(String::new, |shortcut| keys_text(ctx, shortcut))
}

/// A command's name with its keys, for tooltips.
pub fn tip(ctx: &egui::Context, strings: &Strings, id: &str) -> String {
    named(ctx, strings, id, |name, keys| format!("{name}  {keys}"))
}

/// A command's keys with its name, for the status line.
pub fn hint(ctx: &egui::Context, strings: &Strings, id: &str) -> String {
    named(ctx, strings, id, |name, keys| format!("{keys}  {name}"))
}

fn named(
    ctx: &egui::Context,
    strings: &Strings,
    id: &str,
    join: impl FnOnce(&str, &str) -> String,
) -> String {
    let Some(shortcut) = find(id) else {
        return id.to_owned();
    };
    join(&strings.text(shortcut.name_key), &keys_text(ctx, shortcut))
}

fn generate(studio: &Studio, desk: &mut Desk<'_>) {
    if studio.model().is_some() && studio.engine_room().is_ready() {
        let fresh = desk.fresh_seed();
        desk.ask(Action::Compose(ComposeAction::Generate { fresh }));
    } else {
        // The panel says what is missing and offers the way out.
        desk.view.show(Workspace::Create);
        desk.view.is_bare = false;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_commands_share_a_key_or_an_id() {
        let mut seen = BTreeSet::new();
        for shortcut in SHORTCUTS {
            assert!(
                seen.insert(format!("{:?}", shortcut.keys)),
                "{}",
                shortcut.id
            );
            assert!(seen.insert(shortcut.id.to_owned()), "{}", shortcut.id);
        }
    }
}
