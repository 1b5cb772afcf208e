//! Sidecars: what the artist thinks of a picture, and how it was made, in the words of XMP.
//!
//! Adobe's XMP specification, part 1 (ISO 16684-1); `xmp:Rating` is −1 for rejected pictures, as
//! Adobe's programs, digiKam and darktable have it.

mod inventory;
mod property;

use std::ops::Range;

use quick_xml::escape::escape;
use thiserror::Error;

use crate::domain::{Flag, Label, Marks, Recipe, Stars};

use self::inventory::Inventory;
use self::property::Property;
use super::origin::Origin;
use super::recipe_json::{read_recipe, write_recipe};

/// The largest sidecar that is read, in bytes; those of other programs hold histories of edits.
pub const LONGEST_SIDECAR: usize = 8 << 20;

/// A sidecar that says nothing yet.
const EMPTY: &str = "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>
<x:xmpmeta xmlns:x=\"adobe:ns:meta/\" x:xmptk=\"Maquette\">
 <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">
  <rdf:Description rdf:about=\"\">
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end=\"w\"?>
";

/// What a sidecar says of its picture, as far as it concerns us.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sidecar {
    /// What the artist thinks of it.
    pub marks: Marks,
    /// Which picture of a library it is; `None` where another program wrote it alone.
    pub origin: Option<Origin>,
    /// How it was made; `None` where it does not tell.
    pub recipe: Option<Recipe>,
}

/// Reads a sidecar, of ours or of another program.
///
/// Marks that it says nothing of are as `before`; a rating that another program changed is what
/// counts.
pub fn read_sidecar(text: &str, before: Marks) -> Result<Sidecar, XmpError> {
    let inventory = Inventory::of(text)?;
    let recipe = inventory.value(Property::Recipe);
    Ok(Sidecar {
        marks: marks(&inventory, before),
        origin: inventory.value(Property::Origin).and_then(Origin::read),
        recipe: recipe.and_then(|json| read_recipe(json).ok()),
    })
}

/// Writes a sidecar: into the text of an `existing` one, where everything else stays as it is
/// byte for byte, or a new one.
///
/// An origin or recipe that is not given stays, and so does the label of another program that is
/// none of our colours, until one of ours takes its place.
pub fn write_sidecar(sidecar: &Sidecar, existing: Option<&str>) -> Result<String, XmpError> {
    let mut text = existing.unwrap_or(EMPTY).to_owned();
    let inventory = Inventory::of(&text)?;
    let mut missing = String::new();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for property in Property::ALL {
        let value = value(sidecar, property);
        let mut is_said = false;
        for found in inventory.all(property) {
            match (&value, &found.content) {
                (Some(value), Some(content)) => {
                    is_said = true;
                    if *value != found.value {
                        edits.push((content.clone(), escape(value).into_owned()));
                    }
                }
                (Some(_), None) => edits.push((found.whole.clone(), String::new())),
                (None, _) if property == Property::Label && label(&found.value).is_some() => {
                    edits.push((found.whole.clone(), String::new()));
                }
                (None, _) => {}
            }
        }
        if let Some(value) = value.filter(|_| !is_said) {
            missing.push_str(&property.element(&escape(&value)));
        }
    }
    if !missing.is_empty() {
        let place = &inventory.place;
        edits.push((place.range.clone(), place.surround(&missing)));
    }
    // From the end, so that the other places stay where they are.
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    for (range, with) in edits.into_iter().rev() {
        text.replace_range(range, &with);
    }
    refuse_long(&text)?;
    Ok(text)
}

/// Why a sidecar cannot be read.
#[derive(Debug, Error)]
pub enum XmpError {
    /// It is longer than [`LONGEST_SIDECAR`].
    #[error("it is longer than {LONGEST_SIDECAR} bytes")]
    TooLong,
    /// It is not UTF-8.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// It is not XML.
    #[error("it is not XML")]
    Malformed {
        /// Why.
        #[from]
        source: quick_xml::Error,
    },
    /// Elements stand too deep in others.
    #[error("its elements stand too deep in each other")]
    TooDeep,
    /// It has a document type, whose entities could grow without bounds; XMP has none.
    #[error("it declares a document type")]
    Declares,
    /// It ends too early.
    #[error("it is cut off")]
    CutOff,
    /// It is XML and describes nothing in RDF.
    #[error("it is not XMP")]
    DescribesNothing,
}

fn refuse_long(text: &str) -> Result<(), XmpError> {
    if text.len() > LONGEST_SIDECAR {
        return Err(XmpError::TooLong);
    }
    Ok(())
}

fn marks(inventory: &Inventory, before: Marks) -> Marks {
    let value = |property| inventory.value(property).map(str::trim);
    let flag = value(Property::Flag).and_then(Flag::from_id);
    let stars = value(Property::Stars).and_then(|count| count.parse().ok());
    let ours = Marks {
        flag: flag.unwrap_or(before.flag),
        stars: stars.map_or(before.stars, Stars::new),
        label: match value(Property::Label) {
            Some(word) => label(word),
            // We write them together: another program took it off.
            None if flag.is_some() => None,
            None => before.label,
        },
    };
    let rating = value(Property::Rating).and_then(|rating| rating.parse::<f64>().ok());
    let rating = rating.filter(|rating| rating.is_finite());
    rating.map_or(ours, |rating| rated(ours, rating))
}

/// Marks under a rating: where it is not theirs, another program changed it.
fn rated(ours: Marks, rating: f64) -> Marks {
    if rating.floor() as i64 == i64::from(rating_of(ours)) {
        return ours;
    }
    if rating < 0.0 {
        return Marks {
            flag: Flag::Rejected,
            ..ours
        };
    }
    Marks {
        flag: match ours.flag {
            Flag::Rejected => Flag::Unflagged,
            kept @ (Flag::Unflagged | Flag::Picked) => kept,
        },
        stars: Stars::new(rating as u8),
        ..ours
    }
}

fn rating_of(marks: Marks) -> i8 {
    match marks.flag {
        Flag::Rejected => -1,
        Flag::Unflagged | Flag::Picked => marks.stars.count() as i8,
    }
}

fn label(word: &str) -> Option<Label> {
    Label::from_id(&word.trim().to_lowercase())
}

/// What a sidecar is to say under a property; `None` = nothing of its own.
fn value(sidecar: &Sidecar, property: Property) -> Option<String> {
    let marks = sidecar.marks;
    match property {
        Property::Rating => Some(rating_of(marks).to_string()),
        Property::Label => marks.label.map(|label| capitalized(label.id())),
        Property::Flag => Some(marks.flag.id().to_owned()),
        Property::Stars => Some(marks.stars.count().to_string()),
        Property::Origin => sidecar.origin.map(Origin::write),
        Property::Recipe => sidecar.recipe.as_ref().map(recipe_text),
    }
}

/// As Lightroom writes its labels.
fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// A recipe in characters that XML can hold: JSON escapes all others of its own accord.
fn recipe_text(recipe: &Recipe) -> String {
    let json = write_recipe(recipe);
    json.replace('\u{fffe}', "\\ufffe")
        .replace('\u{ffff}', "\\uffff")
}
