//! Which sidecars have to be written, and what was taken over from them.

use std::collections::BTreeMap;

use rusqlite::Row;

use crate::domain::{Label, Marks, PictureId};
use crate::gallery::error::LibraryError;

use super::marks::marks;
use super::{Store, picture_id};

/// What the database knows of a picture and its sidecar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::gallery) struct Known {
    /// The picture.
    pub(in crate::gallery) id: PictureId,
    /// What the artist thinks of it.
    pub(in crate::gallery) marks: Marks,
    /// When that was last set here; `None` = never.
    pub(in crate::gallery) marked_ms: Option<i64>,
    /// When the sidecar was changed that was last written or read; `None` = there was none.
    pub(in crate::gallery) sidecar_ms: Option<i64>,
}

impl Known {
    /// A picture that nothing was done with yet.
    pub(in crate::gallery) fn new(id: PictureId) -> Self {
        Self {
            id,
            marks: Marks::default(),
            marked_ms: None,
            sidecar_ms: None,
        }
    }

    /// Whether a sidecar that was changed at that time is another program's, and newer than the
    /// marks here.
    pub(in crate::gallery) fn is_older_than(&self, changed_ms: i64) -> bool {
        self.sidecar_ms != Some(changed_ms)
            && self.marked_ms.is_none_or(|marked| marked < changed_ms)
    }
}

/// What a sidecar told.
#[derive(Clone, Copy, Debug)]
pub(in crate::gallery) struct ReadBack {
    /// The picture.
    pub(in crate::gallery) id: PictureId,
    /// What the artist thinks of it.
    pub(in crate::gallery) marks: Marks,
    /// When the sidecar was changed.
    pub(in crate::gallery) changed_ms: i64,
    /// Whether there is something that it does not say.
    pub(in crate::gallery) is_due: bool,
}

impl Store {
    /// What is known of every picture, by the picture's file.
    pub(in crate::gallery) fn known(&self) -> Result<BTreeMap<String, Known>, LibraryError> {
        let sql = "SELECT id, flag, stars, label, marked_ms, sidecar_ms, file FROM pictures
                   WHERE discarded_ms IS NULL";
        let read = || {
            let mut query = self.connection.prepare(sql)?;
            let rows = query.query_map([], |row| Ok((row.get(6)?, known(row)?)))?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| self.failed(error))
    }

    /// Pictures whose sidecars have to be written, at most `limit`, the newest first.
    pub(in crate::gallery) fn due_sidecars(
        &self,
        limit: usize,
    ) -> Result<Vec<Known>, LibraryError> {
        let sql = "SELECT id, flag, stars, label, marked_ms, sidecar_ms FROM pictures
                   WHERE sidecar_due AND discarded_ms IS NULL ORDER BY seq DESC LIMIT ?1";
        let read = || {
            let mut query = self.connection.prepare_cached(sql)?;
            let rows = query.query_map([limit as i64], known)?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| self.failed(error))
    }

    /// Remembers that sidecars need not be written any more, each with when it was changed;
    /// `None` for one that was left to be looked at when the library is opened next.
    pub(in crate::gallery) fn sidecars_done(
        &mut self,
        done: &[(PictureId, Option<i64>)],
    ) -> Result<(), LibraryError> {
        self.write(|transaction| {
            let mut update = transaction.prepare_cached(
                "UPDATE pictures SET sidecar_due = 0, sidecar_ms = ?2 WHERE id = ?1",
            )?;
            done.iter()
                .try_for_each(|(id, at)| update.execute((id.to_string(), at)).map(|_| ()))
        })
    }

    /// Takes over what sidecars told, and has those written again that are `lost`.
    pub(in crate::gallery) fn take_over(
        &mut self,
        told: &[ReadBack],
        lost: &[PictureId],
    ) -> Result<(), LibraryError> {
        if told.is_empty() && lost.is_empty() {
            return Ok(());
        }
        self.write(|transaction| {
            let mut update = transaction.prepare(
                "UPDATE pictures SET flag = ?2, stars = ?3, label = ?4, sidecar_ms = ?5,
                                     sidecar_due = ?6
                 WHERE id = ?1",
            )?;
            for sidecar in told {
                update.execute((
                    sidecar.id.to_string(),
                    sidecar.marks.flag.id(),
                    sidecar.marks.stars.count(),
                    sidecar.marks.label.map(Label::id),
                    sidecar.changed_ms,
                    sidecar.is_due,
                ))?;
            }
            let mut update = transaction
                .prepare("UPDATE pictures SET sidecar_ms = NULL, sidecar_due = 1 WHERE id = ?1")?;
            lost.iter()
                .try_for_each(|id| update.execute([id.to_string()]).map(|_| ()))
        })
    }
}

/// Reads the first six columns.
fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known {
        id: picture_id(row, 0)?,
        marks: marks(row, 1)?,
        marked_ms: row.get(4)?,
        sidecar_ms: row.get(5)?,
    })
}
