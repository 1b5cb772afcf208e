//! Searches that are kept under a name.

use crate::gallery::error::LibraryError;
use crate::gallery::query::SavedSearch;

use super::Store;

impl Store {
    /// The kept searches, in the order of the alphabet.
    pub(in crate::gallery) fn searches(&self) -> Result<Vec<SavedSearch>, LibraryError> {
        let read = || {
            let mut query = self.connection.prepare("SELECT name, text FROM searches")?;
            let rows = query.query_map([], |row| {
                Ok(SavedSearch {
                    name: row.get(0)?,
                    text: row.get(1)?,
                })
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        let mut searches = read().map_err(|error| self.failed(error))?;
        // SQLite's own order knows no small and capital letters but those of ASCII.
        searches.sort_by_cached_key(|search| (search.name.to_lowercase(), search.name.clone()));
        Ok(searches)
    }

    /// Keeps a search, in the place of the one that had its name.
    pub(in crate::gallery) fn save_search(
        &mut self,
        search: &SavedSearch,
    ) -> Result<(), LibraryError> {
        self.write(|transaction| {
            let sql = "INSERT INTO searches (name, text) VALUES (?1, ?2)
                       ON CONFLICT (name) DO UPDATE SET text = excluded.text";
            transaction
                .execute(sql, (&search.name, &search.text))
                .map(|_| ())
        })
    }

    /// Gives a kept search another name, unless another one has it.
    pub(in crate::gallery) fn rename_search(
        &mut self,
        from: &str,
        to: &str,
    ) -> Result<(), LibraryError> {
        self.write(|transaction| {
            let sql = "UPDATE OR IGNORE searches SET name = ?2 WHERE name = ?1";
            transaction.execute(sql, (from, to)).map(|_| ())
        })
    }

    /// Keeps a search no longer.
    pub(in crate::gallery) fn delete_search(&mut self, name: &str) -> Result<(), LibraryError> {
        self.write(|transaction| {
            let sql = "DELETE FROM searches WHERE name = ?1";
            transaction.execute(sql, [name]).map(|_| ())
        })
    }
}
