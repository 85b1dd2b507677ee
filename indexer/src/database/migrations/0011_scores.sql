-- The satisfaction group of Decision 766 by scope and period, and the silence map.

CREATE TABLE shadow_scores (
    pk INTEGER PRIMARY KEY,
    score TEXT NOT NULL, -- kind of period and whose: month:city, week:kind:ward, week:26740
    day TEXT NOT NULL, -- at whose end the tickets stood so
    revision INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    erratum TEXT,
    method_version TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (score, day, revision)
) STRICT;
CREATE INDEX shadow_scores_by_day ON shadow_scores (day, score);

CREATE TABLE silence_maps (
    pk INTEGER PRIMARY KEY,
    period TEXT NOT NULL,
    day TEXT NOT NULL, -- the last of the period
    revision INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    erratum TEXT,
    method_version TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (period, day, revision)
) STRICT;

CREATE TRIGGER shadow_scores_are_immutable BEFORE UPDATE ON shadow_scores
BEGIN SELECT RAISE(ABORT, 'a published score is never changed'); END;
CREATE TRIGGER shadow_scores_are_kept BEFORE DELETE ON shadow_scores
BEGIN SELECT RAISE(ABORT, 'a published score is never deleted'); END;
CREATE TRIGGER silence_maps_are_immutable BEFORE UPDATE ON silence_maps
BEGIN SELECT RAISE(ABORT, 'a published silence map is never changed'); END;
CREATE TRIGGER silence_maps_are_kept BEFORE DELETE ON silence_maps
BEGIN SELECT RAISE(ABORT, 'a published silence map is never deleted'); END;
