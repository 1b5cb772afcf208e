//! The grammar of dynamic prompts: `{a|b}`, `{2::a|b}`, `{2$$a|b|c}`, `{2-3$$ and $$a|b|c}`,
//! `__name__`.

use std::ops::Range;

/// How deep braces may stand in one another; deeper ones are literal.
const MAX_DEPTH: u32 = 64;

/// What stands between several picks where nothing else is said.
const SEPARATOR: &str = ", ";

/// A text with choices in it.
#[derive(Debug)]
pub(super) struct Template {
    pub nodes: Vec<Node>,
}

#[derive(Debug)]
pub(super) enum Node {
    /// As it stands, backslashes included.
    Text(String),
    /// Some of the options.
    Variants(Variants),
    /// A line of the list of that name.
    Wildcard(String),
}

#[derive(Debug)]
pub(super) struct Variants {
    /// The fewest and the most options that are picked.
    pub least: usize,
    pub most: usize,
    /// What stands between them.
    pub separator: String,
    /// At least one, with the weight of each.
    pub options: Vec<(f64, Vec<Node>)>,
}

impl Template {
    pub(super) fn parse(text: &str) -> Self {
        let braces = Braces::find(text);
        Self {
            nodes: braces.sequence(0..text.len(), 0),
        }
    }

    /// Whether there is nothing to choose.
    pub(super) fn is_plain(&self) -> bool {
        let is_text = |node: &Node| matches!(node, Node::Text(_));
        self.nodes.iter().all(is_text)
    }
}

/// The braces that belong together; those behind a backslash do not count.
struct Braces<'a> {
    text: &'a str,
    /// By the byte of an opening brace, that of the closing one.
    partner: Vec<Option<usize>>,
}

impl<'a> Braces<'a> {
    fn find(text: &'a str) -> Self {
        let mut partner = vec![None; text.len()];
        let mut open = Vec::new();
        let mut is_escaped = false;
        for (position, byte) in text.bytes().enumerate() {
            match byte {
                _ if std::mem::take(&mut is_escaped) => {}
                b'\\' => is_escaped = true,
                b'{' => open.push(position),
                b'}' => {
                    if let Some(start) = open.pop() {
                        partner[start] = Some(position);
                    }
                }
                _ => {}
            }
        }
        Self { text, partner }
    }

    fn sequence(&self, range: Range<usize>, depth: u32) -> Vec<Node> {
        let mut nodes = Vec::new();
        let (mut written, mut position) = (range.start, range.start);
        while position < range.end {
            let found = self.node_at(position, range.end, depth);
            let Some((node, end)) = found else {
                position += self.step(position);
                continue;
            };
            if written < position {
                nodes.push(Node::Text(self.text[written..position].to_owned()));
            }
            nodes.push(node);
            (written, position) = (end, end);
        }
        if written < range.end {
            nodes.push(Node::Text(self.text[written..range.end].to_owned()));
        }
        nodes
    }

    /// How many bytes the next character has, a backslash taken together with what follows it.
    fn step(&self, position: usize) -> usize {
        let mut rest = self.text[position..].chars();
        let first = rest.next();
        let escaped = first.filter(|c| *c == '\\').and_then(|_| rest.next());
        [first, escaped]
            .into_iter()
            .flatten()
            .map(char::len_utf8)
            .sum()
    }

    fn node_at(&self, position: usize, end: usize, depth: u32) -> Option<(Node, usize)> {
        if self.text[position..end].starts_with("__") {
            return wildcard(&self.text[position..end])
                .map(|(name, length)| (Node::Wildcard(name.to_owned()), position + length));
        }
        let close = self.partner[position].filter(|_| depth < MAX_DEPTH)?;
        let variants = self.variants(position + 1..close, depth + 1);
        Some((Node::Variants(variants), close + 1))
    }

    fn variants(&self, range: Range<usize>, depth: u32) -> Variants {
        let mut variants = Variants {
            least: 1,
            most: 1,
            separator: SEPARATOR.to_owned(),
            options: Vec::new(),
        };
        let mut options = self.split(range, "|");
        let head = self.split(options[0].clone(), "$$");
        if let [quantity, .., last] = head.as_slice()
            && let Some((least, most)) = parse_quantity(&self.text[quantity.clone()])
        {
            (variants.least, variants.most) = (least, most);
            if head.len() > 2 {
                // All between the first and the last mark, should there be more than two.
                let separator = quantity.end + 2..last.start - 2;
                self.text[separator].clone_into(&mut variants.separator);
            }
            options[0] = last.clone();
        }
        variants.options = options
            .into_iter()
            .map(|option| self.option(option, depth))
            .collect();
        variants
    }

    /// An option and its weight: `2::a`.
    fn option(&self, range: Range<usize>, depth: u32) -> (f64, Vec<Node>) {
        let text = &self.text[range.clone()];
        let weight = text.split_once("::").and_then(|(number, _)| {
            let weight: f64 = number.trim().parse().ok()?;
            (weight.is_finite() && weight >= 0.0).then_some((weight, number.len() + 2))
        });
        let (weight, skipped) = weight.unwrap_or((1.0, 0));
        (
            weight,
            self.sequence(range.start + skipped..range.end, depth),
        )
    }

    /// The parts between the marks that stand in no further brace and behind no backslash.
    fn split(&self, range: Range<usize>, mark: &str) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let (mut start, mut position) = (range.start, range.start);
        while position < range.end {
            if let Some(close) = self.partner[position] {
                position = close + 1;
            } else if self.text[position..range.end].starts_with(mark) {
                parts.push(start..position);
                position += mark.len();
                start = position;
            } else {
                position += self.step(position);
            }
        }
        parts.push(start..range.end);
        parts
    }
}

/// `__name__`: letters, digits, `-`, `.`, `/`, and single `_`; the name and the length of it all.
fn wildcard(text: &str) -> Option<(&str, usize)> {
    let inner = &text[2..];
    let end = inner.find("__").filter(|end| *end > 0)?;
    let name = &inner[..end];
    let is_possible = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    name.chars().all(is_possible).then_some((name, end + 4))
}

/// `2`, `2-3`, `2-` or `-3`: the fewest and the most.
fn parse_quantity(text: &str) -> Option<(usize, usize)> {
    let text = text.trim();
    let Some((least, most)) = text.split_once('-') else {
        let number = text.parse().ok()?;
        return Some((number, number));
    };
    let (least, most) = (least.trim(), most.trim());
    let number = |text: &str, default| match text {
        "" => Some(default),
        digits => digits.parse().ok(),
    };
    let (least, most) = (number(least, 1)?, number(most, usize::MAX)?);
    (text != "-" && least <= most).then_some((least, most))
}
