//! What the artist searches for: words, phrases and facets.
//!
//! A text like `lighthouse "at dusk" -fog model:sketch stars:>=3` is read into a [`Query`]; all
//! its terms must hold.
//! What cannot be read is told with its place, and never skipped.

mod error;
mod facet;
mod measure;
mod parse;
mod saved;
mod term;

pub use self::error::{Problem, QueryError};
pub use self::facet::{Facet, OpenValue};
pub use self::measure::{Measure, Order};
pub use self::saved::{KnownValues, SavedSearch};
pub use self::term::{Condition, MarkCondition, Term};

use crate::domain::{Flag, Marks};

/// A search, read and ready.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// What must hold, in the order in which it was written.
    pub terms: Vec<Term>,
}

impl Query {
    /// Reads what was written; on failure everything that is wrong with it, from left to right.
    pub fn parse(text: &str) -> Result<Self, Vec<QueryError>> {
        parse::parse(text)
    }

    /// Whether it asks for nothing, so that every picture passes.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether a picture with these marks passes, whatever the library says of it.
    pub fn passes(&self, marks: Marks) -> bool {
        self.terms.iter().all(|term| {
            let Condition::Marks(condition) = &term.condition else {
                return true;
            };
            condition.holds(marks) != term.is_excluded
        })
    }

    /// Whether it asks for rejected pictures, which are out of sight otherwise.
    pub fn wants_rejected(&self) -> bool {
        let rejected = Condition::Marks(MarkCondition::Flag(Flag::Rejected));
        self.terms
            .iter()
            .any(|term| !term.is_excluded && term.condition == rejected)
    }

    /// The terms that only the library can judge.
    pub fn library_terms(&self) -> impl Iterator<Item = &Term> {
        let is_mark = |term: &&Term| matches!(term.condition, Condition::Marks(_));
        self.terms.iter().filter(move |term| !is_mark(term))
    }
}
