//! Requests for renderings that wait for a decoder.

use crate::domain::PictureId;

use super::command::View;

/// Requests that wait; the oldest is pushed out by one more.
const LIMIT: usize = 1024;

/// A rendering that somebody asked for.
pub(super) type Wanted = (PictureId, View);

/// The waiting requests: whole pictures first, and the newest first among equals, because the
/// oldest thumbnails belong to cells that were scrolled away.
#[derive(Debug, Default)]
pub(super) struct Requests {
    /// Oldest first.
    waiting: Vec<Wanted>,
}

impl Requests {
    /// Adds a request, or makes it the newest; gives back the one that it pushed out.
    pub(super) fn add(&mut self, wanted: Wanted) -> Option<Wanted> {
        self.remove(wanted);
        self.waiting.push(wanted);
        (self.waiting.len() > LIMIT).then(|| self.waiting.remove(0))
    }

    /// Drops a request.
    pub(super) fn remove(&mut self, wanted: Wanted) {
        self.waiting.retain(|other| *other != wanted);
    }

    /// The request that is to be answered next.
    pub(super) fn take(&mut self) -> Option<Wanted> {
        let is_full = |wanted: &Wanted| wanted.1 == View::Full;
        match self.waiting.iter().rposition(is_full) {
            Some(place) => Some(self.waiting.remove(place)),
            None => self.waiting.pop(),
        }
    }

    /// Drops all requests, and gives them back.
    pub(super) fn clear(&mut self) -> Vec<Wanted> {
        std::mem::take(&mut self.waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thumbnail(number: usize) -> Wanted {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        (PictureId::from_random(bytes), View::Thumbnail(256))
    }

    #[test]
    fn the_newest_is_answered_first_and_whole_pictures_before_thumbnails() {
        let mut requests = Requests::default();
        let full = (thumbnail(2).0, View::Full);
        for wanted in [thumbnail(1), full, thumbnail(3), thumbnail(4), thumbnail(3)] {
            assert_eq!(requests.add(wanted), None);
        }
        requests.remove(thumbnail(4));
        let order: Vec<_> = std::iter::from_fn(|| requests.take()).collect();
        assert_eq!(order, [full, thumbnail(3), thumbnail(1)]);
    }

    #[test]
    fn one_too_many_pushes_out_the_oldest() {
        let mut requests = Requests::default();
        let pushed_out: Vec<_> = (0..LIMIT + 2)
            .filter_map(|number| requests.add(thumbnail(number)))
            .collect();
        assert_eq!(pushed_out, [thumbnail(0), thumbnail(1)]);
        assert_eq!(requests.clear().len(), LIMIT);
    }
}
