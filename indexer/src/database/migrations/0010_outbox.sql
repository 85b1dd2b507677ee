-- What other systems are told, and how they answered.

CREATE TABLE outbox (
    pk INTEGER PRIMARY KEY,
    endpoint TEXT NOT NULL,
    key TEXT NOT NULL, -- what the message says, once an endpoint
    event TEXT NOT NULL,
    payload TEXT NOT NULL, -- JSON
    made_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    state TEXT NOT NULL, -- waiting, delivered, dead
    n_attempts INTEGER NOT NULL DEFAULT 0,
    UNIQUE (endpoint, key)
) STRICT;
CREATE INDEX outbox_due ON outbox (endpoint, due_at) WHERE state = 'waiting';

CREATE TABLE outbox_attempts (
    pk INTEGER PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES outbox (pk) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    status INTEGER, -- NULL when no answer came
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_attempts_by_message ON outbox_attempts (message);

-- Up to which published digest an endpoint was told.
CREATE TABLE outbox_marks (
    endpoint TEXT PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT;
