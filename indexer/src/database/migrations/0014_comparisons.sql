-- Where units differ from the city and their kind; and concerns by the one they are part of.

CREATE TABLE comparisons (
    pk INTEGER PRIMARY KEY,
    unit INTEGER NOT NULL,
    day TEXT NOT NULL,
    revision INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    erratum TEXT,
    method_version TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (unit, day, revision)
) STRICT;

CREATE TRIGGER comparisons_are_immutable BEFORE UPDATE ON comparisons
BEGIN SELECT RAISE(ABORT, 'a published comparison is never changed'); END;
CREATE TRIGGER comparisons_are_kept BEFORE DELETE ON comparisons
BEGIN SELECT RAISE(ABORT, 'a published comparison is never deleted'); END;

CREATE INDEX concern_states_by_whole ON concern_states (json_extract(body, '$.part_of'))
    WHERE json_extract(body, '$.part_of') IS NOT NULL;
