-- Leagues of units, grades of digests, and what keeps everything published as it is.

CREATE TABLE leagues (
    pk INTEGER PRIMARY KEY,
    league TEXT NOT NULL, -- period and kind of unit: week:ward
    day TEXT NOT NULL, -- the last of the period
    revision INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    erratum TEXT,
    method_version TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (league, day, revision)
) STRICT;

CREATE TABLE grades (
    pk INTEGER PRIMARY KEY,
    scope TEXT NOT NULL,
    day TEXT NOT NULL,
    revision INTEGER NOT NULL,
    after_days INTEGER NOT NULL,
    graded_at INTEGER NOT NULL,
    method_version TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (scope, day, revision, after_days)
) STRICT;

CREATE TRIGGER digests_are_immutable BEFORE UPDATE ON digests
BEGIN SELECT RAISE(ABORT, 'a published digest is never changed'); END;
CREATE TRIGGER digests_are_kept BEFORE DELETE ON digests
BEGIN SELECT RAISE(ABORT, 'a published digest is never deleted'); END;
CREATE TRIGGER leagues_are_immutable BEFORE UPDATE ON leagues
BEGIN SELECT RAISE(ABORT, 'a published league is never changed'); END;
CREATE TRIGGER leagues_are_kept BEFORE DELETE ON leagues
BEGIN SELECT RAISE(ABORT, 'a published league is never deleted'); END;
CREATE TRIGGER grades_are_immutable BEFORE UPDATE ON grades
BEGIN SELECT RAISE(ABORT, 'a grade is never changed'); END;
CREATE TRIGGER grades_are_kept BEFORE DELETE ON grades
BEGIN SELECT RAISE(ABORT, 'a grade is never deleted'); END;
CREATE TRIGGER words_are_immutable BEFORE UPDATE ON published_words
BEGIN SELECT RAISE(ABORT, 'published words are deleted when their mention is removed, never changed'); END;
