//! Words that come and go from step to step: `[a:b:0.5]`, `[a:10]`, `[a::0.3]`, `[a|b|c]`.

use std::ops::Range;

/// How deep brackets may stand in one another; deeper ones are literal.
const MAX_DEPTH: u32 = 64;

/// A text, parts of which depend on the step.
#[derive(Debug)]
pub(super) struct Editing {
    nodes: Vec<Node>,
}

#[derive(Debug)]
enum Node {
    Text(String),
    /// One text up to a step, another one after it.
    Switch {
        before: Vec<Self>,
        after: Vec<Self>,
        when: When,
    },
    /// The texts in turn, each for one step.
    Alternate(Vec<Vec<Self>>),
}

/// The last step of the first text.
#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    /// A share of all steps: the number was written with a point.
    Share(f64),
    Step(f64),
}

impl Editing {
    pub(super) fn parse(text: &str) -> Self {
        let pairs = Pairs::find(text);
        Self {
            nodes: pairs.sequence(0..text.len(), 0),
        }
    }

    /// The text in a step, counted from 1, of so many.
    pub(super) fn at_step(&self, step: u32, steps: u32) -> String {
        let mut text = String::new();
        write(&self.nodes, step, steps, &mut text);
        text
    }
}

fn write(nodes: &[Node], step: u32, steps: u32, text: &mut String) {
    for node in nodes {
        match node {
            Node::Text(words) => text.push_str(words),
            Node::Switch {
                before,
                after,
                when,
            } => {
                let nodes = if f64::from(step) <= when.last_step(steps) {
                    before
                } else {
                    after
                };
                write(nodes, step, steps, text);
            }
            Node::Alternate(options) => {
                let turn = (step as usize - 1) % options.len();
                write(&options[turn], step, steps, text);
            }
        }
    }
}

impl When {
    /// A number as it ends a bracket; `None` where there is none.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | 'e' | 'E');
        if !text.chars().all(is_number) {
            return None;
        }
        let number: f64 = text.parse().ok()?;
        let when = if text.contains('.') {
            Self::Share
        } else {
            Self::Step
        };
        Some(when(number))
    }

    fn last_step(self, steps: u32) -> f64 {
        let step = match self {
            Self::Share(share) => share * f64::from(steps),
            Self::Step(step) => step,
        };
        step.trunc()
    }
}

/// The brackets that belong together.
///
/// A closing bracket of the wrong kind makes all that are open literal.
struct Pairs<'a> {
    text: &'a str,
    /// By the byte of an opening bracket, that of the closing one.
    partner: Vec<Option<usize>>,
}

impl<'a> Pairs<'a> {
    fn find(text: &'a str) -> Self {
        let mut partner = vec![None; text.len()];
        let mut open: Vec<(usize, char)> = Vec::new();
        let mut is_escaped = false;
        for (position, character) in text.char_indices() {
            if std::mem::take(&mut is_escaped) {
                continue;
            }
            match character {
                '\\' => is_escaped = true,
                '(' => open.push((position, ')')),
                '[' => open.push((position, ']')),
                ')' | ']' => match open.pop() {
                    Some((start, wanted)) if wanted == character => partner[start] = Some(position),
                    _ => open.clear(),
                },
                _ => {}
            }
        }
        Self { text, partner }
    }

    fn sequence(&self, range: Range<usize>, depth: u32) -> Vec<Node> {
        let mut nodes = Vec::new();
        let (mut written, mut position) = (range.start, range.start);
        while position < range.end {
            if let Some((node, end)) = self.node_at(position, depth) {
                if written < position {
                    nodes.push(Node::Text(self.text[written..position].to_owned()));
                }
                nodes.push(node);
                (written, position) = (end, end);
            } else {
                position += 1;
            }
        }
        if written < range.end {
            nodes.push(Node::Text(self.text[written..range.end].to_owned()));
        }
        nodes
    }

    /// The bracket that opens at this byte, if it depends on the step, and the byte behind it.
    fn node_at(&self, open: usize, depth: u32) -> Option<(Node, usize)> {
        let is_square = self.text.as_bytes()[open] == b'[';
        let close = self.partner[open].filter(|_| is_square && depth < MAX_DEPTH)?;
        let parts = |mark| self.split(open + 1..close, mark);
        let (colons, bars) = (parts(b':'), parts(b'|'));
        let read = |range: &Range<usize>| self.sequence(range.clone(), depth + 1);
        let node = match (colons.as_slice(), bars.as_slice()) {
            ([_], [_, _, ..]) => Node::Alternate(bars.iter().map(read).collect()),
            ([words @ .., when], [_]) if matches!(words.len(), 1 | 2) => Node::Switch {
                when: When::parse(&self.text[when.clone()])?,
                before: words[..words.len() - 1].iter().flat_map(read).collect(),
                after: words.last().map(read).unwrap_or_default(),
            },
            _ => return None,
        };
        Some((node, close + 1))
    }

    /// The parts between the marks that stand in no further bracket and behind no backslash.
    fn split(&self, range: Range<usize>, mark: u8) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let (mut start, mut position) = (range.start, range.start);
        while position < range.end {
            let byte = self.text.as_bytes()[position];
            if byte == mark {
                parts.push(start..position);
                start = position + 1;
            }
            position = match (byte, self.partner[position]) {
                (b'\\', _) => position + 2,
                (_, Some(close)) => close + 1,
                _ => position + 1,
            };
        }
        parts.push(start..range.end);
        parts
    }
}
