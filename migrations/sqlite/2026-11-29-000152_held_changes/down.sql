DROP INDEX case_changes_held;
ALTER TABLE case_changes DROP COLUMN told_with;
ALTER TABLE case_changes DROP COLUMN held;
