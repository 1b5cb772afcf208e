-- What is searched: words by FTS5, the rest in rows so short that all of them are soon read.
-- The numbers of rows are those of `pictures`. Nothing of it changes once a picture is kept, and
-- all of it can be made again from `pictures`.
CREATE VIRTUAL TABLE words USING fts5 (
    prompt,
    negative,
    content = '',
    columnsize = 0,
    prefix = '1 2 3',
    tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE traits (
    seq         INTEGER PRIMARY KEY REFERENCES pictures (seq),
    model       TEXT,
    scheduler   TEXT,
    seed        TEXT, -- in digits, because 64 bits without a sign are no INTEGER
    steps       INTEGER,
    guidance    REAL,
    width       INTEGER NOT NULL,
    height      INTEGER NOT NULL,
    created_ms  INTEGER NOT NULL,
    has_parents INTEGER NOT NULL
) STRICT;

CREATE INDEX traits_by_model ON traits (model);
CREATE INDEX traits_by_scheduler ON traits (scheduler);
CREATE INDEX traits_by_seed ON traits (seed);

CREATE TABLE loras (
    name TEXT    NOT NULL,
    seq  INTEGER NOT NULL REFERENCES pictures (seq),
    PRIMARY KEY (name, seq)
) STRICT, WITHOUT ROWID;

-- Where they come from; a recipe that is damaged has no words.
CREATE VIEW readable AS
SELECT *, iif(json_valid(recipe), recipe, '{}') AS sound FROM pictures;

-- `remove_diacritics` knows Latin letters alone, and in Russian many write ё without its dots.
CREATE VIEW words_of AS
SELECT seq,
       replace(replace(sound ->> '$.prompt', 'ё', 'е'), 'Ё', 'Е') AS prompt,
       replace(replace(sound ->> '$.negative_prompt', 'ё', 'е'), 'Ё', 'Е') AS negative
FROM readable;

CREATE VIEW traits_of AS
SELECT seq,
       sound ->> '$.model' AS model,
       sound ->> '$.params.scheduler' AS scheduler,
       sound -> '$.seed' AS seed,
       iif(json_type(sound, '$.params.steps') = 'integer',
           sound ->> '$.params.steps', NULL) AS steps,
       iif(json_type(sound, '$.params.guidance') IN ('integer', 'real'),
           sound ->> '$.params.guidance', NULL) AS guidance,
       width,
       height,
       created_ms,
       EXISTS (SELECT 1 FROM parents WHERE child = id) AS has_parents
FROM readable;

CREATE VIEW loras_of AS
SELECT DISTINCT adapter.value ->> '$.name' AS name, seq
FROM readable, json_each(sound, '$.made_with.adapters') AS adapter
WHERE json_type(adapter.value, '$.name') = 'text';

INSERT INTO words (rowid, prompt, negative) SELECT seq, prompt, negative FROM words_of;
-- In one piece, which is read fastest.
INSERT INTO words (words) VALUES ('optimize');
INSERT INTO traits SELECT * FROM traits_of;
INSERT INTO loras SELECT name, seq FROM loras_of;

-- Searches that the artist keeps, as they were written.
CREATE TABLE searches (
    name TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
