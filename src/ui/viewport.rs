//! Which part of a picture is looked at, and how closely: pure geometry in pixels of the screen.

use egui::{Vec2, vec2};

use super::view::ZoomWish;

/// The closest look: a pixel of the picture is so many pixels of the screen wide.
pub const MAX_ZOOM: f32 = 32.0;

/// What the keys for closer and farther go through.
const STOPS: [f32; 20] = [
    0.0625, 0.125, 0.1667, 0.25, 0.3333, 0.5, 0.6667, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0,
    16.0, 20.0, 24.0, MAX_ZOOM,
];

/// A look at a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Viewport {
    /// All of it, as large as there is room.
    #[default]
    Fit,
    /// A part of it.
    Free {
        /// Pixels of the screen to a pixel of the picture.
        zoom: f32,
        /// What is in the middle, as a share of the picture's width and height.
        center: Vec2,
    },
}

/// What a viewport looks through, and at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The size of the area on the screen, in pixels.
    pub area: Vec2,
    /// What stays free around a whole picture, in pixels of the screen.
    pub margin: f32,
    /// The size of the picture, in its own pixels.
    pub picture: Vec2,
}

impl Frame {
    /// The zoom at which the whole picture fills the area.
    pub fn fit_zoom(self) -> f32 {
        let ratio = (self.area - Vec2::splat(2.0 * self.margin)) / self.picture;
        ratio.x.min(ratio.y).clamp(f32::MIN_POSITIVE, MAX_ZOOM)
    }
}

impl Viewport {
    /// As the artist wishes; what is at `pointer` stays there.
    #[must_use]
    pub fn wished(self, wish: ZoomWish, pointer: Vec2, frame: Frame) -> Self {
        match wish {
            ZoomWish::Closer => self.closer(pointer, frame),
            ZoomWish::Farther => self.farther(pointer, frame),
            ZoomWish::Toggle => self.toggled(pointer, frame),
            ZoomWish::Fit => Self::Fit,
        }
    }

    /// The zoom; 1 = 100 %.
    pub fn zoom(self, frame: Frame) -> f32 {
        match self {
            Self::Fit => frame.fit_zoom(),
            Self::Free { zoom, .. } => zoom,
        }
    }

    /// Where the picture's upper left corner is, from that of the area; whole pixels, so that at
    /// 100 % each pixel of the picture is one of the screen.
    pub fn origin(self, frame: Frame) -> Vec2 {
        self.exact_origin(frame).round()
    }

    /// Looks closer or farther; the point of the picture under `pointer` stays there.
    #[must_use]
    pub fn zoomed(self, zoom: f32, pointer: Vec2, frame: Frame) -> Self {
        let farthest = frame.fit_zoom().min(1.0);
        let zoom = zoom.clamp(farthest, MAX_ZOOM);
        if zoom <= frame.fit_zoom() && frame.fit_zoom() <= 1.0 {
            return Self::Fit;
        }
        let point = (pointer - self.exact_origin(frame)) / self.zoom(frame);
        let center = (point * zoom + frame.area / 2.0 - pointer) / zoom;
        Self::free(zoom, center / frame.picture)
    }

    /// Moves the picture by so many pixels of the screen.
    #[must_use]
    pub fn panned(self, by: Vec2, frame: Frame) -> Self {
        match self {
            Self::Fit => self,
            Self::Free { zoom, center } => Self::free(zoom, center - by / zoom / frame.picture),
        }
    }

    /// From all of it to 100 % around `pointer`, and back.
    #[must_use]
    pub fn toggled(self, pointer: Vec2, frame: Frame) -> Self {
        match self {
            Self::Fit => self.zoomed(1.0, pointer, frame),
            Self::Free { .. } => Self::Fit,
        }
    }

    /// The next closer stop.
    #[must_use]
    pub fn closer(self, pointer: Vec2, frame: Frame) -> Self {
        let now = self.zoom(frame);
        let stop = STOPS.into_iter().find(|stop| *stop > now * 1.01);
        self.zoomed(stop.unwrap_or(MAX_ZOOM), pointer, frame)
    }

    /// The next farther stop.
    #[must_use]
    pub fn farther(self, pointer: Vec2, frame: Frame) -> Self {
        let now = self.zoom(frame);
        let stop = STOPS.into_iter().rev().find(|stop| *stop < now * 0.99);
        self.zoomed(stop.unwrap_or(STOPS[0]), pointer, frame)
    }

    fn free(zoom: f32, center: Vec2) -> Self {
        // The middle of the area is always on the picture, so that it cannot be lost.
        let center = center.clamp(Vec2::ZERO, Vec2::splat(1.0));
        Self::Free { zoom, center }
    }

    fn exact_origin(self, frame: Frame) -> Vec2 {
        let center = match self {
            Self::Fit => vec2(0.5, 0.5),
            Self::Free { center, .. } => center,
        };
        frame.area / 2.0 - center * frame.picture * self.zoom(frame)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FRAME: Frame = Frame {
        area: vec2(901.0, 640.0),
        margin: 12.0,
        picture: vec2(1024.0, 1536.0),
    };

    fn percent(viewport: Viewport) -> u32 {
        (viewport.zoom(FRAME) * 100.0).round() as u32
    }

    fn point_under(viewport: Viewport, pointer: Vec2) -> Vec2 {
        (pointer - viewport.exact_origin(FRAME)) / viewport.zoom(FRAME)
    }

    proptest! {
        #[test]
        fn the_point_under_the_cursor_stays(
            x in 0.4_f32..0.6, y in 0.4_f32..0.6, zooms in prop::collection::vec(0.5_f32..MAX_ZOOM, 1..5),
        ) {
            let pointer = FRAME.area * vec2(x, y);
            let mut viewport = Viewport::Fit;
            let point = point_under(viewport, pointer);
            for zoom in zooms {
                viewport = viewport.zoomed(zoom, pointer, FRAME);
                prop_assert!((viewport.zoom(FRAME) - zoom).abs() < 1e-6);
                let moved = point_under(viewport, pointer) - point;
                prop_assert!(moved.length() < 0.2, "{:?}", moved);
            }
        }

        #[test]
        fn some_of_the_picture_is_always_in_sight(
            zoom in 0.01_f32..100.0, x in -1e4_f32..1e4, y in -1e4_f32..1e4,
        ) {
            let viewport = Viewport::Fit.zoomed(zoom, FRAME.area / 3.0, FRAME);
            let origin = viewport.panned(vec2(x, y), FRAME).origin(FRAME);
            let end = origin + FRAME.picture * viewport.zoom(FRAME);
            prop_assert!(origin.x < FRAME.area.x && origin.y < FRAME.area.y);
            prop_assert!(end.x > 0.0 && end.y > 0.0);
        }
    }

    #[test]
    fn panning_moves_the_picture_as_far_as_the_hand() {
        let close = Viewport::Fit.zoomed(2.0, FRAME.area / 2.0, FRAME);
        let moved = close.panned(vec2(30.0, -12.0), FRAME);
        assert_eq!(moved.origin(FRAME) - close.origin(FRAME), vec2(30.0, -12.0));
    }

    #[test]
    fn stops_lead_to_100_percent_from_both_sides_and_out_to_the_whole() {
        let middle = FRAME.area / 2.0;
        let close = Viewport::Fit.zoomed(0.8, middle, FRAME);
        assert_eq!(percent(close.closer(middle, FRAME)), 100);
        let close = Viewport::Fit.zoomed(1.2, middle, FRAME);
        assert_eq!(percent(close.farther(middle, FRAME)), 100);
        let mut viewport = close;
        for _ in 0..10 {
            viewport = viewport.farther(middle, FRAME);
        }
        assert_eq!(viewport, Viewport::Fit);
    }

    #[test]
    fn toggling_goes_to_100_percent_and_back() {
        let close = Viewport::Fit.toggled(vec2(500.0, 200.0), FRAME);
        assert_eq!(percent(close), 100);
        assert_eq!(close.toggled(vec2(1.0, 1.0), FRAME), Viewport::Fit);
    }
}
