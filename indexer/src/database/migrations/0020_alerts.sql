-- Alerts, their rules, and what happened to them.

CREATE TABLE alert_rules (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    origin TEXT UNIQUE, -- its id in alerts.toml; NULL for one written on the pages
    name TEXT NOT NULL,
    watch TEXT NOT NULL, -- JSON
    is_urgent INTEGER NOT NULL,
    is_active INTEGER NOT NULL,
    revision INTEGER NOT NULL
) STRICT;

CREATE TABLE alerts (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    rule INTEGER NOT NULL REFERENCES alert_rules (pk),
    rule_name TEXT NOT NULL, -- as it was called then
    is_urgent INTEGER NOT NULL,
    kind TEXT NOT NULL, -- concern, source
    subject TEXT NOT NULL,
    topic TEXT,
    units TEXT NOT NULL, -- codes with a space between
    opened_at INTEGER NOT NULL,
    -- How it stands: follows from alert_events, but for last_found.
    status TEXT NOT NULL,
    owner INTEGER REFERENCES accounts (pk),
    snoozed_until INTEGER,
    last_found TEXT NOT NULL,
    peak REAL NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX alerts_by_subject ON alerts (kind, subject);
CREATE UNIQUE INDEX alerts_running ON alerts (rule, kind, subject) WHERE status <> 'resolved';

CREATE TABLE alert_events (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    alert INTEGER NOT NULL REFERENCES alerts (pk),
    at INTEGER NOT NULL,
    step TEXT NOT NULL,
    finding TEXT, -- JSON: the card of the cause, of opened and worsened
    until INTEGER, -- of snoozed
    account INTEGER REFERENCES accounts (pk), -- NULL: by itself, or a command
    comment TEXT NOT NULL
) STRICT;
CREATE INDEX alert_events_by_alert ON alert_events (alert);
CREATE TRIGGER alert_events_stay_update BEFORE UPDATE ON alert_events
BEGIN SELECT RAISE(ABORT, 'what happened to an alert is never changed'); END;
CREATE TRIGGER alert_events_stay_delete BEFORE DELETE ON alert_events
BEGIN SELECT RAISE(ABORT, 'what happened to an alert is never taken back'); END;
