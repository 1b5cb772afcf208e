//! A file of the corpus, and what is to come of it.

use maquette::provenance::foreign::ForeignRecipe;

/// A file and what is to come of it.
pub(crate) struct Specimen {
    /// What it shows, in words.
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) outcome: Outcome,
}

/// What is to come of a file.
pub(crate) enum Outcome {
    Told(Box<Told>),
    /// Nobody said how it was made.
    Silent,
    /// By the key of the headline.
    Refused(&'static str),
}

/// What a recipe is to say; what is not named is to be absent.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) program: &'static str,
    pub(crate) version: Option<&'static str>,
    pub(crate) prompt: &'static str,
    pub(crate) negative: &'static str,
    pub(crate) size: Option<&'static str>,
    pub(crate) seed: Option<u64>,
    /// Ids and values in words, in the order of the ids.
    pub(crate) params: &'static str,
    pub(crate) model: Option<&'static str>,
    pub(crate) hash: Option<&'static str>,
    /// Name, weight, weight in the text encoders, hash.
    pub(crate) adapters: Vec<(&'static str, f64, f64, Option<&'static str>)>,
    pub(crate) sources: Vec<&'static str>,
    /// All that has no place.
    pub(crate) unmapped: Vec<(&'static str, &'static str)>,
    pub(crate) unread: Vec<&'static str>,
}

impl Told {
    pub(crate) fn check(&self, name: &str, recipe: &ForeignRecipe) {
        let size = recipe.size.map(|size| size.to_string());
        let params = recipe
            .params
            .iter()
            .map(|(id, value)| format!("{id}={value}"));
        let params = params.collect::<Vec<_>>().join(" ");
        let adapters = recipe.adapters.iter().map(|adapter| {
            let hash = adapter.hash.as_deref();
            (
                adapter.name.as_str(),
                adapter.weight,
                adapter.text_encoder_weight,
                hash,
            )
        });
        let unmapped = recipe.unmapped.iter();
        let unmapped = unmapped.map(|(name, told)| (name.as_str(), told.as_str()));
        assert_eq!(recipe.program, self.program, "{name}");
        assert_eq!(recipe.version.as_deref(), self.version, "{name}");
        assert_eq!(recipe.prompt.text, self.prompt, "{name}");
        assert_eq!(recipe.prompt.negative, self.negative, "{name}");
        assert_eq!(size.as_deref(), self.size, "{name}");
        assert_eq!(recipe.seed.map(|seed| seed.0), self.seed, "{name}");
        assert_eq!(params, self.params, "{name}");
        assert_eq!(recipe.model.as_deref(), self.model, "{name}");
        assert_eq!(recipe.model_hash.as_deref(), self.hash, "{name}");
        assert_eq!(adapters.collect::<Vec<_>>(), self.adapters, "{name}");
        assert_eq!(recipe.sources, self.sources, "{name}");
        assert_eq!(unmapped.collect::<Vec<_>>(), self.unmapped, "{name}");
        assert_eq!(recipe.unread, self.unread, "{name}");
    }
}

/// A file that says how it was made.
pub(crate) fn told(name: &'static str, bytes: Vec<u8>, told: Told) -> Specimen {
    let outcome = Outcome::Told(Box::new(told));
    Specimen {
        name,
        bytes,
        outcome,
    }
}

/// A file that does not.
pub(crate) fn silent(name: &'static str, bytes: Vec<u8>) -> Specimen {
    let outcome = Outcome::Silent;
    Specimen {
        name,
        bytes,
        outcome,
    }
}

/// A file that is refused with the headline of that key.
pub(crate) fn refused(name: &'static str, bytes: Vec<u8>, key: &'static str) -> Specimen {
    let outcome = Outcome::Refused(key);
    Specimen {
        name,
        bytes,
        outcome,
    }
}
