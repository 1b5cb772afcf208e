//! A shoot of 200 pictures, culled by keyboard in the window, on a real library.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use tempfile::TempDir;

use maquette::app::{Action, CullAction, Effect, Heard};
use maquette::domain::{Flag, JobId, Label, Marks, PictureId, Stars, SystemClock};
use maquette::files::Folders;
use maquette::gallery::{Command, Event, Librarian};
use maquette::settings::Settings;
use maquette::strings::Language;
use maquette::ui::view::{Comparison, Mode};

use crate::bench::{Bench, CTRL_SHIFT, click, press as press_with, view};
use crate::noise::noise_picture;

const COUNT: u64 = 200;
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
pub(crate) const CTRL: Modifiers = Modifiers::COMMAND;

/// A window, and the librarian who does what it asks for.
pub(crate) struct Shoot {
    pub(crate) harness: Harness<'static, Bench>,
    pub(crate) librarian: Librarian,
}

impl Shoot {
    pub(crate) fn open(home: &Path, settings: Settings) -> Self {
        let wake = Arc::new(|| {});
        let librarian = Librarian::start(Folders::under(home), Arc::new(SystemClock), wake);
        let librarian = librarian.expect("threads can be started");
        let library = home.join("library");
        let sent = librarian.commands().send(Command::Open(library));
        sent.expect("the librarian works");
        let commands = librarian.commands().clone();
        let mut bench = Bench::new(settings);
        bench.answer = Box::new(move |_, effect| {
            if let Effect::Library(command) = effect {
                commands.send(command.clone()).expect("the librarian works");
            }
            None
        });
        let mut shoot = Self {
            harness: bench.open(),
            librarian,
        };
        shoot.hear_until(|event| matches!(event, Event::Opened { .. }));
        shoot
    }

    /// Lets the window hear what the librarian tells, up to an event.
    fn hear_until(&mut self, is_last: impl Fn(&Event) -> bool) {
        loop {
            let event = self.librarian.events().recv_timeout(PATIENCE);
            let event = event.expect("the librarian answers");
            let ends = is_last(&event);
            self.harness.state_mut().hear(Heard::Library(event));
            if ends {
                break;
            }
        }
        self.harness.run_steps(3);
    }

    pub(crate) fn press(&mut self, key: Key) {
        self.press_with(Modifiers::NONE, key);
    }

    pub(crate) fn press_with(&mut self, modifiers: Modifiers, key: Key) {
        press_with(&mut self.harness, modifiers, key);
        while let Ok(event) = self.librarian.events().try_recv() {
            self.harness.state_mut().hear(Heard::Library(event));
        }
    }

    pub(crate) fn press_all(&mut self, keys: &[Key]) {
        for key in keys {
            self.press(*key);
        }
    }

    pub(crate) fn shown(&self) -> usize {
        self.harness.state().studio.wall().shown()
    }

    pub(crate) fn current(&self) -> PictureId {
        let current = self.harness.state().studio.wall().current();
        current.expect("one is chosen")
    }

    pub(crate) fn marks(&self, id: PictureId) -> Marks {
        let entry = self.harness.state().studio.wall().entry(id);
        entry.expect("it is kept").marks
    }

    fn all_marks(&self) -> Vec<(PictureId, Marks)> {
        let wall = self.harness.state().studio.wall();
        let entries = (0..wall.shown()).filter_map(|place| wall.at(place));
        entries.map(|entry| (entry.id, entry.marks)).collect()
    }

    fn mode(&self) -> Mode {
        view(&self.harness).mode
    }

    fn cull(&mut self, action: CullAction) {
        self.harness.state_mut().apply(Action::Cull(action));
        self.harness.run_steps(3);
    }

    /// Closes the window once the librarian has done what it was told.
    pub(crate) fn close(self) {
        let Self { harness, librarian } = self;
        // Its way to the librarian closes with it.
        drop(harness);
        librarian.close();
    }
}

/// A home with a library of so many pictures.
pub(crate) fn home(count: u64) -> TempDir {
    let home = tempfile::tempdir().expect("there is room for temporary files");
    let wake = Arc::new(|| {});
    let librarian = Librarian::start(Folders::under(home.path()), Arc::new(SystemClock), wake);
    let librarian = librarian.expect("threads can be started");
    let library = home.path().join("library");
    let sent = librarian.commands().send(Command::Open(library));
    sent.expect("the librarian works");
    for seed in 0..count {
        let keep = Command::Keep {
            job: JobId(1),
            picture: Box::new(noise_picture(seed, 24)),
        };
        let sent = librarian.commands().send(keep);
        sent.expect("the librarian works");
        while !matches!(
            librarian.events().recv_timeout(PATIENCE),
            Ok(Event::Kept { .. })
        ) {}
    }
    librarian.close();
    home
}

fn advancing() -> Settings {
    Settings {
        auto_advance: true,
        ..Settings::default()
    }
}

#[test]
fn two_hundred_pictures_are_culled_by_keyboard() {
    let home = home(COUNT);
    let mut shoot = Shoot::open(home.path(), advancing());
    assert_eq!(shoot.shown(), COUNT as usize);
    shoot.press_with(CTRL, Key::Num2);
    shoot.press(Key::Home);

    // First pass: of five in turn one is picked, two are rejected, and two get stars or a colour.
    for _ in 0..COUNT / 5 {
        shoot.press_all(&[Key::P, Key::X, Key::X, Key::Num3, Key::Num8]);
    }
    let wall = shoot.harness.state().studio.wall();
    assert_eq!((wall.rejected(), wall.shown()), (80, 120));
    let marks = shoot.all_marks();
    let count = |flag| marks.iter().filter(|(_, marks)| marks.flag == flag).count();
    assert_eq!((count(Flag::Picked), count(Flag::Unflagged)), (40, 80));
    let starred = marks
        .iter()
        .filter(|(_, marks)| marks.stars == Stars::new(3));
    assert_eq!(starred.count(), 40);
    let green = marks
        .iter()
        .filter(|(_, marks)| marks.label == Some(Label::Green));
    assert_eq!(green.count(), 40);

    // Undo, over several levels, and redo.
    for _ in 0..10 {
        shoot.press_with(CTRL, Key::Z);
    }
    assert_eq!(shoot.harness.state().studio.wall().rejected(), 76);
    for _ in 0..10 {
        shoot.press_with(CTRL_SHIFT, Key::Z);
    }
    assert_eq!(shoot.all_marks(), marks);

    // The picked ones alone, all of them rated in one go.
    shoot.press(Key::Backslash);
    shoot.harness.run_steps(2);
    click(&mut shoot.harness, "Picked");
    assert_eq!(shoot.shown(), 40);
    shoot.press_with(CTRL, Key::A);
    shoot.press(Key::Num4);
    assert!(
        shoot
            .all_marks()
            .iter()
            .all(|(_, marks)| marks.stars == Stars::new(4))
    );
    shoot.press(Key::Num4);
    assert!(
        shoot
            .all_marks()
            .iter()
            .all(|(_, marks)| marks.stars == Stars::default())
    );
    shoot.press_with(CTRL, Key::Z);

    // Six of them in the survey, until the best remains.
    let six: Vec<_> = shoot
        .all_marks()
        .iter()
        .take(6)
        .map(|(id, _)| *id)
        .collect();
    shoot.cull(CullAction::SelectThese(six.clone()));
    shoot.press(Key::N);
    assert_eq!(shoot.mode(), Mode::Survey);
    for left in (1..6).rev() {
        shoot.press(Key::X);
        assert_eq!(shoot.harness.state().studio.wall().selected_count(), left);
    }
    let best = shoot.current();
    assert!(six.contains(&best));
    assert_eq!(
        shoot.shown(),
        35,
        "what was rejected is not among the picked"
    );
    shoot.press(Key::Escape);

    // It against its neighbours; the candidate is marked, the select is not.
    shoot.press(Key::C);
    assert_eq!(shoot.mode(), Mode::Compare);
    assert_eq!(view(&shoot.harness).compared_to, Some(best));
    let candidate = shoot.current();
    assert_ne!(candidate, best);
    shoot.press(Key::ArrowRight);
    let other = shoot.current();
    assert!(other != best && other != candidate);
    shoot.press(Key::Num5);
    assert_eq!(shoot.marks(other).stars, Stars::new(5));
    assert_eq!(shoot.marks(best).stars, Stars::new(4));
    shoot.press(Key::ArrowUp);
    assert_eq!(view(&shoot.harness).compared_to, Some(other));
    assert_eq!(shoot.current(), best);
    shoot.press(Key::Escape);

    // Tomorrow everything is as it was, and the last marks can be taken back still.
    shoot.press(Key::Backslash);
    shoot.cull(CullAction::Show(maquette::app::Filter::default()));
    let before = shoot.all_marks();
    shoot.close();
    let mut shoot = Shoot::open(home.path(), advancing());
    assert_eq!(shoot.all_marks(), before);
    shoot.press_with(CTRL, Key::Z);
    assert_eq!(shoot.marks(other).stars, Stars::new(4));
}

#[test]
fn marks_work_in_the_loupe_and_in_full_screen_for_one_picture_alone() {
    let home = home(4);
    let mut shoot = Shoot::open(home.path(), Settings::default());
    shoot.press_with(CTRL, Key::Num2);
    shoot.press(Key::Home);
    shoot.press_with(CTRL, Key::A);
    let current = shoot.current();
    shoot.press(Key::Enter);
    assert_eq!(shoot.mode(), Mode::Loupe);
    shoot.press_all(&[Key::P, Key::Num2]);
    shoot.press(Key::F);
    shoot.press(Key::Num7);
    let marked = shoot
        .all_marks()
        .into_iter()
        .filter(|(_, marks)| *marks != Marks::default());
    let expected = Marks {
        flag: Flag::Picked,
        stars: Stars::new(2),
        label: Some(Label::Yellow),
    };
    assert_eq!(marked.collect::<Vec<_>>(), [(current, expected)]);
}

#[test]
fn the_bin_shows_what_was_rejected_and_gives_it_back() {
    let home = home(5);
    let mut shoot = Shoot::open(home.path(), Settings::default());
    shoot.press_with(CTRL, Key::Num2);
    shoot.press(Key::B);
    shoot
        .harness
        .get_by_label_contains("No picture is rejected");
    click(&mut shoot.harness, "Back to the others");
    shoot.press(Key::Home);
    shoot.press_all(&[Key::X, Key::X]);
    assert_eq!(shoot.shown(), 3);
    shoot.press(Key::B);
    assert_eq!(shoot.shown(), 2);
    shoot.press_with(CTRL_SHIFT, Key::Backspace);
    shoot
        .harness
        .get_by_label_contains("Move 2 rejected pictures to the trash?");
    click(&mut shoot.harness, "Leave them");
    shoot.press_with(CTRL, Key::A);
    shoot.press(Key::U);
    assert_eq!(shoot.shown(), 0);
    shoot.press(Key::B);
    assert_eq!(shoot.shown(), 5);
}

#[test]
fn pictures_are_compared_in_every_way_and_language() {
    let home = home(4);
    for language in Language::ALL {
        let settings = Settings {
            language,
            ..Settings::default()
        };
        let mut shoot = Shoot::open(home.path(), settings);
        shoot.press_with(CTRL, Key::Num2);
        shoot.press(Key::Home);
        shoot.press(Key::C);
        for comparison in Comparison::ALL {
            shoot
                .harness
                .state_mut()
                .window
                .as_mut()
                .unwrap()
                .view
                .comparison = comparison;
            shoot.harness.run_steps(3);
            assert_eq!(shoot.mode(), Mode::Compare);
        }
        // Seeds differ, and are told once both pictures are described.
        let deadline = Instant::now() + PATIENCE;
        let words = if language == Language::ALL[0] {
            "Seed"
        } else {
            "Зерно"
        };
        // Once in the inspector, and once here.
        while shoot.harness.query_all_by_label(words).count() < 2 {
            assert!(Instant::now() < deadline, "the differing seeds are listed");
            shoot.press(Key::F1);
            shoot.press(Key::Escape);
        }
        shoot.close();
    }
}
