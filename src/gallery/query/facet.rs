//! The facets by name, and the value that is just being written.

use std::ops::Range;

use crate::domain::{Flag, Label};

use super::parse::pieces;
use super::saved::KnownValues;

/// A property of pictures that can be asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    /// `model:`
    Model,
    /// `scheduler:`
    Scheduler,
    /// `lora:`
    Lora,
    /// `stars:`
    Stars,
    /// `flag:`
    Flag,
    /// `label:`
    Label,
    /// `size:`
    Size,
    /// `seed:`
    Seed,
    /// `steps:`
    Steps,
    /// `guidance:`
    Guidance,
    /// `before:`
    Before,
    /// `after:`
    After,
    /// `parents:`
    Parents,
}

impl Facet {
    /// Every facet.
    pub const ALL: [Self; 13] = [
        Self::Model,
        Self::Scheduler,
        Self::Lora,
        Self::Stars,
        Self::Flag,
        Self::Label,
        Self::Size,
        Self::Seed,
        Self::Steps,
        Self::Guidance,
        Self::Before,
        Self::After,
        Self::Parents,
    ];

    /// The word before the colon, in every language the same.
    pub fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Scheduler => "scheduler",
            Self::Lora => "lora",
            Self::Stars => "stars",
            Self::Flag => "flag",
            Self::Label => "label",
            Self::Size => "size",
            Self::Seed => "seed",
            Self::Steps => "steps",
            Self::Guidance => "guidance",
            Self::Before => "before",
            Self::After => "after",
            Self::Parents => "parents",
        }
    }

    /// The facet of that name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        let is_meant = |facet: &Self| facet.name().eq_ignore_ascii_case(name);
        Self::ALL.into_iter().find(is_meant)
    }
}

/// A facet's value that the cursor stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenValue {
    /// The facet.
    pub facet: Facet,
    /// The bytes of the text that it takes up, quotation marks included.
    pub span: Range<usize>,
    /// What is written of it up to the cursor, without quotation marks.
    pub written: String,
}

impl OpenValue {
    /// The value of a facet at `cursor`, in bytes, if one is written there.
    pub fn at(text: &str, cursor: usize) -> Option<Self> {
        let piece = pieces(text)
            .into_iter()
            .find(|piece| piece.span.start <= cursor && cursor <= piece.span.end)?;
        let (name, span) = piece.facet?;
        if cursor < span.start {
            return None;
        }
        let written = text.get(span.start..cursor)?;
        Some(Self {
            facet: Facet::from_name(name)?,
            written: written.chars().filter(|sign| !is_quote(*sign)).collect(),
            span,
        })
    }

    /// The values that go on from what is written, those that begin with it first.
    pub fn completions(&self, known: &KnownValues) -> Vec<String> {
        let values = match self.facet {
            Facet::Model => known.models.clone(),
            Facet::Scheduler => known.schedulers.clone(),
            Facet::Lora => known.loras.clone(),
            Facet::Flag => Flag::ALL.map(|flag| flag.id().to_owned()).to_vec(),
            Facet::Label => {
                let labels = Label::ALL.into_iter().map(Label::id);
                labels.chain(["none"]).map(str::to_owned).collect()
            }
            Facet::Parents => vec!["none".to_owned()],
            Facet::Stars
            | Facet::Size
            | Facet::Seed
            | Facet::Steps
            | Facet::Guidance
            | Facet::Before
            | Facet::After => Vec::new(),
        };
        let written = self.written.to_lowercase();
        let (mut first, then): (Vec<_>, Vec<_>) = values
            .into_iter()
            .filter(|value| value.to_lowercase().contains(&written))
            .partition(|value| value.to_lowercase().starts_with(&written));
        first.extend(then);
        // Nothing is left to complete.
        first.retain(|value| *value != self.written);
        first
    }

    /// The text with a value in the place of this one, and where the cursor stands then, in
    /// bytes: after the blank that ends the value.
    pub fn completed(&self, text: &str, value: &str) -> (String, usize) {
        let needs_quotes = value.contains(|sign: char| sign.is_whitespace() || is_quote(sign));
        let value = if needs_quotes {
            format!("\"{value}\"")
        } else {
            value.to_owned()
        };
        let (before, after) = (&text[..self.span.start], &text[self.span.end..]);
        let cursor = before.len() + value.len() + 1;
        let after = after.strip_prefix(' ').unwrap_or(after);
        (format!("{before}{value} {after}"), cursor)
    }
}

/// Whether a sign opens or closes a phrase; each closes what any other has opened.
pub(super) fn is_quote(sign: char) -> bool {
    matches!(sign, '"' | '“' | '”' | '„' | '«' | '»')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_completed_where_the_cursor_stands() {
        let known = KnownValues {
            models: ["big sketch", "sketch", "tiny"].map(str::to_owned).to_vec(),
            ..KnownValues::default()
        };
        let text = "boat model:sk stars:3";
        let open = OpenValue::at(text, 13).unwrap();
        assert_eq!((open.facet, &*open.written), (Facet::Model, "sk"));
        assert_eq!(open.completions(&known), ["sketch", "big sketch"]);
        let (completed, cursor) = open.completed(text, "big sketch");
        assert_eq!(completed, "boat model:\"big sketch\" stars:3");
        assert_eq!(&completed[cursor..], "stars:3");
        assert_eq!(OpenValue::at(text, 3), None, "a word is no facet");
        assert_eq!(OpenValue::at(text, 7), None, "the name is not its value");
    }
}
