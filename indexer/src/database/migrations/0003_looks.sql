-- When each mention is to be looked at again at its source, and until when a digest shows it.
CREATE TABLE looks (
    mention INTEGER PRIMARY KEY REFERENCES mentions (pk) ON DELETE CASCADE,
    source TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    shown_until INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX looks_by_due ON looks (source, due_at);
INSERT INTO looks (mention, source, due_at)
    SELECT pk, source, recorded_at FROM mentions WHERE url IS NOT NULL;

-- Titles taken from mentions that were removed, as the first 16 bytes of their SHA-256: published
-- digests keep them for ever, but nobody is shown them any more.
CREATE TABLE withheld_titles (
    hash BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE INDEX captures_by_source ON captures (source, fetched_at);
