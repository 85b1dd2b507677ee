-- The record of langnghe, schema 1.
-- Moments are microseconds since 1970 UTC, days are YYYY-MM-DD in Vietnam, codes are those of the
-- domain types. There is no column for an author, by design.

PRAGMA application_id = 0x4c4e4748; -- "LNGH"

-- One row: the number of the latest write to a mention, and the identity of this history, by which
-- an index notices that it followed another one.
CREATE TABLE history (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    seq INTEGER NOT NULL,
    generation TEXT NOT NULL
) STRICT;
INSERT INTO history (only, seq, generation) VALUES (1, 0, lower(hex(randomblob(16))));

CREATE TABLE mentions (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    seq INTEGER NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    source TEXT NOT NULL,
    url TEXT,
    published_at INTEGER,
    -- When it counts: published_at, or else the moment it was recorded.
    moment INTEGER NOT NULL,
    title TEXT,
    body TEXT NOT NULL,
    parent TEXT,
    likes INTEGER,
    comments INTEGER,
    shares INTEGER,
    capture BLOB,
    recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mentions_by_moment ON mentions (moment, id);
CREATE INDEX mentions_by_parent ON mentions (parent, moment) WHERE parent IS NOT NULL;
CREATE INDEX mentions_by_url ON mentions (url) WHERE url IS NOT NULL;

CREATE TABLE tickets (
    mention INTEGER PRIMARY KEY REFERENCES mentions (pk) ON DELETE CASCADE,
    field TEXT,
    address TEXT,
    status TEXT NOT NULL,
    due_at INTEGER,
    closed_at INTEGER,
    rating TEXT
) STRICT;

CREATE TABLE ticket_events (
    pk INTEGER PRIMARY KEY,
    mention INTEGER NOT NULL REFERENCES mentions (pk) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    field TEXT,
    address TEXT,
    status TEXT NOT NULL,
    due_at INTEGER,
    closed_at INTEGER,
    rating TEXT
) STRICT;
CREATE INDEX ticket_events_by_mention ON ticket_events (mention);

CREATE TABLE annotations (
    mention INTEGER PRIMARY KEY REFERENCES mentions (pk) ON DELETE CASCADE,
    is_concern INTEGER NOT NULL CHECK (is_concern IN (0, 1)),
    concern_probability REAL NOT NULL,
    scope TEXT NOT NULL,
    places TEXT NOT NULL, -- JSON: units with weights, agencies
    topic TEXT NOT NULL,
    topic_probability REAL NOT NULL,
    sentiment TEXT NOT NULL,
    negative REAL NOT NULL,
    neutral REAL NOT NULL,
    positive REAL NOT NULL,
    pii TEXT NOT NULL, -- JSON: kinds and offsets of what was cut, never the words
    fingerprint INTEGER NOT NULL,
    model_version TEXT NOT NULL
) STRICT;

-- Mentions taken out for good; the id stays so that a later crawl does not bring them back.
CREATE TABLE removals (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL UNIQUE,
    removed_at INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;

-- Addresses that need not be fetched again, as the first 16 bytes of their SHA-256.
CREATE TABLE visited (
    url_hash BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE captures (
    pk INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    fetched_at INTEGER NOT NULL,
    http_status INTEGER NOT NULL,
    content_type TEXT,
    hash BLOB NOT NULL,
    body_bytes INTEGER NOT NULL,
    UNIQUE (source, url, fetched_at)
) STRICT;
CREATE INDEX captures_by_hash ON captures (hash, fetched_at);
CREATE INDEX captures_by_time ON captures (fetched_at);

CREATE TABLE fetch_states (
    source TEXT PRIMARY KEY,
    etag TEXT,
    last_modified TEXT,
    cursor TEXT,
    fetched_at INTEGER,
    changed_at INTEGER,
    next_at INTEGER,
    n_failures INTEGER NOT NULL,
    entries_per_day REAL
) STRICT;

CREATE TABLE source_health (
    source TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    status TEXT NOT NULL,
    detail TEXT NOT NULL,
    newest_entry_at INTEGER,
    n_new INTEGER NOT NULL,
    PRIMARY KEY (source, observed_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE fetch_requests (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    done_at INTEGER
) STRICT;
CREATE UNIQUE INDEX fetch_requests_open ON fetch_requests (source) WHERE done_at IS NULL;

CREATE TABLE corrections (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    made_at INTEGER NOT NULL,
    officer TEXT NOT NULL,
    change TEXT NOT NULL -- JSON
) STRICT;

-- Derived: the concern of each mention.
CREATE TABLE mention_concerns (
    mention INTEGER PRIMARY KEY REFERENCES mentions (pk) ON DELETE CASCADE,
    concern TEXT NOT NULL
) STRICT;
CREATE INDEX mention_concerns_by_concern ON mention_concerns (concern);

-- Derived: the state of a concern at the end of the days on which it changed. The latest row up to a
-- day is its state on that day; a row without a body says it was dropped.
CREATE TABLE concern_states (
    pk INTEGER PRIMARY KEY,
    concern TEXT NOT NULL,
    day TEXT NOT NULL,
    body TEXT,
    hash BLOB,
    UNIQUE (concern, day)
) STRICT;
CREATE INDEX concern_states_by_day ON concern_states (day);

CREATE TABLE grouped_days (
    day TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Published: never changed, a correction is a further revision.
CREATE TABLE digests (
    pk INTEGER PRIMARY KEY,
    scope TEXT NOT NULL, -- city, unit:26740, agency:...
    day TEXT NOT NULL,
    revision INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    erratum TEXT,
    method_version TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (scope, day, revision)
) STRICT;
CREATE INDEX digests_by_day ON digests (day);

CREATE TABLE signals (
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
CREATE INDEX signals_by_day ON signals (day);

CREATE TRIGGER digests_are_immutable BEFORE UPDATE ON digests
BEGIN SELECT RAISE(ABORT, 'a published digest is never changed'); END;
CREATE TRIGGER digests_are_kept BEFORE DELETE ON digests
BEGIN SELECT RAISE(ABORT, 'a published digest is never deleted'); END;
CREATE TRIGGER signals_are_immutable BEFORE UPDATE ON signals
BEGIN SELECT RAISE(ABORT, 'a published signal is never changed'); END;
CREATE TRIGGER signals_are_kept BEFORE DELETE ON signals
BEGIN SELECT RAISE(ABORT, 'a published signal is never deleted'); END;
CREATE TRIGGER corrections_are_immutable BEFORE UPDATE ON corrections
BEGIN SELECT RAISE(ABORT, 'a correction is undone by another, never changed'); END;
