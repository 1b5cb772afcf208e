//! A recipe while a program's words are being put into it.

use crate::diffusion::{noise, schedule, scheduler};
use crate::domain::{GUIDANCE, ParamKind, ParamSpec, ParamValue, PixelSize, Prompt, Seed};

use super::foreign_recipe::{ForeignAdapter, ForeignRecipe, stem};
use super::names::{noise_named, schedule_named, scheduler_named};
use super::text::Texts;

/// A recipe that fills: what a value cannot be brought to stands in its list of leftovers.
pub(super) struct Draft<'a> {
    recipe: ForeignRecipe,
    texts: &'a Texts,
    heard: Vec<&'a str>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(program: &str, texts: &'a Texts) -> Self {
        let recipe = ForeignRecipe {
            program: program.to_owned(),
            ..ForeignRecipe::default()
        };
        Self {
            recipe,
            texts,
            heard: Vec::new(),
        }
    }

    /// Tells that the texts of a keyword need no mention.
    pub(super) fn heard(&mut self, keyword: &'a str) {
        self.heard.push(keyword);
    }

    pub(super) fn is_by(&mut self, program: &str) {
        program.clone_into(&mut self.recipe.program);
    }

    pub(super) fn version(&mut self, version: Option<String>) {
        self.recipe.version = version;
    }

    pub(super) fn words(&mut self, text: Option<String>, negative: Option<String>) {
        self.recipe.prompt = Prompt {
            text: text.unwrap_or_default(),
            negative: negative.unwrap_or_default(),
        };
    }

    /// A value of our parameter, if it can be one.
    pub(super) fn set(&mut self, spec: &ParamSpec, name: &str, told: Option<String>) {
        let Some(told) = told else { return };
        match value(spec, &told) {
            Some(value) => self.recipe.params.set(spec.id, value),
            None => self.leave(name, told),
        }
    }

    /// The name of a scheduler, which may say the schedule as well.
    pub(super) fn scheduler(&mut self, name: &str, told: Option<String>) {
        let Some(told) = told else { return };
        let Some((scheduler, schedule)) = scheduler_named(&told) else {
            return self.leave(name, told);
        };
        self.choose(&scheduler::PARAM, scheduler);
        if let Some(schedule) = schedule {
            self.choose(&schedule::PARAM, schedule);
        }
    }

    pub(super) fn schedule(&mut self, name: &str, told: Option<String>) {
        let Some(told) = told else { return };
        match schedule_named(&told) {
            Some(schedule) => self.choose(&schedule::PARAM, schedule),
            None => self.leave(name, told),
        }
    }

    pub(super) fn noise(&mut self, name: &str, told: Option<String>) {
        let Some(told) = told else { return };
        match noise_named(&told) {
            Some(noise) => self.choose(&noise::PARAM, noise),
            None => self.leave(name, told),
        }
    }

    /// Guidance, of which some programs know two kinds: a guided model's own counts where the
    /// classifier-free one is off.
    pub(super) fn guidance(&mut self, free: (&str, Option<String>), own: (&str, Option<String>)) {
        let is_off = free
            .1
            .as_deref()
            .is_none_or(|told| number(told) == Some(1.0));
        if own.1.is_some() && is_off {
            self.set(&GUIDANCE, own.0, own.1);
        } else {
            self.set(&GUIDANCE, free.0, free.1);
            self.leave_some(own.0, own.1);
        }
    }

    pub(super) fn seed(&mut self, name: &str, told: Option<String>) {
        let Some(told) = told else { return };
        match told.parse::<Seed>() {
            Ok(seed) => self.recipe.seed = Some(seed),
            Err(_) => self.leave(name, told),
        }
    }

    /// A size as one text.
    pub(super) fn size(&mut self, name: &str, told: Option<String>) {
        let Some(told) = told else { return };
        match told.parse::<PixelSize>() {
            Ok(size) => self.recipe.size = Some(size),
            Err(_) => self.leave(name, told),
        }
    }

    /// A size as two numbers.
    pub(super) fn sides(&mut self, width: Option<String>, height: Option<String>) {
        match (width, height) {
            (Some(width), Some(height)) => self.size("size", Some(format!("{width}x{height}"))),
            (width, height) => {
                self.leave_some("width", width);
                self.leave_some("height", height);
            }
        }
    }

    pub(super) fn model(&mut self, name: Option<String>, hash: Option<String>) {
        self.recipe.model = name.or_else(|| self.recipe.model.take());
        self.recipe.model_hash = hash.or_else(|| self.recipe.model_hash.take());
    }

    /// An adapter by its name or file, with both its weights.
    pub(super) fn adapter(&mut self, name: &str, weights: (f64, f64), hash: Option<String>) {
        self.recipe.adapters.push(ForeignAdapter {
            name: stem(name).to_owned(),
            weight: weights.0,
            text_encoder_weight: weights.1,
            hash,
        });
    }

    /// The hash of an adapter that was told already; leftover where there is none.
    pub(super) fn adapter_hash(&mut self, name: &str, hash: String) {
        let mut adapters = self.recipe.adapters.iter_mut();
        match adapters.find(|adapter| adapter.name == stem(name)) {
            Some(adapter) => adapter.hash = Some(hash),
            None => self.leave(name, hash),
        }
    }

    pub(super) fn source(&mut self, name: String) {
        if !self.recipe.sources.contains(&name) {
            self.recipe.sources.push(name);
        }
    }

    pub(super) fn recipe(&self) -> &ForeignRecipe {
        &self.recipe
    }

    /// Keeps what has no place.
    pub(super) fn leave(&mut self, name: &str, told: impl Into<String>) {
        self.recipe.unmapped.push((name.to_owned(), told.into()));
    }

    pub(super) fn leave_some(&mut self, name: &str, told: Option<String>) {
        if let Some(told) = told {
            self.leave(name, told);
        }
    }

    /// The recipe, with what no reader heard of the file, and without control characters.
    pub(super) fn finish(self) -> ForeignRecipe {
        let mut recipe = self.recipe;
        let known = self.texts.iter().map(|text| text.keyword.as_str());
        for keyword in known.chain(self.texts.unread()) {
            let is_told = recipe.unread.iter().any(|told| told == keyword);
            if !is_told && !self.heard.contains(&keyword) {
                recipe.unread.push(keyword.to_owned());
            }
        }
        clean(&mut recipe);
        recipe
    }

    fn choose(&mut self, spec: &ParamSpec, id: &str) {
        self.recipe
            .params
            .set(spec.id, ParamValue::Text(id.to_owned()));
    }
}

/// A number as programs write it.
pub(super) fn number(told: &str) -> Option<f64> {
    told.trim()
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}

/// The told value in the declared form: some programs write whole numbers with a fraction.
fn value(spec: &ParamSpec, told: &str) -> Option<ParamValue> {
    let told = told.trim();
    let whole = match &spec.kind {
        ParamKind::Int { .. } => number(told).filter(|number| number.fract() == 0.0),
        ParamKind::Float { .. } | ParamKind::Choice { .. } => None,
    };
    spec.parse(told).ok().or_else(|| {
        let whole = whole? as i64;
        spec.accept(&ParamValue::Int(whole)).ok()
    })
}

fn clean(recipe: &mut ForeignRecipe) {
    let unmapped = recipe.unmapped.iter_mut();
    let texts = [
        &mut recipe.program,
        &mut recipe.prompt.text,
        &mut recipe.prompt.negative,
    ];
    let options = [
        &mut recipe.version,
        &mut recipe.model,
        &mut recipe.model_hash,
    ];
    let adapters = recipe.adapters.iter_mut();
    texts
        .into_iter()
        .chain(options.into_iter().flatten())
        .chain(
            adapters.flat_map(|adapter| [&mut adapter.name].into_iter().chain(&mut adapter.hash)),
        )
        .chain(&mut recipe.sources)
        .chain(&mut recipe.unread)
        .chain(unmapped.flat_map(|(name, told)| [name, told]))
        .for_each(|text| {
            if text.contains(is_unwanted) {
                *text = text.replace("\r\n", "\n").replace(is_unwanted, " ");
            }
        });
}

/// Control characters but those that lay out a text.
fn is_unwanted(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\t')
}
