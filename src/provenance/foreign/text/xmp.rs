//! The texts of XMP packets, in which Draw Things and converters put what they say
//! (XMP, part 1, 7).

use roxmltree::{Document, Node, ParsingOptions};

use crate::provenance::foreign::error::TextFault;

use super::Texts;

/// The keyword of a packet in PNG (XMP, part 3, 1.1.5).
pub(super) const KEYWORD: &str = "XML:com.adobe.xmp";
/// The most elements and texts of a packet.
const MAX_NODES: u32 = 20_000;
/// A property, its list of alternatives, and the first of them.
const ALTERNATIVE_DEPTH: usize = 3;
/// Properties and the keywords under which they are kept.
const PROPERTIES: [(&str, &str); 4] = [
    ("UserComment", "UserComment"),
    ("description", "Description"),
    ("CreatorTool", "Software"),
    ("parameters", "parameters"),
];

/// Adds the texts of a packet; one that is no XML says nothing, as those of some cameras.
pub(super) fn read(packet: &str, texts: &mut Texts) -> Result<(), TextFault> {
    let options = ParsingOptions {
        nodes_limit: MAX_NODES,
        // Declared entities could multiply.
        allow_dtd: false,
        ..ParsingOptions::default()
    };
    let packet = packet.trim_matches(|end: char| end == '\0' || end.is_whitespace());
    let Ok(document) = Document::parse_with_options(packet, options) else {
        texts.wants("XMP");
        return Ok(());
    };
    for node in document.descendants().filter(Node::is_element) {
        for attribute in node.attributes() {
            if let Some(keyword) = keyword(attribute.name()) {
                texts.add(keyword, attribute.value().to_owned())?;
            }
        }
        if let Some(keyword) = keyword(node.tag_name().name()) {
            // In one language: the text itself, or the first of its alternatives.
            let inner = node.descendants().filter(Node::is_element);
            let mut said = inner
                .take(ALTERNATIVE_DEPTH)
                .filter_map(|inner| inner.text());
            if let Some(text) = said.find(|text| !text.trim().is_empty()) {
                texts.add(keyword, text.trim().to_owned())?;
            }
        }
    }
    Ok(())
}

fn keyword(property: &str) -> Option<&'static str> {
    let mut properties = PROPERTIES.iter();
    properties
        .find(|(name, _)| *name == property)
        .map(|(_, keyword)| *keyword)
}
