-- When somebody acted on an application last, an answer in part included, and who ended what was granted.
ALTER TABLE application_hands ADD COLUMN decided_at BIGINT;
ALTER TABLE application_hands ADD COLUMN revoked_by BIGINT;

-- Who made a password for a call, and when: a second one voids the first.
ALTER TABLE phone_tasks ADD COLUMN password_by BIGINT;
ALTER TABLE phone_tasks ADD COLUMN password_at BIGINT;
