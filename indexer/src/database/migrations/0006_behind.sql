-- Since when visits to a source end with more waiting there than one may take.
ALTER TABLE fetch_states ADD COLUMN behind_since INTEGER;
