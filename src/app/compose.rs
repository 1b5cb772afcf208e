//! The request being written: draft, prompt history, and the way from draft to [`Request`].

use crate::domain::{
    Params, Parent, PixelSize, Prompt, Recipe, Relation, Request, Seed, Source, Strength, Task,
};
use crate::gallery::Record;
use crate::pipeline::ModelInfo;
use crate::settings::Draft;

/// Prompts that are remembered.
const HISTORY_LIMIT: usize = 200;

/// What the compose panel shows.
#[derive(Debug, Default)]
pub struct Compose {
    draft: Draft,
    /// Oldest first, without repetitions in a row.
    history: Vec<Prompt>,
    /// Where in the history the artist is; `None` = at the prompt that is being written.
    place: Option<usize>,
    /// What was being written before the artist went back in the history.
    unsent: Prompt,
}

impl Compose {
    /// Goes on where the last run of the program ended.
    pub fn resume(draft: Draft, history: Vec<Prompt>) -> Self {
        Self {
            draft,
            history,
            place: None,
            unsent: Prompt::default(),
        }
    }

    /// The request as it is written so far.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The prompts used so far, oldest first.
    pub fn history(&self) -> &[Prompt] {
        &self.history
    }

    pub(super) fn edit(&mut self, draft: Draft) {
        if draft.prompt != self.draft.prompt {
            self.place = None;
        }
        self.draft = draft;
    }

    pub(super) fn roll(&mut self, fresh: Seed) {
        self.draft.seed = fresh;
    }

    /// Sets the draft to what made a picture, its seed included and locked.
    pub(super) fn use_recipe(&mut self, recipe: &Recipe) {
        self.draft = Draft {
            model: Some(recipe.model.clone()),
            task: recipe.task.clone(),
            parents: recipe.parents_in_task(),
            prompt: recipe.prompt.clone(),
            size: Some(recipe.size),
            count: self.draft.count,
            seed: recipe.seed,
            seed_locked: true,
            params: recipe.params.clone(),
        };
        self.place = None;
    }

    /// Starts from a picture of the library, at a size of its shape.
    pub(super) fn start_from(&mut self, record: &Record, size: Option<PixelSize>) {
        let strength = match self.draft.task {
            Task::Create => Strength::default(),
            Task::Vary { strength, .. } => strength,
        };
        self.draft.task = Task::Vary {
            source: Source {
                file: record.file.clone(),
                sha256: None,
            },
            strength,
            mask: None,
        };
        self.draft.parents = vec![Parent {
            picture: record.entry.id,
            relation: Relation::VariedFrom,
        }];
        self.draft.size = size;
    }

    /// The draft as a request for `model`, remembered in the history.
    pub(super) fn submit(&mut self, model: &ModelInfo, fresh: Seed) -> Request {
        if !self.draft.seed_locked {
            self.draft.seed = fresh;
        }
        self.remember();
        self.request(model)
    }

    /// The draft as a request for `model`, with the seed that it has now.
    pub(super) fn request(&self, model: &ModelInfo) -> Request {
        Request {
            model: model.id.clone(),
            prompt: self.draft.prompt.clone(),
            size: self.draft.size.unwrap_or(model.sizes.default),
            seed: self.draft.seed,
            count: self.draft.count,
            params: self.draft.params.clone(),
            parents: self.draft.parents.clone(),
            task: self.draft.task.clone(),
        }
    }

    fn remember(&mut self) {
        self.place = None;
        let prompt = &self.draft.prompt;
        if prompt.text.trim().is_empty() || self.history.last() == Some(prompt) {
            return;
        }
        self.history.retain(|old| old != prompt);
        self.history.push(prompt.clone());
        if self.history.len() > HISTORY_LIMIT {
            self.history.remove(0);
        }
    }

    pub(super) fn older(&mut self) {
        let place = match self.place {
            None if self.history.is_empty() => return,
            None => {
                self.unsent = self.draft.prompt.clone();
                let newest = self.history.len() - 1;
                // The newest prompt is mostly what still stands in the field.
                if self.history[newest] == self.unsent && newest > 0 {
                    newest - 1
                } else {
                    newest
                }
            }
            Some(place) => place.saturating_sub(1),
        };
        self.place = Some(place);
        self.draft.prompt = self.history[place].clone();
    }

    pub(super) fn newer(&mut self) {
        let Some(place) = self.place else { return };
        if place + 1 < self.history.len() {
            self.place = Some(place + 1);
            self.draft.prompt = self.history[place + 1].clone();
        } else {
            self.place = None;
            self.draft.prompt = std::mem::take(&mut self.unsent);
        }
    }

    /// Makes the draft possible for another model: its parameters, its nearest size, or its own
    /// size where the artist keeps one for it.
    pub(super) fn fit(&mut self, model: &ModelInfo, has_kept_size: bool) {
        let changed = self.draft.model.as_ref() != Some(&model.id);
        self.draft.model = Some(model.id.clone());
        self.draft.size = self.draft.size.map(|size| model.sizes.nearest(size));
        if changed {
            // Settings tuned for one model mislead on another; its own defaults are the start.
            self.draft.params = Params::default();
            self.draft.size = self.draft.size.filter(|_| !has_kept_size);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_history(texts: &[&str]) -> Compose {
        let prompt = |text: &&str| Prompt {
            text: (*text).to_owned(),
            negative: String::new(),
        };
        let mut compose = Compose::resume(Draft::default(), texts.iter().map(prompt).collect());
        compose.draft.prompt.text = "unsent".to_owned();
        compose
    }

    #[test]
    fn history_goes_back_and_forth_and_returns_what_was_being_written() {
        let mut compose = with_history(&["first", "second"]);
        let mut seen = Vec::new();
        for back in [true, true, true, false, false, false] {
            if back {
                compose.older();
            } else {
                compose.newer();
            }
            seen.push(compose.draft().prompt.text.clone());
        }
        assert_eq!(
            seen,
            ["second", "first", "first", "second", "unsent", "unsent"]
        );
    }

    #[test]
    fn a_prompt_used_again_moves_to_the_end_of_the_history() {
        let mut compose = with_history(&["first", "second"]);
        compose.draft.prompt.text = "first".to_owned();
        compose.remember();
        let texts: Vec<_> = compose.history().iter().map(|p| p.text.as_str()).collect();
        assert_eq!(texts, ["second", "first"]);
    }
}
