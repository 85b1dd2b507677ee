-- What was fetched grows fastest of all and goes by the day: each day in Vietnam has a table of its own, which is
-- dropped whole. The program makes those of days to come (`days.rs`), here are those of what is there.
CREATE SEQUENCE captures_numbers;

CREATE TABLE captures_by_day (LIKE captures, PRIMARY KEY (pk, fetched_at), UNIQUE (source, url, fetched_at))
PARTITION BY RANGE (fetched_at);

ALTER TABLE captures_by_day ALTER COLUMN pk SET DEFAULT nextval('captures_numbers');

ALTER SEQUENCE captures_numbers OWNED BY captures_by_day.pk;

DO $$
DECLARE
    microseconds CONSTANT BIGINT := 86400000000;
    -- Of midnight in Vietnam, which keeps one time all year, from midnight in Greenwich.
    shift CONSTANT BIGINT := 25200000000;
    n BIGINT;
BEGIN
    FOR n IN SELECT DISTINCT CAST(floor(CAST(fetched_at + shift AS NUMERIC) / microseconds) AS BIGINT) FROM captures
    LOOP
        EXECUTE format(
            'CREATE TABLE captures_%s PARTITION OF captures_by_day FOR VALUES FROM (%s) TO (%s)',
            to_char(DATE '1970-01-01' + CAST(n AS INTEGER), 'YYYYMMDD'),
            n * microseconds - shift,
            (n + 1) * microseconds - shift);
    END LOOP;
END $$;

INSERT INTO captures_by_day SELECT * FROM captures;

-- A number that was given is not given again, whoever it was given to.
SELECT setval('captures_numbers', last_value, is_called) FROM captures_pk_seq;

DROP TABLE captures;

ALTER TABLE captures_by_day RENAME TO captures;

CREATE INDEX captures_by_hash ON captures (hash, fetched_at);

CREATE INDEX captures_by_time ON captures (fetched_at);

CREATE INDEX captures_by_source ON captures (source, fetched_at);
