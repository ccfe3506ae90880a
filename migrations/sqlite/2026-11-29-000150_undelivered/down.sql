DROP INDEX pushes_undelivered;
ALTER TABLE pushes DROP COLUMN fallback_at;
