//! A picture drawn at any zoom: what the viewer's shader must show, computed on the CPU.
//!
//! The rule is one for every zoom: a pixel of the target shows the mean
//! *light* of the part of the picture that it covers, or of one texel's area where it covers less.
//! So below 100 % nothing flickers and nothing is lost, at 100 % the picture is itself, and above
//! it is smooth without the halos of a sharper filter, which would look like flaws of the model.
//!
//! The mean is taken in linear light: hatching and grain keep their brightness however far they
//! are zoomed out, as they do for an eye that steps back.
//! A mean of sRGB values would darken them, and the picture would change while it is zoomed.
//!
//! Only where it is asked for, from [`TEXEL_ZOOM`] on, texels are shown as they are: whoever goes
//! that close looks at them.
//!
//! Far out a pixel covers many texels; then a smaller level is read, of which it covers two to
//! four along each side.

use crate::domain::{PixelSize, Pixels};

/// The zoom from which on an artist who goes closer wants to see texels as they are.
pub const TEXEL_ZOOM: f32 = 4.0;

/// Where a picture lies on the target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PicturePlace {
    /// The upper left corner, x and y, in pixels of the target.
    pub origin: [f32; 2],
    /// Pixels of the target to a pixel of the picture; 1 = 100 %.
    pub zoom: f32,
    /// Whether each texel is a sharp square, however large.
    pub shows_texels: bool,
}

/// Draws a picture onto a black target.
///
/// The twin of `shaders/picture_view.wgsl`, level by level and texel by texel.
pub fn picture_view(pixels: &Pixels, place: PicturePlace, target: PixelSize) -> Pixels {
    let mut level = Level::of(pixels);
    for number in 1..=level_for(place.zoom, pixels.size()) {
        let size = level_size(pixels.size(), number);
        let view = View::between(&level, [0.0, 0.0], size);
        level = Level::drawn(size, |x, y| view.light(&level, x, y));
    }
    let mut view = View::on_target(&level, pixels.size(), place);
    view.shows_texels = place.shows_texels;
    let drawn = Level::drawn(target, |x, y| view.light(&level, x, y));
    Pixels::new(target, drawn.bytes).expect("a level holds three bytes for each of its texels")
}

/// The level that is read at a zoom: 0 is the picture, each further one half as wide and high.
pub fn level_for(zoom: f32, size: PixelSize) -> u32 {
    let covered = 1.0 / zoom;
    let wanted = (covered.log2().floor() as i32 - 1).max(0) as u32;
    wanted.min(level_count(size) - 1)
}

/// How many levels a picture has, down to a single texel.
pub fn level_count(size: PixelSize) -> u32 {
    size.width().max(size.height()).ilog2() + 1
}

/// The size of a level, rounded down, at least one texel.
pub fn level_size(size: PixelSize, level: u32) -> PixelSize {
    let halved = |side: u32| (side >> level).max(1);
    PixelSize::new(halved(size.width()), halved(size.height()))
        .expect("halves of a size are not larger than it, and not zero")
}

/// Texels in sRGB bytes, as the graphics card keeps them.
struct Level {
    size: PixelSize,
    bytes: Vec<u8>,
}

impl Level {
    fn of(pixels: &Pixels) -> Self {
        Self {
            size: pixels.size(),
            bytes: pixels.bytes().to_vec(),
        }
    }

    fn drawn(size: PixelSize, light: impl Fn(f32, f32) -> [f32; 3]) -> Self {
        let spots = (0..size.height()).flat_map(|y| (0..size.width()).map(move |x| (x, y)));
        let bytes = spots.flat_map(|(x, y)| {
            let light = light(x as f32 + 0.5, y as f32 + 0.5);
            light.map(|channel| (srgb_from_linear(channel) * 255.0).round() as u8)
        });
        Self {
            size,
            bytes: bytes.collect(),
        }
    }

    fn texel(&self, x: u32, y: u32) -> [f32; 3] {
        let start = 3 * (y as usize * self.size.width() as usize + x as usize);
        [0, 1, 2].map(|channel| linear_from_srgb(f32::from(self.bytes[start + channel]) / 255.0))
    }
}

/// What the shader is told.
struct View {
    origin: [f32; 2],
    scale: [f32; 2],
    size: [f32; 2],
    shows_texels: bool,
}

impl View {
    fn on_target(level: &Level, picture: PixelSize, place: PicturePlace) -> Self {
        let [width, height] = [picture.width(), picture.height()].map(|side| side as f32);
        let size = [level.size.width() as f32, level.size.height() as f32];
        Self {
            origin: place.origin,
            scale: [place.zoom * width / size[0], place.zoom * height / size[1]],
            size,
            shows_texels: false,
        }
    }

    fn between(level: &Level, origin: [f32; 2], target: PixelSize) -> Self {
        let size = [level.size.width() as f32, level.size.height() as f32];
        Self {
            origin,
            scale: [
                target.width() as f32 / size[0],
                target.height() as f32 / size[1],
            ],
            size,
            shows_texels: false,
        }
    }

    fn light(&self, level: &Level, x: f32, y: f32) -> [f32; 3] {
        let spot = [0, 1].map(|axis| ([x, y][axis] - self.origin[axis]) / self.scale[axis]);
        if (0..2).any(|axis| spot[axis] < 0.0 || spot[axis] >= self.size[axis]) {
            return [0.0; 3];
        }
        if self.shows_texels {
            return level.texel(spot[0] as u32, spot[1] as u32);
        }
        let [columns, rows] = [0, 1].map(|axis| self.covered(axis, spot[axis]));
        let mut sum = [0.0; 3];
        let mut total = 0.0;
        for (y, row_weight) in rows {
            for &(x, column_weight) in &columns {
                let weight = row_weight * column_weight;
                let texel = level.texel(x, y);
                sum = [0, 1, 2].map(|channel| sum[channel] + weight * texel[channel]);
                total += weight;
            }
        }
        sum.map(|channel| channel / total)
    }

    /// The texels that a pixel covers along an axis, and how much of each.
    fn covered(&self, axis: usize, spot: f32) -> Vec<(u32, f32)> {
        let reach = 0.5 * (1.0 / self.scale[axis]).max(1.0);
        let low = (spot - reach).max(0.0);
        let high = (spot + reach).min(self.size[axis]);
        let texels = low.floor() as u32..(high.ceil() as u32).min(self.size[axis] as u32);
        texels
            .map(|texel| {
                let start = texel as f32;
                (texel, high.min(start + 1.0) - low.max(start))
            })
            .collect()
    }
}

/// Decodes sRGB (IEC 61966-2-1), both from 0 to 1.
fn linear_from_srgb(encoded: f32) -> f32 {
    if encoded <= 0.04045 {
        encoded / 12.92
    } else {
        ((encoded + 0.055) / 1.055).powf(2.4)
    }
}

/// Encodes sRGB (IEC 61966-2-1), both from 0 to 1.
fn srgb_from_linear(linear: f32) -> f32 {
    if linear <= 0.003_130_8 {
        12.92 * linear
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(width: u32, height: u32) -> PixelSize {
        PixelSize::new(width, height).unwrap()
    }

    fn grey(size: PixelSize, value: impl Fn(u32, u32) -> u8) -> Pixels {
        let spots = (0..size.height()).flat_map(|y| (0..size.width()).map(move |x| (x, y)));
        let data: Vec<u8> = spots.flat_map(|(x, y)| [value(x, y); 3]).collect();
        Pixels::new(size, data).unwrap()
    }

    fn place(x: f32, y: f32, zoom: f32) -> PicturePlace {
        PicturePlace {
            origin: [x, y],
            zoom,
            shows_texels: zoom >= TEXEL_ZOOM,
        }
    }

    #[test]
    fn at_100_percent_a_picture_is_itself() {
        let picture = grey(size(5, 3), |x, y| (x * 50 + y) as u8);
        let seen = picture_view(&picture, place(0.0, 0.0, 1.0), picture.size());
        assert_eq!(seen.bytes(), picture.bytes());
    }

    #[test]
    fn a_fine_pattern_keeps_its_light_however_far_out() {
        let checker = grey(size(64, 64), |x, y| ((x + y) % 2 * 255) as u8);
        for zoom in [0.5, 0.25, 0.125, 0.0625] {
            let target = size((64.0 * zoom) as u32, (64.0 * zoom) as u32);
            let seen = picture_view(&checker, place(0.0, 0.0, zoom), target);
            // Half the light of white is 188 in sRGB, not 128.
            assert!(seen.bytes().iter().all(|byte| *byte == 188), "{zoom}");
        }
    }

    #[test]
    fn close_up_each_texel_is_a_sharp_square() {
        let picture = grey(size(2, 1), |x, _| x as u8 * 255);
        let seen = picture_view(&picture, place(0.0, 0.0, 4.0), size(8, 4));
        let row: Vec<u8> = seen.bytes()[..24].iter().copied().step_by(3).collect();
        assert_eq!(row, [0, 0, 0, 0, 255, 255, 255, 255]);
    }

    #[test]
    fn a_pixel_covers_two_to_four_texels_of_the_level_that_is_read() {
        let picture = size(4096, 4096);
        for step in 1..400 {
            let zoom = 0.005 * step as f32;
            let covered = 1.0 / zoom / 2_f32.powi(level_for(zoom, picture) as i32);
            assert!(covered < 4.0, "{zoom}: {covered}");
            assert!(zoom > 0.5 || covered >= 2.0, "{zoom}: {covered}");
        }
    }
}
