ALTER TABLE application_hands DROP COLUMN decided_version;
DROP INDEX phone_tasks_claimed;
ALTER TABLE phone_tasks DROP COLUMN claimed_at;
ALTER TABLE phone_tasks DROP COLUMN claimed_by;
