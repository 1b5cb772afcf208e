//! Searching, and keeping searches: one function for each wish.

use crate::gallery::{Command, SavedSearch};

use super::action::SearchAction;
use super::effect::{Effect, Effects};
use super::studio::Studio;

impl Studio {
    pub(super) fn apply_search(&mut self, action: SearchAction) -> Effects {
        let command = match action {
            SearchAction::Write(text) => return self.write_search(text),
            SearchAction::Begin => Command::ListKnown,
            SearchAction::Save(name) => Command::SaveSearch(SavedSearch {
                name,
                text: self.wall.search().text().to_owned(),
            }),
            SearchAction::Rename { from, to } => Command::RenameSearch { from, to },
            SearchAction::Delete(name) => Command::DeleteSearch(name),
        };
        vec![Effect::Library(command)]
    }

    /// Asks the library once more: it holds other pictures than when it answered.
    pub(super) fn search_again(&mut self) -> Effects {
        let command = self.wall.ask_search();
        command.into_iter().map(Effect::Library).collect()
    }

    fn write_search(&mut self, text: String) -> Effects {
        let command = self.wall.write_search(text);
        let mut effects = self.look_at_current();
        effects.extend(command.map(Effect::Library));
        effects
    }
}
