-- A draft may be written anew. What a request is about never changes, and what was sent is frozen with all
-- it rests on.
DROP TRIGGER requests_are_frozen;
CREATE TRIGGER requests_are_frozen BEFORE UPDATE OF subject_kind, subject, asked_by, made_at ON requests
BEGIN SELECT RAISE(ABORT, 'what a request is about never changes'); END;
CREATE TRIGGER requests_sent_are_frozen BEFORE UPDATE OF
    addressee, question, answer_days, evidence ON requests
WHEN OLD.state <> 'draft'
BEGIN SELECT RAISE(ABORT, 'what a request rests on never changes'); END;
