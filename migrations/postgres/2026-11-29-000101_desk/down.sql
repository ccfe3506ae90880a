ALTER TABLE phone_tasks DROP COLUMN password_at;
ALTER TABLE phone_tasks DROP COLUMN password_by;
ALTER TABLE application_hands DROP COLUMN revoked_by;
ALTER TABLE application_hands DROP COLUMN decided_at;
