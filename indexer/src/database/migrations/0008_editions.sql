-- Editions: what was known when something was published; digests of periods; words by reference.
-- After this file the words of digests published so far are taken out of their bodies (words.rs); the
-- triggers that keep digests as they are come back with the next schema.

ALTER TABLE history ADD COLUMN grouping INTEGER NOT NULL DEFAULT 0; -- number of the latest grouping
ALTER TABLE removals ADD COLUMN moment INTEGER; -- when the mention counted
ALTER TABLE mention_concerns ADD COLUMN since INTEGER NOT NULL DEFAULT 0; -- the grouping that said so
ALTER TABLE concern_states ADD COLUMN since INTEGER NOT NULL DEFAULT 0;

-- One row a run that publishes. Mentions are read as of `seq`, groupings as of `grouping`.
CREATE TABLE editions (
    pk INTEGER PRIMARY KEY,
    period TEXT NOT NULL, -- day, week, month, reporting_month
    day TEXT NOT NULL, -- the last of the period
    begun_at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    grouping INTEGER, -- NULL until it is published
    inputs TEXT -- JSON: coverage and sources as they were; NULL for runs before this schema
) STRICT;
CREATE INDEX editions_by_day ON editions (day, period);
CREATE INDEX mention_concerns_by_grouping ON mention_concerns (since);

-- What an edition read and what was replaced since; nothing else is kept. Removing a mention removes
-- its past too.
CREATE TABLE past_mentions (
    mention INTEGER NOT NULL REFERENCES mentions (pk) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    until INTEGER NOT NULL,
    moment INTEGER NOT NULL,
    channel TEXT NOT NULL,
    source TEXT NOT NULL,
    url TEXT,
    published_at INTEGER,
    title TEXT,
    body TEXT NOT NULL,
    parent TEXT,
    likes INTEGER,
    comments INTEGER,
    shares INTEGER,
    capture BLOB,
    status TEXT,
    field TEXT,
    address TEXT,
    due_at INTEGER,
    closed_at INTEGER,
    rating TEXT,
    updated_at INTEGER,
    is_concern INTEGER NOT NULL,
    concern_probability REAL NOT NULL,
    scope TEXT NOT NULL,
    places TEXT NOT NULL,
    topic TEXT NOT NULL,
    topic_probability REAL NOT NULL,
    sentiment TEXT NOT NULL,
    negative REAL NOT NULL,
    neutral REAL NOT NULL,
    positive REAL NOT NULL,
    pii TEXT NOT NULL,
    fingerprint INTEGER NOT NULL,
    model_version TEXT NOT NULL,
    PRIMARY KEY (mention, seq)
) STRICT;
CREATE INDEX past_mentions_by_moment ON past_mentions (moment);

CREATE TABLE past_mention_concerns (
    mention INTEGER NOT NULL REFERENCES mentions (pk) ON DELETE CASCADE,
    concern TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (mention, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX past_mention_concerns_by_end ON past_mention_concerns (until);

CREATE TABLE past_concern_states (
    pk INTEGER PRIMARY KEY,
    concern TEXT NOT NULL,
    day TEXT NOT NULL,
    body TEXT,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE INDEX past_concern_states_by_day ON past_concern_states (day);
CREATE INDEX past_concern_states_by_concern ON past_concern_states (concern);

-- Titles and quotes of published digests, whose bodies name them by number. A title has no mention.
-- When their mention is removed they are deleted; a number is never given again.
CREATE TABLE published_words (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    mention TEXT NOT NULL,
    words TEXT NOT NULL,
    UNIQUE (mention, words)
) STRICT;
CREATE INDEX published_words_by_words ON published_words (words);

CREATE TABLE digests_of_periods (
    pk INTEGER PRIMARY KEY,
    scope TEXT NOT NULL, -- city, unit:26740, agency:...
    period TEXT NOT NULL,
    day TEXT NOT NULL, -- the last of the period
    revision INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    erratum TEXT,
    method_version TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL, -- of the body
    edition INTEGER REFERENCES editions (pk), -- NULL for those before this schema
    UNIQUE (scope, period, day, revision)
) STRICT;
INSERT INTO digests_of_periods (pk, scope, period, day, revision, published_at, erratum,
                                method_version, body, hash)
    SELECT pk, scope, 'day', day, revision, published_at, erratum, method_version, body, hash
    FROM digests;
INSERT INTO editions (period, day, begun_at, seq, grouping)
    SELECT 'day', day, max(published_at), (SELECT seq FROM history), 0 FROM digests GROUP BY day;
DROP TABLE digests;
ALTER TABLE digests_of_periods RENAME TO digests;
CREATE INDEX digests_by_day ON digests (day, period);
