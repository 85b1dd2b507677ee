-- Counts of days, forecasts made from them, and what came of those. No words stand in any of them.

-- A day is counted again when its mentions became other; what was counted before stays, so that a
-- forecast can be made again from what it knew: the latest row of each day up to its number.
CREATE TABLE day_tallies (
    pk INTEGER PRIMARY KEY,
    day TEXT NOT NULL,
    counted_at INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX day_tallies_by_day ON day_tallies (day, pk);

CREATE TABLE forecasts (
    pk INTEGER PRIMARY KEY,
    scope TEXT NOT NULL, -- city, kind:ward, unit:26740
    topic TEXT NOT NULL,
    made_on TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    tally INTEGER NOT NULL, -- number of the latest tally that was known
    method_version TEXT NOT NULL,
    body TEXT NOT NULL, -- the days foreseen
    standing TEXT, -- how those before had done; NULL before the first was graded
    UNIQUE (scope, topic, made_on)
) STRICT;
CREATE INDEX forecasts_by_day ON forecasts (made_on);

CREATE TABLE forecast_outcomes (
    pk INTEGER PRIMARY KEY,
    scope TEXT NOT NULL,
    topic TEXT NOT NULL,
    made_on TEXT NOT NULL,
    graded_at INTEGER NOT NULL,
    method_version TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (scope, topic, made_on)
) STRICT;

CREATE TRIGGER day_tallies_are_immutable BEFORE UPDATE ON day_tallies
BEGIN SELECT RAISE(ABORT, 'a day is counted again, never changed'); END;
CREATE TRIGGER forecasts_are_immutable BEFORE UPDATE ON forecasts
BEGIN SELECT RAISE(ABORT, 'a published forecast is never changed'); END;
CREATE TRIGGER forecasts_are_kept BEFORE DELETE ON forecasts
BEGIN SELECT RAISE(ABORT, 'a published forecast is never deleted'); END;
CREATE TRIGGER forecast_outcomes_are_immutable BEFORE UPDATE ON forecast_outcomes
BEGIN SELECT RAISE(ABORT, 'what came of a forecast is never changed'); END;
CREATE TRIGGER forecast_outcomes_are_kept BEFORE DELETE ON forecast_outcomes
BEGIN SELECT RAISE(ABORT, 'what came of a forecast is never deleted'); END;
