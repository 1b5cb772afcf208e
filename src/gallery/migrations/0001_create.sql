-- The pictures, in the order in which they were kept, whatever the clock said.
-- `recipe` is JSON as `provenance::write_recipe` gives it, `timings` as `timings.rs` does.
CREATE TABLE pictures (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT    NOT NULL UNIQUE,
    file       TEXT    NOT NULL UNIQUE, -- from the library's folder, with forward slashes
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    seen       INTEGER NOT NULL,
    recipe     TEXT    NOT NULL,
    timings    TEXT
) STRICT;

-- The ancestry: a parent may lie in another library, or be gone.
CREATE TABLE parents (
    child    TEXT NOT NULL REFERENCES pictures (id),
    parent   TEXT NOT NULL,
    relation TEXT NOT NULL,
    PRIMARY KEY (child, parent, relation)
) STRICT, WITHOUT ROWID;

CREATE INDEX parents_by_parent ON parents (parent);
