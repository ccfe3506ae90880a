-- In whose hands an application is, and whose it was when it was decided. A claim is good for some minutes.
CREATE TABLE application_hands (
    application_id BIGINT NOT NULL PRIMARY KEY REFERENCES applications (id),
    claimed_by BIGINT REFERENCES accounts (id),
    claimed_at BIGINT,
    decided_by BIGINT REFERENCES accounts (id)
);
CREATE INDEX application_hands_claimed ON application_hands (claimed_by, claimed_at) WHERE claimed_by IS NOT NULL;

-- The queues of a unit: what waits, oldest first; what was decided, newest first, by outcome where wanted.
DROP INDEX applications_open;
CREATE INDEX applications_open ON applications (unit_id, kind, submitted_at, id) WHERE decided_at IS NULL;
CREATE INDEX applications_decided ON applications (unit_id, kind, decided_at, id) WHERE decided_at IS NOT NULL;
CREATE INDEX applications_outcome ON applications (unit_id, kind, state, decided_at, id) WHERE decided_at IS NOT NULL;
DROP INDEX phone_tasks_open;
CREATE INDEX phone_tasks_open ON phone_tasks (unit_id, created_at, id) WHERE done_at IS NULL;
CREATE INDEX phone_tasks_done ON phone_tasks (unit_id, done_at, id) WHERE done_at IS NOT NULL;
CREATE INDEX phone_tasks_account ON phone_tasks (account_id, unit_id);

-- Who is looked for by the first letters, and cases of a unit by theirs.
CREATE INDEX accounts_login_prefix ON accounts (login_name COLLATE NOCASE);
CREATE INDEX accounts_name_prefix ON accounts (display_name COLLATE NOCASE);
CREATE INDEX cases_unit_name ON cases (unit_id, name COLLATE NOCASE);
