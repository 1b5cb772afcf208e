//! What a prompt says in each step.

use std::num::NonZeroU32;

use super::composition;
use super::editing::Editing;
use super::passage::Passage;

/// What a prompt says in each step of a run.
///
/// Steps that say the same share one stage, so that each is encoded once.
#[derive(Clone, Debug, PartialEq)]
pub struct PromptSchedule {
    stages: Vec<Stage>,
    /// The stage of each step.
    of_step: Vec<usize>,
}

/// What a prompt says in some steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// The prompts that are followed at once; never empty.
    pub parts: Vec<SubPrompt>,
}

/// One of the prompts that a picture follows.
#[derive(Clone, Debug, PartialEq)]
pub struct SubPrompt {
    /// The words.
    pub passage: Passage,
    /// How strongly it pulls; 1 = as a prompt by itself does.
    pub weight: f64,
}

impl PromptSchedule {
    /// Reads the prompt of a run of so many steps: `AND`, `[a:b:0.5]`, `[a|b]`, and the weights
    /// of words where they are wanted.
    pub fn composed(text: &str, steps: NonZeroU32, reads_weights: bool) -> Self {
        Self::new(&composition::split(text), steps, reads_weights)
    }

    /// Reads a negative prompt, in which `AND` is a word like any other.
    pub fn single(text: &str, steps: NonZeroU32, reads_weights: bool) -> Self {
        Self::new(&[(text, 1.0)], steps, reads_weights)
    }

    fn new(parts: &[(&str, f64)], steps: NonZeroU32, reads_weights: bool) -> Self {
        let parts: Vec<(Editing, f64)> = parts
            .iter()
            .map(|(text, weight)| (Editing::parse(text), *weight))
            .collect();
        let mut known: Vec<Vec<String>> = Vec::new();
        let of_step = (1..=steps.get()).map(|step| {
            let at_step = |(editing, _): &(Editing, f64)| editing.at_step(step, steps.get());
            let texts: Vec<String> = parts.iter().map(at_step).collect();
            let place = known.iter().position(|stage| *stage == texts);
            place.unwrap_or_else(|| {
                known.push(texts);
                known.len() - 1
            })
        });
        let of_step = of_step.collect();
        let stage = |texts: &Vec<String>| Stage {
            parts: std::iter::zip(texts, &parts)
                .map(|(text, (_, weight))| SubPrompt {
                    passage: if reads_weights {
                        Passage::weighted(text)
                    } else {
                        Passage::literal(text)
                    },
                    weight: *weight,
                })
                .collect(),
        };
        Self {
            stages: known.iter().map(stage).collect(),
            of_step,
        }
    }

    /// Everything that it says, each once, in the order of the first step that says it.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Which stage a step has, counted from 1; steps beyond the last one go on with its stage.
    pub fn stage_of_step(&self, step: u32) -> usize {
        let last = self.of_step.len() - 1;
        self.of_step[(step.max(1) as usize - 1).min(last)]
    }
}
