-- Sidecars beside the pictures: when the marks were last set here, when the sidecar was changed
-- that was last written or read (both in milliseconds), and whether it has still to be written.
ALTER TABLE pictures ADD COLUMN marked_ms   INTEGER;
ALTER TABLE pictures ADD COLUMN sidecar_ms  INTEGER;
ALTER TABLE pictures ADD COLUMN sidecar_due INTEGER NOT NULL DEFAULT 1;

-- Marks that are there already are newer than any sidecar.
UPDATE pictures SET marked_ms = unixepoch() * 1000
WHERE flag <> 'none' OR stars <> 0 OR label IS NOT NULL;

CREATE INDEX pictures_with_sidecar_due ON pictures (seq) WHERE sidecar_due;
