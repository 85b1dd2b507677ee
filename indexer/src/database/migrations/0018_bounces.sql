-- Letters that came back.

CREATE TABLE bounces (
    address TEXT NOT NULL,
    message INTEGER NOT NULL, -- of the outbox, which forgets sooner; 0 where it is not known
    at INTEGER NOT NULL,
    is_final INTEGER NOT NULL, -- no further letter will arrive either
    detail TEXT NOT NULL,
    PRIMARY KEY (address, message)
) STRICT, WITHOUT ROWID;
