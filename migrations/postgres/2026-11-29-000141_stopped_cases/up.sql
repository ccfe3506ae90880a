-- Cases that nobody may look at any more, because they became secret or concern minors; by number, so that it holds for
-- a case that goes and comes again.
CREATE TABLE stopped_cases (
    unified_number TEXT NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    stopped_by BIGINT NOT NULL REFERENCES accounts (id),
    stopped_at BIGINT NOT NULL
);

-- Of every state: who asks names the state as a parameter, and an index of one state alone does not fit that.
DROP INDEX case_bindings_person;
CREATE INDEX case_bindings_person ON case_bindings (case_person_id, state);
CREATE INDEX case_bindings_account ON case_bindings (account_id, state, created_at);
