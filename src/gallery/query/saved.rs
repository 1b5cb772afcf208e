//! Searches that are kept under a name, and the values that can be searched for.

/// A search that the artist keeps: a collection that fills itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its name; no two share one.
    pub name: String,
    /// The search, as it was written.
    pub text: String,
}

/// The values that the library's pictures have, in the order of the alphabet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownValues {
    /// The models.
    pub models: Vec<String>,
    /// The schedulers.
    pub schedulers: Vec<String>,
    /// The `LoRA`s.
    pub loras: Vec<String>,
}
