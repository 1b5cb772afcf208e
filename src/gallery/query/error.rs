//! What is wrong with a search, and where.

use std::ops::Range;

use crate::domain::Message;

use super::facet::Facet;

/// A part of a search that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// The bytes of the text that are meant.
    pub span: Range<usize>,
    /// What stands there.
    pub written: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a part of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is no facet of that name.
    UnknownFacet,
    /// Nothing stands after the colon.
    NoValue(Facet),
    /// What stands there is not what the facet takes.
    BadValue(Facet),
    /// No letter and no digit is in it, so no text can have it.
    NoWord,
}

impl QueryError {
    /// What is wrong, and what is expected, in words.
    pub fn message(&self) -> Message {
        match self.problem {
            Problem::UnknownFacet => {
                let names: Vec<_> = Facet::ALL.into_iter().map(Facet::name).collect();
                Message::new("error-search-facet")
                    .with("facet", &self.written)
                    .with("known", names.join(", "))
            }
            Problem::NoValue(facet) => {
                Message::new("error-search-no-value").with("facet", facet.name())
            }
            Problem::BadValue(facet) => Message::new(value_key(facet)).with("value", &self.written),
            Problem::NoWord => Message::new("error-search-no-word").with("value", &self.written),
        }
    }
}

/// The key of what a facet takes.
fn value_key(facet: Facet) -> &'static str {
    match facet {
        Facet::Stars => "error-search-stars",
        Facet::Flag => "error-search-flag",
        Facet::Label => "error-search-label",
        Facet::Size => "error-search-size",
        Facet::Seed => "error-search-seed",
        Facet::Steps => "error-search-steps",
        Facet::Guidance => "error-search-guidance",
        Facet::Before | Facet::After => "error-search-date",
        Facet::Parents => "error-search-parents",
        Facet::Model | Facet::Scheduler | Facet::Lora => "error-search-name",
    }
}
