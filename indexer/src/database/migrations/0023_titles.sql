-- Whether somebody else says the same title is asked whenever a mention is taken out. The beginning is enough,
-- and of a bounded size.
CREATE INDEX mentions_by_title ON mentions (substr(title, 1, 60)) WHERE title IS NOT NULL;
