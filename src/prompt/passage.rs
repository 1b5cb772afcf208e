//! Words with weights: `(x:1.2)`, `(x)`, `[x]`, escapes and `BREAK`.

/// What a pair of round brackets multiplies by, and a pair of square ones divides by.
const BRACKET: f64 = 1.1;

/// The word that ends a chunk.
const BREAK: &str = "BREAK";

/// A text that is encoded as one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passage {
    pieces: Vec<Piece>,
}

/// A piece of a passage.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Words of one weight.
    Words(Span),
    /// What follows begins a new chunk.
    Break,
}

/// Words and how much they count.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// The words, with the spaces around them.
    pub text: String,
    /// 1 = as much as any other.
    pub weight: f64,
}

impl Passage {
    /// Reads the weights: round brackets multiply by 1.1 or by the number that they end in, square
    /// ones divide by 1.1, and those left open reach to the end.
    ///
    /// A backslash makes a bracket or another backslash literal, and vanishes before anything else.
    pub fn weighted(text: &str) -> Self {
        let mut reader = Reader::default();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = reader.take(first, rest);
            rest = &rest[length..];
        }
        Self {
            pieces: merged(reader.finish()),
        }
    }

    /// Takes every character for itself.
    pub fn literal(text: &str) -> Self {
        let mut pieces = Vec::new();
        push_words(&mut pieces, text);
        Self { pieces }
    }

    /// The pieces in order; neighbours of one weight are one piece.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The words without their weights, for encoders that know none, such as T5.
    pub fn plain_text(&self) -> String {
        let words = self.pieces.iter().map(|piece| match piece {
            Piece::Words(span) => span.text.as_str(),
            Piece::Break => " ",
        });
        words.collect()
    }
}

/// What was read so far, and where the open brackets stand in it.
#[derive(Default)]
struct Reader {
    pieces: Vec<Piece>,
    round: Vec<usize>,
    square: Vec<usize>,
}

impl Reader {
    /// Takes what `rest` begins with; returns how many bytes that is.
    fn take(&mut self, first: char, rest: &str) -> usize {
        match first {
            '\\' => return self.take_escaped(rest),
            '(' => self.round.push(self.pieces.len()),
            '[' => self.square.push(self.pieces.len()),
            ')' => match self.round.pop() {
                Some(start) => self.multiply(start, BRACKET),
                None => push_words(&mut self.pieces, ")"),
            },
            ']' => match self.square.pop() {
                Some(start) => self.multiply(start, 1.0 / BRACKET),
                None => push_words(&mut self.pieces, "]"),
            },
            ':' => return self.take_colon(rest),
            _ => {
                let end = rest.find(['\\', '(', ')', '[', ']', ':']);
                let run = &rest[..end.unwrap_or(rest.len())];
                push_broken(&mut self.pieces, run);
                return run.len();
            }
        }
        first.len_utf8()
    }

    fn take_escaped(&mut self, rest: &str) -> usize {
        let escaped = rest[1..].chars().next();
        let is_mark = |mark: &char| matches!(mark, '(' | ')' | '[' | ']' | '\\');
        let Some(mark) = escaped.filter(is_mark) else {
            return 1;
        };
        push_words(&mut self.pieces, mark.encode_utf8(&mut [0; 4]));
        1 + mark.len_utf8()
    }

    fn take_colon(&mut self, rest: &str) -> usize {
        match (closing_weight(rest), self.round.last()) {
            (Some((weight, length)), Some(&start)) => {
                self.round.pop();
                self.multiply(start, weight);
                length
            }
            (Some((_, length)), None) => {
                push_words(&mut self.pieces, &rest[..length]);
                length
            }
            (None, _) => {
                push_words(&mut self.pieces, ":");
                1
            }
        }
    }

    fn multiply(&mut self, start: usize, factor: f64) {
        for piece in &mut self.pieces[start..] {
            if let Piece::Words(span) = piece {
                span.weight *= factor;
            }
        }
    }

    fn finish(mut self) -> Vec<Piece> {
        for start in std::mem::take(&mut self.round) {
            self.multiply(start, BRACKET);
        }
        for start in std::mem::take(&mut self.square) {
            self.multiply(start, 1.0 / BRACKET);
        }
        self.pieces
    }
}

/// `:1.2)`, spaces allowed around the number: the number, and how many bytes all of it is.
fn closing_weight(rest: &str) -> Option<(f64, usize)> {
    let is_other = |c: char| !c.is_whitespace() && !c.is_ascii_digit() && !"+-.".contains(c);
    let end = rest[1..].find(is_other)? + 1;
    let weight = rest[1..end].trim().parse().ok()?;
    rest[end..].starts_with(')').then_some((weight, end + 1))
}

/// Words in which `BREAK` may stand; the spaces around it belong to it.
fn push_broken(pieces: &mut Vec<Piece>, mut text: &str) {
    while let Some((before, after)) = split_at_word(text, BREAK) {
        push_words(pieces, before.trim_end());
        pieces.push(Piece::Break);
        text = after.trim_start();
    }
    push_words(pieces, text);
}

/// What stands before and after the first place where `word` stands by itself.
pub(super) fn split_at_word<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut places = text.match_indices(word).map(|(start, _)| start);
    let start = places.find(|&start| {
        let before = text[..start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })?;
    Some((&text[..start], &text[start + word.len()..]))
}

fn push_words(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Words(Span {
            text: text.to_owned(),
            weight: 1.0,
        }));
    }
}

#[expect(
    clippy::float_cmp,
    reason = "spans are joined only where nothing at all tells them apart"
)]
fn merged(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut merged: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (merged.last_mut(), piece) {
            (Some(Piece::Words(last)), Piece::Words(next)) if last.weight == next.weight => {
                last.text.push_str(&next.text);
            }
            (_, piece) => merged.push(piece),
        }
    }
    merged
}
