//! Adapters that a prompt asks for: `<lora:name:0.8>`, `<lora:name:0.8:0.5>`.

use std::ops::Range;

/// What opens a tag.
pub(super) const OPEN: &str = "<lora:";

/// An adapter, such as a `LoRA`, by its name, and how strongly it takes part.
#[derive(Clone, Debug, PartialEq)]
pub struct AdapterTag {
    /// The name of its file, without the ending.
    pub name: String,
    /// Its weight in the denoiser.
    pub weight: f64,
    /// Its weight in the text encoders: the denoiser's where nothing else is said.
    pub text_encoder_weight: f64,
}

/// Takes the adapters out of a text: the rest is what is encoded.
///
/// A tag without a weight has weight 1; what is no tag stays in the text, as do tags of other
/// kinds and `#`.
pub fn take_adapters(text: &str) -> (String, Vec<AdapterTag>) {
    let (mut words, mut adapters) = (String::new(), Vec::new());
    let mut end = 0;
    for (place, tag) in adapter_tags(text) {
        words.push_str(&text[end..place.start]);
        adapters.push(tag);
        end = place.end;
    }
    words.push_str(&text[end..]);
    (words, adapters)
}

/// The adapters that a text asks for, in its order, each with the bytes that its tag takes.
pub fn adapter_tags(text: &str) -> Vec<(Range<usize>, AdapterTag)> {
    let mut tags = Vec::new();
    let mut position = 0;
    while let Some(start) = text[position..].find(OPEN) {
        let start = position + start;
        position = start + OPEN.len();
        let inner = &text[position..];
        let end = inner.find('>');
        if let Some((tag, end)) = end.and_then(|end| Some((parse(&inner[..end])?, end))) {
            position += end + 1;
            tags.push((start..position, tag));
        }
    }
    tags
}

fn parse(inner: &str) -> Option<AdapterTag> {
    let mut fields = inner.split(':').map(str::trim);
    let name = fields
        .next()
        .filter(|name| !name.is_empty() && !name.contains('<'))?;
    let mut number = |default: f64| match fields.next() {
        Some(field) => field.parse().ok().filter(|number: &f64| number.is_finite()),
        None => Some(default),
    };
    let weight = number(1.0)?;
    let text_encoder_weight = number(weight)?;
    fields.next().is_none().then(|| AdapterTag {
        name: name.to_owned(),
        weight,
        text_encoder_weight,
    })
}
