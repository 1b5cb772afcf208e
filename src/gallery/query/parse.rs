//! Reading a search.

use std::ops::Range;

use jiff::civil::Date;

use crate::domain::{Flag, Label, PixelSize, Stars};

use super::Query;
use super::error::{Problem, QueryError};
use super::facet::{Facet, is_quote};
use super::measure::{Measure, Order};
use super::term::{Condition, MarkCondition, Term};

/// How much of an id must be there to mean a picture.
const LEAST_ID_DIGITS: usize = 4;
/// The value for what a picture has not.
const NONE: &str = "none";

/// A part of the text between blanks that stand outside of quotation marks.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    /// Its bytes, with a leading `-`.
    pub(super) span: Range<usize>,
    is_excluded: bool,
    /// The name before the colon and the bytes of the value, if it looks like a facet.
    pub(super) facet: Option<(&'a str, Range<usize>)>,
    /// The bytes behind a leading `-`.
    body: Range<usize>,
}

/// Reads a search; on failure everything that is wrong with it.
pub(super) fn parse(text: &str) -> Result<Query, Vec<QueryError>> {
    let mut query = Query::default();
    let mut errors = Vec::new();
    for piece in pieces(text) {
        match condition(text, &piece) {
            Ok(condition) => query.terms.push(Term {
                is_excluded: piece.is_excluded,
                condition,
            }),
            Err((problem, span)) => errors.push(QueryError {
                written: text[span.clone()].to_owned(),
                span,
                problem,
            }),
        }
    }
    if errors.is_empty() {
        Ok(query)
    } else {
        Err(errors)
    }
}

/// Cuts a text into its parts; a quotation mark that is not closed reaches to the end.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut start = None;
    let mut is_quoted = false;
    for (place, sign) in text.char_indices() {
        if sign.is_whitespace() && !is_quoted {
            if let Some(start) = start.take() {
                pieces.push(piece(text, start..place));
            }
        } else {
            start = start.or(Some(place));
            is_quoted ^= is_quote(sign);
        }
    }
    if let Some(start) = start {
        pieces.push(piece(text, start..text.len()));
    }
    pieces
}

fn piece(text: &str, span: Range<usize>) -> Piece<'_> {
    let is_excluded = text[span.clone()].starts_with('-');
    let body = span.start + usize::from(is_excluded)..span.end;
    // Only letters stand before the colon of a facet, so that `(red:1.2)` is a word.
    let named = text[body.clone()].split_once(':');
    let named = named.filter(|(name, _)| {
        !name.is_empty() && name.bytes().all(|letter| letter.is_ascii_alphabetic())
    });
    Piece {
        facet: named.map(|(name, value)| (name, body.end - value.len()..body.end)),
        span,
        is_excluded,
        body,
    }
}

/// What a part asks for, or what is wrong and where.
fn condition(text: &str, piece: &Piece<'_>) -> Result<Condition, (Problem, Range<usize>)> {
    let Some((name, span)) = piece.facet.clone() else {
        let written = &text[piece.body.clone()];
        return words(written).ok_or_else(|| (Problem::NoWord, piece.span.clone()));
    };
    let Some(facet) = Facet::from_name(name) else {
        let start = piece.body.start;
        return Err((Problem::UnknownFacet, start..start + name.len()));
    };
    let value: String = text[span.clone()]
        .chars()
        .filter(|sign| !is_quote(*sign))
        .collect();
    let value = value.trim();
    if value.is_empty() {
        return Err((Problem::NoValue(facet), piece.span.clone()));
    }
    facet_condition(facet, value).ok_or((Problem::BadValue(facet), span))
}

/// Words that stand one after another; `None` where there is neither letter nor digit.
fn words(written: &str) -> Option<Condition> {
    let quotes = written.chars().filter(|sign| is_quote(*sign)).count();
    let is_closed = quotes > 0 && quotes.is_multiple_of(2);
    let unquoted = |sign| if is_quote(sign) { ' ' } else { sign };
    let text: String = written.chars().map(unquoted).collect();
    let text = text.trim();
    let has_word = text.chars().any(char::is_alphanumeric);
    has_word.then(|| Condition::Words {
        text: text.to_owned(),
        is_prefix: !is_closed,
    })
}

fn facet_condition(facet: Facet, value: &str) -> Option<Condition> {
    Some(match facet {
        Facet::Model => Condition::Model(value.to_owned()),
        Facet::Scheduler => Condition::Scheduler(value.to_owned()),
        Facet::Lora => Condition::Lora(value.to_owned()),
        Facet::Stars => {
            let measure = measure(value)?;
            (measure.number <= Stars::MOST).then_some(())?;
            Condition::Marks(MarkCondition::Stars(measure))
        }
        Facet::Flag => {
            let flag = Flag::from_id(&value.to_lowercase())?;
            Condition::Marks(MarkCondition::Flag(flag))
        }
        Facet::Label => label(value)?,
        Facet::Size => size(value)?,
        Facet::Seed => Condition::Seed(value.parse().ok()?),
        Facet::Steps => Condition::Steps(measure(value)?),
        Facet::Guidance => {
            let measure: Measure<f64> = measure(&value.replace(',', "."))?;
            measure.number.is_finite().then_some(())?;
            Condition::Guidance(measure)
        }
        Facet::Before => Condition::Before(date(value)?),
        Facet::After => Condition::After(date(value)?),
        Facet::Parents => parents(value)?,
    })
}

fn measure<T: std::str::FromStr>(value: &str) -> Option<Measure<T>> {
    let (order, number) = Order::split(value);
    let number = number.trim_start().parse().ok()?;
    Some(Measure { order, number })
}

fn label(value: &str) -> Option<Condition> {
    let value = value.to_lowercase();
    let label = Label::from_id(&value);
    let is_known = label.is_some() || value == NONE;
    is_known.then_some(Condition::Marks(MarkCondition::Label(label)))
}

/// Width and height, or the longer side alone.
fn size(value: &str) -> Option<Condition> {
    // On a Russian keyboard the sign between them is a Cyrillic letter.
    let between = ['x', 'X', '×', 'х', 'Х'];
    let Some((width, height)) = value.split_once(between) else {
        return measure(value).map(Condition::LongerSide);
    };
    let size = PixelSize::new(width.parse().ok()?, height.parse().ok()?);
    size.ok().map(Condition::Size)
}

/// A day, written as 2026-11-01 and nothing else.
fn date(value: &str) -> Option<Date> {
    let is_plain = value
        .bytes()
        .all(|sign| sign.is_ascii_digit() || sign == b'-');
    (is_plain && value.len() == 10).then(|| value.parse().ok())?
}

fn parents(value: &str) -> Option<Condition> {
    if value.eq_ignore_ascii_case(NONE) {
        return Some(Condition::Parents(None));
    }
    let id = value.replace('-', "").to_ascii_lowercase();
    let is_id = id.len() >= LEAST_ID_DIGITS && id.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_id.then_some(Condition::Parents(Some(id)))
}
