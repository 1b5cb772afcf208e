//! What a sidecar's text says of us, and where it says so.

use std::ops::Range;

use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult::Bound;
use quick_xml::reader::NsReader;

use super::property::Property;
use super::{XmpError, refuse_long};

/// Elements within elements; an XMP tree has few.
const DEEPEST: usize = 64;

const RDF: &[u8] = b"http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// Our properties in a text, and where there is room for more.
pub(super) struct Inventory {
    found: Vec<Found>,
    /// Where properties can be added.
    pub(super) place: Place,
}

/// A property in a text, as an attribute or as an element.
pub(super) struct Found {
    property: Property,
    /// What it says.
    pub(super) value: String,
    /// Where that stands; `None` for an element without an end.
    pub(super) content: Option<Range<usize>>,
    /// All of it, with the space before it.
    pub(super) whole: Range<usize>,
}

/// Room for properties in a text.
pub(super) struct Place {
    /// What gives way.
    pub(super) range: Range<usize>,
    /// The name of a description that has to be opened and closed.
    opened: Option<String>,
}

impl Place {
    /// What is to stand in the place, so that it holds these properties.
    pub(super) fn surround(&self, properties: &str) -> String {
        match &self.opened {
            Some(name) => format!(">{properties}\n  </{name}>"),
            None => properties.to_owned(),
        }
    }
}

impl Inventory {
    /// Looks through the whole text, however hostile.
    pub(super) fn of(text: &str) -> Result<Self, XmpError> {
        refuse_long(text)?;
        // The reader does not count the mark among what it has read.
        let body = text.trim_start_matches('\u{feff}');
        Search {
            text,
            skipped: text.len() - body.len(),
            reader: NsReader::from_str(body),
            depth: 0,
            described: None,
            found: Vec::new(),
            place: None,
        }
        .finish()
    }

    /// Every place where a property stands.
    pub(super) fn all(&self, property: Property) -> impl Iterator<Item = &Found> {
        let is_it = move |found: &&Found| found.property == property;
        self.found.iter().filter(is_it)
    }

    /// What the first of them says.
    pub(super) fn value(&self, property: Property) -> Option<&str> {
        self.all(property).next().map(|found| found.value.as_str())
    }
}

/// A walk through a text.
struct Search<'t> {
    text: &'t str,
    /// Bytes before what the reader sees.
    skipped: usize,
    reader: NsReader<&'t [u8]>,
    depth: usize,
    /// How deep the description stands that is being read.
    described: Option<usize>,
    found: Vec<Found>,
    place: Option<Place>,
}

impl Search<'_> {
    fn finish(mut self) -> Result<Inventory, XmpError> {
        loop {
            let start = self.position();
            match self.reader.read_event()? {
                Event::Start(tag) => self.open(start, &tag)?,
                Event::Empty(tag) => self.stand_alone(start, &tag)?,
                Event::End(_) => {
                    self.described = self.described.filter(|depth| *depth < self.depth);
                    self.depth -= 1;
                }
                Event::DocType(_) => return Err(XmpError::Declares),
                Event::Eof if self.depth > 0 => return Err(XmpError::CutOff),
                Event::Eof => break,
                Event::Text(_)
                | Event::CData(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::GeneralRef(_) => {}
            }
        }
        Ok(Inventory {
            found: self.found,
            place: self.place.ok_or(XmpError::DescribesNothing)?,
        })
    }

    fn open(&mut self, start: usize, tag: &BytesStart<'_>) -> Result<(), XmpError> {
        if let Some(property) = self.property(tag) {
            return self.take_element(property, start, tag);
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(XmpError::TooDeep);
        }
        if self.is_description(tag) {
            self.described = Some(self.depth);
            self.take_attributes(tag)?;
            let end = self.position();
            self.place.get_or_insert(Place {
                range: end..end,
                opened: None,
            });
        }
        Ok(())
    }

    fn stand_alone(&mut self, start: usize, tag: &BytesStart<'_>) -> Result<(), XmpError> {
        let end = self.position();
        if let Some(property) = self.property(tag) {
            self.found.push(Found {
                property,
                value: String::new(),
                content: None,
                whole: self.with_space_before(start)..end,
            });
        } else if self.is_description(tag) {
            self.take_attributes(tag)?;
            let name = String::from_utf8_lossy(tag.name().as_ref()).into_owned();
            self.place.get_or_insert(Place {
                range: end - "/>".len()..end,
                opened: Some(name),
            });
        }
        Ok(())
    }

    fn take_element(
        &mut self,
        property: Property,
        start: usize,
        tag: &BytesStart<'_>,
    ) -> Result<(), XmpError> {
        let from = self.position();
        let raw = self.reader.read_text(tag.name())?;
        let raw = raw.decode().map_err(quick_xml::Error::from)?;
        self.found.push(Found {
            property,
            value: unescaped(&raw)?,
            content: Some(from..from + raw.len()),
            whole: self.with_space_before(start)..self.position(),
        });
        Ok(())
    }

    fn take_attributes(&mut self, tag: &BytesStart<'_>) -> Result<(), XmpError> {
        let mut attributes = tag.attributes();
        // Looking for doubles would take the square of the time; ours are changed all alike.
        for attribute in attributes.with_checks(false) {
            let attribute = attribute.map_err(quick_xml::Error::from)?;
            let (namespace, name) = self.reader.resolver().resolve_attribute(attribute.key);
            let Some(property) = Property::of(&namespace, name.as_ref()) else {
                continue;
            };
            let key = attribute.key.as_ref();
            let start = key
                .first()
                .and_then(|first| self.text.as_bytes().element_offset(first));
            let start = start.expect("names of attributes are parts of the text");
            let after = &self.text[start + key.len()..];
            let quote = after.find(['"', '\'']).expect("values stand in quotes");
            let from = start + key.len() + quote + 1;
            let content = from..from + attribute.value.len();
            self.found.push(Found {
                property,
                value: unescaped(&self.text[content.clone()])?,
                whole: self.with_space_before(start)..content.end + 1,
                content: Some(content),
            });
        }
        Ok(())
    }

    /// The property that an element is, which must stand right in a description.
    fn property(&self, tag: &BytesStart<'_>) -> Option<Property> {
        if self.described != Some(self.depth) {
            return None;
        }
        let (namespace, name) = self.reader.resolver().resolve_element(tag.name());
        Property::of(&namespace, name.as_ref())
    }

    /// Whether an element describes the picture, and not something within a description.
    fn is_description(&self, tag: &BytesStart<'_>) -> bool {
        let (namespace, name) = self.reader.resolver().resolve_element(tag.name());
        let is_rdf = matches!(namespace, Bound(uri) if uri.as_ref() == RDF);
        self.described.is_none() && is_rdf && name.as_ref() == b"Description"
    }

    fn position(&self) -> usize {
        self.skipped + self.reader.buffer_position() as usize
    }

    fn with_space_before(&self, start: usize) -> usize {
        let before = self.text[..start].trim_end_matches([' ', '\t', '\r', '\n']);
        before.len()
    }
}

fn unescaped(raw: &str) -> Result<String, XmpError> {
    let value = unescape(raw).map_err(quick_xml::Error::from)?;
    Ok(value.into_owned())
}
