//! How a picture was made, in words that files carry: recipes, the text of A1111, PNG, XMP.
//!
//! A PNG of ours says everything that the library knows of it, so a library can be made again
//! from its files alone.

pub mod foreign;
mod origin;
mod parameters;
mod png_reader;
mod png_writer;
mod recipe_json;
pub(crate) mod schema;
mod xmp;

pub use self::origin::Origin;
pub use self::parameters::parameters_text;
pub use self::png_reader::{Imprint, PngError, read_imprint, read_pixels};
pub use self::png_writer::{write_library_png, write_png};
pub use self::recipe_json::{RecipeError, read_recipe, write_recipe};
pub use self::xmp::{LONGEST_SIDECAR, Sidecar, XmpError, read_sidecar, write_sidecar};
