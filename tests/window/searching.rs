//! Searching in the window, on a real library, by the names of its parts in every language.

use std::time::Instant;

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use maquette::app::{Action, Heard, Search, SearchAction};
use maquette::domain::{Flag, Marks, Message};
use maquette::settings::Settings;
use maquette::strings::{Language, Strings};

use crate::bench::{asked, check, click, is_shown, write as write_text};
use crate::culling::{CTRL, PATIENCE, Shoot, home};

fn settings(language: Language) -> Settings {
    Settings {
        language,
        ..Settings::default()
    }
}

impl Shoot {
    /// Opens the field and writes into it, in the place of what was there.
    fn search(&mut self, text: &str) {
        self.press_with(CTRL, Key::F);
        write_text(&mut self.harness, text);
        self.harness.run_steps(2);
    }

    /// Lets the window hear the librarian until something is so.
    fn wait_for(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so(self) {
            assert!(Instant::now() < deadline, "{what}");
            let event = self.librarian.events().recv_timeout(PATIENCE / 1000);
            if let Ok(event) = event {
                self.harness.state_mut().hear(Heard::Library(event));
            }
            self.harness.run_steps(2);
        }
    }

    fn search_state(&self) -> &Search {
        self.harness.state().studio.wall().search()
    }

    /// Whether the field has the keyboard.
    fn is_writing(&self, strings: &Strings) -> bool {
        let name = strings.text("search-name");
        let field = self.harness.get_by_role_and_label(Role::TextInput, &name);
        field.is_focused()
    }

    fn text(&self) -> String {
        self.harness
            .state()
            .studio
            .wall()
            .search()
            .text()
            .to_owned()
    }
}

#[test]
fn a_search_is_written_completed_kept_and_left_in_every_language() {
    let home = home(6);
    for language in Language::ALL {
        let strings = Strings::new(language);
        let text = |key| strings.text(key).into_owned();
        let mut shoot = Shoot::open(home.path(), settings(language));
        shoot.press_with(CTRL, Key::Num2);
        shoot.search("маяк 3");
        shoot.wait_for("one is found", |shoot| shoot.shown() == 1);
        assert!(shoot.is_writing(&strings));

        // What is wrong stands below the field, and the grid stays as it is.
        shoot.search("маяк 3 stars:many");
        let problem = if language == Language::ALL[0] {
            "From character 14: “many” is no number of stars"
        } else {
            "Начиная со знака 14: «many» — не число звёзд"
        };
        assert!(is_shown(&shoot.harness, problem));
        assert_eq!(shoot.shown(), 1);
        check(&shoot.harness, problem);

        // Values are offered below the field; Tab takes one and the keyboard stays.
        shoot.search("flag:");
        shoot.harness.run_steps(2);
        click(&mut shoot.harness, "pick");
        assert_eq!(shoot.text(), "flag:pick ");
        shoot.search("scheduler:");
        shoot.wait_for("the schedulers are known", |shoot| {
            !shoot.search_state().known().schedulers.is_empty()
        });
        write_text(&mut shoot.harness, "eu");
        shoot.press(Key::Tab);
        assert_eq!(shoot.text(), "scheduler:euler ");
        shoot.wait_for("all are found", |shoot| shoot.shown() == 6);
        shoot.search("flag:pi");
        shoot.press(Key::Enter);
        assert_eq!(shoot.text(), "flag:pick ");
        assert!(shoot.is_writing(&strings));

        // The star keeps it.
        click(&mut shoot.harness, &text("search-save"));
        shoot.harness.run_steps(2);
        click(&mut shoot.harness, &text("search-save-do"));
        shoot.wait_for("it is kept", |shoot| {
            !shoot.search_state().saved().is_empty()
        });
        click(&mut shoot.harness, &text("search-clear"));
        assert_eq!((shoot.text(), shoot.shown()), (String::new(), 6));
        click(&mut shoot.harness, &text("search-saved"));
        check(&shoot.harness, "the menu of kept searches");
        click(&mut shoot.harness, "flag:pick ".trim());
        assert_eq!((shoot.text().trim(), shoot.shown()), ("flag:pick", 0));

        // Nothing passes, and the way out shows all again.
        assert!(is_shown(&shoot.harness, &text("search-none")));
        check(&shoot.harness, "nothing is found");
        click(&mut shoot.harness, &text("filter-clear"));
        assert_eq!((shoot.text(), shoot.shown()), (String::new(), 6));

        // It can be deleted again.
        click(&mut shoot.harness, &text("search-saved"));
        let delete = strings.message(&Message::new("search-delete").with("name", "flag:pick"));
        click(&mut shoot.harness, &delete);
        shoot.wait_for("it is gone", |shoot| {
            shoot.search_state().saved().is_empty()
        });
        assert!(is_shown(&shoot.harness, &text("search-saved-none")));
        shoot.close();
    }
}

#[test]
fn escape_gives_the_keys_back_to_the_pictures() {
    let home = home(3);
    let mut shoot = Shoot::open(home.path(), Settings::default());
    shoot.press_with(CTRL, Key::Num2);
    shoot.press(Key::Home);
    let current = shoot.current();
    shoot.press(Key::Enter);
    shoot.search("p");
    assert_eq!(shoot.marks(current), Marks::default(), "letters are text");
    let write = Action::Search(SearchAction::Write("p".to_owned()));
    assert!(asked(&shoot.harness, |action| *action == write));
    shoot.press(Key::Escape);
    shoot.search("");
    shoot.press(Key::Backspace);
    shoot.press(Key::Escape);
    assert_eq!(shoot.text(), "");
    shoot.press_all(&[Key::Home, Key::P]);
    assert_eq!(shoot.marks(shoot.current()).flag, Flag::Picked);
}
