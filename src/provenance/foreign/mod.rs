//! How other programs made their pictures, read from what they write into the files.
//!
//! A file passes through here in this order:
//!
//! 1. `Texts` takes the texts out of a PNG, JPEG or WebP file, whichever way they stand there;
//! 2. the first of the `READERS` that knows one of them reads it into a `Draft`;
//! 3. the draft brings values into the form of our own parameters, and lists what it cannot.
//!
//! Files are strangers: every length is checked against a limit before memory is taken, graphs
//! are walked within a budget, and whatever is wrong is an error that names the file.

mod draft;
mod error;
mod foreign_recipe;
mod json_fields;
mod names;
mod reader;
mod settings_text;
mod text;

use std::path::Path;

pub use self::error::{ForeignError, RecipeFault};
pub use self::foreign_recipe::{ForeignAdapter, ForeignRecipe};
pub use self::reader::{ForeignReader, READERS};
pub use self::text::{Text, Texts};

/// Reads how another program made a picture.
///
/// `None` when no program that we know says anything in the file, or it is no PNG, JPEG or WebP.
/// Our own files say more to [`read_imprint`](crate::provenance::read_imprint); here they are files
/// with A1111's text like others.
pub fn read_foreign(path: &Path) -> Result<Option<ForeignRecipe>, ForeignError> {
    let texts = Texts::of_file(path)?;
    let mut first_fault = None;
    for reader in READERS {
        match reader.read(&texts) {
            None => {}
            Some(Ok(recipe)) => return Ok(Some(recipe)),
            Some(Err(source)) => {
                first_fault.get_or_insert_with(|| (reader.program(), source));
            }
        }
    }
    first_fault.map_or(Ok(None), |(program, source)| {
        Err(ForeignError::Unreadable {
            program,
            source,
            path: path.to_owned(),
        })
    })
}
