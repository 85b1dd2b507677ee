-- Why an officer corrected something; older corrections were made without a word.
ALTER TABLE corrections ADD COLUMN reason TEXT NOT NULL DEFAULT '';
