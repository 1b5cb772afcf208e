//! Writing PNG files that say how they were made.

use std::io::{self, Write};

use png::{BitDepth, ColorType, Encoder, SrgbRenderingIntent};

use crate::domain::{Pixels, Recipe};

use super::origin::Origin;
use super::parameters::parameters_text;
use super::recipe_json::write_recipe;

/// The keyword of the text that A1111 made a custom.
const PARAMETERS: &str = "parameters";
/// The keyword of our recipe.
pub(super) const RECIPE: &str = "maquette";
/// The keyword of a picture's place in a library.
pub(super) const ORIGIN: &str = "maquette-picture";

/// Writes a PNG with the recipe in it: A1111's text as `parameters`, ours as `maquette`.
pub fn write_png(out: &mut impl Write, pixels: &Pixels, recipe: &Recipe) -> io::Result<()> {
    write(out, pixels, recipe, None)
}

/// The same for a picture of a library, which also says which one it is.
pub fn write_library_png(
    out: &mut impl Write,
    pixels: &Pixels,
    recipe: &Recipe,
    origin: &Origin,
) -> io::Result<()> {
    write(out, pixels, recipe, Some(origin))
}

fn write(
    out: &mut impl Write,
    pixels: &Pixels,
    recipe: &Recipe,
    origin: Option<&Origin>,
) -> io::Result<()> {
    let size = pixels.size();
    let mut encoder = Encoder::new(out, size.width(), size.height());
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_source_srgb(SrgbRenderingIntent::Perceptual);
    add_text(&mut encoder, PARAMETERS, parameters_text(recipe))?;
    encoder.add_itxt_chunk(RECIPE.to_owned(), write_recipe(&recipe.without_paths()))?;
    if let Some(origin) = origin {
        add_text(&mut encoder, ORIGIN, origin.write())?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels.bytes())?;
    writer.finish()?;
    Ok(())
}

/// Adds a `tEXt` chunk, which every program reads, or an `iTXt` chunk where that cannot hold the
/// text.
fn add_text<W: Write>(encoder: &mut Encoder<'_, W>, keyword: &str, text: String) -> io::Result<()> {
    if text.chars().all(is_latin1) {
        encoder.add_text_chunk(keyword.to_owned(), text)?;
    } else {
        encoder.add_itxt_chunk(keyword.to_owned(), text)?;
    }
    Ok(())
}

/// Whether a character may stand in `tEXt`: printable Latin-1 and the line feed (PNG, 11.3.3.2).
fn is_latin1(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{ff}')
}
