//! The library's database.

mod marks;
mod search;
mod searches;
mod sidecars;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::types::Type;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Row, Transaction};
use rusqlite_migration::{M, MigrationDefinitionError, Migrations, SchemaVersion};

use crate::domain::{
    Label, ModelId, Parent, PictureId, PixelSize, Recipe, Relation, Timestamp, Timings,
};
use crate::provenance::{RecipeError, read_recipe, write_recipe};

use crate::gallery::error::LibraryError;
use crate::gallery::record::Entry;
use crate::gallery::timings::{read_timings, write_timings};

use self::marks::marks;
pub(in crate::gallery) use self::sidecars::{Known, ReadBack};

/// Append-only: what was released is never changed.
const MIGRATIONS: Migrations<'_> = Migrations::from_slice(STEPS);
const STEPS: &[M<'_>] = &[
    M::up(include_str!("../migrations/0001_create.sql")),
    M::up(include_str!("../migrations/0002_mark.sql")),
    M::up(include_str!("../migrations/0003_search.sql")),
    M::up(include_str!("../migrations/0004_sidecar.sql")),
];

/// The rows of a library; one connection, which nobody shares.
pub(in crate::gallery) struct Store {
    connection: Connection,
    path: PathBuf,
    is_new: bool,
    /// The numbers and ids of rows, as far as a search has read them.
    ids: Vec<(i64, PictureId)>,
}

/// A picture that is to become a row.
#[derive(Debug)]
pub(in crate::gallery) struct NewPicture {
    /// What the grid shows.
    pub(in crate::gallery) entry: Entry,
    /// Its file, from the library's folder, with forward slashes.
    pub(in crate::gallery) file: String,
    /// How it was made.
    pub(in crate::gallery) recipe: Recipe,
    /// Where its time went.
    pub(in crate::gallery) timings: Option<Timings>,
}

/// All that the database says of a picture.
#[derive(Debug)]
pub(in crate::gallery) struct Details {
    /// What the grid shows.
    pub(in crate::gallery) entry: Entry,
    /// Its file, from the library's folder, with forward slashes.
    pub(in crate::gallery) file: String,
    /// How it was made; a damaged recipe is still in the file.
    pub(in crate::gallery) recipe: Result<Recipe, RecipeError>,
    /// Where its time went.
    pub(in crate::gallery) timings: Option<Timings>,
    /// The pictures that descend from it, oldest first.
    pub(in crate::gallery) children: Vec<Parent>,
}

impl Store {
    /// Opens the database, makes or updates its tables, and checks every page of it.
    ///
    /// [`LibraryError::Damaged`] when it cannot be trusted: it should be moved aside.
    pub(in crate::gallery) fn open(path: PathBuf) -> Result<Self, LibraryError> {
        let (connection, is_new) = connect(&path).map_err(|failure| failure.at(&path))?;
        Ok(Self {
            connection,
            path,
            is_new,
            ids: Vec::new(),
        })
    }

    /// Whether the database held no tables before it was opened.
    pub(in crate::gallery) fn is_new(&self) -> bool {
        self.is_new
    }

    /// Every picture and its file, newest first.
    pub(in crate::gallery) fn entries(&self) -> Result<Vec<(Entry, String)>, LibraryError> {
        let sql = "SELECT id, width, height, created_ms, seen, flag, stars, label, file
                   FROM pictures WHERE discarded_ms IS NULL ORDER BY seq DESC";
        let read = || {
            let mut query = self.connection.prepare(sql)?;
            let rows = query.query_map([], |row| Ok((entry(row)?, row.get(8)?)))?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| self.failed(error))
    }

    /// The newest picture of each model; damaged recipes name none.
    pub(in crate::gallery) fn newest(&self) -> Result<BTreeMap<ModelId, PictureId>, LibraryError> {
        // Of the columns beside `max`, SQLite gives those of the row that has it
        // (sqlite.org/lang_select.html, chapter 2.5).
        let sql =
            "SELECT id, iif(json_valid(recipe), recipe ->> '$.model', NULL) AS model, max(seq)
                   FROM pictures GROUP BY model HAVING typeof(model) = 'text'";
        let read = || {
            let mut query = self.connection.prepare(sql)?;
            let rows = query.query_map([], |row| {
                let model: String = row.get(1)?;
                Ok((ModelId::new(model), picture_id(row, 0)?))
            })?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| self.failed(error))
    }

    /// Adds pictures, all or none, and has them on the disk when it returns.
    pub(in crate::gallery) fn add(&mut self, pictures: &[NewPicture]) -> Result<(), LibraryError> {
        self.write(|transaction| {
            pictures
                .iter()
                .try_for_each(|picture| insert(transaction, picture))
        })
    }

    /// Remembers where a picture's file went; its sidecar may have stayed behind.
    pub(in crate::gallery) fn move_file(
        &mut self,
        id: PictureId,
        file: &str,
    ) -> Result<(), LibraryError> {
        self.write(|transaction| {
            free_name(transaction, file)?;
            let sql = "UPDATE pictures SET file = ?2, sidecar_ms = NULL, sidecar_due = 1
                       WHERE id = ?1";
            transaction.execute(sql, (id.to_string(), file)).map(|_| ())
        })
    }

    /// Remembers that the artist has looked at pictures.
    pub(in crate::gallery) fn mark_seen(&mut self, ids: &[PictureId]) -> Result<(), LibraryError> {
        self.write(|transaction| {
            let mut update = transaction.prepare("UPDATE pictures SET seen = 1 WHERE id = ?1")?;
            ids.iter()
                .try_for_each(|id| update.execute([id.to_string()]).map(|_| ()))
        })
    }

    /// Remembers when pictures were given to the trash.
    pub(in crate::gallery) fn discard(
        &mut self,
        ids: &[PictureId],
        now: Timestamp,
    ) -> Result<(), LibraryError> {
        self.write(|transaction| {
            let sql = "UPDATE pictures SET discarded_ms = ?2 WHERE id = ?1";
            let mut update = transaction.prepare(sql)?;
            ids.iter()
                .try_for_each(|id| update.execute((id.to_string(), now.0)).map(|_| ()))
        })
    }

    /// The file of a picture.
    pub(in crate::gallery) fn file(&self, id: PictureId) -> Result<String, LibraryError> {
        let sql = "SELECT file FROM pictures WHERE id = ?1";
        let read = || {
            let mut query = self.connection.prepare_cached(sql)?;
            query
                .query_row([id.to_string()], |row| row.get(0))
                .optional()
        };
        let file = read().map_err(|error| self.failed(error))?;
        file.ok_or(LibraryError::Unknown { id })
    }

    /// All that is stored of a picture.
    pub(in crate::gallery) fn details(&self, id: PictureId) -> Result<Details, LibraryError> {
        let details = self.read_details(id);
        let details = details.map_err(|error| self.failed(error))?;
        details.ok_or(LibraryError::Unknown { id })
    }

    fn read_details(&self, id: PictureId) -> rusqlite::Result<Option<Details>> {
        let sql = "SELECT id, width, height, created_ms, seen, flag, stars, label, file, recipe,
                          timings
                   FROM pictures WHERE id = ?1";
        let read = |row: &Row<'_>| {
            let timings: Option<String> = row.get(10)?;
            let recipe = String::from_utf8_lossy(row.get_ref(9)?.as_bytes()?);
            Ok(Details {
                entry: entry(row)?,
                file: row.get(8)?,
                recipe: read_recipe(&recipe),
                timings: timings.as_deref().and_then(read_timings),
                children: self.children(id)?,
            })
        };
        self.connection
            .query_row(sql, [id.to_string()], read)
            .optional()
    }

    fn children(&self, id: PictureId) -> rusqlite::Result<Vec<Parent>> {
        let mut query = self.connection.prepare_cached(
            "SELECT child, relation FROM parents JOIN pictures ON pictures.id = child
             WHERE parent = ?1 ORDER BY seq",
        )?;
        let rows = query.query_map([id.to_string()], |row| {
            let relation: String = row.get(1)?;
            let picture = picture_id(row, 0)?;
            // A later version may know relations that this one does not.
            let relation = Relation::from_id(&relation);
            Ok(relation.map(|relation| Parent { picture, relation }))
        })?;
        rows.filter_map(Result::transpose).collect()
    }

    fn write(
        &mut self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), LibraryError> {
        let connection = &mut self.connection;
        let commit = || {
            let transaction = connection.transaction()?;
            change(&transaction)?;
            transaction.commit()
        };
        let committed = commit();
        committed.map_err(|error| self.failed(error))
    }

    fn failed(&self, error: rusqlite::Error) -> LibraryError {
        Failure::Sql(error).at(&self.path)
    }
}

/// Opens a connection that no other program can disturb.
fn connect(path: &Path) -> Result<(Connection, bool), Failure> {
    let mut connection = Connection::open(path)?;
    // Exclusive before the first access: then the log needs no shared memory, and works on
    // network drives, too (sqlite.org/wal.html, chapter 8).
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    let is_new = MIGRATIONS.current_version(&connection)? == SchemaVersion::NoneSet;
    MIGRATIONS.to_latest(&mut connection)?;
    let mut finding = check(&connection)?;
    if search::is_in_words(&finding) {
        // Recipes have the words still; no other table does without its marks.
        search::renew_words(&mut connection)?;
        finding = check(&connection)?;
    }
    if finding == "ok" {
        Ok((connection, is_new))
    } else {
        Err(Failure::Damaged(finding))
    }
}

/// Reads every page; gives back the first thing that is wrong, or `ok`.
fn check(connection: &Connection) -> rusqlite::Result<String> {
    connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
}

fn insert(transaction: &Transaction<'_>, picture: &NewPicture) -> rusqlite::Result<()> {
    let entry = &picture.entry;
    let id = entry.id.to_string();
    free_name(transaction, &picture.file)?;
    // A picture that came back out of the trash has its row, its parents and its words still.
    let mut restore = transaction
        .prepare_cached("UPDATE pictures SET file = ?2, discarded_ms = NULL WHERE id = ?1")?;
    if restore.execute((&id, &picture.file))? > 0 {
        return Ok(());
    }
    let mut insert = transaction.prepare_cached(
        "INSERT INTO pictures (id, file, width, height, created_ms, seen, recipe, timings,
             flag, stars, label)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    insert.execute((
        &id,
        &picture.file,
        entry.size.width(),
        entry.size.height(),
        entry.created.0,
        entry.seen,
        write_recipe(&picture.recipe),
        picture.timings.as_ref().map(write_timings),
        entry.marks.flag.id(),
        entry.marks.stars.count(),
        entry.marks.label.map(Label::id),
    ))?;
    let seq = transaction.last_insert_rowid();
    // A recipe may name a parent twice.
    let mut relate = transaction.prepare_cached(
        "INSERT OR IGNORE INTO parents (child, parent, relation) VALUES (?1, ?2, ?3)",
    )?;
    for parent in &picture.recipe.parents {
        relate.execute((&id, parent.picture.to_string(), parent.relation.id()))?;
    }
    search::index(transaction, seq)
}

/// Takes a file's name from a discarded picture, whose row only keeps its place in the ancestry.
fn free_name(transaction: &Transaction<'_>, file: &str) -> rusqlite::Result<()> {
    let mut free = transaction.prepare_cached(
        "UPDATE pictures SET file = id WHERE file = ?1 AND discarded_ms IS NOT NULL",
    )?;
    free.execute([file]).map(|_| ())
}

/// Reads the first eight columns.
fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let size = PixelSize::new(row.get(1)?, row.get(2)?);
    Ok(Entry {
        id: picture_id(row, 0)?,
        size: size.map_err(|error| unreadable(1, error))?,
        created: Timestamp(row.get(3)?),
        seen: row.get(4)?,
        marks: marks(row, 5)?,
        missing: false,
    })
}

fn picture_id(row: &Row<'_>, column: usize) -> rusqlite::Result<PictureId> {
    let id: String = row.get(column)?;
    id.parse().map_err(|error| unreadable(column, error))
}

fn unreadable(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

/// Why the database did not do something.
enum Failure {
    Damaged(String),
    Newer,
    Sql(rusqlite::Error),
}

impl Failure {
    fn at(self, path: &Path) -> LibraryError {
        let path = path.to_owned();
        match self {
            Self::Newer => LibraryError::Newer { path },
            Self::Damaged(finding) => LibraryError::Damaged { finding, path },
            Self::Sql(error) if means_damage(&error) => LibraryError::Damaged {
                finding: error.to_string(),
                path,
            },
            Self::Sql(source) => LibraryError::Database { source, path },
        }
    }
}

/// Whether the file is at fault, not the disk.
fn means_damage(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        // A plain error is a table or column that is not there: our own statements are right.
        // The folder can be written, so a file that cannot be is one with a wrong header.
        Some(code) => matches!(
            code,
            ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::Unknown
                | ErrorCode::ReadOnly
                | ErrorCode::SchemaChanged
                | ErrorCode::TypeMismatch
                // Nothing of ours is too large; a damaged length is.
                | ErrorCode::TooBig
        ),
        // What is not an error of SQLite is a value that is not of its column's kind.
        None => true,
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<rusqlite_migration::Error> for Failure {
    fn from(error: rusqlite_migration::Error) -> Self {
        use rusqlite_migration::Error::{MigrationDefinition, RusqliteError};

        if error == MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) {
            return Self::Newer;
        }
        if let RusqliteError { err, .. } = error {
            return Self::Sql(err);
        }
        Self::Damaged(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_are_sound() {
        MIGRATIONS.validate().unwrap();
    }
}
