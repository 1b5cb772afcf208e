-- What the artist thinks of a picture; words as in `domain::marks`.
ALTER TABLE pictures ADD COLUMN flag  TEXT    NOT NULL DEFAULT 'none';
ALTER TABLE pictures ADD COLUMN stars INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pictures ADD COLUMN label TEXT;

-- When its file was given to the system's trash: the row keeps its place in the ancestry.
ALTER TABLE pictures ADD COLUMN discarded_ms INTEGER;

-- What can be taken back, and what of it was.
CREATE TABLE markings (
    number     INTEGER PRIMARY KEY,
    made_ms    INTEGER NOT NULL,
    taken_back INTEGER NOT NULL
) STRICT;

CREATE TABLE marked (
    marking      INTEGER NOT NULL REFERENCES markings (number) ON DELETE CASCADE,
    picture      TEXT    NOT NULL,
    flag_before  TEXT    NOT NULL,
    stars_before INTEGER NOT NULL,
    label_before TEXT,
    flag_after   TEXT    NOT NULL,
    stars_after  INTEGER NOT NULL,
    label_after  TEXT,
    PRIMARY KEY (marking, picture)
) STRICT, WITHOUT ROWID;
