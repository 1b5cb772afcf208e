//! Marks in the database, and the journal by which they are taken back.

use rusqlite::{Row, Transaction};

use crate::domain::{Flag, Label, Marks, Stars, Timestamp};
use crate::gallery::error::LibraryError;
use crate::gallery::marking::{Journal, MarkChange, Marking};

use super::{Store, picture_id};

/// How long a marking can be taken back.
const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;

impl Store {
    /// Sets marks, and forgets what was taken back before: there is one way on only.
    pub(in crate::gallery) fn mark(
        &mut self,
        marking: &Marking,
        now: Timestamp,
    ) -> Result<(), LibraryError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM markings WHERE taken_back", [])?;
            let sql = "INSERT INTO markings (number, made_ms, taken_back) VALUES (?1, ?2, 0)";
            transaction.execute(sql, (marking.number as i64, now.0))?;
            let mut insert = transaction.prepare_cached(
                "INSERT INTO marked (marking, picture, flag_before, stars_before, label_before,
                     flag_after, stars_after, label_after)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?;
            for change in &marking.changes {
                let (before, after) = (change.before, change.after);
                insert.execute((
                    marking.number as i64,
                    change.picture.to_string(),
                    before.flag.id(),
                    before.stars.count(),
                    before.label.map(Label::id),
                    after.flag.id(),
                    after.stars.count(),
                    after.label.map(Label::id),
                ))?;
            }
            set(transaction, marking, now, |change| change.after)
        })
    }

    /// Takes marks back.
    pub(in crate::gallery) fn unmark(
        &mut self,
        marking: &Marking,
        now: Timestamp,
    ) -> Result<(), LibraryError> {
        self.write(|transaction| {
            note(transaction, marking, true)?;
            set(transaction, marking, now, |change| change.before)
        })
    }

    /// Sets marks again that were taken back.
    pub(in crate::gallery) fn mark_again(
        &mut self,
        marking: &Marking,
        now: Timestamp,
    ) -> Result<(), LibraryError> {
        self.write(|transaction| {
            note(transaction, marking, false)?;
            set(transaction, marking, now, |change| change.after)
        })
    }

    /// What can still be taken back; what is older than a day is forgotten.
    pub(in crate::gallery) fn journal(&mut self, now: Timestamp) -> Result<Journal, LibraryError> {
        let oldest = now.0.saturating_sub(KEPT_MILLIS);
        self.write(|transaction| {
            let sql = "DELETE FROM markings WHERE made_ms < ?1";
            transaction.execute(sql, [oldest]).map(|_| ())
        })?;
        self.read_journal().map_err(|error| self.failed(error))
    }

    fn read_journal(&self) -> rusqlite::Result<Journal> {
        let mut query = self.connection.prepare(
            "SELECT number, taken_back, picture, flag_before, stars_before, label_before,
                    flag_after, stars_after, label_after
             FROM markings JOIN marked ON marking = number ORDER BY number, picture",
        )?;
        let mut rows = query.query([])?;
        let mut journal = Journal::default();
        while let Some(row) = rows.next()? {
            let list = if row.get(1)? {
                &mut journal.taken_back
            } else {
                &mut journal.done
            };
            let number = row.get::<_, i64>(0)? as u64;
            let change = MarkChange {
                picture: picture_id(row, 2)?,
                before: marks(row, 3)?,
                after: marks(row, 6)?,
            };
            match list.last_mut() {
                Some(marking) if marking.number == number => marking.changes.push(change),
                _ => list.push(Marking {
                    number,
                    changes: vec![change],
                }),
            }
        }
        // The one that was taken back last has the lowest number, and is done again first.
        journal.taken_back.reverse();
        Ok(journal)
    }
}

/// Reads flag, stars and label from three columns.
pub(super) fn marks(row: &Row<'_>, first: usize) -> rusqlite::Result<Marks> {
    let flag: String = row.get(first)?;
    let label: Option<String> = row.get(first + 2)?;
    // A later version may know marks that this one does not.
    Ok(Marks {
        flag: Flag::from_id(&flag).unwrap_or_default(),
        stars: Stars::new(row.get(first + 1)?),
        label: label.as_deref().and_then(Label::from_id),
    })
}

fn note(
    transaction: &Transaction<'_>,
    marking: &Marking,
    taken_back: bool,
) -> rusqlite::Result<()> {
    let sql = "UPDATE markings SET taken_back = ?2 WHERE number = ?1";
    transaction
        .execute(sql, (marking.number as i64, taken_back))
        .map(|_| ())
}

fn set(
    transaction: &Transaction<'_>,
    marking: &Marking,
    now: Timestamp,
    marks: impl Fn(&MarkChange) -> Marks,
) -> rusqlite::Result<()> {
    let mut update = transaction.prepare_cached(
        "UPDATE pictures SET flag = ?2, stars = ?3, label = ?4, marked_ms = ?5, sidecar_due = 1
         WHERE id = ?1",
    )?;
    for change in &marking.changes {
        let marks = marks(change);
        update.execute((
            change.picture.to_string(),
            marks.flag.id(),
            marks.stars.count(),
            marks.label.map(Label::id),
            now.0,
        ))?;
    }
    Ok(())
}
