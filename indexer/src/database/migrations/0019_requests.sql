-- Requests for explanation, what came of them, and what was said of press reports.

CREATE TABLE requests (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    subject_kind TEXT NOT NULL, -- concern, indicator, press
    subject TEXT NOT NULL,
    addressee TEXT NOT NULL, -- code of a unit, or agency:<id>
    question TEXT NOT NULL,
    answer_days INTEGER NOT NULL,
    asked_by INTEGER REFERENCES accounts (pk),
    made_at INTEGER NOT NULL,
    evidence TEXT NOT NULL, -- JSON; words of citizens stand in request_words
    state TEXT NOT NULL, -- follows from the events
    round INTEGER NOT NULL,
    due_at INTEGER
) STRICT;
CREATE INDEX requests_by_subject ON requests (subject_kind, subject);
CREATE TRIGGER requests_are_frozen BEFORE UPDATE OF
    subject_kind, subject, addressee, question, answer_days, asked_by, made_at, evidence ON requests
BEGIN SELECT RAISE(ABORT, 'what a request rests on never changes'); END;
CREATE TRIGGER requests_stay BEFORE DELETE ON requests
BEGIN SELECT RAISE(ABORT, 'requests are never deleted'); END;

-- Position 0 is the title. Rows go when their mention is removed.
CREATE TABLE request_words (
    request INTEGER NOT NULL REFERENCES requests (pk),
    position INTEGER NOT NULL,
    mention TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (request, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_words_by_mention ON request_words (mention);

CREATE TABLE request_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    request INTEGER NOT NULL REFERENCES requests (pk),
    round INTEGER NOT NULL,
    step TEXT NOT NULL,
    at INTEGER NOT NULL,
    account INTEGER REFERENCES accounts (pk),
    role TEXT NOT NULL,
    detail TEXT NOT NULL,
    due_at INTEGER
) STRICT;
CREATE INDEX request_events_by_request ON request_events (request);
CREATE TRIGGER request_events_stay_update BEFORE UPDATE ON request_events
BEGIN SELECT RAISE(ABORT, 'what happened to a request never changes'); END;
CREATE TRIGGER request_events_stay_delete BEFORE DELETE ON request_events
BEGIN SELECT RAISE(ABORT, 'what happened to a request never changes'); END;

CREATE TABLE request_answers (
    request INTEGER NOT NULL REFERENCES requests (pk),
    round INTEGER NOT NULL,
    at INTEGER NOT NULL,
    account INTEGER REFERENCES accounts (pk),
    words TEXT NOT NULL,
    was_cut INTEGER NOT NULL,
    PRIMARY KEY (request, round) -- a round is answered once
) STRICT, WITHOUT ROWID;
CREATE TRIGGER request_answers_stay_update BEFORE UPDATE ON request_answers
BEGIN SELECT RAISE(ABORT, 'an answer never changes'); END;
CREATE TRIGGER request_answers_stay_delete BEFORE DELETE ON request_answers
BEGIN SELECT RAISE(ABORT, 'an answer never changes'); END;

CREATE TABLE request_bodies (
    hash BLOB PRIMARY KEY, -- SHA-256
    bytes BLOB NOT NULL
) STRICT;

CREATE TABLE request_files (
    request INTEGER NOT NULL,
    round INTEGER NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    n_bytes INTEGER NOT NULL,
    hash BLOB NOT NULL REFERENCES request_bodies (hash),
    PRIMARY KEY (request, round, position),
    FOREIGN KEY (request, round) REFERENCES request_answers (request, round)
) STRICT, WITHOUT ROWID;

-- A layer of the digests of a day, which never change themselves.
CREATE TABLE printed_answers (
    request INTEGER PRIMARY KEY REFERENCES requests (pk),
    day TEXT NOT NULL,
    at INTEGER NOT NULL,
    concern TEXT,
    round INTEGER NOT NULL, -- whose answer
    note TEXT NOT NULL,
    asked_on TEXT NOT NULL,
    answered_on TEXT NOT NULL,
    curve TEXT NOT NULL -- JSON, voices by day
) STRICT;
CREATE INDEX printed_answers_by_day ON printed_answers (day);
CREATE INDEX printed_answers_by_concern ON printed_answers (concern);
CREATE TRIGGER printed_answers_stay_update BEFORE UPDATE ON printed_answers
BEGIN SELECT RAISE(ABORT, 'a printed answer never changes'); END;
CREATE TRIGGER printed_answers_stay_delete BEFORE DELETE ON printed_answers
BEGIN SELECT RAISE(ABORT, 'a printed answer never changes'); END;

-- By which links prove that they are ours.
CREATE TABLE request_key (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    key BLOB NOT NULL
) STRICT;

CREATE TABLE press_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    mention TEXT NOT NULL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    account INTEGER REFERENCES accounts (pk),
    role TEXT NOT NULL,
    detail TEXT NOT NULL,
    request INTEGER REFERENCES requests (pk)
) STRICT;
CREATE INDEX press_events_by_mention ON press_events (mention);
CREATE TRIGGER press_events_stay_update BEFORE UPDATE ON press_events
BEGIN SELECT RAISE(ABORT, 'what was said of a press report never changes'); END;
CREATE TRIGGER press_events_stay_delete BEFORE DELETE ON press_events
BEGIN SELECT RAISE(ABORT, 'what was said of a press report never changes'); END;
