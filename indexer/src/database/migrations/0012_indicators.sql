-- Values of indicators, computed or brought in: each indicator its own layer.

CREATE TABLE indicator_values (
    pk INTEGER PRIMARY KEY,
    value TEXT NOT NULL, -- indicator, kind of period and whose: 766.progress month city
    indicator TEXT NOT NULL,
    period TEXT NOT NULL,
    whose TEXT NOT NULL,
    day TEXT NOT NULL,
    revision INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    erratum TEXT,
    method_version TEXT NOT NULL, -- version of the definition
    body TEXT NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (value, day, revision)
) STRICT;
CREATE INDEX indicator_values_by_day ON indicator_values (indicator, period, day);
CREATE INDEX indicator_values_by_scope ON indicator_values (whose, day);

CREATE TRIGGER indicator_values_are_immutable BEFORE UPDATE ON indicator_values
BEGIN SELECT RAISE(ABORT, 'a published value is never changed'); END;
CREATE TRIGGER indicator_values_are_kept BEFORE DELETE ON indicator_values
BEGIN SELECT RAISE(ABORT, 'a published value is never deleted'); END;
