-- Calls are taken like applications: others see who has one for some minutes.
ALTER TABLE phone_tasks ADD COLUMN claimed_by BIGINT;
ALTER TABLE phone_tasks ADD COLUMN claimed_at BIGINT;
CREATE INDEX phone_tasks_claimed ON phone_tasks (claimed_by, claimed_at) WHERE claimed_by IS NOT NULL;

-- Which version the last answer in part made: who opened an older one was overtaken by it, who opened this one was not.
ALTER TABLE application_hands ADD COLUMN decided_version BIGINT;
