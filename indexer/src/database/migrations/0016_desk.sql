-- The desk: who corrected in which role, what corrections are about, and which of them a grouping and an
-- edition knew.

ALTER TABLE corrections ADD COLUMN role TEXT NOT NULL DEFAULT 'desk';
ALTER TABLE corrections ADD COLUMN anchors TEXT NOT NULL DEFAULT '[]'; -- JSON: [concern, first mention]
CREATE TRIGGER corrections_are_kept BEFORE DELETE ON corrections
BEGIN SELECT RAISE(ABORT, 'a correction is undone by another, never deleted'); END;

-- Mentions and concerns that a correction is about in the end: an undoing is about what it undoes.
CREATE TABLE correction_subjects (
    kind TEXT NOT NULL, -- mention, concern
    subject TEXT NOT NULL,
    correction INTEGER NOT NULL REFERENCES corrections (seq),
    PRIMARY KEY (kind, subject, correction)
) STRICT, WITHOUT ROWID;
WITH RECURSIVE about (seq, at) AS (
    SELECT seq, seq FROM corrections
    UNION ALL
    SELECT about.seq, c.change ->> '$.seq' FROM about JOIN corrections c ON c.seq = about.at
    WHERE c.change ->> '$.what' = 'undo' AND c.change ->> '$.seq' < about.at
)
INSERT OR IGNORE INTO correction_subjects (kind, subject, correction)
    SELECT 'mention', c.change ->> '$.mention', about.seq
    FROM about JOIN corrections c ON c.seq = about.at
    WHERE c.change ->> '$.mention' IS NOT NULL AND c.change ->> '$.what' <> 'undo';

-- The latest correction known; earlier ones were of mentions alone, whose readings say so themselves.
ALTER TABLE editions ADD COLUMN correction INTEGER NOT NULL DEFAULT 0;
UPDATE editions SET correction = (SELECT coalesce(max(seq), 0) FROM corrections);
ALTER TABLE grouped_days ADD COLUMN correction INTEGER NOT NULL DEFAULT 0;
UPDATE grouped_days SET correction = (SELECT coalesce(max(seq), 0) FROM corrections);
-- The number up to which corrections of concerns were carried into past groupings.
ALTER TABLE history ADD COLUMN heeded INTEGER NOT NULL DEFAULT 0;
UPDATE history SET heeded = (SELECT coalesce(max(seq), 0) FROM corrections);
