-- The book of the desk: what officers put beside concerns for one another, what each of them looks at
-- daily, and what each is told. Grouping and ranking never read it.

CREATE TABLE desk_labels (
    concern TEXT NOT NULL,
    label TEXT NOT NULL,
    account INTEGER REFERENCES accounts (pk),
    put_at INTEGER NOT NULL,
    PRIMARY KEY (concern, label)
) STRICT, WITHOUT ROWID;

-- Who holds a concern; nobody holds those that are not here.
CREATE TABLE desk_holders (
    concern TEXT PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts (pk),
    given_by INTEGER REFERENCES accounts (pk),
    given_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE desk_notes (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    concern TEXT NOT NULL,
    account INTEGER REFERENCES accounts (pk),
    written_at INTEGER NOT NULL,
    body TEXT NOT NULL -- personal data was cut before it came here
) STRICT;
CREATE INDEX desk_notes_by_concern ON desk_notes (concern);

CREATE TABLE desk_follows (
    concern TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES accounts (pk),
    PRIMARY KEY (concern, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX desk_follows_by_account ON desk_follows (account);

-- Filters of the queue that an officer gave a name.
CREATE TABLE desk_views (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES accounts (pk),
    name TEXT NOT NULL,
    query TEXT NOT NULL, -- as in the address
    is_start INTEGER NOT NULL DEFAULT 0, -- the one that opens first
    UNIQUE (account, name)
) STRICT;

CREATE TABLE desk_notices (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES accounts (pk), -- who is told
    kind TEXT NOT NULL,
    concern TEXT,
    link TEXT NOT NULL, -- a path of ours
    words TEXT NOT NULL,
    caused_by INTEGER REFERENCES accounts (pk),
    told_at INTEGER NOT NULL,
    read_at INTEGER
) STRICT;
CREATE INDEX desk_notices_unread ON desk_notices (account) WHERE read_at IS NULL;
CREATE INDEX desk_notices_by_account ON desk_notices (account, pk);
