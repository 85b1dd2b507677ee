-- Boundaries of units as the customer brought them; each import is a version.

CREATE TABLE boundaries (
    pk INTEGER PRIMARY KEY,
    saved_at INTEGER NOT NULL,
    attribution TEXT NOT NULL,
    body TEXT NOT NULL -- JSON
) STRICT;
