-- Deliveries that were pushed to us, so that none counts twice. A message is known by a hash.

CREATE TABLE deliveries (
    source TEXT NOT NULL,
    message BLOB NOT NULL,
    body BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (source, message)
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_by_age ON deliveries (at);
