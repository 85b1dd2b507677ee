-- The frontier of the crawl and what is remembered of hosts, schema 2.

-- Pages that a listing names and nobody has read yet, and those given up. A page that was read
-- leaves; its address stays in `visited`. There are no words here.
CREATE TABLE queue_pages (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    url_hash BLOB NOT NULL UNIQUE, -- of the canonical address, as in `visited`
    url TEXT NOT NULL,
    url_key TEXT NOT NULL,
    host TEXT NOT NULL,
    source TEXT NOT NULL,
    published_at INTEGER,
    -- When its mention counts: published_at, or else the moment it was found.
    moment INTEGER NOT NULL,
    listed_in BLOB,
    found_at INTEGER NOT NULL,
    state INTEGER NOT NULL CHECK (state IN (0, 1, 2)), -- waiting, leased, given up
    due_at INTEGER NOT NULL, -- 0 when ready, else not before this moment
    n_attempts INTEGER NOT NULL,
    status TEXT, -- of the last failure
    reason TEXT,
    ended_at INTEGER -- when it was given up
) STRICT;
-- The next page of a host: those that are ready, newest first.
CREATE INDEX queue_pages_waiting ON queue_pages (host, due_at, moment DESC) WHERE state = 0;
CREATE INDEX queue_pages_leased ON queue_pages (host) WHERE state = 1;
CREATE INDEX queue_pages_open ON queue_pages (moment, found_at) WHERE state < 2;
CREATE INDEX queue_pages_given_up ON queue_pages (ended_at) WHERE state = 2;

-- Hosts with waiting or leased pages. The one that has been ready the longest is served next, and
-- takes its place behind the others each time: so none starves another.
CREATE TABLE queue_hosts (
    host TEXT PRIMARY KEY,
    ready_at INTEGER NOT NULL, -- while leased: when the lease ends
    not_before INTEGER, -- the host's own pause
    is_leased INTEGER NOT NULL CHECK (is_leased IN (0, 1)),
    n_open INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_hosts_ready ON queue_hosts (ready_at);

CREATE TABLE queue_sources (
    source TEXT PRIMARY KEY,
    n_waiting INTEGER NOT NULL,
    n_given_up INTEGER NOT NULL,
    status TEXT, -- of the last page that could not be had, until one can
    reason TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE host_memory (
    host TEXT PRIMARY KEY,
    next_at INTEGER,
    asked_to_slow_down INTEGER NOT NULL CHECK (asked_to_slow_down IN (0, 1)),
    last_took INTEGER NOT NULL, -- microseconds, like the next
    crawl_delay INTEGER,
    n_failures INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX host_memory_by_use ON host_memory (used_at);

-- Rules as they were sent, or why none could be had.
CREATE TABLE robots_memory (
    origin TEXT PRIMARY KEY,
    read_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    rules TEXT,
    status TEXT,
    reason TEXT,
    CHECK ((rules IS NULL) = (reason IS NOT NULL))
) STRICT;
CREATE INDEX robots_memory_by_age ON robots_memory (read_at);
