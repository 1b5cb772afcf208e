//! Pictures on the graphics card: asked for once, brought there in small bites, kept within a
//! budget, the longest unseen first to go.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use eframe::egui_wgpu::Callback;
use egui::{Color32, Pos2, Rect, TextureHandle, TextureOptions, Vec2};

use crate::app::{Action, GalleryAction, TextureKey};
use crate::domain::{PictureId, Pixels};
use crate::imaging::PicturePlace;

use super::gpu::{PicturePainter, PictureTexture, Upload};

/// The sides that thumbnails are made at, in pixels: few, so that they are found again.
pub const THUMBNAIL_SIDES: [u32; 3] = [128, 256, 512];

/// What one frame may bring onto the graphics card, besides at least one picture's row.
const UPLOAD_BYTES: usize = 4 << 20;
/// An answer that takes longer was lost on the way.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// What can be shown of a picture now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Look {
    /// It was asked for and is on its way.
    Coming,
    /// It cannot be had.
    Missing,
    /// Here it is, or a version of another size until the wanted one is there.
    Ready {
        /// The texture.
        texture: egui::TextureId,
        /// Its size in pixels.
        size: Vec2,
    },
}

/// What can be shown of a whole picture now.
#[derive(Clone)]
pub enum FullLook {
    /// It was asked for and is on its way.
    Coming,
    /// It cannot be had.
    Missing,
    /// Here it is; [`Textures::paint`] draws it.
    Ready(FullPicture),
}

/// A whole picture on the graphics card.
#[derive(Clone)]
pub struct FullPicture(Texture);

/// The cache of textures.
pub struct Textures {
    painter: Option<PicturePainter>,
    held: BTreeMap<TextureKey, Held>,
    /// Pixels that wait for their turn.
    arrived: VecDeque<(TextureKey, Pixels)>,
    /// A large picture, half on the card.
    uploading: Option<(TextureKey, Upload)>,
    preview: Option<(Pixels, TextureHandle)>,
    bytes: usize,
    budget_bytes: usize,
    frame: u64,
    now: Duration,
    awaits_answers: bool,
}

enum Held {
    Coming {
        asked: Duration,
    },
    Missing,
    Ready {
        texture: Texture,
        bytes: usize,
        seen: u64,
    },
}

#[derive(Clone)]
enum Texture {
    /// Drawn by egui.
    Plain(TextureHandle),
    /// Drawn by our shader.
    Painted(PictureTexture),
}

impl Textures {
    /// An empty cache that keeps to `budget_bytes` beyond what one frame shows.
    pub fn new(budget_bytes: usize) -> Self {
        Self {
            painter: None,
            held: BTreeMap::new(),
            arrived: VecDeque::new(),
            uploading: None,
            preview: None,
            bytes: 0,
            budget_bytes,
            frame: 0,
            now: Duration::ZERO,
            awaits_answers: false,
        }
    }

    /// Whether everything that was asked for has been answered.
    pub fn is_settled(&self) -> bool {
        let mut held = self.held.values();
        self.arrived.is_empty() && !held.any(|held| matches!(held, Held::Coming { .. }))
    }

    /// Has whole pictures drawn by our own shader; without it they are drawn as egui draws,
    /// without care for small zooms.
    pub fn paint_with(&mut self, painter: PicturePainter) {
        self.painter = Some(painter);
    }

    /// A small version of a picture for a place of `side` pixels; asks for it when it is not
    /// there, and makes do with another size meanwhile.
    pub fn thumbnail(&mut self, id: PictureId, side: u32, actions: &mut Vec<Action>) -> Look {
        let side = snapped(side);
        let fetch = GalleryAction::FetchThumbnail { id, side };
        let look = self.look(TextureKey::Thumbnail(id, side), fetch, actions);
        if look != Look::Coming {
            return look;
        }
        let sides = THUMBNAIL_SIDES.into_iter().rev();
        let others = sides.filter_map(|side| self.seen(TextureKey::Thumbnail(id, side)));
        others.map(plain_look).next().unwrap_or(look)
    }

    /// The whole picture; asks for it when it is not there.
    pub fn full(&mut self, id: PictureId, actions: &mut Vec<Action>) -> FullLook {
        let key = TextureKey::Full(id);
        match self.look(key, GalleryAction::FetchPixels(id), actions) {
            Look::Missing => FullLook::Missing,
            Look::Coming => FullLook::Coming,
            Look::Ready { .. } => match self.seen(key) {
                Some(texture) => FullLook::Ready(FullPicture(texture)),
                None => FullLook::Coming,
            },
        }
    }

    /// The running job's preview, uploaded when it is another one than before.
    pub fn preview(&mut self, ctx: &egui::Context, pixels: &Pixels) -> Look {
        let is_here = |held: &Pixels| std::ptr::eq(held.bytes(), pixels.bytes());
        match &mut self.preview {
            Some((held, _)) if is_here(held) => {}
            Some((held, handle)) => {
                handle.set(color_image(pixels), TextureOptions::LINEAR);
                *held = pixels.clone();
            }
            None => self.preview = Some((pixels.clone(), load(ctx, pixels))),
        }
        match &self.preview {
            Some((_, handle)) => plain_look(Texture::Plain(handle.clone())),
            None => Look::Coming,
        }
    }

    /// Takes in pixels that were asked for; they are uploaded in the frames that follow.
    pub fn insert(&mut self, key: TextureKey, pixels: Pixels) {
        if !matches!(self.held.get(&key), Some(Held::Ready { .. })) {
            self.arrived.push_back((key, pixels));
        }
    }

    /// Takes note that a picture cannot be had.
    pub fn refuse(&mut self, key: TextureKey) {
        if !matches!(self.held.get(&key), Some(Held::Ready { .. })) {
            self.held.insert(key, Held::Missing);
        }
    }

    /// Takes note that a request was dropped: it is made again when the picture is still wanted.
    pub fn forget(&mut self, key: TextureKey) {
        if matches!(self.held.get(&key), Some(Held::Coming { .. })) {
            self.held.remove(&key);
        }
    }

    /// Begins a frame: uploads what has arrived as far as its budget goes, and drops what was
    /// unseen for longest where there is too much.
    pub fn advance(&mut self, ctx: &egui::Context, now: Duration) {
        self.frame += 1;
        self.now = now;
        let mut budget_bytes = UPLOAD_BYTES;
        while budget_bytes > 0 && self.upload(ctx, &mut budget_bytes) {}
        if self.uploading.is_some() || !self.arrived.is_empty() {
            ctx.request_repaint();
        } else if std::mem::take(&mut self.awaits_answers) {
            ctx.request_repaint_after(ANSWER_TIMEOUT);
        }
        if self.bytes > self.budget_bytes {
            self.prune();
        }
    }

    /// Draws a whole picture inside `area`; its place counts from the window's corner.
    pub fn paint(
        &self,
        painter: &egui::Painter,
        area: Rect,
        picture: &FullPicture,
        place: PicturePlace,
        opacity: f32,
    ) {
        match (&picture.0, &self.painter) {
            (Texture::Painted(texture), Some(brush)) => {
                let drawing = brush.draw(texture, place, opacity);
                painter.add(Callback::new_paint_callback(area, drawing));
            }
            (Texture::Plain(handle), _) => {
                let scale = painter.ctx().pixels_per_point();
                let corner = Pos2::from(place.origin) / scale;
                let rect = Rect::from_min_size(corner, handle.size_vec2() * place.zoom / scale);
                let whole = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
                let tint = Color32::WHITE.gamma_multiply(opacity);
                let clipped = painter.with_clip_rect(area);
                clipped.image(handle.id(), rect, whole, tint);
            }
            (Texture::Painted(_), None) => {}
        }
    }

    fn look(&mut self, key: TextureKey, fetch: GalleryAction, actions: &mut Vec<Action>) -> Look {
        let now = self.now;
        match self.held.get_mut(&key) {
            None => {
                self.held.insert(key, Held::Coming { asked: now });
                actions.push(Action::Gallery(fetch));
            }
            Some(Held::Coming { asked }) => {
                if now.saturating_sub(*asked) >= ANSWER_TIMEOUT {
                    *asked = now;
                    actions.push(Action::Gallery(fetch));
                }
            }
            Some(Held::Missing) => return Look::Missing,
            Some(Held::Ready { texture, seen, .. }) => {
                *seen = self.frame;
                return plain_look(texture.clone());
            }
        }
        self.awaits_answers = true;
        Look::Coming
    }

    /// What is on the card, now seen.
    fn seen(&mut self, key: TextureKey) -> Option<Texture> {
        let Some(Held::Ready { texture, seen, .. }) = self.held.get_mut(&key) else {
            return None;
        };
        *seen = self.frame;
        Some(texture.clone())
    }

    /// Brings a bite of what has arrived onto the card; false when nothing is left.
    fn upload(&mut self, ctx: &egui::Context, budget_bytes: &mut usize) -> bool {
        if let (Some((key, upload)), Some(painter)) = (&mut self.uploading, &self.painter) {
            if let Some(texture) = painter.go_on(upload, budget_bytes) {
                let (key, bytes) = (*key, texture.bytes());
                self.uploading = None;
                self.hold(key, Texture::Painted(texture), bytes);
            }
            return true;
        }
        let Some((key, pixels)) = self.arrived.pop_front() else {
            return false;
        };
        match (key, &self.painter) {
            (TextureKey::Full(_), Some(painter)) => {
                self.uploading = Some((key, painter.begin(&pixels)));
            }
            (TextureKey::Full(_) | TextureKey::Thumbnail(..), _) => {
                let bytes = 4 * pixels.size().area();
                *budget_bytes = budget_bytes.saturating_sub(bytes);
                self.hold(key, Texture::Plain(load(ctx, &pixels)), bytes);
            }
        }
        true
    }

    fn hold(&mut self, key: TextureKey, texture: Texture, bytes: usize) {
        let held = Held::Ready {
            texture,
            bytes,
            seen: self.frame,
        };
        self.bytes += bytes;
        if let Some(Held::Ready { bytes, .. }) = self.held.insert(key, held) {
            self.bytes -= bytes;
        }
    }

    /// Drops what was unseen for longest, but nothing that the last frame showed.
    fn prune(&mut self) {
        let mut unseen: Vec<(u64, TextureKey, usize)> = self
            .held
            .iter()
            .filter_map(|(key, held)| match held {
                Held::Ready { bytes, seen, .. } if *seen + 1 < self.frame => {
                    Some((*seen, *key, *bytes))
                }
                Held::Ready { .. } | Held::Coming { .. } | Held::Missing => None,
            })
            .collect();
        unseen.sort_unstable();
        for (_, key, bytes) in unseen {
            if self.bytes <= self.budget_bytes {
                break;
            }
            self.held.remove(&key);
            self.bytes -= bytes;
        }
    }
}

/// The smallest side that thumbnails are made at that fills `side` pixels.
fn snapped(side: u32) -> u32 {
    let large_enough = THUMBNAIL_SIDES.into_iter().find(|made| *made >= side);
    large_enough.unwrap_or(THUMBNAIL_SIDES[THUMBNAIL_SIDES.len() - 1])
}

fn plain_look(texture: Texture) -> Look {
    match texture {
        Texture::Plain(handle) => Look::Ready {
            texture: handle.id(),
            size: handle.size_vec2(),
        },
        Texture::Painted(texture) => Look::Ready {
            // Never drawn by egui: `Textures::paint` knows its own.
            texture: egui::TextureId::default(),
            size: Vec2::new(
                texture.size().width() as f32,
                texture.size().height() as f32,
            ),
        },
    }
}

fn load(ctx: &egui::Context, pixels: &Pixels) -> TextureHandle {
    ctx.load_texture("picture", color_image(pixels), TextureOptions::LINEAR)
}

fn color_image(pixels: &Pixels) -> egui::ColorImage {
    let size = pixels.size();
    let size = [size.width() as usize, size.height() as usize];
    egui::ColorImage::from_rgb(size, pixels.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PixelSize;

    /// Bytes of a thumbnail on the card.
    const BYTES: usize = 4 * 16 * 16;

    struct Bench {
        ctx: egui::Context,
        textures: Textures,
        asked: Vec<Action>,
        secs: u64,
    }

    impl Bench {
        fn new(budget_bytes: usize) -> Self {
            Self {
                ctx: egui::Context::default(),
                textures: Textures::new(budget_bytes),
                asked: Vec::new(),
                secs: 0,
            }
        }

        fn advance(&mut self, secs: u64) {
            self.secs += secs;
            self.textures
                .advance(&self.ctx, Duration::from_secs(self.secs));
        }

        fn look(&mut self, number: u8) -> Look {
            self.textures.thumbnail(id(number), 100, &mut self.asked)
        }

        fn bring(&mut self, number: u8) {
            let size = PixelSize::new(16, 16).unwrap();
            let pixels = Pixels::new(size, vec![number; 3 * 256]).unwrap();
            self.textures.insert(key(number), pixels);
        }
    }

    fn id(number: u8) -> PictureId {
        PictureId::from_random([number; 16])
    }

    fn key(number: u8) -> TextureKey {
        TextureKey::Thumbnail(id(number), 128)
    }

    #[test]
    fn a_picture_is_asked_for_once_and_again_when_no_answer_comes() {
        let mut bench = Bench::new(BYTES);
        for secs in [0, 1, 1] {
            bench.advance(secs);
            assert_eq!(bench.look(1), Look::Coming);
        }
        assert_eq!(bench.asked.len(), 1);
        bench.advance(5);
        bench.look(1);
        assert_eq!(bench.asked.len(), 2);
        bench.textures.forget(key(1));
        bench.look(1);
        assert_eq!(bench.asked.len(), 3);
    }

    #[test]
    fn a_picture_that_cannot_be_had_is_not_asked_for_again() {
        let mut bench = Bench::new(BYTES);
        bench.look(1);
        bench.textures.refuse(key(1));
        bench.advance(100);
        assert_eq!(bench.look(1), Look::Missing);
        assert_eq!(bench.asked.len(), 1);
    }

    #[test]
    fn the_longest_unseen_goes_first_and_nothing_that_is_on_screen() {
        let mut bench = Bench::new(2 * BYTES);
        for number in 1..=3 {
            bench.bring(number);
        }
        bench.advance(0);
        for seen in [[1, 2, 3], [1, 2, 3], [1, 3, 3], [3, 1, 3]] {
            bench.advance(0);
            for number in seen {
                assert!(matches!(bench.look(number), Look::Ready { .. }));
            }
        }
        bench.advance(0);
        assert_eq!(bench.textures.bytes, 2 * BYTES);
        assert_eq!(bench.look(2), Look::Coming);
        assert!(matches!(bench.look(1), Look::Ready { .. }));
    }

    #[test]
    fn one_frame_uploads_no_more_than_its_budget() {
        let mut bench = Bench::new(usize::MAX);
        let size = PixelSize::new(1024, 768).unwrap();
        for number in 1..=4 {
            let pixels = Pixels::new(size, vec![0; 3 * size.area()]).unwrap();
            bench.textures.insert(key(number), pixels);
        }
        let mut ready = Vec::new();
        for _ in 0..3 {
            bench.advance(0);
            let looks = (1..=4).map(|number| bench.look(number));
            ready.push(looks.filter(|look| *look != Look::Coming).count());
        }
        assert_eq!(ready, [2, 4, 4]);
    }

    #[test]
    fn another_size_stands_in_until_the_wanted_one_is_there() {
        let mut bench = Bench::new(usize::MAX);
        bench.bring(1);
        bench.advance(0);
        let look = bench.textures.thumbnail(id(1), 300, &mut bench.asked);
        assert!(matches!(look, Look::Ready { size, .. } if size == Vec2::splat(16.0)));
        let fetch = GalleryAction::FetchThumbnail {
            id: id(1),
            side: 512,
        };
        assert_eq!(bench.asked, [Action::Gallery(fetch)]);
    }
}
