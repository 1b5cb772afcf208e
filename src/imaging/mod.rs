//! Pixels on the CPU: arithmetic from pictures to pictures, and reading them from files.

mod covering;
mod mask;
mod picture_file;
mod picture_view;
mod planes;
mod thumbnail;

pub use self::covering::covering;
pub use self::mask::Mask;
pub use self::picture_file::{PictureFile, PictureFileError, picture_size};
pub use self::picture_view::{
    PicturePlace, TEXEL_ZOOM, level_count, level_for, level_size, picture_view,
};
pub use self::planes::{pixels_from_planes, planes_from_pixels};
pub use self::thumbnail::thumbnail;
