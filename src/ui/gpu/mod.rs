//! What egui does not draw by itself: one file for each shader, with the same name.

mod picture_view;

pub use self::picture_view::{PictureDrawing, PicturePainter, PictureTexture, Upload};
