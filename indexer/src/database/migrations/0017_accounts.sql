-- Accounts of officers, their sessions, keys of the API, and the log of what they did. Citizens have no
-- account.

CREATE TABLE accounts (
    pk INTEGER PRIMARY KEY AUTOINCREMENT, -- never given to another
    login TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL,
    reach TEXT NOT NULL, -- city, agency:<id>, or codes of units
    is_active INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    password TEXT, -- Argon2 in PHC form; NULL: an identity provider alone
    totp BLOB, -- secret of the codes asked for beside the password
    totp_pending BLOB, -- secret shown, not yet confirmed
    totp_step INTEGER NOT NULL DEFAULT 0, -- a code counts once
    failures INTEGER NOT NULL DEFAULT 0, -- in a row
    locked_until INTEGER
) STRICT;

-- Tries with names that nobody has. Counting them takes as long as counting those of an account.
CREATE TABLE strange_sign_ins (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    n INTEGER NOT NULL
) STRICT;
INSERT INTO strange_sign_ins (only, n) VALUES (1, 0);

-- Who an account is to an identity provider.
CREATE TABLE account_subjects (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES accounts (pk),
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    token BLOB NOT NULL UNIQUE, -- SHA-256; the token itself is with the browser alone
    account INTEGER NOT NULL REFERENCES accounts (pk),
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_account ON sessions (account);

CREATE TABLE api_keys (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    secret BLOB NOT NULL UNIQUE, -- SHA-256
    name TEXT NOT NULL,
    scopes TEXT NOT NULL, -- joined by spaces
    per_minute INTEGER, -- NULL: as configured
    reach TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_on TEXT,
    revoked_at INTEGER
) STRICT;

-- Each row holds the hash of the one before: what is changed or taken out later shows.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    account INTEGER, -- NULL: a command on the server, or nobody yet
    role TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    before TEXT, -- short JSON
    after TEXT,
    request TEXT, -- number of the request
    previous BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;
CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is never shortened'); END;
