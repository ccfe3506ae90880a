ALTER TABLE applications DROP COLUMN escalated_at;
ALTER TABLE applications DROP COLUMN reminders;
