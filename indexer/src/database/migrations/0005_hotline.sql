-- Tickets by their own time, headers of what was fetched, and the days of each source.

ALTER TABLE tickets ADD COLUMN updated_at INTEGER;
ALTER TABLE ticket_events ADD COLUMN updated_at INTEGER;

-- Response headers that were kept, a JSON list of pairs; NULL for fetches before this schema.
ALTER TABLE captures ADD COLUMN headers TEXT;

-- When a source spoke is asked for at every visit.
CREATE INDEX mentions_by_source ON mentions (source, moment);

-- Derived from source_health: one row a source and Vietnamese day, made again whenever that day is
-- observed.
CREATE TABLE source_days (
    source TEXT NOT NULL,
    day TEXT NOT NULL,
    n_visits INTEGER NOT NULL,
    n_well INTEGER NOT NULL,
    n_new INTEGER NOT NULL,
    status TEXT NOT NULL, -- of the last visit of the day
    detail TEXT NOT NULL,
    newest_entry_at INTEGER,
    PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;

INSERT INTO source_days
SELECT d.source, d.day, d.n_visits, d.n_well, d.n_new, l.status, l.detail, d.newest_entry_at
FROM (SELECT source, date(observed_at / 1000000, 'unixepoch', '+7 hours') AS day,
             count(*) AS n_visits, sum(status IN ('fresh', 'stale', 'empty')) AS n_well,
             sum(n_new) AS n_new, max(observed_at) AS last, max(newest_entry_at) AS newest_entry_at
      FROM source_health GROUP BY 1, 2) d
JOIN source_health l ON l.source = d.source AND l.observed_at = d.last;
