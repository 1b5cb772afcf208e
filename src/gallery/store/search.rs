//! Searching the library: words by FTS5, the rest by what is known of every picture.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, params_from_iter};

use crate::domain::PictureId;
use crate::gallery::error::LibraryError;
use crate::gallery::query::{Condition, KnownValues, Measure, Order, Query, Term};

use super::{Store, picture_id};

/// How far a guidance may be from the one that was written to be the same.
const GUIDANCE_SLACK: f64 = 0.0005;

/// The tables of a picture's words and traits, from its recipe.
const FILL: [&str; 3] = [
    "INSERT INTO words (rowid, prompt, negative)
     SELECT seq, prompt, negative FROM words_of WHERE seq = ?1",
    "INSERT INTO traits SELECT * FROM traits_of WHERE seq = ?1",
    "INSERT INTO loras SELECT name, seq FROM loras_of WHERE seq = ?1",
];

impl Store {
    /// The pictures that pass a search, in the order in which they were kept; days begin as they
    /// do in `zone`, and what it asks of marks is not looked at.
    pub(in crate::gallery) fn search(
        &mut self,
        query: &Query,
        zone: &TimeZone,
    ) -> Result<Vec<PictureId>, LibraryError> {
        let find = |store: &mut Self| {
            store.learn_ids()?;
            let question = Question::new(&store.connection, query, zone)?;
            let mut statement = store.connection.prepare_cached(&question.sql())?;
            let mut rows = statement.query(params_from_iter(question.values))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let seq: i64 = row.get(0)?;
                let place = store.ids.binary_search_by_key(&seq, |(seq, _)| *seq);
                found.extend(place.ok().map(|place| store.ids[place].1));
            }
            Ok(found)
        };
        find(self).map_err(|error| self.failed(error))
    }

    /// The values that pictures have.
    pub(in crate::gallery) fn known_values(&self) -> Result<KnownValues, LibraryError> {
        let read = || {
            Ok(KnownValues {
                models: names(&self.connection, "traits", "model")?,
                schedulers: names(&self.connection, "traits", "scheduler")?,
                loras: names(&self.connection, "loras", "name")?,
            })
        };
        read().map_err(|error| self.failed(error))
    }

    /// Reads the ids of pictures that have come since the last time.
    fn learn_ids(&mut self) -> rusqlite::Result<()> {
        let known = self.ids.last().map_or(0, |(seq, _)| *seq);
        let newest = "SELECT coalesce(max(seq), 0) FROM pictures";
        let newest: i64 = self.connection.query_row(newest, [], |row| row.get(0))?;
        if newest == known {
            return Ok(());
        }
        // The plus has the short index of ids read, and not the long rows.
        let sql = "SELECT seq, id FROM pictures WHERE +seq > ?1 ORDER BY seq";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([known], |row| Ok((row.get(0)?, picture_id(row, 1)?)))?;
        for row in rows {
            self.ids.push(row?);
        }
        Ok(())
    }
}

/// Notes what is searched of a picture that became a row.
pub(super) fn index(transaction: &Transaction<'_>, seq: i64) -> rusqlite::Result<()> {
    FILL.iter().try_for_each(|sql| {
        let mut fill = transaction.prepare_cached(sql)?;
        fill.execute([seq]).map(|_| ())
    })
}

/// Whether what is wrong with a database is in its words alone, which can be made again.
pub(super) fn is_in_words(finding: &str) -> bool {
    finding.contains("FTS5 table") || finding.starts_with("fts5: ")
}

/// Makes the index of words again.
pub(super) fn renew_words(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(
        "INSERT INTO words (words) VALUES ('delete-all');
         INSERT INTO words (rowid, prompt, negative) SELECT seq, prompt, negative FROM words_of;
         INSERT INTO words (words) VALUES ('optimize');",
    )?;
    transaction.commit()
}

/// A search in SQL.
#[derive(Default)]
struct Question {
    /// Phrases that must be there, and those that must not, as FTS5 has them.
    wanted: Vec<String>,
    unwanted: Vec<String>,
    /// Conditions on the rows of `traits`.
    conditions: Vec<String>,
    /// What stands for their question marks.
    values: Vec<Value>,
}

impl Question {
    fn new(connection: &Connection, query: &Query, zone: &TimeZone) -> rusqlite::Result<Self> {
        let mut question = Self::default();
        for Term {
            is_excluded,
            condition,
        } in query.library_terms()
        {
            if let Condition::Words { text, is_prefix } = condition {
                let list = if *is_excluded {
                    &mut question.unwanted
                } else {
                    &mut question.wanted
                };
                list.push(phrase(text, *is_prefix));
            } else if let Some(sql) = question.trait_sql(connection, condition, zone)? {
                let truth = if *is_excluded { "NOT TRUE" } else { "TRUE" };
                question.conditions.push(format!("({sql}) IS {truth}"));
            }
        }
        question.put_words_first();
        Ok(question)
    }

    /// Adds the words to the conditions; they are the first value.
    fn put_words_first(&mut self) {
        let unwanted = self.unwanted.join(" OR ");
        let expression = if self.wanted.is_empty() {
            unwanted
        } else if unwanted.is_empty() {
            self.wanted.join(" AND ")
        } else {
            format!("({}) NOT ({unwanted})", self.wanted.join(" AND "))
        };
        if !expression.is_empty() {
            self.values.insert(0, Value::Text(expression));
        }
        if self.wanted.is_empty() && !self.unwanted.is_empty() {
            let without = "seq NOT IN (SELECT rowid FROM words WHERE words MATCH ?)";
            self.conditions.insert(0, without.to_owned());
        }
    }

    fn sql(&self) -> String {
        let conditions = self.conditions.join(" AND ");
        match (self.wanted.is_empty(), self.conditions.is_empty()) {
            (true, true) => "SELECT seq FROM traits".to_owned(),
            (true, false) => format!("SELECT seq FROM traits WHERE {conditions}"),
            (false, true) => "SELECT rowid FROM words WHERE words MATCH ?".to_owned(),
            // The words are asked once, and each picture that has them is looked up.
            (false, false) => format!(
                "SELECT seq FROM words CROSS JOIN traits ON seq = words.rowid
                 WHERE words MATCH ? AND {conditions}"
            ),
        }
    }

    /// What a row must fulfil; `None` for what is not in the database.
    fn trait_sql(
        &mut self,
        connection: &Connection,
        condition: &Condition,
        zone: &TimeZone,
    ) -> rusqlite::Result<Option<String>> {
        Ok(Some(match condition {
            Condition::Words { .. } | Condition::Marks(_) => return Ok(None),
            Condition::Model(name) => {
                let meant = meant(names(connection, "traits", "model")?, name);
                format!("model IN ({})", self.list(meant))
            }
            Condition::Scheduler(name) => {
                let meant = meant(names(connection, "traits", "scheduler")?, name);
                format!("scheduler IN ({})", self.list(meant))
            }
            Condition::Lora(name) => {
                let meant = meant(names(connection, "loras", "name")?, name);
                let list = self.list(meant);
                format!(
                    "EXISTS (SELECT 1 FROM loras WHERE name IN ({list}) AND loras.seq = traits.seq)"
                )
            }
            Condition::Seed(seed) => self.with("seed = ?", Value::Text(seed.to_string())),
            Condition::Steps(measure) => self.measured("steps", *measure),
            Condition::Guidance(Measure {
                order: Order::Exactly,
                number,
            }) => {
                self.values.push(Value::Real(*number));
                format!("abs(guidance - ?) < {GUIDANCE_SLACK}")
            }
            Condition::Guidance(measure) => {
                let sql = format!("guidance {} ?", sign(measure.order));
                self.with(&sql, Value::Real(measure.number))
            }
            Condition::Size(size) => {
                self.values.push(Value::Integer(size.width().into()));
                self.with(
                    "width = ? AND height = ?",
                    Value::Integer(size.height().into()),
                )
            }
            Condition::LongerSide(measure) => self.measured("max(width, height)", *measure),
            Condition::Before(day) => self.with("created_ms < ?", beginning(*day, zone)),
            Condition::After(day) => self.with("created_ms >= ?", beginning(*day, zone)),
            Condition::Parents(None) => "NOT has_parents".to_owned(),
            Condition::Parents(Some(id)) => {
                self.values.push(Value::Text(id.clone()));
                // No digit comes after `f`.
                let sql = "EXISTS (SELECT 1 FROM pictures JOIN parents ON child = id
                           WHERE pictures.seq = traits.seq AND parent >= ? AND parent < ?)";
                self.with(sql, Value::Text(format!("{id}g")))
            }
        }))
    }

    fn with(&mut self, sql: &str, value: Value) -> String {
        self.values.push(value);
        sql.to_owned()
    }

    fn measured(&mut self, column: &str, measure: Measure<u32>) -> String {
        self.values.push(Value::Integer(measure.number.into()));
        format!("{column} {} ?", sign(measure.order))
    }

    fn list(&mut self, names: Vec<String>) -> String {
        let marks = vec!["?"; names.len()].join(", ");
        self.values.extend(names.into_iter().map(Value::Text));
        marks
    }
}

/// Words as FTS5 wants them: in its quotation marks nothing has a meaning of its own.
fn phrase(text: &str, is_prefix: bool) -> String {
    let text = text.replace('ё', "е").replace('Ё', "Е").replace('"', " ");
    // It reads to a zero byte and no further.
    let text = text.replace('\0', " ");
    let star = if is_prefix { " *" } else { "" };
    format!("\"{text}\"{star}")
}

/// The names that are meant: the very one that was written, or else all that it is a part of.
fn meant(names: Vec<String>, written: &str) -> Vec<String> {
    let written = written.to_lowercase();
    let is_it = |name: &&String| name.to_lowercase() == written;
    if let Some(name) = names.iter().find(is_it) {
        return vec![name.clone()];
    }
    let has_it = |name: &String| name.to_lowercase().contains(&written);
    names.into_iter().filter(has_it).collect()
}

/// Every value of an indexed column once, by steps along the index and not row by row.
fn names(connection: &Connection, table: &str, column: &str) -> rusqlite::Result<Vec<String>> {
    let mut query = connection.prepare_cached(&format!(
        "WITH RECURSIVE steps (last) AS (
             SELECT min({column}) FROM {table}
             UNION ALL
             SELECT (SELECT min({column}) FROM {table} WHERE {column} > last) FROM steps
             WHERE last IS NOT NULL
         )
         SELECT last FROM steps WHERE last IS NOT NULL"
    ))?;
    let rows = query.query_map([], |row| row.get(0))?;
    rows.collect()
}

/// The moment at which a day begins, in milliseconds since 1970.
fn beginning(day: Date, zone: &TimeZone) -> Value {
    let moment = day.to_zoned_datetime(zone.clone());
    // Only days at the very end of the calendar have none.
    Value::Integer(moment.map_or(i64::MAX, |moment| moment.timestamp().as_millisecond()))
}

fn sign(order: Order) -> &'static str {
    match order {
        Order::Below => "<",
        Order::AtMost => "<=",
        Order::Exactly => "=",
        Order::AtLeast => ">=",
        Order::Above => ">",
    }
}
