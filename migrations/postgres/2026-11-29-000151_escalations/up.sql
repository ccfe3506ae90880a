-- How often the managers were told again of an application since it came in, and when the superior unit was told of it: once.
ALTER TABLE applications ADD COLUMN reminders INTEGER NOT NULL DEFAULT 0;
ALTER TABLE applications ADD COLUMN escalated_at BIGINT;
