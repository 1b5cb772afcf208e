//! Pixel arithmetic on the CPU: pure functions from pictures to pictures.

mod picture_view;
mod planes;
mod thumbnail;

pub use self::picture_view::{
    PicturePlace, TEXEL_ZOOM, level_count, level_for, level_size, picture_view,
};
pub use self::planes::pixels_from_planes;
pub use self::thumbnail::thumbnail;
